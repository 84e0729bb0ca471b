//! The subscribers list: searched, filtered, sorted and paged by the server, all of it in the URL.

use super::api::{SubscribersView, list_subscribers};
use super::filters::{PackageFilter, SubscriberFilters};
use super::{line_mark, phone_text};
use crate::lists::count;
use crate::panels::Load;
use crate::visit::use_visit;
use domain::Money;
use domain::customers::SubscriberRow;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn SubscribersPage() -> impl IntoView {
    let url = use_current_url();
    let visit = use_visit();
    let list = Resource::new(move || url.query.with(Query::to_string), list_subscribers);
    let pay = visit
        .may(Permission::PaymentsReceive)
        .then(|| view! { <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins"/> });
    let add = visit
        .may(Permission::CustomersCreate)
        .then(|| view! { <LinkButton href="/customers/new" label=t("customer-add") icon="user-plus" style=ButtonStyle::Primary/> });
    view! {
        <PageHeader title=t("customers-title") actions=view! { {pay} {add} }.into_any()/>
        <SubscriberFilters/>
        <Load from=list view=table/>
    }
    .into_any()
}

fn table(view: SubscribersView) -> AnyView {
    let SubscribersView { page, packages } = view;
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
    view! {
        <Card flush=true title=total actions=tools(packages)>
            {match untouched() && page.total == 0 {
                true => view! { <DataTable caption=t("customers-title") columns=columns rows=rows empty=nobody_yet()/> }.into_any(),
                false => view! { <DataTable caption=t("customers-title") columns=columns rows=rows total=count(page.total)/> }.into_any(),
            }}
        </Card>
    }
    .into_any()
}

/// The URL asks for nothing in particular, so an empty list means that there is nobody.
fn untouched() -> bool {
    use_current_url().query.with_untracked(|query| query.without(&["page", "size", "sort"]).pairs().is_empty())
}

fn nobody_yet() -> AnyView {
    let visit = use_visit();
    let import = visit
        .may(Permission::CustomersImport)
        .then(|| view! { <LinkButton href="/imports" label=t("import-upload") icon="upload" style=ButtonStyle::Primary/> });
    view! { <EmptyState icon="users" title=t("customer-empty-title") body=t("customer-empty-body") action=import.into_any()/> }.into_any()
}

fn tools(packages: Vec<(domain::PackageId, String)>) -> AnyView {
    let url = use_current_url();
    let file = move || url.query.get().without(&["page", "size"]).href("/customers/export.csv");
    let export = use_visit().may(Permission::CustomersExport).then(|| {
        view! { <a class="button button-secondary" href=file rel="external" download=""><Icon name="file-down"/>{t("action-export")}</a> }
    });
    let choose = (!packages.is_empty()).then(|| view! { <PackageFilter packages=packages/> });
    view! { {choose} {export} }.into_any()
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
        .cell(view! { <span class="figure">{subscriber.number}</span> })
        .cell(subscriber.mobile.map(|mobile| view! { <span class="figure">{phone_text(&mobile)}</span> }))
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
