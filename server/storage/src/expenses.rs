//! Expenses, their categories, the files that prove them and those that come again.

use crate::db::currency;
use crate::error::known;
use crate::words::each_word;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::{Page, Paging};
use domain::expenses::{Category, ExpenseFilter, ExpenseRow, ExpenseState, NewExpense, RecurringRow};
use domain::{Currency, EntryId, Money};
use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

/// All categories, each below its parent.
pub async fn categories(tx: &mut IspTx) -> Result<Vec<Category>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select c.id, c.parent_id, c.active, coalesce(p.name || ' › ', '') || c.name as "name!"
           from expense_category c left join expense_category p on p.isp_id = $1 and p.id = c.parent_id
           where c.isp_id = $1 order by lower(coalesce(p.name, c.name)), c.parent_id is not null, lower(c.name)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| Category { id: row.id, parent_id: row.parent_id, name: row.name, active: row.active }).collect())
}

pub async fn create_category(tx: &mut IspTx, id: Uuid, parent: Option<Uuid>, name: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("insert into expense_category (isp_id, id, parent_id, name) values ($1, $2, $3, $4)", isp, id, parent, name)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Who writes an expense, and where it stands.
#[derive(Clone, Debug)]
pub struct Writing<'a> {
    pub id: Uuid,
    pub state: ExpenseState,
    pub voucher_number: Option<&'a str>,
    pub entry_id: Option<EntryId>,
    pub drawer_id: Option<Uuid>,
    pub recurring_id: Option<Uuid>,
    pub created_by: Uuid,
    pub created_by_name: &'a str,
    pub at: DateTime<Utc>,
    pub key: &'a str,
}

pub async fn insert(tx: &mut IspTx, new: &NewExpense, writing: &Writing<'_>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into expense (isp_id, id, voucher_number, category_id, vendor, amount_minor, tax_minor, currency, spent_on, paid_from, drawer_id, note,
           state, recurring_id, entry_id, created_by, created_by_name, created_at, idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        isp,
        writing.id,
        writing.voucher_number,
        new.category_id,
        new.vendor,
        new.amount.minor,
        new.tax.minor,
        new.amount.currency.code(),
        new.spent_on,
        if new.from_drawer { "drawer" } else { "bank" },
        writing.drawer_id,
        new.note,
        writing.state.slug(),
        writing.recurring_id,
        writing.entry_id.map(|id| id.0),
        writing.created_by,
        writing.created_by_name,
        writing.at,
        writing.key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The expense that came in under this key before.
pub async fn find_by_key(tx: &mut IspTx, key: &str) -> Result<Option<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select id from expense where isp_id = $1 and idempotency_key = $2", isp, key).fetch_optional(tx.conn()).await?)
}

const COLUMNS: &str = "x.id, x.voucher_number, x.category_id, coalesce(p.name || ' › ', '') || c.name as category, x.vendor, x.amount_minor, x.tax_minor, \
                       x.currency, x.spent_on, x.drawer_id, x.note, x.state, x.reason, x.created_by, x.created_by_name, x.created_at, x.decided_by_name, \
                       x.decided_at, x.entry_id, x.reversal_entry_id, a.name as attachment, x.recurring_id is not null as recurring";
const TABLES: &str = " from expense x join expense_category c on c.isp_id = x.isp_id and c.id = x.category_id \
                      left join expense_category p on p.isp_id = c.isp_id and p.id = c.parent_id \
                      left join expense_attachment a on a.isp_id = x.isp_id and a.expense_id = x.id where x.isp_id = ";

fn read(row: &sqlx::postgres::PgRow) -> Result<ExpenseRow> {
    let (code, state): (String, String) = (row.try_get("currency")?, row.try_get("state")?);
    let currency = currency(&code)?;
    Ok(ExpenseRow {
        id: row.try_get("id")?,
        voucher_number: row.try_get("voucher_number")?,
        category_id: row.try_get("category_id")?,
        category: row.try_get("category")?,
        vendor: row.try_get("vendor")?,
        amount: Money::new(row.try_get("amount_minor")?, currency),
        tax: Money::new(row.try_get("tax_minor")?, currency),
        spent_on: row.try_get("spent_on")?,
        drawer_id: row.try_get("drawer_id")?,
        note: row.try_get("note")?,
        state: known(ExpenseState::from_slug(&state), "expense", &state)?,
        reason: row.try_get("reason")?,
        created_by: row.try_get("created_by")?,
        created_by_name: row.try_get("created_by_name")?,
        created_at: row.try_get("created_at")?,
        decided_by_name: row.try_get("decided_by_name")?,
        decided_at: row.try_get("decided_at")?,
        entry_id: row.try_get::<Option<Uuid>, _>("entry_id")?.map(EntryId),
        reversal_entry_id: row.try_get::<Option<Uuid>, _>("reversal_entry_id")?.map(EntryId),
        attachment: row.try_get("attachment")?,
        recurring: row.try_get("recurring")?,
    })
}

fn conditions(query: &mut QueryBuilder<Postgres>, filter: &ExpenseFilter) {
    for pattern in each_word(&filter.search) {
        query.push(" and lower(x.vendor || ' ' || coalesce(x.voucher_number, '') || ' ' || coalesce(x.note, '')) like ").push_bind(pattern);
    }
    if let Some(state) = filter.state {
        query.push(" and x.state = ").push_bind(state.slug());
    }
    if let Some(category) = filter.category_id {
        query.push(" and (x.category_id = ").push_bind(category).push(" or c.parent_id = ").push_bind(category).push(")");
    }
    if let Some(from) = filter.from {
        query.push(" and x.spent_on >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        query.push(" and x.spent_on <= ").push_bind(until);
    }
}

/// One page, newest first, and the sum of all that match.
pub async fn page(tx: &mut IspTx, filter: &ExpenseFilter, paging: Paging, books: Currency) -> Result<(Page<ExpenseRow>, Money)> {
    let isp = tx.isp();
    let mut totals = QueryBuilder::new("select count(*), coalesce(sum(x.amount_minor), 0)::bigint");
    totals.push(TABLES).push_bind(isp);
    conditions(&mut totals, filter);
    let totals = totals.build().fetch_one(tx.conn()).await?;
    let mut rows = QueryBuilder::new("select ");
    rows.push(COLUMNS).push(TABLES).push_bind(isp);
    conditions(&mut rows, filter);
    rows.push(" order by x.spent_on desc, x.id desc limit ").push_bind(paging.size).push(" offset ").push_bind(paging.offset());
    let rows: Result<Vec<_>> = rows.build().fetch_all(tx.conn()).await?.iter().map(read).collect();
    let page = Page { rows: rows?, total: totals.try_get(0)?, page: paging.page, size: paging.size };
    Ok((page, Money::new(totals.try_get(1)?, books)))
}

/// One expense; locked, so that two who decide at the same moment decide once.
pub async fn find(tx: &mut IspTx, id: Uuid, lock: bool) -> Result<Option<ExpenseRow>> {
    let isp = tx.isp();
    let mut query = QueryBuilder::new("select ");
    query.push(COLUMNS).push(TABLES).push_bind(isp).push(" and x.id = ").push_bind(id);
    if lock {
        query.push(" for update of x");
    }
    query.build().fetch_optional(tx.conn()).await?.as_ref().map(read).transpose()
}

/// How an expense that waited, or was posted, ends.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    pub state: ExpenseState,
    pub entry_id: Option<EntryId>,
    pub voucher_number: Option<&'a str>,
    pub reversal_entry_id: Option<EntryId>,
    pub reason: Option<&'a str>,
}

pub async fn decide(tx: &mut IspTx, id: Uuid, at: DateTime<Utc>, ending: Ending<'_>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "update expense set state = $3, entry_id = coalesce($4, entry_id), voucher_number = coalesce($5, voucher_number), reversal_entry_id = $6,
           reason = coalesce($7, reason), decided_by = $8, decided_by_name = $9, decided_at = $10
         where isp_id = $1 and id = $2",
        isp,
        id,
        ending.state.slug(),
        ending.entry_id.map(|id| id.0),
        ending.voucher_number,
        ending.reversal_entry_id.map(|id| id.0),
        ending.reason,
        by,
        name,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn attach(tx: &mut IspTx, expense: Uuid, name: &str, kind: &str, content: &[u8], at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into expense_attachment (isp_id, expense_id, name, kind, content, at) values ($1, $2, $3, $4, $5, $6)",
        isp,
        expense,
        name,
        kind,
        content,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Name, kind and bytes of the file.
pub async fn attachment(tx: &mut IspTx, expense: Uuid) -> Result<Option<(String, String, Vec<u8>)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select name, kind, content from expense_attachment where isp_id = $1 and expense_id = $2", isp, expense)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.name, row.kind, row.content)))
}

pub async fn create_recurring(tx: &mut IspTx, id: Uuid, new: &NewExpense, next_on: NaiveDate, done: i16, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id().unwrap_or(Uuid::nil()), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into expense_recurring (isp_id, id, category_id, vendor, amount_minor, tax_minor, currency, note, every_months, first_on, done, next_on,
           ends_on, created_by, created_by_name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        isp,
        id,
        new.category_id,
        new.vendor,
        new.amount.minor,
        new.tax.minor,
        new.amount.currency.code(),
        new.note,
        i16::try_from(new.every_months.unwrap_or(1)).unwrap_or(1),
        new.spent_on,
        done,
        next_on,
        new.ends_on,
        by,
        name,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Recurring expenses: all of them, or the active ones whose day has come, locked.
pub async fn recurring(tx: &mut IspTx, due_by: Option<NaiveDate>) -> Result<Vec<RecurringRow>> {
    let isp = tx.isp();
    if due_by.is_some() {
        sqlx::query!("select id from expense_recurring where isp_id = $1 and active and next_on <= $2 order by id for update", isp, due_by)
            .fetch_all(tx.conn())
            .await?;
    }
    let rows = sqlx::query!(
        r#"select r.id, r.category_id, coalesce(p.name || ' › ', '') || c.name as "category!", r.vendor, r.amount_minor, r.tax_minor, r.currency, r.note,
             r.every_months, r.first_on, r.done, r.next_on, r.ends_on, r.active, r.created_by, r.created_by_name
           from expense_recurring r join expense_category c on c.isp_id = $1 and c.id = r.category_id
           left join expense_category p on p.isp_id = $1 and p.id = c.parent_id
           where r.isp_id = $1 and ($2::date is null or r.active and r.next_on <= $2) order by r.active desc, r.next_on, r.id"#,
        isp,
        due_by
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = currency(&row.currency)?;
            Ok(RecurringRow {
                id: row.id,
                category_id: row.category_id,
                category: row.category,
                vendor: row.vendor,
                amount: Money::new(row.amount_minor, currency),
                tax: Money::new(row.tax_minor, currency),
                note: row.note,
                every_months: row.every_months,
                first_on: row.first_on,
                done: row.done,
                next_on: row.next_on,
                ends_on: row.ends_on,
                active: row.active,
                created_by: row.created_by,
                created_by_name: row.created_by_name,
            })
        })
        .collect()
}

/// Where a recurring expense goes on; not active any more once it has ended.
pub async fn advance(tx: &mut IspTx, id: Uuid, done: i16, next_on: NaiveDate, active: bool) -> Result<bool> {
    let isp = tx.isp();
    let changed = sqlx::query!(
        "update expense_recurring set done = $3, next_on = $4, active = $5 where isp_id = $1 and id = $2",
        isp,
        id,
        done,
        next_on,
        active
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// No more of it.
pub async fn stop_recurring(tx: &mut IspTx, id: Uuid) -> Result<bool> {
    let isp = tx.isp();
    let changed = sqlx::query!("update expense_recurring set active = false where isp_id = $1 and id = $2 and active", isp, id)
        .execute(tx.conn())
        .await?;
    Ok(changed.rows_affected() == 1)
}
