//! Drives a run from state to state. Every state may be entered again after the worker was killed or the router was away:
//! what was done is seen on the router, never believed. While it talks it holds the lease of the router, so that nobody
//! else writes to it, not even the engine that keeps lines there; while it waits for subscribers it lets go.

use super::{back, finish, prepare, wave};
use crate::provisioning::{Device, Fault, Tried};
use crate::wanted::{LEASE, beat};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::rights::Permission;
use domain::router_moves::MoveState;
use domain::{NasId, Problem, RouterMoveId};
use serde_json::json;
use std::time::Duration;
use storage::router_moves::{self as sql, MoveRow};
use storage::wanted::errands;
use storage::{IspTx, jobs};
use uuid::Uuid;

/// The job that drives one run.
pub const RUN_TASK: &str = "router.move";
/// So often a torn connection is made anew before the job rests.
const TRIES: u32 = 3;
const BETWEEN_TRIES: Duration = Duration::from_millis(200);
/// How long it rests while a router is away; and while subscribers dial in.
const AWAY: TimeDelta = TimeDelta::seconds(20);
const WATCH: TimeDelta = TimeDelta::seconds(5);

/// What comes after a step.
pub(super) enum Next {
    Step,
    /// Subscribers need time.
    Wait,
    /// The router refuses what has to be: it is tried again later.
    Stuck,
}

/// A run and what it works with.
pub(super) struct Work<'a> {
    pub services: &'a Services,
    pub caller: &'a Caller,
    pub run: MoveRow,
    pub device: Device<'a>,
}

impl Work<'_> {
    pub(super) async fn begin(&self) -> Tried<IspTx> {
        Ok(self.services.begin(self.caller).await?)
    }

    pub(super) async fn enter(&mut self, state: MoveState) -> Tried<()> {
        let mut tx = self.begin().await?;
        // A person may have been faster: then what he wants counts.
        let entered = sql::set_state(&mut tx, self.run.id, self.run.state, state, self.services.now()).await?;
        tx.commit().await?;
        if entered {
            self.run.state = state;
        }
        Ok(())
    }

    pub(super) async fn tell(&mut self, problems: &[Problem]) -> Tried<()> {
        let mut tx = self.begin().await?;
        sql::add_problems(&mut tx, self.run.id, problems).await?;
        Ok(tx.commit().await?)
    }

    /// Says why, and makes everything as it was.
    pub(super) async fn turn_back(&mut self, problem: Problem) -> Tried<Next> {
        self.tell(&[problem]).await?;
        self.enter(MoveState::Returning).await?;
        Ok(Next::Step)
    }

    /// As whom the router asks RADIUS.
    pub(super) fn nas(&self) -> Tried<NasId> {
        self.run.nas.ok_or_else(|| self.no_nas())
    }

    pub(super) fn no_nas(&self) -> Fault {
        Fault::Refused(vec![Problem::new("", "problem-move-no-nas").with("name", &self.run.router_name)])
    }

    async fn one_state(&mut self) -> Tried<Next> {
        match self.run.state {
            MoveState::Waiting | MoveState::Preparing => prepare::prepare(self).await,
            MoveState::Testing => wave::test(self).await,
            MoveState::Moving => wave::moving(self).await,
            MoveState::Finishing => finish::finish(self).await,
            MoveState::Returning => back::give_back(self).await,
            MoveState::Clearing => finish::clear(self).await,
            _ => Ok(Next::Wait),
        }
    }

    /// What cannot be done ends a run that has changed nothing, and turns one that has. The way back itself is tried until
    /// the router takes it: a person reads meanwhile why it does not.
    async fn refused(&mut self, problems: &[Problem]) -> Tried<Next> {
        self.tell(problems).await?;
        match self.run.state {
            MoveState::Waiting | MoveState::Preparing if self.run.setup_sealed.is_none() => {
                let _ = self.device.disarm().await;
                self.enter(MoveState::Refused).await?;
                Ok(Next::Step)
            }
            MoveState::Returning | MoveState::Clearing => {
                let words = problems.first().map_or_else(String::new, |problem| problem.key.clone());
                self.wait_for(Some(&words)).await?;
                Ok(Next::Stuck)
            }
            _ => {
                self.enter(MoveState::Returning).await?;
                Ok(Next::Step)
            }
        }
    }

    async fn wait_for(&mut self, what: Option<&str>) -> Tried<()> {
        if self.run.waits_for.as_deref() != what {
            let mut tx = self.begin().await?;
            sql::wait_for(&mut tx, self.run.id, what).await?;
            tx.commit().await?;
            self.run.waits_for = what.map(str::to_owned);
        }
        Ok(())
    }
}

/// Goes on with a run until it is over or has to wait; then the job comes back later.
pub async fn run(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<MoveState> {
    let state = drive(services, caller, id).await?;
    if !state.rests() {
        let mut tx = services.begin(caller).await?;
        let away = found(&mut tx, id).await?.waits_for.is_some();
        ask_for(&mut tx, id, if away { AWAY } else { WATCH }).await?;
        tx.commit().await?;
    }
    Ok(state)
}

/// The job that goes on with a run.
pub(super) async fn ask_for(tx: &mut IspTx, id: RouterMoveId, after: TimeDelta) -> Result<()> {
    let payload = json!({ "isp_id": tx.isp_id(), "move_id": id });
    let name = format!("{RUN_TASK}:{id}");
    Ok(jobs::enqueue_later(tx, RUN_TASK, &name, payload, &name, after).await?)
}

pub(super) async fn found(tx: &mut IspTx, id: RouterMoveId) -> Result<MoveRow> {
    sql::moves(tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)
}

/// The same without coming back by itself.
pub async fn drive(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<MoveState> {
    require(caller, Permission::NetworkEdit)?;
    let (node, now) = (Uuid::now_v7(), services.now());
    let mut tx = services.begin(caller).await?;
    let run = found(&mut tx, id).await?;
    let router = run.router;
    if run.state.rests() || !errands::take(&mut tx, router, node, now, now + LEASE).await? {
        return Ok(run.state);
    }
    tx.commit().await?;
    let device = Device::new(services, caller, router);
    let mut work = Work { services, caller, run, device };
    let ended = tokio::select! {
        ended = go_on(&mut work) => ended,
        // Somebody else has the router by now: he goes on with it.
        () = beat(services, caller, node, router) => Ok(()),
    };
    let mut tx = services.begin(caller).await?;
    errands::let_go(&mut tx, router, node).await?;
    tx.commit().await?;
    ended.map(|()| work.run.state)
}

async fn go_on(work: &mut Work<'_>) -> Result<()> {
    let mut tries = 0;
    loop {
        let mut tx = work.services.begin(work.caller).await?;
        work.run = found(&mut tx, work.run.id).await?;
        drop(tx);
        let before = work.run.state;
        if before.rests() {
            return Ok(());
        }
        // From the first change on a router that does not let us in is waited for, whatever it says.
        work.device.patient = !matches!(before, MoveState::Waiting | MoveState::Preparing);
        let mut tried = match work.one_state().await {
            Err(Fault::Refused(problems)) => work.refused(&problems).await,
            other => other,
        };
        if matches!(tried, Ok(Next::Wait)) {
            // It answers again.
            tried = work.wait_for(None).await.map(|()| Next::Wait);
        }
        match tried {
            Ok(Next::Step) => {}
            Ok(Next::Wait | Next::Stuck) => return Ok(()),
            Err(Fault::Ours(error)) => return Err(error),
            Err(Fault::Lost(_) | Fault::Refused(_)) => {
                work.device.hang_up();
                tries += 1;
                if tries >= TRIES {
                    return match work.wait_for(Some("router")).await {
                        Err(Fault::Ours(error)) => Err(error),
                        Ok(()) | Err(Fault::Lost(_) | Fault::Refused(_)) => Ok(()),
                    };
                }
                // The first time the line is merely torn.
                tokio::time::sleep(BETWEEN_TRIES * (tries - 1)).await;
            }
        }
        if work.run.state != before {
            tries = 0;
        }
    }
}
