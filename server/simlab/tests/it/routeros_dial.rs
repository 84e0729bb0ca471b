//! Subscribers who dial in at a router that knows them itself.

use super::{router, signed_in};
use integrations::routeros::{Client, Command, Version};
use simlab::routeros::{Dialled, Router, Subscriber};
use std::time::Duration;

fn subscriber(username: &str) -> Subscriber {
    Subscriber { username: username.into(), password: "p".into(), mac: "AA:BB:CC:00:11:22".into() }
}

/// A router with room for two subscribers, set up through its API.
async fn for_two() -> (Router, Client) {
    let router = router(Version::new(7, 16, 0)).await;
    let client = signed_in(&router).await;
    for command in [
        Command::new("/ip/pool/add").with("name", "home").with("ranges", "10.9.0.2-10.9.0.3"),
        Command::new("/ppp/profile/add").with("name", "5M").with("remote-address", "home").with("rate-limit", "5M/10M"),
        Command::new("/interface/pppoe-server/server/add").with("interface", "ether2").with("disabled", "no"),
    ] {
        client.ask(&command).await.unwrap();
    }
    for name in ["rahim", "karim", "salma"] {
        let add = Command::new("/ppp/secret/add").with("name", name).with("password", "p").with("profile", "5M");
        client.ask(&add).await.unwrap();
    }
    (router, client)
}

/// Waits until `done` says so, ten seconds at most.
async fn until(mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not happen");
}

async fn count(client: &Client, path: &str) -> usize {
    client.ask(&Command::new(path)).await.unwrap().rows.len()
}

#[tokio::test]
async fn a_session_has_an_address_a_queue_and_moving_counters_until_somebody_ends_it() {
    let (router, client) = for_two().await;
    assert_eq!(router.dial(&subscriber("rahim")).await, Dialled::Locally);
    let active = client.ask(&Command::new("/ppp/active/print").whose("name", "rahim")).await.unwrap().rows;
    assert_eq!((active[0].text("address"), active[0].text("radius")), ("10.9.0.2".into(), "false".into()));
    let queue = client.ask(&Command::new("/queue/simple/print").whose("name", "<pppoe-rahim>")).await.unwrap().rows;
    assert_eq!(queue[0].text("max-limit"), "5000000/10000000");
    until(async || {
        let counters = client.ask(&Command::new("/interface/print").whose("name", "<pppoe-rahim>")).await.unwrap().rows;
        // More comes down than goes up.
        counters[0].number("tx-byte") > counters[0].number("rx-byte")
    })
    .await;

    client.ask(&Command::new("/ppp/active/remove").with(".id", active[0].id())).await.unwrap();
    for path in ["/ppp/active/print", "/queue/simple/print", "/ip/pool/used/print"] {
        until(async || count(&client, path).await == 0).await;
    }
}

#[tokio::test]
async fn a_pool_is_used_up_and_an_address_comes_back() {
    let (router, client) = for_two().await;
    assert_eq!(router.dial(&subscriber("rahim")).await, Dialled::Locally);
    assert_eq!(router.dial(&subscriber("karim")).await, Dialled::Locally);
    assert_eq!(router.dial(&subscriber("salma")).await, Dialled::NoAddress);
    router.hang_up("rahim");
    until(async || router.dial(&subscriber("salma")).await == Dialled::Locally).await;
    assert_eq!(count(&client, "/ppp/active/print").await, 2);
}

#[tokio::test]
async fn wrong_password_unknown_name_no_server_and_no_power() {
    let (router, client) = for_two().await;
    assert_eq!(router.dial(&Subscriber { password: "guess".into(), ..subscriber("rahim") }).await, Dialled::Refused);
    assert_eq!(router.dial(&subscriber("nobody")).await, Dialled::Refused);
    client.ask(&Command::new("/interface/pppoe-server/server/disable").with("numbers", "*0")).await.unwrap_err();
    let server = client.ask(&Command::new("/interface/pppoe-server/server/print")).await.unwrap().rows;
    client.ask(&Command::new("/interface/pppoe-server/server/disable").with(".id", server[0].id())).await.unwrap();
    assert_eq!(router.dial(&subscriber("rahim")).await, Dialled::NobodyThere);
    client.ask(&Command::new("/interface/pppoe-server/server/enable").with(".id", server[0].id())).await.unwrap();
    assert_eq!(router.dial(&subscriber("rahim")).await, Dialled::Locally);
    router.unplug();
    assert_eq!(router.dial(&subscriber("karim")).await, Dialled::NobodyThere);
    router.plug().await.unwrap();
    assert_eq!(count(&signed_in(&router).await, "/ppp/active/print").await, 0, "a router that was off has no sessions");
}
