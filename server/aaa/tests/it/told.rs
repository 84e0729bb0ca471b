//! What routers are told when a line changes while somebody is online, and what becomes of it.

use crate::stage::*;
use domain::customers::BlockReason;
use domain::radius::NasForm;
use simlab::radius_client::{Accounting, Obedience, Obedient, RadiusClient, Status};

pub struct Told {
    pub stage: Stage,
    pub line: Line,
    pub router: RadiusClient,
    pub obedient: Obedient,
}

impl Told {
    /// A line with a session, and a router that hears.
    pub async fn new(obedience: Obedience) -> Self {
        let stage = Stage::new().await;
        let obedient =
            Obedient::listen((PADMA_ROUTER.parse::<std::net::IpAddr>().unwrap(), 0).into(), PADMA_SECRET, obedience).await.unwrap();
        let line = stage.padma_line("rahim", "pass-word").await;
        let changed = NasForm { coa_port: obedient.port().to_string(), ..form(PADMA_ROUTER, "") };
        services::radius::update_nas(&stage.world.services, &stage.world.padma.admin, stage.padma_nas, 1, &changed).await.unwrap();
        let router = stage.padma_router().await;
        known(&router, "rahim", "pass-word").await;
        let told = Self { stage, line, router, obedient };
        told.session("s1").await;
        told
    }

    pub async fn session(&self, id: &str) {
        let class = pap(&self.router, "rahim", "pass-word").await.class().unwrap();
        let start = Accounting { class: Some(&class), ip: Some([10, 1, 1, 9]), ..Accounting::new(Status::Start, id, "rahim") };
        assert!(self.router.account(&start).await.unwrap());
    }

    pub async fn stop(&self, id: &str) {
        assert!(self.router.account(&Accounting::new(Status::Stop, id, "rahim").after(9, 1, 1)).await.unwrap());
    }

    pub async fn heard(&self, many: usize) {
        until("the router is told", async || self.obedient.heard().len() >= many).await;
    }

    pub async fn order(&self, wanted: &str) {
        let (services, admin) = (&self.stage.world.services, &self.stage.world.padma.admin);
        until(wanted, async || {
            let orders = services::radius::orders_of_customer(services, admin, self.line.customer).await.unwrap();
            // A change that is heard of twice leaves a newer order that turns out to be unneeded.
            orders
                .iter()
                .map(|order| format!("{} {} {}", order.kind, order.state, order.answer.as_deref().unwrap_or("-")))
                .find(|order| wanted.contains("unneeded") || !order.contains("unneeded"))
                .is_some_and(|order| order == wanted)
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_is_disconnected_and_whoever_is_up_again_too() {
    let told = Told::new(Obedience::Obeys).await;
    told.stage.suspend(&told.stage.world.padma, told.line).await;
    told.heard(1).await;
    let heard = &told.obedient.heard()[0];
    assert!(heard.disconnect && heard.username == "rahim" && heard.session_id == "s1", "{heard:?}");
    assert_eq!(heard.framed_ip.as_deref(), Some([10, 1, 1, 9].as_slice()));
    told.order("disconnect done ack").await;
    told.stop("s1").await;

    // He dials again and is behind the wall, which is right: nothing is told.
    told.session("s2").await;
    let services = &told.stage.world.services;
    assert_eq!(services::radius::enforce_online(services, told.stage.world.padma.id).await.unwrap(), 0);
    services::customers::resume_service(services, &told.stage.world.padma.admin, told.line.service, BlockReason::Admin).await.unwrap();
    told.heard(2).await;
    assert_eq!(told.obedient.heard()[1].session_id, "s2");
    // The accounting that follows shows that it is so.
    told.order("disconnect done ack").await;
    told.stop("s2").await;
    until("it is verified", async || {
        let orders = services::radius::orders_of_customer(services, &told.stage.world.padma.admin, told.line.customer).await.unwrap();
        orders.len() == 2 && orders.iter().all(|order| order.verified_at.is_some())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_speed_keeps_the_session() {
    let told = Told::new(Obedience::Obeys).await;
    told.stage.save_home(&home("7", "70")).await;
    told.heard(1).await;
    let heard = &told.obedient.heard()[0];
    assert_eq!((heard.disconnect, heard.rate_limit.as_deref()), (false, Some("7M/70M")));
    told.order("change done ack").await;
    // What it has now is known: nothing is told twice.
    let isp = told.stage.world.padma.id;
    assert_eq!(services::radius::enforce_online(&told.stage.world.services, isp).await.unwrap(), 0);
    // A router that cannot change a session ends it.
    told.obedient.be(Obedience::OnlyEnds);
    told.stage.save_home(&home("8", "80")).await;
    told.heard(3).await;
    assert!(told.obedient.heard()[2].disconnect);
    told.order("disconnect done ack").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_its_router_does_not_know_is_over() {
    let told = Told::new(Obedience::Refuses(503)).await;
    told.stage.suspend(&told.stage.world.padma, told.line).await;
    told.order("disconnect done nak").await;
    let sessions = told.stage.sessions(told.line).await;
    assert_eq!(sessions[0].stop_cause.as_deref(), Some("gone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_that_is_silent_is_asked_again() {
    let told = Told::new(Obedience::Silent).await;
    told.stage.suspend(&told.stage.world.padma, told.line).await;
    // One second, two and four: seven until it counts as silence.
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    told.order("disconnect waiting timeout").await;
    assert_eq!(told.obedient.heard().len(), 3, "sent again, twice");
    told.obedient.be(Obedience::Obeys);
    told.stage.world.clock.advance(chrono::TimeDelta::seconds(20));
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    until("it is asked again", async || told.obedient.heard().len() == 4).await;
    told.order("disconnect done ack").await;
}

/// E-09: the line ends while somebody is online, and his router did not end the session by itself.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_line_is_disconnected_by_the_minutes_check() {
    let told = Told::new(Obedience::Obeys).await;
    let (services, padma) = (&told.stage.world.services, &told.stage.world.padma);
    let end = services.now() + chrono::TimeDelta::hours(400_000);
    services::customers::set_expiry(services, &padma.admin, told.line.service, Some(end)).await.unwrap();
    assert_eq!(services::radius::enforce_online(services, padma.id).await.unwrap(), 0);
    told.stage.world.clock.advance(chrono::TimeDelta::hours(400_001));
    assert_eq!(services::radius::enforce_online(services, padma.id).await.unwrap(), 1);
    told.heard(1).await;
    assert!(told.obedient.heard()[0].disconnect);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_two_sessions_goes() {
    let told = Told::new(Obedience::Obeys).await;
    told.stage.world.clock.advance(chrono::TimeDelta::seconds(10));
    let second = Accounting { mac: "AA:BB:CC:00:11:99", ..Accounting::new(Status::Start, "s2", "rahim") };
    assert!(told.router.account(&second).await.unwrap());
    told.heard(1).await;
    assert_eq!(told.obedient.heard()[0].session_id, "s1");
    told.order("disconnect done ack").await;
    // A device that begins anew is not a second one: its old session is over without a word.
    told.stop("s1").await;
    told.stage.world.clock.advance(chrono::TimeDelta::seconds(10));
    let third = Accounting { mac: "AA:BB:CC:00:11:99", ..Accounting::new(Status::Start, "s3", "rahim") };
    assert!(told.router.account(&third).await.unwrap());
    let open: Vec<_> = told.stage.sessions(told.line).await.into_iter().filter(|session| session.stopped_at.is_none()).collect();
    assert_eq!(open.len(), 1);
}
