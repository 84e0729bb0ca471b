//! The list of access servers, what is wrong with each in words, and the addresses that asked without being registered.

use super::network_tabs;
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use chrono::NaiveDateTime;
use domain::radius::{AlertKind, NasAlert, NasRow, NasVendor, UnknownAddress};
use domain::rights::Permission;
use leptos::prelude::*;
use services::radius;
use ui::prelude::*;

pub async fn clients(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, visit) = (at.services(), at.caller()?, at.visit());
    let clients = radius::list_nas(services, caller).await?;
    let unknown = radius::unknown_addresses(services, caller).await?;
    let add = visit.may(Permission::NetworkEdit).then(|| {
        view! { <LinkButton href="/radius/new" label=t("radius-add") icon="plus" style=ButtonStyle::Primary/> }
    });
    let page = view! {
        <PageHeader title=t("radius-title") actions=add.into_any()/>
        {network_tabs("/radius", visit)}
        {body(clients, unknown, at.query().get("added"), visit.local(services.now()), visit)}
    };
    Ok(page.into_any())
}

fn body(clients: Vec<NasRow>, unknown: Vec<UnknownAddress>, added: Option<&str>, now: NaiveDateTime, visit: &Visit) -> AnyView {
    let added = clients.iter().find(|client| added == Some(client.id.to_string().as_str())).map(|client| {
        let (tone, key) = if client.last_seen.is_some() { (Tone::Good, key("radius-heard")) } else { (Tone::Info, key("radius-waiting")) };
        let words = t_with(key, &[("name", client.name.as_str().into())]);
        view! { <Alert tone=tone>{words}</Alert> }
    });
    let unknown = (!unknown.is_empty()).then(|| strangers(unknown, now, visit));
    let clients = table(clients, now, visit);
    view! { <div class="flow" data-poll="10">{added}{clients}{unknown}</div> }.into_any()
}

fn table(clients: Vec<NasRow>, now: NaiveDateTime, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("radius-name")),
        Column::new(t("radius-address")),
        Column::new(t("radius-vendor")),
        Column::new(t("radius-last-seen")),
        Column::new(t("radius-sessions")).numeric(),
        Column::new(t("radius-alerts")),
    ];
    let may_edit = visit.may(Permission::NetworkEdit);
    let row = |client: NasRow| {
        let last_seen = match client.last_seen {
            Some(at) => view! { <TimeText at=visit.local(at) now=now/> }.into_any(),
            None => view! { <span class="muted">{t("common-never")}</span> }.into_any(),
        };
        let row = Row::new(client.id, client.name.clone());
        let row = if may_edit { row.href(format!("/radius/{}", client.id)) } else { row };
        row.cell(client.name.clone())
            .cell(view! { <span class="figure">{client.address.to_string()}</span> })
            .cell(vendor_text(client.vendor))
            .cell(last_seen)
            .cell(view! { <a class="hover:text-primary" href=format!("/radius/online?nas={}", client.id)><NumberText value=client.online/></a> })
            .cell(alerts(&client, now, visit))
    };
    let rows = clients.into_iter().map(row).collect();
    let add = may_edit.then(|| view! { <LinkButton href="/radius/new" label=t("radius-add") icon="plus"/> });
    let empty =
        view! { <EmptyState icon="router" title=t("radius-empty-title") body=t("radius-empty-body") action=add.into_any()/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("radius-title") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

pub(super) fn vendor_text(vendor: NasVendor) -> String {
    match vendor {
        NasVendor::Mikrotik => t("radius-vendor-mikrotik"),
        NasVendor::Huawei => t("radius-vendor-huawei"),
        NasVendor::Generic => t("radius-vendor-generic"),
    }
}

fn alerts(client: &NasRow, now: NaiveDateTime, visit: &Visit) -> AnyView {
    if !client.active {
        return view! { <StatusBadge tone=Tone::Neutral label=t("status-disabled") icon="ban"/> }.into_any();
    }
    if client.alerts.is_empty() {
        return view! { <StatusBadge tone=Tone::Good label=t("radius-no-alerts") icon="check"/> }.into_any();
    }
    let badge = |alert: &NasAlert| {
        let when = locales::relative(use_language(), visit.local(alert.last_at), now);
        let packets = t_with("radius-packets", &[("count", alert.packets.into())]);
        view! {
            <li title=alert_remedy(alert.kind)>
                <StatusBadge tone=Tone::Bad label=alert_text(alert.kind) icon="shield-alert"/>
                " "<span class="muted">{packets}", "{when}</span>
            </li>
        }
    };
    let list = client.alerts.iter().map(badge).collect_view();
    view! { <ul class="grid gap-1 text-left">{list}</ul> }.into_any()
}

pub(super) fn alert_text(kind: AlertKind) -> String {
    match kind {
        AlertKind::BadAuthenticator => t("radius-alert-bad-authenticator"),
        AlertKind::MissingAuthenticator => t("radius-alert-missing-authenticator"),
        AlertKind::Malformed => t("radius-alert-malformed"),
        AlertKind::Ambiguous => t("radius-alert-ambiguous"),
    }
}

/// What to do about it.
pub(super) fn alert_remedy(kind: AlertKind) -> String {
    match kind {
        AlertKind::BadAuthenticator => t("radius-remedy-bad-authenticator"),
        AlertKind::MissingAuthenticator => t("radius-remedy-missing-authenticator"),
        AlertKind::Malformed => t("radius-remedy-malformed"),
        AlertKind::Ambiguous => t("radius-remedy-ambiguous"),
    }
}

fn strangers(addresses: Vec<UnknownAddress>, now: NaiveDateTime, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("radius-address")),
        Column::new(t("radius-last-seen")),
        Column::new(t("radius-packets-title")).numeric(),
        Column::new(t("radius-add")).quiet(),
    ];
    let may_edit = visit.may(Permission::NetworkEdit);
    let row = |unknown: UnknownAddress| {
        let address = unknown.address.to_string();
        let add = may_edit.then(|| view! { <LinkButton href=format!("/radius/new?address={address}") label=t("radius-add") icon="plus"/> });
        Row::new(address.clone(), address.clone())
            .cell(view! { <span class="figure">{address}</span> })
            .cell(view! { <TimeText at=visit.local(unknown.last_at) now=now/> })
            .cell(view! { <NumberText value=unknown.packets/> })
            .cell(add)
    };
    let rows = addresses.into_iter().map(row).collect();
    view! {
        <Card title=t("radius-unknown") subtitle=t("radius-unknown-body") flush=true>
            <DataTable caption=t("radius-unknown") columns=columns rows=rows/>
        </Card>
    }
    .into_any()
}
