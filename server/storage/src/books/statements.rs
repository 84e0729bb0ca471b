//! Statements: the postings about one party in the order they were written, each with the sum up to it. Nothing is
//! kept beside the postings, so the last balance is their sum by construction.

use crate::{IspTx, Result};
use domain::books::{Days, Statement, StatementLine};
use domain::customers::{Page, Paging};
use domain::{Currency, EntryId, Money};
use uuid::Uuid;

/// Whose statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// What a customer owes, less what he has ahead.
    Customer(Uuid),
    /// What is in a person's drawer.
    Drawer(Uuid),
}

impl Of {
    fn party(self) -> Uuid {
        match self {
            Of::Customer(id) | Of::Drawer(id) => id,
        }
    }

    fn accounts(self) -> &'static [&'static str] {
        match self {
            Of::Customer(_) => &["receivable", "customer_advance"],
            Of::Drawer(_) => &["cash_drawer"],
        }
    }
}

/// One page of these days, newest first; a balance counts what came before them too. `None`: there is nobody like that
/// in scope.
pub async fn page(tx: &mut IspTx, of: Of, days: Days, paging: Paging, books: Currency) -> Result<Option<Statement>> {
    let isp = tx.isp();
    let name = match of {
        Of::Customer(id) => {
            sqlx::query_scalar!("select name from customer where isp_id = $1 and id = $2", isp, id).fetch_optional(tx.conn()).await?
        }
        Of::Drawer(id) => crate::cash::drawers(tx, Some(id), books).await?.into_iter().next().map(|drawer| drawer.name),
    };
    let Some(name) = name else { return Ok(None) };
    let accounts: Vec<String> = of.accounts().iter().map(ToString::to_string).collect();
    // One line an entry: a payment that settles a bill and leaves credit is one event for the customer.
    let rows = sqlx::query!(
        r#"with line as (
             select p.entry_id, sum(p.amount_minor)::bigint as amount from posting p
             where p.isp_id = $1 and p.account = any($2) and p.party_id = $3 group by p.entry_id),
           told as (
             select e.id, e.at, e.business_date, e.source, e.memo, l.amount, sum(l.amount) over (order by e.at, e.id)::bigint as balance
             from line l join journal_entry e on e.isp_id = $1 and e.id = l.entry_id)
           select id as "id!", at as "at!", business_date as "business_date!", source as "source!", memo as "memo!", amount as "amount!",
             balance as "balance!", count(*) over () as "total!"
           from told where ($6::date is null or business_date >= $6) and ($7::date is null or business_date <= $7)
           order by at desc, id desc limit $4 offset $5"#,
        isp,
        &accounts,
        of.party(),
        paging.size,
        paging.offset(),
        days.from,
        days.until
    )
    .fetch_all(tx.conn())
    .await?;
    let money = |minor| Money::new(minor, books);
    let total = rows.first().map_or(0, |row| row.total);
    let balance = sqlx::query_scalar!(
        r#"select coalesce(sum(p.amount_minor), 0)::bigint as "sum!" from posting p
           join journal_entry e on e.isp_id = p.isp_id and e.id = p.entry_id
           where p.isp_id = $1 and p.account = any($2) and p.party_id = $3 and ($4::date is null or e.business_date <= $4)"#,
        isp,
        &accounts,
        of.party(),
        days.until
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = rows
        .into_iter()
        .map(|row| StatementLine {
            entry_id: EntryId(row.id),
            at: row.at,
            business_date: row.business_date,
            source: row.source,
            memo: row.memo,
            amount: money(row.amount),
            balance: money(row.balance),
        })
        .collect();
    let page = Page { rows, total, page: paging.page, size: paging.size };
    Ok(Some(Statement { party_id: of.party(), name, balance: money(balance), page }))
}
