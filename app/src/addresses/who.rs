//! Who had an address when: lines that were given it, and the sessions that had it from a pool.

use super::holdings;
use crate::UiError;
use crate::drawn::Drawing;
use crate::radius::{moment, session_table};
use domain::radius::HistoryFilter;
use domain::rights::Permission;
use domain::trust::Network;
use leptos::prelude::*;
use services::{addresses, radius, require};
use ui::prelude::*;

pub async fn who(at: Drawing) -> Result<AnyView, UiError> {
    let (query, visit, caller) = (at.query(), at.visit(), at.caller()?);
    require(caller, Permission::NetworkView)?;
    let search = ListQuery::from(query).search;
    let within = Network::parse(&search);
    let when = moment(query, "at", visit);
    let body = match within {
        None => {
            let bad = (!search.trim().is_empty()).then(|| view! { <Alert tone=Tone::Warning>{t("problem-address")}</Alert> });
            view! { {bad}<Card><EmptyState icon="history" title=t("address-who-ask") body=t("address-who-ask-body")/></Card> }.into_any()
        }
        Some(network) => {
            let found = addresses::who_had(at.services(), caller, Some(network), when, at.paging()).await?;
            let sessions = match caller.allowed(Permission::SessionsView) {
                true => {
                    let filter = HistoryFilter { search: network.address().to_string(), at: when, ..HistoryFilter::default() };
                    let rows = radius::session_history(at.services(), caller, &filter).await?;
                    Some(
                        view! { <section><h2 class="card-title mb-3">{t("address-who-sessions")}</h2>{session_table(rows, query, visit)}</section> },
                    )
                }
                false => None,
            };
            let none = view! { <EmptyState icon="search-x" title=t("address-who-nobody") body=t("address-who-nobody-body")/> }.into_any();
            view! { {holdings(t("address-who-fixed"), found.rows, found.total, visit, none)} {sessions} }.into_any()
        }
    };
    let value = query.get("at").filter(|text| text.len() == 16).unwrap_or_default().to_owned();
    let page = view! {
        <PageHeader title=t("addresses-who") subtitle=t("address-who-lead") back=("/addresses".to_string(), t("addresses-title"))/>
        <div class="list-tools">
            <SearchBox placeholder="10.20.0.9"/>
            <form class="row-line" method="get" action="/addresses/who" data-live="">
                <input type="hidden" name="q" value=search/>
                <FilterField label=t("address-who-at")><input class="input-plain" type="datetime-local" name="at" value=value/></FilterField>
            </form>
        </div>
        <div class="flow">{body}</div>
    };
    Ok(page.into_any())
}
