//! Keeps routers as they should be, without being asked: works out what changed lines need, and talks to every router that
//! has something to hear. Each router has a conversation of its own, so that a dead one delays nobody; which server has
//! it is a lease, so that several servers share them and take over from one that died.

use crate::isps::Isps;
use crate::worker::told as told_to_stop;
use domain::IspId;
use services::wanted::{Errand, claim, heed, run_errand, something_turned};
use services::{Result, Services};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// Also without being told of anything, it looks so often.
const EVERY: Duration = Duration::from_secs(5);
/// Routers that one server talks to at a time.
const CONVERSATIONS: usize = 256;
/// Routers of one ISP that are taken up in one go.
const AT_ONCE: usize = 64;
/// Where triggers say that lines of an ISP changed.
const CHANNEL: &str = "router";

/// One server's share of talking to routers.
#[derive(Clone)]
pub struct Teller {
    services: Services,
    node: Uuid,
    free: Arc<Semaphore>,
}

impl Teller {
    pub fn new(services: &Services, node: Uuid) -> Self {
        Self { services: services.clone(), node, free: Arc::new(Semaphore::new(CONVERSATIONS)) }
    }

    /// Works out what changed at an ISP and begins to talk to routers that have something to hear. Answers with how many.
    pub async fn look(&self, isp: IspId, running: &mut JoinSet<()>) -> Result<usize> {
        if something_turned(&self.services, isp).await? {
            heed(&self.services, isp).await?;
        }
        let mut begun = 0;
        loop {
            let most = self.free.available_permits().min(AT_ONCE);
            if most == 0 {
                return Ok(begun);
            }
            let errands = claim(&self.services, isp, self.node, most).await?;
            if errands.is_empty() {
                return Ok(begun);
            }
            begun += errands.len();
            for errand in errands {
                let Ok(turn) = self.free.clone().acquire_owned().await else { return Ok(begun) };
                let teller = self.clone();
                running.spawn(async move {
                    teller.tell(isp, errand).await;
                    drop(turn);
                });
            }
        }
    }

    async fn tell(&self, isp: IspId, errand: Errand) {
        if let Err(error) = run_errand(&self.services, isp, self.node, errand).await {
            tracing::warn!(%error, router = %errand.router, "a router could not be told what is wanted of it; another look will");
        }
    }
}

/// Works until it is told to stop.
pub(crate) async fn run(services: Services, known: Isps, stopped: watch::Receiver<bool>) {
    let teller = Teller::new(&services, Uuid::now_v7());
    let (told, mut hear) = mpsc::channel(256);
    let listening = tokio::spawn(listen(services, told));
    let mut running = JoinSet::new();
    let mut every = interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let told = tokio::select! {
            _ = every.tick() => None,
            Some(isp) = hear.recv() => Some(isp),
            () = told_to_stop(stopped.clone()) => break,
        };
        // Everybody who was named meanwhile is looked at once.
        let mut isps: Vec<IspId> = told.into_iter().collect();
        while let Ok(more) = hear.try_recv() {
            isps.push(more);
        }
        isps.sort_unstable();
        isps.dedup();
        let looked = async {
            let isps = if isps.is_empty() { known.active().await?.to_vec() } else { isps };
            for isp in isps {
                teller.look(isp, &mut running).await?;
            }
            Ok::<_, services::Error>(())
        };
        if let Err(error) = looked.await {
            tracing::debug!(%error, "what routers have to hear waits");
        }
        while running.try_join_next().is_some() {}
    }
    listening.abort();
    // What is being said may be said to its end; what is not is looked at again by whoever takes over.
    let _ = tokio::time::timeout(crate::worker::GRACE, async { while running.join_next().await.is_some() {} }).await;
}

async fn listen(services: Services, told: mpsc::Sender<IspId>) {
    loop {
        if let Ok(mut listener) = services.db.listen(&[CHANNEL]).await {
            while let Ok(heard) = listener.next().await {
                let isp = heard.and_then(|(_, isp)| isp.parse().ok());
                // When nobody keeps up, the next round finds it.
                if isp.is_some_and(|isp| told.try_send(isp).is_err()) && told.is_closed() {
                    return;
                }
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}
