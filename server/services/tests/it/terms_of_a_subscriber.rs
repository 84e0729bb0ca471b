//! What a subscriber's bill is made of besides his package: a package changed in the middle, a rest, prepaid time, what
//! is charged once and what is taken off, taxes that change on a day (BIL-01 to BIL-08, BIL-10, BIL-20, BIL-22, CRM-07).

use crate::seed::{customer, package};
use domain::billing::{BillingProfileForm, LineKind, TaxRateForm};
use domain::customers::{BlockReason, LineState, Paging, ServiceDetail};
use domain::packages::PackageForm;
use domain::{BillingProfileId, CustomerId, InvoiceId, PackageId, ServiceId};
use services::Error;
use services::billing::*;
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

fn form() -> BillingProfileForm {
    BillingProfileForm {
        name: "Rule".into(),
        billing_day: "1".into(),
        due_days: "7".into(),
        grace_days: "3".into(),
        auto_suspend: Some("true".into()),
        ..Default::default()
    }
}

/// A line of Padma whose customer has a profile of his own making.
async fn with_profile(now: &str, profile: BillingProfileForm) -> (World, CustomerId, ServiceId) {
    let world = world(now).await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let id = customer(&world.services, &world.padma.admin, package, "rahim").await;
    let profile = save_profile(&world.services, &world.padma.admin, None, &profile).await.unwrap();
    give_profile(&world, id, profile).await;
    let line = line(&world, id).await.id;
    (world, id, line)
}

async fn give_profile(world: &World, id: CustomerId, profile: BillingProfileId) {
    let terms = customer_terms(&world.services, &world.padma.admin, id).await.unwrap();
    let form = TermsForm { billing_profile_id: profile.to_string(), version: terms.version.to_string(), ..Default::default() };
    set_customer_terms(&world.services, &world.padma.admin, id, &form).await.unwrap();
}

async fn line(world: &World, id: CustomerId) -> ServiceDetail {
    services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap().services.remove(0)
}

async fn run(world: &World, instant: &str, on: &str) -> i64 {
    world.clock.set(instant.parse().unwrap());
    run_billing(&world.services, &world.padma.admin, on.parse().unwrap()).await.unwrap().1.invoices
}

/// Kind and net of every line of every bill of a customer, oldest first, and what is due and ahead.
async fn bills(world: &World, id: CustomerId) -> Vec<Vec<(LineKind, i64)>> {
    let (page, _) = invoices(&world.services, &world.padma.admin, &Default::default(), Some(id), Paging::new(1, 200)).await.unwrap();
    let mut rows = page.rows;
    rows.sort_by_key(|row| row.id);
    let mut bills = Vec::new();
    for row in rows {
        let detail = invoice(&world.services, &world.padma.admin, row.id).await.unwrap();
        assert_eq!(detail.lines.iter().map(|line| line.net.minor + line.tax.minor).sum::<i64>(), detail.row.total.minor);
        bills.push(detail.lines.iter().map(|line| (line.kind, line.net.minor)).collect());
    }
    bills
}

async fn money(world: &World, id: CustomerId) -> (i64, i64) {
    let detail = services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap();
    (detail.due.minor, detail.credit.minor)
}

async fn pay(world: &World, id: CustomerId, amount: &str, key: &str) {
    let form = PaymentForm { amount: amount.into(), method: "cash".into(), key: key.into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, id, &form).await.unwrap();
}

async fn books_agree(world: &World) {
    let report = services::ledger::verify(&world.services, &world.padma.admin).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

fn change_to(package: PackageId, when: &str, key: &str) -> ChangeForm {
    ChangeForm { package_id: package.to_string(), when: when.into(), key: key.into() }
}

fn keys(error: Error) -> Vec<String> {
    match error {
        Error::Invalid(problems) => problems.into_iter().map(|problem| format!("{} {}", problem.field, problem.key)).collect(),
        Error::Conflict(problem) => vec![problem.key],
        other => vec![other.to_string()],
    }
}

#[tokio::test]
async fn a_dearer_package_in_the_middle_shows_both_lines_and_a_second_press_changes_nothing() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { change_fee_up: "50".into(), ..form() }).await;
    let dear = package(&world.services, &world.padma.admin, "Home 20", "1600").await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    world.clock.set("2026-11-11T04:00:00Z".parse().unwrap());
    let form = change_to(dear, "now", "change-0001");
    let quote = quote_change(&world.services, &world.padma.admin, service, &form).await.unwrap();
    assert_eq!(quote.total.minor, 106_667 - 66_667 + 5_000);
    change_package(&world.services, &world.padma.admin, service, &form).await.unwrap();
    change_package(&world.services, &world.padma.admin, service, &form).await.unwrap();
    let both = vec![(LineKind::ChangeNew, 106_667), (LineKind::ChangeOld, -66_667), (LineKind::Fee, 5_000)];
    assert_eq!(bills(&world, id).await, [vec![(LineKind::Recurring, 100_000)], both]);
    assert_eq!(line(&world, id).await.package, "Home 20", "the network hears of it with the money");
    assert_eq!(run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await, 1);
    assert_eq!(bills(&world, id).await[2], [(LineKind::Recurring, 160_000)]);
    books_agree(&world).await;
}

#[tokio::test]
async fn a_cheaper_package_gives_credit_that_pays_what_is_open() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", form()).await;
    let cheap = package(&world.services, &world.padma.admin, "Home 5", "700").await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    world.clock.set("2026-11-11T04:00:00Z".parse().unwrap());
    change_package(&world.services, &world.padma.admin, service, &change_to(cheap, "now", "change-0001")).await.unwrap();
    let lines = vec![(LineKind::ChangeNew, 46_667), (LineKind::ChangeOld, -66_667), (LineKind::ToCredit, 20_000)];
    assert_eq!(bills(&world, id).await[1], lines);
    assert_eq!(money(&world, id).await, (80_000, 0), "the credit went to the open bill");
    books_agree(&world).await;
}

#[tokio::test]
async fn a_change_with_the_next_cycle_waits_for_its_day_and_can_be_taken_back() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", form()).await;
    let dear = package(&world.services, &world.padma.admin, "Home 20", "1600").await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    let admin = &world.padma.admin;
    change_package(&world.services, admin, service, &change_to(dear, "next_cycle", "change-0001")).await.unwrap();
    let again = change_package(&world.services, admin, service, &change_to(dear, "next_cycle", "change-0002")).await.unwrap_err();
    assert_eq!(keys(again), ["problem-change-planned"]);
    cancel_change(&world.services, admin, service).await.unwrap();
    change_package(&world.services, admin, service, &change_to(dear, "next_cycle", "change-0003")).await.unwrap();
    world.clock.set("2026-11-30T17:59:00Z".parse().unwrap());
    assert_eq!(turn_temporary(&world.services, admin).await.unwrap(), (0, 0, 0), "not yet the first in Dhaka");
    world.clock.set("2026-11-30T18:00:00Z".parse().unwrap());
    assert_eq!(turn_temporary(&world.services, admin).await.unwrap(), (0, 0, 1));
    run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await;
    assert_eq!(bills(&world, id).await, [vec![(LineKind::Recurring, 100_000)], vec![(LineKind::Recurring, 160_000)]]);
}

#[tokio::test]
async fn in_arrears_each_day_costs_the_package_it_had() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { charge_in: "arrears".into(), ..form() }).await;
    let dear = package(&world.services, &world.padma.admin, "Home 20", "1600").await;
    assert_eq!(run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await, 0);
    world.clock.set("2026-11-11T04:00:00Z".parse().unwrap());
    change_package(&world.services, &world.padma.admin, service, &change_to(dear, "now", "change-0001")).await.unwrap();
    assert_eq!(run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await, 1);
    assert_eq!(bills(&world, id).await, [vec![(LineKind::Recurring, 33_333), (LineKind::Recurring, 106_667)]]);
    assert_eq!(line(&world, id).await.billed_until, "2026-12-01".parse().unwrap());
    books_agree(&world).await;
}

#[tokio::test]
async fn a_rest_costs_nothing_ends_by_itself_and_has_a_yearly_limit() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { hold_days_a_year: "20".into(), ..form() }).await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    pay(&world, id, "1000", "in-full-0001").await;
    let admin = &world.padma.admin;
    let rest = |from: &str, to: &str| HoldForm { from_on: from.into(), to_on: to.into(), reason: "Away".into() };
    let too_long = hold_service(&world.services, admin, service, &rest("2026-11-10", "2026-12-10")).await.unwrap_err();
    assert_eq!(keys(too_long), ["to_on problem-hold-limit"]);
    let past = hold_service(&world.services, admin, service, &rest("2026-10-10", "2026-12-10")).await.unwrap_err();
    assert_eq!(keys(past), ["from_on problem-hold-day"]);
    hold_service(&world.services, admin, service, &rest("2026-11-24", "2026-12-04")).await.unwrap();
    assert_eq!(money(&world, id).await, (0, 23_333), "seven of thirty days come back");
    let twice = hold_service(&world.services, admin, service, &rest("2026-11-30", "2026-12-02")).await.unwrap_err();
    assert_eq!(keys(twice), ["from_on problem-hold-overlap"]);
    world.clock.set("2026-11-23T18:00:00Z".parse().unwrap());
    assert_eq!(turn_temporary(&world.services, admin).await.unwrap(), (1, 0, 0));
    assert_eq!(line(&world, id).await.state, LineState::Suspended);
    run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await;
    assert_eq!(bills(&world, id).await.last().unwrap(), &[(LineKind::Recurring, 90_323)], "28 of 31 days");
    world.clock.set("2026-12-03T18:00:00Z".parse().unwrap());
    assert_eq!(turn_temporary(&world.services, admin).await.unwrap(), (0, 1, 0));
    assert_eq!(line(&world, id).await.state, LineState::Active);
    books_agree(&world).await;
}

#[tokio::test]
async fn coming_back_early_costs_the_days_that_were_used_after_all() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", form()).await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    let rest = HoldForm { from_on: "2026-11-01".into(), to_on: "2026-11-16".into(), reason: String::new() };
    hold_service(&world.services, &world.padma.admin, service, &rest).await.unwrap();
    assert_eq!(money(&world, id).await, (50_000, 0));
    assert_eq!(line(&world, id).await.blocks.iter().map(|block| block.0).collect::<Vec<_>>(), [BlockReason::Hold]);
    world.clock.set("2026-11-07T04:00:00Z".parse().unwrap());
    let hold = customer_terms(&world.services, &world.padma.admin, id).await.unwrap().services[0].holds[0].id;
    end_hold(&world.services, &world.padma.admin, hold).await.unwrap();
    assert_eq!(line(&world, id).await.state, LineState::Active);
    run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await;
    let last = bills(&world, id).await.pop().unwrap();
    assert_eq!(last, [(LineKind::Recurring, 100_000), (LineKind::Adjustment, 30_000)], "nine of thirty days of November");
    books_agree(&world).await;
}

#[tokio::test]
async fn prepaid_time_is_bought_from_what_is_ahead_to_the_minute_and_stops_without_a_bill() {
    let (world, id, service) = with_profile("2026-11-21T04:07:00Z", BillingProfileForm { kind: "daily".into(), ..form() }).await;
    let admin = &world.padma.admin;
    assert_eq!(run(&world, "2026-11-21T04:07:00Z", "2026-11-21").await, 0);
    let time =
        |days: &str, hours: &str, key: &str| TimeForm { days: days.into(), hours: hours.into(), key: key.into(), ..Default::default() };
    let short = buy_time(&world.services, admin, service, &time("10", "5", "time-00001")).await.unwrap_err();
    assert_eq!(keys(short), ["days problem-balance-short"]);
    pay(&world, id, "500", "ahead-00001").await;
    for _ in 0..2 {
        buy_time(&world.services, admin, service, &time("10", "5", "time-00001")).await.unwrap();
    }
    // 1000 x 245 hours / 720 hours.
    assert_eq!((bills(&world, id).await, money(&world, id).await), (vec![vec![(LineKind::Prepaid, 34_028)]], (0, 15_972)));
    let end = "2026-12-01T09:07:00Z".parse().unwrap();
    assert_eq!(line(&world, id).await.expires_at, Some(end));
    assert_eq!(line(&world, id).await.cutoff_at, None);
    world.clock.set("2026-11-30T04:00:00Z".parse().unwrap());
    buy_time(&world.services, admin, service, &time("1", "", "time-00002")).await.unwrap();
    assert_eq!(line(&world, id).await.expires_at, Some("2026-12-02T09:07:00Z".parse().unwrap()), "from where it ended");
    world.clock.set("2026-12-02T09:06:59Z".parse().unwrap());
    assert_eq!(expire_due(&world.services, admin).await.unwrap(), (0, 0));
    world.clock.set("2026-12-02T09:07:00Z".parse().unwrap());
    assert_eq!(expire_due(&world.services, admin).await.unwrap(), (0, 1));
    assert_eq!(expire_due(&world.services, admin).await.unwrap(), (0, 0), "noted once");
    assert_eq!(line(&world, id).await.state, LineState::Expired);
    assert_eq!(bills(&world, id).await.len(), 2, "no bill was made for it");
    books_agree(&world).await;
}

#[tokio::test]
async fn a_line_renews_itself_as_long_as_money_is_ahead() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { kind: "daily".into(), ..form() }).await;
    let admin = &world.padma.admin;
    pay(&world, id, "700", "ahead-00001").await;
    let form = TimeForm { days: "10".into(), key: "time-00001".into(), ..Default::default() };
    buy_time(&world.services, admin, service, &form).await.unwrap();
    set_auto_renew(&world.services, admin, service, true).await.unwrap();
    world.clock.set("2026-11-11T04:00:00Z".parse().unwrap());
    assert_eq!(expire_due(&world.services, admin).await.unwrap(), (1, 0));
    assert_eq!(line(&world, id).await.expires_at, Some("2026-11-21T04:00:00Z".parse().unwrap()));
    world.clock.set("2026-11-21T04:00:00Z".parse().unwrap());
    assert_eq!(expire_due(&world.services, admin).await.unwrap(), (0, 1), "33.34 are not enough, and nothing is taken");
    assert_eq!(money(&world, id).await, (0, 70_000 - 2 * 33_333));
    books_agree(&world).await;
}

#[tokio::test]
async fn another_prepaid_package_takes_over_what_the_first_was_still_worth() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { kind: "daily".into(), ..form() }).await;
    let admin = &world.padma.admin;
    let dear = package(&world.services, admin, "Home 20", "2000").await;
    pay(&world, id, "2000", "ahead-00001").await;
    let time =
        |days: &str, package: String, key: &str| TimeForm { days: days.into(), package_id: package, key: key.into(), ..Default::default() };
    buy_time(&world.services, admin, service, &time("10", String::new(), "time-00001")).await.unwrap();
    let quote = quote_time(&world.services, admin, service, &time("1", dear.to_string(), "")).await.unwrap();
    assert_eq!(quote.converted_minutes, 5 * 1_440);
    buy_time(&world.services, admin, service, &time("1", dear.to_string(), "time-00002")).await.unwrap();
    let now = line(&world, id).await;
    assert_eq!((now.package.as_str(), now.expires_at), ("Home 20", Some("2026-11-07T04:00:00Z".parse().unwrap())));
}

#[tokio::test]
async fn charges_addons_discounts_and_a_deposit_stand_on_the_next_bill() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", form()).await;
    let admin = &world.padma.admin;
    let extra = |kind: &str, what: &str, price: &str| ExtraForm {
        kind: kind.into(),
        description: what.into(),
        price: price.into(),
        ..Default::default()
    };
    add_charge(&world.services, admin, id, &extra("setup", "Installation", "500")).await.unwrap();
    add_charge(&world.services, admin, id, &extra("deposit", "Router", "1500")).await.unwrap();
    let dropped = add_charge(&world.services, admin, id, &extra("fee", "A mistake", "1")).await.unwrap();
    drop_charge(&world.services, admin, dropped).await.unwrap();
    add_addon(&world.services, admin, service, &extra("static_ip", "Static IP", "150")).await.unwrap();
    let mut tenth = DiscountForm {
        kind: "percent".into(),
        value: "10".into(),
        reason: String::new(),
        ends_on: "2026-12-01".into(),
        ..Default::default()
    };
    assert_eq!(keys(add_discount(&world.services, admin, service, &tenth).await.unwrap_err()), ["reason problem-reason-needed"]);
    tenth.reason = "Neighbour".into();
    add_discount(&world.services, admin, service, &tenth).await.unwrap();
    let larger = DiscountForm { kind: "fixed".into(), value: "1000.01".into(), reason: "Too much".into(), ..Default::default() };
    assert_eq!(keys(add_discount(&world.services, admin, service, &larger).await.unwrap_err()), ["value problem-discount-larger"]);
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    let first = [
        (LineKind::Recurring, 100_000),
        (LineKind::Discount, -10_000),
        (LineKind::Addon, 15_000),
        (LineKind::Setup, 50_000),
        (LineKind::Deposit, 150_000),
    ];
    assert_eq!(bills(&world, id).await, [first.to_vec()]);
    run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await;
    assert_eq!(bills(&world, id).await[1], [(LineKind::Recurring, 100_000), (LineKind::Addon, 15_000)], "the discount dropped by itself");
    let back = return_deposit(&world.services, admin, id).await.unwrap();
    assert_eq!(back.minor, 150_000);
    assert_eq!(money(&world, id).await.0, 305_000 + 115_000 - 150_000);
    assert_eq!(keys(return_deposit(&world.services, admin, id).await.unwrap_err()), ["problem-deposit-none"]);
    books_agree(&world).await;
}

#[tokio::test]
async fn a_bill_by_hand_is_made_of_what_waits() {
    let (world, id, _) = with_profile("2026-11-01T04:00:00Z", form()).await;
    let admin = &world.padma.admin;
    assert_eq!(keys(issue_charges(&world.services, admin, id).await.unwrap_err()), ["problem-charges-none"]);
    let cable =
        ExtraForm { kind: "one_time".into(), description: "Cable".into(), quantity: "20".into(), price: "15".into(), ..Default::default() };
    add_charge(&world.services, admin, id, &cable).await.unwrap();
    let _: InvoiceId = issue_charges(&world.services, admin, id).await.unwrap();
    assert_eq!(bills(&world, id).await, [vec![(LineKind::OneTime, 30_000)]]);
    assert!(issue_charges(&world.services, admin, id).await.is_err());
}

#[tokio::test]
async fn a_tax_rate_changes_on_its_day_and_never_where_bills_were_made() {
    let world = world("2026-11-01T04:00:00Z").await;
    let admin = &world.padma.admin;
    let vat = services::packages::create_tax(&world.services, admin, "VAT", "5", false).await.unwrap();
    let form = PackageForm {
        name: "Home 10".into(),
        price: "1000".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        tax_profile_id: vat.to_string(),
        ..Default::default()
    };
    let package = services::packages::save_package(&world.services, admin, None, &form).await.unwrap();
    let id = customer(&world.services, admin, package, "rahim").await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    let rate =
        |from: &str, rate: &str| TaxRateForm { name: "VAT".into(), rate: rate.into(), from_on: from.into(), until_on: String::new() };
    for wrong in ["100.5", "-1"] {
        assert_eq!(keys(add_tax_rate(&world.services, admin, vat, &rate("2026-12-01", wrong)).await.unwrap_err()), ["rate problem-rate"]);
    }
    assert_eq!(
        keys(add_tax_rate(&world.services, admin, vat, &rate("2026-11-01", "7.5")).await.unwrap_err()),
        ["from_on problem-tax-billed"]
    );
    add_tax_rate(&world.services, admin, vat, &rate("2026-12-01", "7.5")).await.unwrap();
    assert_eq!(
        keys(add_tax_rate(&world.services, admin, vat, &rate("2026-12-01", "8")).await.unwrap_err()),
        ["from_on problem-tax-overlap"]
    );
    assert_eq!(shown_rates(&world).await, ["5", "5"], "a rate that is to come is not shown as the rate");
    run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await;
    assert_eq!(shown_rates(&world).await, ["7.5", "7.5"]);
    let (page, _) = invoices(&world.services, admin, &Default::default(), Some(id), Paging::new(1, 25)).await.unwrap();
    let mut totals: Vec<_> = page.rows.iter().map(|row| row.total.minor).collect();
    totals.sort_unstable();
    assert_eq!(totals, [105_000, 107_500]);
    books_agree(&world).await;
}

/// The rate that packages and the choice of taxes show.
async fn shown_rates(world: &World) -> [String; 2] {
    let package = services::packages::list_packages(&world.services, &world.padma.admin).await.unwrap().remove(0);
    let tax = services::packages::list_taxes(&world.services, &world.padma.admin).await.unwrap().remove(0);
    [package.tax.unwrap().rate, tax.rate].map(|rate| rate.normalize().to_string())
}

#[tokio::test]
async fn an_anniversary_on_the_thirty_first_bills_each_month_once() {
    let (world, id, _) = with_profile("2026-01-31T04:00:00Z", BillingProfileForm { kind: "anniversary".into(), ..form() }).await;
    let mut days = vec![];
    let mut day: chrono::NaiveDate = "2026-01-31".parse().unwrap();
    while day <= "2026-04-30".parse().unwrap() {
        if run(&world, &format!("{day}T04:00:00Z"), &day.to_string()).await > 0 {
            days.push(day.to_string());
        }
        day = day.succ_opt().unwrap();
    }
    assert_eq!(days, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    assert_eq!(bills(&world, id).await, vec![vec![(LineKind::Recurring, 100_000)]; 4]);
}

#[tokio::test]
async fn a_suspended_line_that_is_not_charged_is_never_charged_afterwards() {
    let (world, id, _) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { suspended_charging: "skip".into(), ..form() }).await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    world.clock.set("2026-11-12T00:00:00Z".parse().unwrap());
    suspend_overdue(&world.services, &world.padma.admin).await.unwrap();
    assert_eq!(line(&world, id).await.state, LineState::Suspended);
    for day in 1..=10 {
        assert_eq!(run(&world, &format!("2026-12-{day:02}T04:00:00Z"), &format!("2026-12-{day:02}")).await, 0);
    }
    pay(&world, id, "1000", "in-full-0001").await;
    assert_eq!(line(&world, id).await.state, LineState::Active);
    run(&world, "2026-12-11T04:00:00Z", "2026-12-11").await;
    assert_eq!(bills(&world, id).await[1], [(LineKind::Recurring, 67_742)], "21 of 31 days of December, nothing for the ten before");
    assert!(line(&world, id).await.cutoff_at.unwrap() > "2026-12-20T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
}

#[tokio::test]
async fn in_arrears_a_line_that_comes_back_pays_for_the_days_it_was_up() {
    let skip = BillingProfileForm { charge_in: "arrears".into(), suspended_charging: "skip".into(), ..form() };
    let (world, id, _) = with_profile("2026-09-01T04:00:00Z", skip).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    assert_eq!(run(&world, "2026-10-01T04:00:00Z", "2026-10-01").await, 1, "September, due on 8 October, cut on the 12th");
    world.clock.set("2026-10-12T04:00:00Z".parse().unwrap());
    assert_eq!(suspend_overdue(services, admin).await.unwrap().lines, 1);
    world.clock.set("2026-10-22T04:00:00Z".parse().unwrap());
    pay(&world, id, "1000", "comes-back").await;
    assert_eq!(line(&world, id).await.state, LineState::Active);
    assert_eq!(run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await, 1);
    // October has 31 days, ten of them without a line: 21 x 1,000 / 31.
    assert_eq!(bills(&world, id).await[1], [(LineKind::Recurring, 67_742)]);
    world.clock.set("2026-11-12T04:00:00Z".parse().unwrap());
    suspend_overdue(services, admin).await.unwrap();
    assert_eq!(run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await, 1);
    assert_eq!(bills(&world, id).await[2], [(LineKind::Recurring, 36_667)], "eleven days of November, and still down");
    assert_eq!(run(&world, "2027-01-01T04:00:00Z", "2027-01-01").await, 0, "nothing for December");
    pay(&world, id, "1044.09", "comes-back-again").await;
    assert_eq!(run(&world, "2027-02-01T04:00:00Z", "2027-02-01").await, 1);
    assert_eq!(bills(&world, id).await[3], [(LineKind::Recurring, 100_000)], "January, and nothing of December after all");
    books_agree(&world).await;
}

#[tokio::test]
async fn huge_figures_are_refused_with_their_field_and_nothing_is_written() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", form()).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let extra = |quantity: &str, price: &str| ExtraForm {
        kind: "one_time".into(),
        description: "Cable".into(),
        quantity: quantity.into(),
        price: price.into(),
        ..Default::default()
    };
    for (quantity, price, field, key) in [
        ("10001", "1", "quantity", "problem-number-range"),
        ("99999999999999999999", "1", "quantity", "problem-number-range"),
        ("-1", "1", "quantity", "problem-number-range"),
        ("1.5", "1", "quantity", "problem-number-range"),
        ("10000", "900000000.00", "quantity", "problem-amount-too-large"),
        ("1", "1000000000000.01", "price", "problem-amount-too-large"),
        ("1", "99999999999999999999999", "price", "problem-amount-too-large"),
    ] {
        match add_charge(services, admin, id, &extra(quantity, price)).await {
            Err(Error::Invalid(problems)) => {
                assert_eq!((problems[0].field.as_str(), problems[0].key.as_str()), (field, key), "{quantity} {price}")
            }
            other => panic!("{quantity} x {price}: {other:?}"),
        }
    }
    let addon = ExtraForm { kind: "addon".into(), ..extra("10000", "900000000.00") };
    assert_eq!(keys(add_addon(services, admin, service, &addon).await.unwrap_err()), ["quantity problem-amount-too-large"]);
    assert!(matches!(issue_charges(services, admin, id).await, Err(Error::Conflict(_))), "nothing waits");
    // The largest that is allowed goes through, to the last unit.
    add_charge(services, admin, id, &extra("10000", "100000000.00")).await.unwrap();
    issue_charges(services, admin, id).await.unwrap();
    assert_eq!(money(&world, id).await.0, 100_000_000_000_000);
    books_agree(&world).await;
}

#[tokio::test]
async fn within_his_credit_limit_nobody_is_cut() {
    let (world, id, _) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { credit_limit: "1500".into(), ..form() }).await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    world.clock.set("2026-11-20T04:00:00Z".parse().unwrap());
    suspend_overdue(&world.services, &world.padma.admin).await.unwrap();
    assert_eq!(line(&world, id).await.state, LineState::Active, "one month is within the limit");
    run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await;
    suspend_overdue(&world.services, &world.padma.admin).await.unwrap();
    assert_eq!(line(&world, id).await.state, LineState::Suspended, "two months are more");
}

#[tokio::test]
async fn credit_that_is_left_over_pays_with_the_daily_sweep() {
    let (world, id, service) = with_profile("2026-11-01T04:00:00Z", form()).await;
    let cheap = package(&world.services, &world.padma.admin, "Home 5", "700").await;
    run(&world, "2026-11-01T04:00:00Z", "2026-11-01").await;
    pay(&world, id, "1000", "in-full-0001").await;
    change_package(&world.services, &world.padma.admin, service, &change_to(cheap, "now", "change-0001")).await.unwrap();
    assert_eq!(money(&world, id).await, (0, 30_000));
    assert_eq!(apply_advances(&world.services, &world.padma.admin).await.unwrap(), (0, 0));
    run(&world, "2026-12-01T04:00:00Z", "2026-12-01").await;
    assert_eq!(money(&world, id).await, (40_000, 0), "the next bill takes it at once");
    assert_eq!(apply_advances(&world.services, &world.padma.admin).await.unwrap(), (0, 0));
    books_agree(&world).await;
}

#[tokio::test]
async fn a_rule_in_use_stays_until_its_subscribers_have_another() {
    let (world, id, _) = with_profile("2026-11-01T04:00:00Z", BillingProfileForm { kind: "free".into(), ..form() }).await;
    let admin = &world.padma.admin;
    let profile = customer_terms(&world.services, admin, id).await.unwrap().billing_profile_id;
    assert_eq!(run(&world, "2027-03-01T04:00:00Z", "2027-03-01").await, 0);
    assert_eq!(keys(delete_profile(&world.services, admin, profile).await.unwrap_err()), ["problem-profile-in-use"]);
    assert_eq!(replace_profile(&world.services, admin, profile, world.padma.profile).await.unwrap(), 1);
    delete_profile(&world.services, admin, profile).await.unwrap();
    assert_eq!(run(&world, "2027-03-01T04:00:00Z", "2027-03-01").await, 1, "only what begins now, not the free months");
    assert_eq!(keys(delete_profile(&world.services, admin, world.padma.profile).await.unwrap_err()), ["problem-profile-default"]);
}
