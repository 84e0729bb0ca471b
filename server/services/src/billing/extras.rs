//! What stands beside a package on a customer's bills (BIL-08): charges that wait for the next bill, add-ons of every
//! period, discounts, deposits; and a bill made by hand from what waits.

use super::bill::refused;
use super::credit::apply_credit;
use super::issue::{Addressed, issue};
use crate::{Error, Result, Services, require, require_for, require_for_somebody};
use chrono::NaiveDate;
use domain::billing::{Addon, Discount, DiscountRule, InvoiceDraft, LineDraft, LineKind, addon_lines, cut_on, given_back, read_rate};
use domain::calendar::add_days;
use domain::ledger::{Account, Entry, Posting};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{AddonId, ChargeId, CustomerId, DiscountId, EntryId, InvoiceId, Money, Problem, ServiceId, TaxProfileId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use storage::addons::NewAddon;
use storage::audit::Change;
use storage::charges::NewCharge;
use storage::isps::Isp;
use storage::{IspTx, addons, audit, charges, customer_terms, customers, discounts};
use uuid::Uuid;

/// What the form of a charge or an add-on sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraForm {
    pub kind: String,
    pub description: String,
    #[serde(default)]
    pub quantity: String,
    /// Of one.
    pub price: String,
    #[serde(default)]
    pub tax_profile_id: String,
}

/// What the form of a discount sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountForm {
    /// `percent` or `fixed`.
    pub kind: String,
    pub value: String,
    /// The most that a percentage takes off one period.
    #[serde(default)]
    pub most: String,
    #[serde(default)]
    pub starts_on: String,
    #[serde(default)]
    pub ends_on: String,
    pub reason: String,
}

struct Extra {
    description: String,
    quantity: i32,
    price: Money,
    tax: Option<TaxProfileId>,
}

async fn read(tx: &mut IspTx, isp: &Isp, form: &ExtraForm) -> Result<Extra> {
    let mut problems = Vec::new();
    let description = form.description.trim().to_string();
    if description.is_empty() || description.chars().count() > 100 {
        problems.push(Problem::new("description", "problem-name-length").with("most", 100));
    }
    let quantity = match domain::money::ascii_digits(form.quantity.trim()).as_str() {
        "" => Some(1),
        digits => digits.parse::<i32>().ok().filter(|n| (1..=10_000).contains(n)),
    };
    if quantity.is_none() {
        problems.push(Problem::new("quantity", "problem-number-range").with("least", 1).with("most", 10_000));
    }
    let price = Money::parse(&form.price, isp.currency).map_err(|error| problems.push(Problem::new("price", error.key()))).ok();
    if price.is_some_and(Money::is_zero) {
        problems.push(Problem::new("price", "problem-amount-zero"));
    }
    let too_much =
        price.zip(quantity).is_some_and(|(price, quantity)| price.minor.saturating_mul(quantity.into()) > domain::money::LARGEST_MINOR);
    if too_much {
        problems.push(Problem::new("quantity", "problem-amount-too-large"));
    }
    let tax = match form.tax_profile_id.trim() {
        "" => None,
        id => {
            let id = id.parse::<TaxProfileId>().ok();
            let known = storage::billing::taxes(tx).await?;
            if id.is_none_or(|id| !known.contains_key(&id.0)) {
                problems.push(Problem::new("tax_profile_id", "problem-choice"));
            }
            id
        }
    };
    match (quantity, price) {
        (Some(quantity), Some(price)) if problems.is_empty() => Ok(Extra { description, quantity, price, tax }),
        _ => Err(Error::Invalid(problems)),
    }
}

/// Puts something on the customer's next bill, once.
pub async fn add_charge(services: &Services, caller: &Caller, customer: CustomerId, form: &ExtraForm) -> Result<ChargeId> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let kind = LineKind::from_slug(&form.kind)
        .filter(|kind| matches!(kind, LineKind::OneTime | LineKind::Setup | LineKind::Fee | LineKind::Deposit))
        .ok_or_else(|| Error::Invalid(vec![Problem::new("kind", "problem-choice")]))?;
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let extra = read(&mut tx, &isp, form).await?;
    let id = ChargeId(Uuid::now_v7());
    let charge = NewCharge {
        id,
        customer_id: customer,
        service_id: None,
        kind,
        description: &extra.description,
        quantity: extra.quantity,
        price_minor: extra.price.minor,
        // A deposit is owed back: nothing was sold.
        tax_profile_id: extra.tax.filter(|_| kind != LineKind::Deposit),
    };
    charges::create(&mut tx, &charge, services.now()).await?;
    let after = serde_json::json!({ "kind": kind.slug(), "description": extra.description, "quantity": extra.quantity, "price_minor": extra.price.minor });
    record(&mut tx, services, "charge.create", ("charge", id.0), customer, after).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a charge that was not billed yet off again.
pub async fn drop_charge(services: &Services, caller: &Caller, id: ChargeId) -> Result<CustomerId> {
    require(caller, Permission::BillingGenerate)?;
    let mut tx = services.begin(caller).await?;
    let Some(customer) = charges::drop_open(&mut tx, id).await? else {
        return Err(Error::Conflict(Problem::new("", "problem-charge-billed")));
    };
    record(&mut tx, services, "charge.drop", ("charge", id.0), customer, serde_json::Value::Null).await?;
    tx.commit().await?;
    Ok(customer)
}

/// Issues what waits for a customer as a bill of its own, now.
pub async fn issue_charges(services: &Services, caller: &Caller, customer: CustomerId) -> Result<InvoiceId> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    // In the order of the run: first the series, then the customer.
    storage::numbers::lock(&mut tx, &super::issue::invoice_series(today)).await?;
    let (name, address) = customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let mut waiting = charges::open(&mut tx, &[customer]).await?.remove(&customer).unwrap_or_default();
    let profile = super::profiles::of_customer(&mut tx, customer).await?;
    let exempt = customer_terms::read(&mut tx, customer).await?.ok_or(Error::NotFound)?.tax_exempt;
    let due_on = add_days(today, profile.due_days.into()).unwrap_or(today);
    let cut_on = cut_on(due_on, profile.grace_days).unwrap_or(due_on);
    let mut draft = InvoiceDraft { customer_id: customer, issued_on: today, due_on, cut_on, currency: isp.currency, lines: Vec::new() };
    draft.take_charges(&mut waiting, exempt).map_err(refused)?;
    if draft.lines.is_empty() {
        return Err(Error::Conflict(Problem::new("", "problem-charges-none")));
    }
    let issued = issue(&mut tx, services, None, today, &[Addressed { draft, name: &name, address: address.as_deref() }]).await?;
    let Some((id, number)) = issued.into_iter().next() else { return Err(Error::NotFound) };
    apply_credit(&mut tx, services, &isp, today, &[customer]).await?;
    super::refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    record(&mut tx, services, "invoice.issue", ("invoice", id.0), customer, serde_json::json!({ "number": number })).await?;
    tx.commit().await?;
    Ok(id)
}

const ADDON_KINDS: [&str; 4] = ["addon", "static_ip", "cable_tv", "bundle"];

/// Adds something to every period of a service from today on. Its part of a period that is billed waits for the next
/// bill.
pub async fn add_addon(services: &Services, caller: &Caller, id: ServiceId, form: &ExtraForm) -> Result<AddonId> {
    require(caller, Permission::CustomersUpdate)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let Some(kind) = ADDON_KINDS.into_iter().find(|kind| *kind == form.kind) else {
        return Err(Error::Invalid(vec![Problem::new("kind", "problem-choice")]));
    };
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let extra = read(&mut tx, &isp, form).await?;
    let service = storage::billing::billable(&mut tx, id, isp.zone).await?.ok_or(Error::NotFound)?;
    let addon = AddonId(Uuid::now_v7());
    let new = NewAddon {
        id: addon,
        service_id: id,
        customer_id: customer,
        kind,
        name: &extra.description,
        quantity: extra.quantity,
        price_minor: extra.price.minor,
        tax_profile_id: extra.tax,
        starts_on: today,
    };
    addons::create(&mut tx, &new, now).await?;
    let rule = Addon {
        id: addon,
        name: extra.description.clone(),
        quantity: extra.quantity,
        price_minor: extra.price.minor,
        tax: None,
        starts_on: today,
        ends_on: None,
    };
    let lines = addon_lines(&service.billable, &rule, today).map_err(refused)?;
    addon_charges(&mut tx, services, customer, id, extra.tax, &lines).await?;
    let after = serde_json::json!({ "name": extra.description, "quantity": extra.quantity, "price_minor": extra.price.minor });
    record(&mut tx, services, "addon.create", ("addon", addon.0), customer, after).await?;
    tx.commit().await?;
    Ok(addon)
}

/// Ends an add-on today; its part of days that are billed already comes back with the next bill.
pub async fn end_addon(services: &Services, caller: &Caller, id: AddonId) -> Result<CustomerId> {
    require(caller, Permission::CustomersUpdate)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let (service_id, customer, tax) = addons::lock_open(&mut tx, id).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let service = storage::billing::billable(&mut tx, service_id, isp.zone).await?.ok_or(Error::NotFound)?;
    if let Some(addon) = service.billable.addons.iter().find(|addon| addon.id == id) {
        let rest = Addon { starts_on: today.max(addon.starts_on), tax: None, ..addon.clone() };
        let lines = given_back(addon_lines(&service.billable, &rest, today).map_err(refused)?, LineKind::Adjustment);
        addon_charges(&mut tx, services, customer, service_id, tax, &lines).await?;
    }
    addons::end(&mut tx, id, today).await?;
    record(&mut tx, services, "addon.end", ("addon", id.0), customer, serde_json::json!({ "on": today })).await?;
    tx.commit().await?;
    Ok(customer)
}

/// The lines were priced without tax: the bill they land on adds it.
async fn addon_charges(
    tx: &mut IspTx,
    services: &Services,
    customer: CustomerId,
    service: ServiceId,
    tax: Option<TaxProfileId>,
    lines: &[LineDraft],
) -> Result<()> {
    for line in lines.iter().filter(|line| line.net_minor != 0) {
        let charge = NewCharge {
            id: ChargeId(Uuid::now_v7()),
            customer_id: customer,
            service_id: Some(service),
            kind: LineKind::Adjustment,
            description: &line.description,
            quantity: 1,
            price_minor: line.net_minor,
            tax_profile_id: tax,
        };
        charges::create(tx, &charge, services.now()).await?;
    }
    Ok(())
}

/// Takes something off what a service costs.
pub async fn add_discount(services: &Services, caller: &Caller, id: ServiceId, form: &DiscountForm) -> Result<DiscountId> {
    require_for_somebody(caller, Permission::ManualDiscount)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    require_for(caller, Permission::ManualDiscount, customer)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let service = storage::billing::billable(&mut tx, id, isp.zone).await?.ok_or(Error::NotFound)?;
    let price = service.billable.term(today).map_or(0, |term| service.billable.price(term, today));
    let discount = read_discount(form, &isp, today, price)?;
    discounts::create(&mut tx, id, customer, &discount, services.now()).await?;
    let after = serde_json::json!({ "kind": form.kind, "value": form.value, "from": discount.starts_on, "to": discount.ends_on, "reason": discount.reason });
    record(&mut tx, services, "discount.create", ("discount", discount.id.0), customer, after).await?;
    tx.commit().await?;
    Ok(discount.id)
}

fn read_discount(form: &DiscountForm, isp: &Isp, today: NaiveDate, price_minor: i64) -> Result<Discount> {
    let mut problems = Vec::new();
    let reason = form.reason.trim().to_string();
    if reason.is_empty() || reason.chars().count() > 300 {
        problems.push(Problem::new("reason", "problem-reason-needed").with("most", 300));
    }
    let amount = |field: &str, text: &str, problems: &mut Vec<Problem>| match Money::parse(text, isp.currency) {
        Ok(amount) if amount.is_zero() => {
            problems.push(Problem::new(field, "problem-amount-zero"));
            None
        }
        Ok(amount) => Some(amount.minor),
        Err(error) => {
            problems.push(Problem::new(field, error.key()));
            None
        }
    };
    let rule = match form.kind.as_str() {
        "percent" => {
            let most_minor = if form.most.trim().is_empty() { None } else { amount("most", &form.most, &mut problems) };
            let percent = read_rate(&form.value).filter(|rate| !rate.is_zero());
            if percent.is_none() {
                problems.push(Problem::new("value", "problem-rate"));
            }
            percent.map(|percent| DiscountRule::Percent { percent, most_minor })
        }
        "fixed" => amount("value", &form.value, &mut problems).map(|amount_minor| DiscountRule::Fixed { amount_minor }),
        _ => {
            problems.push(Problem::new("kind", "problem-choice"));
            None
        }
    };
    if matches!(rule, Some(DiscountRule::Fixed { amount_minor }) if amount_minor > price_minor) {
        let price = Money::new(price_minor, isp.currency).plain();
        problems.push(Problem::new("value", "problem-discount-larger").with("price", price));
    }
    let mut day = |field: &str, text: &str| match text.trim() {
        "" => None,
        text => text.parse::<NaiveDate>().map_err(|_| problems.push(Problem::new(field, "problem-date"))).ok(),
    };
    let starts_on = day("starts_on", &form.starts_on).unwrap_or(today);
    let ends_on = day("ends_on", &form.ends_on);
    if ends_on.is_some_and(|end| end <= starts_on) {
        problems.push(Problem::new("ends_on", "problem-dates-order"));
    }
    match rule {
        Some(rule) if problems.is_empty() => Ok(Discount { id: DiscountId(Uuid::now_v7()), rule, reason, starts_on, ends_on }),
        _ => Err(Error::Invalid(problems)),
    }
}

/// Ends a discount today: the period that begins next is charged in full.
pub async fn end_discount(services: &Services, caller: &Caller, id: DiscountId) -> Result<CustomerId> {
    require_for_somebody(caller, Permission::ManualDiscount)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let customer = discounts::end(&mut tx, id, today).await?.ok_or(Error::NotFound)?;
    require_for(caller, Permission::ManualDiscount, customer)?;
    record(&mut tx, services, "discount.end", ("discount", id.0), customer, serde_json::json!({ "on": today })).await?;
    tx.commit().await?;
    Ok(customer)
}

/// Gives a customer's whole deposit back as credit, which pays what is open.
pub async fn return_deposit(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Money> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let deposit = customer_terms::read(&mut tx, customer).await?.ok_or(Error::NotFound)?.deposit;
    if deposit.minor <= 0 {
        return Err(Error::Conflict(Problem::new("", "problem-deposit-none")));
    }
    let id = EntryId(Uuid::now_v7());
    let postings = vec![
        Posting::debit(Account::CustomerDeposit, Some(customer.0), deposit.minor),
        Posting::credit(Account::CustomerAdvance, Some(customer.0), deposit.minor),
    ];
    let entry = Entry::balanced("deposit_return", id.to_string(), today, "deposit returned".into(), isp.currency, postings)
        .map_err(|error| Error::Internal(format!("deposit entry: {error:?}")))?;
    storage::ledger::post(&mut tx, services.now(), &[(id, &entry)]).await?;
    apply_credit(&mut tx, services, &isp, today, &[customer]).await?;
    super::refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    record(&mut tx, services, "deposit.return", ("customer", customer.0), customer, serde_json::json!({ "amount_minor": deposit.minor }))
        .await?;
    tx.commit().await?;
    Ok(deposit)
}

async fn record(
    tx: &mut IspTx,
    services: &Services,
    action: &str,
    (object_kind, object): (&str, Uuid),
    customer: CustomerId,
    after: serde_json::Value,
) -> Result<()> {
    let after = Some(after).filter(|after| !after.is_null());
    let change = Change { action, object_kind, object_id: Some(object), customer_id: Some(customer.0), after, ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
