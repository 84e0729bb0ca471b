//! Without a password at hand (SEC-03, SEC-07): links and codes that are good once, tell nobody who has an account, and
//! cannot be pumped or guessed.

use crate::seed::{customer, package};
use chrono::TimeDelta;
use domain::people::Role;
use domain::{AccountId, CustomerId};
use services::Error;
use services::people::{
    self, Address, Asking, Attempt, Site, Who, ask_reset, ask_sign_in_code, ask_verification, hash_password, recognise, reset_is_open,
    reset_password, sign_in, sign_in_with_code, verify_address,
};
use storage::accounts::NewAccount;
use testkit::{World, world};
use uuid::Uuid;

const OLD: &str = "Correct-horse-1";
const NEW: &str = "Battery-staple-2";

async fn staff(world: &World) -> AccountId {
    let hash = hash_password(OLD).await.unwrap();
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    let id = AccountId(Uuid::now_v7());
    let account = NewAccount {
        id,
        role: Role::Admin,
        name: "Shahana",
        email: Some("boss@padma.example"),
        username: Some("boss"),
        mobile: Some("+8801711000000"),
        password_hash: &hash,
        customer_id: None,
        grants: &[],
    };
    storage::accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn asking<'a>(world: &World, login: &'a str) -> Asking<'a> {
    Asking { isp: world.padma.id, login, ip: Some("192.0.2.7".parse().unwrap()) }
}

/// Every message in the outbox, oldest first: where to, what is shown, what is sealed in it.
async fn outbox(world: &World) -> Vec<(String, String, String)> {
    let rows: Vec<(String, String, String, Vec<u8>)> = sqlx::query_as(
        "select recipient, body, dedupe_key, sealed from message where isp_id = $1 and sealed is not null order by created_at, id",
    )
    .bind(world.padma.id.0)
    .fetch_all(&mut raw(world).await)
    .await
    .unwrap();
    let open = |key: &str, sealed: &[u8]| String::from_utf8(world.services.keys.open(key.as_bytes(), sealed).unwrap()).unwrap();
    rows.into_iter().map(|(to, body, key, sealed)| (to, body, open(&key, &sealed))).collect()
}

/// What is really stored, at Padma.
async fn raw(world: &World) -> sqlx::PgConnection {
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    raw
}

fn key_in(text: &str) -> String {
    text.split("key=").nth(1).unwrap().split(' ').next().unwrap().to_string()
}

fn code_in(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap().to_string()
}

fn why<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid(problems)) => format!("{} {}", problems[0].field, problems[0].key).trim().to_string(),
        Err(Error::Conflict(problem)) => problem.key,
        other => panic!("{other:?}"),
    }
}

async fn enter(world: &World, password: &str) -> Result<people::SignedIn, Error> {
    sign_in(&world.services, &Attempt { site: Site::Isp(world.padma.id), login: "boss", password, ip: None, agent: "test" }).await
}

#[tokio::test]
async fn a_link_sets_a_new_password_once_and_ends_every_session() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    staff(&world).await;
    let token = enter(&world, OLD).await.unwrap().token;
    ask_reset(services, &asking(&world, "BOSS"), "https://padma.example").await.unwrap();
    let (to, shown, sealed) = outbox(&world).await.remove(0);
    assert_eq!(to, "boss@padma.example");
    assert!(shown.contains("••••••") && !shown.contains("key="), "nobody reads the link in the outbox: {shown}");
    assert!(sealed.contains("https://padma.example/sign-in/reset?key="), "{sealed}");
    let key = key_in(&sealed);
    assert!(reset_is_open(services, world.padma.id, &key).await.unwrap());
    assert!(!reset_is_open(services, world.meghna.id, &key).await.unwrap(), "another provider's site knows nothing of it");
    assert_eq!(why(reset_password(services, world.padma.id, &key, "short", "short").await), "new_password problem-password-short");
    assert_eq!(why(reset_password(services, world.padma.id, &key, OLD, OLD).await), "new_password problem-password-used");
    assert_eq!(why(reset_password(services, world.padma.id, &key, NEW, "else").await), "again_password problem-password-again");
    reset_password(services, world.padma.id, &key, NEW, NEW).await.unwrap();
    assert!(recognise(services, &token, Some(world.padma.id), None).await.unwrap().is_none(), "who was signed in is out");
    assert_eq!(why(enter(&world, OLD).await), "problem-sign-in");
    enter(&world, NEW).await.unwrap();
    assert_eq!(why(reset_password(services, world.padma.id, &key, "Third-password-3", "Third-password-3").await), "problem-link-over");
    let noted: i64 = sqlx::query_scalar("select count(*) from audit_entry where action = 'account.password' and actor_name = 'Shahana'")
        .fetch_one(&mut raw(&world).await)
        .await
        .unwrap();
    assert_eq!(noted, 1);
}

#[tokio::test]
async fn two_who_follow_one_link_at_once_set_one_password() {
    let world = world("2026-11-01T04:00:00Z").await;
    staff(&world).await;
    ask_reset(&world.services, &asking(&world, "boss"), "https://padma.example").await.unwrap();
    let key = key_in(&outbox(&world).await[0].2);
    let (one, two) = tokio::join!(
        reset_password(&world.services, world.padma.id, &key, NEW, NEW),
        reset_password(&world.services, world.padma.id, &key, "Another-word-3", "Another-word-3"),
    );
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {two:?}");
}

#[tokio::test]
async fn a_link_ends_with_its_half_hour_and_with_the_next_one() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    staff(&world).await;
    ask_reset(services, &asking(&world, "boss"), "https://padma.example").await.unwrap();
    world.clock.advance(TimeDelta::seconds(61));
    ask_reset(services, &asking(&world, "boss@padma.example"), "https://padma.example").await.unwrap();
    let sent = outbox(&world).await;
    let (first, second) = (key_in(&sent[0].2), key_in(&sent[1].2));
    assert!(!reset_is_open(services, world.padma.id, &first).await.unwrap(), "asked for under another name, it is the same person");
    assert!(reset_is_open(services, world.padma.id, &second).await.unwrap());
    world.clock.advance(TimeDelta::minutes(30));
    assert!(!reset_is_open(services, world.padma.id, &second).await.unwrap());
    assert_eq!(why(reset_password(services, world.padma.id, &second, NEW, NEW).await), "problem-link-over");
}

#[tokio::test]
async fn who_asks_learns_nothing_and_cannot_pump_messages() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    staff(&world).await;
    for login in ["boss", "nobody", "+8801999999999", "nobody@padma.example"] {
        ask_reset(services, &asking(&world, login), "https://padma.example").await.unwrap();
        assert_eq!(why(ask_reset(services, &asking(&world, login), "https://padma.example").await), "problem-code-wait", "{login}");
    }
    assert_eq!(outbox(&world).await.len(), 1);
    // Three in an hour, whatever the name is that they are asked for under.
    for login in ["+8801711000000", "boss@padma.example", "boss", "+8801711000000"] {
        world.clock.advance(TimeDelta::minutes(2));
        ask_reset(services, &asking(&world, login), "https://padma.example").await.unwrap();
    }
    assert_eq!(outbox(&world).await.len(), 3);
    world.clock.advance(TimeDelta::minutes(2));
    ask_reset(services, &asking(&world, "boss"), "https://padma.example").await.unwrap();
    world.clock.advance(TimeDelta::minutes(2));
    assert_eq!(why(ask_reset(services, &asking(&world, "boss"), "https://padma.example").await), "problem-code-wait");
    // One address that asks for everybody's is stopped for the day.
    let mut refused = None;
    for n in 0..60 {
        if let Err(error) = ask_reset(services, &asking(&world, &format!("name{n}")), "https://padma.example").await {
            refused = Some(why::<()>(Err(error)));
            break;
        }
    }
    assert_eq!(refused.as_deref(), Some("problem-code-many"));
    assert_eq!(why(ask_reset(services, &asking(&world, "  "), "https://padma.example").await), "login problem-required");
}

async fn subscriber(world: &World) -> CustomerId {
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let id = customer(&world.services, &world.padma.admin, package, "rahim").await;
    sqlx::query("update customer set mobile = '+8801812345678' where id = $1").bind(id.0).execute(&mut raw(world).await).await.unwrap();
    id
}

fn from() -> (Option<std::net::IpAddr>, &'static str) {
    (Some("192.0.2.7".parse().unwrap()), "test")
}

#[tokio::test]
async fn a_subscriber_comes_in_with_six_digits_from_his_phone() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    let id = subscriber(&world).await;
    for (n, login) in ["rahim", "01812-345678"].into_iter().enumerate() {
        let asked = ask_sign_in_code(services, &asking(&world, login)).await.unwrap();
        let (to, shown, sealed) = outbox(&world).await.remove(n);
        let code = code_in(&sealed);
        assert_eq!(to, "+8801812345678");
        assert!(!shown.contains(&code), "{shown}");
        assert_eq!(why(sign_in_with_code(services, world.meghna.id, asked, &code, from()).await), "problem-code-over");
        // As a Bengali keyboard writes it.
        let bengali: String = code.chars().map(|c| char::from_u32('০' as u32 + c.to_digit(10).unwrap()).unwrap()).collect();
        let signed_in = sign_in_with_code(services, world.padma.id, asked, &bengali, from()).await.unwrap();
        let who = recognise(services, &signed_in.token, Some(world.padma.id), None).await.unwrap();
        assert!(matches!(who, Some(Who::Isp { caller, .. }) if caller.role == Role::Customer && caller.customer_id == Some(id)), "{login}");
        assert_eq!(why(sign_in_with_code(services, world.padma.id, asked, &code, from()).await), "problem-code-over", "once");
        world.clock.advance(TimeDelta::minutes(2));
    }
}

#[tokio::test]
async fn a_code_is_guessed_three_times_and_lives_five_minutes() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    subscriber(&world).await;
    let asked = ask_sign_in_code(services, &asking(&world, "rahim")).await.unwrap();
    let code = code_in(&outbox(&world).await[0].2);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(why(sign_in_with_code(services, world.padma.id, asked, "12", from()).await), "code problem-code-wrong");
    for expected in ["code problem-code-wrong", "code problem-code-wrong", "problem-code-over"] {
        assert_eq!(why(sign_in_with_code(services, world.padma.id, asked, wrong, from()).await), expected);
    }
    assert_eq!(why(sign_in_with_code(services, world.padma.id, asked, &code, from()).await), "problem-code-over", "even the right one");
    world.clock.advance(TimeDelta::minutes(2));
    let asked = ask_sign_in_code(services, &asking(&world, "rahim")).await.unwrap();
    let code = code_in(&outbox(&world).await[1].2);
    world.clock.advance(TimeDelta::minutes(5));
    assert_eq!(why(sign_in_with_code(services, world.padma.id, asked, &code, from()).await), "problem-code-over");
    // A name that nobody has behaves alike, and staff have no such door.
    staff(&world).await;
    let before = outbox(&world).await.len();
    for login in ["nobody", "boss"] {
        let asked = ask_sign_in_code(services, &asking(&world, login)).await.unwrap();
        assert_eq!(why(sign_in_with_code(services, world.padma.id, asked, "123456", from()).await), "code problem-code-wrong", "{login}");
    }
    assert_eq!(outbox(&world).await.len(), before);
}

#[tokio::test]
async fn guessing_many_codes_from_one_address_is_stopped_on_every_server() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    let mut last = String::new();
    for n in 0..20 {
        let asked = ask_sign_in_code(services, &asking(&world, &format!("nobody{n}"))).await.unwrap();
        for _ in 0..2 {
            last = why(sign_in_with_code(services, world.padma.id, asked, "123456", from()).await);
        }
    }
    assert_eq!(last, "problem-sign-in-wait");
}

#[tokio::test]
async fn an_address_is_proven_by_the_code_that_went_there() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = &world.services;
    staff(&world).await;
    let token = enter(&world, OLD).await.unwrap().token;
    let who = recognise(services, &token, Some(world.padma.id), None).await.unwrap().unwrap();
    assert_eq!(why(verify_address(services, &who, Address::Email, "123456").await), "problem-code-over", "none was asked for");
    ask_verification(services, &who, Address::Email).await.unwrap();
    assert_eq!(why(ask_verification(services, &who, Address::Email).await), "problem-code-wait");
    let code = code_in(&outbox(&world).await[0].2);
    assert_eq!(why(verify_address(services, &who, Address::Mobile, &code).await), "problem-code-over", "it proves the email alone");
    verify_address(services, &who, Address::Email, &code).await.unwrap();
    let own = people::own_account(services, &who).await.unwrap();
    assert!(own.email_verified && !own.mobile_verified);
    // An address that changed between is not proven by the code that went to the old one.
    ask_verification(services, &who, Address::Mobile).await.unwrap();
    let code = code_in(&outbox(&world).await[1].2);
    sqlx::query("update account set mobile = '+8801700000001' where username = 'boss'").execute(&mut raw(&world).await).await.unwrap();
    assert_eq!(why(verify_address(services, &who, Address::Mobile, &code).await), "problem-code-over");
    assert!(!people::own_account(services, &who).await.unwrap().mobile_verified);
}
