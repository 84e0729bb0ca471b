//! The network's side of the office: access servers, who is online, and who could not get in and why.

pub mod api;
mod attempts;
mod blocks;
mod client_form;
mod clients;
mod connection;
mod history;
mod nodes;
mod online;
mod orders;
mod rules;
mod trial;
mod words;

pub(crate) use attempts::attempts;
pub(crate) use blocks::blocks;
pub(crate) use client_form::{edit, new};
pub(crate) use clients::clients;
pub(crate) use connection::connection;
pub(crate) use history::{history, table as session_table};
pub(crate) use nodes::nodes;
pub(crate) use online::online;
pub(crate) use orders::orders;
pub(crate) use rules::package_access;
pub(crate) use trial::trial;
pub(crate) use words::reason_text;

use crate::UiError;
use crate::drawn::Drawing;
use crate::routers::mode_text;
use crate::visit::Visit;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::radius::NasRow;
use domain::rights::Permission;
use domain::routers::AuthMode;
use leptos::prelude::*;
use ui::prelude::*;

/// The pages beside each other. Each is a page of its own, so that the menu and a link lead straight to it.
pub(crate) fn network_tabs(here: &'static str, visit: &Visit) -> AnyView {
    let tabs = [
        ("/radius", t("radius-title"), Permission::NetworkView),
        ("/radius/online", t("radius-sessions"), Permission::SessionsView),
        ("/radius/history", t("network-history"), Permission::SessionsView),
        ("/radius/attempts", t("radius-attempts"), Permission::SessionsView),
        ("/radius/orders", t("network-orders"), Permission::SessionsView),
        ("/radius/blocks", t("network-blocks"), Permission::NetworkView),
        ("/radius/test", t("network-test"), Permission::NetworkEdit),
        ("/radius/usage", t("usage-top"), Permission::SessionsView),
    ];
    let links = tabs
        .into_iter()
        .filter(|(.., permission)| visit.may(*permission))
        .map(|(href, label, _)| view! { <a class="tab-link" href=href aria-current=(href == here).then_some("page")>{label}</a> })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("menu-group-network")>{links}</nav> }.into_any()
}

/// The access servers, for a filter; nothing for whoever may not see them.
async fn known_clients(at: &Drawing) -> Result<Vec<NasRow>, UiError> {
    match at.caller()?.allowed(Permission::NetworkView) {
        true => Ok(services::radius::list_nas(at.services(), at.caller()?).await?),
        false => Ok(Vec::new()),
    }
}

/// Routers that let people in by themselves tell of sessions as well, for a filter of those.
async fn telling_routers(at: &Drawing) -> Result<Vec<(String, String)>, UiError> {
    if !at.caller()?.allowed(Permission::NetworkView) {
        return Ok(Vec::new());
    }
    let all = services::routers::list_routers(at.services(), at.caller()?).await?;
    let telling = all.into_iter().map(|view| view.router).filter(|router| router.auth_mode != AuthMode::Radius);
    Ok(telling.map(|router| (router.id.to_string(), format!("{} ({})", router.name, mode_text(router.auth_mode)))).collect())
}

/// A moment that the URL names: an instant, or a time of the ISP's wall clock as a field of a form has it.
pub(crate) fn moment(query: &Query, name: &str, visit: &Visit) -> Option<DateTime<Utc>> {
    let text = query.get(name)?;
    let local = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    let offset = TimeDelta::minutes(i64::from(visit.offset_minutes));
    text.parse().ok().or_else(|| local().map(|local| (local - offset).and_utc()))
}

/// A filter of a list that is chosen from a few, or typed.
struct Field {
    path: &'static str,
    name: &'static str,
    label: String,
}

impl Field {
    fn new(path: &'static str, name: &'static str, label: String) -> Self {
        Self { path, name, label }
    }

    /// A moment: before which a list begins, or at which somebody was online.
    fn moment(self, query: &Query) -> AnyView {
        let value = query.get(self.name).filter(|text| text.len() == 16).unwrap_or_default().to_owned();
        let (name, label) = (self.name, self.label.clone());
        let input = view! {
            <label class="row-line muted">{label}" "<span class="input-box"><input class="input-plain" type="datetime-local" name=name value=value/></span></label>
        };
        self.form(query, input.into_any())
    }

    /// One of several, or any.
    fn choice(self, query: &Query, options: Vec<(String, String)>) -> AnyView {
        let chosen = query.get(self.name).unwrap_or_default().to_owned();
        let options = options.into_iter().map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        });
        let options = options.collect_view();
        let (name, label) = (self.name, self.label.clone());
        let any = self.label.clone();
        let input = view! {
            <span class="input-box input-box-select max-w-64"><select class="input-plain" name=name aria-label=label><option value="">{any}</option>{options}</select><Icon name="chevron-down"/></span>
        };
        self.form(query, input.into_any())
    }

    fn form(self, query: &Query, input: AnyView) -> AnyView {
        let kept = query.without(&[self.name, "page"]);
        let kept =
            kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view();
        view! {
            <form class="row-line" method="get" action=self.path data-live="">
                {input}
                {kept}
                <button type="submit" class="sr-only">{t("action-search")}</button>
            </form>
        }
        .into_any()
    }
}
