//! Months that have passed: bills on the first of each, people who pay or do not, lines that go down. All of it by the
//! use cases of the product, at instants that lie behind.

use anyhow::Result;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use domain::billing::InvoiceFilter;
use domain::customers::Paging;
use domain::people::{Actor, Bounds, Caller, Role};
use domain::zones::at_time;
use domain::{AccountId, CustomerId, IspId};
use services::dunning::BrakeChoice;
use services::payments::{PaymentForm, take_payment};
use services::{ManualClock, Services};
use std::sync::Arc;
use storage::isps::Isp;

/// The product as it was at an instant.
pub fn back_then(services: &Services, at: DateTime<Utc>) -> (Services, ManualClock) {
    let clock = ManualClock::at(at);
    (Services::new(services.db.clone(), services.keys.clone(), Arc::new(clock.clone())), clock)
}

/// Somebody at the counter.
pub fn collector(isp_id: IspId, id: AccountId, name: &str) -> Caller {
    Caller {
        isp_id,
        actor: Actor::Account { id, name: name.into() },
        role: Role::Admin,
        grants: Vec::new(),
        owner_path: None,
        customer_id: None,
        ip: None,
        request_id: None,
        session: None,
        bounds: Bounds::default(),
        read_only: false,
    }
}

/// Lives through every day from `from` to yesterday and this morning: bills on the day they are due, takes payments
/// over the days after, suspends in the evening. Of a hundred bills about `payers` are paid.
pub async fn live(services: &Services, isp: &Isp, from: NaiveDate, collector: &Caller, payers: u64, never: &[CustomerId]) -> Result<()> {
    let now = services.now();
    let today = services.today(isp);
    let system = Caller::system(isp.id, "demo");
    for day in from.iter_days().take_while(|day| *day <= today) {
        let morning = at_time(day, NaiveTime::from_hms_opt(1, 0, 0).unwrap_or_default(), isp.zone).min(now);
        let (then, clock) = back_then(services, morning);
        services::billing::run_billing(&then, &system, day).await?;
        take_some(&then, &clock, isp, collector, Payday { day, payers, never, until: now }).await?;
        let nine = at_time(day, NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default(), isp.zone);
        if nine < now {
            clock.set(nine);
            for before_due in [true, false] {
                services::dunning::run_steps(&then, &system, day, before_due).await?;
            }
        }
        let evening = at_time(day, NaiveTime::from_hms_opt(23, 50, 0).unwrap_or_default(), isp.zone);
        if evening < now {
            clock.set(evening);
            suspend(&then, &system).await?;
        }
    }
    Ok(())
}

/// Suspends whoever has not paid; a run that stops because that are many is looked at and released.
pub async fn suspend(services: &Services, caller: &Caller) -> Result<()> {
    if services::billing::suspend_overdue(services, caller).await?.held > 0
        && let Some(stopped) = services::dunning::open_brake(services, caller).await?
    {
        services::dunning::decide(services, caller, stopped.id, &BrakeChoice::All, None, "The list was checked by hand").await?;
        services::billing::suspend_overdue(services, caller).await?;
    }
    Ok(())
}

/// Who pays on a day, and until when it has come.
#[derive(Clone, Copy)]
struct Payday<'a> {
    day: NaiveDate,
    /// Of a hundred.
    payers: u64,
    never: &'a [CustomerId],
    until: DateTime<Utc>,
}

/// The payments of one day: each bill has its day, by its customer's number.
async fn take_some(services: &Services, clock: &ManualClock, isp: &Isp, collector: &Caller, today: Payday<'_>) -> Result<()> {
    let Payday { day, payers, never, until } = today;
    let unpaid = InvoiceFilter { due_by: Some(day + Days::new(60)), ..InvoiceFilter::default() };
    let mut bills = Vec::new();
    for number in 1.. {
        let (page, _) = services::billing::invoices(services, collector, &unpaid, None, Paging::new(number, 200)).await?;
        let last = page.rows.len() < 200;
        bills.extend(page.rows);
        if last {
            break;
        }
    }
    for bill in bills {
        let chance = chance(&bill.customer_number);
        let pays_on = bill.issued_on + Days::new(1 + chance % 9);
        if chance % 100 >= payers || pays_on != day || never.contains(&bill.customer_id) {
            continue;
        }
        let hour = 9 + u32::try_from(chance % 11).unwrap_or(0);
        let at = at_time(day, NaiveTime::from_hms_opt(hour, u32::try_from(chance % 60).unwrap_or(0), 0).unwrap_or_default(), isp.zone);
        if at > until {
            continue;
        }
        clock.set(at);
        let part = chance.is_multiple_of(17) && bill.total.minor > 20_000;
        let amount = if part { domain::Money::new(20_000, isp.currency) } else { bill.due };
        let method = if chance.is_multiple_of(5) { "bank" } else { "cash" };
        let key = format!("demo-{}-{day}", bill.id);
        let reference = if method == "bank" { format!("DB{:07}", 4_000_000 + chance * 97 % 900_000) } else { String::new() };
        let form = PaymentForm { amount: amount.plain(), method: method.into(), reference, key, ..PaymentForm::default() };
        take_payment(services, collector, bill.customer_id, &form).await?;
    }
    Ok(())
}

/// A number between 0 and 9,999 that belongs to a customer: the same customer always pays alike.
fn chance(text: &str) -> u64 {
    text.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte))) % 10_000
}

/// The first day of the month `months` before `day`.
pub fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    first.checked_sub_months(chrono::Months::new(months)).unwrap_or(first)
}
