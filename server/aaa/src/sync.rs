//! Keeps the directory right: hears what changed, reads that anew, and reads everything now and then and whenever
//! something may have been missed. While the database is away it keeps trying, and what is known stays in use.

use crate::directory::Directory;
use crate::load;
use domain::{IspId, ServiceId};
use services::Services;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use storage::radius::accounting::read_seats;
use storage::radius::directory::read_notice;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

const FULL_CHECK: Duration = Duration::from_secs(30 * 60);
const RETRY: Duration = Duration::from_secs(1);
/// Statements come in bursts; what arrives within this is read together.
const GATHER: Duration = Duration::from_millis(20);
/// More single changes than this are one change of the whole.
const MANY: usize = 5_000;
/// A large ISP that changes all the time (a billing run) is not read all the time.
const LONGEST_REST: Duration = Duration::from_secs(5);

enum Heard {
    Everything,
    Changed(IspId, Option<ServiceId>),
    /// Sessions began or ended on these lines, as another server of ours heard.
    Seats(IspId, Vec<ServiceId>),
}

/// Whom what the database tells is passed on to, besides the directory.
pub(crate) struct Others {
    /// This server, whose own news it need not hear.
    pub node: Uuid,
    /// ISPs with something to be told to access servers.
    pub changes: mpsc::Sender<IspId>,
}

/// Runs until `stop`; `ready` turns true when everything was read once.
pub(crate) async fn run(
    services: Services,
    directory: Arc<Directory>,
    others: Others,
    ready: watch::Sender<bool>,
    mut stop: watch::Receiver<bool>,
) {
    let (tell, hear) = mpsc::channel(10_000);
    let listener = tokio::spawn(listen(services.clone(), others, tell));
    tokio::select! {
        () = follow(services, directory, ready, hear) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
    listener.abort();
}

/// Passes on what the database tells, for as long as somebody hears it.
async fn listen(services: Services, others: Others, tell: mpsc::Sender<Heard>) {
    loop {
        match services.db.listen(&["subscriber", "access", "seat"]).await {
            Ok(mut listener) => {
                // What was said before is read, what is said from now on is heard.
                if tell.send(Heard::Everything).await.is_err() {
                    return;
                }
                loop {
                    let heard = match listener.next().await {
                        Ok(Some((channel, payload))) => others.read(&channel, &payload),
                        Ok(None) => Some(Heard::Everything),
                        Err(error) => {
                            tracing::warn!(%error, "the database does not tell RADIUS about changes");
                            break;
                        }
                    };
                    if let Some(heard) = heard
                        && tell.send(heard).await.is_err()
                    {
                        return;
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "the database is away"),
        }
        sleep(RETRY).await;
    }
}

impl Others {
    fn read(&self, channel: &str, payload: &str) -> Option<Heard> {
        match channel {
            "access" => {
                // When it is behind it looks at every ISP anyway.
                let _ = self.changes.try_send(payload.parse().ok()?);
                None
            }
            "seat" => {
                let (isp, node, services) = read_seats(payload)?;
                (node != self.node).then_some(Heard::Seats(isp, services))
            }
            _ => read_notice(payload).map(|(isp, service)| Heard::Changed(isp, service)),
        }
    }
}

#[derive(Default)]
struct Pending {
    everything: bool,
    seats: HashMap<IspId, HashSet<ServiceId>>,
    isps: HashMap<IspId, Changed>,
}

#[derive(Default)]
struct Changed {
    whole: bool,
    services: HashSet<ServiceId>,
}

impl Pending {
    fn add(&mut self, heard: Heard) {
        match heard {
            Heard::Everything => self.everything = true,
            Heard::Seats(isp, services) => self.seats.entry(isp).or_default().extend(services),
            Heard::Changed(isp, None) => self.isps.entry(isp).or_default().whole = true,
            Heard::Changed(isp, Some(service)) => {
                let changed = self.isps.entry(isp).or_default();
                changed.services.insert(service);
                changed.whole |= changed.services.len() > MANY;
            }
        }
    }
}

async fn follow(services: Services, directory: Arc<Directory>, ready: watch::Sender<bool>, mut hear: mpsc::Receiver<Heard>) {
    let mut pending = Pending::default();
    let mut rests: HashMap<IspId, Instant> = HashMap::new();
    let mut full_check = Instant::now() + FULL_CHECK;
    let mut wake = full_check;
    loop {
        tokio::select! {
            heard = hear.recv() => match heard {
                Some(heard) => pending.add(heard),
                None => return,
            },
            () = sleep_until(wake.min(full_check)) => {}
        }
        if full_check <= Instant::now() {
            pending.everything = true;
        }
        sleep(GATHER).await;
        while let Ok(heard) = hear.try_recv() {
            pending.add(heard);
        }
        match apply(&services, &directory, &mut pending, &mut rests).await {
            Ok(everything) => {
                directory.sees();
                if everything {
                    full_check = Instant::now() + FULL_CHECK;
                    if !ready.send_replace(true) {
                        tracing::info!(subscribers = directory.subscribers(), "RADIUS knows every subscriber");
                    }
                }
                wake = pending.isps.keys().filter_map(|isp| rests.get(isp)).min().copied().unwrap_or(full_check);
            }
            Err(error) => {
                if error.is_away() {
                    directory.lost_sight(services.now());
                }
                tracing::warn!(%error, "RADIUS cannot read what changed and goes on with what it knows");
                wake = Instant::now() + RETRY;
            }
        }
    }
}

/// Reads what is pending and takes it off the list; what rests stays on it. Was everything read?
async fn apply(
    services: &Services,
    directory: &Directory,
    pending: &mut Pending,
    rests: &mut HashMap<IspId, Instant>,
) -> storage::Result<bool> {
    if pending.everything {
        load::everything(services, directory).await?;
        *pending = Pending::default();
        return Ok(true);
    }
    for (isp, lines) in std::mem::take(&mut pending.seats) {
        let lines: Vec<ServiceId> = lines.into_iter().collect();
        if let Some(book) = directory.book(isp)
            && let Err(error) = load::seats(services, &book, &lines).await
        {
            pending.seats.entry(isp).or_default().extend(lines);
            return Err(error);
        }
    }
    let now = Instant::now();
    rests.retain(|_, until| *until > now);
    for isp in pending.isps.keys().copied().collect::<Vec<_>>() {
        let Some(changed) = pending.isps.get(&isp) else { continue };
        match directory.book(isp) {
            Some(book) if !changed.whole => {
                let ids: Vec<ServiceId> = changed.services.iter().copied().collect();
                load::some(services, &book, &ids).await?;
            }
            _ if rests.contains_key(&isp) => continue,
            _ => {
                load::one(services, directory, isp).await?;
                rests.insert(isp, Instant::now() + (now.elapsed() * 4).min(LONGEST_REST));
            }
        }
        pending.isps.remove(&isp);
    }
    Ok(false)
}
