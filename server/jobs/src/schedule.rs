//! The schedule at work. Each look finds what is due at every ISP and lets every job of every ISP run on its own, so
//! that neither a slow nor a failing one holds up another. What exists and when stands in `services::schedule`.

use chrono::{NaiveDate, TimeDelta};
use domain::IspId;
use domain::people::{Caller, PlatformCaller};
use domain::schedule::{Cadence, backoff, due, newest_period};
use serde_json::json;
use services::schedule::{JOBS, Job};
use services::{Result, Services};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::isps::Isp;
use storage::schedule::{Claim, Outcome, Progress};
use storage::{isps, schedule};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

/// A runner that did not say it is alive for this long has lost its period.
const SILENCE: TimeDelta = TimeDelta::seconds(30);
const BEAT: Duration = Duration::from_secs(5);
/// Jobs that one server runs at a time: long daily ones must not keep the short ones waiting.
const DAILY_LANES: usize = 2;
const MINUTE_LANES: usize = 4;

/// One server's share of the schedule.
#[derive(Clone)]
pub struct Runner {
    services: Services,
    node: Uuid,
    jobs: &'static [Job],
    daily: Arc<Semaphore>,
    minutes: Arc<Semaphore>,
    /// What this server has under way.
    busy: Arc<Mutex<HashSet<(IspId, &'static str)>>>,
}

/// A period that this server will try to take.
#[derive(Clone, Debug)]
struct Todo {
    period: String,
    business_date: NaiveDate,
}

impl Runner {
    pub fn new(services: &Services, node: Uuid) -> Self {
        Self::with_jobs(services, node, JOBS)
    }

    /// A runner of other jobs than the product's, for tests of the schedule itself.
    pub fn with_jobs(services: &Services, node: Uuid, jobs: &'static [Job]) -> Self {
        Self {
            services: services.clone(),
            node,
            jobs,
            daily: Arc::new(Semaphore::new(DAILY_LANES)),
            minutes: Arc::new(Semaphore::new(MINUTE_LANES)),
            busy: Arc::default(),
        }
    }

    /// Says that this server looks for work, and starts what is due and not under way here.
    pub async fn look(&self, running: &mut JoinSet<()>) -> Result<()> {
        let isps = {
            let mut tx = self.services.db.platform(&PlatformCaller::system("schedule")).await?;
            schedule::node_beats(&mut tx, self.node, self.services.now()).await?;
            let isps = isps::list(&mut tx).await?;
            tx.commit().await?;
            isps
        };
        for isp in isps.into_iter().filter(|isp| isp.active) {
            if let Err(error) = self.look_at(&isp, running).await {
                tracing::warn!(%error, isp = %isp.short_name, "the schedule could not look for work here, trying again");
            }
        }
        Ok(())
    }

    async fn look_at(&self, isp: &Isp, running: &mut JoinSet<()>) -> Result<()> {
        let now = self.services.now();
        let mut tx = self.services.begin(&Caller::system(isp.id, "schedule")).await?;
        let mut progress = schedule::progress(&mut tx).await?;
        let lost = progress.values().flat_map(|job| &job.open).any(|open| open.state == "running" && open.heartbeat_at < now - SILENCE);
        if lost && schedule::release_lost(&mut tx, now - SILENCE, now).await? > 0 {
            progress = schedule::progress(&mut tx).await?;
        }
        tx.commit().await?;
        for job in self.jobs {
            let todo = self.todo(isp, job, progress.get(job.name)).await?;
            if !todo.is_empty() && self.busy().insert((isp.id, job.name)) {
                let (runner, isp) = (self.clone(), isp.clone());
                running.spawn(async move {
                    runner.run_all(&isp, job, todo).await;
                    runner.busy().remove(&(isp.id, job.name));
                });
            }
        }
        Ok(())
    }

    fn busy(&self) -> std::sync::MutexGuard<'_, HashSet<(IspId, &'static str)>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What somebody asked for, what failed and may be tried again, and what is due: in the order of time.
    async fn todo(&self, isp: &Isp, job: &Job, progress: Option<&Progress>) -> Result<Vec<Todo>> {
        let nothing = Progress::default();
        let (progress, now) = (progress.unwrap_or(&nothing), self.services.now());
        let ready = |open: &&schedule::OpenPeriod| open.state != "running" && open.retry_at.is_none_or(|at| at <= now);
        let todo =
            |open: &schedule::OpenPeriod| open.business_date.map(|business_date| Todo { period: open.period.clone(), business_date });
        let mut all: Vec<Todo> = progress.open.iter().filter(ready).filter(|open| open.asked).filter_map(todo).collect();
        if progress.paused.is_some() {
            return Ok(all);
        }
        let newest = newest_period(job.cadence, isp.zone, now);
        let oldest = job.cadence.oldest(newest.business_date);
        let again = |open: &&schedule::OpenPeriod| match job.cadence {
            Cadence::Daily { .. } => open.business_date.is_some_and(|day| day >= oldest),
            Cadence::Minutes(_) => open.period == newest.key,
        };
        let mut periods: Vec<Todo> = progress.open.iter().filter(|open| !open.asked).filter(ready).filter(again).filter_map(todo).collect();
        // A first night that broke off leaves no watermark: the days after it were missed all the same.
        let begun = progress.open.iter().filter(|open| !open.asked).filter_map(|open| open.business_date?.pred_opt()).min();
        let begun = begun.filter(|_| matches!(job.cadence, Cadence::Daily { .. })).map(|day| day.to_string());
        let due = due(job.cadence, isp.zone, progress.watermark.as_deref().or(begun.as_deref()), now);
        if let Some(skipped) = due.skipped {
            let mut tx = self.services.begin(&Caller::system(isp.id, job.name)).await?;
            let words = json!({ "skipped": skipped.days, "first": skipped.first, "last": skipped.last });
            schedule::skip(&mut tx, job.name, &skipped.last.to_string(), words, now).await?;
            tx.commit().await?;
            tracing::error!(job = job.name, isp = %isp.short_name, days = skipped.days, "days lie too far back to be caught up");
        }
        let known: HashSet<&str> = progress.open.iter().map(|open| open.period.as_str()).collect();
        let fresh = due.periods.into_iter().filter(|period| !known.contains(period.key.as_str()));
        periods.extend(fresh.map(|period| Todo { period: period.key, business_date: period.business_date }));
        periods.sort_by(|a, b| a.period.cmp(&b.period));
        all.extend(periods);
        Ok(all)
    }

    async fn run_all(&self, isp: &Isp, job: &'static Job, todo: Vec<Todo>) {
        let lane = match job.cadence {
            Cadence::Daily { .. } => &self.daily,
            Cadence::Minutes(_) => &self.minutes,
        };
        let Ok(_turn) = lane.acquire().await else { return };
        for todo in todo {
            if let Err(error) = self.run_one(isp, job, &todo).await {
                tracing::warn!(%error, job = job.name, isp = %isp.short_name, "a period could not be taken or closed; another look will");
                return;
            }
        }
    }

    /// Takes a period and does it, if nobody else has it. A body that fails or panics is noted and tried again later.
    async fn run_one(&self, isp: &Isp, job: &'static Job, todo: &Todo) -> Result<()> {
        let (services, caller) = (&self.services, Caller::system(isp.id, job.name));
        let mut tx = services.begin(&caller).await?;
        let claim = Claim {
            job: job.name,
            period: &todo.period,
            business_date: todo.business_date,
            node: self.node,
            now: services.now(),
            silence: SILENCE,
        };
        let won = schedule::claim(&mut tx, &claim).await?;
        let attempts = schedule::attempts(&mut tx, job.name, &todo.period).await?;
        tx.commit().await?;
        if !won {
            return Ok(());
        }
        let beating = tokio::spawn(beat(services.clone(), caller.clone(), job.name, todo.period.clone(), self.node));
        let (body_services, body_caller, on) = (services.clone(), caller.clone(), todo.business_date);
        // In a task of its own, so that a panic is this period's failure and not the schedule's.
        let body = tokio::spawn(async move { (job.body)(&body_services, &body_caller, on).await });
        let ended = body.await.unwrap_or_else(|panic| Err(services::Error::Internal(format!("the job broke off: {panic}"))));
        beating.abort();
        let outcome = match ended {
            Ok(result) => Outcome::Done(result),
            Err(error) => {
                let retry_at = services.now() + backoff(attempts);
                tracing::error!(job = job.name, period = todo.period, isp = %isp.short_name, %error, %retry_at, "a scheduled job failed");
                Outcome::Failed { problem: error.to_string(), retry_at }
            }
        };
        let mut tx = services.begin(&caller).await?;
        schedule::finish(&mut tx, job.name, &todo.period, self.node, services.now(), outcome).await?;
        if matches!(job.cadence, Cadence::Minutes(_)) {
            schedule::forget(&mut tx, job.name, services.now() - TimeDelta::days(2)).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Does what is due now, at every ISP, and waits until it is done.
pub async fn run_due(services: &Services, node: Uuid) -> Result<()> {
    let mut running = JoinSet::new();
    Runner::new(services, node).look(&mut running).await?;
    while running.join_next().await.is_some() {}
    Ok(())
}

async fn beat(services: Services, caller: Caller, job: &'static str, period: String, node: Uuid) {
    loop {
        tokio::time::sleep(BEAT).await;
        let beaten = async {
            let mut tx = services.begin(&caller).await?;
            schedule::beat(&mut tx, job, &period, node, services.now()).await?;
            Ok::<_, services::Error>(tx.commit().await?)
        };
        if let Err(error) = beaten.await {
            tracing::warn!(%error, job, "heartbeat");
        }
    }
}
