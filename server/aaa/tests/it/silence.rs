//! Who is not answered at all, and where that is seen.

use crate::stage::*;
use domain::NasId;
use domain::radius::{AlertKind, NasForm};
use integrations::radius::{Code, Secret, Writer, attribute as a};
use simlab::radius_client::{Accounting, Method, Status};
use testkit::TestIsp;

async fn alerts(stage: &Stage, isp: &TestIsp, nas: NasId) -> Vec<(AlertKind, i64)> {
    let all = services::radius::list_nas(&stage.world.services, &isp.admin).await.unwrap();
    let nas = all.into_iter().find(|row| row.id == nas).unwrap();
    nas.alerts.into_iter().map(|alert| (alert.kind, alert.packets)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_hears_nothing_and_is_shown_to_his_neighbours() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let stranger = hasty(&stage.radius, "127.0.0.77", PADMA_SECRET).await;
    for _ in 0..3 {
        assert!(stranger.login(Method::Pap, "rahim", "pass-word").await.unwrap().is_none());
    }
    assert!(!stranger.account(&Accounting::new(Status::Start, "1", "rahim")).await.unwrap());
    let far = hasty(&stage.radius, "127.9.9.9", PADMA_SECRET).await;
    assert!(far.login(Method::Pap, "rahim", "pass-word").await.unwrap().is_none());
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    until("the stranger is shown", async || {
        let shown = services::radius::unknown_addresses(services, admin).await.unwrap();
        shown.iter().any(|shown| shown.address.to_string() == "127.0.0.77" && shown.packets == 4)
    })
    .await;
    let shown = services::radius::unknown_addresses(services, admin).await.unwrap();
    assert!(shown.iter().all(|shown| shown.address.to_string() != "127.9.9.9"), "with several ISPs only neighbours are shown");
    nas(&stage.world, &stage.world.padma, "127.0.0.77", PADMA_SECRET).await;
    assert!(services::radius::unknown_addresses(services, admin).await.unwrap().is_empty(), "registered by now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_met_with_silence() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let mut wrong = hasty(&stage.radius, PADMA_ROUTER, "another-secret-012345").await;
    assert!(wrong.login(Method::Pap, "rahim", "pass-word").await.unwrap().is_none());
    assert!(!wrong.account(&Accounting::new(Status::Start, "1", "rahim")).await.unwrap());
    until("the alert is shown", async || alerts(&stage, &stage.world.padma, stage.padma_nas).await == [(AlertKind::BadAuthenticator, 2)])
        .await;
    // Unsigned, a wrong secret makes a wrong password; the answer is not provable to whoever asked.
    wrong.sign = false;
    let before = stage.radius.figures().rejected;
    assert!(wrong.login(Method::Pap, "rahim", "pass-word").await.unwrap().is_none());
    assert_eq!(stage.radius.figures().rejected - before, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn unsigned_requests_where_signed_ones_are_wanted() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let mut router = stage.padma_router().await;
    router.sign = false;
    known(&router, "rahim", "pass-word").await;
    let form = NasForm { require_message_authenticator: true, ..form(PADMA_ROUTER, "") };
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    services::radius::update_nas(services, admin, stage.padma_nas, 1, &form).await.unwrap();
    let mut router = hasty(&stage.radius, PADMA_ROUTER, PADMA_SECRET).await;
    router.sign = false;
    until("silence", async || router.login(Method::Pap, "rahim", "pass-word").await.unwrap().is_none()).await;
    until("the alert is shown", async || {
        alerts(&stage, &stage.world.padma, stage.padma_nas).await.first().is_some_and(|(kind, _)| *kind == AlertKind::MissingAuthenticator)
    })
    .await;
    router.sign = true;
    assert!(pap(&router, "rahim", "pass-word").await.accepted());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_isps_at_one_address_are_told_apart_by_their_secrets() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "padma-pass").await;
    stage.meghna_line("rahim", "meghna-pass").await;
    let shared = nas(&stage.world, &stage.world.meghna, PADMA_ROUTER, MEGHNA_SECRET).await;
    let (padma, mut meghna) = (stage.padma_router().await, hasty(&stage.radius, PADMA_ROUTER, MEGHNA_SECRET).await);
    until("meghna is known there", async || {
        meghna.login(Method::Chap, "rahim", "meghna-pass").await.unwrap().is_some_and(|answer| answer.accepted())
    })
    .await;
    assert!(pap(&padma, "rahim", "padma-pass").await.accepted());
    assert!(padma.account(&Accounting::new(Status::Start, "81", "rahim")).await.unwrap());
    assert!(meghna.account(&Accounting::new(Status::Start, "82", "rahim")).await.unwrap());
    // Without a proof nobody knows whose it is.
    meghna.sign = false;
    assert!(meghna.login(Method::Pap, "rahim", "meghna-pass").await.unwrap().is_none());
    until("both are told", async || {
        let padma = alerts(&stage, &stage.world.padma, stage.padma_nas).await;
        let meghna = alerts(&stage, &stage.world.meghna, shared).await;
        let told = |alerts: &[(AlertKind, i64)]| alerts.iter().any(|(kind, _)| *kind == AlertKind::MissingAuthenticator);
        told(&padma) && told(&meghna)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_packets_do_no_harm() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let router = hasty(&stage.radius, PADMA_ROUTER, PADMA_SECRET).await;
    for bytes in [b"".as_slice(), b"\x01", &[0; 20], &[255; 4096], &[1, 1, 0, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 200]] {
        assert!(router.send(bytes).await.unwrap().is_none());
        assert!(router.send_accounting(bytes).await.unwrap().is_none());
    }
    until("the alert is shown", async || {
        alerts(&stage, &stage.world.padma, stage.padma_nas)
            .await
            .iter()
            .any(|(kind, packets)| *kind == AlertKind::Malformed && *packets >= 8)
    })
    .await;
    assert!(pap(&stage.padma_router().await, "rahim", "pass-word").await.accepted());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_same_answer() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    let (secret, mut room) = (Secret::new(PADMA_SECRET.as_bytes()), Vec::new());
    let mut writer = Writer::new(&mut room, Code::ACCESS_REQUEST, 200);
    writer.message_authenticator().push(a::USER_NAME, b"rahim").push(a::PROXY_STATE, b"one").push(a::PROXY_STATE, b"two");
    let request = writer.finish_access(&secret, &[9; 16]).unwrap().to_vec();
    let before = stage.radius.figures();
    let first = router.send(&request).await.unwrap().unwrap();
    assert_eq!(router.send(&request).await.unwrap().unwrap(), first);
    let after = stage.radius.figures();
    assert_eq!((after.rejected - before.rejected, after.repeated - before.repeated), (1, 1));
    let states: Vec<_> = first
        .packet()
        .unwrap()
        .attributes()
        .filter(|attribute| attribute.kind == a::PROXY_STATE)
        .map(|state| state.value.to_vec())
        .collect();
    assert_eq!(states, [b"one", b"two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_server_is_answered_on_both_ports() {
    let stage = Stage::new().await;
    let (router, secret) = (stage.padma_router().await, Secret::new(PADMA_SECRET.as_bytes()));
    let mut room = Vec::new();
    let mut writer = Writer::new(&mut room, Code::STATUS_SERVER, 3);
    writer.message_authenticator();
    let request = writer.finish_access(&secret, &[5; 16]).unwrap().to_vec();
    assert_eq!(router.send(&request).await.unwrap().unwrap().code(), Code::ACCESS_ACCEPT);
    assert_eq!(router.send_accounting(&request).await.unwrap().unwrap().code(), Code::ACCOUNTING_RESPONSE);
    let unsigned = Writer::new(&mut room, Code::STATUS_SERVER, 4).finish_access(&secret, &[6; 16]).unwrap().to_vec();
    let router = hasty(&stage.radius, PADMA_ROUTER, PADMA_SECRET).await;
    assert!(router.send(&unsigned).await.unwrap().is_none());
}
