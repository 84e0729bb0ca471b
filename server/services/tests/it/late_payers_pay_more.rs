//! The late fee: so many days after the due date, once for a bill, never on a fee, and never for who paid (BIL-15,
//! job 12).

use crate::seed::{customer, package};
use domain::CustomerId;
use domain::corrections::LateFeeForm;
use domain::customers::Paging;
use services::billing::run_billing;
use services::corrections::*;
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

/// Rahim and Karim with a bill of 1,000 of 1 September, due on the 8th; two percent after five days.
async fn two() -> (World, CustomerId, CustomerId) {
    let world = world("2026-09-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let package = package(services, admin, "Home 10", "1000").await;
    let (rahim, karim) = (customer(services, admin, package, "rahim").await, customer(services, admin, package, "karim").await);
    run_billing(services, admin, "2026-09-01".parse().unwrap()).await.unwrap();
    let rule = LateFeeForm { kind: "percent".into(), percent: "2".into(), after_days: "5".into(), ..Default::default() };
    set_late_fee(services, admin, world.padma.profile, &rule).await.unwrap();
    (world, rahim, karim)
}

async fn charge(world: &World, on: &str) -> LateFees {
    world.clock.set(format!("{on}T04:00:00Z").parse().unwrap());
    charge_late_fees(&world.services, &world.padma.admin, on.parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_fee_comes_once_and_only_to_who_did_not_pay() {
    let (world, rahim, karim) = two().await;
    let form = PaymentForm { amount: "1000".into(), method: "cash".into(), key: "counter-1".into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, karim, &form).await.unwrap();
    assert_eq!(charge(&world, "2026-09-12").await.charged, 0, "four days after the due date is too soon");
    assert_eq!(charge(&world, "2026-09-13").await, LateFees { charged: 1, total_minor: 2_000, failed: 0 });
    assert_eq!(charge(&world, "2026-09-13").await.charged, 0);
    assert_eq!(charge(&world, "2026-12-01").await.charged, 0, "no fee on the fee");
    let owes = services::customers::customer(&world.services, &world.padma.admin, rahim).await.unwrap().due.minor;
    assert_eq!(owes, 102_000);
    let (page, _) = services::billing::invoices(&world.services, &world.padma.admin, &Default::default(), Some(rahim), Paging::new(1, 50))
        .await
        .unwrap();
    let bill = page.rows.iter().find(|row| row.total.minor == 100_000).unwrap();
    let fee = invoice_corrections(&world.services, &world.padma.admin, bill.id).await.unwrap().late_fee.unwrap();
    assert!(page.rows.iter().any(|row| row.id == fee.0 && row.total.minor == 2_000));
    assert!(services::ledger::verify(&world.services, &world.padma.admin).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_fee_is_taxed_when_the_isp_says_so_and_never_for_who_is_exempt() {
    let (world, rahim, karim) = two().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let rule = |tax: &str| LateFeeForm {
        kind: "fixed".into(),
        amount: "50".into(),
        after_days: "5".into(),
        tax_profile_id: tax.into(),
        ..Default::default()
    };
    let wrong = set_late_fee(services, admin, world.padma.profile, &rule(&uuid::Uuid::now_v7().to_string())).await;
    assert!(matches!(wrong, Err(services::Error::Invalid(problems)) if problems[0].field == "tax_profile_id"));
    let tax = services::packages::create_tax(services, admin, "VAT", "15", false).await.unwrap();
    set_late_fee(services, admin, world.padma.profile, &rule(&tax.to_string())).await.unwrap();
    let terms = services::billing::customer_terms(services, admin, karim).await.unwrap();
    let form = services::billing::TermsForm {
        billing_profile_id: world.padma.profile.to_string(),
        tax_exempt: Some("true".into()),
        tax_exempt_reason: "embassy".into(),
        version: terms.version.to_string(),
        ..Default::default()
    };
    services::billing::set_customer_terms(services, admin, karim, &form).await.unwrap();
    assert_eq!(charge(&world, "2026-09-13").await.charged, 2);
    for (who, fee) in [(rahim, 5_750), (karim, 5_000)] {
        assert_eq!(services::customers::customer(services, admin, who).await.unwrap().due.minor, 100_000 + fee);
    }
    let balance = services::ledger::trial_balance(services, admin).await.unwrap();
    let of = |code: &str| balance.iter().find(|line| line.account == code).map(|line| line.credit.minor);
    assert_eq!((of("late_fee_revenue"), of("vat_payable")), (Some(10_000), Some(750)));
    assert!(services::ledger::verify(services, admin).await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_at_once_charge_each_bill_once() {
    let (world, ..) = two().await;
    world.clock.set("2026-09-20T04:00:00Z".parse().unwrap());
    let on = "2026-09-20".parse().unwrap();
    let (one, two) =
        tokio::join!(charge_late_fees(&world.services, &world.padma.admin, on), charge_late_fees(&world.services, &world.padma.admin, on));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.charged + two.charged, one.failed + two.failed), (2, 0));
    assert!(services::ledger::verify(&world.services, &world.padma.admin).await.unwrap().is_clean());
}
