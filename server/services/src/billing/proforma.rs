//! The next bill before there is one (BIL-25): computed by the rules of the run over the same rows, shown, and on demand
//! kept under a number of its own series so that it can be printed again. Posts nothing and owes nothing.

use super::prepaid::{self, Wanted};
use crate::{Error, Result, Services, require};
use chrono::{Datelike, NaiveDate};
use domain::billing::{
    Billable, Charging, InvoiceDraft, InvoiceLineView, LineDraft, NextBill, Proforma, Refusal, base_minutes, next_bills,
};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, Money, PackageId, Problem, ProformaId, ServiceId};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::billing::ToBill;
use storage::isps::Isp;
use storage::{IspTx, audit, customers, numbers, packages, proformas};
use uuid::Uuid;

/// What the form sent: empty fields mean all lines, with the packages they have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextBillForm {
    #[serde(default)]
    pub service_id: String,
    #[serde(default)]
    pub package_id: String,
}

const LAST: i64 = 20;

struct Asked {
    service: Option<ServiceId>,
    package: Option<PackageId>,
}

fn read(form: &NextBillForm) -> Result<Asked> {
    fn choice<T: std::str::FromStr>(field: &str, text: &str) -> Result<Option<T>> {
        match text.trim() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| invalid(field, "problem-choice")),
        }
    }
    Ok(Asked { service: choice("service_id", &form.service_id)?, package: choice("package_id", &form.package_id)? })
}

fn invalid(field: &str, key: &str) -> Error {
    Error::Invalid(vec![Problem::new(field, key)])
}

/// Staff who may see bills; a subscriber himself. Another's customer is not found.
async fn may_see(services: &Services, caller: &Caller, customer: CustomerId) -> Result<()> {
    match caller.customer_id {
        Some(own) => {
            require(caller, Permission::OwnAccount)?;
            if own != customer { Err(Error::NotFound) } else { Ok(()) }
        }
        None => {
            require(caller, Permission::BillingView)?;
            let mut tx = services.begin(caller).await?;
            customers::name(&mut tx, customer).await?.map(|_| ()).ok_or(Error::NotFound)
        }
    }
}

/// What a customer is billed next. Writes nothing.
pub async fn next_bill(services: &Services, caller: &Caller, customer: CustomerId, form: &NextBillForm) -> Result<NextBill> {
    may_see(services, caller, customer).await?;
    let isp = services.isp(caller.isp_id).await?;
    Ok(compute(services, &isp, customer, &read(form)?).await?.1)
}

/// Keeps the next bill as a proforma; one that says the same as one of today is that one.
pub async fn make_proforma(services: &Services, caller: &Caller, customer: CustomerId, form: &NextBillForm) -> Result<ProformaId> {
    require(caller, Permission::BillingGenerate)?;
    may_see(services, caller, customer).await?;
    keep(services, caller, customer, &read(form)?).await
}

/// The same for a subscriber, of his own lines as they are.
pub async fn make_own_proforma(services: &Services, caller: &Caller) -> Result<ProformaId> {
    require(caller, Permission::OwnAccount)?;
    let own = caller.customer_id.ok_or(Error::NotFound)?;
    keep(services, caller, own, &Asked { service: None, package: None }).await
}

async fn keep(services: &Services, caller: &Caller, customer: CustomerId, asked: &Asked) -> Result<ProformaId> {
    let isp = services.isp(caller.isp_id).await?;
    let (today, now) = (services.today(&isp), services.now());
    let (person, bill) = compute(services, &isp, customer, asked).await?;
    let mut tx = services.begin(caller).await?;
    // Whoever presses twice stands in line here, and finds what the first one made.
    let series = format!("proforma:{}", today.year());
    numbers::lock(&mut tx, &series).await?;
    let mut new = Proforma {
        id: ProformaId(Uuid::now_v7()),
        number: String::new(),
        customer_id: customer,
        customer_number: person.number,
        customer_name: person.name,
        customer_address: person.address,
        made_at: now,
        made_on: today,
        by: caller.actor_name().to_owned(),
        bill,
    };
    if let Some(same) = proformas::alike(&mut tx, &new).await? {
        return Ok(same);
    }
    new.number = format!("PRO-{}-{:05}", today.year(), numbers::take(&mut tx, &series, 1).await?);
    proformas::create(&mut tx, &new).await?;
    let change = Change {
        action: "proforma.create",
        object_kind: "proforma",
        object_id: Some(new.id.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "number": new.number, "total_minor": new.bill.total.minor })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(new.id)
}

/// One as it was made.
pub async fn proforma(services: &Services, caller: &Caller, id: ProformaId) -> Result<Proforma> {
    require(caller, if caller.customer_id.is_some() { Permission::OwnAccount } else { Permission::BillingView })?;
    let mut tx = services.begin(caller).await?;
    proformas::find(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// The last ones of a customer.
pub async fn proformas(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<Proforma>> {
    may_see(services, caller, customer).await?;
    let mut tx = services.begin(caller).await?;
    Ok(proformas::of_customer(&mut tx, customer, LAST).await?)
}

struct Person {
    number: String,
    name: String,
    address: Option<String>,
}

/// Reads as the run does, which sees prices that a subscriber does not; who may ask was decided before.
async fn compute(services: &Services, isp: &Isp, customer: CustomerId, asked: &Asked) -> Result<(Person, NextBill)> {
    let today = services.today(isp);
    let mut tx = services.begin(&Caller::system(isp.id, "next bill")).await?;
    let mut lines = Vec::new();
    for id in customers::service_ids(&mut tx, customer).await? {
        if asked.service.is_none_or(|service| service == id) {
            lines.extend(storage::billing::billable(&mut tx, id, isp.zone).await?);
        }
    }
    let nothing = || invalid("", "problem-proforma-nothing");
    let first = lines.first().ok_or_else(nothing)?;
    let person =
        Person { number: first.customer_number.clone(), name: first.customer_name.clone(), address: first.customer_address.clone() };
    if asked.package.is_some() && lines.len() > 1 {
        return Err(invalid("service_id", "problem-proforma-line"));
    }
    let mut drafts = Vec::new();
    for line in lines {
        drafts.extend(of_line(&mut tx, services, isp, line, asked.package).await?);
    }
    drafts.sort_by_key(|draft| draft.issued_on);
    let mut charges = storage::charges::open(&mut tx, &[customer]).await?;
    let exempt = storage::customer_terms::read(&mut tx, customer).await?.ok_or(Error::NotFound)?.tax_exempt;
    if let (Some(first), Some(waiting)) = (drafts.first_mut(), charges.get_mut(&customer)) {
        first.take_charges(waiting, exempt).map_err(refused)?;
    }
    let credit = storage::billing::credits(&mut tx, &[customer]).await?.get(&customer).copied().unwrap_or(0);
    let expected_on = drafts.first().map_or(today, |draft| draft.issued_on);
    let bill = whole(isp, expected_on, drafts.into_iter().flat_map(|draft| draft.lines), credit);
    if bill.total.minor > 0 { Ok((person, bill)) } else { Err(nothing()) }
}

fn refused(refusal: Refusal) -> Error {
    invalid("", &format!("problem-proforma-{}", refusal.slug().replace('_', "-")))
}

/// The next bills of one line, with the package it has or the one that was asked about.
async fn of_line(tx: &mut IspTx, services: &Services, isp: &Isp, line: ToBill, package: Option<PackageId>) -> Result<Vec<InvoiceDraft>> {
    let today = services.today(isp);
    let mut service = line.billable;
    if let Some(package) = package {
        let offered = packages::find(tx, package, today).await?.filter(|package| !package.archived);
        offered.ok_or_else(|| invalid("package_id", "problem-choice"))?;
        let kind = service.rhythm.kind;
        let term = storage::billing::package_term(tx, package, None, service.billed_until, kind).await?;
        service.terms = vec![term.ok_or_else(|| invalid("package_id", "problem-choice"))?];
    }
    let Some(term) = service.term(today.max(service.billed_until)) else { return Ok(Vec::new()) };
    match term.charging {
        Charging::Cycle => next_bills(&service, isp.currency, today).map_err(refused),
        Charging::Prepaid => bought_next(tx, services, isp, &service, package).await,
        Charging::Once | Charging::Nothing => Ok(Vec::new()),
    }
}

/// As much time as the package is sold for.
async fn bought_next(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    service: &Billable,
    package: Option<PackageId>,
) -> Result<Vec<InvoiceDraft>> {
    let today = services.today(isp);
    let profile = super::profiles::of_customer(tx, service.customer_id).await?;
    let Some(term) = service.term(today.max(service.billed_until)) else { return Ok(Vec::new()) };
    let minutes = base_minutes(term.validity, profile.daily_base);
    let least = if minutes >= 1_440 { i64::from(profile.minimum_days) * 24 } else { 1 };
    let hours = (minutes / 60).max(least);
    let wanted = Wanted { service: service.service_id, hours, package, key: "", renewed: false };
    let priced = prepaid::price(tx, services, isp, &wanted).await?;
    Ok(vec![InvoiceDraft::of(service, priced.lines, isp.currency, today).map_err(refused)?])
}

fn whole(isp: &Isp, expected_on: NaiveDate, lines: impl Iterator<Item = LineDraft>, credit_minor: i64) -> NextBill {
    let lines: Vec<LineDraft> = lines.collect();
    let money = |minor| Money::new(minor, isp.currency);
    let days = |days: Option<i64>| days.and_then(|days| i16::try_from(days).ok());
    let net = lines.iter().map(|line| line.net_minor).sum();
    let tax = lines.iter().map(|line| line.tax_minor).sum();
    let view = |line: LineDraft| InvoiceLineView {
        kind: line.kind,
        description: line.description,
        service_id: line.service_id,
        period_start: line.period.map(|period| period.start),
        period_end: line.period.map(|period| period.end),
        days: days(line.days),
        days_in_period: days(line.days_in_period),
        net: money(line.net_minor),
        tax: money(line.tax_minor),
        tax_rate: line.tax_rate.normalize().to_string(),
    };
    NextBill {
        expected_on,
        lines: lines.into_iter().map(view).collect(),
        net: money(net),
        tax: money(tax),
        total: money(net + tax),
        credit: money(credit_minor.max(0)),
    }
}
