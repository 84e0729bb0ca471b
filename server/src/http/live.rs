//! Pages that are told when to look again: one stream of server-sent events a page, fed by what the database tells about
//! sessions that began or ended. It says only that something changed; the page then asks as it always does, with all
//! rights checked anew, so nothing of anybody ever travels on a stream.

use super::Web;
use super::address::ClientAddress;
use super::downloads::{caller, refusal};
use super::visit::cookie;
use app::{Request as Visitor, SESSION_COOKIE};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{IspId, RouterId};
use futures_util::stream::unfold;
use services::people::{Who, recognise_quietly};
use services::routers::{comings, find_router};
use services::{Services, require};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use storage::radius::accounting::read_seats;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// More pages than these look by themselves.
const MOST_VIEWERS: u32 = 2_000;
/// Changes come in bursts; what comes within this is told as one.
const GATHER: Duration = Duration::from_millis(150);
/// A page is told once in this time at most, and the more rarely the more of them look: they all ask anew then.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_EACH: Duration = Duration::from_millis(10);
/// Whether somebody is still signed in, and still may look, is asked this often.
const STILL_HERE: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_secs(1);
const RETRY_ROUTER: Duration = Duration::from_secs(3);
/// A connection over which nothing goes is taken for dead by what stands between.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Everybody who is told something by this process.
#[derive(Clone, Default)]
pub struct Live {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Counts what changed at each ISP that somebody looks at.
    isps: Mutex<HashMap<IspId, watch::Sender<u64>>>,
    /// The same for sessions on routers that somebody looks at.
    routers: Mutex<HashMap<(IspId, RouterId), watch::Sender<u64>>>,
    viewers: AtomicU32,
    listening: AtomicBool,
    closed: watch::Sender<bool>,
}

impl Live {
    /// Ends all streams; who asks anew is refused.
    pub fn close(&self) {
        self.inner.closed.send_replace(true);
    }

    /// Pages that are told at present.
    pub fn viewers(&self) -> u32 {
        self.inner.viewers.load(Ordering::Relaxed)
    }

    /// `None`: there are too many, or the server is about to stop.
    fn place(&self, changes: watch::Receiver<u64>) -> Option<Place> {
        let inner = &self.inner;
        if *inner.closed.borrow() {
            return None;
        }
        let place = Place { inner: inner.clone(), changes, closed: inner.closed.subscribe() };
        (inner.viewers.fetch_add(1, Ordering::Relaxed) < MOST_VIEWERS).then_some(place)
    }

    fn watch(&self, services: &Services, isp: IspId) -> Option<Place> {
        let inner = &self.inner;
        let place = self.place(inner.changes(isp))?;
        if !inner.listening.swap(true, Ordering::Relaxed) {
            tokio::spawn(listen(services.clone(), inner.clone()));
        }
        Some(place)
    }

    /// One connection to a router, however many look at it.
    fn watch_router(&self, services: &Services, isp: IspId, router: RouterId) -> Option<Place> {
        let (inner, key) = (&self.inner, (isp, router));
        let mut routers = inner.routers.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = match routers.get(&key) {
            Some(known) => known.subscribe(),
            None => {
                let (tell, changes) = watch::channel(0);
                routers.insert(key, tell.clone());
                tokio::spawn(follow(services.clone(), inner.clone(), key, tell));
                changes
            }
        };
        drop(routers);
        self.place(changes)
    }
}

/// Listens to a router as long as somebody looks at it. While it does not answer nothing is told, and everything when it is
/// back.
async fn follow(services: Services, inner: Arc<Inner>, (isp, router): (IspId, RouterId), tell: watch::Sender<u64>) {
    let caller = Caller::system(isp, "live");
    let mut closed = inner.closed.subscribe();
    let listen = async {
        loop {
            match comings(&services, &caller, router).await {
                Ok(mut comings) => {
                    tell.send_modify(|count| *count += 1);
                    while comings.next().await {
                        tell.send_modify(|count| *count += 1);
                    }
                }
                Err(error) => tracing::debug!(%error, %router, "a router does not tell open pages about its sessions"),
            }
            sleep(RETRY_ROUTER).await;
        }
    };
    tokio::pin!(listen);
    loop {
        tokio::select! {
            () = &mut listen => {}
            _ = closed.wait_for(|closed| *closed) => return,
            () = tell.closed() => {
                // Whoever comes in this moment finds it here or makes it anew, and never one that nobody feeds.
                let mut routers = inner.routers.lock().unwrap_or_else(PoisonError::into_inner);
                if tell.receiver_count() == 0 {
                    routers.remove(&(isp, router));
                    return;
                }
            }
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, HashMap<IspId, watch::Sender<u64>>> {
        self.isps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changes(&self, isp: IspId) -> watch::Receiver<u64> {
        self.lock().entry(isp).or_default().subscribe()
    }

    fn changed(&self, isp: IspId) {
        if let Some(changes) = self.lock().get(&isp) {
            changes.send_modify(|count| *count += 1);
        }
    }

    fn all_changed(&self) {
        for changes in self.lock().values() {
            changes.send_modify(|count| *count += 1);
        }
    }
}

/// Hears what the database tells until the server stops. While it is away nothing is told, and everything when it is back.
async fn listen(services: Services, inner: Arc<Inner>) {
    let mut closed = inner.closed.subscribe();
    let hear = async {
        loop {
            match services.db.listen(&["seat"]).await {
                Ok(mut listener) => {
                    inner.all_changed();
                    loop {
                        match listener.next().await {
                            Ok(Some((_, payload))) => {
                                if let Some((isp, ..)) = read_seats(&payload) {
                                    inner.changed(isp);
                                }
                            }
                            Ok(None) => inner.all_changed(),
                            Err(error) => {
                                tracing::warn!(%error, "the database does not tell open pages about changes");
                                break;
                            }
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "the database is away"),
            }
            sleep(RETRY).await;
        }
    };
    tokio::select! {
        () = hear => {}
        _ = closed.wait_for(|closed| *closed) => {}
    }
}

/// One who looks; leaves when dropped.
struct Place {
    inner: Arc<Inner>,
    changes: watch::Receiver<u64>,
    closed: watch::Receiver<bool>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.viewers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Who looks, and when he is told and asked for next.
struct Viewer {
    place: Place,
    services: Services,
    token: String,
    isp: IspId,
    address: Option<IpAddr>,
    tell_from: Instant,
    ask_at: Instant,
}

impl Viewer {
    /// Waits for something to tell. `false`: the stream is over.
    async fn told(&mut self) -> bool {
        let mut due: Option<Instant> = None;
        loop {
            let wake = due.map_or(self.ask_at, |due| due.min(self.ask_at));
            let changed = tokio::select! {
                _ = self.place.closed.wait_for(|closed| *closed) => return false,
                // Whoever could end this wait by going away lives as long as this does.
                _ = self.place.changes.changed(), if due.is_none() => true,
                () = sleep_until(wake) => false,
            };
            let now = Instant::now();
            if changed {
                due = Some(self.tell_from.max(now + GATHER));
            }
            if now >= self.ask_at {
                if !self.still_here().await {
                    return false;
                }
                self.ask_at = now + STILL_HERE;
            }
            if due.is_some_and(|due| due <= now) {
                self.place.changes.mark_unchanged();
                self.tell_from = now + PAUSE + PAUSE_EACH * self.place.inner.viewers.load(Ordering::Relaxed);
                return true;
            }
        }
    }

    /// Signed in, and may look? While the database is away nobody is sent home.
    async fn still_here(&self) -> bool {
        match timeout(STILL_HERE, recognise_quietly(&self.services, &self.token, Some(self.isp), self.address)).await {
            Ok(Ok(Some(Who::Isp { caller, .. }))) => require(&caller, Permission::SessionsView).is_ok(),
            Ok(Ok(_)) => false,
            Ok(Err(_)) | Err(_) => true,
        }
    }
}

/// `/radius/online/events`: that somebody came online or left.
pub async fn online(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
) -> Response {
    stream(&web, &visitor, address, &headers, None).await
}

/// `/routers/{id}/events`: that somebody came onto this router or left it.
pub async fn router(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    Path(id): Path<RouterId>,
    headers: HeaderMap,
) -> Response {
    stream(&web, &visitor, address, &headers, Some(id)).await
}

async fn stream(web: &Web, visitor: &Visitor, address: Option<IpAddr>, headers: &HeaderMap, router: Option<RouterId>) -> Response {
    let (Some(caller), Some(token)) = (caller(visitor), cookie(headers, SESSION_COOKIE)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    if let Err(error) = require(caller, Permission::SessionsView) {
        return refusal(error);
    }
    let isp = caller.isp_id;
    let place = match router {
        None => web.live.watch(&web.services, isp),
        // Asks for the right to see routers, and whether there is such a one.
        Some(id) => match find_router(&web.services, caller, id).await {
            Ok(_) => web.live.watch_router(&web.services, isp, id),
            Err(error) => return refusal(error),
        },
    };
    let Some(place) = place else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let now = Instant::now();
    let viewer = Viewer { place, services: web.services.clone(), token, isp, address, tell_from: now, ask_at: now + STILL_HERE };
    let events = unfold(viewer, async |mut viewer| {
        let event = Event::default().event("changed").data("sessions");
        viewer.told().await.then_some((Ok::<_, Infallible>(event), viewer))
    });
    // What stands between keeps nothing back.
    let headers = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    (headers, Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))).into_response()
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
