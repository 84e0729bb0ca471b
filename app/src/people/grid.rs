//! The grid of rights to be read: which role has which right by itself, for its own part, or only when it is given. It is
//! the product's, the same for every ISP.

use super::parts::people_bar;
use super::words::{group_words, right_words, role_words};
use crate::UiError;
use crate::drawn::Drawing;
use domain::people::Role;
use domain::rights::{Grade, Permission, RightGroup};
use leptos::prelude::*;
use services::require;
use ui::prelude::*;

const ROLES: [Role; 7] =
    [Role::Admin, Role::Reseller, Role::SubReseller, Role::Manager, Role::Staff, Role::CardDistributor, Role::Customer];

pub async fn grid(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PeopleView)?;
    let shown = Permission::ALL.iter().filter(|permission| ROLES.iter().any(|role| permission.grade(*role) != Grade::No));
    let shown: Vec<Permission> = shown.copied().collect();
    let cards = RightGroup::sorted(&shown, |permission| permission).into_iter().map(|(group, rights)| {
        let (columns, rows) = (columns(&at), rights.into_iter().map(row).collect());
        view! { <Card flush=true title=group_words(group)><DataTable caption=group_words(group) columns=columns rows=rows/></Card> }
    });
    let cards = cards.collect_view();
    let view = view! {
        <PageHeader title=t("people-grid") subtitle=t("people-grid-lead")/>
        {people_bar(&at)}
        <div class="flow">{cards}</div>
    };
    Ok(view.into_any())
}

fn columns(at: &Drawing) -> Vec<Column> {
    std::iter::once(Column::new(t("grid-right"))).chain(ROLES.iter().map(|role| Column::new(role_words(at.visit(), *role)))).collect()
}

/// Boxes to tick, under the heading of their group.
pub(super) fn under(group: RightGroup, boxes: AnyView) -> AnyView {
    view! {
        <fieldset>
            <legend class="mb-1 font-medium">{group_words(group)}</legend>
            <div class="grid gap-x-6 gap-y-1 sm:grid-cols-2 lg:grid-cols-3">{boxes}</div>
        </fieldset>
    }
    .into_any()
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
