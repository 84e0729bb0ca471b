//! The brake of BIL-16: a run that would cut unusually many stops before RADIUS does it either, asks, and goes on with
//! whom a person releases, once.

use crate::seed::{customer, package};
use domain::CustomerId;
use domain::customers::Paging;
use domain::dunning::BrakeCause;
use services::Error;
use services::billing::{Suspended, run_billing, suspend_overdue};
use services::dunning::{BrakeChoice, brake, brakes, decide, open_brake};
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

/// 20 customers, of whom all but `unpaid` have paid the bill that cuts at the start of 12 November in Dhaka.
async fn with_unpaid(unpaid: usize) -> (World, Vec<CustomerId>) {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let package = package(services, admin, "Home 10", "1000").await;
    let mut all = Vec::new();
    for n in 0..20 {
        all.push(customer(services, admin, package, &format!("user{n}")).await);
    }
    run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    for (n, id) in all.iter().enumerate().skip(unpaid) {
        let form = PaymentForm {
            amount: "1000".into(),
            method: "cash".into(),
            note: String::new(),
            key: format!("payment-{n}"),
            ..PaymentForm::default()
        };
        take_payment(services, admin, *id, &form).await.unwrap();
    }
    all.truncate(unpaid);
    (world, all)
}

async fn run_at(world: &World, instant: &str) -> Suspended {
    world.clock.set(instant.parse().unwrap());
    suspend_overdue(&world.services, &world.padma.admin).await.unwrap()
}

/// Lines that RADIUS would not let up at this moment.
async fn down(world: &World, all: &[CustomerId]) -> usize {
    let now = world.services.now();
    let mut count = 0;
    for id in all {
        let line = services::customers::customer(&world.services, &world.padma.admin, *id).await.unwrap().services.remove(0);
        count += usize::from(!line.blocks.is_empty() || line.cutoff_at.is_some_and(|at| at <= now));
    }
    count
}

#[tokio::test]
async fn a_fifth_goes_through() {
    let (world, all) = with_unpaid(4).await;
    assert_eq!(run_at(&world, "2026-11-11T18:00:00Z").await, Suspended { lines: 4, held: 0 });
    assert_eq!(down(&world, &all).await, 4);
    assert!(open_brake(&world.services, &world.padma.admin).await.unwrap().is_none());
}

#[tokio::test]
async fn more_than_a_fifth_stops_before_the_instant_and_asks() {
    let (world, all) = with_unpaid(6).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    assert_eq!(run_at(&world, "2026-11-11T17:10:00Z").await, Suspended { lines: 0, held: 6 });
    world.clock.set("2026-11-11T18:05:00Z".parse().unwrap());
    assert_eq!(down(&world, &all).await, 0, "RADIUS waits for the decision too");
    let row = open_brake(services, admin).await.unwrap().unwrap();
    assert_eq!((row.would_suspend, row.active_base, row.cause), (6, 20, BrakeCause::Share));
    assert_eq!(brake(services, admin, row.id, Paging::new(1, 25)).await.unwrap().1.total, 6);
    assert_eq!(run_at(&world, "2026-11-11T18:10:00Z").await, Suspended { lines: 0, held: 0 }, "and goes on waiting");

    // One pays meanwhile; all are released.
    let form = PaymentForm {
        amount: "1000".into(),
        method: "cash".into(),
        note: String::new(),
        key: "while-held".into(),
        ..PaymentForm::default()
    };
    take_payment(services, admin, all[0], &form).await.unwrap();
    decide(services, admin, row.id, &BrakeChoice::All, None, "the list is right").await.unwrap();
    assert_eq!(run_at(&world, "2026-11-11T18:20:00Z").await, Suspended { lines: 5, held: 0 });
    assert_eq!(down(&world, &all).await, 5);
    assert_eq!(down(&world, &all[..1]).await, 0, "who paid stays up");
    let again = decide(services, admin, row.id, &BrakeChoice::All, None, "again").await;
    assert!(matches!(again, Err(Error::Conflict(problem)) if problem.key == "problem-brake-decided"));
    assert_eq!(brakes(services, admin).await.unwrap()[0].state, "released");
}

#[tokio::test]
async fn a_part_is_released_and_the_rest_is_asked_about_again() {
    let (world, all) = with_unpaid(8).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    assert_eq!(run_at(&world, "2026-11-11T18:00:00Z").await.held, 8);
    let row = open_brake(services, admin).await.unwrap().unwrap();
    let nobody = BrakeChoice::Some(Vec::new());
    assert!(matches!(decide(services, admin, row.id, &nobody, None, "").await, Err(Error::Invalid(problems)) if problems.len() == 2));
    let chosen = BrakeChoice::Some(all[..2].to_vec());
    decide(services, admin, row.id, &chosen, Some("2026-11-15".parse().unwrap()), "the bank was down").await.unwrap();
    assert_eq!(run_at(&world, "2026-11-11T18:10:00Z").await, Suspended { lines: 2, held: 0 });
    assert_eq!((down(&world, &all[..2]).await, down(&world, &all[2..]).await), (2, 0));
    assert_eq!(run_at(&world, "2026-11-14T16:00:00Z").await, Suspended::default());
    assert_eq!(run_at(&world, "2026-11-14T18:00:00Z").await.held, 6, "their day has come");
}

#[tokio::test]
async fn a_dismissed_run_cuts_nobody_and_needs_the_right() {
    let (world, all) = with_unpaid(7).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    run_at(&world, "2026-11-11T18:00:00Z").await;
    let row = open_brake(services, admin).await.unwrap().unwrap();
    let clerk = domain::people::Caller {
        role: domain::people::Role::Staff,
        grants: vec![domain::rights::Permission::BillingView, domain::rights::Permission::CustomersSuspend],
        ..admin.clone()
    };
    assert!(matches!(decide(services, &clerk, row.id, &BrakeChoice::Nobody, None, "no").await, Err(Error::Denied(_))));
    let sibling = decide(services, &world.meghna.admin, row.id, &BrakeChoice::All, None, "not mine").await;
    assert!(matches!(sibling, Err(Error::NotFound)));
    decide(services, admin, row.id, &BrakeChoice::Nobody, None, "a wrong import").await.unwrap();
    assert_eq!(run_at(&world, "2026-11-12T04:00:00Z").await, Suspended::default());
    assert_eq!(down(&world, &all).await, 0);
}
