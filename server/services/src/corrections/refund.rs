//! Giving credit back to the customer. Never more than he has ahead, cash never more than is free in the drawer of the
//! person who hands it over; above the ISP's limit a second person must agree first (SEC-17).

use super::approvals::{Kind, Wish, ask};
use super::money::{check_key, entry, post, settled, stale_form};
use crate::cash::take_out;
use crate::people::require_proof;
use crate::{Error, Result, Services, require};
use chrono::Datelike;
use domain::corrections::{CorrectionRule, read_reason};
use domain::ledger::{Account, Posting};
use domain::payments::Method;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ApprovalId, CreditNoteId, CustomerId, Money, Problem, RefundId};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::isps::Isp;
use storage::refunds::{self, NewRefund};
use storage::{IspTx, audit, corrections, customers, numbers};
use uuid::Uuid;

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundForm {
    pub amount: String,
    pub method: String,
    pub reason: String,
    pub key: String,
    /// The credit note whose money it is, when it is one.
    #[serde(default)]
    pub credit_note: String,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundOutcome {
    Paid(RefundId),
    /// It waits for a second person.
    Waiting(ApprovalId),
}

/// A refund as it was asked for; what a request that waits keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub customer: CustomerId,
    pub amount: Money,
    pub method: Method,
    pub reason: String,
    pub credit_note: Option<CreditNoteId>,
    pub key: String,
    /// Whose drawer cash comes out of: of the person who asked, whoever agrees.
    #[serde(default)]
    pub drawer: Option<(Uuid, String)>,
}

/// Gives money back, or asks for the second person.
pub async fn refund(services: &Services, caller: &Caller, customer: CustomerId, form: &RefundForm) -> Result<RefundOutcome> {
    require(caller, Permission::PaymentsRefund)?;
    require_proof(services, caller)?;
    check_key(&form.key)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut asked = read(form, customer, &isp)?;
    if asked.method == Method::Cash {
        // A job has no drawer and hands nothing over.
        let own = caller.actor_id().ok_or(Error::Denied(Permission::CashDesk))?;
        asked.drawer = Some((own, caller.actor_name().to_string()));
    }
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    if let Some((id, of, amount)) = refunds::by_key(&mut tx, &form.key).await? {
        return if (of, amount) == (customer, asked.amount.minor) { Ok(RefundOutcome::Paid(id)) } else { Err(stale_form()) };
    }
    if let Some(id) = refunds::approval_by_key(&mut tx, &form.key).await? {
        return Ok(RefundOutcome::Waiting(id));
    }
    let rule = CorrectionRule::of(&isp.settings, isp.currency);
    let outcome = if asked.amount.minor > rule.refund_limit.minor {
        check(&mut tx, &asked).await?;
        let payload = serde_json::to_value(&asked).map_err(|error| Error::Internal(error.to_string()))?;
        let (customer, amount) = (Some(asked.customer), Some(asked.amount));
        let wish = Wish { kind: Kind::Refund, customer, amount, payload, reason: &asked.reason, key: &asked.key };
        RefundOutcome::Waiting(ask(&mut tx, services, caller, wish).await?)
    } else {
        RefundOutcome::Paid(pay(&mut tx, services, &isp, &asked, None).await?)
    };
    tx.commit().await?;
    Ok(outcome)
}

fn read(form: &RefundForm, customer: CustomerId, isp: &Isp) -> Result<Asked> {
    let mut problems = Vec::new();
    let amount = match Money::parse(&form.amount, isp.currency) {
        Ok(amount) if amount.is_zero() => Err("problem-amount-zero"),
        Ok(amount) => Ok(amount),
        Err(error) => Err(error.key()),
    };
    let method = Method::from_slug(&form.method);
    if method.is_none() {
        problems.push(Problem::new("method", "problem-choice"));
    }
    let reason = read_reason(&form.reason);
    let note = Some(form.credit_note.trim()).filter(|id| !id.is_empty()).map(str::parse::<CreditNoteId>).transpose();
    match (amount, method, reason, note) {
        (Ok(amount), Some(method), Ok(reason), Ok(credit_note)) => {
            Ok(Asked { customer, amount, method, reason, credit_note, key: form.key.clone(), drawer: None })
        }
        (amount, _, reason, note) => {
            problems.extend(amount.err().map(|key| Problem::new("amount", key)));
            problems.extend(reason.err());
            problems.extend(note.err().map(|_| Problem::new("credit_note", "problem-choice")));
            Err(Error::Invalid(problems))
        }
    }
}

/// Is so much there to be given back?
async fn check(tx: &mut IspTx, asked: &Asked) -> Result<()> {
    let mut most = corrections::credit(tx, asked.customer).await?;
    if let Some(note) = asked.credit_note {
        let (of, freed, refunded) = refunds::freed_and_refunded(tx, note).await?.ok_or(Error::NotFound)?;
        if of != asked.customer {
            return Err(Error::NotFound);
        }
        most = most.min(freed - refunded);
    }
    if asked.amount.minor <= most {
        return Ok(());
    }
    let most = Money::new(most.max(0), asked.amount.currency).plain();
    Err(Error::Invalid(vec![Problem::new("amount", "problem-refund-exceeds").with("most", most)]))
}

/// Pays it out. The customer must be locked.
pub(super) async fn pay(tx: &mut IspTx, services: &Services, isp: &Isp, asked: &Asked, approval: Option<ApprovalId>) -> Result<RefundId> {
    check(tx, asked).await?;
    let (now, today) = (services.now(), services.today(isp));
    let id = RefundId(Uuid::now_v7());
    let number = numbers::take(tx, &format!("refund:{}", today.year()), 1).await?;
    let number = format!("RFD-{}-{number:05}", today.year());
    let drawer = asked.drawer.as_ref().filter(|_| asked.method == Method::Cash);
    let money_out = match drawer {
        Some((drawer, name)) => {
            storage::cash::open_drawer(tx, *drawer, name, now).await?;
            take_out(tx, *drawer, asked.amount).await?;
            Posting::credit(Account::CashDrawer, Some(*drawer), asked.amount.minor)
        }
        None => Posting::credit(Account::Bank, None, asked.amount.minor),
    };
    let postings = vec![Posting::debit(Account::CustomerAdvance, Some(asked.customer.0), asked.amount.minor), money_out];
    let entry_id = post(tx, services, &entry(isp, today, "refund", id.to_string(), number.clone(), postings)?).await?;
    let row = NewRefund {
        id,
        number: &number,
        customer_id: asked.customer,
        entry_id,
        credit_note_id: asked.credit_note,
        approval_id: approval,
        method: asked.method,
        drawer: drawer.map(|(id, _)| *id),
        amount: asked.amount,
        reason: &asked.reason,
        business_date: today,
        at: now,
        idempotency_key: &asked.key,
    };
    refunds::insert(tx, &row).await?;
    settled(tx, services, isp, asked.customer).await?;
    let change = Change {
        action: "refund.pay",
        object_kind: "refund",
        object_id: Some(id.0),
        customer_id: Some(asked.customer.0),
        after: Some(
            serde_json::json!({ "number": number, "amount_minor": asked.amount.minor, "method": asked.method.slug(), "reason": asked.reason }),
        ),
        ..Change::default()
    };
    audit::record(tx, now, change).await?;
    Ok(id)
}
