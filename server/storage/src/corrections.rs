//! Credit notes, write-offs, adjustments and late fees, as they are written and read. What they post is decided above.

use crate::db::currency;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::corrections::{
    CreditNoteDetail, CreditNoteLine, CreditNoteRow, CreditState, CreditableLine, CreditedLine, LateFee, LateFeeRule, LineLeft,
};
use domain::customers::{Page, Paging};
use domain::{BillingProfileId, CreditNoteId, CustomerId, EntryId, InvoiceId, Money, TaxProfileId, WriteOffId};
use rust_decimal::Decimal;
use uuid::Uuid;

/// A bill as a correction needs it, locked. The customer's row must be locked before.
#[derive(Clone, Debug)]
pub struct InvoiceFacts {
    pub id: InvoiceId,
    pub number: String,
    pub customer_id: CustomerId,
    pub entry_id: EntryId,
    pub total: Money,
    pub due_minor: i64,
    pub net_minor: i64,
    pub version: i32,
    pub void: bool,
}

/// Whose bill it is.
pub async fn customer_of(tx: &mut IspTx, invoice: InvoiceId) -> Result<Option<CustomerId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!("select customer_id from invoice where isp_id = $1 and id = $2", isp, invoice.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(id.map(CustomerId))
}

pub async fn lock_invoice(tx: &mut IspTx, id: InvoiceId) -> Result<Option<InvoiceFacts>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select number, customer_id, entry_id, total_minor, due_minor, net_minor, version, status, currency from invoice
         where isp_id = $1 and id = $2 for update",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(InvoiceFacts {
            id,
            number: row.number,
            customer_id: row.customer_id.into(),
            entry_id: row.entry_id.into(),
            total: Money::new(row.total_minor, currency(&row.currency)?),
            due_minor: row.due_minor,
            net_minor: row.net_minor,
            version: row.version,
            void: row.status == "void",
        })
    })
    .transpose()
}

/// The version of a bill as it stands now.
pub async fn version(tx: &mut IspTx, id: InvoiceId) -> Result<Option<i32>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select version from invoice where isp_id = $1 and id = $2", isp, id.0).fetch_optional(tx.conn()).await?)
}

/// The lines of a bill with what was taken back of each, and what they are called.
pub async fn lines_left(tx: &mut IspTx, invoice: InvoiceId) -> Result<Vec<(LineLeft, String, Decimal)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select l.line, l.description, l.net_minor, l.tax_minor, l.tax_rate, coalesce(c.net, 0)::bigint as "net!", coalesce(c.tax, 0)::bigint as "tax!"
           from invoice_line l
           left join (select invoice_line, sum(net_minor) as net, sum(tax_minor) as tax from credit_note_line
                      where isp_id = $1 and invoice_id = $2 group by invoice_line) c on c.invoice_line = l.line
           where l.isp_id = $1 and l.invoice_id = $2 order by l.line"#,
        isp,
        invoice.0
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| {
        let left = LineLeft {
            line: row.line,
            net_minor: row.net_minor,
            tax_minor: row.tax_minor,
            credited_net_minor: row.net,
            credited_tax_minor: row.tax,
        };
        (left, row.description, row.tax_rate)
    });
    Ok(rows.collect())
}

/// The same as a page shows it.
pub fn creditable(lines: &[(LineLeft, String, Decimal)], currency: domain::Currency) -> Vec<CreditableLine> {
    let line = |(left, description, _): &(LineLeft, String, Decimal)| CreditableLine {
        line: left.line,
        description: description.clone(),
        gross: Money::new(left.gross_minor(), currency),
        left: Money::new(left.left_minor(), currency),
    };
    lines.iter().map(line).collect()
}

/// A credit note ready to be written, with its entry posted before.
#[derive(Clone, Debug)]
pub struct NewCreditNote<'a> {
    pub id: CreditNoteId,
    pub number: &'a str,
    pub invoice: &'a InvoiceFacts,
    pub entry_id: EntryId,
    pub void: bool,
    pub reason: &'a str,
    pub lines: &'a [(CreditedLine, &'a str, Decimal)],
    pub freed_minor: i64,
    pub business_date: NaiveDate,
    pub at: DateTime<Utc>,
    pub idempotency_key: &'a str,
}

pub async fn insert_credit_note(tx: &mut IspTx, note: &NewCreditNote<'_>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    let net: i64 = note.lines.iter().map(|(line, ..)| line.net_minor).sum();
    let tax: i64 = note.lines.iter().map(|(line, ..)| line.tax_minor).sum();
    sqlx::query!(
        "insert into credit_note (isp_id, id, number, invoice_id, customer_id, entry_id, kind, reason, net_minor, tax_minor, total_minor, freed_minor, currency,
           business_date, at, created_by, created_name, idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9::bigint + $10::bigint, $11, $12, $13, $14, $15, $16, $17)",
        isp,
        note.id.0,
        note.number,
        note.invoice.id.0,
        note.invoice.customer_id.0,
        note.entry_id.0,
        if note.void { "void" } else { "credit" },
        note.reason,
        net,
        tax,
        note.freed_minor,
        note.invoice.total.currency.code(),
        note.business_date,
        note.at,
        by,
        name,
        note.idempotency_key
    )
    .execute(tx.conn())
    .await?;
    macro_rules! column {
        ($f:expr) => {
            note.lines.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into credit_note_line (isp_id, credit_note_id, line, invoice_id, invoice_line, description, net_minor, tax_rate, tax_minor)
         select $1, $2, n::smallint, $3, line, description, net, rate, tax
         from unnest($4::smallint[], $5::text[], $6::bigint[], $7::numeric[], $8::bigint[]) with ordinality as v (line, description, net, rate, tax, n)",
        isp,
        note.id.0,
        note.invoice.id.0,
        &column!(|(line, ..)| line.line),
        &column!(|(_, description, _)| *description) as &[&str],
        &column!(|(line, ..)| line.net_minor),
        &column!(|(.., rate)| *rate),
        &column!(|(line, ..)| line.tax_minor)
    )
    .execute(tx.conn())
    .await?;
    if note.void {
        sqlx::query!("update invoice set status = 'void' where isp_id = $1 and id = $2", isp, note.invoice.id.0).execute(tx.conn()).await?;
    }
    Ok(())
}

/// A note that was made under this key before.
pub async fn credit_note_by_key(tx: &mut IspTx, key: &str) -> Result<Option<(CreditNoteId, InvoiceId)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select id, invoice_id from credit_note where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.id.into(), row.invoice_id.into())))
}

/// Which credit notes a list wants.
#[derive(Clone, Debug, Default)]
pub struct CreditNoteFilter {
    pub search: String,
    pub state: Option<CreditState>,
    pub invoice_id: Option<InvoiceId>,
    pub id: Option<CreditNoteId>,
}

struct NoteRow {
    id: Uuid,
    number: String,
    invoice_id: Uuid,
    invoice_number: String,
    customer_id: Uuid,
    customer_number: String,
    customer_name: String,
    customer_address: Option<String>,
    business_date: NaiveDate,
    reason: String,
    kind: String,
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    freed_minor: i64,
    currency: String,
    created_name: String,
    refunded: i64,
    credit: i64,
    all_rows: i64,
    all_sum: i64,
}

async fn notes(tx: &mut IspTx, filter: &CreditNoteFilter, paging: Paging) -> Result<Vec<NoteRow>> {
    let isp = tx.isp();
    let search = filter.search.trim().to_lowercase();
    let pattern = (!search.is_empty()).then(|| crate::words::containing(&search));
    Ok(sqlx::query_as!(
        NoteRow,
        r#"with facts as (
             select n.*, v.number as invoice_number, c.number as customer_number, v.customer_name, v.customer_address,
               coalesce((select sum(r.amount_minor) from refund r where r.isp_id = $1 and r.credit_note_id = n.id
                 and not exists (select 1 from refund_reversal b where b.isp_id = $1 and b.refund_id = r.id)), 0)::bigint as refunded,
               case when n.freed_minor = 0 then 0 else coalesce((select -sum(p.amount_minor) from posting p
                 where p.isp_id = $1 and p.account = 'customer_advance' and p.party_id = n.customer_id), 0) end::bigint as credit
             from credit_note n
             join invoice v on v.isp_id = $1 and v.id = n.invoice_id
             join customer c on c.isp_id = $1 and c.id = n.customer_id
             where n.isp_id = $1 and ($2::text is null or lower(n.number) like $2 or lower(v.number) like $2 or c.search_text like $2)
               and ($3::uuid is null or n.invoice_id = $3) and ($4::uuid is null or n.id = $4)),
           states as (
             select *, case when freed_minor - refunded > 0 and credit > 0 then 'due' when refunded > 0 then 'refunded' else 'applied' end as state from facts)
           select id, number, invoice_id, invoice_number as "invoice_number!", customer_id, customer_number as "customer_number!",
             customer_name as "customer_name!", customer_address, business_date, reason, kind, net_minor, tax_minor, total_minor, freed_minor, currency,
             created_name, refunded as "refunded!", credit as "credit!", count(*) over () as "all_rows!", (sum(total_minor) over ())::bigint as "all_sum!"
           from states where $5::text is null or state = $5
           order by business_date desc, id desc limit $6 offset $7"#,
        isp,
        pattern,
        filter.invoice_id.map(|id| id.0),
        filter.id.map(|id| id.0),
        filter.state.map(CreditState::slug),
        paging.size,
        paging.offset()
    )
    .fetch_all(tx.conn())
    .await?)
}

fn note_row(row: NoteRow) -> Result<CreditNoteRow> {
    let currency = currency(&row.currency)?;
    Ok(CreditNoteRow {
        id: row.id.into(),
        number: row.number,
        invoice_id: row.invoice_id.into(),
        invoice_number: row.invoice_number,
        customer_id: row.customer_id.into(),
        customer_number: row.customer_number,
        customer_name: row.customer_name,
        business_date: row.business_date,
        reason: row.reason,
        void: row.kind == "void",
        net: Money::new(row.net_minor, currency),
        tax: Money::new(row.tax_minor, currency),
        total: Money::new(row.total_minor, currency),
        freed: Money::new(row.freed_minor, currency),
        state: CreditState::of(row.freed_minor, row.refunded, row.credit),
        created_name: row.created_name,
    })
}

/// One page of credit notes, newest first, and the sum of all that match.
pub async fn credit_notes(tx: &mut IspTx, filter: &CreditNoteFilter, paging: Paging) -> Result<(Page<CreditNoteRow>, i64)> {
    let rows = notes(tx, filter, paging).await?;
    let (total, sum) = rows.first().map_or((0, 0), |row| (row.all_rows, row.all_sum));
    let rows: Result<Vec<_>> = rows.into_iter().map(note_row).collect();
    Ok((Page { rows: rows?, total, page: paging.page, size: paging.size }, sum))
}

/// A credit note with its lines and refunds.
pub async fn credit_note(tx: &mut IspTx, id: CreditNoteId) -> Result<Option<CreditNoteDetail>> {
    let isp = tx.isp();
    let filter = CreditNoteFilter { id: Some(id), ..CreditNoteFilter::default() };
    let Some(found) = notes(tx, &filter, Paging::new(1, 25)).await?.into_iter().next() else { return Ok(None) };
    let customer_address = found.customer_address.clone();
    let row = note_row(found)?;
    let currency = row.total.currency;
    let lines = sqlx::query!(
        "select description, net_minor, tax_rate, tax_minor from credit_note_line where isp_id = $1 and credit_note_id = $2 order by line",
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = lines.into_iter().map(|line| CreditNoteLine {
        description: line.description,
        net: Money::new(line.net_minor, currency),
        tax: Money::new(line.tax_minor, currency),
        tax_rate: line.tax_rate.normalize().to_string(),
    });
    let refunds = crate::refunds::of_credit_note(tx, id).await?;
    let credit = credit(tx, row.customer_id).await?;
    Ok(Some(CreditNoteDetail { customer_address, lines: lines.collect(), refunds, credit: Money::new(credit, currency), row }))
}

/// What a customer has ahead. Exact only while his row is locked.
pub async fn credit(tx: &mut IspTx, customer: CustomerId) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select coalesce(-sum(amount_minor), 0)::bigint as "credit!" from posting where isp_id = $1 and account = 'customer_advance' and party_id = $2"#,
        isp,
        customer.0
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Something written once about a bill or a customer: who, why, under which key.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    pub reason: &'a str,
    pub business_date: NaiveDate,
    pub at: DateTime<Utc>,
    pub idempotency_key: &'a str,
}

pub async fn insert_write_off(
    tx: &mut IspTx,
    id: WriteOffId,
    invoice: &InvoiceFacts,
    entry: EntryId,
    amount_minor: i64,
    note: Note<'_>,
) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into write_off (isp_id, id, invoice_id, customer_id, entry_id, amount_minor, currency, reason, business_date, at, created_by, created_name,
           idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        isp,
        id.0,
        invoice.id.0,
        invoice.customer_id.0,
        entry.0,
        amount_minor,
        invoice.total.currency.code(),
        note.reason,
        note.business_date,
        note.at,
        by,
        name,
        note.idempotency_key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The write-off that was made under this key.
pub async fn write_off_by_key(tx: &mut IspTx, key: &str) -> Result<Option<(WriteOffId, InvoiceId)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select id, invoice_id from write_off where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.id.into(), row.invoice_id.into())))
}

/// The entry a write-off was posted with.
pub async fn write_off_entry(tx: &mut IspTx, id: WriteOffId) -> Result<Option<EntryId>> {
    let isp = tx.isp();
    let entry =
        sqlx::query_scalar!("select entry_id from write_off where isp_id = $1 and id = $2", isp, id.0).fetch_optional(tx.conn()).await?;
    Ok(entry.map(EntryId))
}

/// `invoice` is the bill that asks for the money, when money is asked for.
pub async fn insert_adjustment(
    tx: &mut IspTx,
    id: Uuid,
    customer: CustomerId,
    amount: Money,
    entry: EntryId,
    invoice: Option<InvoiceId>,
    note: Note<'_>,
) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into adjustment (isp_id, id, customer_id, direction, amount_minor, currency, entry_id, invoice_id, reason, business_date, at, created_by,
           created_name, idempotency_key)
         values ($1, $2, $3, case when $7::uuid is null then 'credit' else 'debit' end, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        isp,
        id,
        customer.0,
        amount.minor,
        amount.currency.code(),
        entry.0,
        invoice.map(|id| id.0),
        note.reason,
        note.business_date,
        note.at,
        by,
        name,
        note.idempotency_key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Was this form sent before?
pub async fn adjustment_by_key(tx: &mut IspTx, key: &str) -> Result<Option<CustomerId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!("select customer_id from adjustment where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(id.map(CustomerId))
}

/// Due days and grace days of a customer's billing profile.
pub async fn terms(tx: &mut IspTx, customer: CustomerId) -> Result<(u16, u16)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select b.due_days, b.grace_days from customer c join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
         where c.isp_id = $1 and c.id = $2",
        isp,
        customer.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.due_days.unsigned_abs(), row.grace_days.unsigned_abs()))
}

/// Every billing profile with its rule for paying late.
pub async fn late_fee_rules(tx: &mut IspTx) -> Result<Vec<LateFeeRule>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, name, late_fee_kind, late_fee_minor, late_fee_percent, late_fee_after_days, late_fee_tax_profile_id from billing_profile
         where isp_id = $1 order by is_default desc, name",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| {
        let after_days = row.late_fee_after_days.unsigned_abs();
        let fee = match row.late_fee_kind.as_str() {
            "fixed" => LateFee::Fixed { minor: row.late_fee_minor, after_days },
            "percent" => LateFee::Percent { percent: row.late_fee_percent.normalize(), after_days },
            _ => LateFee::None,
        };
        LateFeeRule { profile_id: row.id.into(), profile: row.name, fee, tax_profile_id: row.late_fee_tax_profile_id.map(Into::into) }
    });
    Ok(rows.collect())
}

/// `false` when there is no such profile.
pub async fn set_late_fee_rule(tx: &mut IspTx, profile: BillingProfileId, rule: LateFee, tax: Option<TaxProfileId>) -> Result<bool> {
    let isp = tx.isp();
    let (minor, percent) = match rule {
        LateFee::None => (0, Decimal::ZERO),
        LateFee::Fixed { minor, .. } => (minor, Decimal::ZERO),
        LateFee::Percent { percent, .. } => (0, percent),
    };
    let done = sqlx::query!(
        "update billing_profile set late_fee_kind = $3, late_fee_minor = $4, late_fee_percent = $5, late_fee_after_days = coalesce($6, late_fee_after_days),
           late_fee_tax_profile_id = $7
         where isp_id = $1 and id = $2",
        isp,
        profile.0,
        rule.slug(),
        minor,
        percent,
        rule.after_days().map(u16::cast_signed),
        tax.map(|id| id.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Bills of a profile's customers that were due on or before `due_by`, are not paid, and have no fee yet and are none:
/// bill and customer.
pub async fn without_late_fee(
    tx: &mut IspTx,
    profile: BillingProfileId,
    due_by: NaiveDate,
    limit: i64,
) -> Result<Vec<(InvoiceId, CustomerId)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select v.id, v.customer_id from invoice v join customer c on c.isp_id = $1 and c.id = v.customer_id and c.billing_profile_id = $2
         where v.isp_id = $1 and v.due_minor > 0 and v.due_on <= $3
           and not exists (select 1 from late_fee f where f.isp_id = $1 and (f.invoice_id = v.id or f.fee_invoice_id = v.id))
         order by v.customer_id, v.id limit $4",
        isp,
        profile.0,
        due_by,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.customer_id.into())).collect())
}

/// The bill of a bill's late fee: id and number.
pub async fn late_fee_of(tx: &mut IspTx, invoice: InvoiceId) -> Result<Option<(InvoiceId, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select v.id, v.number from late_fee f join invoice v on v.isp_id = $1 and v.id = f.fee_invoice_id where f.isp_id = $1 and f.invoice_id = $2",
        isp,
        invoice.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id.into(), row.number)))
}

/// `late_fee_pkey` refuses a second fee on the same bill.
pub async fn insert_late_fee(tx: &mut IspTx, invoice: InvoiceId, fee: InvoiceId, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("insert into late_fee (isp_id, invoice_id, fee_invoice_id, at) values ($1, $2, $3, $4)", isp, invoice.0, fee.0, at)
        .execute(tx.conn())
        .await?;
    Ok(())
}
