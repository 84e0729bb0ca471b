//! Tests a router the way a person would who is about to rely on it: is it there, does it let us in, may we do what we
//! will have to do, is its clock right, and do it and our RADIUS service reach each other. Each failure comes with what
//! to do about it. Nothing on the router is changed.

use super::connect::{link, resolve, why};
use super::look::{Asked, look};
use crate::radius::{Heard, hears_us};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::rights::Permission;
use domain::routers::{CLOCK_SKEW, Router, Seen};
use domain::{NasId, RouterId};
use integrations::routeros::{Api, Command, Limits, RouterError, Version, fingerprint_of};
use std::time::Duration;
use storage::radius::nas;
use storage::routers::{self, SealedRouter};

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    Good,
    /// It works, and somebody should know.
    Warning,
    Bad,
    /// Something before it failed, or it does not concern this router.
    Skipped,
}

/// One thing that was tried. `said` is a key of the locales with its values: what was found and, unless all is well, what to
/// do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `reach`, `certificate`, `login`, `rights`, `version`, `clock`, `radius_asks`, `radius_hears`.
    pub name: &'static str,
    pub state: CheckState,
    pub said: &'static str,
    pub args: Vec<(&'static str, String)>,
}

/// What a test of a router found.
#[derive(Clone, Debug, Default)]
pub struct RouterTest {
    pub checks: Vec<Check>,
    /// The certificate that it shows, where it is not the one that was confirmed.
    pub shown: Option<String>,
    pub seen: Option<Seen>,
}

impl RouterTest {
    fn add(&mut self, name: &'static str, state: CheckState, said: &'static str, args: Vec<(&'static str, String)>) {
        self.checks.push(Check { name, state, said, args });
    }

    fn skip(&mut self, names: &[&'static str]) {
        names.iter().for_each(|name| self.add(name, CheckState::Skipped, "router-test-skipped", Vec::new()));
    }

    /// Would subscribers be served?
    pub fn is_good(&self) -> bool {
        self.checks.iter().all(|check| check.state != CheckState::Bad)
    }
}

const AFTER_LOGIN: [&str; 5] = ["rights", "version", "clock", "radius_asks", "radius_hears"];
/// What our account has to be allowed (facts on `/user/group policy`): looking, changing, trying, coming in.
const POLICIES: [&str; 4] = ["read", "write", "test", "api"];
/// It was heard by RADIUS so lately that it counts as reaching us.
const HEARD_LATELY: TimeDelta = TimeDelta::minutes(15);

/// A person waits for it.
const LIMITS: Limits =
    Limits { open: Duration::from_secs(5), silence: Duration::from_secs(5), answer: Duration::from_secs(10), rows: 20_000, in_flight: 4 };

/// Tries everything that the product will need of a router.
pub async fn test_router(services: &Services, caller: &Caller, id: RouterId) -> Result<RouterTest> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let found = routers::sealed(&mut tx, &[id]).await?.pop().ok_or(Error::NotFound)?;
    drop(tx);
    run(services, caller, found).await
}

async fn run(services: &Services, caller: &Caller, found: SealedRouter) -> Result<RouterTest> {
    let (mut test, limits, router) = (RouterTest::default(), LIMITS, found.router.clone());
    let place = || vec![("host", router.host.clone()), ("port", router.port.to_string())];
    let address = match resolve(services, &router, limits).await {
        Ok(address) => address,
        Err(error) => {
            let closed = matches!(error, RouterError::Closed(_));
            test.add("reach", CheckState::Bad, if closed { "router-test-closed" } else { "router-test-name-unknown" }, place());
            test.skip(&["certificate", "login"]);
            test.skip(&AFTER_LOGIN);
            return Ok(test);
        }
    };
    if router.door.is_tls() && !certificate(&mut test, &router, address, limits, &place()).await {
        test.skip(&["login"]);
        test.skip(&AFTER_LOGIN);
        return Ok(test);
    }
    let api = match link(services, found, limits).await {
        Ok(api) => api,
        Err(error) => {
            refused(&mut test, &error, &place());
            test.skip(&AFTER_LOGIN);
            return Ok(test);
        }
    };
    if !router.door.is_tls() {
        test.add("reach", CheckState::Good, "router-test-reached", place());
        test.add("certificate", CheckState::Warning, "router-test-in-clear", Vec::new());
    }
    test.add("login", CheckState::Good, "router-test-let-in", vec![("user", router.username.clone())]);
    if let Err(error) = inside(services, caller, &mut test, &router, &api).await {
        tracing::info!(%error, router = %router.id, "a router stopped answering while it was tested");
        let missing: Vec<_> = AFTER_LOGIN.into_iter().filter(|name| test.checks.iter().all(|check| check.name != *name)).collect();
        if let Some((first, rest)) = missing.split_first() {
            test.add(first, CheckState::Bad, "router-test-broke", Vec::new());
            test.skip(rest);
        }
    }
    Ok(test)
}

/// Is somebody there, and does he show what was confirmed? Answers with whether it is worth going on.
async fn certificate(
    test: &mut RouterTest,
    router: &Router,
    address: std::net::SocketAddr,
    limits: Limits,
    place: &[(&'static str, String)],
) -> bool {
    let shown = match fingerprint_of(address, limits.open).await {
        Ok(shown) => shown.to_string(),
        Err(error @ (RouterError::NoCertificate(_) | RouterError::Tls(_))) => {
            test.add("reach", CheckState::Good, "router-test-reached", place.to_vec());
            let said = if matches!(error, RouterError::Tls(_)) { "router-test-tls" } else { "router-test-no-certificate" };
            test.add("certificate", CheckState::Bad, said, Vec::new());
            return false;
        }
        Err(error) => {
            let said = if error == RouterError::Silent { "router-test-silent" } else { "router-test-unreachable" };
            test.add("reach", CheckState::Bad, said, place.to_vec());
            test.skip(&["certificate"]);
            return false;
        }
    };
    test.add("reach", CheckState::Good, "router-test-reached", place.to_vec());
    let args = vec![("fingerprint", shown.clone())];
    match &router.fingerprint {
        Some(known) if *known == shown => {
            test.add("certificate", CheckState::Good, "router-test-certificate", args);
            true
        }
        known => {
            let said = if known.is_some() { "router-test-other-certificate" } else { "router-test-new-certificate" };
            test.add("certificate", CheckState::Bad, said, args);
            test.shown = Some(shown);
            false
        }
    }
}

fn refused(test: &mut RouterTest, error: &RouterError, place: &[(&'static str, String)]) {
    use domain::routers::Why;
    if !test.checks.iter().any(|check| check.name == "reach") {
        let said = match why(error) {
            Why::Unreachable => Some("router-test-unreachable"),
            Why::Silent => Some("router-test-silent"),
            Why::NotRouterOs => Some("router-test-not-routeros"),
            // Bytes that are no sentence, before anything was asked.
            Why::Broken if matches!(error, RouterError::Malformed(_)) => Some("router-test-not-routeros"),
            _ => None,
        };
        if let Some(said) = said {
            test.add("reach", CheckState::Bad, said, place.to_vec());
            test.skip(&["certificate", "login"]);
            return;
        }
        test.add("reach", CheckState::Good, "router-test-reached", place.to_vec());
        test.skip(&["certificate"]);
    }
    let said = if why(error) == Why::Login { "router-test-login" } else { "router-test-broke" };
    test.add("login", CheckState::Bad, said, Vec::new());
}

/// Everything that takes being signed in.
async fn inside(
    services: &Services,
    caller: &Caller,
    test: &mut RouterTest,
    router: &Router,
    api: &Api,
) -> std::result::Result<(), RouterError> {
    rights(test, router, api).await?;
    let seen = look(api, Asked { deep: true, own_sessions: false }, || services.now()).await?.seen;
    let text = seen.facts.routeros.clone().unwrap_or_default();
    let version = vec![("version", text.clone()), ("board", seen.facts.board.clone().unwrap_or_default())];
    match Version::parse(&text) {
        Some(known) if known >= Version::new(6, 40, 0) => test.add("version", CheckState::Good, "router-test-version", version),
        Some(_) => test.add("version", CheckState::Warning, "router-test-version-old", version),
        None => test.add("version", CheckState::Warning, "router-test-version-unknown", version),
    }
    match seen.skew_seconds {
        Some(skew) if skew.abs() <= CLOCK_SKEW => test.add("clock", CheckState::Good, "router-test-clock", Vec::new()),
        Some(skew) => test.add("clock", CheckState::Bad, "router-test-clock-off", vec![("minutes", (skew.abs() / 60).to_string())]),
        None => test.add("clock", CheckState::Warning, "router-test-clock-unknown", Vec::new()),
    }
    test.seen = Some(seen);
    radius(services, caller, test, router, api).await
}

async fn rights(test: &mut RouterTest, router: &Router, api: &Api) -> std::result::Result<(), RouterError> {
    let lookup = async {
        let users = api.ask(&Command::new("/user/print").whose("name", &router.username).only(&["name", "group"])).await?;
        let group = users.rows.first().map(|row| row.text("group")).unwrap_or_default();
        let groups = api.ask(&Command::new("/user/group/print").whose("name", &group).only(&["name", "policy"])).await?;
        Ok::<_, RouterError>(groups.rows.first().map(|row| row.text("policy")))
    };
    match lookup.await {
        Ok(Some(policy)) => {
            let has: Vec<&str> = policy.split(',').collect();
            let missing: Vec<&str> = POLICIES.into_iter().filter(|name| !has.contains(name)).collect();
            match missing.is_empty() {
                true => test.add("rights", CheckState::Good, "router-test-rights", Vec::new()),
                false => test.add("rights", CheckState::Bad, "router-test-rights-missing", vec![("missing", missing.join(", "))]),
            }
        }
        // Who may not even look at accounts, or comes by way of RADIUS, cannot be told what is missing.
        Ok(None) | Err(RouterError::Trap(_)) => test.add("rights", CheckState::Warning, "router-test-rights-unknown", Vec::new()),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// RADIUS both ways: does it ask us, and would it hear us?
async fn radius(
    services: &Services,
    caller: &Caller,
    test: &mut RouterTest,
    router: &Router,
    api: &Api,
) -> std::result::Result<(), RouterError> {
    let Some(nas) = router.nas_id else {
        let state = if router.auth_mode == domain::routers::AuthMode::Local { CheckState::Skipped } else { CheckState::Warning };
        test.add("radius_asks", state, "router-test-no-nas", Vec::new());
        test.skip(&["radius_hears"]);
        return Ok(());
    };
    let clients = api.ask(&Command::new("/radius/print").only(&["address", "service", "disabled"])).await?.rows;
    let set = clients.iter().any(|row| !row.flag("disabled") && ["ppp", "hotspot"].iter().any(|one| row.text("service").contains(one)));
    let uses = api.ask(&Command::new("/ppp/aaa/print")).await?.rows.first().is_some_and(|row| row.flag("use-radius"));
    let heard = heard(services, caller, nas).await;
    match (set, uses, heard) {
        (_, _, true) => test.add("radius_asks", CheckState::Good, "router-test-radius-asks", Vec::new()),
        (false, _, _) => test.add("radius_asks", CheckState::Bad, "router-test-radius-unset", Vec::new()),
        (true, false, _) => test.add("radius_asks", CheckState::Bad, "router-test-radius-unused", Vec::new()),
        (true, true, false) => test.add("radius_asks", CheckState::Warning, "router-test-radius-unheard", Vec::new()),
    }
    let incoming = api.ask(&Command::new("/radius/incoming/print")).await?.rows;
    if !incoming.first().is_some_and(|row| row.flag("accept")) {
        test.add("radius_hears", CheckState::Bad, "router-test-coa-shut", Vec::new());
        return Ok(());
    }
    match hears_us(services, caller, nas).await {
        Ok(Heard::Yes) => test.add("radius_hears", CheckState::Good, "router-test-coa", Vec::new()),
        Ok(Heard::Nowhere) => test.add("radius_hears", CheckState::Warning, "router-test-coa-none", Vec::new()),
        Ok(Heard::No) | Err(_) => test.add("radius_hears", CheckState::Bad, "router-test-coa-silent", Vec::new()),
    }
    Ok(())
}

async fn heard(services: &Services, caller: &Caller, nas: NasId) -> bool {
    let since = services.now() - HEARD_LATELY;
    let lookup = async {
        let mut tx = services.begin(caller).await?;
        Ok::<_, Error>(nas::list(&mut tx, since).await?.iter().any(|row| row.id == nas && row.last_seen.is_some_and(|at| at >= since)))
    };
    lookup.await.unwrap_or(false)
}
