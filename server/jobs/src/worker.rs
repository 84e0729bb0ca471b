//! Starts and stops the work of one server: queue workers with a heartbeat, so that a killed server's jobs are taken
//! over within seconds, the schedule's loop, and the conversations with routers.

use crate::isps::{FRESH, Isps};
use crate::poller::{Poller, gather};
use crate::queue::{
    ApplyProposal, BillingRun, BulkOfCustomers, DocumentBatch, ImportRun, ImportUndo, PackageMove, ProvisionRun, RolloutRun, RouterMove,
    State,
};
use crate::schedule::Runner;
use domain::people::PlatformCaller;
use graphile_worker::WorkerOptions;
use services::Services;
use std::time::Duration;
use storage::QUEUE_SCHEMA;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

/// The background work of this server.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// How long running jobs may go on after `stop`.
pub(crate) const GRACE: Duration = Duration::from_secs(8);
/// How often the schedule looks for a period that is due.
const TICK: Duration = Duration::from_secs(5);
/// How often routers are found that are due.
const LOOK: Duration = Duration::from_secs(1);

/// Starts queue and schedule. Both go on through a database that is away and come back with it.
pub fn start(services: &Services) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let isps = Isps::new(services, FRESH);
    let tasks = vec![
        tokio::spawn(queue(services.clone(), stopped.clone())),
        tokio::spawn(schedule(services.clone(), stopped.clone())),
        tokio::spawn(crate::network::run(services.clone(), isps.clone(), stopped.clone())),
        tokio::spawn(routers(services.clone(), isps, stopped)),
    ];
    Jobs { stop, tasks }
}

impl Jobs {
    /// Lets running jobs finish for a moment and gives the rest back.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            if tokio::time::timeout(GRACE + Duration::from_secs(2), task).await.is_err() {
                tracing::warn!("background work did not stop in time; another server will take it over");
            }
        }
    }
}

pub(crate) async fn told(mut stopped: watch::Receiver<bool>) {
    // An error means the sender is gone, which is a stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn queue(services: Services, stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let worker = WorkerOptions::default()
            .pg_pool(services.db.queue_pool())
            .schema(QUEUE_SCHEMA)
            .concurrency(2)
            .poll_interval(Duration::from_millis(500))
            .heartbeat_interval(Duration::from_secs(3))
            .sweep_interval(Duration::from_secs(5))
            .sweep_threshold(Duration::from_secs(12))
            .recovery_delay(Duration::from_secs(1))
            .listen_os_shutdown_signals(false)
            .shutdown_grace_period(GRACE)
            .shutdown_signal(told(stopped.clone()))
            .add_extension(State(services.clone()))
            .define_job::<BillingRun>()
            .define_job::<BulkOfCustomers>()
            .define_job::<DocumentBatch>()
            .define_job::<ImportRun>()
            .define_job::<ImportUndo>()
            .define_job::<PackageMove>()
            .define_job::<ApplyProposal>()
            .define_job::<ProvisionRun>()
            .define_job::<RouterMove>()
            .define_job::<RolloutRun>()
            .init()
            .await;
        let problem = match worker {
            Ok(worker) => worker.run().await.err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            tracing::warn!(problem, "the job queue is away, trying again");
            pause(&stopped, Duration::from_secs(2)).await;
        }
    }
}

async fn schedule(services: Services, stopped: watch::Receiver<bool>) {
    let node = Uuid::now_v7();
    let runner = Runner::new(&services, node);
    let mut running = JoinSet::new();
    while !*stopped.borrow() {
        if let Err(error) = runner.look(&mut running).await {
            tracing::warn!(%error, "the schedule could not look for work, trying again");
        }
        while running.try_join_next().is_some() {}
        pause(&stopped, TICK).await;
    }
    // What is under way may end; what does not end in time is dropped, and another server takes it over.
    let _ = tokio::time::timeout(GRACE, async { while running.join_next().await.is_some() {} }).await;
    if let Err(error) = says_goodbye(&services, node).await {
        tracing::warn!(%error, "this server could not say that it stops");
    }
}

/// Looks after routers; what is under way at the end is left to whoever takes it over.
async fn routers(services: Services, isps: Isps, stopped: watch::Receiver<bool>) {
    let node = Uuid::now_v7();
    let poller = Poller::among(isps, &services, node);
    let (send, seen) = mpsc::channel(1_024);
    let writing = tokio::spawn(gather(services, node, seen));
    let mut running = JoinSet::new();
    while !*stopped.borrow() {
        if let Err(error) = poller.look(&mut running, &send).await {
            tracing::warn!(%error, "routers could not be looked at, trying again");
        }
        while running.try_join_next().is_some() {}
        pause(&stopped, LOOK).await;
    }
    running.shutdown().await;
    drop(send);
    let _ = writing.await;
}

async fn says_goodbye(services: &Services, node: Uuid) -> services::Result<()> {
    let mut tx = services.db.platform(&PlatformCaller::system("schedule")).await?;
    storage::schedule::node_stops(&mut tx, node, services.now()).await?;
    Ok(tx.commit().await?)
}

async fn pause(stopped: &watch::Receiver<bool>, time: Duration) {
    let _ = tokio::time::timeout(time, told(stopped.clone())).await;
}
