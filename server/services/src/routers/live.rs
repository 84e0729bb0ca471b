//! A router as it is this second: who is on it, how much goes through one line, and ending sessions. Asked of the router
//! itself each time; nothing is kept.

use super::connect::{Link, connect, link};
use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::routers::Why;
use domain::{CustomerId, Problem, RouterId};
use integrations::routeros::{Command, Following, Limits, RouterError, Row, TrapKind, parse_duration};
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use storage::audit::{self, Change};
use storage::routers;

/// Somebody who is on a router now, by its own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// `*1A`, good until he hangs up.
    pub id: String,
    pub username: String,
    pub service: String,
    /// His device.
    pub caller_id: String,
    pub address: String,
    pub uptime_seconds: Option<i64>,
    /// Let in by RADIUS, not by a secret on the router.
    pub by_radius: bool,
    /// Whose line it is; `None`: nobody's that we know.
    pub customer: Option<(CustomerId, String)>,
}

/// What goes through a line in this second, bits per second as the subscriber sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LiveTraffic {
    pub down_bps: i64,
    pub up_bps: i64,
}

const COLUMNS: [&str; 8] = [".id", "name", "service", "caller-id", "address", "uptime", "radius", "session-id"];

/// Everybody who is on a router now; whoever may only see some customers sees those.
pub async fn live_sessions(services: &Services, caller: &Caller, id: RouterId) -> Result<Vec<LiveSession>> {
    require(caller, Permission::NetworkView)?;
    require(caller, Permission::SessionsView)?;
    sessions_on(services, caller, &connect(services, caller, id).await?).await
}

async fn sessions_on(services: &Services, caller: &Caller, link: &Link) -> Result<Vec<LiveSession>> {
    let rows = link.ask(&Command::new("/ppp/active/print").only(&COLUMNS)).await.map_err(|error| told(&link.router.name, &error))?.rows;
    let names: Vec<String> = rows.iter().map(|row| row.text("name")).collect();
    let mut tx = services.begin(caller).await?;
    let mut whose: HashMap<String, (CustomerId, String)> = routers::lines_named(&mut tx, &names).await?.into_iter().collect();
    let all = caller.sees_whole_isp();
    let sessions = rows.iter().filter_map(|row| {
        let session = session(row, &mut whose);
        (all || session.customer.is_some()).then_some(session)
    });
    let mut sessions: Vec<LiveSession> = sessions.collect();
    sessions.sort_by(|a, b| a.username.cmp(&b.username));
    Ok(sessions)
}

fn session(row: &Row, whose: &mut HashMap<String, (CustomerId, String)>) -> LiveSession {
    let username = row.text("name");
    LiveSession {
        id: row.id(),
        customer: whose.get(&username.to_lowercase()).cloned(),
        service: row.text("service"),
        caller_id: row.text("caller-id"),
        address: row.text("address"),
        uptime_seconds: row.get("uptime").and_then(|text| parse_duration(&text)).and_then(|time| i64::try_from(time.as_secs()).ok()),
        by_radius: row.flag("radius"),
        username,
    }
}

/// What goes through the line of this name now.
pub async fn live_traffic(services: &Services, caller: &Caller, id: RouterId, username: &str) -> Result<Option<LiveTraffic>> {
    require(caller, Permission::NetworkView)?;
    require(caller, Permission::SessionsView)?;
    let link = connect(services, caller, id).await?;
    // Settles whether the caller may see this line.
    if !sessions_on(services, caller, &link).await?.iter().any(|session| session.username == username) {
        return Ok(None);
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

/// Says when somebody comes onto a router or leaves it, as long as it is kept.
pub struct Comings {
    following: Option<Following>,
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
        let following = link.follow(&Command::new("/ppp/active/listen").only(&[".id"])).await?;
        Ok(Comings { following, _link: link })
    };
    opened.await.map_err(|error| told(&name, &error))
}

impl Comings {
    /// Waits for the next change. `false`: the router has gone silent.
    pub async fn next(&mut self) -> bool {
        match &mut self.following {
            Some(following) => matches!(following.next().await, Ok(Some(_))),
            None => {
                tokio::time::sleep(UNTOLD).await;
                true
            }
        }
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
        match link.ask(&Command::new("/ppp/active/remove").with(".id", &session.id)).await {
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
