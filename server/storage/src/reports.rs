//! Figures for reports: revenue out of the postings, bills by issue date, money by payment date. Days, not columns:
//! the wider grains are put together from them.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::billing::InvoiceState;
use domain::payments::Method;
use domain::reports::LatePayer;
use domain::{Currency, CustomerId, Money};

/// Revenue of each day that had any: income accounts, credits positive.
pub async fn revenue_by_day(tx: &mut IspTx, from: NaiveDate, until: NaiveDate) -> Result<Vec<(NaiveDate, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select e.business_date, (-sum(p.amount_minor))::bigint as "sum!"
           from journal_entry e join posting p on p.isp_id = $1 and p.entry_id = e.id join ledger_account a on a.isp_id = $1 and a.code = p.account
           where e.isp_id = $1 and e.business_date between $2 and $3 and a.kind = 'income'
           group by e.business_date order by e.business_date"#,
        isp,
        from,
        until
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.business_date, row.sum)).collect())
}

/// What was sold under which name, of bills issued in the range: name, kind of line, net, lines. Largest first.
pub async fn revenue_by_package(tx: &mut IspTx, from: NaiveDate, until: NaiveDate) -> Result<Vec<(String, String, i64, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with sold as (
             select l.kind, case when l.kind in ('recurring', 'prepaid', 'change_new', 'change_old', 'addon') then l.description else '' end as name,
               l.net_minor
             from invoice i join journal_entry e on e.isp_id = $1 and e.id = i.entry_id join invoice_line l on l.isp_id = $1 and l.invoice_id = i.id
             where i.isp_id = $1 and e.business_date between $2 and $3 and e.source = 'invoice')
           select name as "name!", case when name = '' then kind else '' end as "kind!", sum(net_minor)::bigint as "sum!", count(*) as "n!"
           from sold group by 1, 2 order by 3 desc limit 200"#,
        isp,
        from,
        until
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.kind, row.sum, row.n)).collect())
}

/// Money that came in on a day by a method, and receipts; a reversal counts against the day it was made.
pub async fn collected(tx: &mut IspTx, from: NaiveDate, until: NaiveDate) -> Result<Vec<(NaiveDate, Method, i64, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select day as "day!", method as "method!", sum(amount)::bigint as "sum!", sum(n)::bigint as "n!" from (
             select business_date as day, method, amount_minor as amount, 1 as n from payment
             where isp_id = $1 and business_date between $2 and $3
             union all
             select r.business_date, p.method, -p.amount_minor, -1 from payment_reversal r join payment p on p.isp_id = $1 and p.id = r.payment_id
             where r.isp_id = $1 and r.business_date between $2 and $3) m
           group by day, method order by day, method"#,
        isp,
        from,
        until
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| Ok((row.day, known(Method::from_slug(&row.method), "method", &row.method)?, row.sum, row.n))).collect()
}

/// Bills issued on a day: how many, their total.
pub async fn billed_by_day(tx: &mut IspTx, from: NaiveDate, until: NaiveDate) -> Result<Vec<(NaiveDate, i64, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select issued_on, count(*) as "n!", sum(total_minor)::bigint as "sum!" from invoice
           where isp_id = $1 and issued_on between $2 and $3 and status <> 'void' group by issued_on order by issued_on"#,
        isp,
        from,
        until
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.issued_on, row.n, row.sum)).collect())
}

/// Discounts on the bills issued on a day, and those that the books hold as given.
pub async fn discounts_by_day(tx: &mut IspTx, from: NaiveDate, until: NaiveDate) -> Result<Vec<(NaiveDate, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select day as "day!", sum(amount)::bigint as "sum!" from (
             select i.issued_on as day, -(l.net_minor + l.tax_minor) as amount from invoice i
             join invoice_line l on l.isp_id = $1 and l.invoice_id = i.id
             where i.isp_id = $1 and i.issued_on between $2 and $3 and i.status <> 'void' and l.kind = 'discount'
             union all
             select e.business_date, p.amount_minor from journal_entry e join posting p on p.isp_id = $1 and p.entry_id = e.id
             where e.isp_id = $1 and e.business_date between $2 and $3 and p.account = 'discount_given' and e.source <> 'invoice') d
           group by day order by day"#,
        isp,
        from,
        until
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.day, row.sum)).collect())
}

/// Bills issued in the range by state: how many, total, still due. The states are those of the invoices list.
pub async fn bills_by_state(
    tx: &mut IspTx,
    from: NaiveDate,
    until: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<(InvoiceState, i64, i64, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select case when status = 'void' then 'void' when due_minor = 0 and written_off_minor > 0 then 'written_off'
               when due_minor = 0 and credited_minor > 0 and credited_minor = total_minor then 'credited'
               when due_minor = 0 then 'paid' when due_on < $4 then 'overdue'
               when due_minor < total_minor then 'partly_paid' else 'open' end as "state!",
             count(*) as "n!", sum(total_minor)::bigint as "total!", sum(due_minor)::bigint as "due!"
           from invoice where isp_id = $1 and issued_on between $2 and $3 group by 1"#,
        isp,
        from,
        until,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| Ok((known(InvoiceState::from_slug(&row.state), "invoice state", &row.state)?, row.n, row.total, row.due)))
        .collect()
}

/// Who paid bills that fell due in the range after their day, or has not paid them: the latest first.
pub async fn late_payers(
    tx: &mut IspTx,
    from: NaiveDate,
    until: NaiveDate,
    today: NaiveDate,
    limit: i64,
    books: Currency,
) -> Result<Vec<LatePayer>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with bill as (
             select i.customer_id, i.due_minor, i.due_on,
               case when i.due_minor > 0 then $4::date
                 else (select max(e.business_date) from allocation a join journal_entry e on e.isp_id = $1 and e.id = a.entry_id
                       where a.isp_id = $1 and a.invoice_id = i.id and a.amount_minor > 0) end as settled_on
             from invoice i where i.isp_id = $1 and i.due_on between $2 and $3 and i.status <> 'void'),
           late as (
             select customer_id, count(*) as bills, count(*) filter (where settled_on > due_on) as late,
               coalesce(sum(settled_on - due_on) filter (where settled_on > due_on), 0)::bigint as days,
               coalesce(sum(due_minor) filter (where due_on < $4), 0)::bigint as overdue
             from bill group by customer_id having count(*) filter (where settled_on > due_on) > 0
             order by days desc, customer_id limit $5)
           select l.customer_id, c.number, c.name, l.bills as "bills!", l.late as "late!", l.days as "days!", l.overdue as "overdue!"
           from late l join customer c on c.isp_id = $1 and c.id = l.customer_id order by l.days desc, l.customer_id"#,
        isp,
        from,
        until,
        today,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| LatePayer {
            customer_id: CustomerId(row.customer_id),
            number: row.number,
            name: row.name,
            late: row.late,
            bills: row.bills,
            days_late: row.days,
            overdue: Money::new(row.overdue, books),
        })
        .collect())
}

/// Everything that is due.
pub async fn due_now(tx: &mut IspTx) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(r#"select coalesce(sum(due_minor), 0)::bigint as "due!" from invoice where isp_id = $1 and due_minor > 0"#, isp)
        .fetch_one(tx.conn())
        .await?)
}
