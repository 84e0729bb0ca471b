//! One round of looking after an ISP's routers: takes those that are due, looks at each, and writes what came of it. Two
//! servers never look at the same one; a server that dies gives its routers up with its lease.

use super::connect::{Link, link, why};
use super::look::{Asked, look};
use super::roll::take_in;
use crate::{Result, Services};
use chrono::{DateTime, TimeDelta, Utc};
use domain::people::Caller;
use domain::routers::{AuthMode, Look, Roll, RouterEvent, RouterState, RouterStatus, judge};
use domain::{IspId, RouterId};
use integrations::routeros::Limits;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use storage::routers::watch::{Looked, Taken};
use storage::routers::{self, SealedRouter, watch};
use tokio::time::timeout;
use uuid::Uuid;

/// A router is looked at so often (spec MON-01: every minute),
pub const EVERY: TimeDelta = TimeDelta::seconds(60);
/// and so often thoroughly.
const DEEP: TimeDelta = TimeDelta::minutes(5);
/// Longer than a look may take, so that no other server takes it over meanwhile; what a dead server held is free after it.
const LEASE: TimeDelta = TimeDelta::seconds(25);
/// One look, whatever happens.
const LONGEST: Duration = Duration::from_secs(15);
/// Looks at many routers wait less for each than a person does.
const LIMITS: Limits =
    Limits { open: Duration::from_secs(4), silence: Duration::from_secs(5), answer: Duration::from_secs(10), rows: 20_000, in_flight: 4 };

/// A router that is this server's for one look.
pub struct Due {
    pub isp: IspId,
    pub taken: Taken,
    found: SealedRouter,
    before: RouterState,
    /// What it hangs behind is gone, or about to be.
    behind: Option<RouterId>,
}

impl Due {
    pub fn id(&self) -> RouterId {
        self.taken.id
    }

    /// May a connection that was made earlier still be used? Not when the router was changed since.
    pub fn fits(&self, link: &Link) -> bool {
        !link.is_over() && link.router.version == self.found.router.version
    }
}

/// Takes at most so many routers of an ISP that are due.
pub async fn take_due(services: &Services, isp: IspId, node: Uuid, most: usize) -> Result<Vec<Due>> {
    let (now, caller) = (services.now(), Caller::system(isp, "routers"));
    let mut tx = services.begin(&caller).await?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let taken = watch::lease(&mut tx, node, now, now + LEASE, most).await?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<RouterId> = taken.iter().map(|one| one.id).collect();
    let found = routers::sealed(&mut tx, &ids).await?;
    let parents: Vec<RouterId> = found.iter().filter_map(|found| found.router.parent_id).collect();
    let states = watch::states(&mut tx, Some(&[ids, parents].concat())).await?;
    tx.commit().await?;
    let mut found: HashMap<RouterId, SealedRouter> = found.into_iter().map(|found| (found.router.id, found)).collect();
    let gone = |id: &RouterId| states.get(id).is_some_and(|state| state.status == RouterStatus::Offline || state.misses > 0);
    let due = taken.into_iter().filter_map(|taken| {
        let found = found.remove(&taken.id)?;
        let before = states.get(&taken.id).cloned().unwrap_or_default();
        let behind = found.router.parent_id.filter(gone);
        Some(Due { isp, taken, found, before, behind })
    });
    Ok(due.collect())
}

/// Looks at one router, over `open` where there is a connection. Always answers, and in time; with the connection, while it
/// is good.
pub async fn look_at(services: &Services, due: Due, open: Option<Arc<Link>>) -> (IspId, Looked, Option<Arc<Link>>) {
    let deep = due.taken.interfaces_at.is_none_or(|at| services.now() - at >= DEEP);
    let Due { isp, taken, found, before, behind } = due;
    let looking = async {
        let link = match open {
            Some(link) => link,
            None => Arc::new(link(services, found, LIMITS).await?),
        };
        let asked = Asked { deep, own_sessions: link.router.auth_mode != AuthMode::Radius };
        Ok((look(&link, asked, || services.now()).await?, link))
    };
    let (look, interfaces, roll, link) = match timeout(LONGEST, looking).await.unwrap_or(Err(integrations::routeros::RouterError::Silent)) {
        Ok((sight, link)) => {
            let roll = sight.on.map(|(at, on)| Roll { at, nas_id: link.router.nas_id, on });
            (Look::Seen(sight.seen), sight.interfaces, roll, Some(link))
        }
        Err(error) => (Look::Missed(why(&error)), None, None, None),
    };
    let looked = conclude(taken.id, &before, behind, &look, services.now());
    let looked = Looked { interfaces, roll, ..looked };
    (isp, looked, link.filter(|link| !link.is_over()))
}

fn conclude(id: RouterId, before: &RouterState, behind: Option<RouterId>, look: &Look, now: DateTime<Utc>) -> Looked {
    let verdict = judge(before, look, now);
    let event = verdict.turned.then(|| RouterEvent {
        at: now,
        status: verdict.state.status,
        why: verdict.state.why,
        behind: behind.filter(|_| verdict.state.status == RouterStatus::Offline),
    });
    Looked { id, state: verdict.state, event, interfaces: None, roll: None, answered: matches!(look, Look::Seen(_)) }
}

/// Writes what looks at routers of an ISP brought.
pub async fn write_looks(services: &Services, isp: IspId, node: Uuid, looked: &[Looked]) -> Result<()> {
    let now = services.now();
    let mut tx = services.begin(&Caller::system(isp, "routers")).await?;
    let ours = watch::write(&mut tx, node, looked, now, now + EVERY).await?;
    tx.commit().await?;
    for (id, roll) in looked.iter().filter(|one| ours.contains(&one.id)).filter_map(|one| Some((one.id, one.roll.as_ref()?))) {
        // One router's sessions hold up nobody's; the next look brings them again.
        if let Err(error) = take_in(services, isp, id, roll).await {
            tracing::warn!(%error, router = %id, "the sessions of a router could not be taken in");
        }
    }
    Ok(())
}
