//! What is said about an unpaid bill: each step once, in the right hours, by whichever way somebody can be reached, and
//! nothing more from the moment it is paid (BIL-15, NOT-02, NOT-05).

use crate::seed::{customer, package};
use domain::customers::Paging;
use domain::dunning::{MessageRow, PlanForm, StepForm};
use domain::messages::Template;
use domain::{CustomerId, DunningPlanId};
use services::Error;
use services::billing::run_billing;
use services::dunning::{Told, close_task, exempt, run_steps, save_plan, tasks};
use services::messages::{MessageFilter, messages, save_text, texts};
use services::payments::{PaymentForm, take_payment};
use testkit::{World, world};

fn step(day: &str, action: &str) -> StepForm {
    let template = if day.starts_with('-') { "due-soon" } else { "overdue" };
    StepForm { day: day.into(), action: action.into(), template: template.into(), channels: "sms,email".into() }
}

/// One bill of 1,000 due on 8 November, and a plan of -3, -1, 0 (call), 1 and 3.
async fn billed() -> (World, CustomerId, DunningPlanId) {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let package = package(services, admin, "Home 10", "1000").await;
    let id = customer(services, admin, package, "rahim").await;
    run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let steps = vec![step("-3", "message"), step("-1", "message"), step("0", "call"), step("1", "message"), step("3", "message")];
    let plan = save_plan(services, admin, None, &PlanForm { name: "Usual".into(), steps, ..PlanForm::default() }).await.unwrap();
    (world, id, plan)
}

/// The jobs of eight and nine o'clock of a day, run at nine in Dhaka.
async fn morning(world: &World, day: &str) -> Told {
    world.clock.set(format!("{day}T03:00:00Z").parse().unwrap());
    let day = day.parse().unwrap();
    let before = run_steps(&world.services, &world.padma.admin, day, true).await.unwrap();
    let after = run_steps(&world.services, &world.padma.admin, day, false).await.unwrap();
    Told { messages: before.messages + after.messages, tasks: before.tasks + after.tasks, steps: before.steps + after.steps }
}

async fn outbox(world: &World, state: &str) -> Vec<MessageRow> {
    let filter = MessageFilter { state: Some(state.into()), ..MessageFilter::default() };
    messages(&world.services, &world.padma.admin, &filter, Paging::new(1, 200)).await.unwrap().rows
}

fn cash(amount: &str) -> PaymentForm {
    PaymentForm {
        amount: amount.into(),
        method: "cash".into(),
        note: String::new(),
        key: format!("payment-of-{amount}"),
        ..PaymentForm::default()
    }
}

#[tokio::test]
async fn each_step_is_done_once_and_the_last_unsaid_one_is_cancelled_by_payment() {
    let (world, id, plan) = billed().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    assert_eq!(morning(&world, "2026-11-04").await, Told::default());
    assert_eq!(morning(&world, "2026-11-05").await, Told { messages: 1, tasks: 0, steps: 1 });
    assert_eq!(morning(&world, "2026-11-05").await, Told::default(), "once");
    // The plan is written anew; what was done stays done.
    let steps = vec![step("-3", "message"), step("0", "call"), step("1", "message")];
    save_plan(services, admin, Some(plan), &PlanForm { name: "Other".into(), steps, version: "1".into(), ..PlanForm::default() })
        .await
        .unwrap();
    assert_eq!(morning(&world, "2026-11-05").await, Told::default());
    assert_eq!(morning(&world, "2026-11-08").await, Told { messages: 0, tasks: 1, steps: 1 });
    assert_eq!(morning(&world, "2026-11-09").await.messages, 1);

    let queued = outbox(&world, "queued").await;
    assert_eq!(queued.len(), 2);
    assert!(queued[0].body.contains("BDT 1,000.00") && queued[0].body.contains("INV-2026-00001"), "{}", queued[0].body);
    assert_eq!((queued[0].recipient.as_str(), queued[0].parts), ("+8801711123456", 1));
    take_payment(services, admin, id, &cash("400")).await.unwrap();
    assert_eq!(outbox(&world, "queued").await.len(), 2, "a part is not enough");
    take_payment(services, admin, id, &cash("600")).await.unwrap();
    let cancelled = outbox(&world, "cancelled").await;
    assert_eq!((cancelled.len(), cancelled[0].cancel_reason.as_deref()), (2, Some("paid")));
    assert_eq!(tasks(services, admin, Paging::new(1, 25)).await.unwrap().total, 0, "nobody calls who has been paid");
    assert_eq!(morning(&world, "2026-11-11").await, Told::default());
}

#[tokio::test]
async fn after_days_of_downtime_each_day_is_done_and_only_the_last_word_is_said() {
    let (world, ..) = billed().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    world.clock.set("2026-11-11T03:00:00Z".parse().unwrap());
    let mut told = Told::default();
    for day in 5..=11 {
        let day = format!("2026-11-{day:02}").parse().unwrap();
        for before in [true, false] {
            let done = run_steps(services, admin, day, before).await.unwrap();
            told = Told { messages: told.messages + done.messages, tasks: told.tasks + done.tasks, steps: told.steps + done.steps };
        }
    }
    assert_eq!(told, Told { messages: 1, tasks: 1, steps: 5 });
    let early = run_steps(services, admin, "2026-11-12".parse().unwrap(), false).await;
    assert!(matches!(early, Err(Error::Invalid(_))), "no step is done before its day");
}

#[tokio::test]
async fn what_is_due_in_the_quiet_hours_waits_for_the_morning() {
    let (world, ..) = billed().await;
    // 23:30 in Dhaka on the 5th.
    world.clock.set("2026-11-05T17:30:00Z".parse().unwrap());
    run_steps(&world.services, &world.padma.admin, "2026-11-05".parse().unwrap(), true).await.unwrap();
    assert_eq!(outbox(&world, "queued").await[0].not_before, "2026-11-06T02:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
}

#[tokio::test]
async fn who_is_exempt_or_cannot_be_reached_is_noted_and_left_alone() {
    let (world, id, _) = billed().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    exempt(services, admin, id, "a school", None).await.unwrap();
    assert_eq!(morning(&world, "2026-11-05").await, Told { messages: 0, tasks: 0, steps: 1 });
    services::dunning::lift_exemption(services, admin, id).await.unwrap();
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update customer set mobile = null").execute(&mut raw).await.unwrap();
    assert_eq!(morning(&world, "2026-11-07").await, Told { messages: 0, tasks: 0, steps: 1 });
    sqlx::query("update customer set email = 'rahim@example.com'").execute(&mut raw).await.unwrap();
    assert_eq!(morning(&world, "2026-11-09").await.messages, 1);
    let sent = outbox(&world, "queued").await.remove(0);
    assert_eq!((sent.channel.as_str(), sent.recipient.as_str()), ("email", "rahim@example.com"));
    let seen = services::dunning::customer_dunning(services, admin, id).await.unwrap();
    assert_eq!(seen.steps.iter().rev().map(|step| step.result.as_str()).collect::<Vec<_>>(), ["exempt", "no_address", "done"]);
    // The journal of steps cannot be rewritten.
    assert!(sqlx::query("update dunning_event set result = 'done'").execute(&mut raw).await.is_err());
}

#[tokio::test]
async fn an_isps_own_words_are_checked_and_used() {
    let (world, ..) = billed().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let broken = save_text(services, admin, Template::DueSoon, "en", "Pay {amout} now", 0).await;
    assert!(matches!(broken, Err(Error::Invalid(problems)) if problems[0].args[0].1 == "amout"));
    save_text(services, admin, Template::DueSoon, "en", "{name}: {amount} by {due_date}", 0).await.unwrap();
    let stale = save_text(services, admin, Template::DueSoon, "en", "other", 0).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "somebody else was faster");
    morning(&world, "2026-11-05").await;
    assert_eq!(outbox(&world, "queued").await[0].body, "Customer rahim: BDT 1,000.00 by 8 Nov 2026");
    for text in texts(services, admin).await.unwrap() {
        assert!(!text.example.contains(['{', '}']) && text.example.len() > 20, "{text:?}");
        assert!(domain::messages::check(text.template, &text.body).is_ok(), "{text:?}");
        assert_eq!(text.parts.gsm, text.language == "en", "{text:?}");
    }
}

#[tokio::test]
async fn a_call_is_made_once() {
    let (world, ..) = billed().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    morning(&world, "2026-11-08").await;
    let open = tasks(services, admin, Paging::new(1, 25)).await.unwrap();
    assert_eq!((open.total, open.rows[0].kind.as_str()), (1, "call"));
    assert!(matches!(close_task(services, &world.meghna.admin, open.rows[0].id, "").await, Err(Error::NotFound)));
    close_task(services, admin, open.rows[0].id, "pays tomorrow").await.unwrap();
    assert!(matches!(close_task(services, admin, open.rows[0].id, "").await, Err(Error::NotFound)));
}
