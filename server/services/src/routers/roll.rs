//! Sessions of routers that let people in by themselves: read in the same look as everything else, and taken in as if the
//! router had reported them, so that who is online, past sessions and use are true for those lines as well.

use super::active::Active;
use super::look::clean;
use crate::fair_use::{Moved, count};
use crate::{Result, Services};
use chrono::{DateTime, Utc};
use domain::access::read_mac;
use domain::accounting::Session;
use domain::fair_use::Used;
use domain::people::Caller;
use domain::routers::{Glimpse, OnRouter, Roll};
use domain::zones::Tz;
use domain::{CustomerId, IspId, NasId, RouterId, ServiceId, SessionId};
use integrations::routeros::{Api, Command, RouterError, Row, parse_duration};
use std::collections::{HashMap, HashSet};
use storage::radius::accounting::{self as sql, Details, SessionKey, StoredSession};
use storage::{IspTx, routers};
use uuid::Uuid;

/// Sessions that are written in one transaction.
const AT_ONCE: usize = 500;

/// Octets from a subscriber and to him, by the name of the interface that his session has.
type Counted = HashMap<String, (u64, u64)>;

/// Those whom the router let in by itself, of everybody on it. `interfaces`: of the router, with their counters.
pub(super) async fn own_sessions(api: &Api, active: &Active, interfaces: &[Row]) -> std::result::Result<Vec<OnRouter>, RouterError> {
    let own: Vec<&Row> = active.ppp.iter().filter(|row| !row.flag("radius")).collect();
    let mut times: HashMap<String, usize> = HashMap::new();
    own.iter().for_each(|row| *times.entry(interface_of(row)).or_default() += 1);
    let mut counted: Counted = interfaces
        .iter()
        .filter_map(|row| Some((row.text("name"), (row.number("rx-byte")?, row.number("tx-byte")?))))
        .filter(|(name, _)| times.contains_key(name))
        .collect();
    if counted.len() < times.len() {
        queues(api, &mut counted).await?;
    }
    // The interfaces of two sessions of one name cannot be told apart from here: a gap is better than the wrong figure.
    counted.retain(|name, _| times.get(name) == Some(&1));
    let over_ppp = own.into_iter().filter_map(|row| over_ppp(row, &counted));
    let over_hotspot = active.hotspot.iter().filter(|row| !row.flag("radius")).filter_map(over_hotspot);
    Ok(over_ppp.chain(over_hotspot).collect())
}

fn interface_of(row: &Row) -> String {
    format!("<{}-{}>", row.text("service"), row.text("name"))
}

/// A session with a rate has a queue of the same name, which counts as well.
async fn queues(api: &Api, counted: &mut Counted) -> std::result::Result<(), RouterError> {
    let rows = match api.ask(&Command::new("/queue/simple/print").only(&["name", "bytes"])).await {
        Ok(answer) => answer.rows,
        Err(RouterError::Trap(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    for row in rows {
        let bytes = row.text("bytes");
        let both = bytes.split_once('/').and_then(|(up, down)| Some((up.parse().ok()?, down.parse().ok()?)));
        if let Some(both) = both {
            counted.entry(row.text("name")).or_insert(both);
        }
    }
    Ok(())
}

/// Nothing for a name that no line can have.
fn name(said: String) -> Option<String> {
    Some(said).filter(|name| !name.is_empty() && *name == clean(name))
}

fn seconds(row: &Row) -> Option<u32> {
    row.get("uptime").and_then(|text| parse_duration(&text)).and_then(|time| u32::try_from(time.as_secs()).ok())
}

/// The hotspot counts by itself, from him and to him.
fn over_hotspot(row: &Row) -> Option<OnRouter> {
    Some(OnRouter {
        username: name(row.text("user"))?,
        session: clean(&row.id()),
        mac: read_mac(&row.text("mac-address")),
        ip: row.text("address").parse().ok(),
        seconds: seconds(row),
        input: row.number("bytes-in"),
        output: row.number("bytes-out"),
    })
}

fn over_ppp(row: &Row, counted: &Counted) -> Option<OnRouter> {
    let username = name(row.text("name"))?;
    let session = Some(clean(&row.text("session-id"))).filter(|session| !session.is_empty()).unwrap_or_else(|| clean(&row.id()));
    let octets = counted.get(&interface_of(row));
    Some(OnRouter {
        username,
        session,
        mac: read_mac(&row.text("caller-id")),
        ip: row.text("address").parse().ok(),
        seconds: seconds(row),
        input: octets.map(|(input, _)| *input),
        output: octets.map(|(_, output)| *output),
    })
}

/// Takes in everybody who is on a router by its own secrets: new sessions begin, known ones go on, and who was there and is
/// not any more is gone since he was seen last. Repeated, it counts nothing twice.
pub(super) async fn take_in(services: &Services, isp: IspId, router: RouterId, roll: &Roll) -> Result<()> {
    let caller = Caller::system(isp, "routers");
    let place = NasId(router.0);
    let zone = services.isp(isp).await?.zone;
    for some in ours(services, &caller, place, roll).await?.chunks(AT_ONCE) {
        let mut tx = services.begin(&caller).await?;
        sql::begin(&mut tx).await?;
        hear(&mut tx, roll.at, some, zone, services.now()).await?;
        tx.commit().await?;
    }
    let mut tx = services.begin(&caller).await?;
    sql::begin(&mut tx).await?;
    sql::unseen(&mut tx, place, roll.at).await?;
    Ok(tx.commit().await?)
}

/// Somebody on a line of ours.
type Ours<'a> = (SessionKey, &'a OnRouter, (ServiceId, CustomerId));

/// The device and the beginning of a session that the router has reported.
type Told = (Option<String>, DateTime<Utc>);

/// In the order of their keys, as writers of sessions lock them. Without those that the router reports to RADIUS anyway.
async fn ours<'a>(services: &Services, caller: &Caller, place: NasId, roll: &'a Roll) -> Result<Vec<Ours<'a>>> {
    if roll.on.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = roll.on.iter().map(|one| one.username.clone()).collect();
    let mut tx = services.begin(caller).await?;
    let lines = routers::lines_called(&mut tx, &names).await?;
    let mut told: HashMap<String, Vec<Told>> = HashMap::new();
    if let Some(nas) = roll.nas_id {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for (name, mac, started) in sql::told_of(&mut tx, nas, &names).await? {
            told.entry(name).or_default().push((mac, started));
        }
    }
    tx.commit().await?;
    let is_told = |one: &OnRouter| {
        told.get(&one.username).is_some_and(|open| open.iter().any(|(mac, started)| one.is_told(roll.at, mac.as_deref(), *started)))
    };
    let keyed = roll.on.iter().filter(|one| !is_told(one)).filter_map(|one| {
        let line = lines.get(&one.username.to_lowercase())?;
        let key = SessionKey { nas_id: place, acct_session_id: one.session.clone(), username: one.username.clone() };
        Some((key, one, *line))
    });
    let mut keyed: Vec<Ours<'_>> = keyed.collect();
    keyed.sort_by(|one, next| one.0.cmp(&next.0));
    keyed.dedup_by(|one, next| one.0 == next.0);
    Ok(keyed)
}

/// What one transaction writes.
#[derive(Default)]
struct Heard {
    changed: Vec<StoredSession>,
    /// With the position of its key.
    fresh: Vec<(usize, StoredSession)>,
    counted: Vec<Moved>,
    /// Lines on which a session began, came back or ended.
    seats: HashSet<ServiceId>,
}

async fn hear(tx: &mut IspTx, at: DateTime<Utc>, some: &[Ours<'_>], zone: Tz, now: DateTime<Utc>) -> Result<()> {
    let keys: Vec<&SessionKey> = some.iter().map(|(key, ..)| key).collect();
    let mut known: Vec<Option<StoredSession>> = some.iter().map(|_| None).collect();
    for (position, stored) in sql::lock(tx, &keys).await? {
        if let Some(newest) = known.get_mut(position) {
            // The newest comes first.
            newest.get_or_insert(stored);
        }
    }
    let mut heard = Heard::default();
    for (position, ((_, one, line), known)) in some.iter().zip(known).enumerate() {
        heard.take(position, one, *line, known, at);
    }
    if !heard.changed.is_empty() {
        sql::update(tx, &heard.changed.iter().collect::<Vec<_>>()).await?;
    }
    let fresh: Vec<(&SessionKey, &StoredSession)> =
        heard.fresh.iter().filter_map(|(position, stored)| Some((*keys.get(*position)?, stored))).collect();
    if !fresh.is_empty() {
        sql::insert(tx, &fresh).await?;
        let began: Vec<_> = fresh.iter().filter(|(_, new)| new.details.mac.is_some()).map(|(_, new)| (new.id, *new)).collect();
        sql::device_began_anew(tx, &began).await?;
    }
    count(tx, zone, &heard.counted, now).await?;
    let seats: Vec<ServiceId> = heard.seats.into_iter().collect();
    // Nobody listens on behalf of this: every RADIUS service hears it.
    Ok(sql::tell_seats(tx, Uuid::nil(), &seats).await?)
}

impl Heard {
    fn take(&mut self, position: usize, one: &OnRouter, line: (ServiceId, CustomerId), known: Option<StoredSession>, at: DateTime<Utc>) {
        let report = one.report(at);
        match (one.glimpse(known.as_ref().map(|known| &known.session), at), known) {
            (Glimpse::Late, _) => {}
            (Glimpse::On, Some(mut known)) => {
                let (from, was_over) = (known.session.updated_at, known.session.stopped_at.is_some());
                let added = known.session.hear(&report);
                known.details.ip = one.ip.or(known.details.ip);
                known.details.mac = one.mac.clone().or(known.details.mac);
                // Whose session it is stays, also when the name goes to another line meanwhile.
                let service_id = known.details.service_id.unwrap_or(line.0);
                self.count(service_id, from, &known.session, (added.input, added.output));
                if was_over {
                    self.seats.insert(service_id);
                }
                self.changed.push(known);
            }
            (_, known) => {
                if let Some(mut before) = known.filter(|known| known.session.stopped_at.is_none()) {
                    before.session.replace();
                    self.changed.push(before);
                }
                let (session, added) = Session::begin(&report);
                self.count(line.0, session.started_at, &session, (added.input, added.output));
                self.seats.insert(line.0);
                let (service_id, customer_id) = (Some(line.0), Some(line.1));
                let details = Details { service_id, customer_id, mac: one.mac.clone(), ip: one.ip, ..Details::default() };
                self.fresh.push((position, StoredSession { id: SessionId(Uuid::now_v7()), session, details }));
            }
        }
    }

    fn count(&mut self, service_id: ServiceId, from: DateTime<Utc>, session: &Session, (up, down): (u64, u64)) {
        let to = session.updated_at;
        let seconds = (to - from).num_seconds().max(0).unsigned_abs();
        let used = Used { up, down, seconds };
        if used != Used::default() {
            self.counted.push(Moved { service_id, from, to, used });
        }
    }
}
