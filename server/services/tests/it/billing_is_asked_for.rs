//! A person asks for a billing run on the screen: the run can be seen at once, the queue does the work, and asking again
//! never bills anybody twice.

use crate::seed::{customer, package};
use domain::people::{Caller, Role};
use services::Error;
use services::billing::{request_run, run, run_billing};
use testkit::world;

const NOW: &str = "2026-11-01T04:00:00Z";

#[tokio::test]
async fn the_run_is_there_at_once_and_goes_on_until_it_is_done() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let package = package(services, admin, "Home 10", "1000").await;
    for n in 0..3 {
        customer(services, admin, package, &format!("user{n}")).await;
    }
    let today = "2026-11-01".parse().unwrap();
    let asked = request_run(services, admin, today).await.unwrap();
    assert_eq!(request_run(services, admin, today).await.unwrap(), asked);
    let (row, left) = run(services, admin, asked).await.unwrap();
    assert_eq!((row.state.as_str(), row.invoices, left), ("running", 0, 3));

    assert_eq!(run_billing(services, admin, today).await.unwrap().0, asked);
    let (row, left) = run(services, admin, asked).await.unwrap();
    assert_eq!((row.state.as_str(), row.invoices, left), ("done", 3, 0));

    request_run(services, admin, today).await.unwrap();
    let (row, _) = run(services, admin, asked).await.unwrap();
    assert_eq!((row.state.as_str(), row.finished_at), ("running", None));
    assert_eq!(run_billing(services, admin, today).await.unwrap().1.invoices, 0);
    let (row, _) = run(services, admin, asked).await.unwrap();
    assert_eq!((row.state.as_str(), row.invoices), ("done", 3));
}

#[tokio::test]
async fn not_for_a_day_to_come_not_without_the_right_not_for_a_stranger() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let tomorrow = "2026-11-02".parse().unwrap();
    match request_run(services, admin, tomorrow).await {
        Err(Error::Invalid(problems)) => assert_eq!(problems[0].key, "problem-billing-future"),
        other => panic!("{other:?}"),
    }
    let today = "2026-11-01".parse().unwrap();
    let staff = Caller { role: Role::Staff, ..admin.clone() };
    assert!(matches!(request_run(services, &staff, today).await, Err(Error::Denied(_))));
    let asked = request_run(services, admin, today).await.unwrap();
    assert!(matches!(run(services, &world.meghna.admin, asked).await, Err(Error::NotFound)));
}
