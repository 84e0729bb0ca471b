//! Looks after routers without end: whatever is due at any ISP, many at a time, none waiting for a dead one. Which server
//! looks at which router is settled by leases in the database, so any number of servers may do this.

use crate::isps::Isps;
use domain::{IspId, RouterId};
use services::routers::{EVERY, Link, look_at, take_due, write_looks};
use services::{Result, Services};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use storage::routers::watch::Looked;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Routers that one server looks at in the same moment.
const AT_A_TIME: usize = 256;
/// What was seen is written together so often.
const GATHERED: Duration = Duration::from_millis(250);
/// ISPs without a router are asked again after this.
const FORGOTTEN: Duration = Duration::from_secs(10);

/// Open connections, and when each was used.
type Links = HashMap<RouterId, (Arc<Link>, Instant)>;

/// One server's share of the routers.
#[derive(Clone)]
pub struct Poller {
    services: Services,
    isps: Isps,
    node: Uuid,
    free: Arc<Semaphore>,
    /// Connections that stay open between two looks: signing in is what costs a router most.
    links: Arc<Mutex<Links>>,
    /// ISPs that had no router due when they were asked last.
    quiet: Arc<Mutex<HashMap<IspId, Instant>>>,
    with_routers: Arc<Mutex<HashSet<IspId>>>,
}

impl Poller {
    pub fn new(services: &Services, node: Uuid) -> Self {
        Self::among(Isps::new(services, Duration::ZERO), services, node)
    }

    pub(crate) fn among(isps: Isps, services: &Services, node: Uuid) -> Self {
        Self {
            services: services.clone(),
            isps,
            node,
            free: Arc::new(Semaphore::new(AT_A_TIME)),
            links: Arc::default(),
            quiet: Arc::default(),
            with_routers: Arc::default(),
        }
    }

    /// Starts a look at every router that is due now and for which there is room; each sends what it saw.
    pub async fn look(&self, running: &mut JoinSet<()>, seen: &mpsc::Sender<(IspId, Looked)>) -> Result<usize> {
        let isps = self.isps.active().await?;
        let mut started = 0;
        for isp in isps.iter().copied().filter(|isp| self.is_worth_asking(*isp)) {
            let room = self.free.available_permits();
            if room == 0 {
                break;
            }
            let due = take_due(&self.services, isp, self.node, room).await?;
            self.remember(isp, !due.is_empty());
            for due in due {
                let Ok(permit) = self.free.clone().acquire_owned().await else { return Ok(started) };
                let open = lock(&self.links).remove(&due.id()).map(|(link, _)| link).filter(|link| due.fits(link));
                running.spawn(self.clone().look_at_one(due, open, permit, seen.clone()));
                started += 1;
            }
        }
        self.drop_idle();
        Ok(started)
    }

    async fn look_at_one(
        self,
        due: services::routers::Due,
        open: Option<Arc<Link>>,
        _room: OwnedSemaphorePermit,
        seen: mpsc::Sender<(IspId, Looked)>,
    ) {
        let (isp, looked, link) = look_at(&self.services, due, open).await;
        if let Some(link) = link {
            lock(&self.links).insert(looked.id, (link, Instant::now()));
        }
        // Nobody listens any more when this server stops: then another one looks again.
        let _ = seen.send((isp, looked)).await;
    }

    fn is_worth_asking(&self, isp: IspId) -> bool {
        lock(&self.with_routers).contains(&isp) || lock(&self.quiet).get(&isp).is_none_or(|at| at.elapsed() >= FORGOTTEN)
    }

    fn remember(&self, isp: IspId, had_some: bool) {
        if had_some {
            lock(&self.with_routers).insert(isp);
        } else {
            lock(&self.quiet).insert(isp, Instant::now());
        }
    }

    /// Another server looks at it now, or nobody has to.
    fn drop_idle(&self) {
        let idle = EVERY.to_std().unwrap_or_default() * 3;
        lock(&self.links).retain(|_, (link, at)| at.elapsed() < idle && !link.is_over());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes what looks bring, the looks of a quarter of a second together, until nobody sends any more.
pub async fn gather(services: Services, node: Uuid, mut seen: mpsc::Receiver<(IspId, Looked)>) {
    let mut looks = Vec::new();
    while seen.recv_many(&mut looks, AT_A_TIME * 2).await > 0 {
        tokio::time::sleep(GATHERED).await;
        while let Ok(more) = seen.try_recv() {
            looks.push(more);
        }
        let mut by_isp: HashMap<IspId, Vec<Looked>> = HashMap::new();
        for (isp, looked) in looks.drain(..) {
            by_isp.entry(isp).or_default().push(looked);
        }
        for (isp, looked) in by_isp {
            // What cannot be written is looked at again when its lease is over.
            if let Err(error) = write_looks(&services, isp, node, &looked).await {
                tracing::warn!(%error, routers = looked.len(), "what was seen of routers could not be written");
            }
        }
    }
}
