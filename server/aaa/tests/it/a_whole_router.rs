//! A simulated MikroTik that is set up through its API and does the rest by itself: it asks our service for those who dial
//! in, reports their sessions and does as it is told.

use crate::stage::*;
use domain::customers::BlockReason;
use domain::radius::NasForm;
use integrations::routeros::{Client, Command, Door, Limits, Login, Security, Version};
use simlab::routeros::{Dialled, Router, Setup, Subscriber};
use std::net::IpAddr;

async fn mikrotik(stage: &Stage) -> Router {
    let source: IpAddr = PADMA_ROUTER.parse().unwrap();
    let setup = Setup { address: (source, 0).into(), source, ..Setup::on_loopback("tower", "lastmile", "pw", Version::new(7, 16, 0)) };
    let router = Router::start(setup).await.unwrap();
    let login = Login { name: "lastmile".into(), password: "pw".into() };
    let door = Door { address: router.address(), security: Security::Plain { password_in_clear: true } };
    let client = Client::open(&door, &login, Limits::default()).await.unwrap();
    let (auth, acct) = (stage.radius.auth_addr().port().to_string(), stage.radius.acct_addr().port().to_string());
    let server = Command::new("/radius/add").with("address", "127.0.0.1").with("secret", PADMA_SECRET).with("service", "ppp");
    for command in [
        server.with("authentication-port", auth).with("accounting-port", acct).with("timeout", "3s"),
        Command::new("/radius/incoming/set").with("accept", "yes"),
        Command::new("/ppp/aaa/set").with("use-radius", "yes"),
        Command::new("/ip/pool/add").with("name", "home").with("ranges", "10.9.0.2-10.9.0.254"),
        Command::new("/ppp/profile/set").with(".id", "default").with("remote-address", "home"),
        Command::new("/interface/pppoe-server/server/add").with("interface", "ether2").with("disabled", "no"),
    ] {
        client.ask(&command).await.unwrap();
    }
    let changed = NasForm { coa_port: router.change_port().to_string(), ..form(PADMA_ROUTER, "") };
    services::radius::update_nas(&stage.world.services, &stage.world.padma.admin, stage.padma_nas, 1, &changed).await.unwrap();
    router
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_dials_in_is_shaped_and_thrown_out_when_he_is_suspended() {
    let stage = Stage::new().await;
    let router = mikrotik(&stage).await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let rahim = Subscriber { username: "rahim".into(), password: "pass-word".into(), mac: "AA:BB:CC:00:11:22".into() };
    known(&stage.padma_router().await, "rahim", "pass-word").await;

    assert_eq!(router.dial(&rahim).await, Dialled::ByRadius);
    until("the session is known", async || stage.sessions(line).await.iter().any(|session| session.stopped_at.is_none())).await;
    let limit = |tree: simlab::routeros::Tree| tree.rows("/queue/simple")[0].get("max-limit").to_owned();
    assert_eq!(limit(router.tree()), "5000000/10000000");

    stage.suspend(&stage.world.padma, line).await;
    until("the router ends it", async || router.tree().rows("/ppp/active").is_empty()).await;
    until("its end is known", async || stage.sessions(line).await.iter().all(|session| session.stopped_at.is_some())).await;

    let services = &stage.world.services;
    services::customers::resume_service(services, &stage.world.padma.admin, line.service, BlockReason::Admin).await.unwrap();
    let asking = stage.padma_router().await;
    until("he may again", async || pap(&asking, "rahim", "pass-word").await.address_list().is_none()).await;
    assert_eq!(router.dial(&rahim).await, Dialled::ByRadius);
    assert!(router.tree().rows("/ip/firewall/address-list").is_empty(), "he is before the wall");
}
