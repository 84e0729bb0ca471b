//! The same month everywhere on earth: bills come with the ISP's own day, from the day line on one side to the day line
//! on the other, when clocks jump and when they go back (E-10, E-22).

use crate::seed::{customer, package};
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::billing::{BillingProfileForm, InvoiceRow};
use domain::customers::{LineState, Paging};
use domain::{Currency, CustomerId, Money, zones};
use services::billing::{TermsForm, customer_terms, invoices, run_billing, save_profile, set_customer_terms, suspend_overdue};
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world_in};

/// Both edges, zones between, and those that change their clocks: by an hour, by half an hour, over midnight.
const ZONES: [&str; 11] = [
    "Etc/GMT-14",
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "Pacific/Niue",
    "Etc/GMT+12",
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn bills(world: &World, id: CustomerId) -> Vec<InvoiceRow> {
    let (page, _) = invoices(&world.services, &world.padma.admin, &Default::default(), Some(id), Paging::new(1, 200)).await.unwrap();
    let mut rows = page.rows;
    rows.sort_by_key(|row| row.issued_on);
    rows
}

/// The run of the ISP's own today, as the schedule calls it.
async fn run_at(world: &World, at: DateTime<Utc>) -> i64 {
    world.clock.set(at);
    let isp = world.services.isp(world.padma.id).await.unwrap();
    run_billing(&world.services, &world.padma.admin, world.services.today(&isp)).await.unwrap().1.invoices
}

#[tokio::test(flavor = "multi_thread")]
async fn each_month_is_billed_once_on_its_first_day_from_one_edge_of_the_earth_to_the_other() {
    let mut years = tokio::task::JoinSet::new();
    for name in ZONES {
        years.spawn(async move { a_year(name.parse().unwrap()).await });
    }
    while let Some(year) = years.join_next().await {
        year.unwrap();
    }
}

async fn a_year(zone: Tz) {
    let begins = zones::start_of_day(day("2026-01-01"), zone);
    let world = world_in(&begins.to_rfc3339(), zone, Currency::Bdt).await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let id = customer(&world.services, &world.padma.admin, package, "rahim").await;
    for month in 0..12 {
        let first = day("2026-01-01") + Months::new(month);
        let midnight = zones::start_of_day(first, zone);
        if month > 0 {
            assert_eq!(run_at(&world, midnight - TimeDelta::seconds(1)).await, 0, "{zone} {first}: it is still last month");
        }
        assert_eq!(run_at(&world, midnight).await, 1, "{zone} {first}");
        assert_eq!(run_at(&world, midnight + TimeDelta::hours(23)).await, 0, "{zone} {first}: once");
        let bill = bills(&world, id).await.pop().unwrap();
        assert_eq!((bill.issued_on, bill.due_on, bill.total), (first, first + TimeDelta::days(7), Money::new(100_000, Currency::Bdt)));
        let line = services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap().services.remove(0);
        // Due on the 8th, good until the 11th is over by the ISP's clock.
        let cut = zones::start_of_day(first + TimeDelta::days(11), zone);
        assert_eq!(line.cutoff_at, Some(cut), "{zone} {first}");
        world.clock.set(cut - TimeDelta::seconds(1));
        assert_eq!(suspend_overdue(&world.services, &world.padma.admin).await.unwrap().lines, 0, "{zone} {first}");
        world.clock.set(cut);
        assert_eq!(suspend_overdue(&world.services, &world.padma.admin).await.unwrap().lines, 1, "{zone} {first}");
        // Three parts of an odd third: exactly nothing is left, and the line is up (E-22).
        for (n, part) in ["333.33", "333.33", "333.34"].into_iter().enumerate() {
            let form = PaymentForm { amount: part.into(), method: "cash".into(), key: format!("{first}-part-{n}"), ..Default::default() };
            take_payment(&world.services, &world.padma.admin, id, &form).await.unwrap();
        }
        let paid = services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap();
        assert_eq!((paid.due.minor, paid.services[0].state), (0, LineState::Active), "{zone} {first}");
    }
    let issued: Vec<_> = bills(&world, id).await.iter().map(|bill| (bill.issued_on.month(), bill.issued_on.day())).collect();
    assert_eq!(issued, (1..=12).map(|month| (month, 1)).collect::<Vec<_>>(), "{zone}");
}

/// A customer of an ISP in `zone` who is billed on this day of the month at this hour.
async fn billed_at(zone: &str, now: &str, billing_day: &str, time: &str) -> (World, CustomerId) {
    let world = world_in(now, zone.parse().unwrap(), Currency::Usd).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let package = package(services, admin, "Home 10", "1000").await;
    let id = customer(services, admin, package, "rahim").await;
    let form = BillingProfileForm {
        name: "At night".into(),
        billing_day: billing_day.into(),
        billing_time: time.into(),
        due_days: "7".into(),
        grace_days: "3".into(),
        auto_suspend: Some("true".into()),
        ..Default::default()
    };
    let profile = save_profile(services, admin, None, &form).await.unwrap();
    let terms = customer_terms(services, admin, id).await.unwrap();
    let form = TermsForm { billing_profile_id: profile.to_string(), version: terms.version.to_string(), ..Default::default() };
    set_customer_terms(services, admin, id, &form).await.unwrap();
    (world, id)
}

async fn billed_in(world: &World, id: CustomerId, from: &str, hours: i64) -> Vec<String> {
    let mut at: DateTime<Utc> = from.parse().unwrap();
    let end = at + TimeDelta::hours(hours);
    let mut when = Vec::new();
    while at < end {
        if run_at(world, at).await > 0 {
            when.push(at.to_rfc3339());
        }
        at += TimeDelta::minutes(30);
    }
    assert_eq!(bills(world, id).await.len(), when.len() + 1, "each look that billed wrote one bill, and the first is older");
    when
}

#[tokio::test]
async fn an_hour_that_does_not_exist_is_billed_when_it_would_have_been() {
    // New York, 8 March 2026: 01:59:59 is followed by 03:00.
    let (world, id) = billed_at("America/New_York", "2026-02-08T12:00:00Z", "8", "02:30").await;
    assert_eq!(run_at(&world, "2026-02-08T12:00:00Z".parse().unwrap()).await, 1);
    assert_eq!(billed_in(&world, id, "2026-03-08T04:00:00Z", 26).await, ["2026-03-08T07:30:00+00:00"]);
}

#[tokio::test]
async fn an_hour_that_comes_twice_is_billed_once() {
    // New York, 1 November 2026: 01:30 comes at 05:30 and again at 06:30 UTC.
    let (world, id) = billed_at("America/New_York", "2026-10-01T12:00:00Z", "1", "01:30").await;
    assert_eq!(run_at(&world, "2026-10-01T12:00:00Z".parse().unwrap()).await, 1);
    assert_eq!(billed_in(&world, id, "2026-11-01T03:00:00Z", 28).await.len(), 1);
}

#[tokio::test]
async fn a_midnight_that_does_not_exist_is_billed_with_the_first_hour_there_is() {
    // Santiago, 6 September 2026: the day begins at 01:00.
    let (world, id) = billed_at("America/Santiago", "2026-08-06T12:00:00Z", "6", "").await;
    assert_eq!(run_at(&world, "2026-08-06T12:00:00Z".parse().unwrap()).await, 1);
    assert_eq!(billed_in(&world, id, "2026-09-06T02:00:00Z", 26).await, ["2026-09-06T04:00:00+00:00"]);
    assert_eq!(bills(&world, id).await[1].issued_on, day("2026-09-06"));
}

#[tokio::test]
async fn a_currency_without_a_smaller_unit_stays_whole() {
    let world = world_in("2026-03-15T04:00:00Z", chrono_tz::Asia::Tokyo, Currency::Jpy).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let form = domain::packages::PackageForm {
        name: "Home 10".into(),
        up_mbps: "5".into(),
        down_mbps: "10".into(),
        price: "1000.50".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..Default::default()
    };
    match services::packages::save_package(services, admin, None, &form).await {
        Err(services::Error::Invalid(problems)) => {
            assert_eq!((problems[0].field.as_str(), problems[0].key.as_str()), ("price", "problem-amount-no-decimals"));
        }
        other => panic!("{other:?}"),
    }
    let package = package(services, admin, "Home 10", "1000").await;
    let id = customer(services, admin, package, "rahim").await;
    run_billing(services, admin, day("2026-03-15")).await.unwrap();
    // 17 of 31 days: 548.39, which is 548 yen.
    assert_eq!(bills(&world, id).await[0].total, Money::new(548, Currency::Jpy));
    let pay = |amount: &str, key: &str| PaymentForm { amount: amount.into(), method: "cash".into(), key: key.into(), ..Default::default() };
    match take_payment(services, admin, id, &pay("547.5", "yen-0001")).await {
        Err(services::Error::Invalid(problems)) => assert_eq!(problems[0].key, "problem-amount-no-decimals"),
        other => panic!("{other:?}"),
    }
    take_payment(services, admin, id, &pay("548", "yen-0002")).await.unwrap();
    let stands = services::customers::customer(services, admin, id).await.unwrap();
    assert_eq!((stands.due.minor, stands.credit.minor), (0, 0));
    assert!(services::ledger::verify(services, admin).await.unwrap().is_clean());
}
