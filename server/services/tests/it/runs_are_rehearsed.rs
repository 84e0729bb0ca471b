//! The rehearsal: the next run beside last month, written into no ledger; and where an ISP wants it so, nothing is
//! billed that nobody approved, and nothing else than what he saw (BIL-14, job 4).

use crate::seed::{customer, package, set};
use domain::billing::{Mark, RehearsalState};
use domain::customers::Paging;
use domain::people::{Caller, Role};
use domain::rights::Permission;
use domain::settings::Key;
use domain::{CustomerId, PackageId, RehearsalId};
use locales::Language;
use services::Error;
use services::billing::run_billing;
use services::rehearsal::*;
use testkit::{World, world};

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

async fn at(world: &World, date: &str) {
    world.clock.set(format!("{date}T16:30:00Z").parse().unwrap());
}

/// Four lines billed for October, then one thing done to each of three; Nadia comes new.
async fn month() -> (World, PackageId, Vec<CustomerId>) {
    let world = world("2026-10-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let plan = package(services, admin, "Home 10", "1000").await;
    let mut people = Vec::new();
    for name in ["same", "dear", "gone", "twice"] {
        people.push(customer(services, admin, plan, name).await);
    }
    run_billing(services, admin, day("2026-10-01")).await.unwrap();
    at(&world, "2026-10-31").await;
    (world, plan, people)
}

async fn sql(world: &World, text: &'static str) {
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query(text).execute(&mut raw).await.unwrap();
}

async fn view(world: &World, id: RehearsalId) -> RehearsalView {
    show(&world.services, &world.padma.admin, id, &RowFilter::default(), Paging::new(1, 200)).await.unwrap()
}

fn marks(view: &RehearsalView, username: &str) -> Vec<Mark> {
    view.page.rows.iter().find(|row| row.username == username).map(|row| row.marks.clone()).unwrap()
}

async fn invoices(world: &World) -> i64 {
    let (page, _) =
        services::billing::invoices(&world.services, &world.padma.admin, &Default::default(), None, Paging::new(1, 200)).await.unwrap();
    page.total
}

#[tokio::test]
async fn what_is_odd_is_marked_and_nothing_is_written() {
    let (world, plan, people) = month().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    sql(&world, "update service set custom_price_minor = 130001 where username = 'dear'").await;
    sql(&world, "update service set status = 'terminated' where username = 'gone'").await;
    sql(
        &world,
        "insert into service (isp_id, id, customer_id, package_id, username, secret_sealed, starts_on, billed_until)
         select isp_id, gen_random_uuid(), customer_id, package_id, 'twice2', secret_sealed, starts_on, '2026-11-01' from service where username = 'twice'",
    )
    .await;
    customer(services, admin, plan, "nadia").await;
    let before = services::ledger::verify(services, admin).await.unwrap();
    let id = build(services, admin, day("2026-11-01")).await.unwrap();
    let seen = view(&world, id).await;
    assert_eq!(seen.head.state, RehearsalState::Open);
    assert!(marks(&seen, "same").is_empty(), "{:?}", marks(&seen, "same"));
    assert_eq!(marks(&seen, "dear"), [Mark::Up]);
    assert_eq!(marks(&seen, "gone"), [Mark::Gone]);
    assert!(marks(&seen, "twice").contains(&Mark::Duplicate) && marks(&seen, "twice2").contains(&Mark::Duplicate));
    assert!(marks(&seen, "nadia").contains(&Mark::New));
    assert_eq!(seen.page.rows[0].marks[0], Mark::Duplicate, "what is wrong comes first");
    let count = |mark| seen.head.counts.iter().find(|(one, _)| *one == mark).unwrap().1;
    assert_eq!((count(Mark::Duplicate), count(Mark::Gone), count(Mark::Up), count(Mark::Held)), (2, 1, 1, 0));
    let only = RowFilter { mark: Some(Mark::Up), ..RowFilter::default() };
    assert_eq!(show(services, admin, id, &only, Paging::new(1, 50)).await.unwrap().page.total, 1);
    let named = RowFilter { search: "TWICE2".into(), ..RowFilter::default() };
    assert_eq!(show(services, admin, id, &named, Paging::new(1, 50)).await.unwrap().page.rows.len(), 1);
    let dear = seen.page.rows.iter().find(|row| row.username == "dear").unwrap();
    let drill = detail(services, admin, id, dear.service_id).await.unwrap();
    assert_eq!((drill.now[0].net_minor, drill.before[0].net_minor), (130_001, 100_000));
    let after = services::ledger::verify(services, admin).await.unwrap();
    assert_eq!((before.entries, before.postings), (after.entries, after.postings));
    let file = String::from_utf8(export(services, admin, id, &RowFilter::default(), Language::English).await.unwrap()).unwrap();
    assert_eq!(file.lines().count() as i64 - 1, seen.page.total, "{file}");
    assert!(people.iter().all(|_| file.contains("1300.01")));
    assert!(matches!(show(services, &world.meghna.admin, id, &only, Paging::new(1, 50)).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn what_was_rehearsed_is_what_is_billed() {
    let (world, plan, _) = month().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    customer(services, admin, plan, "nadia").await;
    let id = build(services, admin, day("2026-11-01")).await.unwrap();
    let seen = view(&world, id).await.head;
    at(&world, "2026-11-01").await;
    let (_, outcome) = run_billing(services, admin, day("2026-11-01")).await.unwrap();
    assert_eq!((outcome.invoices, outcome.total_minor), (i64::from(seen.invoices), seen.total.minor));
}

#[tokio::test]
async fn nothing_is_billed_that_nobody_approved() {
    let (world, _, _) = month().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    set(services, admin, Key::RehearsalRequired, "yes").await.unwrap();
    let id = build(services, admin, day("2026-11-01")).await.unwrap();
    let same = view(&world, id).await.page.rows.iter().find(|row| row.username == "same").unwrap().service_id;
    hold(services, admin, same, "he complains").await.unwrap();
    assert!(marks(&view(&world, id).await, "same").contains(&Mark::Held));
    at(&world, "2026-11-01").await;
    let early = run_billing(services, admin, day("2026-11-01")).await;
    assert!(matches!(early, Err(Error::Conflict(problem)) if problem.key == "problem-rehearsal-needed"));
    assert_eq!(invoices(&world).await, 4);
    // Three days late, and the bills still bear the day they were rehearsed for.
    at(&world, "2026-11-04").await;
    approve(services, admin, id).await.unwrap();
    run_billing(services, admin, day("2026-11-01")).await.unwrap();
    let filter = domain::billing::InvoiceFilter::default();
    let (page, _) = services::billing::invoices(services, admin, &filter, None, Paging::new(1, 200)).await.unwrap();
    let november = page.rows.iter().filter(|row| row.issued_on == day("2026-11-01")).count();
    assert_eq!((page.total, november), (7, 3), "three of four: one is held");
    release(services, admin, same).await.unwrap();
    assert!(matches!(release(services, admin, same).await, Err(Error::NotFound)));
    assert!(services::ledger::verify(services, admin).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_price_that_changed_is_shown_and_computed_anew_before_anybody_approves() {
    let (world, _, _) = month().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    set(services, admin, Key::RehearsalRequired, "yes").await.unwrap();
    let id = build(services, admin, day("2026-11-01")).await.unwrap();
    assert_eq!(view(&world, id).await.stale, 0);
    sql(&world, "update service set custom_price_minor = 200000 where username = 'dear'").await;
    let seen = view(&world, id).await;
    assert_eq!((seen.stale, seen.page.rows.iter().find(|row| row.stale).unwrap().username.as_str()), (1, "dear"));
    let refused = approve(services, admin, id).await;
    assert!(matches!(refused, Err(Error::Conflict(problem)) if problem.key == "problem-rehearsal-changed"));
    let again = view(&world, id).await;
    assert_eq!((again.stale, marks(&again, "dear")), (0, vec![Mark::Up]));
    approve(services, admin, id).await.unwrap();
    let twice = approve(services, admin, id).await;
    assert!(matches!(twice, Err(Error::Conflict(problem)) if problem.key == "problem-rehearsal-decided"));
    // What changes after the approval is not billed: nobody has seen it.
    sql(&world, "update service set custom_price_minor = 300000 where username = 'dear'").await;
    at(&world, "2026-11-01").await;
    let (_, outcome) = run_billing(services, admin, day("2026-11-01")).await.unwrap();
    assert_eq!((outcome.invoices, outcome.problems), (3, 1));
}

#[tokio::test]
async fn it_issues_by_itself_when_its_days_are_over() {
    let (world, _, _) = month().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    assert!(matches!(set(services, admin, Key::RehearsalDays, "31").await, Err(Error::Invalid(_))));
    set(services, admin, Key::RehearsalRequired, "yes").await.unwrap();
    set(services, admin, Key::RehearsalDays, "2").await.unwrap();
    assert_eq!(build_next(services, admin, day("2026-10-31")).await.unwrap(), 4);
    at(&world, "2026-11-01").await;
    assert!(waits(services, admin, day("2026-11-01")).await.unwrap());
    at(&world, "2026-11-03").await;
    assert!(!waits(services, admin, day("2026-11-01")).await.unwrap());
    let (_, outcome) = run_billing(services, admin, day("2026-11-01")).await.unwrap();
    assert_eq!(outcome.invoices, 4);
}

#[tokio::test]
async fn approving_needs_its_own_right_and_a_rejected_day_stays_unbilled() {
    let (world, _, _) = month().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    set(services, admin, Key::RehearsalRequired, "yes").await.unwrap();
    let id = build(services, admin, day("2026-11-01")).await.unwrap();
    let clerk =
        Caller { role: Role::Staff, grants: vec![Permission::BillingView, Permission::BillingGenerate], ..world.padma.admin.clone() };
    assert!(matches!(approve(services, &clerk, id).await, Err(Error::Denied(Permission::BillingApprove))));
    assert!(matches!(reject(services, &world.meghna.admin, id).await, Err(Error::NotFound)));
    reject(services, admin, id).await.unwrap();
    at(&world, "2026-11-01").await;
    assert!(matches!(run_billing(services, admin, day("2026-11-01")).await, Err(Error::Conflict(_))));
    let next = build(services, admin, day("2026-11-02")).await.unwrap();
    assert_eq!(view(&world, next).await.head.services, 4, "the next day holds them again");
}
