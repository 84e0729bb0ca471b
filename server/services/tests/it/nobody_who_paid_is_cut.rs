//! Suspension and what stands against it: money that arrives at the same moment, a promise, an exemption, a day of rest,
//! a payment that is under way (BIL-16, BIL-17, BIL-19, E-22).

use crate::seed::{customer, package};
use domain::customers::LineState;
use domain::{CustomerId, Problem};
use services::Error;
use services::billing::{run_billing, suspend_overdue};
use services::dunning::{add_holidays, customer_dunning, end_promises, exempt, lift_exemption, promise, promise_own, withdraw_promise};
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

/// Billed on 1 November, due on the 8th, grace to the end of the 11th in Dhaka.
const CUT: &str = "2026-11-11T18:00:00Z";

async fn billed(count: usize) -> (World, Vec<CustomerId>) {
    let world = world("2026-11-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let mut all = Vec::new();
    for n in 0..count {
        all.push(customer(&world.services, &world.padma.admin, package, &format!("user{n}")).await);
    }
    run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    (world, all)
}

async fn state(world: &World, id: CustomerId) -> LineState {
    services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap().services.remove(0).state
}

async fn cutoff(world: &World, id: CustomerId) -> Option<String> {
    let line = services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap().services.remove(0);
    line.cutoff_at.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

async fn run_at(world: &World, instant: &str) -> usize {
    world.clock.set(instant.parse().unwrap());
    suspend_overdue(&world.services, &world.padma.admin).await.unwrap().lines
}

fn cash(amount: &str, key: &str) -> PaymentForm {
    PaymentForm { amount: amount.into(), method: "cash".into(), note: String::new(), key: key.into(), ..PaymentForm::default() }
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn key(refused: Result<domain::PromiseId, Error>) -> String {
    match refused {
        Err(Error::Invalid(problems)) => problems.into_iter().map(|Problem { key, .. }| key).collect(),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn payment_and_suspension_at_the_same_moment_leave_the_payer_up() {
    let (world, all) = billed(4).await;
    world.clock.set(CUT.parse().unwrap());
    for round in 0..12 {
        let (services, admin) = (world.services.clone(), world.padma.admin.clone());
        let runs = (0..3).map(|_| {
            let (services, admin) = (services.clone(), admin.clone());
            tokio::spawn(async move { suspend_overdue(&services, &admin).await.unwrap() })
        });
        let runs: Vec<_> = runs.collect();
        let paying = all[round % all.len()];
        let payment = tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_micros(500 * round as u64)).await;
            take_payment(&services, &admin, paying, &cash("1000", &format!("payment-{round}"))).await.unwrap()
        });
        payment.await.unwrap();
        for run in runs {
            run.await.unwrap();
        }
        assert_eq!(state(&world, paying).await, LineState::Active, "round {round}");
        let cut = cutoff(&world, paying).await.unwrap();
        assert!(cut.as_str() > "2026-12-01", "RADIUS would cut somebody who has paid: {cut}");
    }
    assert_eq!(suspend_overdue(&world.services, &world.padma.admin).await.unwrap().lines, 0);
}

#[tokio::test]
async fn odd_thirds_add_up_and_a_rest_that_is_tolerated_cuts_nobody() {
    let (world, all) = billed(1).await;
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update billing_profile set tolerance_minor = 34").execute(&mut raw).await.unwrap();
    for (n, part) in ["333.33", "333.33", "333.00"].iter().enumerate() {
        take_payment(&world.services, &world.padma.admin, all[0], &cash(part, &format!("third-part-{n}"))).await.unwrap();
    }
    assert_eq!(cutoff(&world, all[0]).await.as_deref(), Some("2026-12-11T18:00:00Z"), "0.34 is left, and tolerated");
    assert_eq!(run_at(&world, "2026-11-20T00:00:00Z").await, 0);
}

#[tokio::test]
async fn a_promise_holds_until_its_day_is_over_and_then_no_longer() {
    let (world, all) = billed(1).await;
    let (services, admin, id) = (&world.services, &world.padma.admin, all[0]);
    assert_eq!(run_at(&world, CUT).await, 1);
    // 12 November in Dhaka.
    assert_eq!(key(promise(services, admin, id, day("2026-11-20"), "").await), "problem-promise-days");
    assert_eq!(key(promise(services, admin, id, day("2026-11-12"), "").await), "problem-promise-days");
    promise(services, admin, id, day("2026-11-15"), "salary comes").await.unwrap();
    assert_eq!(state(&world, id).await, LineState::Active, "a promise lifts what non-payment held down");
    assert_eq!(cutoff(&world, id).await.as_deref(), Some("2026-11-15T18:00:00Z"));
    assert_eq!(key(promise(services, admin, id, day("2026-11-16"), "").await), "problem-promise-open");
    assert_eq!(run_at(&world, "2026-11-15T17:59:59Z").await, 0);
    assert_eq!(end_promises(services, admin).await.unwrap(), (0, 0));
    world.clock.set("2026-11-15T18:00:00Z".parse().unwrap());
    assert_eq!(end_promises(services, admin).await.unwrap(), (0, 1));
    assert_eq!(run_at(&world, "2026-11-15T18:00:00Z").await, 1, "broken: the line goes down");
    assert_eq!(key(promise(services, admin, id, day("2026-11-17"), "").await), "problem-promise-cycle");
    let seen = customer_dunning(services, admin, id).await.unwrap();
    assert_eq!((seen.promises[0].state.as_str(), seen.promises[0].made_by.as_str()), ("broken", "Admin"));
}

#[tokio::test]
async fn a_subscriber_promises_for_himself_and_a_kept_one_is_kept() {
    let (world, all) = billed(2).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let own = domain::people::Caller {
        role: domain::people::Role::Customer,
        customer_id: Some(all[0]),
        actor: domain::people::Actor::Subscriber { id: all[0], name: "Rahim".into() },
        ..admin.clone()
    };
    world.clock.set("2026-11-11T04:00:00Z".parse().unwrap());
    promise_own(services, &own, day("2026-11-14")).await.unwrap();
    assert_eq!(run_at(&world, "2026-11-12T04:00:00Z").await, 1, "the other one has promised nothing");
    assert_eq!(state(&world, all[0]).await, LineState::Active);
    take_payment(services, admin, all[0], &cash("1000", "kept-promise")).await.unwrap();
    assert_eq!(end_promises(services, admin).await.unwrap(), (1, 0));
    assert_eq!(key(promise_own(services, &own, day("2026-11-15")).await), "problem-promise-nothing-due");
    assert!(matches!(promise_own(services, admin, day("2026-11-15")).await, Err(Error::Denied(_))), "staff has no account of its own");
    withdraw_promise(services, admin, all[0]).await.unwrap_err();
}

#[tokio::test]
async fn who_is_exempt_is_not_cut_until_the_exemption_ends() {
    let (world, all) = billed(1).await;
    let (services, admin, id) = (&world.services, &world.padma.admin, all[0]);
    assert!(matches!(exempt(services, admin, id, " ", None).await, Err(Error::Invalid(_))));
    exempt(services, admin, id, "hospital", None).await.unwrap();
    assert_eq!(cutoff(&world, id).await, None);
    assert_eq!(run_at(&world, "2026-11-30T00:00:00Z").await, 0);
    exempt(services, admin, id, "hospital", Some(day("2026-12-03"))).await.unwrap();
    assert_eq!(cutoff(&world, id).await.as_deref(), Some("2026-12-03T18:00:00Z"));
    lift_exemption(services, admin, id).await.unwrap();
    assert_eq!(run_at(&world, "2026-11-30T00:10:00Z").await, 1);
}

#[tokio::test]
async fn nobody_is_cut_on_a_day_of_rest_and_a_new_one_is_heard_at_once() {
    let (world, all) = billed(1).await;
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update billing_profile set skip_weekends = true, skip_holidays = true, suspend_time = '10:00'")
        .execute(&mut raw)
        .await
        .unwrap();
    // 12 November 2026 is a Thursday, Friday and Saturday are the weekend.
    add_holidays(&world.services, &world.padma.admin, "2026-11-12 Founder's day\n15/11/2026").await.unwrap();
    assert_eq!(cutoff(&world, all[0]).await.as_deref(), Some("2026-11-16T04:00:00Z"));
    assert_eq!(run_at(&world, "2026-11-16T03:59:59Z").await, 0);
    assert_eq!(run_at(&world, "2026-11-16T04:00:00Z").await, 1);
}

#[tokio::test]
async fn a_payment_that_is_under_way_keeps_the_line_up_for_half_an_hour() {
    let (world, all) = billed(1).await;
    let mut raw = world.db.raw().await;
    // The table of the gateways, as far as suspension asks it.
    sqlx::raw_sql("create table payment_attempt (isp_id uuid not null, id uuid not null, customer_id uuid not null, state text not null, opened_at timestamptz not null)")
        .execute(&mut raw)
        .await
        .unwrap();
    sqlx::query("insert into payment_attempt values ($1, $2, $3, 'opened', '2026-11-11T17:50:00Z')")
        .bind(world.padma.id.0)
        .bind(uuid::Uuid::now_v7())
        .bind(all[0].0)
        .execute(&mut raw)
        .await
        .unwrap();
    assert_eq!(run_at(&world, "2026-11-11T18:10:00Z").await, 0);
    assert_eq!(cutoff(&world, all[0]).await.as_deref(), Some("2026-11-11T18:20:00Z"));
    assert_eq!(run_at(&world, "2026-11-11T18:20:00Z").await, 1);
}
