//! Servers that look after routers: they share them, take them over from one that died, wait for no dead router, and raise
//! one alarm where a tower went with everything behind it (RTR-10, MON-01).

use chrono::TimeDelta;
use domain::RouterId;
use domain::routers::{RouterForm, RouterStatus, Why};
use integrations::routeros::Version;
use jobs::{Poller, gather};
use services::routers::{create_router, find_router, list_routers, router_history, take_due};
use simlab::routeros::{Router, Setup};
use std::time::Duration;
use testkit::{World, world};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

const NOW: &str = "2026-11-01T04:00:00Z";

async fn switch_on() -> Router {
    let setup = Setup::on_loopback("tower", "lastmile", "pw-of-router", Version::new(7, 16, 2));
    Router::start(setup).await.unwrap()
}

async fn add(world: &World, name: &str, port: u16, parent: Option<RouterId>) -> RouterId {
    let form = RouterForm {
        name: name.into(),
        host: "127.0.0.1".into(),
        port: port.to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "pw-of-router".into(),
        parent: parent.map(|id| id.to_string()).unwrap_or_default(),
        ..RouterForm::default()
    };
    create_router(&world.services, &world.padma.admin, &form).await.unwrap()
}

/// One round of a server, and everything written.
async fn round(world: &World, node: Uuid) -> usize {
    let (send, seen) = mpsc::channel(64);
    let writing = tokio::spawn(gather(world.services.clone(), node, seen));
    let mut running = JoinSet::new();
    let looked = Poller::new(&world.services, node).look(&mut running, &send).await.unwrap();
    running.join_all().await;
    drop(send);
    writing.await.unwrap();
    looked
}

async fn status(world: &World, id: RouterId) -> (RouterStatus, Option<Why>) {
    let (view, _) = find_router(&world.services, &world.padma.admin, id).await.unwrap();
    (view.state.status, view.state.why)
}

#[tokio::test]
async fn two_servers_share_the_routers_and_each_is_looked_at_once() {
    let world = world(NOW).await;
    let mut routers = Vec::new();
    for number in 0..12 {
        let router = switch_on().await;
        add(&world, &format!("tower {number}"), router.address().port(), None).await;
        routers.push(router);
    }
    let looked = tokio::join!(round(&world, Uuid::now_v7()), round(&world, Uuid::now_v7()));
    assert_eq!(looked.0 + looked.1, 12);
    for view in list_routers(&world.services, &world.padma.admin).await.unwrap() {
        assert_eq!((view.state.status, view.state.why), (RouterStatus::Online, None));
        assert_eq!(view.state.facts.routeros.as_deref(), Some("7.16.2 (stable)"));
        let (events, samples) = router_history(&world.services, &world.padma.admin, view.router.id).await.unwrap();
        assert_eq!((events.len(), samples.len(), samples[0].looks, samples[0].answers), (1, 1, 1, 1));
        let (_, interfaces) = find_router(&world.services, &world.padma.admin, view.router.id).await.unwrap();
        assert!(interfaces.iter().any(|interface| interface.name == "ether1"), "{interfaces:?}");
    }
    // Nobody is due again before the minute is over; then everybody is, and is asked for less.
    assert_eq!(round(&world, Uuid::now_v7()).await, 0);
    world.clock.advance(TimeDelta::seconds(61));
    assert_eq!(round(&world, Uuid::now_v7()).await, 12);
}

#[tokio::test]
async fn what_a_killed_server_held_another_takes_over_within_half_a_minute() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let id = add(&world, "tower", router.address().port(), None).await;
    // It took the router and was never heard again.
    let killed = Uuid::now_v7();
    assert_eq!(take_due(&world.services, world.padma.id, killed, 10).await.unwrap().len(), 1);
    assert_eq!(round(&world, Uuid::now_v7()).await, 0);
    world.clock.advance(TimeDelta::seconds(26));
    assert_eq!(round(&world, Uuid::now_v7()).await, 1);
    assert_eq!(status(&world, id).await.0, RouterStatus::Online);
}

#[tokio::test]
async fn the_word_of_a_server_that_lost_its_routers_does_not_count() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let id = add(&world, "tower", router.address().port(), None).await;
    let slow = Uuid::now_v7();
    let due = take_due(&world.services, world.padma.id, slow, 10).await.unwrap().pop().unwrap();
    router.unplug();
    let (isp, looked, _) = services::routers::look_at(&world.services, due, None).await;
    router.plug().await.unwrap();
    world.clock.advance(TimeDelta::seconds(26));
    assert_eq!(round(&world, Uuid::now_v7()).await, 1);
    services::routers::write_looks(&world.services, isp, slow, &[looked]).await.unwrap();
    let (view, _) = find_router(&world.services, &world.padma.admin, id).await.unwrap();
    assert_eq!((view.state.status, view.state.misses), (RouterStatus::Online, 0));
}

#[tokio::test]
async fn a_router_that_never_answers_holds_up_nobody() {
    let world = world(NOW).await;
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = add(&world, "silent", silent.local_addr().unwrap().port(), None).await;
    let router = switch_on().await;
    let alive = add(&world, "tower", router.address().port(), None).await;
    let (send, mut seen) = mpsc::channel(64);
    let mut running = JoinSet::new();
    assert_eq!(Poller::new(&world.services, Uuid::now_v7()).look(&mut running, &send).await.unwrap(), 2);
    let first = tokio::time::timeout(Duration::from_secs(3), seen.recv()).await.unwrap().unwrap();
    assert_eq!((first.1.id, first.1.answered), (alive, true));
    let second = seen.recv().await.unwrap();
    assert_eq!((second.1.id, second.1.answered, second.1.state.misses), (dead, false, 1));
}

#[tokio::test]
async fn a_tower_that_goes_takes_what_hangs_behind_it_along_and_is_the_only_alarm() {
    let world = world(NOW).await;
    let (core, edge) = (switch_on().await, switch_on().await);
    let core_id = add(&world, "core", core.address().port(), None).await;
    let edge_id = add(&world, "edge", edge.address().port(), Some(core_id)).await;
    let node = Uuid::now_v7();
    round(&world, node).await;
    core.unplug();
    edge.unplug();
    for _ in 0..3 {
        world.clock.advance(TimeDelta::seconds(61));
        round(&world, node).await;
    }
    assert_eq!(status(&world, core_id).await, (RouterStatus::Offline, Some(Why::Unreachable)));
    assert_eq!(status(&world, edge_id).await, (RouterStatus::Offline, Some(Why::Unreachable)));
    let (of_core, _) = router_history(&world.services, &world.padma.admin, core_id).await.unwrap();
    let (of_edge, _) = router_history(&world.services, &world.padma.admin, edge_id).await.unwrap();
    let went = |events: &[domain::routers::RouterEvent]| events.iter().map(|event| (event.status, event.behind)).collect::<Vec<_>>();
    // Told once, not with every look.
    assert_eq!(went(&of_core), [(RouterStatus::Offline, None), (RouterStatus::Online, None)]);
    assert_eq!(went(&of_edge), [(RouterStatus::Offline, Some(core_id)), (RouterStatus::Online, None)]);
    core.plug().await.unwrap();
    edge.plug().await.unwrap();
    world.clock.advance(TimeDelta::seconds(61));
    round(&world, node).await;
    assert_eq!((status(&world, core_id).await.0, status(&world, edge_id).await.0), (RouterStatus::Online, RouterStatus::Online));
}

#[tokio::test]
async fn another_isp_sees_nothing_of_it_and_a_wrong_password_is_no_outage() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let id = add(&world, "tower", router.address().port(), None).await;
    assert!(matches!(find_router(&world.services, &world.meghna.admin, id).await, Err(services::Error::NotFound)));
    assert!(list_routers(&world.services, &world.meghna.admin).await.unwrap().is_empty());
    let form = RouterForm {
        name: "tower".into(),
        host: "127.0.0.1".into(),
        port: router.address().port().to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "mistyped".into(),
        ..RouterForm::default()
    };
    services::routers::update_router(&world.services, &world.padma.admin, id, 1, &form).await.unwrap();
    round(&world, Uuid::now_v7()).await;
    assert_eq!(status(&world, id).await, (RouterStatus::Warning, Some(Why::Login)));
}
