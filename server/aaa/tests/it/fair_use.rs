//! What accounting does to a line with a policy of fair use: slower, stopped, and free again, on every server of ours and
//! without dropping sessions.

use crate::stage::*;
use chrono::TimeDelta;
use domain::PackageId;
use domain::fair_use::{AtEndForm, FairUseForm, StepForm};
use domain::people::Caller;
use domain::radius::NasForm;
use services::Services;
use services::fair_use::{accounts, run_minute, save_policy};
use simlab::radius_client::{Accounting, Obedience, Obedient, RadiusClient, Status};
use std::sync::Arc;
use storage::Db;

const GB: u64 = 1_000_000_000;

fn ladder(window: &str) -> FairUseForm {
    let step = StepForm { gb: "10".into(), up: "1".into(), down: "2".into(), ..StepForm::default() };
    FairUseForm { name: "Ladder".into(), window: window.into(), steps: vec![step], stop_gb: "20".into(), ..FairUseForm::default() }
}

struct Fair {
    stage: Stage,
    line: Line,
    router: RadiusClient,
    obedient: Obedient,
    class: Vec<u8>,
}

impl Fair {
    async fn new(window: &str) -> Self {
        let stage = Stage::new().await;
        let address = PADMA_ROUTER.parse::<std::net::IpAddr>().unwrap();
        let obedient = Obedient::listen((address, 0).into(), PADMA_SECRET, Obedience::Obeys).await.unwrap();
        let line = stage.padma_line("rahim", "pass-word").await;
        let changed = NasForm { coa_port: obedient.port().to_string(), ..form(PADMA_ROUTER, "") };
        services::radius::update_nas(&stage.world.services, &stage.world.padma.admin, stage.padma_nas, 1, &changed).await.unwrap();
        policy(&stage.world.services, &stage.world.padma.admin, stage.padma_package, window).await;
        let router = stage.padma_router().await;
        known(&router, "rahim", "pass-word").await;
        let class = pap(&router, "rahim", "pass-word").await.class().unwrap().to_vec();
        let fair = Self { stage, line, router, obedient, class };
        fair.tell(Accounting::new(Status::Start, "s1", "rahim")).await;
        fair
    }

    async fn tell(&self, report: Accounting<'_>) {
        let report = Accounting { class: Some(&self.class), ip: Some([10, 1, 1, 9]), ..report };
        assert!(self.router.account(&report).await.unwrap());
    }

    /// So many seconds later the session has moved so much in all.
    async fn later(&self, seconds: u32, down: u64) {
        self.stage.world.clock.advance(TimeDelta::seconds(300));
        self.tell(Accounting::new(Status::Interim, "s1", "rahim").after(seconds, 1_000, down)).await;
    }

    async fn heard(&self, many: usize) {
        until("the router is told", async || self.obedient.heard().len() >= many).await;
    }

    fn told(&self, index: usize) -> (bool, Option<String>) {
        let heard = &self.obedient.heard()[index];
        (heard.disconnect, heard.rate_limit.clone())
    }

    async fn rate(&self, wanted: &str) {
        until(wanted, async || pap(&self.router, "rahim", "pass-word").await.rate_limit().as_deref() == Some(wanted)).await;
    }

    async fn minute(&self) {
        let system = Caller::system(self.stage.world.padma.id, "test");
        run_minute(&self.stage.world.services, &system).await.unwrap();
    }

    async fn happened(&self) -> Vec<String> {
        let found = accounts(&self.stage.world.services, &self.stage.world.padma.admin, self.line.customer).await.unwrap();
        found[0].events.iter().rev().map(|event| event.kind.clone()).collect()
    }
}

async fn policy(services: &Services, admin: &Caller, package: PackageId, window: &str) {
    save_policy(services, admin, None, &ladder(window), &[package]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn slower_at_the_limit_and_back_with_the_next_month() {
    let fair = Fair::new("month").await;
    fair.later(300, 9 * GB).await;
    assert!(fair.obedient.heard().is_empty(), "nine of ten are free");
    fair.later(600, 12 * GB).await;
    fair.heard(1).await;
    assert_eq!(fair.told(0), (false, Some("1M/2M".into())), "a new speed, and the session goes on");
    // Whoever dials again is as slow.
    fair.rate("1M/2M").await;
    assert_eq!(fair.stage.sessions(fair.line).await.iter().filter(|session| session.stopped_at.is_none()).count(), 1);
    fair.stage.world.clock.set("2026-11-30T17:59:00Z".parse().unwrap());
    fair.minute().await;
    assert_eq!(fair.obedient.heard().len(), 1);
    fair.stage.world.clock.set("2026-11-30T18:00:00Z".parse().unwrap());
    // By its own clock the service knows that the month is over, before anybody told it.
    fair.rate("5M/10M").await;
    fair.minute().await;
    fair.heard(2).await;
    assert_eq!(fair.told(1), (false, Some("5M/10M".into())));
    assert_eq!(fair.happened().await, ["slowed", "free"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_at_the_cap_until_more_is_bought() {
    let fair = Fair::new("day").await;
    let (services, admin) = (&fair.stage.world.services, &fair.stage.world.padma.admin);
    fair.later(300, 25 * GB).await;
    fair.heard(1).await;
    assert!(fair.told(0).0, "the session ends");
    until("the line is behind the wall", async || pap(&fair.router, "rahim", "pass-word").await.address_list().is_some()).await;
    fair.tell(Accounting::new(Status::Stop, "s1", "rahim").after(300, 1_000, 25 * GB)).await;
    let offer = domain::fair_use::OfferForm { name: "10 GB".into(), gb: "10".into(), price: "100".into(), ..Default::default() };
    let offer = services::fair_use::add_offer(services, admin, &offer).await.unwrap();
    services::fair_use::sell(services, admin, fair.line.service, offer, "key-of-a-form").await.unwrap();
    // Twenty and ten: up again, on the first step.
    fair.rate("1M/2M").await;
    assert_eq!(fair.happened().await, ["stopped", "slowed"]);
    fair.stage.world.clock.set("2026-11-21T18:00:00Z".parse().unwrap());
    fair.rate("5M/10M").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_cap_a_line_gets_what_it_alone_shall_get() {
    let fair = Fair::new("day").await;
    let (services, admin) = (&fair.stage.world.services, &fair.stage.world.padma.admin);
    let at_end = async |at_end: &str| {
        let form = AtEndForm { at_end: at_end.into(), down: "512k".into(), up: "256k".into() };
        services::fair_use::set_at_end(services, admin, fair.line.service, &form).await.unwrap();
    };
    at_end("reject").await;
    fair.rate("5M/10M").await;
    fair.later(300, 25 * GB).await;
    fair.heard(1).await;
    assert!(fair.told(0).0, "the session ends");
    until("refused, where others reach the pay page", async || pap(&fair.router, "rahim", "pass-word").await.rejected()).await;
    at_end("walled").await;
    until("the line is behind the wall", async || pap(&fair.router, "rahim", "pass-word").await.address_list().is_some()).await;
    at_end("slow").await;
    fair.rate("256k/512k").await;
    // Who has to pay is treated as everybody who has to, whatever his cap says.
    at_end("reject").await;
    until("refused again", async || pap(&fair.router, "rahim", "pass-word").await.rejected()).await;
    fair.stage.suspend(&fair.stage.world.padma, fair.line).await;
    until("unpaid: behind the wall", async || pap(&fair.router, "rahim", "pass-word").await.address_list().is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_say_the_same() {
    let fair = Fair::new("month").await;
    let elsewhere = Services::new(
        Db::connect(&fair.stage.world.db.url, 4).await.unwrap(),
        fair.stage.world.services.keys.clone(),
        Arc::new(fair.stage.world.clock.clone()),
    );
    let other = start(elsewhere).await;
    let there = router(&other, PADMA_ROUTER, PADMA_SECRET).await;
    assert_eq!(pap(&there, "rahim", "pass-word").await.rate_limit().as_deref(), Some("5M/10M"));
    fair.later(300, 6 * GB).await;
    // The rest of the session is told to the other server.
    fair.stage.world.clock.advance(TimeDelta::seconds(300));
    let report = Accounting { class: Some(&fair.class), ..Accounting::new(Status::Interim, "s1", "rahim").after(600, 1_000, 11 * GB) };
    assert!(there.account(&report).await.unwrap());
    fair.rate("1M/2M").await;
    until("the other says so, too", async || pap(&there, "rahim", "pass-word").await.rate_limit().as_deref() == Some("1M/2M")).await;
    fair.heard(1).await;
    assert_eq!(fair.told(0), (false, Some("1M/2M".into())));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(fair.obedient.heard().len(), 1, "one of them told, not both");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_over_midnight_belongs_to_two_days() {
    let fair = Fair::new("day").await;
    fair.stage.world.clock.set("2026-11-21T17:55:00Z".parse().unwrap());
    fair.tell(Accounting::new(Status::Interim, "s1", "rahim").after(28_500, 0, GB)).await;
    fair.stage.world.clock.set("2026-11-21T18:05:00Z".parse().unwrap());
    fair.tell(Accounting::new(Status::Interim, "s1", "rahim").after(29_100, 0, 3 * GB)).await;
    let days: Vec<(String, i64)> =
        fair.stage.usage(fair.line).await.into_iter().map(|day| (day.day.to_string(), day.output_octets / 1_000_000)).collect();
    assert_eq!(days, [("2026-11-21".to_string(), 2_000), ("2026-11-22".to_string(), 1_000)]);
    let (services, admin) = (&fair.stage.world.services, &fair.stage.world.padma.admin);
    let graph = services::usage::graph(services, admin, fair.line.service, domain::usage::Range::Day, None).await.unwrap();
    assert_eq!((graph.down, graph.points.len()), (3 * GB, 288));
    let around: Vec<_> = graph.points.iter().rev().take(3).map(|point| point.down.map(|octets| octets / 1_000_000)).collect();
    assert_eq!(around, [None, Some(1_000), Some(1_000)], "the slot that begins now has told nothing");
    assert!(graph.points[0].down.is_none(), "nothing was told before the session: a gap");
    let hours = services::usage::graph(services, admin, fair.line.service, domain::usage::Range::Week, None).await.unwrap();
    assert_eq!(hours.down, graph.down);
}
