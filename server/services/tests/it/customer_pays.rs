//! Money over the counter: oldest first, surplus ahead, one receipt for one form (PAY-07, PAY-08).

use crate::seed::{customer, package};
use domain::{CustomerId, Money};
use services::Error;
use services::billing::run_billing;
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

fn form(amount: &str, key: &str) -> PaymentForm {
    PaymentForm { amount: amount.into(), method: "cash".into(), note: String::new(), key: key.into(), ..Default::default() }
}

/// A customer with an unpaid bill of 1,000 for each month since 1 September.
async fn owing(months: &[&str]) -> (World, CustomerId) {
    let world = world("2026-09-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let id = customer(&world.services, &world.padma.admin, package, "rahim").await;
    for month in months {
        world.clock.set(format!("{month}T04:00:00Z").parse().unwrap());
        run_billing(&world.services, &world.padma.admin, month.parse().unwrap()).await.unwrap();
    }
    (world, id)
}

async fn money(world: &World, id: CustomerId) -> (i64, i64) {
    let detail = services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap();
    (detail.due.minor, detail.credit.minor)
}

async fn books_agree(world: &World) {
    let report = services::ledger::verify(&world.services, &world.padma.admin).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test]
async fn oldest_bill_first() {
    let (world, id) = owing(&["2026-09-01", "2026-10-01"]).await;
    let receipt = take_payment(&world.services, &world.padma.admin, id, &form("1,500", "counter-1")).await.unwrap();
    let parts: Vec<_> = receipt.parts.iter().map(|(_, number, part)| (number.as_str(), part.minor)).collect();
    assert_eq!(parts, [("INV-2026-00001", 100_000), ("INV-2026-00002", 50_000)]);
    assert_eq!(receipt.still_due.minor, 50_000);
    assert_eq!(money(&world, id).await, (50_000, 0));
    books_agree(&world).await;
}

#[tokio::test]
async fn surplus_pays_the_next_bill() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let receipt = take_payment(&world.services, &world.padma.admin, id, &form("2500", "counter-1")).await.unwrap();
    assert_eq!(receipt.credit, Money::new(150_000, domain::Currency::Bdt));
    assert_eq!(money(&world, id).await, (0, 150_000));
    world.clock.set("2026-10-01T04:00:00Z".parse().unwrap());
    run_billing(&world.services, &world.padma.admin, "2026-10-01".parse().unwrap()).await.unwrap();
    assert_eq!(money(&world, id).await, (0, 50_000));
    world.clock.set("2026-11-01T04:00:00Z".parse().unwrap());
    run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!(money(&world, id).await, (50_000, 0));
    books_agree(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twenty_times_is_one_payment() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let sent: Vec<_> = (0..20)
        .map(|_| {
            let (services, caller) = (world.services.clone(), world.padma.admin.clone());
            tokio::spawn(async move {
                take_payment(&services, &caller, id, &form("1000", "one-form-only")).await.unwrap().payment.receipt_number
            })
        })
        .collect();
    for one in sent {
        assert_eq!(one.await.unwrap(), "RCT-2026-00001");
    }
    assert_eq!(money(&world, id).await, (0, 0));
    books_agree(&world).await;
}

#[tokio::test]
async fn a_form_that_was_used_for_something_else_is_refused() {
    let (world, id) = owing(&["2026-09-01"]).await;
    take_payment(&world.services, &world.padma.admin, id, &form("100", "one-form-only")).await.unwrap();
    let again = take_payment(&world.services, &world.padma.admin, id, &form("200", "one-form-only")).await;
    assert!(matches!(again, Err(Error::Conflict(problem)) if problem.key == "problem-form-stale"));
}

#[tokio::test]
async fn what_is_no_amount_is_refused_and_writes_nothing() {
    let (world, id) = owing(&["2026-09-01"]).await;
    for (amount, key) in [
        ("", "problem-amount-empty"),
        ("0", "problem-amount-zero"),
        ("-100", "problem-amount-negative"),
        ("10.005", "problem-amount-decimals"),
        ("ten", "problem-amount-not-a-number"),
        ("9999999999999999", "problem-amount-too-large"),
    ] {
        match take_payment(&world.services, &world.padma.admin, id, &form(amount, "counter-1")).await {
            Err(Error::Invalid(problems)) => {
                assert_eq!((problems[0].field.as_str(), problems[0].key.as_str()), ("amount", key), "{amount}")
            }
            other => panic!("{amount}: {other:?}"),
        }
    }
    assert_eq!(money(&world, id).await, (100_000, 0));
}

#[tokio::test]
async fn yen_have_no_parts_and_a_part_of_a_month_is_rounded_to_whole_ones() {
    let world = testkit::world_in("2026-11-08T04:00:00Z", chrono_tz::Asia::Tokyo, domain::Currency::Jpy).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let form = |price: &str| domain::packages::PackageForm {
        name: "Home 10".into(),
        up_mbps: "5".into(),
        down_mbps: "10".into(),
        price: price.into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..Default::default()
    };
    let refused = services::packages::save_package(services, admin, None, &form("1000.5")).await;
    assert!(matches!(refused, Err(Error::Invalid(problems)) if problems[0].key == "problem-amount-no-decimals"));
    assert!(services::packages::list_packages(services, admin).await.unwrap().is_empty());
    let package = services::packages::save_package(services, admin, None, &form("1000")).await.unwrap();
    let id = crate::seed::customer(services, admin, package, "rahim").await;
    services::billing::run_billing(services, admin, "2026-11-08".parse().unwrap()).await.unwrap();
    assert_eq!(money(&world, id).await, (767, 0), "23 of 30 days of 1,000 yen");
    let parts = take_payment(services, admin, id, &PaymentForm { amount: "766.5".into(), ..self::form("", "counter-1") }).await;
    assert!(matches!(parts, Err(Error::Invalid(problems)) if problems[0].key == "problem-amount-no-decimals"));
    take_payment(services, admin, id, &PaymentForm { amount: "767".into(), ..self::form("", "counter-2") }).await.unwrap();
    assert_eq!(money(&world, id).await, (0, 0));
    assert!(services::ledger::verify(services, admin).await.unwrap().is_clean());
}
