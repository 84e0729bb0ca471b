//! Putting a payment to other bills (PAY-07): what it pays is taken back, and new parts are written. Nothing is moved
//! in place.

use super::money::{changed_meanwhile, check_key, entry, post, settled};
use crate::{Error, Result, Services, require};
use domain::corrections::Origin;
use domain::ledger::{Account, Posting};
use domain::payments::OpenInvoice;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Currency, InvoiceId, Money, PaymentId, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use storage::allocations::{self, NewAllocation, Of};
use storage::audit::Change;
use storage::{audit, corrections, customers};

/// What the form sent: how much to which bill, and what its sender saw allocated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReallocateForm {
    #[serde(default)]
    pub amounts: BTreeMap<String, String>,
    pub seen_minor: i64,
    pub key: String,
}

/// Puts a payment to the bills that were chosen; what is not put anywhere is credit.
pub async fn reallocate(services: &Services, caller: &Caller, payment: PaymentId, form: &ReallocateForm) -> Result<()> {
    require(caller, Permission::PaymentsAllocate)?;
    check_key(&form.key)?;
    let isp = services.isp(caller.isp_id).await?;
    let wanted = read(form, isp.currency)?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let facts = allocations::payment(&mut tx, payment).await?.ok_or(Error::NotFound)?;
    let customer = facts.customer_id;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let (out, into) = (format!("{}:out", form.key), format!("{}:in", form.key));
    for reference in [&out, &into] {
        if storage::ledger::is_posted(&mut tx, "reallocation", reference).await? {
            return Ok(());
        }
    }
    if allocations::reversal(&mut tx, payment).await?.is_some() {
        return Err(Error::Conflict(Problem::new("", "problem-already-reversed")));
    }
    let live = allocations::live(&mut tx, Of::Payment(payment)).await?;
    let allocated: i64 = live.iter().map(|part| part.live_minor).sum();
    if allocated != form.seen_minor {
        return Err(changed_meanwhile());
    }
    let move_money = |from: Account, to: Account, amount: i64| {
        vec![Posting::debit(from, Some(customer.0), amount), Posting::credit(to, Some(customer.0), amount)]
    };
    if allocated > 0 {
        let postings = move_money(Account::Receivable, Account::CustomerAdvance, allocated);
        let entry_id = post(&mut tx, services, &entry(&isp, today, "reallocation", out, facts.receipt_number.clone(), postings)?).await?;
        let rows: Vec<_> = live.iter().map(|part| NewAllocation::back(part, entry_id, part.live_minor)).collect();
        allocations::allocate(&mut tx, now, &rows).await?;
    }
    let open = storage::payments::open_invoices(&mut tx, customer).await?;
    let there = corrections::credit(&mut tx, customer).await?.min(facts.amount.minor);
    let total = fit(&wanted, &open, there, isp.currency)?;
    if total > 0 {
        let postings = move_money(Account::CustomerAdvance, Account::Receivable, total);
        let entry_id = post(&mut tx, services, &entry(&isp, today, "reallocation", into, facts.receipt_number.clone(), postings)?).await?;
        let rows: Vec<_> =
            wanted.iter().map(|(invoice, part)| NewAllocation::new(*invoice, Origin::Payment(payment), entry_id, *part)).collect();
        allocations::allocate(&mut tx, now, &rows).await?;
    }
    settled(&mut tx, services, &isp, customer).await?;
    let words = |parts: Vec<(InvoiceId, i64)>| {
        serde_json::json!(parts.into_iter().map(|(id, part)| (id.to_string(), part)).collect::<BTreeMap<_, _>>())
    };
    let change = Change {
        action: "payment.reallocate",
        object_kind: "payment",
        object_id: Some(payment.0),
        customer_id: Some(customer.0),
        before: Some(words(live.iter().map(|part| (part.invoice_id, part.live_minor)).collect())),
        after: Some(words(wanted)),
    };
    audit::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}

fn read(form: &ReallocateForm, currency: Currency) -> Result<Vec<(InvoiceId, i64)>> {
    let (mut wanted, mut problems) = (Vec::new(), Vec::new());
    for (id, text) in form.amounts.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let field = id.clone();
        match (id.parse::<InvoiceId>(), Money::parse(text, currency)) {
            (Ok(_), Ok(money)) if money.is_zero() => {}
            (Ok(id), Ok(money)) => wanted.push((id, money.minor)),
            (Err(_), _) => problems.push(Problem::new(&field, "problem-choice")),
            (_, Err(error)) => problems.push(Problem::new(&field, error.key())),
        }
    }
    if problems.is_empty() { Ok(wanted) } else { Err(Error::Invalid(problems)) }
}

/// Does every part fit its bill, and all of them what is there?
fn fit(wanted: &[(InvoiceId, i64)], open: &[OpenInvoice], there: i64, currency: Currency) -> Result<i64> {
    let mut problems = Vec::new();
    for (id, part) in wanted {
        let due = open.iter().find(|invoice| invoice.id == *id).map_or(0, |invoice| invoice.due_minor);
        if *part > due {
            problems.push(Problem::new(&id.to_string(), "problem-more-than-due").with("most", Money::new(due, currency).plain()));
        }
    }
    let total: i64 = wanted.iter().map(|(_, part)| part).sum();
    if problems.is_empty() && total > there {
        problems.push(Problem::new("", "problem-more-than-payment").with("most", Money::new(there, currency).plain()));
    }
    if problems.is_empty() { Ok(total) } else { Err(Error::Invalid(problems)) }
}
