//! The schedule: what was missed is caught up with the right business date, what fails is tried again and stops nobody,
//! a pause holds, a press runs once, and silence is heard (BIL-24, OPS-03, E-11, E-23).

use chrono::{NaiveDate, TimeDelta};
use domain::schedule::Cadence;
use domain::{IspId, customers::Paging};
use jobs::Runner;
use serde_json::json;
use services::schedule::{Job, JobState, alarm, alive, board, history, pause, resume, retry, run_now};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex};
use storage::schedule::Claim;
use testkit::{World, world};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Days that a body was called for, by ISP. Each test has ISPs of its own.
static DONE: LazyLock<Mutex<BTreeMap<IspId, Vec<NaiveDate>>>> = LazyLock::new(Mutex::default);
static BROKEN: LazyLock<Mutex<Vec<IspId>>> = LazyLock::new(Mutex::default);
static SLOW: AtomicBool = AtomicBool::new(false);

/// The billing job's name and cadence, so that the board knows it, with a body that can be watched.
static JOBS: &[Job] = &[Job {
    name: "billing.generate_cycle",
    cadence: Cadence::Daily { hour: 1, minute: 0, catch_up: 31 },
    any_day: true,
    body: |_, caller, on| {
        Box::pin(async move {
            if SLOW.load(Ordering::Relaxed) {
                tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            }
            if BROKEN.lock().unwrap().contains(&caller.isp_id) {
                return Err(services::Error::Upstream("the bank"));
            }
            DONE.lock().unwrap().entry(caller.isp_id).or_default().push(on);
            Ok(json!({ "invoices": 3 }))
        })
    },
}];

const NAME: &str = "billing.generate_cycle";

fn done(isp: IspId) -> Vec<String> {
    DONE.lock().unwrap().get(&isp).map(|days| days.iter().map(NaiveDate::to_string).collect()).unwrap_or_default()
}

async fn look(world: &World) {
    look_as(&Runner::with_jobs(&world.services, Uuid::now_v7(), JOBS)).await;
}

async fn look_as(runner: &Runner) {
    let mut running = JoinSet::new();
    runner.look(&mut running).await.unwrap();
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

/// 10:00 in Dhaka on a day of November 2026.
async fn at_ten(day: u32) -> World {
    world(&format!("2026-11-{day:02}T04:00:00Z")).await
}

#[tokio::test]
async fn three_days_down_are_caught_up_exactly() {
    let world = at_ten(18).await;
    let isp = world.padma.id;
    look(&world).await;
    look(&world).await;
    assert_eq!(done(isp), ["2026-11-18"]);
    world.clock.advance(TimeDelta::days(3));
    look(&world).await;
    look(&world).await;
    assert_eq!(done(isp), ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]);
    // Forty more days: the cap holds and says what was given up.
    world.clock.advance(TimeDelta::days(40));
    look(&world).await;
    assert_eq!(done(isp).len(), 4 + 31);
    let (_, page) = history(&world.services, &world.padma.admin, NAME, Paging::new(1, 200)).await.unwrap();
    let skipped = page.rows.iter().find(|run| run.state == "skipped").unwrap();
    assert_eq!(skipped.result, [("skipped".to_string(), 9)]);
}

#[tokio::test]
async fn a_paused_job_is_heard_within_twice_its_cadence_and_catches_up() {
    let world = at_ten(18).await;
    let (services, admin, isp) = (&world.services, &world.padma.admin, world.padma.id);
    look(&world).await;
    pause(services, admin, NAME, "the new prices first").await.unwrap();
    assert!(pause(services, admin, NAME, "again").await.is_err());
    for _ in 0..3 {
        world.clock.advance(TimeDelta::days(1));
        look(&world).await;
        let alarm = alarm(services, admin).await.unwrap();
        assert_eq!((alarm.late, alarm.dead), (vec![NAME.to_string()], None));
    }
    assert_eq!(done(isp), ["2026-11-18"], "a pause holds");
    let row = board(services, admin).await.unwrap().jobs.into_iter().find(|job| job.name == NAME).unwrap();
    assert_eq!((row.state, row.behind, row.paused.unwrap().2.as_str()), (JobState::Paused, 3, "the new prices first"));
    resume(services, admin, NAME).await.unwrap();
    look(&world).await;
    assert_eq!(done(isp), ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]);
    assert!(alarm(services, admin).await.unwrap().is_quiet());
}

#[tokio::test]
async fn when_no_server_looks_for_work_every_page_knows() {
    let world = at_ten(18).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    assert_eq!(alarm(services, admin).await.unwrap().dead, Some(None), "none ever did");
    look(&world).await;
    assert!(alarm(services, admin).await.unwrap().is_quiet() && alive(services).await.unwrap());
    world.clock.advance(TimeDelta::seconds(61));
    assert!(alarm(services, admin).await.unwrap().dead.is_some() && !alive(services).await.unwrap());
    let clerk = domain::people::Caller { role: domain::people::Role::Staff, ..admin.clone() };
    assert!(alarm(services, &clerk).await.unwrap().is_quiet(), "only who can do something about it is told");
}

#[tokio::test]
async fn a_failing_job_is_tried_again_later_and_stops_nobody_else() {
    let world = at_ten(18).await;
    let (services, admin, isp) = (&world.services, &world.padma.admin, world.padma.id);
    BROKEN.lock().unwrap().push(isp);
    look(&world).await;
    look(&world).await;
    assert_eq!((done(isp).len(), done(world.meghna.id).len()), (0, 1), "the other ISP goes on");
    let (row, page) = history(services, admin, NAME, Paging::new(1, 25)).await.unwrap();
    assert_eq!(
        (row.state, page.rows[0].attempts, page.rows[0].problem.as_deref()),
        (JobState::Failed, 1, Some("the bank does not answer"))
    );
    world.clock.advance(TimeDelta::seconds(61));
    look(&world).await;
    look(&world).await;
    assert_eq!(history(services, admin, NAME, Paging::new(1, 25)).await.unwrap().1.rows[0].attempts, 2, "not in a hot loop");
    // The next day is not held up by the failed one, and the failed one is still done when it can be.
    world.clock.advance(TimeDelta::days(1));
    BROKEN.lock().unwrap().retain(|broken| *broken != isp);
    retry(services, admin, NAME).await.unwrap();
    look(&world).await;
    assert_eq!(done(isp), ["2026-11-18", "2026-11-19"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pressed_twice_at_once_it_runs_once() {
    let world = at_ten(18).await;
    let (services, admin, isp) = (&world.services, &world.padma.admin, world.padma.id);
    look(&world).await;
    let day = "2026-11-10".parse().unwrap();
    let (one, two) = tokio::join!(run_now(services, admin, NAME, Some(day)), run_now(services, admin, NAME, Some(day)));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    SLOW.store(true, Ordering::Relaxed);
    let runners: Vec<_> = (0..4).map(|_| Runner::with_jobs(services, Uuid::now_v7(), JOBS)).collect();
    tokio::join!(look_as(&runners[0]), look_as(&runners[1]), look_as(&runners[2]), look_as(&runners[3]));
    SLOW.store(false, Ordering::Relaxed);
    assert_eq!(done(isp), ["2026-11-18", "2026-11-10"]);
    run_now(services, admin, NAME, Some(day)).await.unwrap();
    let tomorrow = "2026-11-19".parse().unwrap();
    assert!(matches!(run_now(services, admin, NAME, Some(tomorrow)).await, Err(services::Error::Invalid(_))));
    assert!(matches!(run_now(services, admin, "ledger.verify", Some(day)).await, Err(services::Error::Invalid(_))));
}

#[tokio::test]
async fn what_a_dead_server_held_is_taken_over() {
    let world = at_ten(18).await;
    let (services, isp) = (&world.services, world.padma.id);
    let day = "2026-11-18".parse().unwrap();
    let silence = TimeDelta::seconds(30);
    let claim = Claim { job: NAME, period: "2026-11-18", business_date: day, node: Uuid::now_v7(), now: services.now(), silence };
    let mut tx = services.begin(&world.padma.admin).await.unwrap();
    assert!(storage::schedule::claim(&mut tx, &claim).await.unwrap());
    tx.commit().await.unwrap();
    look(&world).await;
    assert_eq!(done(isp), Vec::<String>::new(), "it may still be alive");
    world.clock.advance(TimeDelta::seconds(31));
    look(&world).await;
    assert_eq!(done(isp), ["2026-11-18"]);
    // Should the dead one wake up, its word is not heard any more.
    let mut tx = services.begin(&world.padma.admin).await.unwrap();
    let outcome = storage::schedule::Outcome::Done(json!({}));
    assert_eq!(storage::schedule::finish(&mut tx, NAME, "2026-11-18", claim.node, services.now(), outcome).await.unwrap(), None);
}
