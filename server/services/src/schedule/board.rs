//! The board of the schedule: how each job of an ISP stands, in facts the page puts into words, and the alarm that every
//! page shows when something that should run does not.

use super::jobs::{JOBS, Job, job};
use crate::{Error, Result, Services, require};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::customers::{Page, Paging};
use domain::people::{Caller, PlatformCaller};
use domain::rights::Permission;
use domain::schedule::{Cadence, Due, due, late_since, next_at};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::isps::Isp;
use storage::schedule::{Progress, RunRow};
use storage::{IspTx, schedule};

/// No server said for this long that it looks for work: none does.
const DEAD: TimeDelta = TimeDelta::seconds(60);

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Paused,
    Running,
    /// Its last period failed and is tried again.
    Failed,
    /// Overdue for longer than is good.
    Late,
    Fine,
    /// It has not run here yet.
    New,
}

impl JobState {
    pub fn slug(self) -> &'static str {
        match self {
            JobState::Paused => "paused",
            JobState::Running => "running",
            JobState::Failed => "failed",
            JobState::Late => "late",
            JobState::Fine => "fine",
            JobState::New => "new",
        }
    }
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    pub business_date: Option<NaiveDate>,
    /// `waiting`, `running`, `done`, `failed` or `skipped`.
    pub state: String,
    pub started_at: DateTime<Utc>,
    pub seconds: Option<i64>,
    pub attempts: i32,
    /// Counts by name.
    pub result: Vec<(String, i64)>,
    pub problem: Option<String>,
    pub retry_at: Option<DateTime<Utc>>,
    pub asked_by: Option<String>,
}

impl From<RunRow> for RunView {
    fn from(row: RunRow) -> Self {
        Self {
            business_date: row.business_date,
            state: row.state,
            started_at: row.started_at,
            seconds: row.finished_at.map(|end| (end - row.started_at).num_seconds()),
            attempts: row.attempts,
            result: counts(row.result),
            problem: row.problem,
            retry_at: row.retry_at,
            asked_by: row.asked_by,
        }
    }
}

fn counts(result: Option<Value>) -> Vec<(String, i64)> {
    let Some(Value::Object(map)) = result else { return Vec::new() };
    map.into_iter().filter_map(|(name, value)| value.as_i64().map(|count| (name, count))).collect()
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    pub name: &'static str,
    /// Minutes between two runs, or for a daily job the local time.
    pub every_minutes: Option<i64>,
    pub at: Option<(u32, u32)>,
    pub any_day: bool,
    pub state: JobState,
    pub late_since: Option<DateTime<Utc>>,
    pub next_at: Option<DateTime<Utc>>,
    pub last: Option<RunView>,
    /// When, by whom and why.
    pub paused: Option<(DateTime<Utc>, String, String)>,
    /// Periods that failed and wait for another try.
    pub failed: usize,
    /// Days that wait to be caught up.
    pub behind: usize,
}

/// Everything about an ISP's background work.
#[derive(Clone, Debug)]
pub struct Board {
    pub jobs: Vec<JobView>,
    pub queue: Vec<storage::jobs::QueuedJob>,
    /// When any server last looked for work.
    pub last_beat: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

pub async fn board(services: &Services, caller: &Caller) -> Result<Board> {
    require(caller, Permission::JobsView)?;
    let isp = services.isp(caller.isp_id).await?;
    let last_beat = last_beat(services).await?;
    let mut tx = services.begin(caller).await?;
    let jobs = views(&mut tx, &isp, services.now()).await?;
    let queue = storage::jobs::list_of_isp(&mut tx).await?;
    Ok(Board { jobs, queue, last_beat, now: services.now() })
}

async fn last_beat(services: &Services) -> Result<Option<DateTime<Utc>>> {
    let mut tx = services.db.platform(&PlatformCaller::system("schedule board")).await?;
    Ok(schedule::last_beat(&mut tx).await?)
}

async fn views(tx: &mut IspTx, isp: &Isp, now: DateTime<Utc>) -> Result<Vec<JobView>> {
    let mut progress = schedule::progress(tx).await?;
    let names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
    let mut last = schedule::last_runs(tx, &names).await?;
    let view = |job: &'static Job| {
        let run = last.iter().position(|run| run.job == job.name).map(|index| last.swap_remove(index));
        view(job, progress.remove(job.name).unwrap_or_default(), run, isp, now)
    };
    Ok(JOBS.iter().map(view).collect())
}

fn view(job: &'static Job, progress: Progress, last: Option<RunRow>, isp: &Isp, now: DateTime<Utc>) -> JobView {
    let late = late_since(job.cadence, isp.zone, progress.watermark.as_deref(), now);
    let Due { periods, .. } =
        if progress.watermark.is_some() { due(job.cadence, isp.zone, progress.watermark.as_deref(), now) } else { Due::default() };
    let running = progress.open.iter().any(|open| open.state == "running");
    // A job that runs all the time begins anew with each period: only the last run says how it stands.
    let failed = match job.cadence {
        Cadence::Daily { .. } => progress.open.iter().filter(|open| open.state == "failed").count(),
        Cadence::Minutes(_) => usize::from(last.as_ref().is_some_and(|run| run.state == "failed")),
    };
    let state = match () {
        () if progress.paused.is_some() => JobState::Paused,
        () if running => JobState::Running,
        () if failed > 0 => JobState::Failed,
        () if late.is_some() => JobState::Late,
        () if last.is_none() => JobState::New,
        () => JobState::Fine,
    };
    let retry = progress.open.iter().filter(|open| open.state == "failed").filter_map(|open| open.retry_at).min();
    let next = if failed > 0 { retry } else { None }.or(Some(next_at(job.cadence, isp.zone, now)));
    let (every_minutes, at) = match job.cadence {
        Cadence::Minutes(minutes) => (Some(minutes), None),
        Cadence::Daily { hour, minute, .. } => (None, Some((hour, minute))),
    };
    JobView {
        name: job.name,
        every_minutes,
        at,
        any_day: job.any_day,
        state,
        late_since: late.filter(|_| !running),
        next_at: next.filter(|_| progress.paused.is_none()),
        last: last.map(RunView::from),
        paused: progress.paused.map(|pause| (pause.at, pause.by, pause.reason)),
        failed,
        behind: periods.len(),
    }
}

/// Something that should run does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// No server of this installation looks for work, since when (`None`: none ever did).
    pub dead: Option<Option<DateTime<Utc>>>,
    /// Names of jobs that are late.
    pub late: Vec<String>,
    /// A run that would have cut unusually many waits for a decision.
    pub brake: Option<domain::BrakeId>,
}

impl Alarm {
    pub fn is_quiet(&self) -> bool {
        *self == Self::default()
    }
}

/// What a person with the right must see on every page. It asks the database itself, so it holds when the schedule is
/// dead, paused or stuck.
pub async fn alarm(services: &Services, caller: &Caller) -> Result<Alarm> {
    let (jobs, brake) = (caller.allowed(Permission::JobsView), caller.allowed(Permission::SuspensionRelease));
    if !jobs && !brake {
        return Ok(Alarm::default());
    }
    let mut alarm = Alarm::default();
    let now = services.now();
    let isp = services.isp(caller.isp_id).await?;
    if jobs {
        let beat = last_beat(services).await?;
        alarm.dead = beat.is_none_or(|beat| beat < now - DEAD).then_some(beat);
    }
    let mut tx = services.begin(caller).await?;
    if jobs {
        let progress = schedule::progress(&mut tx).await?;
        let running = |progress: &Progress| progress.open.iter().any(|open| open.state == "running" && open.heartbeat_at > now - DEAD);
        let late = |job: &&Job| {
            progress
                .get(job.name)
                .is_some_and(|known| !running(known) && late_since(job.cadence, isp.zone, known.watermark.as_deref(), now).is_some())
        };
        alarm.late = JOBS.iter().filter(late).map(|job| job.name.to_string()).collect();
    }
    if brake {
        alarm.brake = storage::dunning::open_brake(&mut tx).await?;
    }
    Ok(alarm)
}

/// The runs of one job, newest first.
pub async fn history(services: &Services, caller: &Caller, name: &str, paging: Paging) -> Result<(JobView, Page<RunView>)> {
    require(caller, Permission::JobsView)?;
    let wanted = job(name).ok_or(Error::NotFound)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let view = views(&mut tx, &isp, services.now()).await?.into_iter().find(|view| view.name == wanted.name).ok_or(Error::NotFound)?;
    let (rows, total) = schedule::history(&mut tx, wanted.name, paging.size, paging.offset()).await?;
    Ok((view, Page { rows: rows.into_iter().map(RunView::from).collect(), total, page: paging.page, size: paging.size }))
}

/// A job of one ISP as the developer sees it: names and states, nothing that belongs to the ISP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformJob {
    pub isp: String,
    pub job: &'static str,
    pub state: JobState,
    pub late_since: Option<DateTime<Utc>>,
    pub last_at: Option<DateTime<Utc>>,
}

/// Every job of every ISP.
pub async fn platform_board(services: &Services, caller: &PlatformCaller) -> Result<(Vec<PlatformJob>, Option<DateTime<Utc>>)> {
    if !caller.allowed(Permission::PlatformManage) {
        return Err(Error::Denied(Permission::PlatformManage));
    }
    let isps = {
        let mut tx = services.db.platform(caller).await?;
        storage::isps::list(&mut tx).await?
    };
    let mut rows = Vec::new();
    for isp in isps.into_iter().filter(|isp| isp.active) {
        let mut tx = services.begin(&Caller::system(isp.id, "platform board")).await?;
        let jobs = views(&mut tx, &isp, services.now()).await?;
        rows.extend(jobs.into_iter().map(|job| PlatformJob {
            isp: isp.name.clone(),
            job: job.name,
            state: job.state,
            late_since: job.late_since,
            last_at: job.last.map(|run| run.started_at),
        }));
    }
    Ok((rows, last_beat(services).await?))
}

/// Whether any server looks for work, for whoever watches from outside.
pub async fn alive(services: &Services) -> Result<bool> {
    Ok(last_beat(services).await?.is_some_and(|beat| beat >= services.now() - DEAD))
}
