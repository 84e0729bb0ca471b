//! What lines moved: slots of five minutes, hours, days and months, what graphs and lists read of them, and their end.
//! Only what accounting counted comes in; nothing leaves before the next coarser table holds the same sum.

mod count;

pub use count::{add_days, add_slots};

use crate::{Error, IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::fair_use::{TopUser, Used};
use domain::usage::SLOTS;
use domain::{CustomerId, ServiceId};
use std::collections::HashMap;
use uuid::Uuid;

/// The slots of one line in one hour; `None`: nothing was told about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    pub up: [Option<u64>; SLOTS],
    pub down: [Option<u64>; SLOTS],
}

impl Slots {
    pub fn add(&mut self, slot: usize, used: Used) {
        for (slots, more) in [(&mut self.up, used.up), (&mut self.down, used.down)] {
            if let Some(slot) = slots.get_mut(slot) {
                *slot = Some(slot.unwrap_or(0).saturating_add(more));
            }
        }
    }
}

/// What a line moved in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    pub up: u64,
    pub down: u64,
    pub most: Most,
}

/// Octets of the busiest five minutes of a stretch; `None`: not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Most {
    pub up: Option<u64>,
    pub down: Option<u64>,
}

impl Most {
    /// The busiest of both.
    pub fn or_more(self, other: Self) -> Self {
        Self { up: self.up.max(other.up), down: self.down.max(other.down) }
    }
}

fn back(value: Option<i64>) -> Option<u64> {
    value.map(i64::unsigned_abs)
}

/// The hours of one line from `from` on with their slots, oldest first.
pub async fn slots_of(tx: &mut IspTx, service: ServiceId, hours: &[DateTime<Utc>]) -> Result<Vec<(DateTime<Utc>, Slots)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select s.hour, s.up as "up!: Vec<Option<i64>>", s.down as "down!: Vec<Option<i64>>"
           from unnest($3::timestamptz[]) h (hour)
           join usage_slot s on s.isp_id = $1 and s.hour = h.hour and s.service_id = $2
           join service v on v.isp_id = $1 and v.id = s.service_id
           order by s.hour"#,
        isp,
        service.0,
        hours
    )
    .fetch_all(tx.conn())
    .await?;
    let row = |values: Vec<Option<i64>>| {
        let mut slots = [None; SLOTS];
        slots.iter_mut().zip(values).for_each(|(slot, value)| *slot = back(value));
        slots
    };
    Ok(rows.into_iter().map(|found| (found.hour, Slots { up: row(found.up), down: row(found.down) })).collect())
}

/// Whole hours of one line, wherever they are kept.
pub async fn hours_of(tx: &mut IspTx, service: ServiceId, hours: &[DateTime<Utc>]) -> Result<Vec<(DateTime<Utc>, Stretch)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select h.hour as "hour!", sum(u.up)::bigint as "up!", sum(u.down)::bigint as "down!", max(u.up_most) as up_most, max(u.down_most) as down_most
           from unnest($3::timestamptz[]) h (hour)
           join service v on v.isp_id = $1 and v.id = $2
           cross join lateral (
             select sum_slots(s.up) as up, sum_slots(s.down) as down, most_slot(s.up) as up_most, most_slot(s.down) as down_most
             from usage_slot s where s.isp_id = $1 and s.hour = h.hour and s.service_id = $2
             union all
             select o.up, o.down, o.up_most, o.down_most from usage_hour o where o.isp_id = $1 and o.hour = h.hour and o.service_id = $2) u
           group by h.hour order by h.hour"#,
        isp,
        service.0,
        hours
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| {
        let most = Most { up: back(row.up_most), down: back(row.down_most) };
        (row.hour, Stretch { up: row.up.unsigned_abs(), down: row.down.unsigned_abs(), most })
    });
    Ok(rows.collect())
}

/// A day of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    pub used: Used,
    /// Known of days whose hours are kept no more.
    pub most: Most,
}

/// Days of one line, both ends included, oldest first.
pub async fn days_of(tx: &mut IspTx, service: ServiceId, from: NaiveDate, to: NaiveDate) -> Result<Vec<(NaiveDate, Day)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select u.day, u.input_octets, u.output_octets, u.online_seconds, u.up_most, u.down_most
         from usage_day u join service s on s.isp_id = $1 and s.id = u.service_id
         where u.isp_id = $1 and u.service_id = $2 and u.day between $3 and $4 order by u.day",
        isp,
        service.0,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| {
        let seconds = row.online_seconds.unsigned_abs();
        let used = Used { up: row.input_octets.unsigned_abs(), down: row.output_octets.unsigned_abs(), seconds };
        (row.day, Day { used, most: Most { up: back(row.up_most), down: back(row.down_most) } })
    });
    Ok(rows.collect())
}

/// Who moved the most from a day to a day, and where each stands; with how many there are.
pub async fn top(tx: &mut IspTx, from: NaiveDate, to: NaiveDate, search: &str, size: i64, offset: i64) -> Result<(Vec<TopUser>, i64)> {
    let isp = tx.isp();
    let words = search.trim().to_lowercase();
    let pattern = (!words.is_empty()).then(|| crate::words::containing(&words));
    let rows = sqlx::query!(
        r#"with moved as (
             select u.service_id, sum(u.input_octets)::bigint as up, sum(u.output_octets)::bigint as down, sum(u.online_seconds)::bigint as seconds
             from usage_day u where u.isp_id = $1 and u.day between $2 and $3 group by u.service_id)
           select m.service_id as "service_id!", m.up as "up!", m.down as "down!", m.seconds as "seconds!", s.username, s.customer_id, c.name, c.number,
                  p.name as package, f.standing as "standing?", count(*) over () as "total!"
           from moved m
           join service s on s.isp_id = $1 and s.id = m.service_id
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           left join fair_use_counter f on f.isp_id = $1 and f.service_id = m.service_id
           where $4::text is null or c.search_text like $4
           order by m.up + m.down desc, m.service_id limit $5 offset $6"#,
        isp,
        from,
        to,
        pattern,
        size,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let rows = rows.into_iter().map(|row| TopUser {
        service_id: row.service_id.into(),
        customer_id: CustomerId(row.customer_id),
        customer_name: row.name,
        customer_number: row.number,
        username: row.username,
        package: row.package,
        used: Used { up: row.up.unsigned_abs(), down: row.down.unsigned_abs(), seconds: row.seconds.unsigned_abs() },
        standing: row.standing.unwrap_or(0),
    });
    Ok((rows.collect(), total))
}

/// Takes over days into their months, from the month of `from` on.
pub async fn roll_up_months(tx: &mut IspTx, from: NaiveDate) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "insert into usage_month as m (isp_id, service_id, month, input_octets, output_octets, online_seconds)
         select $1, d.service_id, date_trunc('month', d.day)::date, sum(d.input_octets)::bigint, sum(d.output_octets)::bigint, sum(d.online_seconds)::bigint
         from usage_day d where d.isp_id = $1 and d.day >= date_trunc('month', $2::date)
         group by d.service_id, date_trunc('month', d.day)
         on conflict (isp_id, service_id, month) do update
         set input_octets = excluded.input_octets, output_octets = excluded.output_octets, online_seconds = excluded.online_seconds
         where (m.input_octets, m.output_octets, m.online_seconds) <> (excluded.input_octets, excluded.output_octets, excluded.online_seconds)",
        isp,
        from
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Makes hours of slots that began before `before`, a stretch at a time: what goes and what comes is one statement, and
/// it is refused when the sums differ. Answers with how many.
pub async fn slots_to_hours(tx: &mut IspTx, before: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"with gone as (
             delete from usage_slot where isp_id = $1 and hour < $2 
             returning hour, service_id, sum_slots(up) as up, sum_slots(down) as down, most_slot(up) as up_most, most_slot(down) as down_most
           ), come as (
             insert into usage_hour as h (isp_id, hour, service_id, up, down, up_most, down_most)
             select $1, hour, service_id, up, down, up_most, down_most from gone
             on conflict (isp_id, hour, service_id) do update
             set up = h.up + excluded.up, down = h.down + excluded.down,
                 up_most = greatest(h.up_most, excluded.up_most), down_most = greatest(h.down_most, excluded.down_most)
             returning 1)
           select (select count(*) from gone) as "gone!", (select count(*) from come) as "come!""#,
        isp,
        before
    )
    .fetch_one(tx.conn())
    .await?;
    if row.gone == row.come {
        Ok(row.gone.unsigned_abs())
    } else {
        Err(Error::Corrupt(format!("{} hours of slots became {} hours", row.gone, row.come)))
    }
}

/// The oldest slot and the oldest hour that are kept.
pub async fn oldest(tx: &mut IspTx) -> Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select (select min(hour) from usage_slot where isp_id = $1) as slot, (select min(hour) from usage_hour where isp_id = $1) as hour",
        isp
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.slot, row.hour))
}

/// Lines whose hours of a day do not add up to the day.
pub async fn days_at_odds(tx: &mut IspTx, day: NaiveDate, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<i64> {
    let isp = tx.isp();
    let count = sqlx::query_scalar!(
        r#"with hours as (
             select service_id, sum(up)::bigint as up, sum(down)::bigint as down from (
               select service_id, up, down from usage_hour where isp_id = $1 and hour >= $3 and hour < $4
               union all
               select service_id, sum_slots(up), sum_slots(down) from usage_slot where isp_id = $1 and hour >= $3 and hour < $4) h
             group by service_id)
           select count(*) as "count!" from hours h
           left join usage_day d on d.isp_id = $1 and d.service_id = h.service_id and d.day = $2
           where h.up > coalesce(d.input_octets, 0) or h.down > coalesce(d.output_octets, 0)"#,
        isp,
        day,
        from,
        until
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Lets go of the hours of a day that end before `before`; how busy the day was at most stays with it.
pub async fn drop_hours(tx: &mut IspTx, day: NaiveDate, before: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    sqlx::query!(
        "update usage_day d set up_most = greatest(d.up_most, h.up), down_most = greatest(d.down_most, h.down)
         from (select service_id, max(up_most) as up, max(down_most) as down from usage_hour where isp_id = $1 and hour < $3 group by 1) h
         where d.isp_id = $1 and d.service_id = h.service_id and d.day = $2",
        isp,
        day,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query!("delete from usage_hour where isp_id = $1 and hour < $2", isp, before).execute(tx.conn()).await?.rows_affected())
}

/// Lets go of days before a month that are in their months with the same sums; others stay. Answers with how many went,
/// and how many stay for that.
pub async fn drop_days(tx: &mut IspTx, before: NaiveDate) -> Result<(u64, i64)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"with old as (
             select service_id, date_trunc('month', day)::date as month, sum(input_octets)::bigint as up, sum(output_octets)::bigint as down
             from usage_day where isp_id = $1 and day < $2 group by 1, 2
           ), whole as (
             select o.service_id, o.month from old o
             join usage_month m on m.isp_id = $1 and m.service_id = o.service_id and m.month = o.month and m.input_octets = o.up and m.output_octets = o.down
           ), gone as (
             delete from usage_day d using whole w
             where d.isp_id = $1 and d.service_id = w.service_id and d.day >= w.month and d.day < least(w.month + interval '1 month', $2::date)
             returning 1)
           select (select count(*) from gone) as "gone!", (select count(*) from old) - (select count(*) from whole) as "kept!""#,
        isp,
        before
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.gone.unsigned_abs(), row.kept))
}

/// What lines moved from a day on, in all.
pub async fn since(tx: &mut IspTx, services: &[ServiceId], from: NaiveDate) -> Result<HashMap<ServiceId, Used>> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select service_id, sum(input_octets)::bigint as "up!", sum(output_octets)::bigint as "down!", sum(online_seconds)::bigint as "seconds!"
           from usage_day where isp_id = $1 and service_id = any($2) and day >= $3 group by service_id"#,
        isp,
        &ids,
        from
    )
    .fetch_all(tx.conn())
    .await?;
    let used =
        |up: i64, down: i64, seconds: i64| Used { up: up.unsigned_abs(), down: down.unsigned_abs(), seconds: seconds.unsigned_abs() };
    Ok(rows.into_iter().map(|row| (row.service_id.into(), used(row.up, row.down, row.seconds))).collect())
}
