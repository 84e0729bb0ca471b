//! Money given or asked for without a service behind it. What is given becomes credit; what is asked for gets a bill
//! of its own, because a customer owes exactly what his bills say.

use super::money::{apply_credit, check_key, entry, post, settled, stale_form};
use crate::{Error, Result, Services, require};
use chrono::{Datelike, NaiveDate};
use domain::billing::{Tax, cut_on, tax_of};
use domain::calendar::add_days;
use domain::corrections::read_reason;
use domain::ledger::{Account, Posting};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, EntryId, InvoiceId, Money, Problem};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::billing::OneTimeInvoice;
use storage::corrections::Note;
use storage::isps::Isp;
use storage::{IspTx, audit, corrections, customers, numbers};
use uuid::Uuid;

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustForm {
    /// `credit` gives, `debit` asks.
    pub direction: String,
    pub amount: String,
    pub reason: String,
    pub key: String,
}

/// Gives a customer credit, or bills him, without a service.
pub async fn adjust(services: &Services, caller: &Caller, customer: CustomerId, form: &AdjustForm) -> Result<()> {
    require(caller, Permission::BillingAdjust)?;
    check_key(&form.key)?;
    let isp = services.isp(caller.isp_id).await?;
    let (debit, amount, reason) = read(form, &isp)?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    if debit {
        // Whoever issues bills stands in line at the series first, then at the customer: the same order as the run.
        numbers::lock(&mut tx, &format!("invoice:{}", today.year())).await?;
    }
    let (name, address) = customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    if let Some(of) = corrections::adjustment_by_key(&mut tx, &form.key).await? {
        return if of == customer { Ok(()) } else { Err(stale_form()) };
    }
    let id = Uuid::now_v7();
    let note = Note { reason: &reason, business_date: today, at: now, idempotency_key: &form.key };
    if debit {
        let charge =
            Charge { source: "adjustment", reference: id.to_string(), account: Account::Adjustment, description: &reason, tax: None };
        let (invoice, entry_id) =
            charge_customer(&mut tx, services, &isp, customer, (&name, address.as_deref()), today, amount, charge).await?;
        corrections::insert_adjustment(&mut tx, id, customer, amount, entry_id, Some(invoice), note).await?;
    } else {
        let postings = vec![
            Posting::debit(Account::Adjustment, None, amount.minor),
            Posting::credit(Account::CustomerAdvance, Some(customer.0), amount.minor),
        ];
        let entry_id = post(&mut tx, services, &entry(&isp, today, "adjustment", id.to_string(), reason.clone(), postings)?).await?;
        corrections::insert_adjustment(&mut tx, id, customer, amount, entry_id, None, note).await?;
    }
    apply_credit(&mut tx, services, &isp, customer).await?;
    settled(&mut tx, services, &isp, customer).await?;
    let change = Change {
        action: "customer.adjust",
        object_kind: "customer",
        object_id: Some(customer.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "direction": form.direction, "amount_minor": amount.minor, "reason": reason })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}

fn read(form: &AdjustForm, isp: &Isp) -> Result<(bool, Money, String)> {
    let mut problems = Vec::new();
    if !matches!(form.direction.as_str(), "credit" | "debit") {
        problems.push(Problem::new("direction", "problem-choice"));
    }
    let amount = match Money::parse(&form.amount, isp.currency) {
        Ok(amount) if amount.is_zero() => Err("problem-amount-zero"),
        Ok(amount) => Ok(amount),
        Err(error) => Err(error.key()),
    };
    let reason = read_reason(&form.reason);
    match (amount, reason) {
        (Ok(amount), Ok(reason)) if problems.is_empty() => Ok((form.direction == "debit", amount, reason)),
        (amount, reason) => {
            problems.extend(amount.err().map(|key| Problem::new("amount", key)));
            problems.extend(reason.err());
            Err(Error::Invalid(problems))
        }
    }
}

/// What a bill without a service is for, and which account earns it.
pub(super) struct Charge<'a> {
    pub source: &'static str,
    pub reference: String,
    pub account: Account,
    pub description: &'a str,
    pub tax: Option<Tax>,
}

/// Issues a bill of one line. The series and the customer must be locked, in this order.
#[expect(clippy::too_many_arguments, reason = "the parts of one bill, each of its own type")]
pub(super) async fn charge_customer(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    customer: CustomerId,
    (name, address): (&str, Option<&str>),
    on: NaiveDate,
    amount: Money,
    charge: Charge<'_>,
) -> Result<(InvoiceId, EntryId)> {
    let out_of_range = || Error::Internal("a due date out of range".into());
    let (due_days, grace_days) = corrections::terms(tx, customer).await?;
    let due_on = add_days(on, u32::from(due_days)).ok_or_else(out_of_range)?;
    let id = InvoiceId(Uuid::now_v7());
    let number = numbers::take(tx, &format!("invoice:{}", on.year()), 1).await?;
    let number = format!("INV-{}-{number:05}", on.year());
    let (net, tax) = tax_of(amount.minor, charge.tax).ok_or_else(|| Error::Internal("a tax out of range".into()))?;
    let postings = vec![
        Posting::debit(Account::Receivable, Some(customer.0), net + tax),
        Posting::credit(charge.account, None, net),
        Posting::credit(Account::VatPayable, None, tax),
    ];
    let entry_id = post(tx, services, &entry(isp, on, charge.source, charge.reference, number.clone(), postings)?).await?;
    let invoice = OneTimeInvoice {
        id,
        number,
        entry_id,
        customer_id: customer,
        customer_name: name,
        customer_address: address,
        description: charge.description,
        issued_on: on,
        due_on,
        cut_on: cut_on(due_on, grace_days).ok_or_else(out_of_range)?,
        amount: Money::new(net, amount.currency),
        tax_minor: tax,
        tax_rate: charge.tax.map_or(Decimal::ZERO, |tax| tax.rate),
    };
    storage::billing::insert_one_time(tx, &[invoice]).await?;
    Ok((id, entry_id))
}
