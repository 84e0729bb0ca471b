//! Who is let in, with what.

use crate::stage::*;
use domain::radius::Outcome;
use integrations::radius::attribute as a;
use simlab::radius_client::Method;

#[tokio::test(flavor = "multi_thread")]
async fn one_name_in_two_isps() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "padma-pass").await;
    stage.meghna_line("Rahim", "meghna-pass").await;
    let (padma, meghna) = (stage.padma_router().await, stage.meghna_router().await);
    known(&padma, "rahim", "padma-pass").await;
    known(&meghna, "rahim", "meghna-pass").await;

    let answer = chap(&padma, "RAHIM", "padma-pass").await;
    assert!(answer.accepted());
    assert_eq!(answer.rate_limit().as_deref(), Some("5M/10M"));
    assert_eq!(answer.number(a::ACCT_INTERIM_INTERVAL), Some(300));
    assert_eq!(answer.session_timeout(), Some(7 * 86_400));
    assert_eq!(answer.address_list(), None);
    let first = answer.packet().unwrap().attributes().next().unwrap().kind;
    assert_eq!(first, a::MESSAGE_AUTHENTICATOR);

    assert_eq!(pap(&meghna, "rahim", "meghna-pass").await.rate_limit().as_deref(), Some("2500k/20M"));
    for (router, password) in [(&padma, "meghna-pass"), (&meghna, "padma-pass")] {
        assert!(pap(router, "rahim", password).await.rejected());
        assert!(chap(router, "rahim", password).await.rejected());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_name_and_a_wrong_password_are_told_the_same() {
    let stage = Stage::new().await;
    let line = stage.padma_line("karim", "right-pass").await;
    let router = stage.padma_router().await;
    known(&router, "karim", "right-pass").await;
    for method in [Method::Pap, Method::Chap] {
        for (username, password) in
            [("karim", "wrong"), ("karim", ""), ("karim", "right-pass-and-more"), ("nobody", "right-pass"), ("", "")]
        {
            let answer = router.login(method, username, password).await.unwrap().unwrap();
            assert!(answer.rejected(), "{username} {password}");
            assert_eq!(answer.text(a::REPLY_MESSAGE).as_deref(), Some("User name or password is wrong"));
            let packet = answer.packet().unwrap();
            assert_eq!(packet.attributes().count(), 2, "a reject tells nothing else");
            assert_eq!(packet.attributes().next().unwrap().kind, a::MESSAGE_AUTHENTICATOR);
        }
    }
    // What support sees: why, and never the password.
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    until("attempts are logged", async || {
        let seen = services::radius::attempts_of_customer(services, admin, line.customer).await.unwrap();
        seen.iter().filter(|attempt| attempt.reason == "wrong_password").count() == 6
    })
    .await;
    let seen = services::radius::attempts_of_customer(services, admin, line.customer).await.unwrap();
    let of_line: Vec<_> = seen.iter().filter(|attempt| attempt.service_id == Some(line.service)).collect();
    assert_eq!(of_line.iter().filter(|attempt| attempt.outcome == Outcome::Reject).count(), 6);
    assert_eq!(of_line.iter().filter(|attempt| attempt.outcome == Outcome::Accept && attempt.reason == "ok").count(), 1);
    assert!(
        seen.iter().all(|attempt| attempt.mac.as_deref() == Some("AA:BB:CC:00:11:22") && attempt.nas == format!("Router {PADMA_ROUTER}"))
    );
    let unknown = services::radius::attempts_of_username(services, admin, "Nobody").await.unwrap();
    assert_eq!(unknown.len(), 2);
    assert!(unknown.iter().all(|attempt| attempt.reason == "unknown_user" && attempt.service_id.is_none()));
    let stranger = services::radius::attempts_of_username(services, &stage.world.meghna.admin, "nobody").await.unwrap();
    assert!(stranger.is_empty(), "another ISP's attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_its_own_and_a_long_password() {
    let stage = Stage::new().await;
    let (padma, package) = (&stage.world.padma, stage.padma_package);
    let long = "p".repeat(100);
    stage.line(padma, package, "office", &long, None, Some("103.10.20.30".parse().unwrap())).await;
    stage.line(padma, package, "lab", "six-pass", None, Some("2001:db8::7".parse().unwrap())).await;
    let router = stage.padma_router().await;
    known(&router, "office", &long).await;
    let answer = pap(&router, "office", &long).await;
    assert_eq!(answer.packet().unwrap().find(a::FRAMED_IP_ADDRESS), Some([103, 10, 20, 30].as_slice()));
    assert!(pap(&router, "office", &long[..99]).await.rejected());
    known(&router, "lab", "six-pass").await;
    let answer = pap(&router, "lab", "six-pass").await;
    assert_eq!(answer.packet().unwrap().find(a::FRAMED_IPV6_ADDRESS).map(<[u8]>::len), Some(16));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_bound_to_every_address_answers_from_the_one_asked() {
    let world = testkit::world(NOW).await;
    let any = "0.0.0.0:0".parse().unwrap();
    let radius =
        aaa::Radius::start(world.services.clone(), aaa::RadiusConfig { auth_addr: any, acct_addr: any, spool: None }).await.unwrap();
    nas(&world, &world.padma, PADMA_ROUTER, PADMA_SECRET).await;
    radius.wait_ready().await;
    // The client's socket is connected, so it hears nobody but 127.0.0.9.
    let (auth, acct) = (radius.auth_addr().port(), radius.acct_addr().port());
    let at = |port| std::net::SocketAddr::from(([127, 0, 0, 9], port));
    let client = simlab::radius_client::RadiusClient::new(PADMA_ROUTER.parse().unwrap(), at(auth), at(acct), PADMA_SECRET).await.unwrap();
    until("the answer comes", async || client.login(Method::Pap, "nobody", "nothing").await.unwrap().is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_a_clear_error() {
    let stage = Stage::new().await;
    let config = aaa::RadiusConfig { auth_addr: stage.radius.auth_addr(), acct_addr: "127.0.0.1:0".parse().unwrap(), spool: None };
    let error = aaa::Radius::start(stage.world.services.clone(), config).await.err().unwrap().to_string();
    assert!(error.contains(&stage.radius.auth_addr().to_string()) && error.contains("already listens there"), "{error}");
}
