//! Cash desks (PAY-17): two people say the same figure or nothing moves, whatever happens at the same moment.

use crate::seed::{customer, package};
use domain::cash::HandOverState;
use domain::people::{Actor, Caller, Role};
use domain::rights::Permission;
use domain::{AccountId, CustomerId};
use services::cash::{CloseForm, HandOverForm, MoveForm, agree, close_day, count, desk, drawers, hand_overs, move_cash, propose, withdraw};
use services::payments::{PaymentForm, take_payment};
use services::{Error, Services};
use storage::accounts::NewAccount;
use testkit::{World, world};
use uuid::Uuid;

/// Somebody of padma's staff with an account and these keys.
pub async fn person(world: &World, name: &'static str, grants: &[Permission]) -> Caller {
    let id = AccountId(Uuid::now_v7());
    let mut tx = world.services.begin(&world.padma.admin).await.unwrap();
    let account = NewAccount {
        id,
        role: Role::Staff,
        name,
        email: None,
        username: Some(name),
        mobile: None,
        password_hash: "-",
        customer_id: None,
        grants,
    };
    storage::accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    Caller { actor: Actor::Account { id, name: name.into() }, role: Role::Staff, grants: grants.to_vec(), ..world.padma.admin.clone() }
}

struct Stage {
    world: World,
    collector: Caller,
    cashier: Caller,
    payer: CustomerId,
}

fn id(caller: &Caller) -> Uuid {
    caller.actor_id().unwrap()
}

async fn stage() -> Stage {
    let world = world("2026-11-01T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let payer = customer(&world.services, &world.padma.admin, package, "rahim").await;
    let collector = person(&world, "collector", &[Permission::CashDesk, Permission::PaymentsReceive]).await;
    let cashier = person(&world, "cashier", &[Permission::CashDesk]).await;
    Stage { world, collector, cashier, payer }
}

impl Stage {
    fn services(&self) -> &Services {
        &self.world.services
    }

    async fn receipt(&self, amount: &str, key: &str) {
        let form = PaymentForm { amount: amount.into(), method: "cash".into(), key: key.into(), ..PaymentForm::default() };
        take_payment(self.services(), &self.collector, self.payer, &form).await.unwrap();
    }

    async fn hand(&self, amount: &str, key: &str) -> Result<Uuid, Error> {
        let form = HandOverForm { receiver_id: id(&self.cashier).to_string(), amount: amount.into(), note: String::new(), key: key.into() };
        propose(self.services(), &self.collector, &form).await
    }

    async fn balance(&self, of: &Caller) -> i64 {
        desk(self.services(), of, None).await.unwrap().drawer.balance.minor
    }

    async fn account(&self, code: &str) -> i64 {
        let lines = services::ledger::trial_balance(self.services(), &self.world.padma.admin).await.unwrap();
        lines.iter().filter(|line| line.account == code).map(|line| line.debit.minor - line.credit.minor).sum()
    }

    async fn books_agree(&self) {
        let report = services::ledger::verify(self.services(), &self.world.padma.admin).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid(problems)) => problems[0].key.clone(),
        Err(Error::Conflict(problem)) => problem.key,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_collector_hands_over_and_both_confirm() {
    let stage = stage().await;
    stage.receipt("1500", "counter-1").await;
    assert_eq!(stage.balance(&stage.collector).await, 150_000);
    let hand_over = stage.hand("1,200", "hand-over-1").await.unwrap();
    assert_eq!(stage.hand("1,200", "hand-over-1").await.unwrap(), hand_over, "a double press is one promise");
    let seen = desk(stage.services(), &stage.collector, None).await.unwrap();
    assert_eq!((seen.drawer.balance.minor, seen.drawer.promised.minor, seen.drawer.free().minor), (150_000, 120_000, 30_000));
    assert_eq!(seen.people, [(id(&stage.cashier), "cashier".to_string())]);
    assert_eq!(desk(stage.services(), &stage.cashier, None).await.unwrap().incoming.len(), 1);
    let done = count(stage.services(), &stage.cashier, hand_over, "1200", "").await.unwrap();
    assert_eq!(done.state, HandOverState::Confirmed);
    assert_eq!((stage.balance(&stage.collector).await, stage.balance(&stage.cashier).await), (30_000, 120_000));
    assert_eq!(stage.account("cash_difference").await, 0);
    stage.books_agree().await;
}

#[tokio::test]
async fn a_difference_is_its_own_entry_once_both_agree_on_it() {
    let stage = stage().await;
    stage.receipt("1500", "counter-1").await;
    let hand_over = stage.hand("1500", "hand-over-1").await.unwrap();
    let disputed = count(stage.services(), &stage.cashier, hand_over, "1,480", "one note is torn").await.unwrap();
    assert_eq!(disputed.state, HandOverState::Disputed);
    assert_eq!((stage.balance(&stage.collector).await, stage.balance(&stage.cashier).await), (150_000, 0), "nothing moved yet");
    assert_eq!(refusal(agree(stage.services(), &stage.collector, hand_over, "1500").await), "problem-hand-over-changed");
    agree(stage.services(), &stage.collector, hand_over, "1480").await.unwrap();
    assert_eq!((stage.balance(&stage.collector).await, stage.balance(&stage.cashier).await), (0, 148_000));
    assert_eq!(stage.account("cash_difference").await, 2_000);
    assert_eq!(refusal(agree(stage.services(), &stage.collector, hand_over, "1480").await), "problem-hand-over-ended");
    stage.books_agree().await;
    // Somebody who can reach the database itself writes another figure into the hand-over.
    let mut raw = stage.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(stage.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update cash_hand_over set received_minor = 150000").execute(&mut raw).await.unwrap();
    let report = services::ledger::verify(stage.services(), &stage.world.padma.admin).await.unwrap();
    assert_eq!(report.wrong_drawers, [id(&stage.cashier)]);
}

#[tokio::test]
async fn what_is_taken_back_never_moved() {
    let stage = stage().await;
    stage.receipt("1000", "counter-1").await;
    let hand_over = stage.hand("1000", "hand-over-1").await.unwrap();
    withdraw(stage.services(), &stage.collector, hand_over).await.unwrap();
    assert_eq!(refusal(count(stage.services(), &stage.cashier, hand_over, "1000", "").await), "problem-hand-over-ended");
    assert_eq!(stage.balance(&stage.collector).await, 100_000);
    assert_ne!(stage.hand("1000", "hand-over-2").await.unwrap(), hand_over);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_confirm_at_the_same_moment_post_once() {
    let stage = stage().await;
    stage.receipt("1000", "counter-1").await;
    let hand_over = stage.hand("1000", "hand-over-1").await.unwrap();
    count(stage.services(), &stage.cashier, hand_over, "990", "").await.unwrap();
    let mut answers = Vec::new();
    for round in 0..10 {
        let (services, collector, cashier) = (stage.services().clone(), stage.collector.clone(), stage.cashier.clone());
        answers.push(tokio::spawn(async move {
            match round % 2 {
                0 => agree(&services, &collector, hand_over, "990").await.is_ok(),
                _ => count(&services, &cashier, hand_over, "1000", "").await.is_ok_and(|done| done.state == HandOverState::Confirmed),
            }
        }));
    }
    let mut done = 0;
    for answer in answers {
        done += usize::from(answer.await.unwrap());
    }
    assert_eq!(done, 1, "exactly one of them was the second confirmation");
    assert_eq!(stage.balance(&stage.collector).await, 0);
    let received = stage.balance(&stage.cashier).await;
    assert_eq!(received + stage.account("cash_difference").await, 100_000);
    stage.books_agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_go_on_while_cash_is_handed_over() {
    let stage = stage().await;
    stage.receipt("1000", "counter-0").await;
    let hand_over = stage.hand("1000", "hand-over-1").await.unwrap();
    let (services, collector, payer) = (stage.services().clone(), stage.collector.clone(), stage.payer);
    let receipts = tokio::spawn(async move {
        for n in 1..=20 {
            let form = PaymentForm { amount: "10".into(), method: "cash".into(), key: format!("counter-{n}"), ..PaymentForm::default() };
            take_payment(&services, &collector, payer, &form).await.unwrap();
        }
    });
    count(stage.services(), &stage.cashier, hand_over, "1000", "").await.unwrap();
    receipts.await.unwrap();
    assert_eq!((stage.balance(&stage.collector).await, stage.balance(&stage.cashier).await), (20_000, 100_000));
    stage.books_agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_out_more_than_is_in_the_drawer() {
    let stage = stage().await;
    stage.receipt("1000", "counter-1").await;
    assert_eq!(refusal(stage.hand("1000.01", "hand-over-0").await), "problem-drawer-short");
    let mut tries = Vec::new();
    for n in 0..10 {
        let (services, collector) = (stage.services().clone(), stage.collector.clone());
        tries.push(tokio::spawn(async move {
            let form = MoveForm {
                direction: "out".into(),
                counterpart: "bank".into(),
                amount: "400".into(),
                note: "deposit".into(),
                key: format!("move-out-{n}"),
            };
            move_cash(&services, &collector, collector.actor_id().unwrap(), &form).await.is_ok()
        }));
    }
    let mut taken = 0;
    for one in tries {
        taken += usize::from(one.await.unwrap());
    }
    assert_eq!((taken, stage.balance(&stage.collector).await), (2, 20_000));
    assert_eq!(refusal(stage.hand("300", "hand-over-1").await), "problem-drawer-short");
    stage.books_agree().await;
}

#[tokio::test]
async fn a_day_is_closed_with_what_was_counted() {
    let stage = stage().await;
    stage.receipt("1000", "counter-1").await;
    let drawer = id(&stage.collector);
    let close = |counted: &str, book: &str, note: &str| CloseForm { counted: counted.into(), book: book.into(), note: note.into() };
    let services = stage.services();
    assert_eq!(refusal(close_day(services, &stage.collector, drawer, &close("1000", "900.00", "")).await), "problem-drawer-moved");
    assert_eq!(refusal(close_day(services, &stage.collector, drawer, &close("990", "1000.00", "")).await), "problem-difference-note");
    let done = close_day(services, &stage.collector, drawer, &close("990", "1000.00", "ten missing")).await.unwrap();
    assert!(done.entry_id.is_some());
    assert_eq!((stage.balance(&stage.collector).await, stage.account("cash_difference").await), (99_000, 1_000));
    let exact = close_day(services, &stage.collector, drawer, &close("990", "990.00", "")).await.unwrap();
    assert_eq!(exact.entry_id, None);
    assert_eq!(desk(services, &stage.collector, None).await.unwrap().closes.len(), 2);
    stage.books_agree().await;
}

#[tokio::test]
async fn a_drawer_is_its_owners_and_the_managers() {
    let stage = stage().await;
    stage.receipt("1000", "counter-1").await;
    let services = stage.services();
    let theirs = Some(id(&stage.collector));
    assert!(matches!(desk(services, &stage.cashier, theirs).await, Err(Error::Denied(_))));
    assert_eq!(drawers(services, &stage.cashier).await.unwrap().len(), 0);
    assert_eq!(drawers(services, &stage.world.padma.admin).await.unwrap()[0].balance.minor, 100_000);
    assert_eq!(desk(services, &stage.world.padma.admin, theirs).await.unwrap().drawer.balance.minor, 100_000);
    assert!(matches!(desk(services, &stage.world.meghna.admin, theirs).await, Err(Error::NotFound)));
    assert!(matches!(hand_overs(services, &stage.cashier, true).await, Err(Error::Denied(_))));
    let hand_over = stage.hand("500", "hand-over-1").await.unwrap();
    let third = person(&stage.world, "third", &[Permission::CashDesk]).await;
    assert!(matches!(count(services, &third, hand_over, "500", "").await, Err(Error::NotFound)));
    assert_eq!(refusal(count(services, &stage.collector, hand_over, "500", "").await), "problem-hand-over-not-yours");
    assert_eq!(hand_overs(services, &stage.world.padma.admin, true).await.unwrap().len(), 1);
}
