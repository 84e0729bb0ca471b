//! The form of a new subscriber with his first line. It says at once when the mobile number is somebody's already, and
//! lets him be added all the same: families share a phone.

use super::api::CreateSubscriber;
use super::edit::{Lies, lies_fields, matching};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::packages::Package;
use domain::people::Zone;
use domain::rights::Permission;
use domain::{CustomerId, Problem, ZoneId};
use leptos::prelude::*;
use services::{accounts, customers, packages, require, routers};
use ui::prelude::*;

pub async fn new(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    require(caller, Permission::CustomersCreate)?;
    let offers = packages::packages_for_sale(services, caller).await?;
    let known = match at.typed("mobile") {
        Some(mobile) if mobile.chars().filter(|c| c.is_numeric()).count() >= 10 => customers::with_mobile(services, caller, mobile).await?,
        _ => None,
    };
    let mut hosts = Vec::new();
    if caller.allowed(Permission::NetworkView) {
        let all = routers::list_routers(services, caller).await?.into_iter().filter(|view| view.router.active);
        hosts.extend(all.map(|view| (view.router.id.to_string(), view.router.name)));
    }
    let chosen = at.typed("package_id").and_then(|id| id.parse().ok()).zip(at.typed("router").and_then(|id| id.parse().ok()));
    let missing = match chosen {
        Some((package, router)) => packages::sale_problem(services, caller, package, router).await?,
        None => None,
    };
    let zones = accounts::zones(services, caller).await?;
    let found = matching(&at, ("latitude", "longitude"), None, &zones);
    Ok(form(offers, known, hosts, missing, (zones, found)))
}

fn form(
    offers: Vec<Package>,
    known: Option<(CustomerId, String, String)>,
    hosts: Vec<(String, String)>,
    missing: Option<Problem>,
    (zones, found): (Vec<Zone>, Option<ZoneId>),
) -> AnyView {
    if offers.is_empty() {
        let action = view! { <LinkButton href="/packages/new" label=t("package-add") icon="plus" style=ButtonStyle::Primary/> };
        let page = view! {
            <PageHeader title=t("customer-add") back=("/customers".to_string(), t("customers-title"))/>
            <Card><EmptyState icon="package" title=t("package-empty-title") body=t("customer-needs-package") action=action.into_any()/></Card>
        };
        return page.into_any();
    }
    let language = use_language();
    let packages = offers.iter().map(|package| {
        let price = locales::money(language, package.price.minor, package.price.currency.code());
        (package.id.to_string(), format!("{} · {price}", package.name))
    });
    let packages = packages.collect::<Vec<_>>();
    let labels =
        ["name", "mobile", "address", "username", "password", "promo"].map(|field| (field.to_string(), t(&format!("customer-{field}"))));
    let more = [
        ("package_id", "customer-package"),
        ("router", "on-router-line"),
        ("zone", "zone-name"),
        ("latitude", "place-latitude"),
        ("longitude", "place-longitude"),
    ];
    let labels = labels.into_iter().chain(more.map(|(field, key)| (field.to_string(), t(key)))).collect();
    let host = (!hosts.is_empty()).then(|| {
        let hint = missing.map(|problem| view! { <p class="text-warning row-line mt-1.5 text-[0.8125rem]"><Icon name="triangle-alert"/>{problem_words(&problem)}</p> });
        view! {
            <div>
                <SelectField name="router" label=t("on-router-line") options=hosts empty=t("common-none") optional=true help=t("on-router-line-help")/>
                <div role="status" aria-live="polite">{hint}</div>
            </div>
        }
    });
    let hint = mobile_hint(known);
    view! {
        <PageHeader title=t("customer-add") back=("/customers".to_string(), t("customers-title"))/>
        <PostForm action={action::<CreateSubscriber>()} live=true>
            <Card class="max-w-4xl">
                <ErrorSummary labels=labels/>
                <div class="form-grid">
                    <TextField name="name" label=t("customer-name") maxlength=200 autofocus=true autocomplete="off"/>
                    <div>
                        <TextField name="mobile" label=t("customer-mobile") kind="tel" inputmode="tel" optional=true autocomplete="off" placeholder="01711-234567"/>
                        {hint}
                    </div>
                    <div class="form-wide"><TextAreaField name="address" label=t("customer-address") rows=2 optional=true/></div>
                    {lies_fields(["zone", "latitude", "longitude"], Lies::default(), &zones, found)}
                    <SelectField name="package_id" label=t("customer-package") options=packages empty=t("form-choose")/>
                    {host}
                    <TextField name="promo" label=t("customer-promo") optional=true maxlength=30 autocomplete="off" help=t("customer-promo-help")/>
                    <TextField name="username" label=t("customer-username") maxlength=64 autocomplete="off" help=t("customer-username-help")/>
                    <TextField name="password" label=t("customer-password") maxlength=100 autocomplete="off" help=t("customer-password-help")/>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("customer-add") icon="check"/>
                    <LinkButton href="/customers" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}

/// Who has this number already.
fn mobile_hint(known: Option<(CustomerId, String, String)>) -> AnyView {
    let known = known.map(|(id, number, name)| {
        let words = t_with("customer-mobile-known", &[("name", name.into()), ("number", number.into())]);
        view! {
            <p class="mt-1.5 text-[0.8125rem]">
                <a class="text-warning row-line" target="_blank" href=format!("/customers/{id}")><Icon name="triangle-alert"/>{words}</a>
            </p>
        }
    });
    view! { <div role="status" aria-live="polite">{known}</div> }.into_any()
}
