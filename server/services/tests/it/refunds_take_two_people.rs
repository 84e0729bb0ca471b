//! A refund above the limit waits for a second person, three days at most, and is checked again when it is granted
//! (SEC-17).

use crate::seed::{customer, package, set};
use domain::corrections::{ApprovalState, Decision};
use domain::customers::Paging;
use domain::people::{Actor, Caller, Role};
use domain::rights::Permission;
use domain::settings::Key;
use domain::{AccountId, ApprovalId, CustomerId};
use services::Error;
use services::corrections::*;
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};
use uuid::Uuid;

fn person(world: &World, name: &str, grants: &[Permission]) -> Caller {
    let actor = Actor::Account { id: AccountId(Uuid::now_v7()), name: name.into() };
    Caller { actor, role: Role::Staff, grants: grants.to_vec(), ..world.padma.admin.clone() }
}

/// Somebody with 9,000 ahead.
async fn ahead() -> (World, CustomerId) {
    let world = world("2026-11-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let id = customer(&world.services, &world.padma.admin, package, "rahim").await;
    let form = PaymentForm { amount: "9000".into(), method: "bank".into(), key: "counter-1".into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, id, &form).await.unwrap();
    (world, id)
}

fn give(amount: &str, key: &str) -> RefundForm {
    RefundForm { amount: amount.into(), method: "bank".into(), reason: "he moves away".into(), key: key.into(), ..Default::default() }
}

async fn credit(world: &World, id: CustomerId) -> i64 {
    services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap().credit.minor
}

async fn ask(world: &World, maker: &Caller, id: CustomerId, key: &str) -> ApprovalId {
    match refund(&world.services, maker, id, &give("6000", key)).await.unwrap() {
        RefundOutcome::Waiting(id) => id,
        paid => panic!("{paid:?}"),
    }
}

#[tokio::test]
async fn a_small_refund_is_paid_and_a_large_one_waits() {
    let (world, id) = ahead().await;
    let services = &world.services;
    let maker = person(&world, "Maker", &[Permission::PaymentsRefund, Permission::PaymentsRefundApprove]);
    let checker = person(&world, "Checker", &[Permission::PaymentsRefundApprove]);
    assert!(matches!(refund(services, &maker, id, &give("1000", "refund-0001")).await.unwrap(), RefundOutcome::Paid(_)));
    let request = ask(&world, &maker, id, "refund-0002").await;
    assert_eq!(ask(&world, &maker, id, "refund-0002").await, request, "the same form asks once");
    assert_eq!(credit(&world, id).await, 800_000);
    let own = decide(services, &maker, request, Decision::Approve).await;
    assert!(matches!(own, Err(Error::Conflict(problem)) if problem.key == "problem-approval-same-person"));
    let blind = decide(services, &person(&world, "Clerk", &[]), request, Decision::Approve).await;
    assert!(matches!(blind, Err(Error::Denied(_))));
    assert!(matches!(decide(services, &world.meghna.admin, request, Decision::Approve).await, Err(Error::NotFound)));
    decide(services, &checker, request, Decision::Approve).await.unwrap();
    assert_eq!(credit(&world, id).await, 200_000);
    let twice = decide(services, &checker, request, Decision::Approve).await;
    assert!(matches!(twice, Err(Error::Conflict(problem)) if problem.key == "problem-approval-decided"));
    let page = approvals(services, &checker, false, Paging::new(1, 50)).await.unwrap();
    assert_eq!((page.total, page.rows[0].state, page.rows[0].checker_name.as_deref()), (1, ApprovalState::Approved, Some("Checker")));
    assert!(services::ledger::verify(services, &world.padma.admin).await.unwrap().is_clean());
}

#[tokio::test]
async fn after_three_days_nobody_can_grant_it() {
    let (world, id) = ahead().await;
    let maker = person(&world, "Maker", &[Permission::PaymentsRefund]);
    let request = ask(&world, &maker, id, "refund-0001").await;
    world.clock.set("2026-11-04T04:00:00Z".parse().unwrap());
    let late = decide(&world.services, &world.padma.admin, request, Decision::Approve).await;
    assert!(matches!(late, Err(Error::Conflict(problem)) if problem.key == "problem-approval-expired"));
    assert_eq!(approvals(&world.services, &maker, true, Paging::new(1, 50)).await.unwrap().total, 0);
    assert_eq!(credit(&world, id).await, 900_000);
}

#[tokio::test]
async fn money_that_is_gone_by_then_is_not_paid() {
    let (world, id) = ahead().await;
    let maker = person(&world, "Maker", &[Permission::PaymentsRefund]);
    let request = ask(&world, &maker, id, "refund-0001").await;
    refund(&world.services, &maker, id, &give("4000", "refund-0002")).await.unwrap();
    let gone = decide(&world.services, &world.padma.admin, request, Decision::Approve).await;
    assert!(matches!(gone, Err(Error::Invalid(problems)) if problems[0].key == "problem-refund-exceeds"));
    assert_eq!(approvals(&world.services, &maker, true, Paging::new(1, 50)).await.unwrap().total, 1, "it still waits");
    decide(&world.services, &maker, request, Decision::Reject).await.unwrap();
    assert_eq!(credit(&world, id).await, 500_000);
}

#[tokio::test]
async fn the_limit_is_the_isps_own() {
    let (world, id) = ahead().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    set(services, admin, Key::RefundLimit, "100").await.unwrap();
    assert!(matches!(refund(services, admin, id, &give("100.01", "refund-0001")).await.unwrap(), RefundOutcome::Waiting(_)));
    assert!(matches!(refund(services, admin, id, &give("100", "refund-0002")).await.unwrap(), RefundOutcome::Paid(_)));
    assert!(matches!(set(services, admin, Key::RefundLimit, "-5").await, Err(Error::Invalid(_))));
}
