//! Keys of programs: seen once, narrower than their owner and never wider, worth nothing the moment they are taken back,
//! their owner is suspended or they are used from elsewhere (SEC-08).

use domain::AccountId;
use domain::keys::KeyForm;
use domain::people::{Caller, PlatformCaller, Role, SessionMark};
use domain::rights::Permission;
use services::keys::{Held, forget_shown, make_key, own_keys, recognise_key, revoke_key, rotate_key, shown_key, upkeep};
use services::{Error, Services};
use std::net::IpAddr;
use testkit::{World, world};
use uuid::Uuid;

const INSIDE: &str = "203.0.113.5";

/// Somebody of this role with these keys, signed in a moment ago.
async fn somebody(world: &World, role: Role, grants: &[Permission]) -> Caller {
    let services = &world.services;
    let id = AccountId(Uuid::now_v7());
    let (name, email) = (role.slug().to_string(), format!("{}@padma.example", role.slug()));
    let mut tx = services.db.isp(&world.padma.admin).await.unwrap();
    let account = storage::accounts::NewAccount {
        id,
        role,
        name: &name,
        email: Some(&email),
        username: None,
        mobile: None,
        password_hash: "x",
        customer_id: None,
        grants,
    };
    storage::accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    Caller {
        actor: domain::people::Actor::Account { id, name },
        role,
        grants: grants.to_vec(),
        session: Some(SessionMark { id: Uuid::nil(), proved_at: services.now() }),
        ..world.padma.admin.clone()
    }
}

fn form(scopes: &[Permission]) -> KeyForm {
    let scopes = scopes.iter().map(|scope| scope.key().to_string()).collect();
    KeyForm { name: "Website".into(), scopes, days: "90".into(), ..KeyForm::default() }
}

async fn made(services: &Services, owner: &Caller, form: &KeyForm) -> (Uuid, String) {
    let id = make_key(services, owner, form).await.unwrap();
    (id, shown_key(services, owner).await.unwrap().unwrap().1)
}

async fn held(world: &World, text: &str, from: &str) -> Option<Held> {
    let from: IpAddr = from.parse().unwrap();
    recognise_key(&world.services, text, Some(world.padma.id), Some(from)).await.unwrap()
}

#[tokio::test]
async fn a_key_is_seen_once_and_does_what_it_may() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    let boss = somebody(&world, Role::Admin, &[]).await;
    let (id, text) = made(services, &boss, &form(&[Permission::CustomersView])).await;
    forget_shown(services, &boss).await.unwrap();
    assert!(shown_key(services, &boss).await.unwrap().is_none(), "nobody sees it again");
    let caller = held(&world, &text, INSIDE).await.unwrap().caller;
    assert_eq!(caller.actor_id(), boss.actor_id());
    assert!(caller.actor_name().ends_with("(Website)"), "{}", caller.actor_name());
    let open: Vec<_> = Permission::ALL.iter().copied().filter(|permission| caller.allowed(*permission)).collect();
    assert_eq!(open, [Permission::CustomersView]);
    assert!(matches!(own_keys(services, &caller).await, Err(Error::Denied(_))), "a key makes no keys");
    let rows = own_keys(services, &boss).await.unwrap().rows;
    assert_eq!((rows[0].id, rows[0].used_from.as_deref()), (id, Some(INSIDE)));
    let seconds = |n| chrono::TimeDelta::seconds(n);
    let first = rows[0].used_at.unwrap();
    for (later, noted) in [(seconds(30), first), (seconds(30), first + seconds(60))] {
        world.clock.advance(later);
        held(&world, &text, INSIDE).await.unwrap();
        assert_eq!(own_keys(services, &boss).await.unwrap().rows[0].used_at, Some(noted), "noted once a minute");
    }
    for wrong in [text.replace('.', ".x"), text[..text.len() - 1].to_string(), "lm_nothing".into()] {
        assert!(held(&world, &wrong, INSIDE).await.is_none());
    }
    let at = |site| recognise_key(services, &text, site, None);
    assert!(at(Some(world.meghna.id)).await.unwrap().is_none(), "at a sibling it is no key");
    assert!(at(None).await.unwrap().is_some(), "on the platform's own host it finds its ISP");
}

#[tokio::test]
async fn nobody_gives_a_key_what_he_has_not_and_loses_it_with_his_own() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    let seller = somebody(&world, Role::Reseller, &[Permission::ApiKeys]).await;
    let more = make_key(services, &seller, &form(&[Permission::LedgerView])).await;
    assert!(matches!(more, Err(Error::Denied(Permission::LedgerView))), "{more:?}");
    let premium = KeyForm { premium: true, ..form(&[Permission::CustomersView]) };
    assert!(matches!(make_key(services, &seller, &premium).await, Err(Error::Denied(_))));
    let without = somebody(&world, Role::Staff, &[]).await;
    assert!(matches!(make_key(services, &without, &form(&[Permission::DashboardView])).await, Err(Error::Denied(_))));
    let (_, text) = made(services, &seller, &form(&[Permission::CustomersView])).await;
    assert!(held(&world, &text, INSIDE).await.unwrap().caller.allowed(Permission::CustomersView));
    let owner = AccountId(seller.actor_id().unwrap());
    let mut tx = services.begin(&world.padma.admin).await.unwrap();
    storage::grants::add(&mut tx, owner, &[Permission::CustomersView], true).await.unwrap();
    tx.commit().await.unwrap();
    let caller = held(&world, &text, INSIDE).await.unwrap().caller;
    assert!(!caller.allowed(Permission::CustomersView), "what was closed for him is closed for his key");
    let boss = somebody(&world, Role::Admin, &[]).await;
    services::accounts::suspend(services, &boss, owner, "Left the company").await.unwrap();
    assert!(held(&world, &text, INSIDE).await.is_none(), "who is suspended has no keys");
}

#[tokio::test]
async fn a_key_ends_by_its_day_by_hand_by_its_networks_and_with_its_isp() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    let boss = somebody(&world, Role::Admin, &[]).await;
    let near = KeyForm { networks: "203.0.113.0/24 office".into(), ..form(&[Permission::CustomersView]) };
    let (id, text) = made(services, &boss, &near).await;
    assert!(held(&world, &text, INSIDE).await.is_some());
    assert!(held(&world, &text, "198.51.100.1").await.is_none(), "from elsewhere it is worth nothing");
    let system = PlatformCaller::system("test");
    services::platform::suspend_isp(services, &system, world.padma.id, "unpaid").await.unwrap();
    assert!(held(&world, &text, INSIDE).await.unwrap().caller.read_only, "everything is read, nothing changed");
    services::platform::lift_isp(services, &system, world.padma.id).await.unwrap();
    revoke_key(services, &boss, id).await.unwrap();
    assert!(held(&world, &text, INSIDE).await.is_none());
    assert!(matches!(revoke_key(services, &boss, id).await, Err(Error::NotFound)));
    let (_, text) = made(services, &boss, &form(&[Permission::CustomersView])).await;
    world.clock.advance(chrono::TimeDelta::days(90));
    assert!(held(&world, &text, INSIDE).await.is_none(), "its day has come");
    let old = make_key(services, &boss, &near).await;
    assert!(matches!(old, Err(Error::Proof)), "making one asks who he is: {old:?}");
}

#[tokio::test]
async fn two_keys_are_good_while_one_takes_the_others_place() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    let boss = somebody(&world, Role::Admin, &[]).await;
    let (first, old) = made(services, &boss, &form(&[Permission::CustomersView])).await;
    let second = rotate_key(services, &boss, first).await.unwrap();
    let new = shown_key(services, &boss).await.unwrap().unwrap().1;
    assert!(held(&world, &old, INSIDE).await.is_some() && held(&world, &new, INSIDE).await.is_some());
    for id in [first, second] {
        assert!(matches!(rotate_key(services, &boss, id).await, Err(Error::Conflict(_))), "never a third");
    }
    world.clock.advance(chrono::TimeDelta::days(7));
    assert!(held(&world, &old, INSIDE).await.is_none() && held(&world, &new, INSIDE).await.is_some());
}

#[tokio::test]
async fn an_owner_is_told_once_a_month_before() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    let boss = somebody(&world, Role::Admin, &[]).await;
    made(services, &boss, &form(&[Permission::CustomersView])).await;
    let system = Caller::system(world.padma.id, "test");
    assert_eq!(upkeep(services, &system).await.unwrap().reminded, 0);
    world.clock.advance(chrono::TimeDelta::days(61));
    assert_eq!(upkeep(services, &system).await.unwrap().reminded, 1);
    assert_eq!(upkeep(services, &system).await.unwrap().reminded, 0, "once");
    let filter = services::messages::MessageFilter::default();
    let paging = domain::customers::Paging::new(1, 25);
    let sent = services::messages::messages(services, &world.padma.admin, &filter, paging).await.unwrap().rows;
    assert!(sent[0].body.contains("Website") && sent[0].recipient == "admin@padma.example", "{:?}", sent[0]);
}
