//! The list of packages.

use super::words::{speed, validity_text};
use crate::UiError;
use crate::drawn::Drawing;
use domain::packages::Package;
use domain::rights::Permission;
use leptos::prelude::*;
use services::packages;
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let packages = packages::list_packages(at.services(), at.caller()?).await?;
    let may_edit = at.visit().may(Permission::PackagesEdit);
    let add = may_edit.then(|| view! { <LinkButton href="/packages/new" label=t("package-add") icon="plus"/> });
    let page = view! {
        <PageHeader title=t("packages-title") actions=add.into_any()/>
        {table(packages, may_edit)}
    };
    Ok(page.into_any())
}

fn table(packages: Vec<Package>, may_edit: bool) -> AnyView {
    let columns = vec![
        Column::new(t("package-name")),
        Column::new(t("package-speed")),
        Column::new(t("package-price")).numeric(),
        Column::new(t("package-validity")),
        Column::new(t("package-tax")),
        Column::new(t("package-subscribers")).numeric(),
        Column::new(t("common-status")),
    ];
    let total = packages.len() as u64;
    let rows = packages.into_iter().map(|package| row(package, may_edit)).collect();
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
