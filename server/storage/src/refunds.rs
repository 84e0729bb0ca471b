//! Refunds, and requests that wait for a second person.

use crate::db::currency;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::corrections::{ApprovalRow, ApprovalState, Decision, RefundRow, Reversed, approval_state};
use domain::customers::{Page, Paging};
use domain::payments::Method;
use domain::{ApprovalId, CreditNoteId, CustomerId, EntryId, Money, RefundId};
use serde_json::Value;
use uuid::Uuid;

/// A refund ready to be written, with its entry posted before.
#[derive(Clone, Debug)]
pub struct NewRefund<'a> {
    pub id: RefundId,
    pub number: &'a str,
    pub customer_id: CustomerId,
    pub entry_id: EntryId,
    pub credit_note_id: Option<CreditNoteId>,
    pub approval_id: Option<ApprovalId>,
    pub method: Method,
    /// The drawer that cash came out of.
    pub drawer: Option<Uuid>,
    pub amount: Money,
    pub reason: &'a str,
    pub business_date: NaiveDate,
    pub at: DateTime<Utc>,
    pub idempotency_key: &'a str,
}

pub async fn insert(tx: &mut IspTx, refund: &NewRefund<'_>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into refund (isp_id, id, number, customer_id, entry_id, credit_note_id, approval_id, method, amount_minor, currency, reason, business_date, at,
           created_by, created_name, idempotency_key, drawer_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        isp,
        refund.id.0,
        refund.number,
        refund.customer_id.0,
        refund.entry_id.0,
        refund.credit_note_id.map(|id| id.0),
        refund.approval_id.map(|id| id.0),
        refund.method.slug(),
        refund.amount.minor,
        refund.amount.currency.code(),
        refund.reason,
        refund.business_date,
        refund.at,
        by,
        name,
        refund.idempotency_key,
        refund.drawer
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A refund that was made under this key: id, customer, amount.
pub async fn by_key(tx: &mut IspTx, key: &str) -> Result<Option<(RefundId, CustomerId, i64)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select id, customer_id, amount_minor from refund where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.id.into(), row.customer_id.into(), row.amount_minor)))
}

/// What was freed by a credit note and what refunds of it gave back; with its customer.
pub async fn freed_and_refunded(tx: &mut IspTx, note: CreditNoteId) -> Result<Option<(CustomerId, i64, i64)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select n.customer_id, n.freed_minor,
             coalesce((select sum(amount_minor) from refund r where r.isp_id = $1 and r.credit_note_id = n.id
               and not exists (select 1 from refund_reversal b where b.isp_id = $1 and b.refund_id = r.id)), 0)::bigint as "refunded!"
           from credit_note n where n.isp_id = $1 and n.id = $2"#,
        isp,
        note.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.customer_id.into(), row.freed_minor, row.refunded)))
}

/// The refunds that name a credit note.
pub async fn of_credit_note(tx: &mut IspTx, note: CreditNoteId) -> Result<Vec<RefundRow>> {
    list(tx, None, Some(note)).await
}

/// The refunds of a customer, newest first.
pub async fn of_customer(tx: &mut IspTx, customer: CustomerId) -> Result<Vec<RefundRow>> {
    list(tx, Some(customer), None).await
}

async fn list(tx: &mut IspTx, customer: Option<CustomerId>, note: Option<CreditNoteId>) -> Result<Vec<RefundRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select r.id, r.number, r.customer_id, r.business_date, r.method, r.amount_minor, r.currency, r.reason, r.created_name,
             b.business_date as "back_on?", b.at as "back_at?", b.reason as "back_reason?", b.created_name as "back_by?"
           from refund r left join refund_reversal b on b.isp_id = $1 and b.refund_id = r.id
           where r.isp_id = $1 and ($2::uuid is null or r.customer_id = $2) and ($3::uuid is null or r.credit_note_id = $3)
           order by r.at desc, r.id desc limit 200"#,
        isp,
        customer.map(|id| id.0),
        note.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RefundRow {
                id: row.id.into(),
                number: row.number,
                customer_id: row.customer_id.into(),
                business_date: row.business_date,
                method: row.method,
                amount: Money::new(row.amount_minor, currency(&row.currency)?),
                reason: row.reason,
                created_name: row.created_name,
                reversed: match (row.back_on, row.back_at, row.back_reason, row.back_by) {
                    (Some(business_date), Some(at), Some(reason), Some(by)) => Some(Reversed { business_date, at, reason, by }),
                    _ => None,
                },
            })
        })
        .collect()
}

/// A refund as somebody who takes it back needs it.
#[derive(Clone, Debug)]
pub struct RefundFacts {
    pub number: String,
    pub customer_id: CustomerId,
    pub entry_id: EntryId,
    pub approval_id: Option<ApprovalId>,
    pub amount: Money,
}

pub async fn facts(tx: &mut IspTx, id: RefundId) -> Result<Option<RefundFacts>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select number, customer_id, entry_id, approval_id, amount_minor, currency from refund where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(RefundFacts {
            number: row.number,
            customer_id: row.customer_id.into(),
            entry_id: row.entry_id.into(),
            approval_id: row.approval_id.map(ApprovalId),
            amount: Money::new(row.amount_minor, currency(&row.currency)?),
        })
    })
    .transpose()
}

/// Why and by whom a refund was taken back, if it was.
pub async fn reversal(tx: &mut IspTx, id: RefundId) -> Result<Option<Reversed>> {
    let isp = tx.isp();
    let row =
        sqlx::query!("select business_date, at, reason, created_name from refund_reversal where isp_id = $1 and refund_id = $2", isp, id.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|row| Reversed { business_date: row.business_date, at: row.at, reason: row.reason, by: row.created_name }))
}

/// `refund_reversal_pkey` refuses a second one.
pub async fn insert_reversal(
    tx: &mut IspTx,
    (id, customer): (RefundId, CustomerId),
    entry: EntryId,
    approval: Option<ApprovalId>,
    reversed: &Reversed,
) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    sqlx::query!(
        "insert into refund_reversal (isp_id, refund_id, customer_id, entry_id, approval_id, reason, business_date, at, created_by, created_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        isp,
        id.0,
        customer.0,
        entry.0,
        approval.map(|id| id.0),
        reversed.reason,
        reversed.business_date,
        reversed.at,
        by,
        reversed.by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A request for a second person, ready to be written.
#[derive(Clone, Debug)]
pub struct NewApproval<'a> {
    pub id: ApprovalId,
    pub kind: &'a str,
    pub customer_id: Option<CustomerId>,
    pub amount: Option<Money>,
    pub payload: Value,
    pub reason: &'a str,
    pub maker_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub idempotency_key: &'a str,
}

pub async fn insert_approval(tx: &mut IspTx, request: &NewApproval<'_>) -> Result<()> {
    let isp = tx.isp();
    let name = tx.caller().actor_name().to_string();
    sqlx::query!(
        "insert into approval_request (isp_id, id, kind, customer_id, amount_minor, currency, payload, reason, maker_id, maker_name, created_at, expires_at,
           idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        isp,
        request.id.0,
        request.kind,
        request.customer_id.map(|id| id.0),
        request.amount.map(|money| money.minor),
        request.amount.map(|money| money.currency.code()),
        request.payload,
        request.reason,
        request.maker_id,
        name,
        request.created_at,
        request.expires_at,
        request.idempotency_key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn approval_by_key(tx: &mut IspTx, key: &str) -> Result<Option<ApprovalId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!("select id from approval_request where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(id.map(ApprovalId))
}

/// A request as the one who decides needs it, locked.
#[derive(Clone, Debug)]
pub struct Approval {
    pub kind: String,
    pub payload: Value,
    pub maker_id: Uuid,
    pub maker_name: String,
    pub state: ApprovalState,
}

pub async fn lock_approval(tx: &mut IspTx, id: ApprovalId, now: DateTime<Utc>) -> Result<Option<Approval>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select kind, payload, maker_id, maker_name, state, expires_at from approval_request where isp_id = $1 and id = $2 for update",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Approval {
        kind: row.kind,
        payload: row.payload,
        maker_id: row.maker_id,
        maker_name: row.maker_name,
        state: approval_state(&row.state, row.expires_at, now),
    }))
}

/// Writes the decision. The constraint `approval_request_two_people` refuses who asked himself.
pub async fn decide(tx: &mut IspTx, id: ApprovalId, decision: Decision, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    let state = match decision {
        Decision::Approve => "approved",
        Decision::Reject => "rejected",
    };
    // Whoever takes his own request back is named, not written down as the second person.
    sqlx::query!(
        "update approval_request set state = $3, checker_id = case when maker_id = $4 then null else $4 end, checker_name = $5, decided_at = $6
         where isp_id = $1 and id = $2",
        isp,
        id.0,
        state,
        by,
        name,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One page of requests of these kinds, newest first; those that still wait only, if wanted.
pub async fn approvals(tx: &mut IspTx, kinds: &[&str], waiting: bool, now: DateTime<Utc>, paging: Paging) -> Result<Page<ApprovalRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select r.id, r.kind, r.customer_id, c.name as "customer_name?", r.amount_minor, r.currency, r.reason, r.state, r.maker_id, r.maker_name,
             r.created_at, r.expires_at, r.checker_name, r.decided_at, count(*) over () as "all_rows!"
           from approval_request r left join customer c on c.isp_id = $1 and c.id = r.customer_id
           where r.isp_id = $1 and r.kind = any($6) and (not $2 or (r.state = 'pending' and r.expires_at > $3))
           order by r.created_at desc, r.id desc limit $4 offset $5"#,
        isp,
        waiting,
        now,
        paging.size,
        paging.offset(),
        kinds as &[&str]
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.all_rows);
    let rows: Result<Vec<_>> = rows
        .into_iter()
        .map(|row| {
            let money = match (row.amount_minor, &row.currency) {
                (Some(minor), Some(code)) => Some(Money::new(minor, currency(code)?)),
                _ => None,
            };
            Ok(ApprovalRow {
                id: row.id.into(),
                kind: row.kind,
                customer_id: row.customer_id.map(Into::into),
                customer_name: row.customer_name,
                amount: money,
                reason: row.reason,
                state: approval_state(&row.state, row.expires_at, now),
                maker_id: row.maker_id,
                maker_name: row.maker_name,
                created_at: row.created_at,
                expires_at: row.expires_at,
                checker_name: row.checker_name,
                decided_at: row.decided_at,
            })
        })
        .collect();
    Ok(Page { rows: rows?, total, page: paging.page, size: paging.size })
}
