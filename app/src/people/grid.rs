//! The grid of rights to be read: which role has which right by itself, for its own part, or only when it is given. It is
//! the product's, the same for every ISP.

use super::parts::people_bar;
use super::words::{right_words, role_words};
use crate::UiError;
use crate::drawn::Drawing;
use domain::people::Role;
use domain::rights::{Grade, Permission};
use leptos::prelude::*;
use services::require;
use ui::prelude::*;

const ROLES: [Role; 7] =
    [Role::Admin, Role::Reseller, Role::SubReseller, Role::Manager, Role::Staff, Role::CardDistributor, Role::Customer];

pub async fn grid(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PeopleView)?;
    let columns =
        std::iter::once(Column::new(t("grid-right"))).chain(ROLES.iter().map(|role| Column::new(role_words(at.visit(), *role)))).collect();
    let shown = Permission::ALL.iter().filter(|permission| ROLES.iter().any(|role| permission.grade(*role) != Grade::No));
    let rows = shown.map(|permission| row(*permission)).collect();
    let view = view! {
        <PageHeader title=t("people-grid") subtitle=t("people-grid-lead")/>
        {people_bar(&at)}
        <Card flush=true><DataTable caption=t("people-grid") columns=columns rows=rows/></Card>
    };
    Ok(view.into_any())
}

fn row(permission: Permission) -> Row {
    let words = right_words(permission);
    let special = permission.is_special().then(|| view! { <span class="muted block">{t("grid-special")}</span> });
    let first = Row::new(permission.key(), words.clone()).cell(view! { <span class="block">{words}</span> {special} });
    ROLES.iter().fold(first, |row, role| row.cell(grade(permission.grade(*role))))
}

fn grade(grade: Grade) -> AnyView {
    match grade {
        Grade::Full => view! { <StatusBadge tone=Tone::Good label=t("grade-full") icon="check"/> }.into_any(),
        Grade::Own => view! { <StatusBadge tone=Tone::Info label=t("grade-own") icon="user"/> }.into_any(),
        Grade::Granted => view! { <StatusBadge tone=Tone::Neutral label=t("grade-granted") icon="key-round"/> }.into_any(),
        Grade::No => view! { <span class="muted">"–"</span> }.into_any(),
    }
}
