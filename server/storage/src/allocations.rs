//! Money against bills: what was put there, what was taken back. Rows are added, never changed; what is due on a bill
//! is recomputed from them each time, under the locks its caller holds (customer first, then bills).

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::corrections::{AllocationRow, LiveAllocation, Origin, Reversed};
use domain::{AllocationId, CreditNoteId, CustomerId, EntryId, InvoiceId, Money, PaymentId, WriteOffId};
use uuid::Uuid;

/// Money against a bill; less than nothing takes back what `reverses` names.
#[derive(Clone, Copy, Debug)]
pub struct NewAllocation {
    pub invoice_id: InvoiceId,
    pub origin: Origin,
    pub reverses: Option<AllocationId>,
    pub entry_id: EntryId,
    pub amount_minor: i64,
}

impl NewAllocation {
    pub fn new(invoice_id: InvoiceId, origin: Origin, entry_id: EntryId, amount_minor: i64) -> Self {
        Self { invoice_id, origin, reverses: None, entry_id, amount_minor }
    }

    /// Takes `amount` of an earlier one back.
    pub fn back(from: &LiveAllocation, entry_id: EntryId, amount_minor: i64) -> Self {
        Self { invoice_id: from.invoice_id, origin: from.origin, reverses: Some(from.id), entry_id, amount_minor: -amount_minor }
    }
}

/// Writes allocations and recomputes the bills they touch.
pub async fn allocate(tx: &mut IspTx, at: DateTime<Utc>, allocations: &[NewAllocation]) -> Result<()> {
    if allocations.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            allocations.iter().map($f).collect::<Vec<_>>()
        };
    }
    let invoices = column!(|a| a.invoice_id.0);
    sqlx::query!(
        "insert into allocation (isp_id, id, invoice_id, payment_id, credit_note_id, write_off_id, reverses, entry_id, amount_minor, at)
         select $1, id, invoice_id, payment_id, credit_note_id, write_off_id, reverses, entry_id, amount, $10
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::bigint[])
           as a (id, invoice_id, payment_id, credit_note_id, write_off_id, reverses, entry_id, amount)",
        isp,
        &column!(|_| Uuid::now_v7()),
        &invoices,
        &column!(|a| match a.origin {
            Origin::Payment(id) => Some(id.0),
            _ => None,
        }) as &[Option<Uuid>],
        &column!(|a| match a.origin {
            Origin::CreditNote(id) => Some(id.0),
            _ => None,
        }) as &[Option<Uuid>],
        &column!(|a| match a.origin {
            Origin::WriteOff(id) => Some(id.0),
            _ => None,
        }) as &[Option<Uuid>],
        &column!(|a| a.reverses.map(|id| id.0)) as &[Option<Uuid>],
        &column!(|a| a.entry_id.0),
        &column!(|a| a.amount_minor),
        at
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update invoice i set due_minor = i.total_minor - s.allocated, credited_minor = s.credited, written_off_minor = s.written_off, version = i.version + 1
         from (select invoice_id, sum(amount_minor)::bigint as allocated,
                 coalesce(sum(amount_minor) filter (where credit_note_id is not null), 0)::bigint as credited,
                 coalesce(sum(amount_minor) filter (where write_off_id is not null), 0)::bigint as written_off
               from allocation where isp_id = $1 and invoice_id = any($2) group by invoice_id) s
         where i.isp_id = $1 and i.id = s.invoice_id",
        isp,
        &invoices
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which allocations are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Invoice(InvoiceId),
    Payment(PaymentId),
    /// What a customer's credit pays.
    CreditOf(CustomerId),
}

/// Allocations of which something is left, in the order they were made.
pub async fn live(tx: &mut IspTx, of: Of) -> Result<Vec<LiveAllocation>> {
    let isp = tx.isp();
    let (invoice, payment, customer) = match of {
        Of::Invoice(id) => (Some(id.0), None, None),
        Of::Payment(id) => (None, Some(id.0), None),
        Of::CreditOf(id) => (None, None, Some(id.0)),
    };
    let rows = sqlx::query!(
        r#"select a.id, a.invoice_id, a.payment_id, a.credit_note_id, a.write_off_id,
             (a.amount_minor + coalesce((select sum(r.amount_minor) from allocation r where r.isp_id = $1 and r.reverses = a.id), 0))::bigint as "live!"
           from allocation a
           where a.isp_id = $1 and a.reverses is null
             and ($2::uuid is null or a.invoice_id = $2) and ($3::uuid is null or a.payment_id = $3)
             and ($4::uuid is null or (a.invoice_id in (select v.id from invoice v where v.isp_id = $1 and v.customer_id = $4)
               and num_nonnulls(a.payment_id, a.credit_note_id, a.write_off_id) = 0))
           order by a.at, a.id"#,
        isp,
        invoice,
        payment,
        customer
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().filter(|row| row.live > 0).map(|row| LiveAllocation {
        id: row.id.into(),
        invoice_id: row.invoice_id.into(),
        origin: origin(row.payment_id, row.credit_note_id, row.write_off_id),
        live_minor: row.live,
    });
    Ok(rows.collect())
}

fn origin(payment: Option<Uuid>, credit_note: Option<Uuid>, write_off: Option<Uuid>) -> Origin {
    match (payment, credit_note, write_off) {
        (Some(id), ..) => Origin::Payment(PaymentId(id)),
        (_, Some(id), _) => Origin::CreditNote(CreditNoteId(id)),
        (.., Some(id)) => Origin::WriteOff(WriteOffId(id)),
        _ => Origin::Credit,
    }
}

/// Everything that ever moved against a bill.
pub async fn history(tx: &mut IspTx, invoice: InvoiceId) -> Result<Vec<AllocationRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select a.id, a.at, e.business_date, a.payment_id, a.credit_note_id, a.write_off_id, a.reverses, a.amount_minor, v.currency,
             coalesce(p.receipt_number, n.number, '') as "number!"
           from allocation a
           join invoice v on v.isp_id = $1 and v.id = a.invoice_id
           join journal_entry e on e.isp_id = $1 and e.id = a.entry_id
           left join payment p on p.isp_id = $1 and p.id = a.payment_id
           left join credit_note n on n.isp_id = $1 and n.id = a.credit_note_id
           where a.isp_id = $1 and a.invoice_id = $2 order by a.at, a.id"#,
        isp,
        invoice.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let origin = match origin(row.payment_id, row.credit_note_id, row.write_off_id) {
                Origin::Payment(_) => "payment",
                Origin::Credit => "credit",
                Origin::CreditNote(_) => "credit_note",
                Origin::WriteOff(_) => "write_off",
            };
            Ok(AllocationRow {
                id: row.id.into(),
                at: row.at,
                business_date: row.business_date,
                origin: origin.into(),
                payment_id: row.payment_id.map(Into::into),
                credit_note_id: row.credit_note_id.map(Into::into),
                number: row.number,
                reverses: row.reverses.is_some(),
                amount: Money::new(row.amount_minor, currency(&row.currency)?),
            })
        })
        .collect()
}

/// A payment as a correction needs it.
#[derive(Clone, Debug)]
pub struct PaymentFacts {
    pub customer_id: CustomerId,
    pub receipt_number: String,
    pub entry_id: EntryId,
    pub amount: Money,
}

/// Whose payment it is; the customer is to be locked next.
pub async fn payment(tx: &mut IspTx, id: PaymentId) -> Result<Option<PaymentFacts>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select customer_id, receipt_number, entry_id, amount_minor, currency from payment where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(PaymentFacts {
            customer_id: row.customer_id.into(),
            receipt_number: row.receipt_number,
            entry_id: row.entry_id.into(),
            amount: Money::new(row.amount_minor, currency(&row.currency)?),
        })
    })
    .transpose()
}

/// How a payment was taken back, if it was.
pub async fn reversal(tx: &mut IspTx, payment: PaymentId) -> Result<Option<Reversed>> {
    let isp = tx.isp();
    Ok(sqlx::query_as!(
        Reversed,
        r#"select business_date, at, reason, created_name as "by" from payment_reversal where isp_id = $1 and payment_id = $2"#,
        isp,
        payment.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Notes that a payment was taken back. `payment_reversal_pkey` refuses a second time.
pub async fn insert_reversal(tx: &mut IspTx, payment: PaymentId, entry: EntryId, reversed: &Reversed) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    sqlx::query!(
        "insert into payment_reversal (isp_id, payment_id, entry_id, reason, business_date, at, created_by, created_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        isp,
        payment.0,
        entry.0,
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

/// The postings of an entry: account, party, amount.
pub async fn postings(tx: &mut IspTx, entry: EntryId) -> Result<Vec<(domain::ledger::Account, Option<Uuid>, i64)>> {
    let isp = tx.isp();
    let rows =
        sqlx::query!("select account, party_id, amount_minor from posting where isp_id = $1 and entry_id = $2 order by line", isp, entry.0)
            .fetch_all(tx.conn())
            .await?;
    rows.into_iter()
        .map(|row| Ok((known(domain::ledger::Account::from_code(&row.account), "account", &row.account)?, row.party_id, row.amount_minor)))
        .collect()
}
