//! A template for many routers: what would happen to each is read and shown first, then they have their turn, a few at a
//! time, the first one alone if that is wanted. Each goes through its own run with its own way back; one that fails holds
//! up no other.

use super::plan::{Values, begin, open_run, preview_draft};
use super::{ROLLOUT_TASK, opened};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::provisioning::{Action, MOST_AT_ONCE, Member, Outlook, RolloutState, RunState, Turn, turn};
use domain::rights::Permission;
use domain::{Problem, ProvisionRunId, RolloutId, RouterId, TemplateId};
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use storage::audit::{self, Change};
use storage::provisioning::rollouts::{self, MemberRow, NewMember, NewRollout, RolloutRow, Seen};
use storage::{IspTx, jobs, provisioning};
use uuid::Uuid;

/// Routers of one rollout at most.
const MOST: usize = 500;
/// Routers that are read side by side, and before the job lets others have their turn.
const READ_AT_ONCE: usize = 8;
const READ_IN_ONE_GO: usize = 64;
/// So often it is looked whose turn it is.
const REST: TimeDelta = TimeDelta::seconds(2);

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Order {
    pub template: TemplateId,
    /// In the order of their turns.
    pub routers: Vec<RouterId>,
    /// For all of them. What is empty comes from the last run of this template on the router, then from the template.
    pub values: Values,
    pub dead_man: Duration,
    pub first_alone: bool,
    pub at_once: usize,
}

/// One with its routers.
pub struct RolloutView {
    pub rollout: RolloutRow,
    pub members: Vec<MemberRow>,
}

/// Fills the template in for every router and has what would happen read. What is missing is refused before any router is
/// asked: for one router in the list, for all of them as a whole.
pub async fn plan_rollout(services: &Services, caller: &Caller, order: &Order) -> Result<RolloutId> {
    require(caller, Permission::NetworkEdit)?;
    let mut routers = order.routers.clone();
    let mut known = std::collections::HashSet::new();
    routers.retain(|router| known.insert(*router));
    if routers.is_empty() || routers.len() > MOST {
        return Err(Error::Invalid(vec![Problem::new("routers", "problem-rollout-routers").with("most", MOST)]));
    }
    if !(1..=MOST_AT_ONCE).contains(&order.at_once) {
        return Err(Error::Invalid(vec![Problem::new("at_once", "problem-number-range").with("least", 1).with("most", MOST_AT_ONCE)]));
    }
    let mut tx = services.begin(caller).await?;
    let (_, version) = provisioning::template(&mut tx, order.template, false).await?.ok_or(Error::NotFound)?;
    let mut before: HashMap<RouterId, Values> = HashMap::new();
    for (router, run, sealed) in rollouts::last_values(&mut tx, order.template, &routers).await? {
        before.insert(router, opened(services, run.0, &sealed)?);
    }
    let mut members = Vec::with_capacity(routers.len());
    for router_id in routers {
        let mut values = before.remove(&router_id).unwrap_or_default();
        values.extend(order.values.iter().filter(|(_, value)| !value.trim().is_empty()).map(|(name, value)| (name.clone(), value.clone())));
        let run = match open_run(services, &mut tx, router_id, order.template, &values, order.dead_man).await {
            Ok(run) => Ok(run),
            Err(Error::Invalid(problems)) => Err(problems),
            Err(other) => return Err(other),
        };
        members.push(NewMember { router_id, run });
    }
    if let (true, Some(Err(problems))) = (members.iter().all(|member| member.run.is_err()), members.first().map(|member| &member.run)) {
        return Err(Error::Invalid(problems.clone()));
    }
    let id = RolloutId(Uuid::now_v7());
    let new = NewRollout {
        id,
        template_id: order.template,
        template_version: version,
        first_alone: order.first_alone,
        at_once: i32::try_from(order.at_once).unwrap_or(1),
        at: services.now(),
    };
    rollouts::open(&mut tx, &new, &members).await?;
    ask_for(&mut tx, id, TimeDelta::zero()).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn rollout(services: &Services, caller: &Caller, id: RolloutId) -> Result<RolloutView> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let rollout = rollouts::list(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?;
    Ok(RolloutView { members: rollouts::members(&mut tx, id).await?, rollout })
}

/// Those of a template, the newest first.
pub async fn rollouts_of(services: &Services, caller: &Caller, template: TemplateId) -> Result<Vec<RolloutRow>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    Ok(rollouts::list(&mut tx, Some(template), None, 20).await?)
}

/// What would happen was read: those for which something would begin to have their turn.
pub async fn begin_rollout(services: &Services, caller: &Caller, id: RolloutId) -> Result<()> {
    let mut tx = step(services, caller, id, &[RolloutState::Ready], "problem-rollout-not-ready").await?;
    let members = rollouts::members(&mut tx, id).await?;
    let many = members.iter().filter(|member| member.outlook == Outlook::Ready).count();
    if many == 0 {
        return Err(Error::Conflict(Problem::new("", "problem-rollout-nothing")));
    }
    rollouts::set_state(&mut tx, id, RolloutState::Running, None).await?;
    ask_for(&mut tx, id, TimeDelta::zero()).await?;
    record(&mut tx, services, id, "router_template.roll_out", many).await?;
    Ok(tx.commit().await?)
}

/// Nobody else begins; what has begun goes on to its own end.
pub async fn stop_rollout(services: &Services, caller: &Caller, id: RolloutId) -> Result<()> {
    let open = [RolloutState::Reading, RolloutState::Ready, RolloutState::Running];
    let mut tx = step(services, caller, id, &open, "problem-rollout-over").await?;
    rollouts::set_state(&mut tx, id, RolloutState::Stopped, Some(services.now())).await?;
    record(&mut tx, services, id, "router_template.stop_rollout", 0).await?;
    Ok(tx.commit().await?)
}

/// Reads all routers once more, before anything has begun.
pub async fn read_rollout_again(services: &Services, caller: &Caller, id: RolloutId) -> Result<()> {
    let mut tx = step(services, caller, id, &[RolloutState::Ready], "problem-rollout-not-ready").await?;
    rollouts::read_again(&mut tx, id).await?;
    rollouts::set_state(&mut tx, id, RolloutState::Reading, None).await?;
    ask_for(&mut tx, id, TimeDelta::zero()).await?;
    Ok(tx.commit().await?)
}

/// One that is locked and in one of these states.
async fn step(services: &Services, caller: &Caller, id: RolloutId, allowed: &[RolloutState], problem: &str) -> Result<IspTx> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let found = rollouts::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if allowed.contains(&found.state) { Ok(tx) } else { Err(Error::Conflict(Problem::new("", problem))) }
}

async fn record(tx: &mut IspTx, services: &Services, id: RolloutId, action: &'static str, routers: usize) -> Result<()> {
    let Some(found) = rollouts::list(tx, None, Some(id), 1).await?.pop() else { return Ok(()) };
    let after = Some(json!({ "template": found.template_name, "version": found.template_version, "routers": routers, "rollout": id }));
    let change = Change { action, object_kind: "router_template", object_id: Some(found.template_id.0), after, ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}

async fn ask_for(tx: &mut IspTx, id: RolloutId, after: TimeDelta) -> Result<()> {
    let payload = json!({ "isp_id": tx.isp_id(), "rollout_id": id });
    let name = format!("{ROLLOUT_TASK}:{id}");
    Ok(jobs::enqueue_later(tx, ROLLOUT_TASK, &name, payload, &name, after).await?)
}

/// Goes on with one for a moment, and asks for itself again until there is nothing left to do. May be killed anywhere.
pub async fn run_rollout(services: &Services, caller: &Caller, id: RolloutId) -> Result<RolloutState> {
    let state = drive_rollout(services, caller, id).await?;
    let rest = match state {
        RolloutState::Reading => TimeDelta::zero(),
        RolloutState::Running => REST,
        RolloutState::Ready | RolloutState::Stopped | RolloutState::Done => return Ok(state),
    };
    let mut tx = services.begin(caller).await?;
    ask_for(&mut tx, id, rest).await?;
    tx.commit().await?;
    Ok(state)
}

/// The same once, without coming back by itself.
pub async fn drive_rollout(services: &Services, caller: &Caller, id: RolloutId) -> Result<RolloutState> {
    require(caller, Permission::NetworkEdit)?;
    let view = rollout(services, caller, id).await?;
    match view.rollout.state {
        RolloutState::Reading => read_some(services, caller, id, &view.members).await?,
        RolloutState::Running => have_turns(services, caller, &view).await?,
        RolloutState::Ready | RolloutState::Stopped | RolloutState::Done => {}
    }
    Ok(rollout(services, caller, id).await?.rollout.state)
}

/// Only while it is still in the state in which it was looked at: somebody may have stopped it.
async fn turn_to(services: &Services, caller: &Caller, id: RolloutId, from: RolloutState, to: RolloutState) -> Result<()> {
    let mut tx = services.begin(caller).await?;
    if rollouts::lock(&mut tx, id).await?.is_some_and(|found| found.state == from) {
        let over = matches!(to, RolloutState::Done | RolloutState::Stopped).then(|| services.now());
        rollouts::set_state(&mut tx, id, to, over).await?;
    }
    Ok(tx.commit().await?)
}

async fn read_some(services: &Services, caller: &Caller, id: RolloutId, members: &[MemberRow]) -> Result<()> {
    let waiting = || members.iter().filter(|member| member.outlook == Outlook::Waiting);
    let some: Vec<(i32, Option<ProvisionRunId>)> = waiting().take(READ_IN_ONE_GO).map(|member| (member.position, member.run_id)).collect();
    let mut read = stream::iter(some).map(|(position, run)| outlook(services, caller, position, run)).buffer_unordered(READ_AT_ONCE);
    while let Some(seen) = read.next().await {
        let mut tx = services.begin(caller).await?;
        rollouts::set_outlook(&mut tx, id, &seen?).await?;
        tx.commit().await?;
    }
    if waiting().count() <= READ_IN_ONE_GO {
        turn_to(services, caller, id, RolloutState::Reading, RolloutState::Ready).await?;
    }
    Ok(())
}

async fn outlook(services: &Services, caller: &Caller, position: i32, run: Option<ProvisionRunId>) -> Result<Seen> {
    let left_out = |problems| Seen { position, outlook: Outlook::Refused, counts: (0, 0, 0), problems };
    let Some(run) = run else { return Ok(left_out(Vec::new())) };
    let plan = match preview_draft(services, caller, run).await {
        Ok(preview) => preview.plan,
        Err(error) => return refusal(error).map(left_out),
    };
    let count = |action| i32::try_from(plan.count(action)).unwrap_or(i32::MAX);
    let counts = (count(Action::Add), count(Action::Change), count(Action::Keep));
    let outlook = if plan.is_empty() { Outlook::Same } else { Outlook::Ready };
    Ok(Seen { position, outlook, counts, problems: Vec::new() })
}

/// What keeps one router out; a fault of ours is none of its own.
fn refusal(error: Error) -> Result<Vec<Problem>> {
    match error {
        Error::Invalid(problems) => Ok(problems),
        Error::Conflict(problem) => Ok(vec![problem]),
        Error::NotFound => Ok(vec![Problem::new("", "problem-rollout-out-of-use")]),
        other => Err(other),
    }
}

async fn have_turns(services: &Services, caller: &Caller, view: &RolloutView) -> Result<()> {
    let id = view.rollout.id;
    let members: Vec<Member> = view
        .members
        .iter()
        .map(|member| Member {
            outlook: member.outlook,
            run: member.run_state,
            away: member.waits && member.run_state != Some(RunState::Draft),
        })
        .collect();
    match turn(&members, view.rollout.first_alone, usize::try_from(view.rollout.at_once).unwrap_or(1)) {
        Turn::Begin(positions) => {
            for member in positions.into_iter().filter_map(|position| view.members.get(position)) {
                begin_one(services, caller, id, member).await?;
            }
            Ok(())
        }
        Turn::Wait => Ok(()),
        Turn::Stop => turn_to(services, caller, id, RolloutState::Running, RolloutState::Stopped).await,
        Turn::Done => turn_to(services, caller, id, RolloutState::Running, RolloutState::Done).await,
    }
}

/// What cannot begin by now is left out, with the reason.
async fn begin_one(services: &Services, caller: &Caller, id: RolloutId, member: &MemberRow) -> Result<()> {
    let Some(run) = member.run_id else { return Ok(()) };
    let Err(error) = begin(services, caller, run).await else { return Ok(()) };
    let problems = refusal(error)?;
    let seen = Seen { position: member.position, outlook: Outlook::Refused, counts: (member.adds, member.changes, member.keeps), problems };
    let mut tx = services.begin(caller).await?;
    rollouts::set_outlook(&mut tx, id, &seen).await?;
    Ok(tx.commit().await?)
}
