//! Sign-in by host: three kinds of names, one answer for everything that is wrong, and a brake on guessing (SEC-01).

use crate::seed::{customer, package};
use chrono::TimeDelta;
use domain::AccountId;
use domain::people::Role;
use services::Error;
use services::people::{Attempt, Site, Who, hash_password, recognise, sign_in, sign_out};
use storage::accounts::NewAccount;
use testkit::{World, world};
use uuid::Uuid;

async fn with_admin() -> World {
    let world = world("2026-11-01T04:00:00Z").await;
    let hash = hash_password("Correct-horse-1").await.unwrap();
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    let account = NewAccount {
        id: AccountId(Uuid::now_v7()),
        role: Role::Admin,
        name: "Admin",
        email: Some("Admin@Padma.example"),
        username: Some("boss"),
        mobile: Some("+8801711000000"),
        password_hash: &hash,
        customer_id: None,
        grants: &[],
    };
    storage::accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    world
}

fn attempt<'a>(world: &World, login: &'a str, password: &'a str) -> Attempt<'a> {
    Attempt { site: Site::Isp(world.padma.id), login, password, ip: Some("127.0.0.1".parse().unwrap()), agent: "test" }
}

#[tokio::test]
async fn email_user_name_and_mobile_are_the_same_person() {
    let world = with_admin().await;
    for login in ["admin@padma.example", " ADMIN@padma.EXAMPLE", "boss", "BOSS", "01711-000000", "+880 1711 000000"] {
        let signed_in = sign_in(&world.services, &attempt(&world, login, "Correct-horse-1")).await.unwrap();
        let who = recognise(&world.services, &signed_in.token, Some(world.padma.id), None).await.unwrap();
        assert!(matches!(who, Some(Who::Isp { caller, .. }) if caller.role == Role::Admin), "{login}");
    }
}

#[tokio::test]
async fn a_session_is_good_on_its_own_site_until_it_ends() {
    let world = with_admin().await;
    let token = sign_in(&world.services, &attempt(&world, "boss", "Correct-horse-1")).await.unwrap().token;
    assert!(recognise(&world.services, &token, Some(world.meghna.id), None).await.unwrap().is_none());
    assert!(recognise(&world.services, &token, None, None).await.unwrap().is_none());
    assert!(recognise(&world.services, "made-up", Some(world.padma.id), None).await.unwrap().is_none());
    world.clock.advance(TimeDelta::minutes(29));
    assert!(recognise(&world.services, &token, Some(world.padma.id), None).await.unwrap().is_some());
    world.clock.advance(TimeDelta::minutes(30));
    assert!(recognise(&world.services, &token, Some(world.padma.id), None).await.unwrap().is_none(), "idle too long");
    let token = sign_in(&world.services, &attempt(&world, "boss", "Correct-horse-1")).await.unwrap().token;
    sign_out(&world.services, &token).await.unwrap();
    assert!(recognise(&world.services, &token, Some(world.padma.id), None).await.unwrap().is_none());
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    let world = with_admin().await;
    for (login, password) in [("boss", "wrong"), ("nobody", "Correct-horse-1"), ("", ""), ("boss", "")] {
        match sign_in(&world.services, &attempt(&world, login, password)).await {
            Err(Error::Invalid(problems)) => assert_eq!(problems[0].key, "problem-sign-in"),
            other => panic!("{login}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_and_ends_by_itself() {
    let world = with_admin().await;
    for _ in 0..5 {
        let _ = sign_in(&world.services, &attempt(&world, "boss", "wrong")).await;
    }
    let right = sign_in(&world.services, &attempt(&world, "boss", "Correct-horse-1")).await;
    assert!(matches!(right, Err(Error::Conflict(problem)) if problem.key == "problem-sign-in-wait"));
    assert!(
        sign_in(&world.services, &attempt(&world, "admin@padma.example", "Correct-horse-1")).await.is_ok(),
        "another name is not locked"
    );
    world.clock.advance(TimeDelta::seconds(31));
    assert!(sign_in(&world.services, &attempt(&world, "boss", "Correct-horse-1")).await.is_ok());
}

#[tokio::test]
async fn a_subscriber_signs_in_with_his_line() {
    let world = with_admin().await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let id = customer(&world.services, &world.padma.admin, package, "rahim@padma").await;
    for login in ["rahim@padma", "Rahim@Padma", "01711123456"] {
        let signed_in = sign_in(&world.services, &attempt(&world, login, "rahim@padma-secret")).await.unwrap();
        assert_eq!(signed_in.role, Role::Customer);
        let who = recognise(&world.services, &signed_in.token, Some(world.padma.id), None).await.unwrap();
        assert!(matches!(who, Some(Who::Isp { caller, .. }) if caller.customer_id == Some(id)), "{login}");
    }
    // A second line with the same mobile: the number alone no longer says who it is.
    customer(&world.services, &world.padma.admin, package, "karim").await;
    assert!(sign_in(&world.services, &attempt(&world, "01711123456", "rahim@padma-secret")).await.is_err());
}
