//! Who is not cut although he owes: somebody promised to pay, or he is exempt for a reason (BIL-19). Both are seen at once
//! in the instant at which his lines may be cut, and lift what non-payment held down.

use crate::billing::{cuts, refresh};
use crate::messages::{Notice, queue, recipients};
use crate::settings::values_of;
use crate::{Error, Result, Services, require, require_for};
use chrono::{Days, Months, NaiveDate};
use domain::calendar::billing_month;
use domain::dunning::{Channel, CustomerDunning, Exemption, PromiseFacts, Settings, check_promise};
use domain::messages::Template;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, Money, Problem, PromiseId};
use std::collections::HashMap;
use storage::audit::Change;
use storage::dunning::NewPromise;
use storage::isps::Isp;
use storage::{IspTx, audit, customers, dunning};
use uuid::Uuid;

/// Staff takes a promise. It gives days, and so changes the day of suspension.
pub async fn promise(services: &Services, caller: &Caller, customer: CustomerId, until: NaiveDate, note: &str) -> Result<PromiseId> {
    require_for(caller, Permission::EditSuspendDate, customer)?;
    let note = note.trim();
    if note.chars().count() > 300 {
        return Err(Error::Invalid(vec![Problem::new("note", "problem-too-long").with("most", 300)]));
    }
    make(services, caller, customer, until, Some(note).filter(|note| !note.is_empty()), false).await
}

/// A subscriber promises for himself.
pub async fn promise_own(services: &Services, caller: &Caller, until: NaiveDate) -> Result<PromiseId> {
    require(caller, Permission::OwnAccount)?;
    let customer = caller.customer_id.ok_or(Error::NotFound)?;
    // The subscriber's own transaction may not write what it must write here; the customer comes from his session alone.
    let system = Caller { customer_id: None, role: domain::people::Role::Admin, ..caller.clone() };
    make(services, &system, customer, until, None, true).await
}

async fn make(
    services: &Services,
    caller: &Caller,
    customer: CustomerId,
    until: NaiveDate,
    note: Option<&str>,
    by_customer: bool,
) -> Result<PromiseId> {
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let (settings, cycle_on, facts) = promise_facts(&mut tx, &isp, customer, today).await?;
    check_promise(settings.promise(), facts, today, until, by_customer).map_err(|problem| Error::Invalid(vec![problem]))?;
    let id = PromiseId(Uuid::now_v7());
    let due = Money::new(facts.due_minor, isp.currency);
    let new = NewPromise {
        id,
        customer_id: customer,
        made_on: today,
        until_on: until,
        cycle_on,
        due,
        by_customer,
        made_by: caller.actor_name(),
        note,
        made_at: now,
    };
    dunning::insert_promise(&mut tx, &new).await?;
    record(
        &mut tx,
        services,
        "promise.make",
        "promise",
        Some(id.0),
        customer,
        serde_json::json!({ "until": until, "due_minor": due.minor }),
    )
    .await?;
    refresh(&mut tx, &isp, now, &[customer], &HashMap::new()).await?;
    if let Some(to) = recipients(&mut tx, &[customer]).await?.remove(&customer) {
        let notice = Notice {
            template: Template::Promised,
            channels: vec![Channel::Sms, Channel::Email],
            to,
            dedupe: format!("promised:{id}"),
            money: vec![("amount", due)],
            days: vec![("until", until)],
            words: Vec::new(),
            invoice_id: None,
            until_paid: false,
        };
        queue(&mut tx, services, &isp, &[notice]).await?;
    }
    tx.commit().await?;
    Ok(id)
}

async fn promise_facts(tx: &mut IspTx, isp: &Isp, customer: CustomerId, today: NaiveDate) -> Result<(Settings, NaiveDate, PromiseFacts)> {
    let settings = Settings::of(&values_of(tx, isp, customer).await?);
    let billing_day = dunning::billing_day(tx, customer).await?;
    let cycle_on = billing_month(today, billing_day).map_or(today, |month| month.start);
    let year_from = today.checked_sub_months(Months::new(12)).unwrap_or(today);
    let facts = dunning::promise_facts(tx, customer, cycle_on, year_from).await?;
    Ok((settings, cycle_on, facts))
}

async fn record(
    tx: &mut IspTx,
    services: &Services,
    action: &str,
    kind: &str,
    id: Option<Uuid>,
    customer: CustomerId,
    after: serde_json::Value,
) -> Result<()> {
    let change =
        Change { action, object_kind: kind, object_id: id, customer_id: Some(customer.0), after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}

/// Takes an open promise back; it does not count against the customer.
pub async fn withdraw_promise(services: &Services, caller: &Caller, customer: CustomerId) -> Result<()> {
    require_for(caller, Permission::EditSuspendDate, customer)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let id = dunning::close_promise(&mut tx, customer, "cancelled", services.now()).await?.ok_or(Error::NotFound)?;
    record(&mut tx, services, "promise.withdraw", "promise", Some(id.0), customer, serde_json::json!({})).await?;
    refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    Ok(tx.commit().await?)
}

/// Ends promises: kept, as soon as what was promised is paid; broken, when the instant up to which they gave time has
/// come. Answers with how many were kept and how many broken.
pub async fn end_promises(services: &Services, caller: &Caller) -> Result<(u64, u64)> {
    require(caller, Permission::EditSuspendDate)?;
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let (mut kept, mut broken) = (0, 0);
    let mut tx = services.begin(caller).await?;
    // A profile may live in a zone in which it is tomorrow already; the instant itself decides below.
    let ended = dunning::promises_to_look_at(&mut tx, services.today(&isp) + Days::new(1)).await?;
    drop(tx);
    for (customer, paid) in ended {
        let mut tx = services.begin(caller).await?;
        customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
        let over =
            cuts(&mut tx, &isp, now, &[customer], &HashMap::new()).await?.iter().all(|cut| cut.cut_off_at.is_some_and(|at| at <= now));
        let state = match (paid, over) {
            (true, _) => "kept",
            (false, true) => "broken",
            (false, false) => continue,
        };
        let Some(id) = dunning::close_promise(&mut tx, customer, state, now).await? else { continue };
        let action = if paid { "promise.keep" } else { "promise.break" };
        record(&mut tx, services, action, "promise", Some(id.0), customer, serde_json::json!({})).await?;
        refresh(&mut tx, &isp, now, &[customer], &HashMap::new()).await?;
        tx.commit().await?;
        if paid { kept += 1 } else { broken += 1 }
    }
    Ok((kept, broken))
}

/// Exempts a customer from dunning and suspension, to the end of a day or until somebody ends it.
pub async fn exempt(services: &Services, caller: &Caller, customer: CustomerId, reason: &str, until: Option<NaiveDate>) -> Result<()> {
    require_for(caller, Permission::EditSuspendDate, customer)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut problems = Vec::new();
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 300 {
        problems.push(Problem::new("reason", "problem-reason-needed").with("most", 300));
    }
    if until.is_some_and(|until| until < services.today(&isp)) {
        problems.push(Problem::new("until", "problem-day-past"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let exemption = Exemption { reason: reason.into(), until_on: until, set_by: caller.actor_name().into(), set_at: services.now() };
    dunning::set_exemption(&mut tx, customer, &exemption).await?;
    record(
        &mut tx,
        services,
        "customer.exempt",
        "customer",
        Some(customer.0),
        customer,
        serde_json::json!({ "reason": reason, "until": until }),
    )
    .await?;
    refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    Ok(tx.commit().await?)
}

/// Ends an exemption.
pub async fn lift_exemption(services: &Services, caller: &Caller, customer: CustomerId) -> Result<()> {
    require_for(caller, Permission::EditSuspendDate, customer)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    if !dunning::end_exemption(&mut tx, customer).await? {
        return Err(Error::NotFound);
    }
    record(&mut tx, services, "customer.exempt_end", "customer", Some(customer.0), customer, serde_json::json!({})).await?;
    refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    Ok(tx.commit().await?)
}

/// Everything that dunning knows of a customer.
pub async fn customer_dunning(services: &Services, caller: &Caller, customer: CustomerId) -> Result<CustomerDunning> {
    require(caller, Permission::CustomersView)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    customers::detail(&mut tx, customer, today, now).await?.ok_or(Error::NotFound)?;
    let (settings, _, facts) = promise_facts(&mut tx, &isp, customer, today).await?;
    let last = today + Days::new(u64::from(settings.promise_days.unsigned_abs()));
    let cuts = cuts(&mut tx, &isp, now, &[customer], &HashMap::new()).await?;
    Ok(CustomerDunning {
        exemption: dunning::exemption(&mut tx, customer).await?,
        promises: dunning::promises(&mut tx, customer).await?,
        steps: dunning::steps_done(&mut tx, customer, 50).await?,
        cut_off_at: cuts.iter().filter(|cut| cut.facts.active).filter_map(|cut| cut.cut_off_at).min(),
        refusal: check_promise(settings.promise(), facts, today, last, false).err(),
        promise_until: Some(last),
    })
}

/// What the portal offers: the last day he may promise and his open promise, or why he may not.
pub async fn own_promise_offer(services: &Services, caller: &Caller) -> Result<CustomerDunning> {
    require(caller, Permission::OwnAccount)?;
    let customer = caller.customer_id.ok_or(Error::NotFound)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let (settings, _, facts) = promise_facts(&mut tx, &isp, customer, today).await?;
    let last = today + Days::new(u64::from(settings.promise_days.unsigned_abs()));
    Ok(CustomerDunning {
        promises: dunning::promises(&mut tx, customer).await?,
        refusal: check_promise(settings.promise(), facts, today, last, true).err(),
        promise_until: Some(last),
        ..CustomerDunning::default()
    })
}
