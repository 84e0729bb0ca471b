//! What has to be told to access servers when a line is not any more what its sessions were let in with. It decides and
//! writes orders; who sends them is the RADIUS service.

use crate::{Result, Services};
use chrono::{DateTime, Utc};
use domain::access::{Decision, Grant, Line, Moment, OnDuplicate, Order, Reason, Rules, decide, order};
use domain::people::Caller;
use domain::{IspId, ServiceId};
use std::collections::HashMap;
use storage::IspTx;
use storage::isps::Isp;
use storage::radius::directory;
use storage::radius::orders::{self, NewOrder, OnlineSession};
use storage::radius::rules;

/// Lines that are looked at in one transaction.
const AT_ONCE: usize = 1_000;

/// Why an order is placed for a line: what somebody did, or that nobody did.
pub const ENFORCED: &str = "enforced";
const DUPLICATE: &str = "duplicate";

/// The minute's check, the second of the three fences around an expiry: whoever is online on a line that is down, or
/// behind the wall on one that is up, or once too often, is told. Answers with how many orders it placed.
pub async fn enforce_online(services: &Services, isp: IspId) -> Result<usize> {
    let isp = services.isp(isp).await?;
    let caller = Caller::system(isp.id, "radius.enforce");
    let mut tx = services.begin(&caller).await?;
    let now = services.now();
    let mut at_odds = orders::at_odds(&mut tx, now).await?;
    at_odds.extend(orders::night_turned(&mut tx, now.with_timezone(&isp.zone).time()).await?);
    at_odds.sort_unstable();
    at_odds.dedup();
    tx.commit().await?;
    let mut placed = 0;
    for lines in at_odds.chunks(AT_ONCE) {
        let mut tx = services.begin(&caller).await?;
        let causes = lines.iter().map(|service| (*service, ENFORCED.to_string())).collect();
        placed += place_orders(&mut tx, &isp, causes, services.now(), false).await?;
        tx.commit().await?;
    }
    Ok(placed)
}

/// Looks at the lines that changed and places what has to be told. Answers with how many lines those were.
pub async fn heed_nudges(services: &Services, isp: IspId) -> Result<usize> {
    let isp = services.isp(isp).await?;
    let mut tx = services.begin(&Caller::system(isp.id, "radius")).await?;
    let nudged = orders::take_nudges(&mut tx, i64::try_from(AT_ONCE).unwrap_or(i64::MAX)).await?;
    let lines = nudged.len();
    if lines > 0 {
        place_orders(&mut tx, &isp, nudged.into_iter().collect(), services.now(), true).await?;
    }
    tx.commit().await?;
    Ok(lines)
}

async fn place_orders(tx: &mut IspTx, isp: &Isp, causes: HashMap<ServiceId, String>, now: DateTime<Utc>, changed: bool) -> Result<usize> {
    let ids: Vec<ServiceId> = causes.keys().copied().collect();
    let lines = read_lines(tx, &ids, now).await?;
    let mut by_line: HashMap<ServiceId, Vec<OnlineSession>> = HashMap::new();
    for session in orders::open_of(tx, &ids).await? {
        by_line.entry(session.service_id).or_default().push(session);
    }
    let mut placed = Vec::new();
    for (service, sessions) in by_line {
        let cause = causes.get(&service).map_or(ENFORCED, String::as_str);
        let line = lines.get(&service);
        let surplus = line.map_or(0, |line| line.rules.surplus(sessions.len()));
        let newest_go = line.is_some_and(|line| line.rules.on_duplicate == OnDuplicate::RefuseNew);
        let many = sessions.len();
        for (position, session) in sessions.into_iter().enumerate() {
            let goes = if newest_go { position >= many - surplus } else { position < surplus };
            if goes {
                placed.push(NewOrder { session, cause: DUPLICATE.into(), rate: None, grants: None });
            } else if let Some(order) = told(session, cause, line, isp, now, changed && cause != DUPLICATE) {
                placed.push(order);
            }
        }
    }
    if !placed.is_empty() {
        orders::place(tx, &placed, now).await?;
    }
    Ok(placed.len())
}

/// A line with everything that a decision needs.
pub struct WholeLine {
    pub(super) line: Line,
    pub(super) rules: Rules,
    pub(super) secret_sealed: Vec<u8>,
}

/// Lines as the database has them in this moment; one that is gone is missing.
pub async fn read_lines(tx: &mut IspTx, ids: &[ServiceId], now: DateTime<Utc>) -> Result<HashMap<ServiceId, WholeLine>> {
    let mut rules: HashMap<ServiceId, Rules> = rules::of(tx, ids).await?.into_iter().collect();
    let lines = directory::lines_of(tx, ids, now).await?;
    let lines = lines.into_iter().map(|found| {
        let service = found.line.service_id;
        // Blocks that have ended count for nothing; `directory` keeps their end.
        let blocked = found.held.holds(now);
        let rules = rules.remove(&service).unwrap_or_default();
        let line = Line { blocked, ..found.line };
        (service, WholeLine { line, rules, secret_sealed: found.secret_sealed })
    });
    Ok(lines.collect())
}

/// What has to be told to one session, when anything has.
pub fn told(
    session: OnlineSession,
    cause: &str,
    line: Option<&WholeLine>,
    isp: &Isp,
    now: DateTime<Utc>,
    changed: bool,
) -> Option<NewOrder> {
    let at = Moment { now, clock: now.with_timezone(&isp.zone).time() };
    let decision = line.map_or(Decision::Reject(Reason::UnknownUser), |line| decide(&line.line, &isp.policy, at));
    let want = line.and_then(|line| Grant::of(&decision, &line.line, &line.rules, at));
    let have = session.granted.as_deref().and_then(Grant::read);
    // Nobody knows what it was let in with; but it began before the line went down, so it was not the wall.
    let outlived = have.is_none() && line.is_some_and(|line| went_down(&line.line, now).is_some_and(|at| session.started_at < at));
    let order = if outlived { Order::Disconnect } else { order(have.as_ref(), want.as_ref(), changed) };
    let (rate, grants) = match order {
        Order::Nothing => return None,
        Order::ChangeRate(rate) => (Some(rate), want.map(|want| want.code())),
        Order::Disconnect => (None, None),
    };
    Some(NewOrder { session, cause: cause.to_string(), rate, grants })
}

fn went_down(line: &Line, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    [line.expires_at, line.cutoff_at].into_iter().flatten().min().filter(|at| *at <= now)
}
