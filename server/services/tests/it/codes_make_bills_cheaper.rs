//! Promo codes (BIL-09): a line of its own on the next bills, limits that hold when many come at once, a use that counts
//! when it is paid and gives its place back when no bill ever took it, and a reason for every code that does not hold.

use crate::seed::{customer, package};
use domain::billing::{LineKind, PromoForm, PromoRow};
use domain::customers::Paging;
use domain::people::{Caller, Role};
use domain::{CustomerId, PackageId, PromoCodeId, ServiceId};
use services::Error;
use services::billing::{TimeForm, buy_time, invoice, invoices, quote_time, run_billing};
use services::customers::{CustomerForm, create_customer};
use services::payments::{PaymentForm, take_payment};
use services::promos::{RedeemForm, archive_promo, create_promo, promos, redeem};
use std::collections::BTreeMap;
use testkit::{World, world};

async fn shop() -> (World, PackageId) {
    let world = world("2026-11-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    (world, package)
}

fn twenty(code: &str) -> PromoForm {
    PromoForm { code: code.into(), kind: "percent".into(), percent: "20".into(), ..Default::default() }
}

async fn make(world: &World, form: PromoForm) -> PromoCodeId {
    create_promo(&world.services, &world.padma.admin, &form).await.unwrap()
}

async fn line(world: &World, id: CustomerId) -> ServiceId {
    services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap().services[0].id
}

async fn apply(world: &World, id: CustomerId, code: &str) -> Result<CustomerId, Error> {
    let form = RedeemForm { code: code.into(), key: uuid::Uuid::now_v7().to_string() };
    redeem(&world.services, &world.padma.admin, line(world, id).await, &form).await
}

fn why<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid(problems)) => format!("{} {}", problems[0].field, problems[0].key),
        Err(Error::Conflict(problem)) => problem.key,
        other => panic!("{other:?}"),
    }
}

async fn run(world: &World, on: &str) -> i64 {
    world.clock.set(format!("{on}T04:00:00Z").parse().unwrap());
    run_billing(&world.services, &world.padma.admin, on.parse().unwrap()).await.unwrap().1.total_minor
}

async fn row(world: &World, archived: bool) -> PromoRow {
    promos(&world.services, &world.padma.admin, archived).await.unwrap().remove(0)
}

async fn pay(world: &World, id: CustomerId, amount: &str, key: &str) -> domain::PaymentId {
    let form = PaymentForm { amount: amount.into(), method: "bank".into(), key: key.into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, id, &form).await.unwrap().payment.id
}

#[tokio::test]
async fn a_code_stands_on_the_bills_of_its_periods_and_counts_when_they_are_paid() {
    let (world, package) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    make(&world, PromoForm { periods: "2".into(), uses_total: "1".into(), ..twenty("EID-26") }).await;
    let rahim = customer(services, admin, package, "rahim").await;
    let form = RedeemForm { code: " eid-২৬ ".into(), key: "redeem-0001".into() };
    let service = line(&world, rahim).await;
    redeem(services, admin, service, &form).await.unwrap();
    redeem(services, admin, service, &form).await.unwrap();
    assert_eq!((row(&world, false).await.used, row(&world, false).await.paid), (1, 0), "the same form uses it once");
    assert_eq!(run(&world, "2026-11-01").await, 80_000);
    assert_eq!(run(&world, "2026-12-01").await, 80_000);
    assert_eq!(run(&world, "2027-01-01").await, 100_000, "two periods and no third");
    let (page, _) = invoices(services, admin, &Default::default(), Some(rahim), Paging::new(1, 25)).await.unwrap();
    let november = page.rows.iter().min_by_key(|row| row.issued_on).unwrap().id;
    let lines = invoice(services, admin, november).await.unwrap().lines;
    let shown: Vec<_> = lines.iter().map(|line| (line.kind, line.description.as_str(), line.net.minor)).collect();
    assert_eq!(shown, [(LineKind::Recurring, "Home 10", 100_000), (LineKind::Discount, "Promo EID-26", -20_000)]);
    let payment = pay(&world, rahim, "800", "promo-pays-1").await;
    assert_eq!((row(&world, false).await.used, row(&world, false).await.paid), (1, 1));
    let karim = customer(services, admin, package, "karim").await;
    assert_eq!(why(apply(&world, karim, "EID-26").await), "code problem-promo-used-up");
    let bounced = services::corrections::ReasonForm { reason: "it bounced".into(), key: "bounced-01".into(), version: 0 };
    services::corrections::reverse_payment(services, admin, payment, &bounced).await.unwrap();
    assert_eq!((row(&world, false).await.used, row(&world, false).await.paid), (1, 0), "its bill still stands");
    assert!(services::ledger::verify(services, admin).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_use_that_credit_paid_is_not_counted_when_the_cheque_behind_the_credit_bounces() {
    let (world, package) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    make(&world, twenty("EID-26")).await;
    let rahim = customer(services, admin, package, "rahim").await;
    apply(&world, rahim, "EID-26").await.unwrap();
    let cheque = pay(&world, rahim, "800", "ahead-of-the-bill").await;
    assert_eq!(run(&world, "2026-11-01").await, 80_000);
    assert_eq!(row(&world, false).await.paid, 1, "credit pays as money does");
    let bounced = services::corrections::ReasonForm { reason: "it bounced".into(), key: "bounced-02".into(), version: 0 };
    services::corrections::reverse_payment(services, admin, cheque, &bounced).await.unwrap();
    assert_eq!((row(&world, false).await.used, row(&world, false).await.paid), (1, 0));
    pay(&world, rahim, "300", "the-rest-in-cash").await;
    assert_eq!(row(&world, false).await.paid, 1);
}

#[tokio::test]
async fn a_code_that_does_not_hold_says_why_and_changes_nothing() {
    let (world, package) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let rahim = customer(services, admin, package, "rahim").await;
    let other = crate::seed::package(services, admin, "Home 20", "2000").await;
    make(&world, twenty("GOOD")).await;
    make(&world, PromoForm { starts_on: "2026-11-02".into(), ..twenty("LATER") }).await;
    make(&world, PromoForm { packages: BTreeMap::from([(other.to_string(), "true".into())]), ..twenty("OTHER") }).await;
    make(&world, PromoForm { minimum: "1000.01".into(), ..twenty("DEAR") }).await;
    make(&world, PromoForm { starts_on: "2026-10-01".into(), ends_on: "2026-10-31".into(), ..twenty("GONE") }).await;
    for (code, key) in [
        ("NOBODY", "problem-promo-unknown"),
        ("ঈদ", "problem-promo-unknown"),
        ("LATER", "problem-promo-not-yet"),
        ("GONE", "problem-promo-over"),
        ("OTHER", "problem-promo-other-package"),
        ("DEAR", "problem-promo-minimum"),
    ] {
        assert_eq!(why(apply(&world, rahim, code).await), format!("code {key}"), "{code}");
    }
    apply(&world, rahim, "GOOD").await.unwrap();
    make(&world, twenty("SECOND")).await;
    assert_eq!(why(apply(&world, rahim, "SECOND").await), "code problem-promo-alone");
    assert!(matches!(
        redeem(services, &world.meghna.admin, line(&world, rahim).await, &RedeemForm { code: "GOOD".into(), key: "stranger-1".into() })
            .await,
        Err(Error::NotFound)
    ));
    // What cannot be a code, or is one already.
    assert_eq!(why(create_promo(services, admin, &twenty("good")).await), "problem-promo-taken");
    assert_eq!(why(create_promo(services, admin, &PromoForm { percent: "100.5".into(), ..twenty("MORE") }).await), "percent problem-rate");
    let unknown = PromoForm { packages: BTreeMap::from([(uuid::Uuid::now_v7().to_string(), "true".into())]), ..twenty("MORE") };
    assert_eq!(why(create_promo(services, admin, &unknown).await), "packages problem-choice");
    let clerk = Caller { role: Role::Staff, grants: Vec::new(), ..admin.clone() };
    assert!(matches!(create_promo(services, &clerk, &twenty("MORE")).await, Err(Error::Denied(_))));
    assert_eq!(promos(services, admin, false).await.unwrap().len(), 6);
    assert!(promos(services, &world.meghna.admin, false).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_archived_code_is_used_by_nobody_and_two_who_archive_it_do_so_once() {
    let (world, package) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let rahim = customer(services, admin, package, "rahim").await;
    let id = make(&world, twenty("EID-26")).await;
    archive_promo(services, admin, id, 1, true).await.unwrap();
    assert_eq!(why(archive_promo(services, admin, id, 1, true).await), "problem-changed-meanwhile");
    assert_eq!(why(apply(&world, rahim, "EID-26").await), "code problem-promo-unknown");
    let away = row(&world, true).await;
    archive_promo(services, admin, id, away.version, false).await.unwrap();
    apply(&world, rahim, "EID-26").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_place_goes_to_one_of_many_who_want_it_at_once() {
    let (world, package) = shop().await;
    make(&world, PromoForm { uses_total: "3".into(), ..twenty("FIRST-3") }).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..12 {
        let id = customer(&world.services, &world.padma.admin, package, &format!("user{n}")).await;
        let service = line(&world, id).await;
        let (services, admin) = (world.services.clone(), world.padma.admin.clone());
        tasks.spawn(async move {
            redeem(&services, &admin, service, &RedeemForm { code: "FIRST-3".into(), key: format!("redeem-{n:04}") }).await.is_ok()
        });
    }
    let used = tasks.join_all().await.into_iter().filter(|used| *used).count();
    assert_eq!((used, row(&world, false).await.used), (3, 3));
    assert_eq!(run(&world, "2026-11-01").await, 9 * 100_000 + 3 * 80_000);
}

#[tokio::test]
async fn a_place_that_no_bill_took_is_free_again_when_its_days_are_over() {
    let (world, package) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    make(&world, PromoForm { uses_total: "1".into(), ..twenty("EID-26") }).await;
    let (rahim, karim) = (customer(services, admin, package, "rahim").await, customer(services, admin, package, "karim").await);
    apply(&world, rahim, "EID-26").await.unwrap();
    assert_eq!(why(apply(&world, karim, "EID-26").await), "code problem-promo-used-up");
    // Nobody bills November.
    world.clock.set("2026-12-01T04:00:00Z".parse().unwrap());
    assert_eq!(row(&world, false).await.used, 0);
    apply(&world, karim, "EID-26").await.unwrap();
}

#[tokio::test]
async fn a_new_subscriber_brings_his_code_or_is_not_made_at_all() {
    let (world, package) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    make(&world, PromoForm { code: "HELLO".into(), kind: "fixed".into(), amount: "300".into(), ..Default::default() }).await;
    let form = |promo: &str| CustomerForm {
        name: "Salma".into(),
        username: "salma".into(),
        password: "line-secret".into(),
        package_id: package.to_string(),
        promo: promo.into(),
        ..Default::default()
    };
    assert_eq!(why(create_customer(services, admin, &form("HALLO")).await), "promo problem-promo-unknown");
    create_customer(services, admin, &form("hello")).await.unwrap();
    assert_eq!(run(&world, "2026-11-01").await, 70_000);
}

#[tokio::test]
async fn a_code_makes_the_prepaid_time_of_its_days_cheaper_and_no_other() {
    let (world, package) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update billing_profile set kind = 'daily'").execute(&mut raw).await.unwrap();
    make(&world, twenty("EID-26")).await;
    let rahim = customer(services, admin, package, "rahim").await;
    let service = line(&world, rahim).await;
    pay(&world, rahim, "5000", "ahead-01").await;
    apply(&world, rahim, "EID-26").await.unwrap();
    let time = |days: &str, key: &str| TimeForm { days: days.into(), key: key.into(), ..Default::default() };
    let quoted = quote_time(services, admin, service, &time("15", "")).await.unwrap();
    assert_eq!((quoted.total.minor, quoted.off.minor), (40_000, 10_000));
    assert_eq!((row(&world, false).await.used, row(&world, false).await.paid), (1, 0));
    buy_time(services, admin, service, &time("15", "time-0001")).await.unwrap();
    assert_eq!((row(&world, false).await.used, row(&world, false).await.paid), (1, 1), "credit paid the bill it stands on");
    let (page, _) = invoices(services, admin, &Default::default(), Some(rahim), Paging::new(1, 25)).await.unwrap();
    let lines = invoice(services, admin, page.rows[0].id).await.unwrap().lines;
    let shown: Vec<_> = lines.iter().map(|line| (line.kind, line.description.as_str(), line.net.minor)).collect();
    assert_eq!(shown, [(LineKind::Prepaid, "Home 10", 50_000), (LineKind::Discount, "Promo EID-26", -10_000)]);
    // Fifteen days and some hours of the code's thirty are left; the rest of what is bought costs what it costs.
    let rest = quote_time(services, admin, service, &time("60", "")).await.unwrap();
    assert!((10_000..=10_700).contains(&rest.off.minor), "{}", rest.off.minor);
    buy_time(services, admin, service, &time("60", "time-0002")).await.unwrap();
    assert_eq!(quote_time(services, admin, service, &time("30", "")).await.unwrap().off.minor, 0);
    assert!(services::ledger::verify(services, admin).await.unwrap().is_clean());
}
