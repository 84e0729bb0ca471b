//! What others got wrong and their customers paid for: ghosts after a power cut, quotas of 32 bits, decisions that
//! outlive what they rest on, and what a stranger may learn.

use crate::database_away::Proxy;
use crate::stage::*;
use chrono::TimeDelta;
use domain::access::{AccessForm, BlockForm};
use integrations::radius::Packet;
use integrations::radius::attribute as a;
use services::Services;
use simlab::radius_client::{Accounting, Answer, Login, Method, RadiusClient, Status};
use std::net::UdpSocket;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::Db;

async fn report(router: &RadiusClient, report: Accounting<'_>) {
    assert!(router.account(&report).await.unwrap(), "not acknowledged");
}

async fn total(stage: &Stage, line: Line) -> i64 {
    stage.usage(line).await.iter().map(|day| day.input_octets).sum()
}

const HIS: &str = "AA:BB:CC:00:11:22";
const NEW: &str = "AA:BB:CC:00:11:99";

/// A line that may be there once and refuses whoever comes next; the session `s1` of his own device is let in.
struct OneSession {
    stage: Stage,
    line: Line,
    router: RadiusClient,
}

async fn dial(router: &RadiusClient, mac: &str, session_id: &str) -> Answer {
    router.ask_in(Login { mac, session_id, ..Login::new(Method::Chap, "rahim", "pass-word") }).await.unwrap().unwrap()
}

impl OneSession {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let line = stage.padma_line("rahim", "pass-word").await;
        let router = stage.padma_router().await;
        known(&router, "rahim", "pass-word").await;
        let one = AccessForm { on_duplicate: "refuse_new".into(), sessions: "1".into(), ..AccessForm::default() };
        let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
        services::radius::put_package_access(services, admin, stage.padma_package, &one).await.unwrap();
        until("the rule is heard", async || {
            dial(&router, HIS, "s1").await;
            dial(&router, NEW, "s9").await.rejected()
        })
        .await;
        Self { stage, line, router }
    }
}

/// E-13: the router loses its power, nobody told the end of anything, and only one session may be there.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_power_cut_everybody_is_back_at_once_and_what_was_used_stays_used() {
    let OneSession { stage, line, router } = OneSession::new().await;
    report(&router, Accounting { ip: Some([10, 1, 1, 9]), ..Accounting::new(Status::Start, "s1", "rahim") }).await;
    stage.world.clock.advance(TimeDelta::seconds(300));
    report(&router, Accounting::new(Status::Interim, "s1", "rahim").after(300, 5_000_000_000, 7)).await;
    stage.world.clock.advance(TimeDelta::seconds(40));

    // The power is back. The same device is let in by its first try, though its old session was never ended.
    assert!(dial(&router, HIS, "s2").await.accepted(), "kept out by his own ghost");
    report(&router, Accounting::new(Status::Start, "s2", "rahim")).await;
    assert_eq!(total(&stage, line).await, 5_000_000_000);
    let sessions = stage.sessions(line).await;
    assert_eq!((sessions.len(), sessions.iter().filter(|session| session.stopped_at.is_none()).count()), (2, 1));
    assert_eq!(sessions[1].stop_cause.as_deref(), Some("replaced"));

    // The next time the whole router restarts and says so: even another device of his is let in at once.
    stage.world.clock.advance(TimeDelta::seconds(300));
    report(&router, Accounting::new(Status::Interim, "s2", "rahim").after(300, 1_000, 7)).await;
    assert!(dial(&router, NEW, "s3").await.rejected(), "one session may be there");
    stage.world.clock.advance(TimeDelta::seconds(20));
    report(&router, Accounting::new(Status::On, "", "")).await;
    assert!(dial(&router, NEW, "s3").await.accepted());
    assert_eq!(total(&stage, line).await, 5_000_001_000);
}

/// E-13 where no router says anything: a ghost that the minute's check ends keeps nobody out, not even once.
#[tokio::test(flavor = "multi_thread")]
async fn a_ghost_that_was_closed_leaves_its_seat_at_once() {
    let OneSession { stage, router, .. } = OneSession::new().await;
    report(&router, Accounting::new(Status::Start, "s1", "rahim")).await;
    stage.world.clock.advance(TimeDelta::seconds(901));
    assert_eq!(services::radius::close_stale(&stage.world.services, stage.world.padma.id).await.unwrap(), 1);
    // What the database tells takes a moment; no try is spent on it.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(dial(&router, NEW, "s2").await.accepted(), "kept out by a ghost");
}

/// E-14: ten gigabytes told in 32 bits, and three times a new login on the way.
#[tokio::test(flavor = "multi_thread")]
async fn ten_gigabytes_are_ten_gigabytes_without_gigawords_and_with_new_logins() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    let narrow = |status, id, seconds, octets: u64| {
        let told = octets & 0xffff_ffff;
        Accounting { narrow: true, ..Accounting::new(status, id, "rahim").after(seconds, told, told) }
    };
    report(&router, narrow(Status::Start, "s1", 0, 0)).await;
    for step in 1..=10u32 {
        stage.world.clock.advance(TimeDelta::seconds(300));
        let octets = u64::from(step) * 1_000_000_000;
        let status = if step == 10 { Status::Stop } else { Status::Interim };
        report(&router, narrow(status, "s1", step * 300, octets)).await;
    }
    assert_eq!(total(&stage, line).await, 10_000_000_000);
    // Logging in again begins at nothing and adds to what there is.
    for id in ["s2", "s3", "s4"] {
        stage.world.clock.advance(TimeDelta::seconds(90));
        report(&router, narrow(Status::Start, id, 0, 0)).await;
        stage.world.clock.advance(TimeDelta::seconds(300));
        report(&router, narrow(Status::Stop, id, 300, 20_000_000)).await;
    }
    assert_eq!(total(&stage, line).await, 10_060_000_000);
    assert_eq!(stage.sessions(line).await.len(), 4);
}

/// Decisions go on without a database: never beyond an expiry, and not for ever.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_nothing_outlives_its_expiry_and_nobody_guesses_after_a_day() {
    let world = testkit::world(NOW).await;
    let proxy = Proxy::before(&world.db.url).await;
    let db = Db::connect(&proxy.url(&world.db.url), 8).await.unwrap();
    let services = Services::new(db, world.services.keys.clone(), Arc::new(world.clock.clone()));
    let stage = Stage::with(world, services).await;
    let end = stage.world.services.now() + TimeDelta::minutes(10);
    let (padma, meghna) = (&stage.world.padma, &stage.world.meghna);
    stage.line(padma, stage.padma_package, "prepaid", "pass-word", Some(end), None).await;
    stage.line(meghna, stage.meghna_package, "prepaid", "pass-word", Some(end), None).await;
    stage.padma_line("monthly", "pass-word").await;
    let (at_padma, at_meghna) = (stage.padma_router().await, stage.meghna_router().await);
    known(&at_padma, "prepaid", "pass-word").await;
    known(&at_meghna, "prepaid", "pass-word").await;
    known(&at_padma, "monthly", "pass-word").await;
    proxy.close();
    stage.world.clock.set(end - TimeDelta::seconds(1));
    assert_eq!(pap(&at_padma, "prepaid", "pass-word").await.session_timeout(), Some(1));
    assert!(chap(&at_meghna, "prepaid", "pass-word").await.accepted());
    stage.world.clock.set(end);
    assert!(pap(&at_padma, "prepaid", "pass-word").await.address_list().is_some(), "up beyond its expiry");
    assert!(chap(&at_meghna, "prepaid", "pass-word").await.rejected(), "up beyond its expiry");
    assert!(pap(&at_padma, "monthly", "pass-word").await.accepted());

    // The service notices by itself that the database is away; from then on it counts.
    tokio::time::sleep(Duration::from_secs(7)).await;
    stage.world.clock.advance(TimeDelta::hours(23));
    assert!(pap(&at_padma, "monthly", "pass-word").await.accepted());
    stage.world.clock.advance(TimeDelta::hours(2));
    let mut hasty = stage.padma_router().await;
    (hasty.tries, hasty.timeout) = (1, Duration::from_millis(300));
    assert!(hasty.login(Method::Pap, "monthly", "pass-word").await.unwrap().is_none(), "silence, and no reject: another server may know");
    assert!(stage.radius.figures().silent_blind > 0);
    proxy.reopen();
    let limit = Instant::now() + Duration::from_secs(20);
    while hasty.login(Method::Pap, "monthly", "pass-word").await.unwrap().is_none() {
        assert!(Instant::now() < limit, "it does not see again");
    }
}

/// Sends a request from an address and answers with the raw octets that come back, whoever they are proven for.
async fn raw(stage: &Stage, from: &str, request: Vec<u8>) -> Option<Vec<u8>> {
    let (to, from) = (stage.radius.auth_addr(), from.to_string());
    tokio::task::spawn_blocking(move || {
        let socket = UdpSocket::bind((from.as_str(), 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
        socket.send_to(&request, to).unwrap();
        let mut room = [0; 4096];
        socket.recv(&mut room).ok().map(|length| room[..length].to_vec())
    })
    .await
    .unwrap()
}

/// Everything in an answer but its proofs.
fn told(answer: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let packet = Packet::parse(answer).unwrap();
    let shown = packet.attributes().filter(|attribute| attribute.kind != a::MESSAGE_AUTHENTICATOR && attribute.kind != a::VENDOR_SPECIFIC);
    std::iter::once((answer[0], Vec::new())).chain(shown.map(|attribute| (attribute.kind, attribute.value.to_vec()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_wrong_secret_cannot_tell_who_exists() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let blocked = stage.padma_line("blocked", "pass-word").await;
    stage.suspend(&stage.world.padma, blocked).await;
    stage.padma_line("listed", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let block = BlockForm { kind: "username".into(), value: "listed".into(), note: "spam".into(), days: String::new() };
    services::radius::block(&stage.world.services, &stage.world.padma.admin, &block).await.unwrap();
    let right = stage.padma_router().await;
    until("the list is heard", async || pap(&right, "listed", "pass-word").await.rejected()).await;
    let mut wrong = router(&stage.radius, PADMA_ROUTER, "another-secret-012345").await;
    for method in [Method::Pap, Method::MsChap2] {
        let mut heard = Vec::new();
        for name in ["rahim", "blocked", "listed", "nobody"] {
            wrong.sign = true;
            let login = Login { sign: true, ..Login::new(method, name, "pass-wOrd") };
            assert_eq!(raw(&stage, PADMA_ROUTER, wrong.request(login).unwrap()).await, None, "signed with a wrong secret");
            let answer = raw(&stage, PADMA_ROUTER, wrong.request(Login { sign: false, ..login }).unwrap()).await.unwrap();
            heard.push(told(&answer));
        }
        assert!(heard.iter().all(|one| *one == heard[0]), "{heard:?}");
    }
    // Whoever proves himself is told why.
    let answer = pap(&right, "listed", "pass-word").await;
    assert!(answer.text(a::REPLY_MESSAGE).unwrap().contains("blocked"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_strangers_keeps_nobody_waiting() {
    const PACKETS: u32 = 50_000;
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    let stranger = self::router(&stage.radius, "127.0.0.77", PADMA_SECRET).await;
    let request = stranger.request(Login::new(Method::Pap, "rahim", "pass-word")).unwrap();
    let to = stage.radius.auth_addr();
    let flood = tokio::task::spawn_blocking(move || {
        let sockets: Vec<UdpSocket> =
            (1..200u8).map(|last| UdpSocket::bind((std::net::Ipv4Addr::new(127, 7, 7, last), 0)).unwrap()).collect();
        for number in 0..PACKETS {
            sockets[number as usize % sockets.len()].send_to(&request, to).unwrap();
        }
    });
    let (mut slowest, mut asked) = (Duration::ZERO, 0);
    while !flood.is_finished() || asked < 20 {
        let started = Instant::now();
        assert!(chap(&router, "rahim", "pass-word").await.accepted());
        slowest = slowest.max(started.elapsed());
        asked += 1;
    }
    flood.await.unwrap();
    assert!(slowest < Duration::from_secs(2), "somebody waited {slowest:?}");
    let figures = stage.radius.figures();
    assert!(figures.unknown_client > 1_000, "{figures:?}");
    // A flood is a count of each address, not a row of each packet, and no attempt of anybody.
    let shown = services::radius::recent_attempts(&stage.world.services, &stage.world.padma.admin).await.unwrap();
    assert!(shown.iter().all(|attempt| attempt.outcome == domain::radius::Outcome::Accept));
}
