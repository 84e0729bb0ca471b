//! What people see who have to say why somebody cannot connect, who was online when, and what is forgotten.

use crate::stage::*;
use chrono::TimeDelta;
use domain::access::{AccessForm, BlockForm, Decision, Reason, Verdict};
use domain::people::{Caller, PlatformCaller};
use domain::radius::HistoryFilter;
use services::Error;
use simlab::radius_client::{Accounting, Status};

/// The questions that were answered with no, and the end of it.
async fn explained(stage: &Stage, line: Line) -> (Vec<&'static str>, Decision) {
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    let mut lines = services::radius::explain_customer(services, admin, line.customer).await.unwrap();
    assert_eq!(lines.len(), 1);
    let trace = lines.remove(0).trace;
    let wrong = trace.steps.iter().filter(|step| step.verdict == Verdict::Bad).map(|step| step.key);
    (wrong.collect(), trace.decision)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_is_named_where_it_lies_and_radius_says_the_same() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    until("the device is known", async || {
        !services::radius::attempts_of_customer(services, admin, line.customer).await.unwrap().is_empty()
    })
    .await;
    let accepted = (vec![], Decision::Accept { session_timeout: 7 * 86_400 });
    assert_eq!(explained(&stage, line).await, accepted);
    assert_eq!(pap(&router, "rahim", "pass-word").await.session_timeout(), Some(7 * 86_400));

    stage.suspend(&stage.world.padma, line).await;
    let (wrong, decision) = explained(&stage, line).await;
    assert_eq!(wrong, ["line"]);
    assert!(matches!(decision, Decision::Walled { reason: Reason::Suspended, .. }));
    services::customers::resume_service(services, admin, line.service, domain::customers::BlockReason::Admin).await.unwrap();

    // Bound to another device than the one that asked last.
    let fixed = AccessForm { mac_rule: "fixed".into(), ..AccessForm::default() };
    services::radius::put_service_access(services, admin, line.service, &fixed).await.unwrap();
    services::radius::bind_mac(services, admin, line.service, "AA:BB:CC:00:11:99").await.unwrap();
    assert_eq!(explained(&stage, line).await, (vec!["device"], Decision::Reject(Reason::WrongDevice)));
    until("radius says it too", async || pap(&router, "rahim", "pass-word").await.rejected()).await;
    let rules = services::radius::line_rules(services, admin, line.service).await.unwrap();
    assert_eq!((rules.form.mac_rule.as_str(), rules.form.sessions.as_str(), rules.macs.len()), ("fixed", "", 1));
    let (trace, _) = services::radius::try_login(services, admin, "Rahim", "aabb.cc00.1199", None).await.unwrap();
    assert!(matches!(trace.decision, Decision::Accept { .. }));

    let block = BlockForm { kind: "username".into(), value: "rahim".into(), note: "resold".into(), days: String::new() };
    services::radius::block(services, admin, &block).await.unwrap();
    assert_eq!(explained(&stage, line).await, (vec!["listed"], Decision::Reject(Reason::BlockListed)));
    let (trace, gifts) = services::radius::try_login(services, admin, "nobody", "", None).await.unwrap();
    assert_eq!((trace.decision, gifts.len()), (Decision::Reject(Reason::UnknownUser), 0));
    let stranger = &stage.world.meghna.admin;
    assert!(services::radius::explain_customer(services, stranger, line.customer).await.unwrap().is_empty(), "another ISP's subscriber");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_checked_and_never_shown() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    services::radius::check_password(services, admin, " Rahim ", "pass-word").await.unwrap();
    let wrong = services::radius::check_password(services, admin, "rahim", "pass").await;
    assert!(matches!(wrong, Err(Error::Invalid(problems)) if problems[0].key == "problem-password-other"));
    let nobody = services::radius::check_password(services, &stage.world.meghna.admin, "rahim", "pass-word").await;
    assert!(matches!(nobody, Err(Error::Invalid(problems)) if problems[0].key == "problem-username-unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_an_address_was_and_what_is_forgotten() {
    let stage = Stage::new().await;
    let (rahim, karim) = (stage.padma_line("rahim", "pass-word").await, stage.padma_line("karim", "pass-word").await);
    let router = stage.padma_router().await;
    known(&router, "karim", "pass-word").await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    let ip = Some([10, 9, 9, 9]);
    let report = async |status, id, name, seconds| {
        let report = Accounting { ip, ..Accounting::new(status, id, name).after(seconds, 1, 1) };
        assert!(router.account(&report).await.unwrap());
    };
    report(Status::Start, "s1", "rahim", 0).await;
    stage.world.clock.advance(TimeDelta::seconds(600));
    report(Status::Stop, "s1", "rahim", 600).await;
    stage.world.clock.advance(TimeDelta::seconds(60));
    report(Status::Start, "s2", "karim", 0).await;
    stage.world.clock.advance(TimeDelta::seconds(60));
    let find = async |search: &str, at: i64| {
        let at = (at > 0).then(|| NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + TimeDelta::seconds(at));
        let filter = HistoryFilter { search: search.into(), at, ..HistoryFilter::default() };
        let found = services::radius::session_history(services, admin, &filter).await.unwrap();
        found.into_iter().map(|session| session.service_id.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(find("10.9.9.9", 0).await, [karim.service, rahim.service]);
    assert_eq!(find("10.9.9.9", 300).await, [rahim.service]);
    assert_eq!(find("10.9.9.9", 630).await, [], "nobody had it then");
    assert_eq!(find("10.9.9.9", 700).await, [karim.service]);
    assert_eq!(find("Rahim", 0).await, [rahim.service]);
    assert_eq!(find("aabb.cc00.1122", 0).await.len(), 2);

    until("attempts are logged", async || !services::radius::recent_attempts(services, admin).await.unwrap().is_empty()).await;
    let job = Caller::system(stage.world.padma.id, "db.retention");
    assert_eq!(services::radius::forget_old(services, &job).await.unwrap(), (0, 0));
    stage.world.clock.advance(TimeDelta::days(91));
    let (attempts, _) = services::radius::forget_old(services, &job).await.unwrap();
    assert!(attempts > 0);
    assert!(services::radius::recent_attempts(services, admin).await.unwrap().is_empty());
    assert_eq!(find("10.9.9.9", 0).await.len(), 2, "sessions are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_server_says_what_it_did() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let platform = PlatformCaller::system("test");
    let said = async || {
        let nodes = services::radius::nodes(&stage.world.services, &platform).await.unwrap();
        nodes.first().is_some_and(|node| node.subscribers == 1 && node.figures.iter().any(|(name, value)| name == "accepted" && *value > 0))
    };
    let end = std::time::Instant::now() + std::time::Duration::from_secs(12);
    while !said().await {
        assert!(std::time::Instant::now() < end, "it said nothing");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
