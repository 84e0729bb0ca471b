//! A server that is killed while the night's billing runs: another takes the period over when it is silent, with the
//! business date it had, days later, and bills everybody once (BIL-24, E-11, E-23).

use chrono::{NaiveDate, TimeDelta};
use domain::customers::Paging;
use domain::schedule::Cadence;
use jobs::Runner;
use serde_json::json;
use services::billing::{invoices, run_batch};
use services::schedule::{Job, history};
use services::{Keyring, ManualClock, Services};
use std::sync::Arc;
use testkit::{World, world};
use tokio::task::JoinSet;
use uuid::Uuid;

const URL: &str = "LASTMILE_KILLED_URL";
const NAME: &str = "billing.generate_cycle";
const NIGHT: &str = "2026-11-18T04:00:00Z";
const PEOPLE: usize = 40;

/// The product's own job, in batches of two with a breath between them, so that there is a middle to be killed in.
static JOBS: &[Job] = &[Job {
    name: NAME,
    cadence: Cadence::Daily { hour: 1, minute: 0, catch_up: 31 },
    any_day: true,
    body: |services, caller, on| {
        Box::pin(async move {
            let isp = services.isp(caller.isp_id).await?;
            let mut tx = services.begin(caller).await?;
            let run = storage::billing::open_run(&mut tx, on, services.now(), isp.currency).await?;
            tx.commit().await?;
            let (mut after, mut count) = (None, 0);
            while let Some(done) = run_batch(services, caller, &isp, run, on, after, 2).await? {
                after = Some(done.last);
                count += done.outcome.invoices;
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            Ok(json!({ "invoices": count }))
        })
    },
}];

async fn look(services: &Services) {
    let mut running = JoinSet::new();
    Runner::with_jobs(services, Uuid::now_v7(), JOBS).look(&mut running).await.unwrap();
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

async fn billed(world: &World) -> Vec<(String, NaiveDate)> {
    let (page, _) = invoices(&world.services, &world.padma.admin, &Default::default(), None, Paging::new(1, 200)).await.unwrap();
    page.rows.into_iter().map(|row| (row.customer_number, row.issued_on)).collect()
}

#[tokio::test]
#[ignore = "a server of its own, started and killed by the_night_is_finished_by_another_server"]
async fn a_server_in_the_night() {
    let Ok(url) = std::env::var(URL) else { return };
    let db = storage::Db::connect(&url, 4).await.unwrap();
    let clock = ManualClock::at(NIGHT.parse().unwrap());
    look(&Services::new(db, Keyring::new(&[42; 32]).unwrap(), Arc::new(clock))).await;
}

async fn subscribers(world: &World) {
    let (services, admin) = (&world.services, &world.padma.admin);
    let form = domain::packages::PackageForm {
        name: "Home 10".into(),
        up_mbps: "5".into(),
        down_mbps: "10".into(),
        price: "1000".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..Default::default()
    };
    let package = services::packages::save_package(services, admin, None, &form).await.unwrap();
    for n in 0..PEOPLE {
        let form = services::customers::CustomerForm {
            name: format!("Customer {n}"),
            username: format!("user{n}"),
            password: "line-secret".into(),
            package_id: package.to_string(),
            ..Default::default()
        };
        services::customers::create_customer(services, admin, &form).await.unwrap();
    }
}

#[tokio::test]
async fn the_night_is_finished_by_another_server() {
    let world = world(NIGHT).await;
    subscribers(&world).await;
    let mut server = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["a_job_is_killed::a_server_in_the_night", "--exact", "--ignored"])
        .env(URL, &world.db.url)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while billed(&world).await.len() < PEOPLE / 4 && std::time::Instant::now() < deadline {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    server.kill().unwrap();
    assert_eq!(server.wait().unwrap().code(), None, "killed, not ended");
    let half = billed(&world).await.len();
    assert!((PEOPLE / 4..PEOPLE).contains(&half), "{half}");
    // Nobody runs anything for three days.
    world.clock.advance(TimeDelta::days(3));
    look(&world.services).await;
    let mut bills = billed(&world).await;
    bills.sort();
    let night: NaiveDate = "2026-11-18".parse().unwrap();
    assert!(bills.iter().all(|(_, issued_on)| *issued_on == night), "the day that was missed, not the day of the catch-up: {bills:?}");
    bills.dedup();
    assert_eq!(bills.len(), PEOPLE, "each once");
    let (_, page) = history(&world.services, &world.padma.admin, NAME, Paging::new(1, 25)).await.unwrap();
    let mut days: Vec<_> = page.rows.iter().filter_map(|run| Some((run.business_date?.to_string(), run.state.clone()))).collect();
    days.sort();
    let done = |day: &str| (day.to_string(), "done".to_string());
    assert_eq!(days, [done("2026-11-18"), done("2026-11-19"), done("2026-11-20"), done("2026-11-21")]);
    assert!(services::ledger::verify(&world.services, &world.padma.admin).await.unwrap().is_clean());
}
