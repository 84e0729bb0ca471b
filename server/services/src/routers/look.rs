//! Looks at a router: what it says of itself, its clock beside ours, its interfaces. Everything it says is taken as text
//! from a stranger: cut to length, and a number only where it is one.

use super::active::{Active, active, how_many};
use super::roll::own_sessions;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::routers::{OnRouter, RouterFacts, RouterInterface, Seen};
use integrations::routeros::{Api, Command, RouterError, Row, parse_duration};
use std::time::Instant;

/// The longest name that is kept.
const LONGEST: usize = 100;

/// So much of a text that a router sent, without what no screen shows.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(LONGEST).collect()
}

fn said(row: &Row, name: &str) -> Option<String> {
    row.get(name).map(|text| clean(&text)).filter(|text| !text.is_empty())
}

fn number(row: &Row, name: &str) -> Option<i64> {
    row.number(name).and_then(|number| i64::try_from(number).ok())
}

/// What is asked beside how a router is doing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// What it is, what time it has, and its interfaces.
    pub deep: bool,
    /// Whom it let in by itself.
    pub own_sessions: bool,
}

/// What one look shows.
pub struct Sight {
    pub seen: Seen,
    pub interfaces: Option<Vec<RouterInterface>>,
    /// Whom it let in by itself, and when that was so; nothing where it does not say.
    pub on: Option<(DateTime<Utc>, Vec<OnRouter>)>,
}

/// What every look asks: how it is doing, how many are on it, and once in a while what it is and what time it has.
pub async fn look(api: &Api, asked: Asked, now: impl Fn() -> DateTime<Utc>) -> Result<Sight, RouterError> {
    let started = Instant::now();
    let resource = api.ask(&Command::new("/system/resource/print")).await?;
    let latency_us = i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX);
    let facts = resource.rows.first().map(facts).unwrap_or_default();
    let active = if asked.own_sessions { everybody(api).await? } else { None };
    let sessions = match &active {
        Some(active) => i32::try_from(active.ppp.len() + active.hotspot.len()).ok(),
        None => how_many(api).await?,
    };
    let at = now();
    let mut seen = Seen { latency_us, facts, skew_seconds: None, sessions };
    let counters_wanted = active.as_ref().is_some_and(|active| active.ppp.iter().any(|row| !row.flag("radius")));
    let interfaces = if asked.deep || counters_wanted { interfaces(api).await? } else { Vec::new() };
    let on = match active {
        Some(active) => Some((at, own_sessions(api, &active, &interfaces).await?)),
        None => None,
    };
    if !asked.deep {
        return Ok(Sight { seen, interfaces: None, on });
    }
    seen.facts.serial = serial(api).await?;
    let clock = api.ask(&Command::new("/system/clock/print")).await?;
    seen.skew_seconds = clock.rows.first().and_then(|row| skew(row, now()));
    Ok(Sight { seen, interfaces: Some(interfaces.iter().filter_map(interface).collect()), on })
}

async fn interfaces(api: &Api) -> Result<Vec<Row>, RouterError> {
    let columns = ["name", "type", "running", "disabled", "rx-byte", "tx-byte"];
    Ok(api.ask(&Command::new("/interface/print").only(&columns)).await?.rows)
}

/// Everybody who is on it; nothing where it has no such list, or we may not see it.
async fn everybody(api: &Api) -> Result<Option<Active>, RouterError> {
    match active(api).await {
        Ok(active) => Ok(Some(active)),
        Err(RouterError::Trap(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Virtual routers have none.
pub(super) async fn serial(api: &Api) -> Result<Option<String>, RouterError> {
    match api.ask(&Command::new("/system/routerboard/print")).await {
        Ok(answer) => Ok(answer.rows.first().and_then(|row| said(row, "serial-number"))),
        Err(RouterError::Trap(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn facts(row: &Row) -> RouterFacts {
    RouterFacts {
        cpu_percent: row.number("cpu-load").and_then(|percent| i32::try_from(percent.min(100)).ok()),
        memory_free: number(row, "free-memory"),
        memory_total: number(row, "total-memory"),
        disk_free: number(row, "free-hdd-space"),
        uptime_seconds: row.get("uptime").and_then(|text| parse_duration(&text)).and_then(|time| i64::try_from(time.as_secs()).ok()),
        routeros: said(row, "version"),
        board: said(row, "board-name"),
        architecture: said(row, "architecture-name"),
        serial: None,
    }
}

/// Tunnels of subscribers (`<pppoe-name>`) are sessions and no ports.
fn interface(row: &Row) -> Option<RouterInterface> {
    let name = said(row, "name").filter(|name| !name.starts_with('<'))?;
    Some(RouterInterface {
        name,
        kind: said(row, "type").unwrap_or_default(),
        running: row.flag("running"),
        disabled: row.flag("disabled"),
        rx_bytes: number(row, "rx-byte").unwrap_or(0),
        tx_bytes: number(row, "tx-byte").unwrap_or(0),
        rx_bps: None,
        tx_bps: None,
    })
}

/// Seconds by which its clock is ahead of ours. It tells local time and the name of its zone; where the name means
/// nothing to us, its offset from UTC.
fn skew(row: &Row, now: DateTime<Utc>) -> Option<i64> {
    let date = read_date(&row.get("date")?)?;
    let time = NaiveTime::parse_from_str(&row.get("time")?, "%H:%M:%S").ok()?;
    let local = NaiveDateTime::new(date, time);
    let zone = row.get("time-zone-name").and_then(|name| name.parse::<Tz>().ok());
    let utc = match zone {
        Some(zone) => local.and_local_timezone(zone).earliest()?.to_utc(),
        None => (local - offset(&row.get("gmt-offset")?)?).and_utc(),
    };
    Some((utc - now).num_seconds())
}

/// `2026-11-21`, or `nov/21/2026` before 7.10.
fn read_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%b/%d/%Y")).ok()
}

/// `+06:00`.
fn offset(text: &str) -> Option<chrono::TimeDelta> {
    let (sign, rest) = if let Some(rest) = text.strip_prefix('-') { (-1, rest) } else { (1, text.trim_start_matches('+')) };
    let (hours, minutes) = rest.split_once(':')?;
    Some(chrono::TimeDelta::minutes(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)))
}
