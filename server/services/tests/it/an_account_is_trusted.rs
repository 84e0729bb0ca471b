//! Trust of a sign-in: passwords that hold, codes that are taken once, sessions that end, and dangerous acts that ask
//! again (SEC-02, SEC-04, SEC-06).

use chrono::TimeDelta;
use domain::people::Role;
use domain::trust::{Owes, SignInRule, SignInRuleForm};
use domain::{AccountId, Problem};
use hmac::{Hmac, KeyInit, Mac};
use services::people::{self, Attempt, PasswordForm, Site, Who, hash_password, recognise, sign_in};
use services::{Error, Services};
use sha1::Sha1;
use storage::accounts::NewAccount;
use testkit::{World, world};
use uuid::Uuid;

const PASSWORD: &str = "Correct-horse-1";

struct House {
    world: World,
    admin: AccountId,
}

async fn house() -> House {
    let world = world("2026-11-01T04:00:00Z").await;
    let admin = person(&world, Role::Admin, "boss").await;
    House { world, admin }
}

async fn person(world: &World, role: Role, username: &str) -> AccountId {
    let hash = hash_password(PASSWORD).await.unwrap();
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    let id = AccountId(Uuid::now_v7());
    let account = NewAccount {
        id,
        role,
        name: "Shahana",
        email: Some(&format!("{username}@padma.example")),
        username: Some(username),
        mobile: None,
        password_hash: &hash,
        customer_id: None,
        grants: &[],
    };
    storage::accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    id
}

impl House {
    fn services(&self) -> &Services {
        &self.world.services
    }

    async fn rule(&self, rule: SignInRule) {
        let mut tx = self.world.services.db.isp(&self.world.padma.admin).await.unwrap();
        storage::sign_in_rules::set(&mut tx, Some(self.world.padma.id.0), &rule, self.services().now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn try_password(&self, password: &str) -> services::Result<people::SignedIn> {
        let attempt = Attempt { site: Site::Isp(self.world.padma.id), login: "boss", password, ip: None, agent: "test" };
        sign_in(self.services(), &attempt).await
    }

    async fn come_in(&self) -> people::SignedIn {
        self.try_password(PASSWORD).await.unwrap()
    }

    async fn who(&self, token: &str) -> Option<Who> {
        recognise(self.services(), token, Some(self.world.padma.id), None).await.unwrap()
    }

    async fn signed_in(&self) -> (String, Who) {
        let token = self.come_in().await.token;
        let who = self.who(&token).await.unwrap();
        (token, who)
    }

    /// Takes up a second factor and answers with its key.
    async fn enrolled(&self) -> (Vec<u8>, Vec<String>) {
        let (_, who) = self.signed_in().await;
        people::begin_second_factor(self.services(), &who).await.unwrap();
        let seed = unbase32(&people::pending_enrolment(self.services(), &who).await.unwrap().unwrap().seed);
        people::confirm_second_factor(self.services(), &who, &self.code(&seed)).await.unwrap();
        let codes = people::shown_recovery_codes(self.services(), &who).await.unwrap();
        self.world.clock.advance(TimeDelta::seconds(30));
        (seed, codes)
    }

    /// What the phone shows now: worked out apart from the product.
    fn code(&self, seed: &[u8]) -> String {
        code_at(seed, self.services().now().timestamp() / 30)
    }
}

fn code_at(seed: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(seed).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn unbase32(text: &str) -> Vec<u8> {
    let values = text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| if byte >= b'A' { byte - b'A' } else { byte - b'2' + 26 });
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for value in values {
        held = (held << 5) | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

fn keys(error: Error) -> Vec<String> {
    match error {
        Error::Invalid(problems) => problems.into_iter().map(|problem| problem.key).collect(),
        Error::Conflict(Problem { key, .. }) => vec![key],
        other => panic!("{other:?}"),
    }
}

fn change(old: &str, new: &str) -> PasswordForm {
    PasswordForm { old_password: old.into(), new_password: new.into(), again_password: new.into() }
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_this_one_goes_on_under_another_cookie() {
    let house = house().await;
    let other = house.come_in().await.token;
    let (token, who) = house.signed_in().await;
    let next = people::change_password(house.services(), &who, &change(PASSWORD, "Nodi-7-pakhi")).await.unwrap();
    assert!(house.who(&other).await.is_none(), "the other one is out");
    assert!(house.who(&next).await.is_some());
    assert!(house.who(&token).await.is_some(), "requests under way are not thrown out");
    house.world.clock.advance(TimeDelta::seconds(31));
    assert!(house.who(&token).await.is_none(), "the cookie of before is worth nothing");
    assert!(house.who(&next).await.is_some());
    assert!(house.try_password(PASSWORD).await.is_err());
    assert!(house.try_password("Nodi-7-pakhi").await.is_ok());
}

#[tokio::test]
async fn a_password_must_be_good_new_and_typed_twice() {
    let house = house().await;
    let (_, who) = house.signed_in().await;
    let services = house.services();
    for (form, wanted) in [
        (change("wrong", "Nodi-7-pakhi"), "problem-password-wrong"),
        (change(PASSWORD, "short"), "problem-password-short"),
        (change(PASSWORD, "Shahana-777-x"), "problem-password-name"),
        (change(PASSWORD, PASSWORD), "problem-password-used"),
        (PasswordForm { again_password: "Nodi-7-pakhI".into(), ..change(PASSWORD, "Nodi-7-pakhi") }, "problem-password-again"),
    ] {
        assert_eq!(keys(people::change_password(services, &who, &form).await.unwrap_err()), [wanted]);
    }
    // Accounts are made by the real clock, which is ahead of the one of this story.
    let mut raw = house.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(house.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update account set password_set_at = '2026-10-01T04:00:00Z'").execute(&mut raw).await.unwrap();
    let mut old = PASSWORD.to_string();
    for n in 0..5 {
        let new = format!("Nodi-{n}-pakhi-ure");
        people::change_password(services, &who, &change(&old, &new)).await.unwrap();
        house.world.clock.advance(TimeDelta::seconds(1));
        old = new;
    }
    for used in ["Nodi-0-pakhi-ure", "Nodi-3-pakhi-ure", "Nodi-4-pakhi-ure"] {
        assert_eq!(keys(people::change_password(services, &who, &change(&old, used)).await.unwrap_err()), ["problem-password-used"]);
    }
    people::change_password(services, &who, &change(&old, PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn the_oldest_session_ends_on_the_fourth_and_who_does_nothing_is_out() {
    let house = house().await;
    house.rule(SignInRule { second_factor: false, ..SignInRule::USUAL }).await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(house.come_in().await.token);
        house.world.clock.advance(TimeDelta::seconds(1));
    }
    assert!(house.who(&tokens[0]).await.is_none());
    let who = house.who(&tokens[3]).await.unwrap();
    let open = people::own_sessions(house.services(), &who).await.unwrap();
    assert_eq!((open.len(), open.iter().filter(|session| session.here).count()), (3, 1));
    let other = open.iter().find(|session| !session.here).unwrap().id;
    people::end_session(house.services(), &who, other).await.unwrap();
    assert!(matches!(people::end_session(house.services(), &who, other).await, Err(Error::NotFound)), "it is gone");
    assert_eq!(people::end_other_sessions(house.services(), &who).await.unwrap(), 1);
    house.world.clock.advance(TimeDelta::minutes(29));
    assert!(house.who(&tokens[3]).await.is_some());
    house.world.clock.advance(TimeDelta::minutes(29));
    let quiet = people::recognise_quietly(house.services(), &tokens[3], Some(house.world.padma.id), None).await.unwrap();
    assert!(quiet.is_some());
    house.world.clock.advance(TimeDelta::minutes(1));
    assert!(house.who(&tokens[3]).await.is_none(), "a page that asks by itself is nobody's click");
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session() {
    let house = house().await;
    person(&house.world, Role::Staff, "clerk").await;
    let attempt = Attempt { site: Site::Isp(house.world.padma.id), login: "clerk", password: PASSWORD, ip: None, agent: "test" };
    let clerk = sign_in(house.services(), &attempt).await.unwrap().token;
    let clerk = house.who(&clerk).await.unwrap();
    let (token, who) = house.signed_in().await;
    let id = people::own_sessions(house.services(), &who).await.unwrap()[0].id;
    assert!(matches!(people::end_session(house.services(), &clerk, id).await, Err(Error::NotFound)));
    people::end_other_sessions(house.services(), &clerk).await.unwrap();
    assert!(house.who(&token).await.is_some());
}

#[tokio::test]
async fn who_is_suspended_is_out_on_every_server_at_once() {
    let house = house().await;
    let (token, _) = house.signed_in().await;
    // The last admin of an ISP cannot be suspended.
    person(&house.world, Role::Admin, "second").await;
    // Another server on the same database, with nothing in common but that.
    let other = storage::Db::connect(&house.world.db.url, 2).await.unwrap();
    let other = Services::new(other, services::Keyring::new(&[42; 32]).unwrap(), std::sync::Arc::new(house.world.clock.clone()));
    assert!(recognise(&other, &token, Some(house.world.padma.id), None).await.unwrap().is_some());
    let mut raw = house.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(house.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update account set status = 'disabled' where id = $1").bind(house.admin.0).execute(&mut raw).await.unwrap();
    assert!(recognise(&other, &token, Some(house.world.padma.id), None).await.unwrap().is_none());
    assert!(house.who(&token).await.is_none());
    sqlx::query("update account set status = 'active' where id = $1").bind(house.admin.0).execute(&mut raw).await.unwrap();
    assert!(house.who(&token).await.is_none(), "who comes back signs in again");
    assert!(house.try_password(PASSWORD).await.is_ok());
}

#[tokio::test]
async fn with_a_second_factor_the_password_alone_opens_nothing() {
    let house = house().await;
    let (seed, codes) = house.enrolled().await;
    assert_eq!(codes.len(), 10);
    let half = house.come_in().await;
    assert_eq!(half.owes, Some(Owes::Code));
    let who = house.who(&half.token).await.unwrap();
    assert!(matches!(who, Who::Half { owes: Owes::Code, .. }), "{who:?}");
    assert!(matches!(people::begin_second_factor(house.services(), &who).await, Err(Error::NotFound)));
    assert_eq!(keys(people::give_code(house.services(), &who, "000000").await.unwrap_err()), ["problem-code-wrong"]);
    let code = house.code(&seed);
    let whole = people::give_code(house.services(), &who, &code).await.unwrap();
    assert_eq!(whole.owes, None);
    assert!(matches!(house.who(&whole.token).await, Some(Who::Isp { .. })));
    // The same code in another window, half a minute long.
    let again = house.who(&house.come_in().await.token).await.unwrap();
    assert_eq!(keys(people::give_code(house.services(), &again, &code).await.unwrap_err()), ["problem-code-wrong"], "replayed");
}

#[tokio::test]
async fn a_clock_may_be_half_a_minute_off() {
    let house = house().await;
    let (seed, _) = house.enrolled().await;
    house.world.clock.advance(TimeDelta::minutes(5));
    let step = house.services().now().timestamp() / 30;
    let half = house.who(&house.come_in().await.token).await.unwrap();
    for far in [step - 2, step + 2] {
        assert!(people::give_code(house.services(), &half, &code_at(&seed, far)).await.is_err(), "{far}");
    }
    people::give_code(house.services(), &half, &code_at(&seed, step - 1)).await.unwrap();
    let half = house.who(&house.come_in().await.token).await.unwrap();
    people::give_code(house.services(), &half, &code_at(&seed, step + 1)).await.unwrap();
    let half = house.who(&house.come_in().await.token).await.unwrap();
    let older = people::give_code(house.services(), &half, &code_at(&seed, step)).await;
    assert!(older.is_err(), "older than the last that was taken");
}

#[tokio::test]
async fn a_recovery_code_opens_the_door_once() {
    let house = house().await;
    let (_, codes) = house.enrolled().await;
    let half = house.who(&house.come_in().await.token).await.unwrap();
    let typed = codes[3].to_uppercase().replace('-', " ");
    let whole = people::give_code(house.services(), &half, &typed).await.unwrap();
    let who = house.who(&whole.token).await.unwrap();
    assert_eq!(people::own_account(house.services(), &who).await.unwrap().codes_left, 9);
    let half = house.who(&house.come_in().await.token).await.unwrap();
    assert!(people::give_code(house.services(), &half, &codes[3]).await.is_err());
    // New ones put those of before out of use; they are seen until they were kept.
    people::new_recovery_codes(house.services(), &who).await.unwrap();
    assert!(people::give_code(house.services(), &half, &codes[4]).await.is_err());
    assert_eq!(people::shown_recovery_codes(house.services(), &who).await.unwrap().len(), 10);
    people::keep_recovery_codes(house.services(), &who).await.unwrap();
    assert!(people::shown_recovery_codes(house.services(), &who).await.unwrap().is_empty());
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_whoever_is_asked() {
    let house = house().await;
    let (seed, _) = house.enrolled().await;
    let mut halves = Vec::new();
    for _ in 0..8 {
        halves.push(house.who(&house.come_in().await.token).await.unwrap());
    }
    // Eight windows at once, on two servers.
    let other = storage::Db::connect(&house.world.db.url, 4).await.unwrap();
    let other = Services::new(other, services::Keyring::new(&[42; 32]).unwrap(), std::sync::Arc::new(house.world.clock.clone()));
    let guesses = halves.iter().enumerate().map(|(n, who)| {
        let services = if n % 2 == 0 { house.services().clone() } else { other.clone() };
        let who = who.clone();
        tokio::spawn(async move { people::give_code(&services, &who, "000000").await.unwrap_err() })
    });
    let mut looked_at = 0;
    for guess in guesses.collect::<Vec<_>>() {
        looked_at += usize::from(keys(guess.await.unwrap()) == ["problem-code-wrong"]);
    }
    assert_eq!(looked_at, 5, "the sixth waits");
    let right = people::give_code(house.services(), &halves[0], &house.code(&seed)).await;
    assert_eq!(keys(right.unwrap_err()), ["problem-sign-in-wait"]);
    house.world.clock.advance(TimeDelta::seconds(31));
    people::give_code(house.services(), &halves[0], &house.code(&seed)).await.unwrap();
}

#[tokio::test]
async fn who_must_have_a_second_factor_takes_it_up_at_the_door() {
    let house = house().await;
    house.rule(SignInRule::USUAL).await;
    let half = house.come_in().await;
    assert_eq!(half.owes, Some(Owes::Enrol));
    let who = house.who(&half.token).await.unwrap();
    let seed = unbase32(&people::enrolment(house.services(), &who).await.unwrap().seed);
    assert_eq!(unbase32(&people::enrolment(house.services(), &who).await.unwrap().seed), seed, "the same when the page is loaded again");
    assert_eq!(keys(people::finish_enrolment(house.services(), &who, "123456").await.unwrap_err()), ["problem-code-wrong"]);
    let whole = people::finish_enrolment(house.services(), &who, &house.code(&seed)).await.unwrap();
    assert_eq!(whole.owes, None);
    let who = house.who(&whole.token).await.unwrap();
    assert_eq!(people::shown_recovery_codes(house.services(), &who).await.unwrap().len(), 10);
    assert_eq!(keys(people::drop_second_factor(house.services(), &who).await.unwrap_err()), ["problem-factor-forced"]);
    person(&house.world, Role::Staff, "clerk").await;
    let attempt = Attempt { site: Site::Isp(house.world.padma.id), login: "clerk", password: PASSWORD, ip: None, agent: "test" };
    assert_eq!(sign_in(house.services(), &attempt).await.unwrap().owes, None, "staff is not forced");
}

#[tokio::test]
async fn an_old_password_is_replaced_before_anything_opens() {
    let house = house().await;
    house.rule(SignInRule { second_factor: false, password_days: Some(90), ..SignInRule::USUAL }).await;
    assert_eq!(house.come_in().await.owes, None);
    // Accounts are made by the real clock, which is far from the one of this story.
    let mut raw = house.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(house.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update account set password_set_at = '2026-08-03T04:00:00Z'").execute(&mut raw).await.unwrap();
    let half = house.come_in().await;
    assert_eq!(half.owes, Some(Owes::Password));
    let who = house.who(&half.token).await.unwrap();
    let same = people::choose_password(house.services(), &who, PASSWORD, PASSWORD).await.unwrap_err();
    assert_eq!(keys(same), ["problem-password-used"]);
    let whole = people::choose_password(house.services(), &who, "Nodi-7-pakhi", "Nodi-7-pakhi").await.unwrap();
    assert_eq!(whole.owes, None);
    assert_eq!(house.try_password("Nodi-7-pakhi").await.unwrap().owes, None);
}

#[tokio::test]
async fn dangerous_acts_ask_again_after_a_quarter_of_an_hour() {
    let house = house().await;
    let (token, who) = house.signed_in().await;
    let form = SignInRuleForm::of(&SignInRule { second_factor: false, ..SignInRule::USUAL });
    let Who::Isp { caller, .. } = &who else { panic!("{who:?}") };
    people::set_sign_in_rule(house.services(), caller, &form).await.unwrap();
    house.world.clock.advance(TimeDelta::minutes(16));
    let who = house.who(&token).await.unwrap();
    let Who::Isp { caller, .. } = &who else { panic!("{who:?}") };
    assert!(matches!(people::set_sign_in_rule(house.services(), caller, &form).await, Err(Error::Proof)));
    let refund = services::corrections::RefundForm { amount: "1".into(), method: "cash".into(), ..Default::default() };
    let refund = services::corrections::refund(house.services(), caller, domain::CustomerId(Uuid::now_v7()), &refund).await;
    assert!(matches!(refund, Err(Error::Proof)));
    let reopen = services::books::ask_to_reopen(house.services(), caller, "2026-10-01".parse().unwrap(), "a bill was forgotten").await;
    assert!(matches!(reopen, Err(Error::Proof)));
    // A job has no password to give.
    let job = domain::people::Caller::system(house.world.padma.id, "job");
    people::set_sign_in_rule(house.services(), &job, &form).await.unwrap();
    assert_eq!(keys(people::prove(house.services(), &who, "wrong").await.unwrap_err()), ["problem-password-wrong"]);
    let next = people::prove(house.services(), &who, PASSWORD).await.unwrap();
    let who = house.who(&next).await.unwrap();
    let Who::Isp { caller, .. } = &who else { panic!("{who:?}") };
    people::set_sign_in_rule(house.services(), caller, &form).await.unwrap();
    assert_ne!(token, next, "another cookie from now on");
}

#[tokio::test]
async fn who_has_a_second_factor_proves_himself_with_a_code() {
    let house = house().await;
    let (seed, _) = house.enrolled().await;
    let half = house.who(&house.come_in().await.token).await.unwrap();
    let token = people::give_code(house.services(), &half, &house.code(&seed)).await.unwrap().token;
    house.world.clock.advance(TimeDelta::minutes(16));
    let who = house.who(&token).await.unwrap();
    assert!(matches!(people::drop_second_factor(house.services(), &who).await, Err(Error::Proof)));
    assert_eq!(keys(people::prove(house.services(), &who, PASSWORD).await.unwrap_err()), ["problem-code-wrong"]);
    let next = people::prove(house.services(), &who, &house.code(&seed)).await.unwrap();
    let who = house.who(&next).await.unwrap();
    people::drop_second_factor(house.services(), &who).await.unwrap();
    assert_eq!(house.come_in().await.owes, None);
}

#[tokio::test]
async fn seeds_and_codes_are_not_to_be_read_in_the_database() {
    let house = house().await;
    let (seed, codes) = house.enrolled().await;
    let mut raw = house.world.db.raw().await;
    let (stored, shown): (Vec<u8>, Option<Vec<u8>>) = sqlx::query_as("select seed, codes_shown from second_factor where account_id = $1")
        .bind(house.admin.0)
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert!(!stored.windows(seed.len()).any(|part| part == seed));
    let first = codes[0].as_bytes();
    assert!(!shown.unwrap().windows(first.len()).any(|part| part == first));
    let hashes: Vec<Vec<u8>> = sqlx::query_scalar("select hash from recovery_code").fetch_all(&mut raw).await.unwrap();
    assert!(hashes.len() == 10 && hashes.iter().all(|hash| hash.len() == 32));
}

#[tokio::test]
async fn the_owner_of_the_machine_helps_who_lost_his_phone() {
    let house = house().await;
    house.enrolled().await;
    let (padma, services) = (house.world.padma.id, house.services());
    assert!(matches!(people::forget_second_factor(services, Some(padma), "nobody@padma.example").await, Err(Error::NotFound)));
    people::forget_second_factor(services, Some(padma), "Boss@padma.example").await.unwrap();
    assert_eq!(house.come_in().await.owes, None);
}
