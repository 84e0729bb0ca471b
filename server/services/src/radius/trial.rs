//! Trying it for real: a sign-in sent over the network to our own service, as a server in front of ours would pass it on
//! for an access server, and a question to an access server whether it hears us. What came back is kept with its names;
//! passwords and whatever proves somebody are not.

use super::orders::read_lines;
use crate::{Error, Result, Services, require};
use domain::access::read_mac;
use domain::people::Caller;
use domain::radius::{Trial, TrialKind, TrialWords, front_address};
use domain::rights::Permission;
use domain::{NasId, Problem, ServiceId};
use integrations::radius::{
    Change, ChangeAnswer, Code, Described, Login, Method, Packet, Secret, SessionName, ask_for_access, ask_for_change, describe,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use storage::IspTx;
use storage::audit::{self, Change as Record};
use storage::radius::nas::{self, SealedNas};
use storage::radius::{trace, trials};
use uuid::Uuid;

/// Our own service answers in milliseconds; a busy one has this long, twice.
const WAITS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// A sign-in that somebody wants to see.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TrialForm {
    pub username: String,
    #[serde(default)]
    pub mac: String,
    /// `pap`, `chap`, `mschap1` or `mschap2`.
    #[serde(default)]
    pub method: String,
    /// Empty: the one that we know.
    #[serde(default)]
    pub password: String,
}

/// Asks our own service in the place of an access server, with its secret, from the address that a server in front of
/// ours would use for it. The service decides as it would for the access server itself, and the attempt stands in the log.
pub async fn send_login(services: &Services, caller: &Caller, nas: NasId, form: &TrialForm) -> Result<Uuid> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let sealed = nas::sealed(&mut tx, nas).await?.ok_or(Error::NotFound)?;
    let service = services.radius.ok_or_else(|| Error::Conflict(Problem::new("", "problem-trial-no-radius")))?;
    let (mac, method) = read(form)?;
    let password = match form.password.as_str() {
        "" => known_password(services, &mut tx, form.username.trim(), mac.as_deref()).await?,
        typed => typed.to_string(),
    };
    drop(tx);
    let secret = secret(services, &sealed)?;
    let login = Login {
        mac: mac.as_deref().unwrap_or_default(),
        nas_identifier: "lastmile-test",
        ..Login::new(method, form.username.trim(), &password)
    };
    let authenticator: [u8; 16] = rand::random();
    let too_long = || Error::Invalid(vec![Problem::new("password", "problem-trial-password")]);
    let request = login.write(rand::random(), &authenticator, &secret).ok_or_else(too_long)?;
    let begun = Instant::now();
    let answer = ask_for_access(front_address(nas).into(), nearby(service), &secret, &request, &WAITS).await.map_err(unreachable)?;
    let millis = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let read_answer = answer.as_deref().and_then(|answer| Packet::parse(answer).ok());
    let outcome = match read_answer.map(|packet| packet.code()) {
        Some(Code::ACCESS_ACCEPT) => "accept",
        Some(_) => "reject",
        None => "silence",
    };
    let words = |packet: Option<Packet<'_>>| packet.map(|packet| shown(describe(&packet))).unwrap_or_default();
    let said = TrialWords { request: words(Packet::parse(&request).ok()), answer: words(read_answer), error_cause: None };
    keep(services, caller, nas, Sent { kind: TrialKind::Login, outcome, millis, said }).await
}

/// Asks an access server to end a session that nobody has. One that hears us and shares our secret refuses; nobody's
/// session can be meant.
pub async fn reach(services: &Services, caller: &Caller, nas: NasId) -> Result<Uuid> {
    require(caller, Permission::NetworkEdit)?;
    let no_port = || Error::Conflict(Problem::new("", "problem-trial-no-coa"));
    let Asked { session, answer, millis } = ask_for_nobody(services, caller, nas).await?.ok_or_else(no_port)?;
    let (outcome, error_cause) = match answer {
        ChangeAnswer::Ack => ("ack", None),
        ChangeAnswer::Nak(cause) => ("nak", cause),
        ChangeAnswer::Timeout => ("timeout", None),
        ChangeAnswer::Unreachable => ("unreachable", None),
    };
    let request = vec![("Message-Authenticator".to_string(), None), ("Acct-Session-Id".to_string(), Some(session))];
    let answer = error_cause.map(|cause| ("Error-Cause".to_string(), Some(cause.to_string()))).into_iter().collect();
    keep(services, caller, nas, Sent { kind: TrialKind::Reach, outcome, millis, said: TrialWords { request, answer, error_cause } }).await
}

/// Does an access server hear what we tell it?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Yes,
    No,
    /// It was registered as one that is told nothing.
    Nowhere,
}

/// The same question as `reach`, of which nothing is kept.
pub(crate) async fn hears_us(services: &Services, caller: &Caller, nas: NasId) -> Result<Heard> {
    Ok(match ask_for_nobody(services, caller, nas).await? {
        None => Heard::Nowhere,
        Some(Asked { answer: ChangeAnswer::Ack | ChangeAnswer::Nak(_), .. }) => Heard::Yes,
        Some(_) => Heard::No,
    })
}

struct Asked {
    session: String,
    answer: ChangeAnswer,
    millis: i64,
}

/// `None`: it hears no changes.
async fn ask_for_nobody(services: &Services, caller: &Caller, nas: NasId) -> Result<Option<Asked>> {
    let mut tx = services.begin(caller).await?;
    let sealed = nas::sealed(&mut tx, nas).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let Some(port) = sealed.coa_port else { return Ok(None) };
    let secret = secret(services, &sealed)?;
    let source = services.radius.map_or(IpAddr::from(Ipv4Addr::UNSPECIFIED), |service| service.ip());
    let session = format!("lastmile-test-{}", Uuid::now_v7().simple());
    let name = SessionName { acct_session_id: session.clone().into_bytes(), ..SessionName::default() };
    let begun = Instant::now();
    let server = SocketAddr::from((sealed.address, port));
    let answer = ask_for_change(source, server, &secret, &name, &Change::Disconnect, rand::random()).await.map_err(unreachable)?;
    let millis = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    Ok(Some(Asked { session, answer, millis }))
}

/// What came of a trial.
pub async fn find_trial(services: &Services, caller: &Caller, id: Uuid) -> Result<Trial> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    trials::find(&mut tx, id).await?.ok_or(Error::NotFound)
}

struct Sent {
    kind: TrialKind,
    outcome: &'static str,
    millis: i64,
    said: TrialWords,
}

async fn keep(services: &Services, caller: &Caller, nas: NasId, sent: Sent) -> Result<Uuid> {
    let trial = Trial {
        id: Uuid::now_v7(),
        at: services.now(),
        nas: String::new(),
        kind: sent.kind,
        by: Some(caller.actor_name().to_string()),
        outcome: sent.outcome.to_string(),
        millis: sent.millis,
        said: sent.said,
    };
    let mut tx = services.begin(caller).await?;
    trials::put(&mut tx, nas, &trial).await?;
    let user = trial.said.request.iter().find(|(name, _)| name == "User-Name").and_then(|(_, value)| value.clone());
    let after = json!({ "kind": trial.kind.slug(), "outcome": trial.outcome, "username": user });
    let change = Record { action: "radius.test", object_kind: "nas", object_id: Some(nas.0), after: Some(after), ..Record::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(trial.id)
}

fn read(form: &TrialForm) -> Result<(Option<String>, Method)> {
    let mut problems = Vec::new();
    if form.username.trim().is_empty() {
        problems.push(Problem::new("username", "error-required"));
    }
    let mac = Some(form.mac.trim()).filter(|mac| !mac.is_empty());
    let station = mac.and_then(read_mac);
    if let (Some(mac), None) = (mac, &station) {
        problems.push(Problem::new("mac", "problem-mac").with("value", mac));
    }
    let method = match form.method.as_str() {
        "" | "pap" => Method::Pap,
        "chap" => Method::Chap,
        "mschap1" => Method::MsChap1,
        "mschap2" => Method::MsChap2,
        _ => {
            problems.push(Problem::new("method", "error-required"));
            Method::Pap
        }
    };
    if problems.is_empty() { Ok((station, method)) } else { Err(Error::Invalid(problems)) }
}

/// The password that a line of this name has; a device that asks by its own address needs none but that.
async fn known_password(services: &Services, tx: &mut IspTx, username: &str, mac: Option<&str>) -> Result<String> {
    let bare = username.rsplit_once('@').map_or(username, |(bare, _)| bare);
    if mac.is_some() && read_mac(bare).as_deref() == mac {
        return Ok(bare.to_string());
    }
    let mut found: Option<ServiceId> = trace::line_of(tx, username, None).await?.map(|(service, _)| service);
    if found.is_none() {
        found = trace::line_of(tx, bare, None).await?.map(|(service, _)| service);
    }
    let unknown = || Error::Invalid(vec![Problem::new("password", "problem-trial-password-needed")]);
    let service = found.ok_or_else(unknown)?;
    let line = read_lines(tx, &[service], services.now()).await?.remove(&service).ok_or_else(unknown)?;
    Ok(services.keys.open_text(service.0, &line.secret_sealed)?)
}

fn secret(services: &Services, nas: &SealedNas) -> Result<Secret> {
    Ok(Secret::new(services.keys.open_text(nas.id.0, &nas.secret_sealed)?.as_bytes()))
}

/// Our service as this machine reaches it.
fn nearby(service: SocketAddr) -> SocketAddr {
    if service.ip().is_unspecified() { SocketAddr::from((Ipv4Addr::LOCALHOST, service.port())) } else { service }
}

fn unreachable(error: io::Error) -> Error {
    tracing::warn!(%error, "a RADIUS trial could not be sent");
    Error::Upstream("radius")
}

fn shown(said: Vec<Described>) -> Vec<(String, Option<String>)> {
    said.into_iter().map(|one| (one.name, one.value)).collect()
}
