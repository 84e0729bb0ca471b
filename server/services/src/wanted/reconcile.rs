//! Works out what lines want of their routers, for those that changed, whose instant came, or all of them, and writes it
//! down as intents. It speaks to no router.

use crate::{Result, Services, require};
use chrono::{DateTime, Utc};
use domain::access::{Line, Moment, Rules};
use domain::people::Caller;
use domain::rights::Permission;
use domain::wanted::{LineFacts, LineKind, Object, objects, turns_at};
use domain::{IspId, RouterId, ServiceId};
use std::collections::HashMap;
use std::collections::btree_map::{BTreeMap, Entry};
use storage::IspTx;
use storage::isps::Isp;
use storage::radius::directory::{self, DirectoryLine, Held};
use storage::radius::rules;
use storage::wanted::lines::{self, Place};
use storage::wanted::wants::{self, NewWant};

/// Lines that are looked at in one transaction.
const AT_ONCE: i64 = 1_000;

/// Is there a line of this ISP to be looked at? Asked every few seconds.
pub async fn something_turned(services: &Services, isp: IspId) -> Result<bool> {
    let mut tx = services.begin(&Caller::system(isp, "network.want")).await?;
    Ok(lines::any(&mut tx, services.now()).await?)
}

/// Looks at the lines that changed or whose instant came. Answers with how many intents are news.
pub async fn heed(services: &Services, isp: IspId) -> Result<u64> {
    let isp = services.isp(isp).await?;
    let caller = Caller::system(isp.id, "network.want");
    let mut news = 0;
    loop {
        let now = services.now();
        let mut tx = services.begin(&caller).await?;
        lines::lock(&mut tx).await?;
        let ids = lines::take(&mut tx, now, AT_ONCE).await?;
        if ids.is_empty() {
            return Ok(news);
        }
        news += work_out(&mut tx, &isp, &ids, now).await?;
        tx.commit().await?;
    }
}

/// Looks at every line, in case that a change was missed, and takes back what lines shared and none needs any more.
/// Answers with how many intents are news.
pub async fn reconcile_all(services: &Services, caller: &Caller) -> Result<u64> {
    require(caller, Permission::JobsManage)?;
    let isp = services.isp(caller.isp_id).await?;
    let (mut news, mut after) = (0, None);
    loop {
        let now = services.now();
        let mut tx = services.begin(caller).await?;
        lines::lock(&mut tx).await?;
        let ids = lines::some(&mut tx, after, AT_ONCE).await?;
        let Some(last) = ids.last().copied() else {
            news += wants::retract_unused(&mut tx, now).await?;
            wants::forget(&mut tx, now - chrono::TimeDelta::days(7)).await?;
            tx.commit().await?;
            return Ok(news);
        };
        news += work_out(&mut tx, &isp, &ids, now).await?;
        tx.commit().await?;
        after = Some(last);
    }
}

/// What these lines want from now on.
async fn work_out(tx: &mut IspTx, isp: &Isp, ids: &[ServiceId], now: DateTime<Utc>) -> Result<u64> {
    let at = Moment { now, clock: now.with_timezone(&isp.zone).time() };
    let mut rules: HashMap<ServiceId, Rules> = rules::of(tx, ids).await?.into_iter().collect();
    let places: HashMap<ServiceId, Place> = lines::places(tx, ids).await?.into_iter().map(|place| (place.service, place)).collect();
    let (mut own, mut shared, mut turns) = (Vec::new(), BTreeMap::new(), Vec::new());
    for found in directory::lines_of(tx, ids, now).await? {
        let service = found.line.service_id;
        let Some(place) = places.get(&service).filter(|place| place.mode.keeps_lines()) else { continue };
        let held_until = match found.held {
            Held::Until(until) => Some(until),
            Held::No | Held::Open => None,
        };
        turns.extend(turns_at(&found.line, &isp.policy, held_until, at).map(|turn| (service, turn)));
        let rules = rules.remove(&service).unwrap_or_default();
        let secret = found.secret_sealed.clone();
        for object in needs(found, &rules, place, isp, at) {
            match object.shared {
                true => put_shared(&mut shared, place.router, object),
                false => own.push(want(place.router, object, Some((service, &secret)))),
            }
        }
    }
    let gone = wants::retract(tx, ids, &own, now).await?;
    own.extend(shared.into_values());
    let news = wants::put(tx, &one_each(own), now).await?;
    lines::turn(tx, ids, &turns).await?;
    Ok(gone + news)
}

fn needs(found: DirectoryLine, rules: &Rules, place: &Place, isp: &Isp, at: Moment) -> Vec<Object> {
    let Some(kind) = LineKind::from_slug(&place.kind) else { return Vec::new() };
    let line = Line { blocked: found.held.holds(at.now), ..found.line };
    objects(&LineFacts {
        kind,
        username: &found.username,
        line: &line,
        rules,
        policy: &isp.policy,
        at,
        mode: place.mode,
        mapped: &place.mapped,
    })
}

fn want(router: RouterId, object: Object, line: Option<(ServiceId, &Vec<u8>)>) -> NewWant {
    NewWant {
        router,
        kind: object.kind,
        name: object.name,
        wish: Some(object.wish),
        secret_sealed: line.filter(|_| object.secret).map(|(_, secret)| secret.clone()),
        service: line.map(|(service, _)| service),
    }
}

fn put_shared(shared: &mut BTreeMap<(RouterId, domain::wanted::Kind, String), NewWant>, router: RouterId, object: Object) {
    if let Entry::Vacant(place) = shared.entry((router, object.kind, object.name.clone())) {
        place.insert(want(router, object, None));
    }
}

/// Two lines may claim one object (an address twice on one list): it is written once, for the last of them.
fn one_each(wants: Vec<NewWant>) -> Vec<NewWant> {
    let by_key: BTreeMap<_, _> = wants.into_iter().map(|want| ((want.router, want.kind, want.name.clone()), want)).collect();
    by_key.into_values().collect()
}
