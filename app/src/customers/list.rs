//! The subscribers list: searched, filtered, sorted and paged by the server, all of it in the URL.

use super::filters::{filters, one_of};
use super::{line_mark, phone_text, subscriber_filter};
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::people::{zone_options, zone_words};
use crate::visit::use_visit;
use domain::customers::{Page, SubscriberRow};
use domain::people::MOST_LISTED;
use domain::rights::Permission;
use domain::{Money, PackageId};
use leptos::prelude::*;
use services::{accounts, customers, packages};
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, visit) = (at.services(), at.caller()?, at.visit());
    let page = customers::subscribers(services, caller, &subscriber_filter(at.query()), at.paging()).await?;
    let packages = match caller.allowed(Permission::PackagesView) {
        true => packages::package_names(services, caller).await?,
        false => Vec::new(),
    };
    let zones = accounts::zones(services, caller).await?;
    let chosen = subscriber_filter(at.query()).zone.filter(|_| zones.len() > MOST_LISTED).map(|id| zone_words(id, &zones));
    let zones = if zones.len() > MOST_LISTED { Vec::new() } else { zone_options(&zones) };
    let pay = visit
        .may(Permission::PaymentsReceive)
        .then(|| view! { <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins"/> });
    let add = visit
        .may(Permission::CustomersCreate)
        .then(|| view! { <LinkButton href="/customers/new" label=t("customer-add") icon="user-plus" style=ButtonStyle::Primary/> });
    let many = (visit.may(Permission::CustomersSuspend) && visit.may(Permission::BulkOperations)).then(|| {
        let href = at.query().without(&["page", "size", "sort"]).href("/customers/bulk");
        view! { <LinkButton href=href label=t("bulk-open") icon="circle-pause"/> }
    });
    let page = view! {
        <PageHeader title=t("customers-title") actions=view! { {many} {pay} {add} }.into_any()/>
        {filters(chosen, at.query())}
        {table(page, packages, zones, at.query())}
    };
    Ok(page.into_any())
}

fn table(page: Page<SubscriberRow>, packages: Vec<(PackageId, String)>, zones: Vec<(String, String)>, query: &Query) -> AnyView {
    let columns = vec![
        Column::new(t("customer-name")).sort("name"),
        Column::new(t("customer-number")).sort("number"),
        Column::new(t("customer-mobile")),
        Column::new(t("customer-username")),
        Column::new(t("customer-package")),
        Column::new(t("customer-status")),
        Column::new(t("customer-due")).numeric(),
        Column::new(t("customer-expires")),
    ];
    let total = t_with("customer-count", &[("count", page.total.into())]);
    let rows = page.rows.into_iter().map(row).collect();
    // The URL asks for nothing in particular, so an empty list means that there is nobody.
    let untouched = query.without(&["page", "size", "sort"]).pairs().is_empty();
    let table = match untouched && page.total == 0 {
        true => view! { <DataTable caption=t("customers-title") columns=columns rows=rows empty=nobody_yet()/> }.into_any(),
        false => view! { <DataTable caption=t("customers-title") columns=columns rows=rows total=count(page.total)/> }.into_any(),
    };
    view! { <Card flush=true title=total actions=tools(packages, zones, query)>{table}</Card> }.into_any()
}

fn nobody_yet() -> AnyView {
    let visit = use_visit();
    let import = visit
        .may(Permission::CustomersImport)
        .then(|| view! { <LinkButton href="/imports" label=t("import-upload") icon="upload" style=ButtonStyle::Primary/> });
    view! { <EmptyState icon="users" title=t("customer-empty-title") body=t("customer-empty-body") action=import.into_any()/> }.into_any()
}

fn tools(packages: Vec<(PackageId, String)>, zones: Vec<(String, String)>, query: &Query) -> AnyView {
    let file = query.without(&["page", "size"]).href("/customers/export.csv");
    let export = use_visit().may(Permission::CustomersExport).then(|| {
        view! { <a class="button button-secondary" href=file rel="external" download=""><Icon name="file-down"/>{t("action-export")}</a> }
    });
    let packages: Vec<(String, String)> = packages.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let package =
        (!packages.is_empty()).then(|| one_of("package", (t("customer-package"), t("customer-filter-packages")), packages, query));
    let zone = (!zones.is_empty()).then(|| one_of("zone", (t("zone-name"), t("customer-filter-zones")), zones, query));
    view! { {zone} {package} {export} }.into_any()
}

fn row(subscriber: SubscriberRow) -> Row {
    let visit = use_visit();
    let language = use_language();
    let expires = subscriber.expires_at.map(|at| locales::date(language, visit.local(at).date()));
    let state = subscriber.state;
    let online = subscriber.online.then(|| {
        view! { <span class="row-line text-info" title=t("status-online")><Icon name="wifi"/><span class="sr-only">{t("status-online")}</span></span> }
    });
    Row::new(subscriber.service_id, subscriber.name.clone())
        .href(format!("/customers/{}", subscriber.customer_id))
        .cell(subscriber.name)
        .cell(view! { <span class="code">{subscriber.number}</span> })
        .cell(subscriber.mobile.map(|mobile| view! { <span class="code">{phone_text(&mobile)}</span> }))
        .cell(subscriber.username)
        .cell(subscriber.package)
        .cell(view! { <span class="row-line">{line_mark(state)}{online}</span> })
        .cell(due(subscriber.due))
        .cell(expires.map(|day| view! { <span class="figure">{day}</span> }))
}

/// What somebody owes; nothing stands back, so that the eye finds the others.
pub(crate) fn due(money: Money) -> AnyView {
    if money.is_zero() {
        view! { <span class="muted"><MoneyText money=money/></span> }.into_any()
    } else {
        view! { <MoneyText money=money/> }.into_any()
    }
}
