//! The test tool: each step as the service would take it for one access server, the same sent for real, and whether the
//! router hears us. What is shown holds no secret.

use crate::stage::*;
use domain::access::{Decision, Gift, Reason, Verdict};
use domain::people::{Caller, Role};
use domain::radius::{NasForm, Trial};
use services::radius::{TrialForm, find_trial, put_realm, reach, send_login, try_login};
use services::{Error, Services};
use simlab::radius_client::{Obedience, Obedient};

const MAC: &str = "AA:BB:CC:00:11:22";

struct Tries {
    stage: Stage,
    services: Services,
    admin: Caller,
}

impl Tries {
    /// A router with a pool, a template and no devices that ask alone, and a realm with a pool of its own.
    async fn new(changed: NasForm) -> Self {
        let stage = Stage::new().await;
        let services = stage.world.services.clone().with_radius(stage.radius.auth_addr());
        let admin = stage.world.padma.admin.clone();
        services::radius::update_nas(&services, &admin, stage.padma_nas, 1, &changed).await.unwrap();
        put_realm(&services, &admin, "hotel", "hotel-pool", false).await.unwrap();
        stage.padma_line("rahim", "pass-word").await;
        stage.padma_line(&MAC.to_lowercase(), "unknown-to-devices").await;
        known(&stage.padma_router().await, "rahim", "pass-word").await;
        Self { stage, services, admin }
    }

    async fn gifts(&self, username: &str) -> Vec<(&'static str, String)> {
        let (trace, gifts) = try_login(&self.services, &self.admin, username, "", Some(self.stage.padma_nas)).await.unwrap();
        assert!(matches!(trace.decision, Decision::Accept { .. }), "{trace:?}");
        gifts.into_iter().map(|Gift { key, value }| (key, value)).collect()
    }

    async fn send(&self, form: TrialForm) -> Trial {
        let id = send_login(&self.services, &self.admin, self.stage.padma_nas, &form).await.unwrap();
        find_trial(&self.services, &self.admin, id).await.unwrap()
    }
}

fn router_form() -> NasForm {
    NasForm { framed_pool: "mirpur".into(), reply_template: "Mikrotik-Group = gold".into(), ..form(PADMA_ROUTER, "") }
}

fn named(username: &str, method: &str) -> TrialForm {
    TrialForm { username: username.into(), method: method.into(), ..TrialForm::default() }
}

fn value<'a>(said: &'a [(String, Option<String>)], name: &str) -> Option<&'a str> {
    said.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.as_deref())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_is_that_of_the_router_and_the_answer_says_the_same() {
    let tries = Tries::new(router_form()).await;
    let given = tries.gifts("rahim").await;
    assert!(given.contains(&("pool", "mirpur".into())) && given.contains(&("more", "Mikrotik-Group = gold".into())), "{given:?}");
    assert!(tries.gifts("rahim@HOTEL").await.contains(&("pool", "hotel-pool".into())), "the realm's before the router's");
    let (_, elsewhere) = try_login(&tries.services, &tries.admin, "rahim", "", None).await.unwrap();
    assert!(elsewhere.iter().all(|gift| gift.key != "pool" && gift.key != "more"), "any router");
    for method in ["pap", "chap", "mschap1", "mschap2"] {
        let trial = tries.send(named("rahim", method)).await;
        assert_eq!(trial.outcome, "accept", "{method}");
        let answer = |name| value(&trial.said.answer, name);
        assert_eq!(
            (answer("Framed-Pool"), answer("Mikrotik-Group"), answer("Mikrotik-Rate-Limit")),
            (Some("mirpur"), Some("gold"), Some("5M/10M"))
        );
        let shown = format!("{trial:?}");
        assert!(!shown.contains("pass-word") && !shown.contains(PADMA_SECRET), "{shown}");
    }
    let trial = tries.send(named("rahim@hotel", "chap")).await;
    assert_eq!(value(&trial.said.answer, "Framed-Pool"), Some("hotel-pool"));
    let trial = tries.send(TrialForm { password: "pass-wOrd".into(), ..named("rahim", "pap") }).await;
    assert_eq!(trial.outcome, "reject");
    until("it stands among the attempts", async || {
        let seen = services::radius::attempts_of_username(&tries.services, &tries.admin, "rahim").await.unwrap();
        seen.first().is_some_and(|attempt| attempt.reason == "wrong_password")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_alone_needs_a_router_that_lets_it() {
    let tries = Tries::new(router_form()).await;
    let mac = TrialForm { mac: MAC.into(), ..named(MAC, "pap") };
    let (trace, _) = try_login(&tries.services, &tries.admin, MAC, "aabb.cc00.1122", Some(tries.stage.padma_nas)).await.unwrap();
    assert_eq!((trace.decision, trace.steps[0].verdict), (Decision::Reject(Reason::MacNotAllowed), Verdict::Bad));
    assert_eq!(tries.send(mac.clone()).await.outcome, "reject");
    let lets = NasForm { mac_auth: true, ..router_form() };
    services::radius::update_nas(&tries.services, &tries.admin, tries.stage.padma_nas, 2, &lets).await.unwrap();
    let (trace, _) = try_login(&tries.services, &tries.admin, MAC, MAC, Some(tries.stage.padma_nas)).await.unwrap();
    assert!(matches!(trace.decision, Decision::Accept { .. }), "{trace:?}");
    until("the service has heard of it", async || tries.send(mac.clone()).await.outcome == "accept").await;
    // The realm does not let devices in.
    let there = format!("{MAC}@hotel");
    let (trace, _) = try_login(&tries.services, &tries.admin, &there, MAC, Some(tries.stage.padma_nas)).await.unwrap();
    assert_eq!(trace.decision, Decision::Reject(Reason::MacNotAllowed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_says_whether_it_hears_us() {
    let place = (PADMA_ROUTER.parse::<std::net::IpAddr>().unwrap(), 0).into();
    let router = Obedient::listen(place, PADMA_SECRET, Obedience::Refuses(503)).await.unwrap();
    let tries = Tries::new(NasForm { coa_port: router.port().to_string(), ..router_form() }).await;
    let ask = async || {
        let id = reach(&tries.services, &tries.admin, tries.stage.padma_nas).await.unwrap();
        let trial = find_trial(&tries.services, &tries.admin, id).await.unwrap();
        (trial.outcome, trial.said.error_cause)
    };
    assert_eq!(ask().await, ("nak".into(), Some(503)));
    let heard = router.take_heard();
    assert!(heard.len() == 1 && heard[0].username.is_empty() && heard[0].session_id.starts_with("lastmile-test-"), "{heard:?}");
    drop(router);
    let (outcome, _) = ask().await;
    assert!(["unreachable", "timeout"].contains(&outcome.as_str()), "{outcome}");
    let deaf = NasForm { coa_port: "-".into(), ..router_form() };
    services::radius::update_nas(&tries.services, &tries.admin, tries.stage.padma_nas, 2, &deaf).await.unwrap();
    let refused = reach(&tries.services, &tries.admin, tries.stage.padma_nas).await;
    assert!(matches!(refused, Err(Error::Conflict(problem)) if problem.key == "problem-trial-no-coa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_for_those_who_keep_the_network_and_only_their_own() {
    let tries = Tries::new(router_form()).await;
    let (services, nas, form) = (&tries.services, tries.stage.padma_nas, named("rahim", "pap"));
    let id = send_login(services, &tries.admin, nas, &form).await.unwrap();
    let clerk = Caller { role: Role::Staff, ..tries.admin.clone() };
    assert!(matches!(send_login(services, &clerk, nas, &form).await, Err(Error::Denied(_))));
    assert!(matches!(reach(services, &clerk, nas).await, Err(Error::Denied(_))));
    assert!(matches!(find_trial(services, &clerk, id).await, Err(Error::Denied(_))));
    let stranger = &tries.stage.world.meghna.admin;
    assert!(matches!(send_login(services, stranger, nas, &form).await, Err(Error::NotFound)));
    assert!(matches!(reach(services, stranger, nas).await, Err(Error::NotFound)));
    assert!(matches!(find_trial(services, stranger, id).await, Err(Error::NotFound)));
    assert!(matches!(try_login(services, stranger, "rahim", "", Some(nas)).await, Err(Error::NotFound)));
    let nobody = send_login(services, &tries.admin, nas, &named("nobody", "pap")).await;
    assert!(matches!(nobody, Err(Error::Invalid(problems)) if problems[0].key == "problem-trial-password-needed"));
    let without = send_login(&tries.stage.world.services, &tries.admin, nas, &form).await;
    assert!(matches!(without, Err(Error::Conflict(problem)) if problem.key == "problem-trial-no-radius"));
}
