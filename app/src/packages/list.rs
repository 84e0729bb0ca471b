//! The list of packages.

use super::api::{PackagesView, list_packages};
use crate::panels::Load;
use crate::visit::use_visit;
use domain::packages::{Package, Validity, speed_text};
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn PackagesPage() -> impl IntoView {
    let packages = Resource::new(|| (), |()| list_packages());
    let may_edit = use_visit().may(Permission::PackagesEdit);
    let add = may_edit.then(|| view! { <LinkButton href="/packages/new" label=t("package-add") icon="plus"/> });
    view! {
        <PageHeader title=t("packages-title") actions=add.into_any()/>
        <Load from=packages view=move |view| table(view, may_edit)/>
    }
}

fn table(view: PackagesView, may_edit: bool) -> AnyView {
    let columns = vec![
        Column::new(t("package-name")),
        Column::new(t("package-speed")),
        Column::new(t("package-price")).numeric(),
        Column::new(t("package-validity")),
        Column::new(t("package-tax")),
        Column::new(t("package-subscribers")).numeric(),
        Column::new(t("common-status")),
    ];
    let total = view.packages.len() as u64;
    let rows = view.packages.into_iter().map(|package| row(package, may_edit)).collect();
    let empty = view! { <EmptyState icon="package" title=t("package-empty-title") body=t("package-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("packages-title") columns=columns rows=rows total=total empty=empty/></Card> }.into_any()
}

fn row(package: Package, may_edit: bool) -> Row {
    let status = if package.archived {
        view! { <StatusBadge tone=Tone::Neutral label=t("status-archived") icon="archive"/> }
    } else {
        view! { <StatusBadge tone=Tone::Good label=t("status-on-sale") icon="check"/> }
    };
    let tax = package.tax.as_ref().map(|tax| format!("{} ({} %)", tax.name, tax.rate.normalize())).unwrap_or_default();
    let services = package.services;
    let row = Row::new(package.id.to_string(), package.name.clone());
    let row = if may_edit { row.href(format!("/packages/{}", package.id)) } else { row };
    row.cell(package.name)
        .cell(speed(package.up_kbps, package.down_kbps))
        .cell(view! { <MoneyText money=package.price/> })
        .cell(validity_text(package.validity))
        .cell(tax)
        .cell(view! { <NumberText value=services/> })
        .cell(status)
}

/// `5 Mbps up / 10 Mbps down`, or unlimited.
pub(crate) fn speed(up_kbps: Option<u32>, down_kbps: Option<u32>) -> String {
    let one = |kbps: Option<u32>| kbps.map_or_else(|| t("package-unlimited"), speed_text);
    t_with("package-speed-both", &[("up", one(up_kbps).into()), ("down", one(down_kbps).into())])
}

pub(crate) fn validity_text(validity: Validity) -> String {
    match validity {
        Validity::Months(count) => t_with("package-validity-months", &[("count", i64::from(count).into())]),
        Validity::Days(count) => t_with("package-validity-days", &[("count", i64::from(count).into())]),
        Validity::Hours(count) => t_with("package-validity-hours", &[("count", i64::from(count).into())]),
        Validity::Minutes(count) => t_with("package-validity-minutes", &[("count", i64::from(count).into())]),
    }
}
