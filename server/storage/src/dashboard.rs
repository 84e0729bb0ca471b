//! The sums and counts of the admin's morning. Each is the count of a list that has the same condition.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::CustomerId;

/// Money and presence, in minor units of the books.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub due_today: i64,
    pub due_today_minor: i64,
    pub collected_today: i64,
    pub collected_today_minor: i64,
    pub online_now: i64,
}

pub async fn figures(tx: &mut IspTx, today: NaiveDate) -> Result<Figures> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select
             (select count(*) from invoice where isp_id = $1 and due_minor > 0 and due_on <= $2) as "due_today!",
             (select coalesce(sum(due_minor), 0)::bigint from invoice where isp_id = $1 and due_minor > 0 and due_on <= $2) as "due_today_minor!",
             (select count(*) from payment where isp_id = $1 and business_date = $2) as "collected_today!",
             (select coalesce(sum(amount_minor), 0)::bigint from payment where isp_id = $1 and business_date = $2) as "collected_today_minor!",
             (select count(*) from radius_session where isp_id = $1 and stopped_at is null) as "online_now!""#,
        isp,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Figures {
        due_today: row.due_today,
        due_today_minor: row.due_today_minor,
        collected_today: row.collected_today,
        collected_today_minor: row.collected_today_minor,
        online_now: row.online_now,
    })
}

/// What was collected on each day from `from` to `to`, both in; days without a payment are there with zero.
pub async fn collected_by_day(tx: &mut IspTx, from: NaiveDate, to: NaiveDate) -> Result<Vec<(NaiveDate, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select d::date as "day!", coalesce(sum(p.amount_minor), 0)::bigint as "sum!"
           from generate_series($2::date, $3::date, interval '1 day') d
           left join payment p on p.isp_id = $1 and p.business_date = d::date
           group by d order by d"#,
        isp,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.day, row.sum)).collect())
}

/// Somebody who owes for longer than he may.
#[derive(Clone, Debug)]
pub struct Debtor {
    pub customer_id: CustomerId,
    pub number: String,
    pub name: String,
    pub mobile: Option<String>,
    /// Minor units of the books.
    pub due_minor: i64,
    /// The day the oldest of it was due.
    pub since: NaiveDate,
}

/// Whose money is overdue on `today`, the oldest debt first.
pub async fn debtors(tx: &mut IspTx, today: NaiveDate, limit: i64) -> Result<Vec<Debtor>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select c.id, c.number, c.name, c.mobile, v.due as "due_minor!", v.since as "since!"
           from (select customer_id, sum(due_minor)::bigint as due, min(due_on) as since
                 from invoice where isp_id = $1 and due_minor > 0 and due_on < $2
                 group by customer_id order by min(due_on), sum(due_minor) desc, customer_id limit $3) v
           join customer c on c.isp_id = $1 and c.id = v.customer_id
           order by v.since, v.due desc, c.id"#,
        isp,
        today,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| Debtor {
        customer_id: row.id.into(),
        number: row.number,
        name: row.name,
        mobile: row.mobile,
        due_minor: row.due_minor,
        since: row.since,
    });
    Ok(rows.collect())
}

/// One thing on a customer's timeline, as stored.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: DateTime<Utc>,
    /// `audit`, `invoice`, `import`, `payment`, `session_start`, `session_stop`.
    pub kind: String,
    /// Action, number, file or user name.
    pub word: String,
    pub detail: Option<String>,
    pub actor: Option<String>,
    pub amount_minor: Option<i64>,
    pub object_id: Option<uuid::Uuid>,
}

/// The newest things that happened to a customer.
pub async fn timeline(tx: &mut IspTx, customer: CustomerId, limit: i64) -> Result<Vec<Happened>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Happened,
        r#"select * from (
             select at as "at!", 'audit' as "kind!", action as "word!", after ->> 'reason' as detail, actor_name as actor, null::bigint as amount_minor, object_id
               from audit_entry where isp_id = $1 and customer_id = $2
             union all
             select e.at, 'invoice', v.number, null, null, v.total_minor, v.id from invoice v join journal_entry e on e.isp_id = $1 and e.id = v.entry_id
               where v.isp_id = $1 and v.customer_id = $2
             union all
             select c.created_at, 'import', m.file_name, null, null, null, m.id from customer c join import m on m.isp_id = $1 and m.id = c.import_id
               where c.isp_id = $1 and c.id = $2
             union all
             select received_at, 'payment', receipt_number, method, collector_name, amount_minor, id from payment where isp_id = $1 and customer_id = $2
             union all
             select started_at, 'session_start', username, host(framed_ip), null, null, null from radius_session where isp_id = $1 and customer_id = $2
             union all
             select stopped_at, 'session_stop', username, stop_cause, null, null, null from radius_session
               where isp_id = $1 and customer_id = $2 and stopped_at is not null
           ) t order by 1 desc limit $3"#,
        isp,
        customer.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
