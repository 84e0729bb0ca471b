//! Due date, grace, suspension and back: in the ISP's own days, and only for the reason that money removes (BIL-17).

use crate::seed::{customer, package};
use domain::ServiceId;
use domain::customers::{BlockReason, LineState, ServiceDetail};
use services::billing::{run_billing, suspend_overdue};
use services::customers::{resume_service, suspend_service};
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

async fn line(world: &World, id: domain::CustomerId) -> ServiceDetail {
    services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap().services.remove(0)
}

async fn billed() -> (World, domain::CustomerId, ServiceId) {
    let world = world("2026-11-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let id = customer(&world.services, &world.padma.admin, package, "rahim").await;
    run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let service = line(&world, id).await.id;
    (world, id, service)
}

async fn at(world: &World, instant: &str) -> usize {
    world.clock.set(instant.parse().unwrap());
    suspend_overdue(&world.services, &world.padma.admin).await.unwrap().lines
}

#[tokio::test]
async fn the_last_day_of_grace_is_still_good_in_the_isps_zone() {
    let (world, id, _) = billed().await;
    // Billed 1 Nov, due 8 Nov, grace to the end of 11 Nov in Dhaka: 18:00 UTC.
    assert_eq!(line(&world, id).await.cutoff_at, Some("2026-11-11T18:00:00Z".parse().unwrap()));
    assert_eq!(at(&world, "2026-11-11T17:59:59Z").await, 0);
    assert_eq!(line(&world, id).await.state, LineState::Active);
    assert_eq!(at(&world, "2026-11-11T18:00:00Z").await, 1);
    assert_eq!(line(&world, id).await.state, LineState::Suspended);
    assert_eq!(at(&world, "2026-11-11T18:10:00Z").await, 0, "a second run changes nothing");
}

#[tokio::test]
async fn payment_lifts_the_reason_it_can_lift_and_no_other() {
    let (world, id, service) = billed().await;
    at(&world, "2026-11-12T00:00:00Z").await;
    suspend_service(&world.services, &world.padma.admin, service, BlockReason::Abuse, "open mail relay").await.unwrap();
    let part = PaymentForm {
        amount: "999.99".into(),
        method: "cash".into(),
        note: String::new(),
        key: "part-payment".into(),
        ..Default::default()
    };
    take_payment(&world.services, &world.padma.admin, id, &part).await.unwrap();
    let reasons = |line: &ServiceDetail| line.blocks.iter().map(|(reason, _)| *reason).collect::<Vec<_>>();
    assert_eq!(reasons(&line(&world, id).await), [BlockReason::Abuse, BlockReason::NonPayment], "a part is not enough");
    let rest = PaymentForm { amount: "0.01".into(), key: "the-rest".into(), ..part };
    take_payment(&world.services, &world.padma.admin, id, &rest).await.unwrap();
    let down = line(&world, id).await;
    assert_eq!((reasons(&down), down.state), (vec![BlockReason::Abuse], LineState::Suspended));
    resume_service(&world.services, &world.padma.admin, service, BlockReason::Abuse).await.unwrap();
    let up = line(&world, id).await;
    assert_eq!(up.state, LineState::Active);
    // Paid to the end of November; the next bill would be due on 8 December with three days of grace.
    assert_eq!(up.cutoff_at, Some("2026-12-11T18:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn three_days_of_downtime_suspend_whoever_is_due_and_nobody_else() {
    let (world, id, _) = billed().await;
    let package = package(&world.services, &world.padma.admin, "Home 20", "2000").await;
    let paid = customer(&world.services, &world.padma.admin, package, "karim").await;
    run_billing(&world.services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let form =
        PaymentForm { amount: "2000".into(), method: "bank".into(), note: String::new(), key: "in-full-1".into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, paid, &form).await.unwrap();
    assert_eq!(at(&world, "2026-11-15T00:00:00Z").await, 1);
    assert_eq!(line(&world, id).await.state, LineState::Suspended);
    assert_eq!(line(&world, paid).await.state, LineState::Active);
}

#[tokio::test]
async fn a_person_cannot_set_the_reason_that_billing_sets() {
    let (world, _, service) = billed().await;
    let set = suspend_service(&world.services, &world.padma.admin, service, BlockReason::NonPayment, "because").await;
    assert!(matches!(set, Err(services::Error::Invalid(_))));
    let without_reason = suspend_service(&world.services, &world.padma.admin, service, BlockReason::Admin, " ").await;
    assert!(matches!(without_reason, Err(services::Error::Invalid(_))));
}
