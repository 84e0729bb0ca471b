//! Exactly one invoice for each service and period: ten runs at once, ten processes that are killed in the middle, a run
//! that comes again, and 200 people who issue at the same moment (E-11, E-12).

use crate::seed::{customer, package};
use domain::billing::RunOutcome;
use domain::customers::Paging;
use domain::people::Caller;
use services::billing::{invoices, preview, run_batch, run_billing};
use std::collections::BTreeSet;
use testkit::{World, world};

const NOW: &str = "2026-11-01T04:00:00Z";

async fn with_customers(count: usize) -> World {
    let world = world(NOW).await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    for n in 0..count {
        customer(&world.services, &world.padma.admin, package, &format!("user{n}")).await;
    }
    world
}

async fn numbers(world: &World) -> Vec<String> {
    let (page, _) = invoices(&world.services, &world.padma.admin, &Default::default(), None, Paging::new(1, 200)).await.unwrap();
    let mut numbers: Vec<_> = page.rows.into_iter().map(|row| row.number).collect();
    numbers.sort();
    numbers
}

fn consecutive(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("INV-2026-{n:05}")).collect()
}

async fn books_agree(world: &World) {
    let report = services::ledger::verify(&world.services, &world.padma.admin).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_runs_at_once_bill_everybody_once() {
    let world = with_customers(40).await;
    let today = "2026-11-01".parse().unwrap();
    let runs: Vec<_> = (0..10)
        .map(|_| {
            let (services, caller) = (world.services.clone(), world.padma.admin.clone());
            tokio::spawn(async move { run_billing(&services, &caller, today).await.unwrap().1 })
        })
        .collect();
    let mut invoices = 0;
    for run in runs {
        invoices += run.await.unwrap().invoices;
    }
    assert_eq!(invoices, 40);
    assert_eq!(numbers(&world).await, consecutive(40));
    books_agree(&world).await;
}

#[tokio::test]
async fn a_run_that_comes_again_finds_nothing() {
    let world = with_customers(3).await;
    let today = "2026-11-01".parse().unwrap();
    let (first, _) = run_billing(&world.services, &world.padma.admin, today).await.unwrap();
    let (second, outcome) = run_billing(&world.services, &world.padma.admin, today).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(outcome, RunOutcome::default());
    assert_eq!(numbers(&world).await.len(), 3);
}

#[tokio::test]
async fn a_run_that_dies_is_finished_by_the_next_one() {
    let world = with_customers(10).await;
    let (services, admin, today) = (&world.services, &world.padma.admin, "2026-11-01".parse().unwrap());
    let isp = services.isp(world.padma.id).await.unwrap();
    let mut tx = services.db.isp(admin).await.unwrap();
    let run = storage::billing::open_run(&mut tx, today, services.now(), isp.currency).await.unwrap();
    tx.commit().await.unwrap();
    // One batch is committed; the next one is cut off at every moment there is.
    run_batch(services, admin, &isp, run, today, None, 3).await.unwrap();
    for moment in 1..40 {
        let batch = run_batch(services, admin, &isp, run, today, None, 3);
        let _ = tokio::time::timeout(std::time::Duration::from_micros(moment * 150), batch).await;
    }
    run_billing(services, admin, today).await.unwrap();
    assert_eq!(numbers(&world).await, consecutive(10));
    books_agree(&world).await;
}

/// What a process that will be killed is told of its world.
const URL: &str = "LASTMILE_KILLED_URL";
const ISP: &str = "LASTMILE_KILLED_ISP";

/// One of ten: bills in small batches until it is done or killed.
#[tokio::test]
#[ignore = "a process of its own, started and killed by ten_processes_are_killed_and_nobody_is_billed_twice"]
async fn a_process_that_bills() {
    let (Ok(url), Ok(isp)) = (std::env::var(URL), std::env::var(ISP)) else { return };
    let db = storage::Db::connect(&url, 2).await.unwrap();
    let clock = services::ManualClock::at(NOW.parse().unwrap());
    let services = services::Services::new(db, services::Keyring::new(&[42; 32]).unwrap(), std::sync::Arc::new(clock));
    let caller = Caller::system(isp.parse().unwrap(), "billing.run");
    let (isp, on) = (services.isp(caller.isp_id).await.unwrap(), "2026-11-01".parse().unwrap());
    let mut tx = services.db.isp(&caller).await.unwrap();
    let run = storage::billing::open_run(&mut tx, on, services.now(), isp.currency).await.unwrap();
    tx.commit().await.unwrap();
    let mut after = None;
    while let Some(done) = run_batch(&services, &caller, &isp, run, on, after, 2).await.unwrap() {
        after = Some(done.last);
    }
}

#[tokio::test]
async fn ten_processes_are_killed_and_nobody_is_billed_twice() {
    const COUNT: usize = 120;
    let world = with_customers(COUNT).await;
    let mut processes: Vec<_> = (0..10)
        .map(|_| {
            std::process::Command::new(std::env::current_exe().unwrap())
                .args(["billing_runs_at_once::a_process_that_bills", "--exact", "--ignored"])
                .env(URL, &world.db.url)
                .env(ISP, world.padma.id.to_string())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while numbers(&world).await.len() < COUNT / 6 && std::time::Instant::now() < deadline {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    for process in &mut processes {
        // SIGKILL: nothing of it gets to say goodbye.
        process.kill().unwrap();
    }
    let ends: Vec<_> = processes.iter_mut().map(|process| process.wait().unwrap()).collect();
    let killed = ends.iter().filter(|end| end.code().is_none()).count();
    let done = numbers(&world).await.len();
    assert!(killed > 0 && (COUNT / 6..COUNT).contains(&done), "{killed} killed after {done}");
    run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!(numbers(&world).await, consecutive(COUNT));
    let (page, _) = invoices(&world.services, &world.padma.admin, &Default::default(), None, Paging::new(1, 200)).await.unwrap();
    let billed: BTreeSet<_> = page.rows.iter().map(|row| row.customer_id).collect();
    assert_eq!((billed.len(), page.total), (COUNT, COUNT as i64));
    books_agree(&world).await;
}

/// The run, demands, and bills of what waits, all in one series and for the same customers.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_bills_at_once_have_consecutive_numbers() {
    use services::billing::{ExtraForm, add_charge, issue_charges};
    use services::corrections::{AdjustForm, adjust};
    const PEOPLE: usize = 20;
    let world = with_customers(PEOPLE).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let filter = domain::customers::SubscriberFilter::default();
    let page = services::customers::subscribers(services, admin, &filter, Paging::new(1, 200)).await.unwrap();
    let people: Vec<_> = page.rows.iter().map(|row| row.customer_id).collect();
    assert_eq!(people.len(), PEOPLE);
    for id in &people {
        let form = ExtraForm { kind: "one_time".into(), description: "Cable".into(), price: "250".into(), ..Default::default() };
        add_charge(services, admin, *id, &form).await.unwrap();
    }
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..160 {
        let (services, admin, id) = (services.clone(), admin.clone(), people[n % PEOPLE]);
        tasks.spawn(async move {
            let form =
                AdjustForm { direction: "debit".into(), amount: "12.50".into(), reason: "as agreed".into(), key: format!("demand-{n}") };
            adjust(&services, &admin, id, &form).await.map(|()| 1)
        });
    }
    for id in people {
        let (services, admin) = (services.clone(), admin.clone());
        // Whichever comes first, this or the run, takes what waits; the other finds nothing.
        tasks.spawn(async move {
            match issue_charges(&services, &admin, id).await {
                Err(services::Error::Conflict(problem)) if problem.key == "problem-charges-none" => Ok(0),
                done => done.map(|_| 1),
            }
        });
    }
    let (run_services, run_admin) = (services.clone(), admin.clone());
    tasks.spawn(async move { Ok(run_billing(&run_services, &run_admin, "2026-11-01".parse().unwrap()).await?.1.invoices) });
    let mut issued = 0;
    while let Some(task) = tasks.join_next().await {
        issued += task.unwrap().unwrap();
    }
    assert!((180..=200).contains(&issued), "{issued}");
    let count = usize::try_from(issued).unwrap();
    assert_eq!(numbers(&world).await, consecutive(count));
    books_agree(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_receipts_at_once_have_consecutive_numbers() {
    let world = with_customers(20).await;
    let (page, _) = {
        run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
        invoices(&world.services, &world.padma.admin, &Default::default(), None, Paging::new(1, 200)).await.unwrap()
    };
    let customers: Vec<_> = page.rows.iter().map(|row| row.customer_id).collect();
    let payments: Vec<_> = (0..200)
        .map(|n| {
            let (services, caller, customer) = (world.services.clone(), world.padma.admin.clone(), customers[n % customers.len()]);
            tokio::spawn(async move {
                let form = services::payments::PaymentForm {
                    amount: "37.50".into(),
                    method: "cash".into(),
                    note: String::new(),
                    key: format!("payment-{n}"),
                    ..Default::default()
                };
                services::payments::take_payment(&services, &caller, customer, &form).await.unwrap().payment.receipt_number
            })
        })
        .collect();
    let mut receipts = BTreeSet::new();
    for payment in payments {
        receipts.insert(payment.await.unwrap());
    }
    let expected: BTreeSet<_> = (1..=200).map(|n| format!("RCT-2026-{n:05}")).collect();
    assert_eq!(receipts, expected);
    books_agree(&world).await;
}

#[tokio::test]
async fn a_row_that_cannot_be_billed_stops_nobody_else() {
    let world = with_customers(5).await;
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update service set billed_until = '2001-01-01' where username = 'user2'").execute(&mut raw).await.unwrap();
    // And one that only the database refuses: its period was charged by hand before.
    let rehearsed = preview(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap(), Paging::new(1, 25)).await.unwrap();
    assert_eq!((rehearsed.services, rehearsed.invoices, rehearsed.refused), (5, 4, 1));
    let (run, outcome) = run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!((outcome.invoices, outcome.problems), (4, 1));
    let problems = services::billing::problems(&world.services, &world.padma.admin, run).await.unwrap();
    assert_eq!(problems.iter().map(|problem| (problem.3.as_str(), problem.4.as_str())).collect::<Vec<_>>(), [("user2", "too_far_behind")]);
}

#[tokio::test]
async fn a_row_that_the_database_refuses_is_found_and_named() {
    let world = with_customers(12).await;
    run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    // As if somebody had turned the clock of one service back: its period is charged already.
    sqlx::query("update service set billed_until = '2026-11-01' where username = 'user7'").execute(&mut raw).await.unwrap();
    world.clock.set("2026-12-01T04:00:00Z".parse().unwrap());
    let (_, outcome) = run_billing(&world.services, &world.padma.admin, "2026-12-01".parse().unwrap()).await.unwrap();
    assert_eq!((outcome.invoices, outcome.problems), (11, 1));
    books_agree(&world).await;
}

#[tokio::test]
async fn the_future_is_not_billed_and_nothing_is_written_by_a_rehearsal() {
    let world = with_customers(2).await;
    let caller: &Caller = &world.padma.admin;
    assert!(matches!(run_billing(&world.services, caller, "2026-11-02".parse().unwrap()).await, Err(services::Error::Invalid(_))));
    let rehearsed = preview(&world.services, caller, "2026-12-01".parse().unwrap(), Paging::new(1, 25)).await.unwrap();
    assert_eq!((rehearsed.invoices, rehearsed.total.minor), (4, 400_000));
    assert!(numbers(&world).await.is_empty());
}
