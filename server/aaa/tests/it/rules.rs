//! What a line may do beyond being up: methods, devices, seats, addresses, the block list.

use crate::stage::*;
use domain::access::{AccessForm, BlockForm};
use integrations::radius::attribute::{self as a, vendor};
use integrations::radius::{NtPassword, Packet, hide_session_key};
use simlab::radius_client::{Accounting, Answer, Login, Method, RadiusClient, Status};

async fn ask(router: &RadiusClient, login: Login<'_>) -> Answer {
    router.ask_in(login).await.unwrap().expect("an answer")
}

fn login<'a>(mac: &'a str, session_id: &'a str) -> Login<'a> {
    Login { mac, session_id, ..Login::new(Method::Chap, "rahim", "pass-word") }
}

/// The last reason that the attempt log has for a name.
async fn reason(stage: &Stage, username: &str, wanted: &str) {
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    until(wanted, async || {
        let seen = services::radius::attempts_of_username(services, admin, username).await.unwrap();
        seen.first().is_some_and(|attempt| attempt.reason == wanted)
    })
    .await;
}

async fn rules(stage: &Stage, form: AccessForm) {
    services::radius::put_package_access(&stage.world.services, &stage.world.padma.admin, stage.padma_package, &form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ms_chap_of_both_versions() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;

    let answer = router.login(Method::MsChap1, "rahim", "pass-word").await.unwrap().unwrap();
    assert!(answer.accepted());
    assert_eq!(answer.vendor(vendor::MICROSOFT, vendor::MS_CHAP_MPPE_KEYS).map(|keys| keys.len()), Some(32));

    let answer = router.login(Method::MsChap2, "rahim", "pass-word").await.unwrap().unwrap();
    assert!(answer.accepted());
    let success = answer.vendor(vendor::MICROSOFT, vendor::MS_CHAP2_SUCCESS).unwrap();
    assert_eq!((success.len(), &success[1..3]), (43, b"S=".as_slice()));
    let keys = [vendor::MS_MPPE_SEND_KEY, vendor::MS_MPPE_RECV_KEY].map(|kind| answer.vendor(vendor::MICROSOFT, kind).unwrap());
    assert!(keys.iter().all(|key| key.len() == 34 && key[0] & 0x80 == 0x80) && keys[0][..2] != keys[1][..2]);
    // Hidden with this request's authenticator they are never the same twice.
    let secret = integrations::radius::Secret::new(PADMA_SECRET.as_bytes());
    assert_eq!(hide_session_key(&[0; 16], 1, &secret, &[0; 16]).len(), 34);
    assert!(NtPassword::new(b"\xff").is_none());

    for method in [Method::MsChap1, Method::MsChap2] {
        for (username, password) in [("rahim", "wrong"), ("nobody", "pass-word")] {
            let answer = router.login(method, username, password).await.unwrap().unwrap();
            assert!(answer.rejected());
            let error = answer.vendor(vendor::MICROSOFT, vendor::MS_CHAP_ERROR).unwrap();
            assert!(error[1..].starts_with(b"E=691 R=0"), "{}", String::from_utf8_lossy(&error));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_alone_comes_in_where_its_router_may_ask_so() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    services::radius::bind_mac(services, admin, line.service, "aabb.cc00.1122").await.unwrap();
    let alone = |password: &'static str| Login { password, username: "AA-BB-CC-00-11-22", ..Login::new(Method::Pap, "", "") };

    assert!(ask(&router, alone("AA-BB-CC-00-11-22")).await.rejected());
    reason(&stage, "AA-BB-CC-00-11-22", "mac_not_allowed").await;

    let form = domain::radius::NasForm { mac_auth: true, ..form(PADMA_ROUTER, "") };
    services::radius::update_nas(services, admin, stage.padma_nas, 1, &form).await.unwrap();
    until("the switch is heard", async || ask(&router, alone("AA-BB-CC-00-11-22")).await.accepted()).await;
    assert!(ask(&router, alone("")).await.accepted());
    assert!(ask(&router, alone("guessed")).await.rejected(), "a wrong password is a wrong password");
    // Whoever types somebody else's address is not that device.
    assert!(ask(&router, Login { mac: "AA:BB:CC:00:11:99", ..alone("") }).await.rejected());
    let stranger = Login { mac: "AA:BB:CC:00:11:99", username: "AA:BB:CC:00:11:99", ..alone("") };
    assert!(ask(&router, stranger).await.rejected(), "a device that is bound to nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_device_keeps_the_line() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    rules(&stage, AccessForm { mac_rule: "learn".into(), ..AccessForm::default() }).await;
    // Until the rule is known here, a device comes in unlearnt: the second one waits for the first to be bound.
    until("the first device is learnt", async || {
        ask(&router, login("AA:BB:CC:00:11:01", "")).await;
        let mut tx = stage.world.services.db.isp(&stage.world.padma.admin).await.unwrap();
        let rules = storage::radius::rules::all(&mut tx).await.unwrap();
        rules.iter().any(|(_, rules)| !rules.macs.is_empty())
    })
    .await;
    until("no other device comes in", async || ask(&router, login("AA:BB:CC:00:11:02", "")).await.rejected()).await;
    reason(&stage, "rahim", "wrong_device").await;
    let again = ask(&router, login("aa-bb-cc-00-11-01", "")).await;
    assert!(again.accepted(), "the same device, written otherwise");
    // It is bound in the database, not only in this server's memory.
    let other = start(stage.world.services.clone()).await;
    until("another server knows it", async || {
        let router = self::router(&other, PADMA_ROUTER, PADMA_SECRET).await;
        ask(&router, login("AA:BB:CC:00:11:02", "")).await.rejected()
    })
    .await;
    rules(&stage, AccessForm { mac_rule: "learn".into(), mac_most: "1".into(), mac_replace: "yes".into(), ..AccessForm::default() }).await;
    until("a new device takes the place", async || ask(&router, login("AA:BB:CC:00:11:02", "")).await.accepted()).await;
    assert!(ask(&router, login("", "")).await.rejected(), "a router that does not tell the device");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_session_is_refused_also_before_the_first_one_reported() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    rules(&stage, AccessForm { on_duplicate: "refuse_new".into(), ..AccessForm::default() }).await;
    until("the rule is heard", async || {
        ask(&router, login("AA:BB:CC:00:11:01", "s1")).await;
        ask(&router, login("AA:BB:CC:00:11:02", "s2")).await.rejected()
    })
    .await;
    reason(&stage, "rahim", "already_online").await;
    assert!(ask(&router, login("AA:BB:CC:00:11:01", "s1")).await.accepted(), "who asks again has his seat");
    let report = |status| Accounting { mac: "AA:BB:CC:00:11:01", ..Accounting::new(status, "s1", "rahim").after(10, 1, 1) };
    assert!(router.account(&report(Status::Start)).await.unwrap());
    assert!(ask(&router, login("AA:BB:CC:00:11:02", "s2")).await.rejected());
    assert!(ask(&router, login("AA:BB:CC:00:11:01", "s3")).await.accepted(), "his own device, after its line broke");
    stage.world.clock.advance(chrono::TimeDelta::seconds(61));
    assert!(router.account(&report(Status::Stop)).await.unwrap());
    assert!(ask(&router, login("AA:BB:CC:00:11:02", "s2")).await.accepted());
    // A server that restarts knows who is online.
    let report = Accounting { mac: "AA:BB:CC:00:11:02", ..Accounting::new(Status::Start, "s2", "rahim") };
    assert!(router.account(&report).await.unwrap());
    let other = start(stage.world.services.clone()).await;
    let router = self::router(&other, PADMA_ROUTER, PADMA_SECRET).await;
    assert!(ask(&router, login("AA:BB:CC:00:11:03", "s4")).await.rejected());
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_pools_lists_and_more_attributes() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    let template = "Framed-MTU = 1480\nReply-Message = {username} {down_kbps}".to_string();
    let package =
        AccessForm { framed_pool: "homes".into(), address_list: "home".into(), reply_template: template, ..AccessForm::default() };
    rules(&stage, package).await;
    let own = AccessForm {
        ipv6_prefix: "2001:db8:1:2::/64".into(),
        delegated_prefix: "2001:db8:ff00::/56".into(),
        reply_template: "Framed-MTU = 1400".into(),
        ..AccessForm::default()
    };
    services::radius::put_service_access(services, admin, line.service, &own).await.unwrap();
    until("the rules are heard", async || pap(&router, "rahim", "pass-word").await.number(12) == Some(1_400)).await;
    let answer = pap(&router, "rahim", "pass-word").await;
    assert_eq!((answer.text(a::FRAMED_POOL).as_deref(), answer.address_list().as_deref()), (Some("homes"), Some("home")));
    assert_eq!(answer.text(a::REPLY_MESSAGE).as_deref(), Some("rahim 10000"));
    let packet = answer.packet().unwrap();
    let network = |packet: &Packet<'_>, kind| packet.find(kind).map(|value| (value[1], value[2..8].to_vec()));
    assert_eq!(network(&packet, a::FRAMED_IPV6_PREFIX), Some((64, vec![0x20, 0x01, 0x0d, 0xb8, 0, 1])));
    assert_eq!(network(&packet, a::DELEGATED_IPV6_PREFIX), Some((56, vec![0x20, 0x01, 0x0d, 0xb8, 0xff, 0])));

    services::radius::put_realm(services, admin, "@Home.Example", "realm-pool", false).await.unwrap();
    until("the realm is heard", async || pap(&router, "rahim@home.example", "pass-word").await.accepted()).await;
    assert!(pap(&router, "rahim@other.example", "pass-word").await.rejected());
    let wrong = AccessForm { reply_template: "Class = x".into(), ..AccessForm::default() };
    let refused = services::radius::put_service_access(services, admin, line.service, &wrong).await.unwrap_err();
    assert!(matches!(refused, services::Error::Invalid(problems) if problems[0].key == "problem-reply-unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_the_block_list_stays_out() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    stage.meghna_line("rahim", "pass-word").await;
    let (router, meghna) = (stage.padma_router().await, stage.meghna_router().await);
    known(&router, "rahim", "pass-word").await;
    known(&meghna, "rahim", "pass-word").await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    let form =
        |kind: &str, value: &str, days: &str| BlockForm { kind: kind.into(), value: value.into(), note: "fraud".into(), days: days.into() };
    let entry = services::radius::block(services, admin, &form("mac", "aabbcc001122", "")).await.unwrap();
    until("the entry is heard", async || pap(&router, "rahim", "pass-word").await.rejected()).await;
    reason(&stage, "rahim", "block_listed").await;
    assert!(pap(&meghna, "rahim", "pass-word").await.accepted(), "another ISP's list");
    services::radius::unblock(services, admin, entry).await.unwrap();
    until("the entry is gone", async || pap(&router, "rahim", "pass-word").await.accepted()).await;

    services::radius::block(services, admin, &form("username", "RAHIM", "2")).await.unwrap();
    until("the entry is heard", async || pap(&router, "rahim", "pass-word").await.rejected()).await;
    stage.world.clock.advance(chrono::TimeDelta::days(2));
    assert!(pap(&router, "rahim", "pass-word").await.accepted(), "an entry that has ended");
    assert!(services::radius::block_list(services, admin).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_has_another_pool_on_each_router() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    rules(&stage, AccessForm { framed_pool: "homes".into(), ..AccessForm::default() }).await;
    let asked = services::radius::list_nas(services, admin).await.unwrap().remove(0);
    let form = domain::routers::RouterForm {
        name: "Tower".into(),
        host: "127.0.0.1".into(),
        port: "1".into(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "secret".into(),
        nas: asked.id.to_string(),
        ..Default::default()
    };
    let tower = services::routers::create_router(services, admin, &form).await.unwrap();
    let on = services::packages::OnRouterForm {
        package: stage.padma_package.to_string(),
        router: tower.to_string(),
        pool: "homes-of-the-tower".into(),
        ..Default::default()
    };
    services::packages::put_on_router(services, admin, &on).await.unwrap();
    let pool = async || pap(&router, "rahim", "pass-word").await.text(a::FRAMED_POOL);
    until("the map is heard", async || pool().await.as_deref() == Some("homes-of-the-tower")).await;
    // What a line has of its own stands before it.
    let own = AccessForm { framed_pool: "his".into(), ..AccessForm::default() };
    services::radius::put_service_access(services, admin, line.service, &own).await.unwrap();
    until("his own is heard", async || pool().await.as_deref() == Some("his")).await;
}
