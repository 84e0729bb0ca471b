//! The form of a package, new or existing. A price change holds for bills to come, never for bills that were issued.

use super::api::{ArchivePackage, SavePackage};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::packages::{Package, TaxProfile};
use domain::rights::Permission;
use domain::{Currency, Money, PackageId};
use leptos::prelude::*;
use rust_decimal::Decimal;
use services::{packages, require};
use ui::prelude::*;

pub async fn new(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PackagesEdit)?;
    let taxes = packages::list_taxes(at.services(), at.caller()?).await?;
    let page = view! {
        <PageHeader title=t("package-add") back=("/packages".to_string(), t("packages-title"))/>
        {fields(taxes, None, at.visit().site.currency)}
    };
    Ok(page.into_any())
}

pub async fn edit(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PackagesEdit)?;
    let id: PackageId = at.param("id")?;
    let packages = packages::list_packages(at.services(), at.caller()?).await?;
    let package = packages.into_iter().find(|package| package.id == id).ok_or(UiError::NotFound)?;
    let taxes = packages::list_taxes(at.services(), at.caller()?).await?;
    let page = view! {
        <PageHeader title=package.name.clone() back=("/packages".to_string(), t("packages-title"))/>
        {fields(taxes, Some(package.clone()), at.visit().site.currency)}
        {archive(package)}
    };
    Ok(page.into_any())
}

fn fields(taxes: Vec<TaxProfile>, package: Option<Package>, currency: Currency) -> AnyView {
    let taxes = taxes.iter().map(|tax| (tax.id.to_string(), format!("{} ({} %)", tax.name, tax.rate.normalize()))).collect::<Vec<_>>();
    let units = vec![("months".to_string(), t("package-unit-months")), ("days".to_string(), t("package-unit-days"))];
    let mbps = |kbps: Option<u32>| kbps.map(|kbps| (Decimal::from(kbps) / Decimal::from(1000)).normalize().to_string()).unwrap_or_default();
    let identity = package.as_ref().map(|package| {
        view! {
            <HiddenField name="id" value=package.id.to_string()/>
            <HiddenField name="version" value=package.version.to_string()/>
        }
    });
    let (name, price, up, down, count, unit, tax) = match package {
        Some(p) => {
            let tax = p.tax.map(|tax| tax.id.to_string()).unwrap_or_default();
            (p.name, p.price, mbps(p.up_kbps), mbps(p.down_kbps), p.validity.count().to_string(), p.validity.unit().to_string(), tax)
        }
        None => (String::new(), Money::zero(currency), String::new(), String::new(), "1".into(), "months".into(), String::new()),
    };
    view! {
        <PostForm action={action::<SavePackage>()}>
            <Card>
                <ErrorSummary/>
                {identity}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("package-name") value=name maxlength=100 autofocus=true/>
                    <MoneyField name="form[price]" label=t("package-price") currency=currency value=price/>
                    <TextField name="form[down_mbps]" label=t("package-down") value=down suffix="Mbit/s" inputmode="decimal" optional=true help=t("package-speed-help")/>
                    <TextField name="form[up_mbps]" label=t("package-up") value=up suffix="Mbit/s" inputmode="decimal" optional=true/>
                    <TextField name="form[validity_count]" label=t("package-validity") value=count inputmode="numeric"/>
                    <SelectField name="form[validity_unit]" label=t("package-unit") options=units value=unit/>
                    <SelectField name="form[tax_profile_id]" label=t("package-tax") options=taxes value=tax empty=t("package-tax-none")/>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/packages" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}

fn archive(package: Package) -> AnyView {
    let to_archive = !package.archived;
    let (label, body) =
        if to_archive { (t("package-archive"), t("package-archive-body")) } else { (t("package-restore"), t("package-restore-body")) };
    view! {
        <PostForm action={action::<ArchivePackage>()}>
            <ErrorSummary/>
            <HiddenField name="id" value=package.id.to_string()/>
            <HiddenField name="archived" value=to_archive.to_string()/>
            <div class="form-actions"><ConfirmButton label=label body=body style=ButtonStyle::Danger icon="archive"/></div>
        </PostForm>
    }
    .into_any()
}
