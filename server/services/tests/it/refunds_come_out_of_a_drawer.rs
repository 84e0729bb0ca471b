//! Cash that is given back comes out of the drawer of who hands it over, never more than is in it; a refund that came
//! back is taken back, by two people where it took two (PAY-17, SEC-17).

use crate::cash_is_handed_over::person;
use crate::seed::{customer, package, set};
use domain::corrections::Decision;
use domain::customers::Paging;
use domain::people::Caller;
use domain::rights::Permission;
use domain::settings::Key;
use domain::{ApprovalId, CustomerId, RefundId};
use services::Error;
use services::cash::desk;
use services::corrections::*;
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

struct Counter {
    world: World,
    clerk: Caller,
    boss: Caller,
    rahim: CustomerId,
}

/// Rahim paid 9,000 ahead to the bank, and the clerk has taken 700 in cash from him.
async fn counter() -> Counter {
    let world = world("2026-11-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let rahim = customer(&world.services, &world.padma.admin, package, "rahim").await;
    let clerk = person(&world, "clerk", &[Permission::PaymentsReceive, Permission::PaymentsRefund, Permission::CashDesk]).await;
    let boss = person(&world, "boss", &[Permission::PaymentsRefundApprove, Permission::PaymentsRefund, Permission::CashDesk]).await;
    for (by, amount, method, key) in [(&world.padma.admin, "9000", "bank", "ahead-0001"), (&clerk, "700", "cash", "ahead-0002")] {
        let form = PaymentForm { amount: amount.into(), method: method.into(), key: key.into(), ..Default::default() };
        take_payment(&world.services, by, rahim, &form).await.unwrap();
    }
    Counter { world, clerk, boss, rahim }
}

impl Counter {
    async fn give(&self, by: &Caller, amount: &str, method: &str, key: &str) -> Result<RefundOutcome, Error> {
        let form = RefundForm {
            amount: amount.into(),
            method: method.into(),
            reason: "he moves away".into(),
            key: key.into(),
            ..Default::default()
        };
        refund(&self.world.services, by, self.rahim, &form).await
    }

    async fn back(&self, by: &Caller, id: RefundId, reason: &str, key: &str) -> Result<RefundOutcome, Error> {
        let form = ReasonForm { reason: reason.into(), key: key.into(), version: 0 };
        reverse_refund(&self.world.services, by, id, &form).await
    }

    /// Of the clerk, of the boss, and what Rahim has ahead.
    async fn stands(&self) -> (i64, i64, i64) {
        let (services, admin) = (&self.world.services, &self.world.padma.admin);
        let clerk = desk(services, &self.clerk, None).await.unwrap().drawer.balance.minor;
        let boss = desk(services, &self.boss, None).await.unwrap().drawer.balance.minor;
        let report = services::ledger::verify(services, admin).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        (clerk, boss, services::customers::customer(services, admin, self.rahim).await.unwrap().credit.minor)
    }
}

fn paid(outcome: RefundOutcome) -> RefundId {
    match outcome {
        RefundOutcome::Paid(id) => id,
        waiting => panic!("{waiting:?}"),
    }
}

fn waiting(outcome: RefundOutcome) -> ApprovalId {
    match outcome {
        RefundOutcome::Waiting(id) => id,
        paid => panic!("{paid:?}"),
    }
}

fn key<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, Vec<(String, String)>) {
    match result {
        Err(Error::Invalid(mut problems)) => {
            let problem = problems.remove(0);
            (problem.key, problem.args)
        }
        Err(Error::Conflict(problem)) => (problem.key, problem.args),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn cash_leaves_the_drawer_and_never_more_than_is_in_it() {
    let counter = counter().await;
    let refused = key(counter.give(&counter.clerk, "700.01", "cash", "refund-0001").await);
    assert_eq!(refused, ("problem-drawer-short".into(), vec![("free".into(), "700.00".into())]));
    assert_eq!(counter.stands().await, (70_000, 0, 970_000), "refused means nothing moved");
    paid(counter.give(&counter.clerk, "200", "cash", "refund-0002").await.unwrap());
    paid(counter.give(&counter.clerk, "200", "cash", "refund-0002").await.unwrap());
    assert_eq!(counter.stands().await, (50_000, 0, 950_000), "the same form pays once");
    // By the bank the drawer has nothing to do with it.
    paid(counter.give(&counter.clerk, "4000", "bank", "refund-0003").await.unwrap());
    assert_eq!(counter.stands().await, (50_000, 0, 550_000));
    let job = Caller::system(counter.world.padma.id, "night");
    assert!(matches!(counter.give(&job, "1", "cash", "refund-0004").await, Err(Error::Denied(Permission::CashDesk))));
}

#[tokio::test]
async fn who_asks_hands_over_the_cash_whoever_agrees() {
    let counter = counter().await;
    let services = &counter.world.services;
    set(services, &counter.world.padma.admin, Key::RefundLimit, "100").await.unwrap();
    let request = waiting(counter.give(&counter.clerk, "600", "cash", "refund-0001").await.unwrap());
    decide(services, &counter.boss, request, Decision::Approve).await.unwrap();
    assert_eq!(counter.stands().await, (10_000, 0, 910_000));
    // Asked for while it was there, granted when it is gone: it goes on waiting.
    let second = waiting(counter.give(&counter.clerk, "100.01", "cash", "refund-0002").await.unwrap());
    assert_eq!(key(decide(services, &counter.boss, second, Decision::Approve).await).0, "problem-drawer-short");
    assert_eq!(approvals(services, &counter.boss, true, Paging::new(1, 25)).await.unwrap().total, 1);
    assert_eq!(counter.stands().await, (10_000, 0, 910_000));
}

#[tokio::test]
async fn a_refund_that_came_back_is_credit_again_and_its_number_stays() {
    let counter = counter().await;
    let id = paid(counter.give(&counter.clerk, "300", "cash", "refund-0001").await.unwrap());
    assert_eq!(key(counter.back(&counter.clerk, id, "", "back-00001").await).0, "problem-reason");
    counter.back(&counter.clerk, id, "the wrong person", "back-00001").await.unwrap();
    counter.back(&counter.clerk, id, "the wrong person", "back-00001").await.unwrap();
    assert_eq!(counter.stands().await, (70_000, 0, 970_000));
    assert_eq!(key(counter.back(&counter.boss, id, "again", "back-00002").await).0, "problem-already-reversed");
    let rows = refunds_of(&counter.world.services, &counter.world.padma.admin, counter.rahim).await.unwrap();
    assert_eq!((rows[0].number.as_str(), rows[0].reversed.as_ref().unwrap().reason.as_str()), ("RFD-2026-00001", "the wrong person"));
    assert!(matches!(counter.back(&counter.world.meghna.admin, id, "a stranger", "back-00003").await, Err(Error::NotFound)));
    let blind = Caller { grants: Vec::new(), ..counter.clerk.clone() };
    assert!(matches!(counter.back(&blind, id, "no right", "back-00004").await, Err(Error::Denied(Permission::PaymentsRefund))));
}

#[tokio::test]
async fn what_took_two_people_takes_two_to_take_back() {
    let counter = counter().await;
    let services = &counter.world.services;
    let request = waiting(counter.give(&counter.clerk, "6000", "bank", "refund-0001").await.unwrap());
    decide(services, &counter.boss, request, Decision::Approve).await.unwrap();
    let id = refunds_of(services, &counter.world.padma.admin, counter.rahim).await.unwrap()[0].id;
    let back = waiting(counter.back(&counter.clerk, id, "the bank sent it back", "back-00001").await.unwrap());
    assert_eq!(counter.stands().await.2, 370_000, "nothing moves before somebody agrees");
    assert_eq!(key(decide(services, &counter.clerk_with_both(), back, Decision::Approve).await).0, "problem-approval-same-person");
    decide(services, &counter.boss, back, Decision::Approve).await.unwrap();
    assert_eq!(counter.stands().await.2, 970_000);
    assert_eq!(key(counter.back(&counter.clerk, id, "once more", "back-00002").await).0, "problem-already-reversed");
}

impl Counter {
    fn clerk_with_both(&self) -> Caller {
        Caller { grants: vec![Permission::PaymentsRefund, Permission::PaymentsRefundApprove], ..self.clerk.clone() }
    }
}
