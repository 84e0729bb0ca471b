//! The books: figures that lead to their entries and back, statements that add up, months that stay shut.

use crate::cash_is_handed_over::person;
use crate::seed::{customer, package};
use domain::CustomerId;
use domain::books::{Days, JournalFilter, Side};
use domain::corrections::Decision;
use domain::customers::Paging;
use domain::people::Caller;
use domain::rights::Permission;
use locales::Language;
use services::Error;
use services::billing::run_billing;
use services::books::{
    AsOf, Whose, aged_invoices, ageing, ask_to_reopen, close_month, entry, journal, journal_sources, periods, statement, statement_file,
};
use services::corrections::decide;
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

const PAGE: Paging = Paging { page: 1, size: 100 };

/// Bills of 1,000 for September and October, 1,500 received in October.
async fn two_months() -> (World, CustomerId) {
    let world = world("2026-09-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let payer = customer(&world.services, &world.padma.admin, package, "rahim").await;
    for month in ["2026-09-01", "2026-10-01"] {
        world.clock.set(format!("{month}T04:00:00Z").parse().unwrap());
        run_billing(&world.services, &world.padma.admin, month.parse().unwrap()).await.unwrap();
    }
    world.clock.set("2026-10-05T04:00:00Z".parse().unwrap());
    pay(&world, payer, "1500", "counter-1").await.unwrap();
    (world, payer)
}

async fn pay(world: &World, payer: CustomerId, amount: &str, key: &str) -> Result<domain::payments::Receipt, Error> {
    let form = PaymentForm { amount: amount.into(), method: "cash".into(), key: key.into(), ..PaymentForm::default() };
    take_payment(&world.services, &world.padma.admin, payer, &form).await
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn conflict<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, String) {
    match result {
        Err(Error::Conflict(problem)) => (problem.key, problem.args.first().map(|(_, value)| value.clone()).unwrap_or_default()),
        Err(Error::Invalid(problems)) => (problems[0].key.clone(), String::new()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_figure_of_the_trial_balance_leads_to_entries_with_the_same_sum() {
    let (world, _) = two_months().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let lines = services::ledger::trial_balance_on(services, admin, None).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.debit.minor - line.credit.minor).sum::<i64>(), 0);
    assert!(lines.len() >= 3);
    for line in &lines {
        for (side, expected) in [(Side::Debit, line.debit), (Side::Credit, line.credit)] {
            let filter = JournalFilter { account: Some(line.account.clone()), side: Some(side), ..JournalFilter::default() };
            let found = journal(services, admin, &filter, PAGE).await.unwrap();
            let sum: i64 = found.page.rows.iter().map(|row| row.debit.minor + row.credit.minor).sum();
            assert_eq!((sum, found.debit.minor + found.credit.minor), (expected.minor, expected.minor), "{} {side:?}", line.account);
        }
    }
    let september = services::ledger::trial_balance_on(services, admin, Some(day("2026-09-30"))).await.unwrap();
    let receivable = september.iter().find(|line| line.account == "receivable").unwrap();
    assert_eq!((receivable.debit.minor, receivable.credit.minor), (100_000, 0));
    assert_eq!(september.iter().map(|line| line.debit.minor - line.credit.minor).sum::<i64>(), 0);
}

#[tokio::test]
async fn an_entry_leads_to_its_papers() {
    let (world, _) = two_months().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let sources = journal_sources(services, admin).await.unwrap();
    assert_eq!(sources, ["invoice", "payment"]);
    let of = |source: &str| JournalFilter { source: Some(source.into()), ..JournalFilter::default() };
    let payment = journal(services, admin, &of("payment"), PAGE).await.unwrap();
    assert_eq!((payment.page.total, payment.debit.minor, payment.credit.minor), (1, 150_000, 150_000));
    let detail = entry(services, admin, payment.page.rows[0].id).await.unwrap();
    let mut papers: Vec<_> = detail.documents.iter().map(|paper| (paper.kind.as_str(), paper.number.as_str())).collect();
    papers.sort_unstable();
    assert_eq!(papers, [("invoice", "INV-2026-00001"), ("invoice", "INV-2026-00002"), ("payment", "RCT-2026-00001")]);
    assert!(detail.postings.iter().any(|posting| posting.party.as_deref() == Some("Customer rahim")));
    let dated = JournalFilter { from: Some(day("2026-09-01")), until: Some(day("2026-09-30")), ..JournalFilter::default() };
    assert_eq!(journal(services, admin, &dated, PAGE).await.unwrap().page.total, 1);
    assert_eq!(journal(services, &world.meghna.admin, &JournalFilter::default(), PAGE).await.unwrap().page.total, 0);
    assert!(matches!(entry(services, &world.meghna.admin, detail.id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_statement_runs_to_the_balance_it_ends_with() {
    let (world, payer) = two_months().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    pay(&world, payer, "700", "counter-2").await.unwrap();
    let found = statement(services, admin, Whose::Customer(payer.0), Days::default(), PAGE).await.unwrap();
    assert_eq!(found.balance.minor, -20_000, "200 ahead");
    assert_eq!(found.balance.minor, found.page.rows.iter().map(|line| line.amount.minor).sum::<i64>());
    let mut running = 0;
    for line in found.page.rows.iter().rev() {
        running += line.amount.minor;
        assert_eq!(line.balance.minor, running);
    }
    let second = statement(services, admin, Whose::Customer(payer.0), Days::default(), Paging { page: 2, size: 2 }).await.unwrap();
    assert_eq!(second.page.rows.last().map(|line| line.balance.minor), Some(100_000), "the oldest line begins at nothing");
    let file =
        String::from_utf8(statement_file(services, admin, Whose::Customer(payer.0), Days::default(), Language::English).await.unwrap())
            .unwrap();
    assert_eq!(file.lines().count(), 5);
    assert!(file.lines().last().unwrap().ends_with("'-200.00\"") || file.lines().last().unwrap().ends_with("-200.00"), "{file}");
    let september = Days { from: Some(day("2026-09-01")), until: Some(day("2026-09-30")) };
    let part = statement(services, admin, Whose::Customer(payer.0), september, PAGE).await.unwrap();
    assert_eq!((part.page.total, part.balance), (1, part.page.rows[0].balance), "it ends with its last day");
    let quiet = Days { from: Some(day("2026-09-29")), until: Some(day("2026-09-30")) };
    let quiet = statement(services, admin, Whose::Customer(payer.0), quiet, PAGE).await.unwrap();
    assert_eq!((quiet.page.total, quiet.balance), (0, part.balance), "days without a line have a balance, too");
    assert!(matches!(
        statement(services, &world.meghna.admin, Whose::Customer(payer.0), Days::default(), PAGE).await,
        Err(Error::NotFound)
    ));
}

#[tokio::test]
async fn a_closed_month_takes_nothing_and_says_so() {
    let (world, payer) = two_months().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    world.clock.set("2026-11-02T04:00:00Z".parse().unwrap());
    assert_eq!(conflict(close_month(services, admin, day("2026-11-01")).await).0, "problem-period-not-over");
    assert_eq!(conflict(close_month(services, admin, day("2026-10-01")).await), ("problem-close-order".into(), "2026-09".into()));
    close_month(services, admin, day("2026-09-01")).await.unwrap();
    assert_eq!(conflict(close_month(services, admin, day("2026-09-01")).await).0, "problem-period-is-closed");
    close_month(services, admin, day("2026-10-01")).await.unwrap();
    // The journal's own guard, under every use case that posts.
    world.clock.set("2026-10-31T04:00:00Z".parse().unwrap());
    assert_eq!(conflict(pay(&world, payer, "100", "counter-2").await), ("problem-period-closed".into(), "2026-10".into()));
    world.clock.set("2026-11-02T04:00:00Z".parse().unwrap());
    pay(&world, payer, "100", "counter-2").await.unwrap();
    let months = periods(services, admin).await.unwrap();
    let shown: Vec<_> = months.iter().map(|row| (row.month.to_string(), row.entries, row.closed_at.is_some())).collect();
    assert_eq!(shown, [("2026-11-01".into(), 1, false), ("2026-10-01".into(), 2, true), ("2026-09-01".into(), 1, true)]);
    assert!(periods(services, &world.meghna.admin).await.unwrap().iter().all(|row| row.closed_at.is_none()));
}

#[tokio::test]
async fn a_month_is_reopened_by_two_people() {
    let (world, payer) = two_months().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    world.clock.set("2026-11-02T04:00:00Z".parse().unwrap());
    for month in ["2026-09-01", "2026-10-01"] {
        close_month(services, admin, day(month)).await.unwrap();
    }
    let why = "the bank statement came late";
    assert_eq!(conflict(ask_to_reopen(services, admin, day("2026-10-01"), "why").await).0, "problem-reopen-reason");
    assert_eq!(conflict(ask_to_reopen(services, admin, day("2026-09-01"), why).await).0, "problem-period-reopen-order");
    let request = ask_to_reopen(services, admin, day("2026-10-01"), why).await.unwrap();
    assert_eq!(conflict(ask_to_reopen(services, admin, day("2026-10-01"), why).await).0, "problem-reopen-asked");
    assert_eq!(conflict(decide(services, admin, request, Decision::Approve).await).0, "problem-approval-same-person");
    let clerk = person(&world, "clerk", &[Permission::LedgerView]).await;
    assert!(matches!(decide(services, &clerk, request, Decision::Approve).await, Err(Error::Denied(_))));
    let refunder = person(&world, "refunder", &[Permission::PaymentsRefundApprove]).await;
    assert!(matches!(decide(services, &refunder, request, Decision::Approve).await, Err(Error::Denied(Permission::LedgerReopen))));
    let accountant = person(&world, "accountant", &[Permission::LedgerReopen]).await;
    decide(services, &accountant, request, Decision::Approve).await.unwrap();
    world.clock.set("2026-10-31T04:00:00Z".parse().unwrap());
    pay(&world, payer, "100", "counter-2").await.unwrap();
    let twice = decide(services, &accountant, request, Decision::Approve).await;
    assert_eq!(conflict(twice).0, "problem-approval-decided", "a request is answered once");
    let page = services::corrections::approvals(services, &accountant, false, PAGE).await.unwrap();
    assert_eq!((page.total, page.rows[0].kind.as_str()), (1, "ledger_reopen"), "among everything that two people decide");
    assert_eq!(services::corrections::approvals(services, &refunder, false, PAGE).await.unwrap().total, 0, "each sees what he may decide");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_never_slips_into_a_month_that_is_being_closed() {
    let (world, payer) = two_months().await;
    world.clock.set("2026-11-01T04:00:00Z".parse().unwrap());
    close_month(&world.services, &world.padma.admin, day("2026-09-01")).await.unwrap();
    // Postings of October come from a clock that still stands there; the close comes in the middle of them.
    world.clock.set("2026-10-31T17:59:00Z".parse().unwrap());
    let mut payments = Vec::new();
    for n in 0..12 {
        let (services, caller): (_, Caller) = (world.services.clone(), world.padma.admin.clone());
        payments.push(tokio::spawn(async move {
            let form = PaymentForm { amount: "10".into(), method: "cash".into(), key: format!("october-{n}"), ..PaymentForm::default() };
            take_payment(&services, &caller, payer, &form).await.map(|_| ())
        }));
    }
    let mut tx = world.services.begin(&world.padma.admin).await.unwrap();
    storage::books::periods::hold(&mut tx).await.unwrap();
    let filter = JournalFilter { from: Some(day("2026-10-01")), until: Some(day("2026-10-31")), ..JournalFilter::default() };
    let before = storage::books::journal::page(&mut tx, &filter, PAGE, domain::Currency::Bdt).await.unwrap().page.total;
    storage::books::periods::close(&mut tx, day("2026-10-01"), world.services.now()).await.unwrap();
    tx.commit().await.unwrap();
    for one in payments {
        match one.await.unwrap() {
            Ok(()) => {}
            Err(error) => assert_eq!(conflict::<()>(Err(error)).0, "problem-period-closed"),
        }
    }
    let after = journal(&world.services, &world.padma.admin, &filter, PAGE).await.unwrap().page.total;
    assert_eq!(after, before, "what the accountant saw when he closed is what the month holds");
}

/// Every figure of an ageing as it was shown.
async fn shown(world: &World, as_of: AsOf) -> (Vec<(CustomerId, [i64; 5])>, i64, i64) {
    let found = ageing(&world.services, &world.padma.admin, as_of, PAGE).await.unwrap();
    assert_eq!(found.total, found.books, "dues and the receivable account");
    assert_eq!(found.ages.iter().sum::<i64>(), found.total.minor);
    (found.page.rows.iter().map(|row| (row.customer_id, row.ages)).collect(), found.total.minor, found.page.total)
}

#[tokio::test]
async fn what_was_owed_then_is_what_is_computed_later() {
    let (world, rahim) = two_months().await;
    let package = package(&world.services, &world.padma.admin, "Home 20", "2000").await;
    let karim = customer(&world.services, &world.padma.admin, package, "karim").await;
    let mut seen = Vec::new();
    let events = [
        ("2026-10-06T04:00:00Z", None),
        ("2026-11-01T04:00:00Z", Some((rahim, "300"))),
        ("2026-11-20T04:00:00Z", Some((karim, "500"))),
        ("2026-12-01T04:00:00Z", Some((rahim, "5000"))),
        ("2026-12-15T04:00:00Z", Some((karim, "4000"))),
        ("2027-02-01T04:00:00Z", None),
    ];
    for (n, (at, payment)) in events.into_iter().enumerate() {
        let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
        world.clock.set(at);
        seen.push((at, shown(&world, AsOf::Now).await));
        world.clock.advance(chrono::TimeDelta::hours(1));
        let today = at.date_naive();
        run_billing(&world.services, &world.padma.admin, today).await.unwrap();
        world.clock.advance(chrono::TimeDelta::hours(1));
        if let Some((who, amount)) = payment {
            pay(&world, who, amount, &format!("event-{n}-paid")).await.unwrap();
        }
        world.clock.advance(chrono::TimeDelta::hours(1));
        seen.push((at + chrono::TimeDelta::hours(3), shown(&world, AsOf::Now).await));
    }
    assert!(seen.iter().any(|(_, (_, total, _))| *total > 0));
    world.clock.set("2027-06-01T04:00:00Z".parse().unwrap());
    for (at, then) in &seen {
        assert_eq!(&shown(&world, AsOf::At(*at)).await, then, "{at}");
    }
}

#[tokio::test]
async fn the_bills_behind_a_figure_add_up_to_it() {
    let (world, rahim) = two_months().await;
    world.clock.set("2026-12-20T04:00:00Z".parse().unwrap());
    run_billing(&world.services, &world.padma.admin, day("2026-12-01")).await.unwrap();
    let (services, admin) = (&world.services, &world.padma.admin);
    let found = ageing(services, admin, AsOf::Now, PAGE).await.unwrap();
    for (age, figure) in domain::books::Age::ALL.into_iter().zip(found.ages) {
        let (bills, sum) = aged_invoices(services, admin, AsOf::Now, Some(age), None, PAGE).await.unwrap();
        assert_eq!((sum.minor, bills.rows.iter().map(|bill| bill.due.minor).sum::<i64>()), (figure, figure), "{age:?}");
        assert!(bills.rows.iter().all(|bill| bill.age == age));
    }
    let (of_one, sum) = aged_invoices(services, admin, AsOf::Now, None, Some(rahim), PAGE).await.unwrap();
    assert_eq!((sum, of_one.total), (found.total, 3));
    let day_of = ageing(services, admin, AsOf::Day(day("2026-10-05")), PAGE).await.unwrap();
    assert_eq!(day_of.total.minor, 50_000, "at the end of the day on which 1,500 came in");
}

#[tokio::test]
async fn a_bill_that_was_touched_behind_our_back_is_found() {
    let (world, _) = two_months().await;
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update invoice_line set net_minor = net_minor - 1 where description = 'Home 10' and period_start = '2026-09-01'")
        .execute(&mut raw)
        .await
        .unwrap();
    let report = services::ledger::verify(&world.services, &world.padma.admin).await.unwrap();
    assert_eq!((report.is_clean(), report.wrong_totals.len(), report.wrong_dues.len()), (false, 1, 0));
}
