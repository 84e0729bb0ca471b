//! Everybody of the reader's subtree: searched, filtered and paged by the server, all of it in the URL.

use super::parts::people_bar;
use super::words::{preset_words, role_words, status_badge, status_words};
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use domain::people::{PersonFilter, PersonRow, PersonStatus, Role};
use leptos::prelude::*;
use services::accounts;
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let page = accounts::people(services, caller, &filter(at.query()), at.paging()).await?;
    let add = (!accounts::makeable_roles(caller).is_empty())
        .then(|| view! { <LinkButton href="/people/new" label=t("person-add") icon="user-plus" style=ButtonStyle::Primary/> });
    let columns = vec![
        Column::new(t("person-name")),
        Column::new(t("account-role")),
        Column::new(t("person-above")),
        Column::new(t("account-mobile")),
        Column::new(t("person-status")),
        Column::new(t("person-factor")),
        Column::new(t("person-signed-in")),
    ];
    let total = page.total;
    let rows = page.rows.into_iter().map(|person| row(&at, person)).collect();
    let below = at.query().get("below").map(|_| {
        let off = at.query().without(&["below"]).first_page().href("/people");
        view! { <a class="chip chip-on" href=off aria-current="true">{t("person-one-branch")}<span class="chip-off"><Icon name="x"/></span></a> }
    });
    let words = t_with("people-count", &[("count", total.into())]);
    let view = view! {
        <PageHeader title=t("people-title") subtitle=t("people-lead") actions=add.into_any()/>
        {people_bar(&at)}
        <div class="list-tools">
            <SearchBox placeholder=t("people-search")/>
            {below}
            <FilterChips name="role" label=t("account-role") options=roles(&at)/>
            <FilterChips name="status" label=t("person-status") options=states()/>
        </div>
        <Card flush=true title=words><DataTable caption=t("people-title") columns=columns rows=rows total=count(total)/></Card>
    };
    Ok(view.into_any())
}

fn filter(query: &Query) -> PersonFilter {
    PersonFilter {
        search: query.get("q").unwrap_or_default().to_owned(),
        role: query.get("role").and_then(Role::from_slug),
        status: query.get("status").and_then(PersonStatus::from_slug),
        below: query.get("below").and_then(|id| id.parse().ok()),
    }
}

fn roles(at: &Drawing) -> Vec<FilterOption> {
    [Role::Admin, Role::Reseller, Role::SubReseller, Role::Manager, Role::Staff, Role::CardDistributor]
        .map(|role| FilterOption::new(role.slug(), role_words(at.visit(), role)))
        .to_vec()
}

fn states() -> Vec<FilterOption> {
    PersonStatus::ALL.map(|status| FilterOption::new(status.slug(), status_words(status))).to_vec()
}

fn row(at: &Drawing, person: PersonRow) -> Row {
    let login = person.email.clone().or(person.username.clone());
    let login = login.map(|login| view! { <span class="muted block wrap-anywhere">{login}</span> });
    let preset = person.preset.map(|preset| view! { <span class="muted block">{preset_words(preset)}</span> });
    let factor = match person.second_factor {
        true => view! { <StatusBadge tone=Tone::Good label=t("common-yes") icon="shield-check"/> }.into_any(),
        false => view! { <span class="muted">{t("common-no")}</span> }.into_any(),
    };
    let seen = match person.signed_in_at {
        Some(seen) => view! { <TimeText at=at.visit().local(seen)/> }.into_any(),
        None => view! { <span class="muted">{t("common-never")}</span> }.into_any(),
    };
    Row::new(person.id, person.name.clone())
        .href(format!("/people/{}", person.id))
        .cell(view! { <span class="block">{person.name.clone()}</span> {login} })
        .cell(view! { {role_words(at.visit(), person.role)} {preset} })
        .cell(person.above.map(|(_, name)| name))
        .cell(person.mobile.as_deref().map(crate::customers::phone_text))
        .cell(status_badge(person.status))
        .cell(factor)
        .cell(seen)
}
