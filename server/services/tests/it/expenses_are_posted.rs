//! Expenses (PAY-18) and financial reports (REP-02, REP-06) that tie to the ledger.

use crate::cash_is_handed_over::person;
use crate::seed::{customer, package, set};
use chrono::NaiveDate;
use domain::customers::Paging;
use domain::expenses::{ExpenseFilter, ExpenseForm, ExpenseState};
use domain::people::Caller;
use domain::reports::Grain;
use domain::rights::Permission;
use domain::settings::Key;
use locales::Language;
use services::Error;
use services::billing::run_billing;
use services::expenses::{
    File, add_category, approve_expense, attachment, expense, expenses, expenses_file, record_expense, recurring_expenses, refuse_expense,
    reverse_expense, run_recurring, stop_recurring,
};
use services::payments::{PaymentForm, take_payment};
use services::reports::{Format, Range, bills, bills_file, revenue, revenue_file};
use testkit::{World, world};
use uuid::Uuid;

const PAGE: Paging = Paging { page: 1, size: 100 };

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn stage() -> (World, Uuid) {
    let world = world("2026-11-10T04:00:00Z").await;
    let top = add_category(&world.services, &world.padma.admin, "Upstream", "").await.unwrap();
    let category = add_category(&world.services, &world.padma.admin, "Transit", &top.to_string()).await.unwrap();
    (world, category)
}

fn form(category: Uuid, amount: &str, key: &str) -> ExpenseForm {
    ExpenseForm {
        category_id: category.to_string(),
        vendor: "Summit".into(),
        amount: amount.into(),
        tax: "15".into(),
        spent_on: "2026-11-09".into(),
        paid_from: "bank".into(),
        key: key.into(),
        ..ExpenseForm::default()
    }
}

async fn account(world: &World, code: &str) -> i64 {
    let lines = services::ledger::trial_balance(&world.services, &world.padma.admin).await.unwrap();
    lines.iter().filter(|line| line.account == code).map(|line| line.debit.minor - line.credit.minor).sum()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid(problems)) => problems[0].key.clone(),
        Err(Error::Conflict(problem)) => problem.key,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_small_expense_is_posted_and_a_large_one_waits_for_somebody_else() {
    let (world, category) = stage().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let small = record_expense(services, admin, &form(category, "115", "expense-1"), None).await.unwrap();
    assert_eq!(record_expense(services, admin, &form(category, "115", "expense-1"), None).await.unwrap(), small, "sent twice, one expense");
    let row = expense(services, admin, small).await.unwrap();
    assert_eq!((row.state, row.voucher_number.as_deref()), (ExpenseState::Posted, Some("EXP-2026-00001")));
    assert_eq!(row.category, "Upstream › Transit");
    assert_eq!(
        (account(&world, "expenses").await, account(&world, "input_tax").await, account(&world, "bank").await),
        (10_000, 1_500, -11_500)
    );

    let large = record_expense(services, admin, &form(category, "5000.01", "expense-2"), None).await.unwrap();
    assert_eq!(expense(services, admin, large).await.unwrap().state, ExpenseState::Waiting);
    assert_eq!(account(&world, "bank").await, -11_500, "nothing is posted before the yes");
    assert_eq!(refusal(approve_expense(services, admin, large).await), "problem-second-person");
    let checker = person(&world, "checker", &[Permission::ExpensesApprove]).await;
    approve_expense(services, &checker, large).await.unwrap();
    assert_eq!(refusal(approve_expense(services, &checker, large).await), "problem-expense-decided");
    assert_eq!(account(&world, "bank").await, -11_500 - 500_001);
    let report = services::ledger::verify(services, admin).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test]
async fn an_expense_is_reversed_and_never_deleted() {
    let (world, category) = stage().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let id = record_expense(services, admin, &form(category, "115", "expense-1"), None).await.unwrap();
    reverse_expense(services, admin, id, "paid twice").await.unwrap();
    let row = expense(services, admin, id).await.unwrap();
    assert!(row.state == ExpenseState::Reversed && row.entry_id.is_some() && row.reversal_entry_id.is_some());
    assert_eq!((account(&world, "expenses").await, account(&world, "bank").await), (0, 0));
    assert_eq!(refusal(reverse_expense(services, admin, id, "paid twice").await), "problem-expense-decided");
    let waits = record_expense(services, admin, &form(category, "9000", "expense-2"), None).await.unwrap();
    let checker = person(&world, "checker", &[Permission::ExpensesApprove]).await;
    refuse_expense(services, &checker, waits, "not ours").await.unwrap();
    assert_eq!(expense(services, admin, waits).await.unwrap().state, ExpenseState::Refused);
    let refused = ExpenseFilter { state: Some(ExpenseState::Refused), ..ExpenseFilter::default() };
    let (found, sum) = expenses(services, admin, &refused, PAGE).await.unwrap();
    assert_eq!((found.total, sum.minor), (1, 900_000));
    let file = String::from_utf8(expenses_file(services, admin, &ExpenseFilter::default(), Language::English).await.unwrap()).unwrap();
    assert_eq!(file.lines().count(), 3);
}

#[tokio::test]
async fn a_paper_is_kept_when_it_is_one() {
    let (world, category) = stage().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let file = |content: &[u8]| Some(File { name: "../bill.pdf".into(), content: content.to_vec() });
    let script = record_expense(services, admin, &form(category, "115", "expense-1"), file(b"<svg/onload=alert(1)>")).await;
    assert_eq!(refusal(script), "problem-attachment-kind");
    let huge = [b"%PDF-".as_slice(), &vec![0; domain::expenses::LARGEST_ATTACHMENT]].concat();
    assert_eq!(
        refusal(record_expense(services, admin, &form(category, "115", "expense-1"), file(&huge)).await),
        "problem-attachment-large"
    );
    let id = record_expense(services, admin, &form(category, "115", "expense-1"), file(b"%PDF-1.7 a bill")).await.unwrap();
    let (name, kind, content) = attachment(services, admin, id).await.unwrap();
    assert_eq!((name.as_str(), kind.as_str(), content.as_slice()), ("bill.pdf", "application/pdf", b"%PDF-1.7 a bill".as_slice()));
    assert!(matches!(attachment(services, &world.meghna.admin, id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn what_comes_again_is_written_once_each_time() {
    let (world, category) = stage().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    world.clock.set("2026-01-31T04:00:00Z".parse().unwrap());
    let rent = ExpenseForm {
        spent_on: "2026-01-31".into(),
        every_months: "1".into(),
        ends_on: "2026-04-30".into(),
        ..form(category, "100", "rent-2026")
    };
    record_expense(services, admin, &rent, None).await.unwrap();
    let system = Caller::system(world.padma.id, "expenses.recurring");
    world.clock.set("2026-03-31T04:00:00Z".parse().unwrap());
    assert_eq!(run_recurring(services, &system, day("2026-03-31")).await.unwrap(), 2);
    assert_eq!(run_recurring(services, &system, day("2026-03-31")).await.unwrap(), 0);
    assert_eq!(run_recurring(services, &system, day("2026-06-30")).await.unwrap(), 1, "it ends in April");
    let (found, _) = expenses(services, admin, &ExpenseFilter::default(), PAGE).await.unwrap();
    let days: Vec<_> = found.rows.iter().map(|row| row.spent_on.to_string()).collect();
    assert_eq!(days, ["2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31"]);
    let standing = recurring_expenses(services, admin).await.unwrap();
    assert!(!standing[0].active);
    assert!(matches!(stop_recurring(services, admin, standing[0].id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn who_may_not_may_not() {
    let (world, category) = stage().await;
    let (services, clerk) = (&world.services, person(&world, "clerk", &[Permission::ExpensesView]).await);
    assert!(matches!(record_expense(services, &clerk, &form(category, "115", "expense-1"), None).await, Err(Error::Denied(_))));
    assert!(matches!(set(services, &clerk, Key::ExpenseLimit, "1").await, Err(Error::Denied(_))));
    assert!(matches!(expenses_file(services, &clerk, &ExpenseFilter::default(), Language::English).await, Err(Error::Denied(_))));
    assert!(expenses(services, &clerk, &ExpenseFilter::default(), PAGE).await.is_ok());
    let other = form(category, "115", "expense-1");
    assert_eq!(refusal(record_expense(services, &world.meghna.admin, &other, None).await), "problem-choice", "a sibling's category");
    set(services, &world.padma.admin, Key::ExpenseLimit, "100").await.unwrap();
    let waits = record_expense(services, &world.padma.admin, &other, None).await.unwrap();
    assert_eq!(expense(services, &world.padma.admin, waits).await.unwrap().state, ExpenseState::Waiting);
}

#[tokio::test]
async fn reports_say_what_the_ledger_says() {
    let world = world("2026-09-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let home = package(services, admin, "Home 10", "1000").await;
    let office = package(services, admin, "Office 50", "5000").await;
    let rahim = customer(services, admin, home, "rahim").await;
    let karim = customer(services, admin, office, "karim").await;
    for month in ["2026-09-01", "2026-10-01", "2026-11-01"] {
        world.clock.set(format!("{month}T04:00:00Z").parse().unwrap());
        run_billing(services, admin, day(month)).await.unwrap();
        let form = |amount: &str, method: &str| PaymentForm {
            amount: amount.into(),
            method: method.into(),
            key: format!("{month}-{method}"),
            ..PaymentForm::default()
        };
        world.clock.advance(chrono::TimeDelta::days(20));
        take_payment(services, admin, rahim, &form("1000", "cash")).await.unwrap();
        take_payment(services, admin, karim, &form("3000", "bank")).await.unwrap();
    }
    let range = Range::new(Grain::Month, Some(day("2026-09-01")), Some(day("2026-11-30")), day("2026-11-30"));
    let report = revenue(services, admin, range).await.unwrap();
    let in_books = -account(&world, "service_revenue").await;
    assert_eq!((report.total.minor, in_books), (1_800_000, 1_800_000));
    assert_eq!(report.columns.iter().map(|(_, minor)| *minor).collect::<Vec<_>>(), [600_000, 600_000, 600_000]);
    let packages: Vec<_> = report.by_package.iter().map(|share| (share.name.as_str(), share.amount.minor, share.count)).collect();
    assert_eq!(packages, [("Office 50", 1_500_000, 3), ("Home 10", 300_000, 3)]);
    let in_money = account(&world, "cash_drawer").await + account(&world, "bank").await;
    assert_eq!((report.collected.minor, in_money), (1_200_000, 1_200_000));
    assert_eq!(report.by_method.iter().map(|share| share.amount.minor).sum::<i64>(), report.collected.minor);
    for grain in Grain::ALL {
        let report = revenue(services, admin, Range { grain, ..range }).await.unwrap();
        assert_eq!(report.columns.iter().map(|(_, minor)| minor).sum::<i64>(), report.total.minor, "{grain:?}");
    }
    let october = revenue(services, admin, Range::new(Grain::Day, Some(day("2026-10-01")), Some(day("2026-10-31")), day("2026-11-30")))
        .await
        .unwrap();
    assert_eq!((october.total.minor, october.before.minor), (600_000, 600_000));

    let sheet = bills(services, admin, range).await.unwrap();
    assert_eq!((sheet.billed.minor, sheet.collected.minor, sheet.due_now.minor), (1_800_000, 1_200_000, 600_000));
    assert_eq!(sheet.states.iter().map(|state| state.total.minor).sum::<i64>(), sheet.billed.minor);
    assert_eq!(sheet.states.iter().map(|state| state.due.minor).sum::<i64>(), sheet.due_now.minor);
    let late: Vec<_> = sheet.late.iter().map(|payer| (payer.name.as_str(), payer.late)).collect();
    assert_eq!(late, [("Customer karim", 3), ("Customer rahim", 3)], "both pay on the 21st what was due on the 8th");
    for format in [Format::Csv, Format::Xlsx] {
        assert!(!revenue_file(services, admin, range, format, Language::Bengali).await.unwrap().is_empty());
        assert!(!bills_file(services, admin, range, format, Language::English).await.unwrap().is_empty());
    }
    let clerk = person(&world, "clerk", &[Permission::LedgerView]).await;
    assert!(matches!(revenue(services, &clerk, range).await, Err(Error::Denied(_))));
}
