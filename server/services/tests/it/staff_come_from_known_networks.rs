//! The networks from which staff may come: nobody shuts himself out, a stolen cookie is worth nothing outside,
//! subscribers notice nothing, and the owner of the machine has a way back (SEC-14).

use crate::seed::{customer, package};
use crate::staff::an_admin;
use domain::people::{Caller, PlatformCaller, Role};
use services::Error;
use services::people::{self, Attempt, Site, Who, recognise, sign_in};
use std::net::IpAddr;
use testkit::{World, world};
use uuid::Uuid;

const INSIDE: &str = "203.0.113.5";
const OUTSIDE: &str = "198.51.100.1";

fn ip(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

async fn house() -> World {
    let world = world("2026-11-01T04:00:00Z").await;
    an_admin(&world, "boss").await;
    world
}

async fn come(world: &World, login: &str, password: &str, from: &str) -> services::Result<people::SignedIn> {
    let attempt = Attempt { site: Site::Isp(world.padma.id), login, password, ip: ip(from), agent: "" };
    sign_in(&world.services, &attempt).await
}

async fn who(world: &World, token: &str, from: &str) -> Option<Who> {
    recognise(&world.services, token, Some(world.padma.id), ip(from)).await.unwrap()
}

fn caller(who: &Who) -> Caller {
    match who {
        Who::Isp { caller, .. } => caller.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn staff_come_from_the_office_and_subscribers_from_anywhere() {
    let world = house().await;
    let services = &world.services;
    let home = package(services, &world.padma.admin, "Home 10", "1000").await;
    customer(services, &world.padma.admin, home, "rahim").await;
    let token = come(&world, "boss", "Correct-horse-1", INSIDE).await.unwrap().token;
    let boss = caller(&who(&world, &token, INSIDE).await.unwrap());

    let locked = people::set_networks(services, &boss, "198.51.100.0/24 Elsewhere").await.unwrap_err();
    assert!(matches!(&locked, Error::Invalid(problems) if problems[0].key == "problem-network-locks-out"), "{locked:?}");
    people::set_networks(services, &boss, "203.0.113.0/24 Office\n2001:db8::/32 Data centre").await.unwrap();
    assert_eq!(people::networks(services, &boss).await.unwrap().len(), 2);

    assert!(who(&world, &token, INSIDE).await.is_some());
    assert!(who(&world, &token, "::ffff:203.0.113.9").await.is_some(), "the same network in another coat");
    assert!(who(&world, &token, "2001:db8::7").await.is_some());
    assert!(who(&world, &token, OUTSIDE).await.is_none(), "a cookie is worth nothing outside");
    let refused = come(&world, "boss", "Correct-horse-1", OUTSIDE).await.unwrap_err();
    assert!(matches!(&refused, Error::Invalid(problems) if problems[0].key == "problem-sign-in"), "{refused:?}");
    assert!(come(&world, "boss", "Correct-horse-1", INSIDE).await.is_ok());

    let line = come(&world, "rahim", "rahim-secret", OUTSIDE).await.unwrap();
    assert!(who(&world, &line.token, OUTSIDE).await.is_some(), "subscribers come from anywhere");
    // A sibling has a list of its own.
    assert!(people::may_staff_come(services, Some(world.meghna.id), ip(OUTSIDE)).await.unwrap());

    // The way back from the command line: the list stays and holds nobody.
    assert_eq!(people::open_networks(services, Some(world.padma.id)).await.unwrap(), 2);
    assert!(who(&world, &token, OUTSIDE).await.is_some());
    assert!(people::networks(services, &boss).await.unwrap().iter().all(|one| !one.active));
    people::set_networks(services, &boss, "").await.unwrap();
    assert!(people::networks(services, &boss).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_platforms_own_people_have_a_list_too() {
    let world = house().await;
    let services = &world.services;
    services::platform::put_developer(services, "Dev", "dev@test.example", "Correct-horse-1").await.unwrap();
    let come = async |from: &str| {
        let attempt = Attempt { site: Site::Platform, login: "dev@test.example", password: "Correct-horse-1", ip: ip(from), agent: "" };
        sign_in(services, &attempt).await
    };
    let token = come(INSIDE).await.unwrap().token;
    let Some(Who::Platform { caller, .. }) = recognise(services, &token, None, ip(INSIDE)).await.unwrap() else { panic!("nobody") };
    assert!(people::set_platform_networks(services, &caller, "198.51.100.0/24").await.is_err());
    people::set_platform_networks(services, &caller, "203.0.113.0/24").await.unwrap();
    assert!(come(OUTSIDE).await.is_err());
    assert!(recognise(services, &token, None, ip(OUTSIDE)).await.unwrap().is_none());
    assert!(recognise(services, &token, None, ip(INSIDE)).await.unwrap().is_some());
    let head = PlatformCaller { role: Role::SuperAdmin, tenant_id: Some(Uuid::now_v7().into()), ..PlatformCaller::system("test") };
    assert!(matches!(people::set_platform_networks(services, &head, "").await, Err(Error::Denied(_))));
    people::open_networks(services, None).await.unwrap();
    assert!(come(OUTSIDE).await.is_ok());
}
