//! Two servers and their routers: each router is told by one of them, and a killed one's are taken over.

use chrono::TimeDelta;
use domain::RouterId;
use domain::routers::RouterForm;
use domain::wanted::Kind;
use integrations::routeros::Version;
use jobs::Teller;
use simlab::routeros::{Manner, Router, Setup};
use std::collections::BTreeMap;
use std::time::Duration;
use storage::wanted::wants::{self, NewWant};
use testkit::{World, world};
use tokio::task::JoinSet;
use uuid::Uuid;

async fn network(routers: usize) -> (World, Vec<(Router, RouterId)>) {
    let world = world("2026-11-01T04:00:00Z").await;
    let mut all = Vec::new();
    for number in 0..routers {
        let setup = Setup::on_loopback(format!("r{number}"), "lastmile", "secret", Version::new(7, 16, 0));
        let router = Router::start(setup).await.unwrap();
        let form = RouterForm {
            name: format!("r{number}"),
            host: "127.0.0.1".into(),
            port: router.address().port().to_string(),
            door: "api".into(),
            username: "lastmile".into(),
            password: "secret".into(),
            auth_mode: "local".into(),
            ..RouterForm::default()
        };
        let id = services::routers::create_router(&world.services, &world.padma.admin, &form).await.unwrap();
        all.push((router, id));
    }
    (world, all)
}

/// An address pool that each router shall have.
async fn want_a_pool(world: &World, routers: &[(Router, RouterId)], name: &str) {
    let properties = BTreeMap::from(
        [("name", name), ("ranges", "10.0.0.2-10.0.0.9"), ("comment", "lastmile:pool")].map(|(a, b)| (a.to_string(), b.to_string())),
    );
    let want = |router: RouterId| NewWant {
        router,
        kind: Kind::Pool,
        name: name.into(),
        wish: Some(domain::wanted::Wish { properties: properties.clone(), like: None }),
        secret_sealed: None,
        service: None,
    };
    let wants: Vec<NewWant> = routers.iter().map(|(_, id)| want(*id)).collect();
    let mut tx = world.services.begin(&world.padma.admin).await.unwrap();
    wants::put(&mut tx, &wants, world.services.now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn with_pool(routers: &[(Router, RouterId)], name: &str) -> usize {
    routers.iter().filter(|(router, _)| router.tree().rows("/ip/pool").iter().any(|row| row.get("name") == name)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_servers_routers_are_told_by_the_other_within_half_a_minute() {
    let (world, routers) = network(12).await;
    // Slow enough for a server to die in the middle of all conversations.
    let manner = routers[0].0.manner();
    routers.iter().for_each(|(router, _)| router.be(Manner { delay: Duration::from_millis(150), ..manner }));
    want_a_pool(&world, &routers, "one").await;
    let (first, second) = (Teller::new(&world.services, Uuid::now_v7()), Teller::new(&world.services, Uuid::now_v7()));
    let (mut dying, mut living) = (JoinSet::new(), JoinSet::new());
    let begun = first.look(world.padma.id, &mut dying).await.unwrap();
    assert_eq!((begun, second.look(world.padma.id, &mut living).await.unwrap()), (12, 0), "each router is one server's");
    tokio::time::sleep(Duration::from_millis(200)).await;
    dying.shutdown().await;
    assert!(with_pool(&routers, "one") < 12, "it died before it was done");
    world.clock.advance(TimeDelta::seconds(19));
    assert_eq!(second.look(world.padma.id, &mut living).await.unwrap(), 0, "it may only be slow");
    world.clock.advance(TimeDelta::seconds(6));
    assert_eq!(second.look(world.padma.id, &mut living).await.unwrap(), 12);
    while living.join_next().await.is_some() {}
    assert_eq!(with_pool(&routers, "one"), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_router_delays_nobody_else() {
    let (world, routers) = network(4).await;
    let manner = routers[0].0.manner();
    routers[0].0.be(Manner { delay: Duration::from_secs(4), ..manner });
    want_a_pool(&world, &routers, "one").await;
    let teller = Teller::new(&world.services, Uuid::now_v7());
    let mut running = JoinSet::new();
    teller.look(world.padma.id, &mut running).await.unwrap();
    for _ in 0..3 {
        running.join_next().await;
    }
    assert_eq!(with_pool(&routers[1..], "one"), 3);
    assert_eq!(with_pool(&routers[..1], "one"), 0);
    want_a_pool(&world, &routers, "two").await;
    assert_eq!(teller.look(world.padma.id, &mut running).await.unwrap(), 3, "the slow one is still being talked to");
    for _ in 0..3 {
        running.join_next().await;
    }
    assert_eq!(with_pool(&routers[1..], "two"), 3);
}
