//! Payments, found again (PAY-22) and dated back (PAY-08): every filter, totals that follow, the file of exactly this.

use crate::cash_is_handed_over::person;
use crate::seed::{customer, package};
use domain::customers::Paging;
use domain::payments::{Method, PaymentFilter};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, Money};
use locales::Language;
use services::Error;
use services::billing::run_billing;
use services::payments::{PaymentForm, collectors, payments, payments_file, take_payment};
use testkit::{World, world};

const PAGE: Paging = Paging { page: 1, size: 100 };

fn form(amount: &str, method: &str, key: &str) -> PaymentForm {
    PaymentForm { amount: amount.into(), method: method.into(), key: key.into(), ..PaymentForm::default() }
}

struct Stage {
    world: World,
    collector: Caller,
    rahim: CustomerId,
}

/// Three receipts of rahim and one of karim: cash, bank with a reference, cash of a collector, a cheque.
async fn stage() -> Stage {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let package = package(services, admin, "Home 10", "1000").await;
    let rahim = customer(services, admin, package, "rahim").await;
    let karim = customer(services, admin, package, "karim").await;
    run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let collector = person(&world, "collector", &[Permission::PaymentsReceive, Permission::PaymentsBackdate]).await;
    take_payment(services, admin, rahim, &form("100", "cash", "counter-1")).await.unwrap();
    let bank = PaymentForm { reference: "TRX-8K2/55".into(), ..form("200", "bank", "counter-2") };
    take_payment(services, admin, rahim, &bank).await.unwrap();
    world.clock.set("2026-11-05T04:00:00Z".parse().unwrap());
    take_payment(services, &collector, rahim, &form("300", "cash", "counter-3")).await.unwrap();
    take_payment(services, admin, karim, &form("1000", "cheque", "counter-4")).await.unwrap();
    Stage { world, collector, rahim }
}

impl Stage {
    async fn found(&self, filter: PaymentFilter) -> (Vec<String>, Money) {
        let (page, sum) = payments(&self.world.services, &self.world.padma.admin, &filter, PAGE).await.unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        assert_eq!(sum.minor, page.rows.iter().map(|found| found.payment.amount.minor).sum::<i64>());
        (page.rows.into_iter().map(|found| found.payment.receipt_number[9..].to_string()).collect(), sum)
    }
}

#[tokio::test]
async fn every_filter_narrows_and_the_sum_follows() {
    let stage = stage().await;
    let search = |words: &str| PaymentFilter { search: words.into(), ..PaymentFilter::default() };
    let cases = [
        (search("rahim"), vec!["00003", "00002", "00001"]),
        (search("customer KARIM"), vec!["00004"]),
        (search("01711"), vec!["00004", "00003", "00002", "00001"]),
        (search("rct-2026-00002"), vec!["00002"]),
        (search("RCT-2026"), vec!["00004", "00003", "00002", "00001"]),
        (search("00003"), vec!["00003"]),
        (search("trx8k2"), vec!["00002"]),
        (search("TRX-8K2/55"), vec!["00002"]),
        (search("INV-2026-00002"), vec!["00004"]),
        (search("nobody"), vec![]),
        (search("%"), vec![]),
        (PaymentFilter { method: Some(Method::Cash), ..search("") }, vec!["00003", "00001"]),
        (PaymentFilter { from: "2026-11-02".parse().ok(), ..search("") }, vec!["00004", "00003"]),
        (PaymentFilter { until: "2026-11-01".parse().ok(), ..search("rahim") }, vec!["00002", "00001"]),
        (PaymentFilter { least: Some(20_000), most: Some(30_000), ..search("") }, vec!["00003", "00002"]),
        (PaymentFilter { collector: stage.collector.actor_id(), ..search("") }, vec!["00003"]),
        (PaymentFilter { customer_id: Some(stage.rahim), method: Some(Method::Bank), ..search("") }, vec!["00002"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(stage.found(filter.clone()).await.0, expected, "{filter:?}");
    }
    let names: Vec<_> =
        collectors(&stage.world.services, &stage.world.padma.admin).await.unwrap().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["Admin", "collector"]);
    let (page, _) = payments(&stage.world.services, &stage.world.meghna.admin, &search(""), PAGE).await.unwrap();
    assert_eq!(page.total, 0);
}

#[tokio::test]
async fn pages_of_both_halves_hold_each_receipt_once() {
    let stage = stage().await;
    let mut seen = Vec::new();
    for page in 1..=5 {
        let paging = Paging { page, size: 1 };
        let (found, sum) = payments(&stage.world.services, &stage.world.padma.admin, &PaymentFilter::default(), paging).await.unwrap();
        assert_eq!((found.total, sum.minor), (4, 160_000), "totals are of all pages");
        seen.extend(found.rows.into_iter().map(|found| found.payment.receipt_number));
    }
    assert_eq!(seen, ["RCT-2026-00004", "RCT-2026-00003", "RCT-2026-00002", "RCT-2026-00001"]);
}

#[tokio::test]
async fn the_file_is_the_list() {
    let stage = stage().await;
    let filter = PaymentFilter { search: "rahim".into(), method: Some(Method::Bank), ..PaymentFilter::default() };
    let file = payments_file(&stage.world.services, &stage.world.padma.admin, &filter, Language::English).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    assert_eq!(file.lines().count(), 2, "{file}");
    assert!(file.contains("TRX-8K2/55") && file.contains("200.00"), "{file}");
    let clerk = person(&stage.world, "clerk", &[Permission::PaymentsView]).await;
    assert!(matches!(payments_file(&stage.world.services, &clerk, &filter, Language::English).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn a_receipt_is_dated_back_a_week_and_only_by_who_may() {
    let stage = stage().await;
    let (services, rahim) = (&stage.world.services, stage.rahim);
    let dated = |day: &str, key: &str| PaymentForm { received_on: day.into(), ..form("10", "cash", key) };
    let plain = person(&stage.world, "plain", &[Permission::PaymentsReceive]).await;
    assert!(matches!(take_payment(services, &plain, rahim, &dated("2026-11-04", "dated-00")).await, Err(Error::Denied(_))));
    for (day, key) in [("2026-10-28", "problem-backdate-far"), ("2026-11-06", "problem-date-future"), ("yesterday", "problem-date")] {
        match take_payment(services, &stage.collector, rahim, &dated(day, "dated-01")).await {
            Err(Error::Invalid(problems)) => assert_eq!((problems[0].field.as_str(), problems[0].key.as_str()), ("received_on", key)),
            other => panic!("{day}: {other:?}"),
        }
    }
    let receipt = take_payment(services, &stage.collector, rahim, &dated("2026-10-29", "dated-02")).await.unwrap();
    assert_eq!(receipt.payment.business_date.to_string(), "2026-10-29");
    assert_eq!(receipt.payment.received_at, services.now(), "when it was entered stays on it");
    let again = take_payment(services, &stage.collector, rahim, &dated("2026-10-29", "dated-02")).await.unwrap();
    assert_eq!(again.payment.id, receipt.payment.id);
}
