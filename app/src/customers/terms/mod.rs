//! A subscriber's terms on one page: his packages and what is planned for them, prepaid time, rests, add-ons, discounts,
//! what waits for his next bill, his billing rule, credit limit and tax. Drawn on the server.

pub mod api;
mod line;
mod money;

use super::customer_bar;
use crate::UiError;
use crate::drawn::Drawing;
use domain::CustomerId;
use domain::billing::{ChangeQuote, Charging, CustomerTerms, ServiceTerms, TimeQuote};
use domain::packages::Package;
use domain::rights::Permission;
use leptos::prelude::*;
use services::billing::{self, ChangeForm, TimeForm};
use services::packages;
use ui::prelude::*;

/// What the person may do here.
#[derive(Clone, Copy)]
pub(super) struct May {
    change: bool,
    rest: bool,
    bill: bool,
    discount: bool,
    terms: bool,
}

/// What stands in a live form would come to, or why it would not do.
pub(super) enum Quoted {
    Nothing,
    Change(ChangeQuote),
    Time(TimeQuote),
}

pub async fn page(at: Drawing) -> Result<AnyView, UiError> {
    let id: CustomerId = at.param("id")?;
    let (services, caller) = (at.services(), at.caller()?);
    let terms = billing::customer_terms(services, caller, id).await?;
    let name = terms.name.clone();
    let profiles = billing::profiles(services, caller).await?;
    let taxes = billing::tax_profiles(services, caller).await?;
    let offers: Vec<Package> =
        packages::list_packages(services, caller).await.unwrap_or_default().into_iter().filter(|p| !p.archived).collect();
    let visit = at.visit();
    let may = May {
        change: visit.may(Permission::CustomersUpdate),
        rest: visit.may(Permission::CustomersSuspend),
        bill: visit.may(Permission::BillingGenerate),
        discount: caller.allowed_for(Permission::ManualDiscount, id),
        terms: visit.may(Permission::BillingProfiles),
    };
    let mut lines = Vec::new();
    for service in &terms.services {
        let quoted = quote(&at, service).await?;
        lines.push(line::card(at.visit(), service.clone(), &offers, money::tax_options(&taxes), may, quoted));
    }
    let back = (format!("/customers/{id}"), name.clone());
    let side = money::cards(id, terms.clone(), &profiles, money::tax_options(&taxes), may);
    let nothing = nothing(&terms);
    Ok(view! {
        <PageHeader title=t("terms-title") subtitle=name back=back/>
        {customer_bar(id, "terms")}
        <div class="split"><div class="flow">{lines}{nothing}</div><div class="flow">{side}</div></div>
    }
    .into_any())
}

fn nothing(terms: &CustomerTerms) -> Option<AnyView> {
    terms
        .services
        .is_empty()
        .then(|| view! { <Card><EmptyState icon="network" title=t("terms-no-line") body=t("terms-no-line-body")/></Card> }.into_any())
}

/// What was typed into the forms of one line would come to.
async fn quote(at: &Drawing, service: &ServiceTerms) -> Result<Quoted, UiError> {
    let typed = |field: &str| at.typed(field).unwrap_or_default().to_string();
    if typed("service") != service.id.to_string() {
        return Ok(Quoted::Nothing);
    }
    if service.charging == Charging::Prepaid {
        let form =
            TimeForm { days: typed("form[days]"), hours: typed("form[hours]"), package_id: typed("form[package_id]"), key: String::new() };
        let quoted = billing::quote_time(at.services(), at.caller()?, service.id, &form).await;
        return Ok(quoted.map_or(Quoted::Nothing, Quoted::Time));
    }
    let form = ChangeForm { package_id: typed("form[package_id]"), when: typed("form[when]"), key: String::new() };
    let quoted = billing::quote_change(at.services(), at.caller()?, service.id, &form).await;
    Ok(quoted.map_or(Quoted::Nothing, Quoted::Change))
}

pub(super) fn amount(money: domain::Money) -> String {
    locales::money(use_language(), money.minor, money.currency.code())
}

pub(super) fn day(date: chrono::NaiveDate) -> String {
    locales::date(use_language(), date)
}
