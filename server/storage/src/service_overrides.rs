//! What single services have apart from their packages, and how much they used of it.

use crate::db::currency;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::packages::apart::{Apart, ApartSource, Override, Span};
use domain::{CustomerId, Money, OverrideId, PackageId, ServiceId};
use std::collections::BTreeMap;
use uuid::Uuid;

struct Row {
    id: Uuid,
    service_id: Uuid,
    kind: String,
    source: String,
    price_minor: Option<i64>,
    up_kbps: Option<i32>,
    down_kbps: Option<i32>,
    volume_mb: Option<i64>,
    minutes: Option<i32>,
    hours_from: Option<NaiveTime>,
    hours_to: Option<NaiveTime>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    note: Option<String>,
    currency: String,
}

impl Row {
    fn read(self) -> Result<(ServiceId, Override)> {
        let broken = || Error::Corrupt(format!("override {}", self.id));
        let kbps = |value: Option<i32>| value.map(i32::unsigned_abs);
        let apart = match self.kind.as_str() {
            "price" => Apart::Price { price: Money::new(self.price_minor.ok_or_else(broken)?, currency(&self.currency)?) },
            "speed" => Apart::Speed { up_kbps: kbps(self.up_kbps), down_kbps: kbps(self.down_kbps) },
            "volume" => Apart::Volume { mb: self.volume_mb.ok_or_else(broken)?.unsigned_abs() },
            "minutes" => Apart::Minutes { minutes: self.minutes.ok_or_else(broken)?.unsigned_abs() },
            "hours" => Apart::Hours { from: self.hours_from.ok_or_else(broken)?, to: self.hours_to.ok_or_else(broken)? },
            _ => return Err(broken()),
        };
        let span = match (self.starts_on, self.starts_at) {
            (Some(from), _) => Span::Days { from, until: self.ends_on },
            (_, Some(from)) => Span::Instants { from, until: self.ends_at },
            _ => return Err(broken()),
        };
        let source = if self.source == "proposal" { ApartSource::Proposal } else { ApartSource::Person };
        Ok((self.service_id.into(), Override { id: self.id.into(), apart, span, source, note: self.note }))
    }
}

/// Those of some services that hold or lie ahead, and what ended within the last `kept` days.
pub async fn of_services(tx: &mut IspTx, services: &[ServiceId], today: NaiveDate) -> Result<BTreeMap<ServiceId, Vec<Override>>> {
    let isp = tx.isp();
    let ids: Vec<_> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        "select o.id, o.service_id, o.kind, o.source, o.price_minor, o.up_kbps, o.down_kbps, o.volume_mb, o.minutes, o.hours_from, o.hours_to,
           o.starts_on, o.ends_on, o.starts_at, o.ends_at, o.note, i.currency
         from service_override o join isp i on i.id = o.isp_id
         where o.isp_id = $1 and o.service_id = any($2)
           and coalesce(o.ends_on, (o.ends_at at time zone i.time_zone)::date, 'infinity'::date) >= $3::date - 90
         order by coalesce(o.starts_on, (o.starts_at at time zone i.time_zone)::date) desc, o.id desc",
        isp,
        &ids,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: BTreeMap<ServiceId, Vec<Override>> = BTreeMap::new();
    for row in rows {
        let (service, one) = row.read()?;
        found.entry(service).or_default().push(one);
    }
    Ok(found)
}

/// Locks a service and says whose it is and what it is sold as.
pub async fn lock_service(tx: &mut IspTx, id: ServiceId) -> Result<Option<(CustomerId, PackageId)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select customer_id, package_id from service where isp_id = $1 and id = $2 and status <> 'terminated' for update",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.customer_id.into(), row.package_id.into())))
}

pub async fn create(tx: &mut IspTx, service: ServiceId, new: &Override, now: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let (mut price, mut up, mut down, mut volume, mut minutes, mut hours) = (None, None, None, None, None, None);
    match new.apart {
        Apart::Price { price: money } => price = Some(money.minor),
        Apart::Speed { up_kbps, down_kbps } => (up, down) = (up_kbps.map(u32::cast_signed), down_kbps.map(u32::cast_signed)),
        Apart::Volume { mb } => volume = Some(mb.cast_signed()),
        Apart::Minutes { minutes: most } => minutes = Some(most.cast_signed()),
        Apart::Hours { from, to } => hours = Some((from, to)),
    }
    let (days, instants) = match new.span {
        Span::Days { from, until } => (Some((from, until)), None),
        Span::Instants { from, until } => (None, Some((from, until))),
    };
    sqlx::query!(
        "insert into service_override (isp_id, id, service_id, kind, price_minor, up_kbps, down_kbps, volume_mb, minutes, hours_from, hours_to,
           starts_on, ends_on, starts_at, ends_at, note, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        isp,
        new.id.0,
        service.0,
        new.apart.kind(),
        price,
        up,
        down,
        volume,
        minutes,
        hours.map(|(from, _)| from),
        hours.map(|(_, to)| to),
        days.map(|(from, _)| from),
        days.and_then(|(_, until)| until),
        instants.map(|(from, _)| from),
        instants.and_then(|(_, until)| until),
        new.note,
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends one that holds, removes one that lies ahead. Answers what it was; `None`: there is none that could be ended.
pub async fn end(tx: &mut IspTx, id: OverrideId, today: NaiveDate, now: DateTime<Utc>) -> Result<Option<(ServiceId, Override)>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Row,
        "select o.id, o.service_id, o.kind, o.source, o.price_minor, o.up_kbps, o.down_kbps, o.volume_mb, o.minutes, o.hours_from, o.hours_to,
           o.starts_on, o.ends_on, o.starts_at, o.ends_at, o.note, i.currency
         from service_override o join isp i on i.id = o.isp_id
         where o.isp_id = $1 and o.id = $2 and (o.ends_on is null or o.ends_on > $3) and (o.ends_at is null or o.ends_at > $4)
         for update of o",
        isp,
        id.0,
        today,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some((service, found)) = row.map(Row::read).transpose()? else { return Ok(None) };
    let ahead = match found.span {
        Span::Days { from, .. } => from >= today,
        Span::Instants { from, .. } => from >= now,
    };
    match (found.span, ahead) {
        (_, true) => {
            sqlx::query!("delete from service_override where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
            // A row that is gone tells nobody of itself.
            sqlx::query!("select pg_notify('subscriber', $1)", format!("{isp}:{}", service.0)).execute(tx.conn()).await?;
        }
        (Span::Days { .. }, _) => {
            sqlx::query!("update service_override set ends_on = $3 where isp_id = $1 and id = $2", isp, id.0, today)
                .execute(tx.conn())
                .await?;
        }
        (Span::Instants { .. }, _) => {
            sqlx::query!("update service_override set ends_at = $3 where isp_id = $1 and id = $2", isp, id.0, now)
                .execute(tx.conn())
                .await?;
        }
    }
    Ok(Some((service, found)))
}

/// Marks those that began or ended by now and were not told yet; the change of the rows tells RADIUS of their services.
/// Answers how many began and how many ended.
pub async fn tell_turns(tx: &mut IspTx, now: DateTime<Utc>) -> Result<(u64, u64)> {
    let isp = tx.isp();
    let ended = sqlx::query!(
        "update service_override set begun_told = true, ended_told = true where isp_id = $1 and kind <> 'price' and not ended_told and ends_at <= $2",
        isp,
        now
    )
    .execute(tx.conn())
    .await?;
    let begun = sqlx::query!(
        "update service_override set begun_told = true where isp_id = $1 and kind <> 'price' and not ended_told and not begun_told and starts_at <= $2",
        isp,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok((begun.rows_affected(), ended.rows_affected()))
}

/// Services whose limit of volume or minutes is used up now, and those that are held for it although it is not (any more):
/// `(service, "volume" or "minutes", used up)`. A limit with an end counts from its beginning, one without anew each month
/// of the ISP's calendar.
pub async fn used_up(
    tx: &mut IspTx,
    month: NaiveDate,
    month_start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<(ServiceId, String, bool)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with limits as (
             select o.service_id, o.kind, o.volume_mb, o.minutes,
               case when o.ends_at is null then greatest(o.starts_at, $3) else o.starts_at end as since,
               case when o.ends_at is null then greatest((o.starts_at at time zone i.time_zone)::date, $2) else (o.starts_at at time zone i.time_zone)::date end as since_day
             from service_override o join isp i on i.id = o.isp_id
             where o.isp_id = $1 and o.kind in ('volume', 'minutes') and o.source = 'person' and o.starts_at <= $4 and (o.ends_at is null or o.ends_at > $4)
           ), used as (
             select l.service_id, l.kind, case l.kind
               when 'volume' then l.volume_mb * 1048576 <=
                 coalesce((select sum(u.input_octets + u.output_octets) from usage_day u where u.isp_id = $1 and u.service_id = l.service_id and u.day >= l.since_day), 0)
               else l.minutes * 60 <= coalesce((
                 select sum(extract(epoch from coalesce(r.stopped_at, r.updated_at) - greatest(r.started_at, l.since))) from radius_session_ever r
                 where r.isp_id = $1 and r.service_id = l.service_id and coalesce(r.stopped_at, r.updated_at) > l.since), 0) end as up
             from limits l
           ), held as (
             select b.service_id, case b.reason when 'volume' then 'volume' else 'minutes' end as kind from service_block b
             where b.isp_id = $1 and b.reason in ('volume', 'time') and b.note = 'override'
           )
           select coalesce(u.service_id, h.service_id) as "service_id!", coalesce(u.kind, h.kind) as "kind!", coalesce(u.up, false) as "up!"
           from used u full join held h on h.service_id = u.service_id and h.kind = u.kind
           where coalesce(u.up, false) <> (h.service_id is not null)"#,
        isp,
        month,
        month_start,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.kind, row.up)).collect())
}
