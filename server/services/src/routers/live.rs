//! A router as it is this second: who is on it, how much goes through one line, and ending sessions. Asked of the router
//! itself each time; nothing is kept.

use super::active::{Over, active};
use super::connect::{Link, connect, link};
use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::routers::Why;
use domain::{CustomerId, Problem, RouterId};
use integrations::routeros::{Command, Following, Limits, RouterError, Row, TrapKind, parse_duration};
use serde_json::json;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use storage::audit::{self, Change};
use storage::routers;

/// Somebody who is on a router now, by its own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// `*1A`, and `hotspot*1A` over the hotspot; good until he hangs up.
    pub id: String,
    pub over: Over,
    pub username: String,
    /// His device.
    pub caller_id: String,
    pub address: String,
    pub uptime_seconds: Option<i64>,
    /// Let in by RADIUS, not by a secret on the router.
    pub by_radius: bool,
    /// Whose line it is; `None`: nobody's that we know.
    pub customer: Option<(CustomerId, String)>,
}

const HOTSPOT: &str = "hotspot";
/// So long a line of the hotspot is watched for what goes through it.
const WATCHED: Duration = Duration::from_secs(1);

/// What goes through a line in this second, bits per second as the subscriber sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiveTraffic {
    pub down_bps: i64,
    pub up_bps: i64,
}

/// Everybody who is on a router now; whoever may only see some customers sees those.
pub async fn live_sessions(services: &Services, caller: &Caller, id: RouterId) -> Result<Vec<LiveSession>> {
    require(caller, Permission::NetworkView)?;
    require(caller, Permission::SessionsView)?;
    sessions_on(services, caller, &connect(services, caller, id).await?).await
}

async fn sessions_on(services: &Services, caller: &Caller, link: &Link) -> Result<Vec<LiveSession>> {
    let on = active(link).await.map_err(|error| told(&link.router.name, &error))?;
    let found: Vec<LiveSession> = on.ppp.iter().map(over_ppp).chain(on.hotspot.iter().map(over_hotspot)).collect();
    let names: Vec<String> = found.iter().map(|session| session.username.clone()).collect();
    let mut tx = services.begin(caller).await?;
    let whose: HashMap<String, (CustomerId, String)> = routers::lines_named(&mut tx, &names).await?.into_iter().collect();
    let all = caller.sees_whole_isp();
    let sessions = found.into_iter().filter_map(|session| {
        let customer = whose.get(&session.username.to_lowercase()).cloned();
        (all || customer.is_some()).then_some(LiveSession { customer, ..session })
    });
    let mut sessions: Vec<LiveSession> = sessions.collect();
    sessions.sort_by(|a, b| a.username.cmp(&b.username));
    Ok(sessions)
}

fn over_ppp(row: &Row) -> LiveSession {
    session(row, Over::Ppp, row.id(), ("name", "caller-id"))
}

fn over_hotspot(row: &Row) -> LiveSession {
    session(row, Over::Hotspot, format!("{HOTSPOT}{}", row.id()), ("user", "mac-address"))
}

fn session(row: &Row, over: Over, id: String, (username, caller_id): (&str, &str)) -> LiveSession {
    LiveSession {
        id,
        over,
        username: row.text(username),
        caller_id: row.text(caller_id),
        address: row.text("address"),
        uptime_seconds: row.get("uptime").and_then(|text| parse_duration(&text)).and_then(|time| i64::try_from(time.as_secs()).ok()),
        by_radius: row.flag("radius"),
        customer: None,
    }
}

impl LiveSession {
    /// What its list on the router calls it.
    fn item(&self) -> &str {
        self.id.strip_prefix(HOTSPOT).unwrap_or(&self.id)
    }
}

/// What goes through the line of this name now.
pub async fn live_traffic(services: &Services, caller: &Caller, id: RouterId, username: &str) -> Result<Option<LiveTraffic>> {
    require(caller, Permission::NetworkView)?;
    require(caller, Permission::SessionsView)?;
    let link = connect(services, caller, id).await?;
    // Settles whether the caller may see this line.
    let on = sessions_on(services, caller, &link).await?;
    let Some(session) = on.iter().find(|session| session.username == username) else { return Ok(None) };
    if session.over == Over::Hotspot {
        return hotspot_traffic(&link, session.item()).await.map_err(|error| told(&link.router.name, &error));
    }
    let interface = format!("<pppoe-{username}>");
    let command = Command::new("/interface/monitor-traffic").with("interface", interface).with("once", "");
    match link.ask(&command).await {
        Ok(answer) => {
            let bps = |row: &Row, name: &str| row.number(name).and_then(|number| i64::try_from(number).ok()).unwrap_or(0);
            // The router receives what the subscriber sends.
            Ok(answer
                .rows
                .first()
                .map(|row| LiveTraffic { down_bps: bps(row, "tx-bits-per-second"), up_bps: bps(row, "rx-bits-per-second") }))
        }
        Err(RouterError::Trap(_)) => Ok(None),
        Err(error) => Err(told(&link.router.name, &error)),
    }
}

/// A line of the hotspot has no interface of its own, but its octets are counted.
async fn hotspot_traffic(link: &Link, item: &str) -> std::result::Result<Option<LiveTraffic>, RouterError> {
    let ask = Command::new(&format!("{}/print", Over::Hotspot.menu())).whose(".id", item).only(&["bytes-in", "bytes-out"]);
    let octets = async || {
        let answer = link.ask(&ask).await?;
        Ok::<_, RouterError>(answer.rows.first().and_then(|row| Some((row.number("bytes-in")?, row.number("bytes-out")?))))
    };
    let (began, before) = (Instant::now(), octets().await?);
    tokio::time::sleep(WATCHED).await;
    let (Some(before), Some(after)) = (before, octets().await?) else { return Ok(None) };
    let bps = |before: u64, after: u64| (after.saturating_sub(before) as f64 * 8.0 / began.elapsed().as_secs_f64()) as i64;
    // The router takes in what the subscriber sends.
    Ok(Some(LiveTraffic { up_bps: bps(before.0, after.0), down_bps: bps(before.1, after.1) }))
}

/// Says when somebody comes onto a router or leaves it, as long as it is kept.
pub struct Comings {
    ppp: Option<Following>,
    hotspot: Option<Following>,
    /// The connection lives as long as what goes on over it.
    _link: Link,
}

/// A router that says nothing for so long is asked anew, in case that it is gone.
const SILENCE: Duration = Duration::from_secs(120);
/// By REST a router tells nothing by itself: then it may be so at any time.
const UNTOLD: Duration = Duration::from_secs(5);

/// Begins to listen to a router. The account that asks must not be able to see more than it may: nothing but that something
/// changed is told.
pub async fn comings(services: &Services, caller: &Caller, id: RouterId) -> Result<Comings> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    let found = routers::sealed(&mut tx, &[id]).await?.pop().filter(|found| found.router.active).ok_or(Error::NotFound)?;
    drop(tx);
    let name = found.router.name.clone();
    let limits = Limits { silence: SILENCE, answer: SILENCE, ..Limits::default() };
    let opened = async {
        let link = link(services, found, limits).await?;
        let (ppp, hotspot) = (link.follow(&Over::Ppp.listen()).await?, link.follow(&Over::Hotspot.listen()).await?);
        Ok(Comings { ppp, hotspot, _link: link })
    };
    opened.await.map_err(|error| told(&name, &error))
}

impl Comings {
    /// Waits for the next change. `false`: the router has gone silent.
    pub async fn next(&mut self) -> bool {
        let Some(ppp) = &mut self.ppp else {
            tokio::time::sleep(UNTOLD).await;
            return true;
        };
        if let Some(hotspot) = &mut self.hotspot {
            tokio::select! {
                said = ppp.next() => return matches!(said, Ok(Some(_))),
                said = hotspot.next() => {
                    if matches!(said, Ok(Some(_))) {
                        return true;
                    }
                }
            }
            // It has no hotspot, or nobody moves there.
            self.hotspot = None;
        }
        matches!(ppp.next().await, Ok(Some(_)))
    }
}

/// Ends sessions on a router. Answers with how many were ended; those that were over already do not count.
pub async fn end_sessions(services: &Services, caller: &Caller, id: RouterId, sessions: &[String]) -> Result<usize> {
    require(caller, Permission::NetworkEdit)?;
    let link = connect(services, caller, id).await?;
    let known = sessions_on(services, caller, &link).await?;
    let meant: Vec<&LiveSession> = known.iter().filter(|session| sessions.contains(&session.id)).collect();
    if meant.is_empty() {
        return Ok(0);
    }
    let mut ended = Vec::new();
    for session in meant {
        let remove = Command::new(&format!("{}/remove", session.over.menu())).with(".id", session.item());
        match link.ask(&remove).await {
            Ok(_) => ended.push(session.username.as_str()),
            Err(RouterError::Trap(trap)) if trap.kind == TrapKind::NotFound => {}
            // What was ended before is ended, and stands in the log.
            Err(error) if ended.is_empty() => return Err(told(&link.router.name, &error)),
            Err(error) => {
                tracing::info!(%error, router = %id, "a router stopped answering while sessions were ended");
                break;
            }
        }
    }
    let mut tx = services.begin(caller).await?;
    let after = Some(json!({ "router": link.router.name, "usernames": ended }));
    let change = Change { action: "router.disconnect", object_kind: "router", object_id: Some(id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(ended.len())
}

/// What went wrong at a router, in words.
pub fn told(name: &str, error: &RouterError) -> Error {
    let problem = match error {
        RouterError::Trap(trap) if trap.kind == TrapKind::Forbidden => Problem::new("", "problem-router-forbidden"),
        RouterError::Trap(trap) => {
            Problem::new("", "problem-router-refused").with("words", trap.message.chars().take(200).collect::<String>())
        }
        other => Problem::new("", problem_key(super::why(other))),
    };
    Error::Conflict(problem.with("name", name))
}

/// The key of what is said when a router cannot be spoken to.
pub(super) fn problem_key(why: Why) -> &'static str {
    match why {
        Why::Unreachable => "problem-router-unreachable",
        Why::Closed => "problem-router-closed",
        Why::Silent => "problem-router-silent",
        Why::NotRouterOs => "problem-router-not-routeros",
        Why::Login => "problem-router-login",
        Why::Tls => "problem-router-tls",
        Why::Unconfirmed => "problem-router-unconfirmed",
        Why::OtherCertificate => "problem-router-other-certificate",
        Why::Broken | Why::Refused | Why::Cpu | Why::Memory | Why::Clock => "problem-router-broken",
    }
}
