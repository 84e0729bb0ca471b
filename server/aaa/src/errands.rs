//! What a decision leaves to be done: a device to be bound, a line to be looked at again, a session too many. Done
//! behind the back of those who answer; when it falls behind, what it loses is found again by the minute's check.

use crate::directory::Directory;
use crate::load;
use domain::{IspId, ServiceId};
use services::Services;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use storage::radius::{accounting, orders, rules};
use tokio::sync::mpsc;
use tokio::time::sleep;
use uuid::Uuid;

const WAITING: usize = 16_384;
const GATHER: Duration = Duration::from_millis(20);

pub(crate) enum Errand {
    /// Bind a device to a line.
    Learn { isp: IspId, service: ServiceId, mac: String, instead_of: Option<String>, most: u16 },
    /// Read anew who is online on a line.
    LookAgain { isp: IspId, service: ServiceId },
    /// More are online than may be.
    TooMany { isp: IspId, service: ServiceId },
    /// Tell the other servers that a session began or ended on a line. Not in the transaction that stored it: PostgreSQL
    /// lets transactions that tell something commit one after the other only.
    TellSeats { isp: IspId, service: ServiceId },
}

#[derive(Clone)]
pub(crate) struct Errands {
    send: mpsc::Sender<Errand>,
}

impl Errands {
    pub fn new() -> (Self, mpsc::Receiver<Errand>) {
        let (send, receive) = mpsc::channel(WAITING);
        (Self { send }, receive)
    }

    pub fn run(&self, errand: Errand) {
        if self.send.try_send(errand).is_err() {
            tracing::debug!("RADIUS errands are behind");
        }
    }
}

#[derive(Default)]
struct Gathered {
    learn: Vec<(ServiceId, String, Option<String>, u16)>,
    look: HashSet<ServiceId>,
    too_many: HashSet<ServiceId>,
    tell: HashSet<ServiceId>,
}

/// Does errands until every `Errands` is gone.
/// `node`: this server, whose own news it need not hear.
pub(crate) async fn run(services: Services, directory: Arc<Directory>, node: Uuid, mut receive: mpsc::Receiver<Errand>) {
    let mut waiting = Vec::new();
    while receive.recv_many(&mut waiting, WAITING).await > 0 {
        sleep(GATHER).await;
        while let Ok(more) = receive.try_recv() {
            waiting.push(more);
        }
        let mut by_isp: HashMap<IspId, Gathered> = HashMap::new();
        for errand in waiting.drain(..) {
            match errand {
                Errand::Learn { isp, service, mac, instead_of, most } => {
                    by_isp.entry(isp).or_default().learn.push((service, mac, instead_of, most));
                }
                Errand::LookAgain { isp, service } => drop(by_isp.entry(isp).or_default().look.insert(service)),
                Errand::TooMany { isp, service } => drop(by_isp.entry(isp).or_default().too_many.insert(service)),
                Errand::TellSeats { isp, service } => drop(by_isp.entry(isp).or_default().tell.insert(service)),
            }
        }
        for (isp, errands) in by_isp {
            if let Err(error) = errands.run(&services, &directory, node, isp).await {
                tracing::warn!(%error, "RADIUS could not do what a decision left to be done");
            }
        }
    }
}

impl Gathered {
    async fn run(self, services: &Services, directory: &Directory, node: Uuid, isp: IspId) -> storage::Result<()> {
        let Some(book) = directory.book(isp) else { return Ok(()) };
        for (service, mac, instead_of, most) in self.learn {
            let mut tx = services.db.isp(&load::caller(isp)).await?;
            let bound = rules::learn(&mut tx, service, &mac, instead_of.as_deref(), most, services.now()).await?;
            tx.commit().await?;
            if !bound {
                // Another server was first: what it bound holds.
                load::some(services, &book, &[service]).await?;
            }
        }
        if !self.tell.is_empty() {
            let tell: Vec<ServiceId> = self.tell.into_iter().collect();
            let mut tx = services.db.isp(&load::caller(isp)).await?;
            accounting::tell_seats(&mut tx, node, &tell).await?;
            tx.commit().await?;
        }
        if !self.too_many.is_empty() {
            let surplus: Vec<ServiceId> = self.too_many.into_iter().collect();
            let mut tx = services.db.isp(&load::caller(isp)).await?;
            orders::nudge(&mut tx, &surplus, "duplicate").await?;
            tx.commit().await?;
        }
        if !self.look.is_empty() {
            let look: Vec<ServiceId> = self.look.into_iter().collect();
            load::seats(services, &book, &look).await?;
        }
        Ok(())
    }
}
