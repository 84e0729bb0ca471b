//! What people should see on a screen: access servers that spoke, that spoke wrongly, and strangers. Counted in memory
//! and written once a second, so that a flood costs a count and not a query.

use crate::counters::Counters;
use crate::directory::{Client, Directory};
use crate::load::caller;
use chrono::{DateTime, Utc};
use domain::people::PlatformCaller;
use domain::radius::AlertKind;
use domain::{IspId, NasId};
use services::Services;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::radius::nodes::{self, NodeRow};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// Strangers that are told apart within a second; a flood from more is counted for none of them.
const MOST_STRANGERS: usize = 4_096;

#[derive(Default)]
pub(crate) struct Notices {
    strangers: Mutex<HashMap<IpAddr, u64>>,
    wrong: Mutex<HashMap<(IspId, NasId, AlertKind), u64>>,
}

impl Notices {
    pub fn stranger(&self, address: IpAddr) {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        let room = strangers.len() < MOST_STRANGERS;
        match strangers.get_mut(&address) {
            Some(packets) => *packets += 1,
            None if room => drop(strangers.insert(address, 1)),
            None => {}
        }
    }

    pub fn wrong(&self, clients: &[Arc<Client>], kind: AlertKind) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        for client in clients {
            *wrong.entry((client.book.isp_id, client.nas_id, kind)).or_default() += 1;
        }
    }
}

/// Writes every second until `stop`, and once more then.
pub(crate) async fn run(services: Services, directory: Arc<Directory>, notices: Arc<Notices>, node: Node, mut stop: watch::Receiver<bool>) {
    let mut every = interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = 0u32;
    loop {
        let last = tokio::select! {
            _ = every.tick() => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        round = round.wrapping_add(1);
        if last || round.is_multiple_of(5) {
            node.say(&services, &directory).await;
        }
        if let Err(error) = write(&services, &directory, &notices, last || round.is_multiple_of(5)).await {
            tracing::debug!(%error, "RADIUS alerts could not be written");
        }
        if last {
            return;
        }
    }
}

/// This server, as the platform's people see it.
pub(crate) struct Node {
    pub id: Uuid,
    pub started_at: DateTime<Utc>,
    pub counters: Arc<Counters>,
}

impl Node {
    async fn say(&self, services: &Services, directory: &Directory) {
        let said = async {
            let row = NodeRow {
                node: self.id,
                started_at: self.started_at,
                at: services.now(),
                subscribers: i64::try_from(directory.subscribers()).unwrap_or(i64::MAX),
                figures: serde_json::to_value(self.counters.figures()).unwrap_or_default(),
            };
            let mut tx = services.db.platform(&PlatformCaller::system("radius")).await?;
            nodes::say(&mut tx, &row).await?;
            tx.commit().await
        };
        if let Err(error) = said.await {
            tracing::debug!(%error, "what this server did could not be written");
        }
    }
}

/// What cannot be written now is kept for the next time.
async fn write(services: &Services, directory: &Directory, notices: &Notices, heard: bool) -> storage::Result<()> {
    let strangers = std::mem::take(&mut *notices.strangers.lock().unwrap_or_else(PoisonError::into_inner));
    if !strangers.is_empty()
        && let Err(error) = write_strangers(services, &strangers).await
    {
        notices.strangers.lock().unwrap_or_else(PoisonError::into_inner).extend(strangers);
        return Err(error);
    }
    let wrong = std::mem::take(&mut *notices.wrong.lock().unwrap_or_else(PoisonError::into_inner));
    let mut by_isp: HashMap<IspId, Vec<(NasId, AlertKind, u64)>> = HashMap::new();
    for ((isp, nas, kind), packets) in wrong {
        by_isp.entry(isp).or_default().push((nas, kind, packets));
    }
    for (isp, counts) in by_isp {
        if let Err(error) = write_wrong(services, isp, &counts).await {
            let mut wrong = notices.wrong.lock().unwrap_or_else(PoisonError::into_inner);
            for (nas, kind, packets) in counts {
                *wrong.entry((isp, nas, kind)).or_default() += packets;
            }
            tracing::debug!(%error, "RADIUS alerts of an ISP could not be written");
        }
    }
    if heard { write_heard(services, directory).await } else { Ok(()) }
}

async fn write_strangers(services: &Services, strangers: &HashMap<IpAddr, u64>) -> storage::Result<()> {
    let counts: Vec<(IpAddr, u64)> = strangers.iter().map(|(address, packets)| (*address, *packets)).collect();
    let mut tx = services.db.platform(&PlatformCaller::system("radius")).await?;
    storage::radius::alerts::unknown(&mut tx, services.now(), &counts).await?;
    tx.commit().await
}

async fn write_wrong(services: &Services, isp: IspId, counts: &[(NasId, AlertKind, u64)]) -> storage::Result<()> {
    let mut tx = services.db.isp(&caller(isp)).await?;
    storage::radius::alerts::wrong(&mut tx, services.now(), counts).await?;
    tx.commit().await
}

async fn write_heard(services: &Services, directory: &Directory) -> storage::Result<()> {
    let mut by_isp: HashMap<IspId, Vec<_>> = HashMap::new();
    for client in directory.all_clients() {
        if let Some(at) = client.take_heard() {
            by_isp.entry(client.book.isp_id).or_default().push((client.nas_id, at));
        }
    }
    for (isp, seen) in by_isp {
        let mut tx = services.db.isp(&caller(isp)).await?;
        storage::radius::alerts::seen(&mut tx, &seen).await?;
        tx.commit().await?;
    }
    Ok(())
}
