//! What the RADIUS service keeps in memory: the lines of an ISP with their sealed passwords.

use crate::packages::{burst, night};
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveTime, Utc};
use domain::access::{Hours, Line, Slowed, Speed, SpeedApart, SuspendedAccess};
use domain::{IspId, ServiceId};
use ipnetwork::IpNetwork;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// A line that may ask to be let in.
pub struct DirectoryLine {
    /// `blocked` tells nothing here: see `held`.
    pub line: Line,
    pub username: String,
    pub secret_sealed: Vec<u8>,
    pub held: Held,
}

/// Until when something holds a line down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    No,
    Until(DateTime<Utc>),
    Open,
}

impl Held {
    pub fn holds(self, now: DateTime<Utc>) -> bool {
        match self {
            Held::No => false,
            Held::Open => true,
            Held::Until(until) => until > now,
        }
    }

    /// What an entry says that ends at `until`, or never.
    pub fn until(until: Option<DateTime<Utc>>) -> Self {
        until.map_or(Held::Open, Held::Until)
    }
}

struct Row {
    id: Uuid,
    customer_id: Uuid,
    username: String,
    secret_sealed: Vec<u8>,
    status: String,
    expires_at: Option<DateTime<Utc>>,
    cutoff_at: Option<DateTime<Utc>>,
    static_ip: Option<IpNetwork>,
    up_kbps: Option<i32>,
    down_kbps: Option<i32>,
    burst_up_kbps: Option<i32>,
    burst_down_kbps: Option<i32>,
    burst_from_up_kbps: Option<i32>,
    burst_from_down_kbps: Option<i32>,
    burst_seconds: Option<i16>,
    priority: Option<i16>,
    contention: Option<i16>,
    night_up_kbps: Option<i32>,
    night_down_kbps: Option<i32>,
    night_from: Option<NaiveTime>,
    night_to: Option<NaiveTime>,
    apart: Option<bool>,
    apart_up: Option<i32>,
    apart_down: Option<i32>,
    apart_until: Option<DateTime<Utc>>,
    slow_up: Option<i32>,
    slow_down: Option<i32>,
    slow_until: Option<DateTime<Utc>>,
    hours_from: Option<NaiveTime>,
    hours_to: Option<NaiveTime>,
    hours_until: Option<DateTime<Utc>>,
    held_open: Option<bool>,
    held_until: Option<DateTime<Utc>>,
    used_up: Option<String>,
}

impl Row {
    fn line(self, speeds: &mut HashSet<Arc<Speed>>) -> DirectoryLine {
        let held = match (self.held_open, self.held_until) {
            (Some(true), _) => Held::Open,
            (_, Some(until)) => Held::Until(until),
            _ => Held::No,
        };
        let kbps = |value: Option<i32>| value.map(i32::unsigned_abs);
        let line = Line {
            service_id: self.id.into(),
            customer_id: self.customer_id.into(),
            blocked: held != Held::No,
            used_up: match self.used_up.as_deref() {
                Some("reject") => Some(SuspendedAccess::Reject),
                Some("walled") => Some(SuspendedAccess::Walled),
                _ => None,
            },
            pending: self.status == "pending",
            expires_at: self.expires_at,
            cutoff_at: self.cutoff_at,
            speed: self.speed(speeds),
            speed_apart: self.apart.map(|_| SpeedApart {
                up_kbps: kbps(self.apart_up),
                down_kbps: kbps(self.apart_down),
                until: self.apart_until,
            }),
            slowed: kbps(self.slow_up).zip(kbps(self.slow_down)).zip(self.slow_until).map(|((up_kbps, down_kbps), until)| Slowed {
                up_kbps,
                down_kbps,
                until,
            }),
            hours: self.hours_from.zip(self.hours_to).map(|(from, to)| Hours { from, to, until: self.hours_until }),
            static_ip: self.static_ip.map(|network| network.ip()),
        };
        DirectoryLine { line, username: self.username, secret_sealed: self.secret_sealed, held }
    }

    /// Thousands of lines have few packages: each speed is kept once.
    fn speed(&self, speeds: &mut HashSet<Arc<Speed>>) -> Arc<Speed> {
        let kbps = |value: Option<i32>| value.map(i32::unsigned_abs);
        let speed = Speed {
            up_kbps: kbps(self.up_kbps),
            down_kbps: kbps(self.down_kbps),
            burst: burst(self.burst_up_kbps, self.burst_down_kbps, self.burst_from_up_kbps, self.burst_from_down_kbps, self.burst_seconds),
            priority: self.priority.and_then(|priority| u8::try_from(priority).ok()),
            contention: self.contention.map(i16::unsigned_abs),
            night: night(self.night_up_kbps, self.night_down_kbps, self.night_from, self.night_to),
        };
        match speeds.get(&speed) {
            Some(known) => known.clone(),
            None => {
                let speed = Arc::new(speed);
                speeds.insert(speed.clone());
                speed
            }
        }
    }
}

/// Every line of the ISP, with what each has apart from its package at `now`.
pub async fn lines(tx: &mut IspTx, now: DateTime<Utc>) -> Result<Vec<DirectoryLine>> {
    select(tx, None, now).await
}

/// Those of some services that may still ask.
pub async fn lines_of(tx: &mut IspTx, services: &[ServiceId], now: DateTime<Utc>) -> Result<Vec<DirectoryLine>> {
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    select(tx, Some(&services), now).await
}

async fn select(tx: &mut IspTx, only: Option<&[Uuid]>, now: DateTime<Utc>) -> Result<Vec<DirectoryLine>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id, s.customer_id, s.username, s.secret_sealed, s.status, s.expires_at, s.cutoff_at, s.static_ip,
                  p.up_kbps, p.down_kbps, p.burst_up_kbps, p.burst_down_kbps, p.burst_from_up_kbps, p.burst_from_down_kbps, p.burst_seconds,
                  p.priority, p.contention, p.night_up_kbps, p.night_down_kbps, p.night_from, p.night_to,
                  o.apart as "apart?", o.up_kbps as "apart_up?", o.down_kbps as "apart_down?", o.ends_at as "apart_until?",
                  f.up_kbps as "slow_up?", f.down_kbps as "slow_down?", f.until as "slow_until?",
                  h.hours_from as "hours_from?", h.hours_to as "hours_to?", h.ends_at as "hours_until?",
                  b.open as "held_open?", b.until as "held_until?", e.at_end as "used_up?"
           from service s
           join package p on p.isp_id = s.isp_id and p.id = s.package_id
           left join (select service_id, bool_or(until is null) as open, max(until) as until,
                             bool_and(reason = 'volume') filter (where until is null or until > $3) as used_up from service_block
                      where isp_id = $1 and ($2::uuid[] is null or service_id = any($2)) group by service_id) b
             on b.service_id = s.id
           left join fair_use_end e on e.isp_id = $1 and e.service_id = s.id and b.used_up
           left join (select distinct on (service_id) service_id, true as apart, up_kbps, down_kbps, ends_at from service_override
                      where isp_id = $1 and kind = 'speed' and starts_at <= $3 and (ends_at is null or ends_at > $3)
                        and ($2::uuid[] is null or service_id = any($2))
                      order by service_id, source = 'proposal', starts_at desc) o
             on o.service_id = s.id
           left join fair_use_step f on f.isp_id = $1 and f.service_id = s.id
           left join (select distinct on (service_id) service_id, hours_from, hours_to, ends_at from service_override
                      where isp_id = $1 and kind = 'hours' and starts_at <= $3 and (ends_at is null or ends_at > $3)
                        and ($2::uuid[] is null or service_id = any($2))
                      order by service_id, starts_at desc) h
             on h.service_id = s.id
           where s.isp_id = $1 and s.status <> 'terminated' and ($2::uuid[] is null or s.id = any($2))"#,
        isp,
        only,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    let mut speeds = HashSet::new();
    Ok(rows.into_iter().map(|row| row.line(&mut speeds)).collect())
}

/// What a notification on the channel `subscriber` says: something of an ISP, or one service of it.
pub fn read_notice(payload: &str) -> Option<(IspId, Option<ServiceId>)> {
    match payload.split_once(':') {
        Some((isp, service)) => Some((isp.parse().ok()?, Some(service.parse().ok()?))),
        None => Some((payload.parse().ok()?, None)),
    }
}
