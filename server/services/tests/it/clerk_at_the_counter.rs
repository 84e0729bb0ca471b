//! Before money is taken and after: who is meant, what he owes, who may see it, and the list as a file.

use crate::seed::{customer, package};
use domain::customers::{LineState, MoneyFilter, Paging, SubscriberFilter};
use domain::people::{Caller, Role};
use domain::rights::Permission;
use domain::{CustomerId, PackageId};
use locales::Language;
use services::billing::run_billing;
use services::customers::{CustomerForm, create_customer, export, subscribers, with_mobile};
use services::payments::{PaymentFilter, PaymentForm, counter, find_payers, payments, receipt, take_payment};
use services::{Error, Services};
use testkit::{World, world};

async fn named(services: &Services, caller: &Caller, package: PackageId, name: &str, username: &str) -> CustomerId {
    let form = CustomerForm {
        name: name.into(),
        username: username.into(),
        password: "line-secret".into(),
        package_id: package.to_string(),
        ..Default::default()
    };
    create_customer(services, caller, &form).await.unwrap()
}

/// Somebody with bills of 1,000 for September and October, and somebody who was billed nothing.
async fn two() -> (World, CustomerId) {
    let world = world("2026-09-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let rahim = customer(&world.services, &world.padma.admin, package, "rahim").await;
    for month in ["2026-09-01", "2026-10-01"] {
        world.clock.set(format!("{month}T04:00:00Z").parse().unwrap());
        run_billing(&world.services, &world.padma.admin, month.parse().unwrap()).await.unwrap();
    }
    named(&world.services, &world.padma.admin, package, "=HYPERLINK(\"x\")", "karim").await;
    (world, rahim)
}

fn staff(world: &World, grants: &[Permission]) -> Caller {
    Caller { role: Role::Staff, grants: grants.to_vec(), ..world.padma.admin.clone() }
}

#[tokio::test]
async fn the_counter_lists_open_bills_oldest_first() {
    let (world, rahim) = two().await;
    let seen = counter(&world.services, &world.padma.admin, rahim).await.unwrap();
    let bills: Vec<_> = seen.bills.iter().map(|bill| (bill.number.as_str(), bill.due.minor)).collect();
    assert_eq!(bills, [("INV-2026-00001", 100_000), ("INV-2026-00002", 100_000)]);
    assert_eq!((seen.due.minor, seen.credit.minor), (200_000, 0));
    let form =
        PaymentForm { amount: "1500".into(), method: "cash".into(), note: String::new(), key: "counter-1".into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, rahim, &form).await.unwrap();
    let seen = counter(&world.services, &world.padma.admin, rahim).await.unwrap();
    let bills: Vec<_> = seen.bills.iter().map(|bill| (bill.number.as_str(), bill.due.minor)).collect();
    assert_eq!(bills, [("INV-2026-00002", 50_000)]);
}

#[tokio::test]
async fn payers_are_found_by_whatever_is_known() {
    let (world, rahim) = two().await;
    for words in ["rahim", "CUSTOMER rah", "01711", "1711123456", "c-00001"] {
        let found = find_payers(&world.services, &world.padma.admin, words).await.unwrap();
        assert_eq!(found.iter().map(|row| row.customer_id).collect::<Vec<_>>(), [rahim], "{words}");
    }
    for words in ["", "   ", "nobody", "%"] {
        assert!(find_payers(&world.services, &world.padma.admin, words).await.unwrap().is_empty(), "{words}");
    }
}

#[tokio::test]
async fn a_collector_needs_only_the_right_to_collect() {
    let (world, rahim) = two().await;
    let (services, collector) = (&world.services, staff(&world, &[Permission::PaymentsReceive]));
    assert_eq!(find_payers(services, &collector, "rahim").await.unwrap().len(), 1);
    let form =
        PaymentForm { amount: "100".into(), method: "cash".into(), note: String::new(), key: "counter-1".into(), ..Default::default() };
    let taken = take_payment(services, &collector, rahim, &form).await.unwrap();
    assert_eq!(receipt(services, &collector, taken.payment.id).await.unwrap().payment.amount.minor, 10_000);
    assert!(matches!(payments(services, &collector, &PaymentFilter::default(), Paging::new(1, 50)).await, Err(Error::Denied(_))));
    let nobody = staff(&world, &[]);
    assert!(matches!(counter(services, &nobody, rahim).await, Err(Error::Denied(_))));
    assert!(matches!(receipt(services, &nobody, taken.payment.id).await, Err(Error::Denied(_))));
    assert!(matches!(counter(services, &world.meghna.admin, rahim).await, Err(Error::NotFound)));
    assert!(matches!(receipt(services, &world.meghna.admin, taken.payment.id).await, Err(Error::NotFound)));
    assert!(find_payers(services, &world.meghna.admin, "rahim").await.unwrap().is_empty());
}

#[tokio::test]
async fn the_file_holds_what_the_list_shows() {
    let (world, _) = two().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let filters = [
        (SubscriberFilter::default(), 2),
        (SubscriberFilter { money: Some(MoneyFilter::Due), ..Default::default() }, 1),
        (SubscriberFilter { search: "karim".into(), ..Default::default() }, 1),
        (SubscriberFilter { state: Some(LineState::Terminated), ..Default::default() }, 0),
    ];
    for (filter, rows) in filters {
        let shown = subscribers(services, admin, &filter, Paging::new(1, 50)).await.unwrap();
        let file = String::from_utf8(export(services, admin, &filter, Language::English).await.unwrap()).unwrap();
        assert_eq!((shown.total, file.lines().count() as i64 - 1), (rows, rows), "{filter:?}\n{file}");
        for row in shown.rows {
            assert!(file.contains(&row.number) && file.contains(&row.due.plain()), "{file}");
        }
    }
    let file = String::from_utf8(export(services, admin, &SubscriberFilter::default(), Language::Bengali).await.unwrap()).unwrap();
    assert!(file.contains("নাম") && file.contains("\"'=HYPERLINK"), "{file}");
    assert!(file.contains("01711-123456") && !file.contains("rahim-secret"), "{file}");
    assert!(matches!(
        export(services, &staff(&world, &[Permission::CustomersView]), &SubscriberFilter::default(), Language::English).await,
        Err(Error::Denied(_))
    ));
    let strangers = export(services, &world.meghna.admin, &SubscriberFilter::default(), Language::English).await.unwrap();
    assert_eq!(String::from_utf8(strangers).unwrap().lines().count(), 1);
}

#[tokio::test]
async fn a_number_that_is_somebodys_is_said_so() {
    let (world, rahim) = two().await;
    for text in ["01711-123456", "+880 1711 123456", "০১৭১১১২৩৪৫৬"] {
        let owner = with_mobile(&world.services, &world.padma.admin, text).await.unwrap();
        assert_eq!(owner.map(|(id, number, _)| (id, number)), Some((rahim, "C-00001".into())), "{text}");
    }
    for text in ["", "0171", "01811-123456", "rahim"] {
        assert_eq!(with_mobile(&world.services, &world.padma.admin, text).await.unwrap(), None, "{text}");
    }
    assert_eq!(with_mobile(&world.services, &world.meghna.admin, "01711-123456").await.unwrap(), None);
}
