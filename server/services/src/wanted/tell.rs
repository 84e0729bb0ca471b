//! Tells routers what is wanted of them, one connection a router, by lease: two servers never talk to the same one. A
//! router that does not answer or lets nobody in is left alone for a while and delays no other; nothing is lost.

use super::talk::{Heard, say};
use crate::routers::{link, why};
use crate::{Result, Services};
use chrono::{DateTime, TimeDelta, Utc};
use domain::people::Caller;
use domain::routers::Why;
use domain::wanted::{WantState, backoff, knock_again};
use domain::{IspId, RouterId};
use integrations::routeros::{Limits, RouterError, TrapKind};
use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;
use storage::routers;
use storage::wanted::errands::{self, Trouble};
use storage::wanted::wants;
use tokio::time::Instant;
use uuid::Uuid;

/// Whoever talks to a router says every few seconds that he does; silent for so long, another server takes over.
pub const LEASE: TimeDelta = TimeDelta::seconds(20);
const BEAT: Duration = Duration::from_secs(5);
/// Objects that are said in one go.
const BATCH: usize = 500;
/// A dead router costs no longer than this.
const PATIENCE: Limits =
    Limits { open: Duration::from_secs(5), silence: Duration::from_secs(15), answer: Duration::from_secs(60), rows: 200_000, in_flight: 8 };

/// A router that this server holds and will talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errand {
    pub router: RouterId,
    /// Times in a row that it could not be told anything.
    pub failures: i32,
}

fn caller(isp: IspId) -> Caller {
    Caller::system(isp, "network.tell")
}

/// Takes up to `most` routers that have something to hear.
pub async fn claim(services: &Services, isp: IspId, node: Uuid, most: usize) -> Result<Vec<Errand>> {
    let now = services.now();
    let mut tx = services.begin(&caller(isp)).await?;
    let claimed = errands::claim(&mut tx, node, now, now + LEASE, most).await?;
    tx.commit().await?;
    Ok(claimed.into_iter().map(|(router, failures)| Errand { router, failures }).collect())
}

/// What came of a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Objects that are as they should be.
    pub done: usize,
    /// How much of it was waiting for the router.
    pub talked: Duration,
}

/// Tells one router everything that it has to hear, and lets it go.
pub async fn run_errand(services: &Services, isp: IspId, node: Uuid, errand: Errand) -> Result<Told> {
    let caller = caller(isp);
    let ended = tokio::select! {
        ended = talk_to(services, isp, node, errand) => ended,
        // Whoever has lost the router sees it when he writes down what it said, and has that looked at again.
        never = async { beat(services, &caller, node, errand.router).await; pending::<Infallible>().await } => match never {},
    };
    let now = services.now();
    let trouble = match &ended {
        Ok((_, error)) => error.as_ref().map(|error| trouble(error, errand.failures + 1, now)),
        Err(_) => None,
    };
    let mut tx = services.begin(&caller).await?;
    errands::release(&mut tx, errand.router, node, trouble.as_ref(), now).await?;
    tx.commit().await?;
    ended.map(|(told, _)| told)
}

/// What came of it, and what ended the conversation before its time.
async fn talk_to(services: &Services, isp: IspId, node: Uuid, errand: Errand) -> Result<(Told, Option<RouterError>)> {
    let caller = caller(isp);
    let zone = services.isp(isp).await?.zone;
    let mut tx = services.begin(&caller).await?;
    let found = routers::sealed(&mut tx, &[errand.router]).await?.pop();
    drop(tx);
    let Some(found) = found.filter(|found| found.router.active) else { return Ok((Told::default(), None)) };
    let mut told = Told::default();
    let begun = Instant::now();
    let link = match link(services, found, PATIENCE).await {
        Ok(link) => link,
        Err(error) => return Ok((told, Some(error))),
    };
    told.talked = begun.elapsed();
    loop {
        let mut tx = services.begin(&caller).await?;
        let due = wants::due(&mut tx, errand.router, services.now(), BATCH).await?;
        drop(tx);
        if due.is_empty() {
            return Ok((told, None));
        }
        let begun = Instant::now();
        let heard = say(&link, &services.keys, zone, due).await;
        told.talked += begun.elapsed();
        told.done += heard.settled.len();
        let held = write_down(services, &caller, node, errand.router, &heard).await?;
        if heard.broke.is_some() || !held {
            return Ok((told, heard.broke));
        }
    }
}

/// Writes what the router said. `false`: somebody else talks to it by now, and has to look at all of this again, because
/// nobody knows who spoke last.
async fn write_down(services: &Services, caller: &Caller, node: Uuid, router: RouterId, heard: &Heard) -> Result<bool> {
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let held = errands::hold(&mut tx, router, node, now + LEASE).await?;
    if held {
        wants::settle(&mut tx, router, &heard.settled, now).await?;
        let refused: Vec<_> = heard
            .refused
            .iter()
            .map(|refusal| {
                let tries = refusal.tries + 1;
                let stuck = refusal.for_good || tries >= domain::wanted::MOST_TRIES;
                wants::Refused {
                    kind: refusal.kind,
                    name: refusal.name.clone(),
                    generation: refusal.generation,
                    problem: refusal.problem,
                    said: refusal.said.clone(),
                    state: if stuck { WantState::Stuck } else { WantState::Waiting },
                    next_at: now + backoff(tries),
                }
            })
            .collect();
        wants::refuse(&mut tx, router, &refused).await?;
    } else {
        let touched: Vec<_> = heard.settled.iter().map(|one| (one.kind, one.name.clone())).collect();
        wants::again(&mut tx, router, Some(&touched), now).await?;
    }
    tx.commit().await?;
    Ok(held)
}

/// What is wrong with the router as a whole, and when to try again: one that is away is knocked on often, one that does
/// not let us in seldom.
fn trouble(error: &RouterError, failures: i32, now: DateTime<Utc>) -> Trouble {
    let away = matches!(why(error), Why::Unreachable | Why::Silent | Why::Broken);
    let problem = match error {
        RouterError::Trap(trap) if trap.kind == TrapKind::Forbidden => "forbidden",
        RouterError::Trap(trap) if trap.kind == TrapKind::DiskFull => "disk_full",
        other => why(other).slug(),
    };
    let said = match error {
        RouterError::Trap(trap) => Some(trap.message.clone()),
        RouterError::Fatal(words) => Some(words.clone()),
        _ => None,
    };
    Trouble { problem, said, next_at: now + if away { knock_again(failures) } else { backoff(failures) } }
}

/// Says from time to time that a router is being talked to, until somebody else has it.
pub(crate) async fn beat(services: &Services, caller: &Caller, node: Uuid, router: RouterId) {
    loop {
        tokio::time::sleep(BEAT).await;
        let beaten = async {
            let mut tx = services.begin(caller).await?;
            let held = errands::hold(&mut tx, router, node, services.now() + LEASE).await?;
            tx.commit().await?;
            Ok::<_, crate::Error>(held)
        };
        match beaten.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::debug!(%error, "could not say that a router is being talked to"),
        }
    }
}
