//! What becomes of reports: repeated, late, lost, and from routers that restart.

use crate::stage::*;
use chrono::TimeDelta;
use domain::radius::UsageDay;
use simlab::radius_client::{Accounting, RadiusClient, Status};

async fn report(router: &RadiusClient, report: Accounting<'_>) {
    assert!(router.account(&report).await.unwrap(), "not acknowledged");
}

fn start<'a>(id: &'a str, username: &'a str) -> Accounting<'a> {
    Accounting::new(Status::Start, id, username)
}

fn interim<'a>(id: &'a str, username: &'a str, seconds: u32, input: u64) -> Accounting<'a> {
    Accounting::new(Status::Interim, id, username).after(seconds, input, input * 10)
}

fn stop<'a>(id: &'a str, username: &'a str, seconds: u32, input: u64) -> Accounting<'a> {
    Accounting { cause: 1, ..Accounting::new(Status::Stop, id, username).after(seconds, input, input * 10) }
}

struct Played {
    stage: Stage,
    router: RadiusClient,
    line: Line,
}

impl Played {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let line = stage.padma_line("rahim", "pass-word").await;
        let router = stage.padma_router().await;
        known(&router, "rahim", "pass-word").await;
        Self { stage, router, line }
    }

    fn pass(&self, seconds: i64) {
        self.stage.world.clock.advance(TimeDelta::seconds(seconds));
    }

    async fn total(&self) -> (i64, i64) {
        let usage = self.stage.usage(self.line).await;
        (usage.iter().map(|day| day.input_octets).sum(), usage.iter().map(|day| day.output_octets).sum())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_from_start_to_stop() {
    let played = Played::new().await;
    let class = pap(&played.router, "rahim", "pass-word").await.class().unwrap();
    let ip = Some([10, 1, 2, 3]);
    report(&played.router, Accounting { ip, class: Some(&class), ..start("81a00001", "rahim") }).await;
    let sessions = played.stage.sessions(played.line).await;
    assert_eq!(sessions.len(), 1);
    let session = &sessions[0];
    assert_eq!((session.service_id, session.nas_id), (Some(played.line.service), played.stage.padma_nas));
    assert_eq!((session.ip, session.mac.as_deref()), (Some("10.1.2.3".parse().unwrap()), Some("AA:BB:CC:00:11:22")));
    assert_eq!((session.started_at, session.stopped_at), (NOW.parse().unwrap(), None));

    played.pass(300);
    // More than 32 bits: gigawords.
    report(&played.router, interim("81a00001", "rahim", 300, 5_000_000_000)).await;
    played.pass(60);
    report(&played.router, stop("81a00001", "rahim", 360, 5_000_000_100)).await;
    let session = &played.stage.sessions(played.line).await[0];
    assert_eq!((session.input_octets, session.output_octets, session.seconds), (5_000_000_100, 50_000_001_000, 360));
    assert_eq!((session.stopped_at, session.stop_cause.as_deref()), (Some(played.stage.world.services.now()), Some("user_request")));
    assert_eq!(played.total().await, (5_000_000_100, 50_000_001_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_late_and_missing() {
    let played = Played::new().await;
    played.pass(700);
    // The start was lost, so the first that is heard is an interim; then everything comes twice and out of order.
    report(&played.router, interim("81", "rahim", 300, 1_000)).await;
    report(&played.router, interim("81", "rahim", 300, 1_000)).await;
    played.pass(300);
    report(&played.router, stop("81", "rahim", 600, 2_000)).await;
    report(&played.router, interim("81", "rahim", 450, 1_500)).await;
    report(&played.router, Accounting { delay: 600, ..start("81", "rahim") }).await;
    report(&played.router, stop("81", "rahim", 600, 2_000)).await;
    let sessions = played.stage.sessions(played.line).await;
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].stopped_at, Some(played.stage.world.services.now()));
    assert_eq!(sessions[0].started_at, played.stage.world.services.now() - TimeDelta::seconds(600));
    assert_eq!(played.total().await, (2_000, 20_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_counted_once() {
    let played = Played::new().await;
    played.pass(10_000);
    // In one batch: sixty reports of one session, each sent three times, from as many sockets.
    let mut senders = Vec::new();
    for part in 0..3 {
        let router = played.stage.padma_router().await;
        senders.push(tokio::spawn(async move {
            for step in 0..60u32 {
                let step = (step + part * 20) % 60 + 1;
                report(&router, interim("81", "rahim", step * 60, u64::from(step) * 1_000)).await;
            }
        }));
    }
    for sender in senders {
        sender.await.unwrap();
    }
    assert_eq!(played.stage.sessions(played.line).await.len(), 1);
    assert_eq!(played.total().await, (60_000, 600_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_begins_again() {
    let played = Played::new().await;
    report(&played.router, start("81", "rahim")).await;
    played.pass(300);
    report(&played.router, interim("81", "rahim", 300, 9_000)).await;
    played.pass(300);
    report(&played.router, interim("81", "rahim", 600, 40)).await;
    assert_eq!(played.total().await, (9_040, 90_400));
    assert_eq!(played.stage.sessions(played.line).await[0].input_octets, 9_040);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_that_restarts_ends_its_own_sessions_only() {
    let played = Played::new().await;
    let second = nas(&played.stage.world, &played.stage.world.padma, "127.0.0.5", PADMA_SECRET).await;
    let other = router(&played.stage.radius, "127.0.0.5", PADMA_SECRET).await;
    until("the second router is known", async || other.login(simlab::radius_client::Method::Pap, "x", "y").await.unwrap().is_some()).await;
    report(&played.router, start("81", "rahim")).await;
    report(&played.router, start("82", "somebody-else")).await;
    report(&other, start("81", "rahim")).await;
    played.pass(400);
    report(&played.router, interim("81", "rahim", 400, 700)).await;
    played.pass(60);
    report(&played.router, Accounting::new(Status::On, "", "")).await;
    let sessions = played.stage.sessions(played.line).await;
    let (ended, open): (Vec<_>, Vec<_>) = sessions.into_iter().partition(|session| session.stopped_at.is_some());
    assert_eq!((ended.len(), open.len(), open[0].nas_id), (1, 1, second));
    assert_eq!((ended[0].stop_cause.as_deref(), ended[0].input_octets), (Some("nas_restarted"), 700));
    assert_eq!(played.total().await, (700, 7_000), "what was used stays used");

    // It gives out the same id again at once.
    played.pass(5);
    report(&played.router, start("81", "rahim")).await;
    played.pass(300);
    report(&played.router, interim("81", "rahim", 300, 30)).await;
    assert_eq!(played.stage.sessions(played.line).await.len(), 3);
    assert_eq!(played.total().await, (730, 7_300));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_comes_back_much_later() {
    let played = Played::new().await;
    report(&played.router, start("81", "rahim")).await;
    played.pass(100);
    report(&played.router, stop("81", "rahim", 100, 50)).await;
    played.pass(2);
    report(&played.router, start("81", "rahim")).await;
    assert_eq!(played.stage.sessions(played.line).await.len(), 1, "a late start opens nothing");
    played.pass(86_400);
    report(&played.router, start("81", "rahim")).await;
    played.pass(300);
    report(&played.router, interim("81", "rahim", 300, 20)).await;
    let sessions = played.stage.sessions(played.line).await;
    assert_eq!((sessions.len(), sessions[0].stopped_at, sessions[0].input_octets), (2, None, 20));
    assert_eq!(played.total().await, (70, 700));
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_belongs_to_the_day_of_the_isp() {
    let played = Played::new().await;
    // 23:58 in Dhaka is 17:58 UTC.
    played.stage.world.clock.set("2026-11-21T17:53:00Z".parse().unwrap());
    report(&played.router, start("81", "rahim")).await;
    played.pass(300);
    report(&played.router, interim("81", "rahim", 300, 100)).await;
    played.pass(300);
    report(&played.router, interim("81", "rahim", 600, 150)).await;
    let day = |day: &str, input| UsageDay { day: day.parse().unwrap(), input_octets: input, output_octets: input * 10 };
    // Two of the five minutes lie before midnight.
    assert_eq!(played.stage.usage(played.line).await, [day("2026-11-21", 120), day("2026-11-22", 30)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_goes_quiet_ends_and_opens_when_it_speaks() {
    let played = Played::new().await;
    let (services, padma) = (&played.stage.world.services, played.stage.world.padma.id);
    report(&played.router, start("81", "rahim")).await;
    played.pass(900);
    assert_eq!(services::radius::close_stale(services, padma).await.unwrap(), 0, "three reports are not missing yet");
    played.pass(1);
    assert_eq!(services::radius::close_stale(services, padma).await.unwrap(), 1);
    let session = &played.stage.sessions(played.line).await[0];
    assert_eq!((session.stop_cause.as_deref(), session.stopped_at), (Some("stale"), Some(NOW.parse().unwrap())));
    played.pass(299);
    report(&played.router, interim("81", "rahim", 1_200, 80)).await;
    let sessions = played.stage.sessions(played.line).await;
    assert_eq!((sessions.len(), sessions[0].stopped_at, &sessions[0].stop_cause), (1, None, &None));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_class_names_the_line_when_the_user_name_no_longer_does() {
    let played = Played::new().await;
    let class = pap(&played.router, "rahim", "pass-word").await.class().unwrap();
    report(&played.router, Accounting { class: Some(&class), ..start("81", "AA:BB:CC:00:11:22") }).await;
    report(&played.router, Accounting { class: Some(b"lm1:not-ours"), ..start("82", "rahim") }).await;
    report(&played.router, start("83", "nobody-we-know")).await;
    assert_eq!(played.stage.sessions(played.line).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_writes_what_was_taken() {
    let mut played = Played::new().await;
    played.router.tries = 1;
    let mut reports = Vec::new();
    for number in 0..40 {
        let router = played.stage.padma_router().await;
        reports.push(tokio::spawn(async move { router.account(&start(&format!("8{number}"), "rahim")).await.unwrap() }));
    }
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let Played { stage, line, .. } = played;
    let Stage { world, radius, padma_nas, padma_package, meghna_package } = stage;
    radius.shutdown().await;
    let mut acknowledged = 0;
    for report in reports {
        acknowledged += usize::from(report.await.unwrap());
    }
    let radius = crate::stage::start(world.services.clone()).await;
    let stage = Stage { world, radius, padma_nas, padma_package, meghna_package };
    assert!(stage.sessions(line).await.len() >= acknowledged);
}
