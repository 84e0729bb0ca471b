//! Credit notes (BIL-13): all or part of a bill taken back, line by line with its tax, never more than is left of it.
//! What had been paid of it becomes the customer's credit, the newest part first. A void is the credit note of a whole
//! bill that nobody paid: its number stays, its money goes, and its days are to be billed again. A note that is not a void
//! leaves the days dealt with: what was given back on purpose is not asked for again the next night.

use super::money::{apply_credit, changed_meanwhile, check_key, entry, post, reclaim_credit, settled, stale_form};
use crate::{Error, Result, Services, require};
use chrono::Datelike;
use domain::corrections::{
    CreditRefusal, CreditedLine, LineLeft, LiveAllocation, Origin, credit_line, read_reason, release, reversed_share,
};
use domain::ledger::{Account, Posting};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CreditNoteId, Currency, InvoiceId, Money, Problem};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use storage::allocations::{self, NewAllocation, Of};
use storage::audit::Change;
use storage::corrections::{InvoiceFacts, NewCreditNote};
use storage::isps::Isp;
use storage::{IspTx, audit, corrections, customers, numbers};
use uuid::Uuid;

/// What the form sent. `amounts` holds, for a part, how much of which line (tax included); empty means all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditForm {
    pub reason: String,
    pub key: String,
    pub version: i32,
    /// `all` or `part`.
    pub extent: String,
    #[serde(default)]
    pub amounts: BTreeMap<String, String>,
    /// Let what comes free pay other open bills at once.
    #[serde(default)]
    pub apply: Option<String>,
}

/// Writes a credit note, or finds the one that was written under the same key.
pub async fn credit_invoice(services: &Services, caller: &Caller, invoice: InvoiceId, form: &CreditForm) -> Result<CreditNoteId> {
    require(caller, Permission::BillingCredit)?;
    take_back(services, caller, invoice, form, false).await
}

/// Voids a bill that was issued by mistake and that nobody paid.
pub async fn void_invoice(services: &Services, caller: &Caller, invoice: InvoiceId, form: &super::ReasonForm) -> Result<CreditNoteId> {
    require(caller, Permission::BillingCredit)?;
    let form = CreditForm {
        reason: form.reason.clone(),
        key: form.key.clone(),
        version: form.version,
        extent: "all".into(),
        ..CreditForm::default()
    };
    take_back(services, caller, invoice, &form, true).await
}

async fn take_back(services: &Services, caller: &Caller, invoice: InvoiceId, form: &CreditForm, void: bool) -> Result<CreditNoteId> {
    check_key(&form.key)?;
    let reason = read_reason(&form.reason).map_err(|problem| Error::Invalid(vec![problem]))?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let customer = corrections::customer_of(&mut tx, invoice).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    if let Some((id, of)) = corrections::credit_note_by_key(&mut tx, &form.key).await? {
        return if of == invoice { Ok(id) } else { Err(stale_form()) };
    }
    let facts = corrections::lock_invoice(&mut tx, invoice).await?.ok_or(Error::NotFound)?;
    if facts.version != form.version {
        return Err(changed_meanwhile());
    }
    if facts.void {
        return Err(Error::Conflict(Problem::new("", "problem-invoice-void")));
    }
    let left = corrections::lines_left(&mut tx, invoice).await?;
    if void && (facts.due_minor != facts.total.minor || left.iter().any(|(line, ..)| line.left_minor() != line.gross_minor())) {
        return Err(Error::Conflict(Problem::new("", "problem-not-voidable")));
    }
    if void && storage::billing::built_upon(&mut tx, invoice).await? {
        return Err(Error::Conflict(Problem::new("", "problem-void-built-upon")));
    }
    let chosen = choose(&left, form, facts.total.currency)?;
    let id = write(&mut tx, services, &isp, &facts, &left, &chosen, Words { form, reason: &reason, void }).await?;
    if void {
        storage::billing::open_again(&mut tx, invoice).await?;
    }
    if form.apply.is_some() {
        apply_credit(&mut tx, services, &isp, customer).await?;
    }
    settled(&mut tx, services, &isp, customer).await?;
    tx.commit().await?;
    Ok(id)
}

type Left = (LineLeft, String, Decimal);

/// Which lines, how much of each. Every problem beside the field of its line.
fn choose(left: &[Left], form: &CreditForm, currency: Currency) -> Result<Vec<CreditedLine>> {
    let mut problems = Vec::new();
    let mut chosen = Vec::new();
    for (line, ..) in left {
        let field = line.line.to_string();
        let gross = match form.extent.as_str() {
            "all" => line.left_minor(),
            _ => match form.amounts.get(&line.line.to_string()).map(|text| text.trim()).filter(|text| !text.is_empty()) {
                None => 0,
                Some(text) => Money::parse(text, currency).map(|money| money.minor).unwrap_or_else(|error| {
                    problems.push(Problem::new(&field, error.key()));
                    0
                }),
            },
        };
        // A discount is a line below nothing: it is taken back with the whole bill.
        match credit_line(line, gross) {
            _ if gross == 0 => {}
            Ok(credited) => chosen.push(credited),
            Err(CreditRefusal::Exceeds(most)) => {
                problems.push(Problem::new(&field, "problem-credit-exceeds").with("most", Money::new(most.max(0), currency).plain()));
            }
            Err(CreditRefusal::OutOfRange) => problems.push(Problem::new(&field, "problem-amount-too-large")),
        }
    }
    let total: i64 = chosen.iter().map(|line| line.net_minor + line.tax_minor).sum();
    let most: i64 = left.iter().map(|(line, ..)| line.left_minor()).sum();
    if problems.is_empty() && total > most {
        problems.push(Problem::new("", "problem-credit-exceeds").with("most", Money::new(most, currency).plain()));
    }
    if problems.is_empty() && total <= 0 {
        let nothing = if most == 0 { "problem-nothing-left-to-credit" } else { "problem-amount-zero" };
        problems.push(Problem::new("", nothing));
    }
    if problems.is_empty() { Ok(chosen) } else { Err(Error::Invalid(problems)) }
}

struct Words<'a> {
    form: &'a CreditForm,
    reason: &'a str,
    void: bool,
}

/// What comes off the bill so that the note fits: first what was given up of it, then money, the newest first.
fn make_room(over: i64, live: &[LiveAllocation]) -> Result<Vec<(LiveAllocation, i64)>> {
    let given_up: Vec<_> = live.iter().copied().filter(|part| matches!(part.origin, Origin::WriteOff(_))).collect();
    let money: Vec<_> = live.iter().copied().filter(|part| part.origin.is_money()).collect();
    let first = over.min(given_up.iter().map(|part| part.live_minor).sum());
    let none = || Error::Internal("a bill with less on it than its due says".into());
    let mut parts = release(first, &given_up).ok_or_else(none)?;
    parts.extend(release(over - first, &money).ok_or_else(none)?);
    Ok(parts)
}

async fn write(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    facts: &InvoiceFacts,
    left: &[Left],
    chosen: &[CreditedLine],
    words: Words<'_>,
) -> Result<CreditNoteId> {
    let (now, today) = (services.now(), services.today(isp));
    let customer = facts.customer_id;
    let total: i64 = chosen.iter().map(|line| line.net_minor + line.tax_minor).sum();
    let live = allocations::live(tx, Of::Invoice(facts.id)).await?;
    let freed = make_room((total - facts.due_minor).max(0), &live)?;
    let sum = |money: bool| freed.iter().filter(|(from, _)| from.origin.is_money() == money).map(|(_, part)| part).sum::<i64>();
    let (freed_money, taken_up) = (sum(true), sum(false));

    let mut postings = reversal(tx, facts, left, chosen).await?;
    let given_back: i64 = postings.iter().filter(|posting| posting.account == Account::CustomerAdvance).map(|posting| posting.minor).sum();
    if given_back > freed_money {
        // The bill itself had given credit (a change to something cheaper): it must still be there.
        reclaim_credit(tx, services, isp, customer, given_back - freed_money).await?;
    }
    postings.push(Posting::credit(Account::Receivable, Some(customer.0), total - freed_money - taken_up));
    postings.push(Posting::credit(Account::WriteOff, None, taken_up));
    postings.push(Posting::credit(Account::CustomerAdvance, Some(customer.0), freed_money));

    let id = CreditNoteId(Uuid::now_v7());
    let number = numbers::take(tx, &format!("credit_note:{}", today.year()), 1).await?;
    let number = format!("CN-{}-{number:05}", today.year());
    let entry_id = post(tx, services, &entry(isp, today, "credit_note", id.to_string(), number.clone(), postings)?).await?;
    let lines: Vec<_> = chosen
        .iter()
        .filter_map(|line| left.iter().find(|(left, ..)| left.line == line.line).map(|(_, name, rate)| (*line, name.as_str(), *rate)))
        .collect();
    let note = NewCreditNote {
        id,
        number: &number,
        invoice: facts,
        entry_id,
        void: words.void,
        reason: words.reason,
        lines: &lines,
        freed_minor: freed_money,
        business_date: today,
        at: now,
        idempotency_key: &words.form.key,
    };
    corrections::insert_credit_note(tx, &note).await?;
    let mut rows = vec![NewAllocation::new(facts.id, Origin::CreditNote(id), entry_id, total)];
    rows.extend(freed.iter().map(|(from, part)| NewAllocation::back(from, entry_id, *part)));
    allocations::allocate(tx, now, &rows).await?;
    let after = serde_json::json!({ "number": number, "invoice": facts.number, "total_minor": total, "freed_minor": freed_money, "reason": words.reason });
    let change = Change {
        action: if words.void { "invoice.void" } else { "credit_note.create" },
        object_kind: "invoice",
        object_id: Some(facts.id.0),
        customer_id: Some(customer.0),
        before: Some(serde_json::json!({ "due_minor": facts.due_minor })),
        after: Some(after),
    };
    audit::record(tx, now, change).await?;
    Ok(id)
}

/// The other side of the note: each account gives back its share of what the bill brought it.
async fn reversal(tx: &mut IspTx, facts: &InvoiceFacts, left: &[Left], chosen: &[CreditedLine]) -> Result<Vec<Posting>> {
    let posted = allocations::postings(tx, facts.entry_id).await?;
    let earned: Vec<_> = posted.into_iter().filter(|(account, ..)| !matches!(account, Account::Receivable | Account::VatPayable)).collect();
    let amounts: Vec<i64> = earned.iter().map(|(.., minor)| -minor).collect();
    if amounts.iter().sum::<i64>() != facts.net_minor {
        return Err(Error::Internal(format!("the entry of {} is not what its lines say", facts.number)));
    }
    let before: i64 = left.iter().map(|(line, ..)| line.credited_net_minor).sum();
    let now: i64 = chosen.iter().map(|line| line.net_minor).sum();
    let tax: i64 = chosen.iter().map(|line| line.tax_minor).sum();
    let shares = match facts.net_minor {
        0 => amounts,
        whole => reversed_share(&amounts, whole, before, now).ok_or_else(|| Error::Internal("a share out of range".into()))?,
    };
    let mut postings: Vec<_> =
        earned.into_iter().zip(shares).map(|((account, party, _), share)| Posting::debit(account, party, share)).collect();
    postings.push(Posting::debit(Account::VatPayable, None, tax));
    Ok(postings)
}
