//! The form of a package, new or existing. A price change holds for bills to come, never for bills that were issued.

use super::api::{ArchivePackage, PackagesView, SavePackage, list_packages};
use crate::UiError;
use crate::panels::{Load, Refusal};
use crate::visit::use_visit;
use domain::packages::Package;
use domain::{Money, PackageId};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rust_decimal::Decimal;
use ui::prelude::*;

#[component]
pub fn NewPackagePage() -> impl IntoView {
    let packages = Resource::new(|| (), |()| list_packages());
    view! {
        <PageHeader title=t("package-add") back=("/packages".to_string(), t("packages-title"))/>
        <Load from=packages view=|view| view! { <PackageFields view=view/> }.into_any()/>
    }
}

#[component]
pub fn EditPackagePage() -> impl IntoView {
    let params = use_params_map();
    let packages = Resource::new(|| (), |()| list_packages());
    view! {
        <Load
            from=packages
            view=move |view| {
                let id = params.read_untracked().get("id").and_then(|id| id.parse::<PackageId>().ok());
                match view.packages.iter().find(|package| Some(package.id) == id).cloned() {
                    Some(package) => view! {
                        <PageHeader title=package.name.clone() back=("/packages".to_string(), t("packages-title"))/>
                        <PackageFields view=view package=package.clone()/>
                        <ArchiveForm package=package/>
                    }
                    .into_any(),
                    None => view! { <Refusal error=UiError::NotFound/> }.into_any(),
                }
            }
        />
    }
}

#[component]
fn PackageFields(view: PackagesView, #[prop(optional)] package: Option<Package>) -> impl IntoView {
    let currency = use_visit().site.currency;
    let save = ServerAction::<SavePackage>::new();
    let problems = Signal::derive(move || match save.value().get() {
        Some(Err(error)) => error.problems(),
        _ => Vec::new(),
    });
    provide_problems(problems);
    let taxes = view.taxes.iter().map(|tax| (tax.id.to_string(), format!("{} ({} %)", tax.name, tax.rate.normalize()))).collect::<Vec<_>>();
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
        <ActionForm action=save>
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
                    <SubmitButton label=t("action-save") pending=save.pending() icon="check"/>
                    <LinkButton href="/packages" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </ActionForm>
    }
}

#[component]
fn ArchiveForm(package: Package) -> impl IntoView {
    let archive = ServerAction::<ArchivePackage>::new();
    let to_archive = !package.archived;
    let (label, body) =
        if to_archive { (t("package-archive"), t("package-archive-body")) } else { (t("package-restore"), t("package-restore-body")) };
    view! {
        <ActionForm action=archive>
            <HiddenField name="id" value=package.id.to_string()/>
            <HiddenField name="archived" value=to_archive.to_string()/>
            <div class="form-actions"><ConfirmButton label=label body=body style=ButtonStyle::Danger icon="archive" pending=archive.pending()/></div>
        </ActionForm>
    }
}
