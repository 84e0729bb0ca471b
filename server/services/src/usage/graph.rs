//! The points of a traffic graph: from slots, hours or days, whichever its range needs. What nobody told about is a gap.

use super::keep::HOURS_DAYS;
use crate::{Error, Result, Services, require};
use chrono::{DateTime, Days, NaiveDate, Offset, TimeDelta, Utc};
use domain::ServiceId;
use domain::people::Caller;
use domain::rights::Permission;
use domain::usage::{Point, Range, SLOT_SECONDS, hour_of};
use domain::zones::{Tz, business_day, start_of_day};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use storage::usage::Most;
use storage::{IspTx, customers, usage};

/// A graph with what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    pub service_id: ServiceId,
    pub range: Range,
    pub points: Vec<Point>,
    pub up: u64,
    pub down: u64,
}

const HOUR: i64 = 3_600;

/// Draws nothing: answers with the points of a line up to `until` (now, when nothing is said).
pub async fn graph(services: &Services, caller: &Caller, service: ServiceId, range: Range, until: Option<DateTime<Utc>>) -> Result<Graph> {
    if caller.customer_id.is_some() {
        require(caller, Permission::OwnAccount)?;
    } else {
        require(caller, Permission::SessionsView)?;
    }
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let until = until.unwrap_or(now).min(now);
    let mut tx = services.begin(caller).await?;
    customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    let points = match range {
        Range::Hour | Range::Day => slots(&mut tx, service, range.points(), until, isp.zone).await?,
        Range::Week => hours(&mut tx, service, range.points(), until, isp.zone).await?,
        Range::Month | Range::Year => days(&mut tx, service, range.points(), business_day(until, isp.zone), isp.zone).await?,
    };
    let sum = |of: fn(&Point) -> Option<u64>| points.iter().filter_map(of).fold(0, u64::saturating_add);
    let (up, down) = (sum(|point| point.up), sum(|point| point.down));
    Ok(Graph { service_id: service, range, points, up, down })
}

fn hour_at(at: DateTime<Utc>, zone: Tz) -> (DateTime<Utc>, usize) {
    hour_of(at, at.with_timezone(&zone).offset().fix().local_minus_utc())
}

fn count(points: usize) -> i64 {
    i64::try_from(points).unwrap_or(1)
}

async fn slots(tx: &mut IspTx, service: ServiceId, points: usize, until: DateTime<Utc>, zone: Tz) -> Result<Vec<Point>> {
    let last = until.timestamp().div_euclid(SLOT_SECONDS) * SLOT_SECONDS;
    let first = last - (count(points) - 1) * SLOT_SECONDS;
    let starts = (0..count(points)).filter_map(|number| DateTime::from_timestamp(first + number * SLOT_SECONDS, 0));
    let starts: Vec<DateTime<Utc>> = starts.collect();
    let hours: BTreeSet<DateTime<Utc>> = starts.iter().map(|at| hour_at(*at, zone).0).collect();
    let found: HashMap<_, _> = usage::slots_of(tx, service, &hours.into_iter().collect::<Vec<_>>()).await?.into_iter().collect();
    let point = |at: DateTime<Utc>| {
        let (hour, slot) = hour_at(at, zone);
        let found = found.get(&hour);
        let value = |up: bool| found.and_then(|slots| if up { slots.up[slot] } else { slots.down[slot] });
        let (up, down) = (value(true), value(false));
        Point { at, seconds: SLOT_SECONDS, up, down, up_most: up, down_most: down }
    };
    Ok(starts.into_iter().map(point).collect())
}

async fn hours(tx: &mut IspTx, service: ServiceId, points: usize, until: DateTime<Utc>, zone: Tz) -> Result<Vec<Point>> {
    let last = hour_at(until, zone).0;
    let starts: Vec<DateTime<Utc>> = (0..count(points)).rev().map(|back| hour_at(last - TimeDelta::hours(back), zone).0).collect();
    let found: HashMap<_, _> = usage::hours_of(tx, service, &starts).await?.into_iter().collect();
    let point = |at: DateTime<Utc>| {
        let told = found.get(&at);
        let most = told.map(|told| told.most).unwrap_or_default();
        Point { at, seconds: HOUR, up: told.map(|told| told.up), down: told.map(|told| told.down), up_most: most.up, down_most: most.down }
    };
    Ok(starts.into_iter().map(point).collect())
}

async fn days(tx: &mut IspTx, service: ServiceId, points: usize, last: NaiveDate, zone: Tz) -> Result<Vec<Point>> {
    let first = last - Days::new(u64::try_from(points.saturating_sub(1)).unwrap_or(0));
    let found: HashMap<_, _> = usage::days_of(tx, service, first, last).await?.into_iter().collect();
    let busiest = busiest(tx, service, first.max(last - Days::new(HOURS_DAYS)), last, zone).await?;
    let point = |day: NaiveDate| {
        let told = found.get(&day);
        let most = told.map(|told| told.most).unwrap_or_default().or_more(busiest.get(&day).copied().unwrap_or_default());
        let (at, next) = (start_of_day(day, zone), start_of_day(day + Days::new(1), zone));
        let (up, down) = (told.map(|told| told.used.up), told.map(|told| told.used.down));
        Point { at, seconds: (next - at).num_seconds(), up, down, up_most: most.up, down_most: most.down }
    };
    Ok(first.iter_days().take(points).map(point).collect())
}

/// The busiest five minutes of days whose hours are kept; later the day itself knows them.
async fn busiest(tx: &mut IspTx, service: ServiceId, first: NaiveDate, last: NaiveDate, zone: Tz) -> Result<HashMap<NaiveDate, Most>> {
    let mut busiest: HashMap<NaiveDate, Most> = HashMap::new();
    let (from, until) = (start_of_day(first, zone), start_of_day(last + Days::new(1), zone));
    let hours = (0..).map(|hour| from + TimeDelta::hours(hour)).take_while(|at| *at < until);
    let hours: BTreeSet<DateTime<Utc>> = hours.map(|at| hour_at(at, zone).0).collect();
    for (hour, told) in usage::hours_of(tx, service, &hours.into_iter().collect::<Vec<_>>()).await? {
        let day = busiest.entry(business_day(hour, zone)).or_default();
        *day = day.or_more(told.most);
    }
    Ok(busiest)
}
