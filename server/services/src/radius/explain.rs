//! Why somebody cannot connect: what RADIUS would decide for a line in this moment, question by question, with what
//! happened last. And the same for a name and a password that somebody types. Nothing is sent and nothing is changed.

use super::orders::{WholeLine, read_lines};
use crate::{Error, Result, Services, require};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Attempted, Gift, Moment, Place, Rules, Trace, gifts, read_mac, trace};
use domain::people::Caller;
use domain::radius::{AttemptFilter, AttemptRow, OrderFilter, OrderRow, SessionRow};
use domain::rights::Permission;
use domain::{CustomerId, NasId, Problem, ServiceId};
use storage::IspTx;
use storage::isps::Isp;
use storage::radius::nas::SealedNas;
use storage::radius::{attempts, nas, orders, rules, sessions, trace as facts};

const ATTEMPTS: i64 = 20;
const ORDERS: i64 = 5;
/// A router that was not heard for so long does not reach us.
const SILENT: TimeDelta = TimeDelta::minutes(15);

/// One line and everything about its way in.
pub struct Explained {
    pub service: ServiceId,
    pub username: String,
    pub trace: Trace,
    pub gifts: Vec<Gift>,
    pub online: Option<SessionRow>,
    pub attempts: Vec<AttemptRow>,
    pub orders: Vec<OrderRow>,
    /// The router of its last attempt or session, and whether we hear it.
    pub router: Option<(String, bool)>,
}

/// All lines of a customer.
pub async fn explain_customer(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<Explained>> {
    require(caller, Permission::SessionsView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let lines = facts::lines_of(&mut tx, customer).await?;
    let mut explained = Vec::with_capacity(lines.len());
    for (service, username) in lines {
        explained.push(explain(&mut tx, &isp, service, username, services.now()).await?);
    }
    Ok(explained)
}

async fn explain(tx: &mut IspTx, isp: &Isp, service: ServiceId, username: String, now: DateTime<Utc>) -> Result<Explained> {
    let filter = AttemptFilter { search: username.clone(), ..AttemptFilter::default() };
    let attempts = attempts::search(tx, &filter, ATTEMPTS).await?;
    let station = facts::last_device(tx, service).await?;
    let past = domain::radius::HistoryFilter { search: username.clone(), ..Default::default() };
    let last = sessions::history(tx, &past, 1).await?.pop();
    let orders = match &last {
        Some(SessionRow { customer_id: Some(customer), .. }) => {
            let filter = OrderFilter { customer: Some(*customer), ..OrderFilter::default() };
            orders::recent(tx, &filter, ORDERS).await?.into_iter().filter(|order| order.username.eq_ignore_ascii_case(&username)).collect()
        }
        _ => Vec::new(),
    };
    let router = attempts.first().map(|attempt| attempt.nas.clone()).or_else(|| last.as_ref().map(|session| session.nas.clone()));
    let (mut asked, mut heard) = (None, None);
    if let Some(name) = &router
        && let Some(found) = nas::list(tx, now).await?.into_iter().find(|nas| nas.name == *name)
    {
        (asked, heard) = (nas::sealed(tx, found.id).await?, found.last_seen);
    }
    let router = router.map(|name| (name, heard.is_some_and(|at| now - at < SILENT)));
    let known = Known { service: Some(service), username: &username, by_device: None, station: station.as_deref() };
    let (trace, gifts) = known.trace(tx, isp, now, place(asked.as_ref(), None)).await?;
    let online = last.filter(|session| session.stopped_at.is_none());
    Ok(Explained { service, username, trace, gifts, online, attempts, orders, router })
}

/// Goes through an attempt of a name and perhaps a device step by step, as one access server would make it, or any.
pub async fn try_login(
    services: &Services,
    caller: &Caller,
    username: &str,
    mac: &str,
    asked: Option<NasId>,
) -> Result<(Trace, Vec<Gift>)> {
    require(caller, Permission::NetworkEdit)?;
    let mac = Some(mac.trim()).filter(|mac| !mac.is_empty());
    let station = mac.and_then(read_mac);
    if let (Some(mac), None) = (mac, &station) {
        return Err(Error::Invalid(vec![Problem::new("mac", "problem-mac").with("value", mac)]));
    }
    let (isp, username) = (services.isp(caller.isp_id).await?, username.trim());
    let mut tx = services.begin(caller).await?;
    let asked = match asked {
        Some(id) => Some(nas::sealed(&mut tx, id).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    let realms = rules::realms(&mut tx).await?;
    let realm = username.rsplit_once('@').and_then(|(name, realm)| {
        let realm = realms.iter().find(|known| known.realm.eq_ignore_ascii_case(realm))?;
        Some((name, realm))
    });
    let bare = realm.map_or(username, |(name, _)| name);
    // A device that asks by its own address proves nothing, and needs a server and a realm that let it.
    let alone = station.is_some() && read_mac(bare) == station;
    let allowed = asked.as_ref().is_none_or(|nas| nas.mac_auth) && realm.is_none_or(|(_, realm)| realm.mac_auth);
    let by_device = alone.then_some(allowed);
    let mut service = facts::line_of(&mut tx, username, None).await?;
    if service.is_none() {
        service = facts::line_of(&mut tx, bare, station.as_deref().filter(|_| alone)).await?;
    }
    let service = service.map(|(service, _)| service);
    let known = Known { service, username: bare, by_device, station: station.as_deref() };
    let place = place(asked.as_ref(), realm.and_then(|(_, realm)| realm.framed_pool.as_deref()));
    known.trace(&mut tx, &isp, services.now(), place).await
}

/// What an access server and a realm add to an answer.
fn place<'a>(asked: Option<&'a SealedNas>, realm_pool: Option<&'a str>) -> Place<'a> {
    Place {
        nas: asked.map(|nas| nas.id),
        pool: realm_pool.or_else(|| asked.and_then(|nas| nas.framed_pool.as_deref())),
        extra: asked.map(|nas| nas.extra.as_slice()).unwrap_or_default(),
    }
}

/// Is this the password that RADIUS wants for this name? A wrong one is a problem of its field.
pub async fn check_password(services: &Services, caller: &Caller, username: &str, password: &str) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let found = facts::line_of(&mut tx, username.trim(), None).await?;
    let (service, _) = found.ok_or_else(|| Error::Invalid(vec![Problem::new("username", "problem-username-unknown")]))?;
    let line = read_lines(&mut tx, &[service], services.now()).await?.remove(&service).ok_or(Error::NotFound)?;
    match services.keys.open_text(service.0, &line.secret_sealed)? == password {
        true => Ok(()),
        false => Err(Error::Invalid(vec![Problem::new("password", "problem-password-other")])),
    }
}

/// What an attempt is about.
struct Known<'a> {
    service: Option<ServiceId>,
    username: &'a str,
    by_device: Option<bool>,
    station: Option<&'a str>,
}

impl Known<'_> {
    async fn trace(&self, tx: &mut IspTx, isp: &Isp, now: DateTime<Utc>, place: Place<'_>) -> Result<(Trace, Vec<Gift>)> {
        let at = Moment { now, clock: now.with_timezone(&isp.zone).time() };
        let listed = facts::listed(tx, self.service, self.username, self.station, now).await?;
        let (mut line, mut others) = (None::<WholeLine>, 0);
        if let Some(service) = self.service {
            line = read_lines(tx, &[service], now).await?.remove(&service);
            let open = sessions::seats(tx, Some(&[service])).await?;
            // His own old session is no other.
            others = open.iter().filter(|(_, seat)| self.station.is_none() || seat.mac.as_deref() != self.station).count();
        }
        let nothing = Rules::default();
        let rules = line.as_ref().map_or(&nothing, |line| &line.rules);
        let attempted = Attempted {
            line: line.as_ref().map(|line| &line.line),
            rules,
            policy: &isp.policy,
            at,
            listed: listed.as_deref(),
            proven: None,
            by_device: self.by_device,
            station: self.station,
            others,
        };
        let trace = trace(&attempted);
        let gifts = line.as_ref().map(|line| gifts(&trace.decision, &line.line, rules, &isp.policy, at, place)).unwrap_or_default();
        Ok((trace, gifts))
    }
}
