//! Prepaid time (BIL-05, BIL-20): bought from what the customer has ahead, to the minute; when it is over the line stops
//! without a bill, or renews itself. Money and time move in one transaction, or neither does.

use super::credit::settle;
use super::issue::{Addressed, issue};
use crate::{Error, Result, Services, require};
use chrono::{DateTime, Utc};
use domain::billing::{Billable, Bought, Charging, InvoiceDraft, LineDraft, Term, TimePrice, TimeQuote, base_minutes, buy, time_lines};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, Money, PackageId, Problem, PurchaseId, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use storage::audit::Change;
use storage::billing::ToBill;
use storage::isps::Isp;
use storage::prepaid::{Expired, NewPurchase};
use storage::{IspTx, audit, customers, packages, prepaid, service_changes};
use uuid::Uuid;

/// What the form sent. `key` is made with the form: the same form sent twice buys once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeForm {
    #[serde(default)]
    pub days: String,
    #[serde(default)]
    pub hours: String,
    /// Empty: the package the line has.
    #[serde(default)]
    pub package_id: String,
    #[serde(default)]
    pub key: String,
}

const MOST_HOURS: i64 = 87_840;

pub(super) struct Wanted<'a> {
    pub service: ServiceId,
    pub hours: i64,
    pub package: Option<PackageId>,
    pub key: &'a str,
    pub renewed: bool,
}

pub(super) struct Priced {
    service: ToBill,
    package: (PackageId, Term),
    changes_package: bool,
    bought: Bought,
    /// The time, and what discounts take off it.
    pub lines: Vec<LineDraft>,
    credit_minor: i64,
}

impl Priced {
    fn total(&self) -> i64 {
        self.lines.iter().map(LineDraft::total_minor).sum()
    }
}

fn read(id: ServiceId, form: &TimeForm) -> Result<Wanted<'_>> {
    let number = |text: &str| match domain::money::ascii_digits(text.trim()).as_str() {
        "" => Some(0),
        digits => digits.parse::<i64>().ok().filter(|n| (0..=MOST_HOURS).contains(n)),
    };
    let mut problems = Vec::new();
    let mut count = |field: &str, text: &str, most: i64| {
        number(text).filter(|n| *n <= most).unwrap_or_else(|| {
            problems.push(Problem::new(field, "problem-number-range").with("least", 0).with("most", most));
            0
        })
    };
    let hours = count("days", &form.days, 3_660) * 24 + count("hours", &form.hours, 8_784);
    if hours == 0 && problems.is_empty() {
        problems.push(Problem::new("days", "problem-time-nothing"));
    }
    let package = match form.package_id.trim() {
        "" => None,
        id => id.parse().map(Some).unwrap_or_else(|_| {
            problems.push(Problem::new("package_id", "problem-choice"));
            None
        }),
    };
    if problems.is_empty() {
        Ok(Wanted { service: id, hours, package, key: &form.key, renewed: false })
    } else {
        Err(Error::Invalid(problems))
    }
}

/// What time would cost. Writes nothing.
pub async fn quote_time(services: &Services, caller: &Caller, id: ServiceId, form: &TimeForm) -> Result<TimeQuote> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let priced = price(&mut tx, services, &isp, &read(id, form)?).await?;
    Ok(TimeQuote {
        package: priced.package.1.description.to_string(),
        until: priced.bought.until,
        converted_minutes: priced.bought.converted_minutes,
        total: Money::new(priced.total(), isp.currency),
        off: Money::new(-priced.lines.iter().skip(1).map(LineDraft::total_minor).sum::<i64>(), isp.currency),
        credit: Money::new(priced.credit_minor, isp.currency),
    })
}

/// Buys time from the customer's credit; answers with until when the line is good.
pub async fn buy_time(services: &Services, caller: &Caller, id: ServiceId, form: &TimeForm) -> Result<(CustomerId, DateTime<Utc>)> {
    require(caller, Permission::BillingGenerate)?;
    let wanted = read(id, form)?;
    if !(8..=100).contains(&form.key.len()) {
        return Err(Error::Invalid(vec![Problem::new("", "problem-form-stale")]));
    }
    let isp = services.isp(caller.isp_id).await?;
    purchase(services, caller, &isp, &wanted).await
}

async fn purchase(services: &Services, caller: &Caller, isp: &Isp, wanted: &Wanted<'_>) -> Result<(CustomerId, DateTime<Utc>)> {
    let (now, today) = (services.now(), services.today(isp));
    let mut tx = services.begin(caller).await?;
    // In the order of the run: first the series, then the customer.
    storage::numbers::lock(&mut tx, &super::issue::invoice_series(today)).await?;
    let (customer, _) = customers::of_service(&mut tx, wanted.service).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    match prepaid::find_by_key(&mut tx, wanted.key).await? {
        Some((same, until)) if same == wanted.service => return Ok((customer, until)),
        Some(_) => return Err(Error::Conflict(Problem::new("", "problem-form-stale"))),
        None => {}
    }
    let priced = price(&mut tx, services, isp, wanted).await?;
    let total = priced.total();
    if total > priced.credit_minor {
        let short = Money::new(total - priced.credit_minor, isp.currency).plain();
        let price = Money::new(total, isp.currency).plain();
        return Err(Error::Invalid(vec![Problem::new("days", "problem-balance-short").with("price", price).with("short", short)]));
    }
    let mut invoice_id = None;
    if total > 0 {
        let draft = InvoiceDraft::of(&priced.service.billable, priced.lines, isp.currency, today).map_err(super::bill::refused)?;
        let bill = Addressed { draft, name: &priced.service.customer_name, address: priced.service.customer_address.as_deref() };
        invoice_id = issue(&mut tx, services, None, today, &[bill]).await?.into_iter().next().map(|(id, _)| id);
        if let Some(invoice) = invoice_id {
            settle(&mut tx, services, isp, today, &[(customer, invoice, total)]).await?;
        }
    }
    let before = customers::set_expiry(&mut tx, wanted.service, Some(priced.bought.until)).await?;
    if priced.changes_package {
        service_changes::set_package(&mut tx, wanted.service, priced.package.0, None).await?;
    }
    let purchase = NewPurchase {
        id: PurchaseId(Uuid::now_v7()),
        service_id: wanted.service,
        customer_id: customer,
        package_id: priced.package.0,
        hours: i32::try_from(wanted.hours).unwrap_or(i32::MAX),
        bought: priced.bought,
        invoice_id,
        renewed: wanted.renewed,
        key: wanted.key,
    };
    prepaid::create(&mut tx, &purchase, now).await?;
    super::refresh(&mut tx, isp, services.now(), &[customer], &HashMap::new()).await?;
    let after = serde_json::json!({ "expires_at": priced.bought.until, "hours": wanted.hours, "total_minor": total });
    let change = Change {
        action: if wanted.renewed { "service.renew" } else { "service.buy_time" },
        object_kind: "service",
        object_id: Some(wanted.service.0),
        customer_id: Some(customer.0),
        before: Some(serde_json::json!({ "expires_at": before })),
        after: Some(after),
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok((customer, priced.bought.until))
}

pub(super) async fn price(tx: &mut IspTx, services: &Services, isp: &Isp, wanted: &Wanted<'_>) -> Result<Priced> {
    let invalid = |field: &str, key: &str| Error::Invalid(vec![Problem::new(field, key)]);
    let (now, today) = (services.now(), services.today(isp));
    let service = storage::billing::billable(tx, wanted.service, isp.zone).await?.ok_or(Error::NotFound)?;
    let profile = super::profiles::of_customer(tx, service.billable.customer_id).await?;
    let (current, _) = service_changes::current(tx, wanted.service).await?.ok_or(Error::NotFound)?;
    let old = service.billable.term(today).ok_or(Error::NotFound)?.clone();
    let (package, term) = match wanted.package.filter(|package| *package != current) {
        None => (current, old.clone()),
        Some(package) => {
            packages::find(tx, package, today)
                .await?
                .filter(|package| !package.archived)
                .ok_or_else(|| invalid("package_id", "problem-choice"))?;
            (package, storage::billing::package_term(tx, package, None, today, profile.kind).await?.ok_or(Error::NotFound)?)
        }
    };
    if term.charging != Charging::Prepaid || term.currency != isp.currency {
        return Err(invalid("package_id", "problem-not-prepaid"));
    }
    if wanted.hours < i64::from(profile.minimum_days) * 24 && base_minutes(term.validity, profile.daily_base) >= 1_440 {
        return Err(Error::Invalid(vec![Problem::new("days", "problem-time-minimum").with("days", profile.minimum_days)]));
    }
    let changes_package = package != current;
    let price_of = |billable: &Billable, term: &Term, changed: bool| TimePrice {
        price_minor: if changed { term.usual_price(today) } else { billable.price(term, today) },
        base_minutes: base_minutes(term.validity, profile.daily_base),
    };
    let new = price_of(&service.billable, &term, changes_package);
    let other = changes_package.then(|| profile.convert_remaining.then(|| price_of(&service.billable, &old, false)));
    let expires_at = storage::prepaid::expires_at(tx, wanted.service).await?;
    let bought = buy(now, expires_at, wanted.hours * 60, new, other).ok_or_else(|| invalid("days", "problem-amount-too-large"))?;
    let zone = super::coverage::profile_zone(profile.time_zone.as_deref(), isp.zone);
    let lines = time_lines(&service.billable, &term, new, (bought.from, wanted.hours * 60), zone, today)
        .map_err(|_| invalid("days", "problem-amount-too-large"))?;
    let customer = service.billable.customer_id;
    let credit_minor = storage::billing::credits(tx, &[customer]).await?.get(&customer).copied().unwrap_or(0);
    Ok(Priced { service, package: (package, term), changes_package, bought, lines, credit_minor })
}

/// Whether the line renews itself when its time is over.
pub async fn set_auto_renew(services: &Services, caller: &Caller, id: ServiceId, on: bool) -> Result<CustomerId> {
    require(caller, Permission::CustomersUpdate)?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    prepaid::set_auto_renew(&mut tx, id, on).await?;
    let change = Change {
        action: "service.auto_renew",
        object_kind: "service",
        object_id: Some(id.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "on": on })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(customer)
}

const BATCH: i64 = 500;

/// Lines whose time is over: renewed from credit where that was asked for and is enough, else noted as expired. Answers
/// with how many of each.
pub async fn expire_due(services: &Services, caller: &Caller) -> Result<(usize, usize)> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let (mut renewed, mut expired, mut after) = (0, 0, None);
    loop {
        let batch = {
            let mut tx = services.begin(caller).await?;
            prepaid::expired(&mut tx, services.now(), after, BATCH).await?
        };
        let Some(last) = batch.last() else { return Ok((renewed, expired)) };
        after = Some(last.service_id);
        let mut over = Vec::new();
        for line in &batch {
            if line.auto_renew && renew(services, caller, &isp, line).await? { renewed += 1 } else { over.push(*line) }
        }
        expired += over.len();
        note_expired(services, caller, &over).await?;
    }
}

/// As much again as was bought last. `false`: not enough money, or no longer sold so.
async fn renew(services: &Services, caller: &Caller, isp: &Isp, line: &Expired) -> Result<bool> {
    let hours = {
        let mut tx = services.begin(caller).await?;
        prepaid::last_hours(&mut tx, line.service_id).await?
    };
    let Some(hours) = hours else { return Ok(false) };
    let key = format!("renew:{}:{}", line.service_id, line.expires_at.timestamp());
    let wanted = Wanted { service: line.service_id, hours: hours.into(), package: None, key: &key, renewed: true };
    match purchase(services, caller, isp, &wanted).await {
        Ok(_) => Ok(true),
        Err(Error::Invalid(_) | Error::NotFound | Error::Conflict(_)) => Ok(false),
        // One line's fault is not the others'.
        Err(error @ Error::Internal(_)) => {
            tracing::error!(%error, service = %line.service_id, "a line could not be renewed");
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

async fn note_expired(services: &Services, caller: &Caller, over: &[Expired]) -> Result<()> {
    if over.is_empty() {
        return Ok(());
    }
    let mut tx = services.begin(caller).await?;
    let seen: Vec<_> = over.iter().map(|line| (line.service_id, line.expires_at)).collect();
    prepaid::mark_seen(&mut tx, &seen).await?;
    for line in over {
        let change = Change {
            action: "service.expired",
            object_kind: "service",
            object_id: Some(line.service_id.0),
            customer_id: Some(line.customer_id.0),
            after: Some(serde_json::json!({ "expires_at": line.expires_at })),
            ..Change::default()
        };
        audit::record(&mut tx, services.now(), change).await?;
    }
    Ok(tx.commit().await?)
}
