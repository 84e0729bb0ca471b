//! The first steps of a new ISP (SAA-07): each ticks itself from what is there, is left out and brought back, and the list goes
//! when nothing is open.

use crate::seed::{customer, package};
use crate::staff::{an_admin, form, office};
use domain::first_steps::{FirstStep, StepState};
use domain::people::{Caller, Role};
use services::first_steps::{bring_back, first_steps, skip};
use services::{Error, Services};

async fn done(services: &Services, caller: &Caller) -> Vec<FirstStep> {
    let list = first_steps(services, caller).await.unwrap();
    list.steps.into_iter().filter(|(_, state)| *state == StepState::Done).map(|(step, _)| step).collect()
}

#[tokio::test]
async fn each_step_ticks_itself_when_it_is_there() {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    assert_eq!(done(services, boss).await, [FirstStep::BillingProfile], "it comes with the ISP");
    let home = package(services, boss, "Home 10", "1000").await;
    assert!(done(services, boss).await.contains(&FirstStep::Package));
    let nas = domain::NasId(uuid::Uuid::now_v7());
    let mut raw = office.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(boss.isp_id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("insert into nas (isp_id, id, name, address, secret_sealed) values ($1, $2, 'Gate', '192.0.2.9', 'x')")
        .bind(boss.isp_id.0)
        .bind(nas.0)
        .execute(&mut raw)
        .await
        .unwrap();
    assert!(done(services, boss).await.contains(&FirstStep::Router));
    assert!(!done(services, boss).await.contains(&FirstStep::RouterSpeaks), "it was not heard yet");
    sqlx::query("insert into nas_seen (isp_id, nas_id, at) values ($1, $2, $3)")
        .bind(boss.isp_id.0)
        .bind(nas.0)
        .bind(services.now())
        .execute(&mut raw)
        .await
        .unwrap();
    assert!(done(services, boss).await.contains(&FirstStep::RouterSpeaks));
    let rahim = customer(services, boss, home, "rahim").await;
    assert!(done(services, boss).await.contains(&FirstStep::Customers));
    services::billing::run_billing(services, boss, "2026-11-01".parse().unwrap()).await.unwrap();
    assert!(done(services, boss).await.contains(&FirstStep::FirstBill));
    let form =
        services::payments::PaymentForm { amount: "100".into(), method: "cash".into(), key: "first-of-all".into(), ..Default::default() };
    services::payments::take_payment(services, boss, rahim, &form).await.unwrap();
    assert!(done(services, boss).await.contains(&FirstStep::FirstPayment));
    let second = an_admin(&office.world, "second").await;
    assert!(done(services, boss).await.contains(&FirstStep::SecondAdmin));
    for admin in [boss.actor_id().unwrap(), second.0] {
        assert!(!done(services, boss).await.contains(&FirstStep::SecondFactor), "every administrator needs one");
        sqlx::query("insert into second_factor (account_id, seed, confirmed_at, created_at) values ($1, 'x', $2, $2)")
            .bind(admin)
            .bind(services.now())
            .execute(&mut raw)
            .await
            .unwrap();
    }
    let list = first_steps(services, boss).await.unwrap();
    assert_eq!(list.percent, 90, "{list:?}");
    // The sibling ISP has got nowhere by it.
    assert_eq!(done(services, &office.world.meghna.admin).await, [FirstStep::BillingProfile]);
}

#[tokio::test]
async fn what_is_not_wanted_is_left_out_and_comes_back() {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    assert_eq!(first_steps(services, boss).await.unwrap().percent, 10);
    skip(services, boss, Some(FirstStep::Router)).await.unwrap();
    let list = first_steps(services, boss).await.unwrap();
    assert!(list.steps.contains(&(FirstStep::Router, StepState::Skipped)) && list.is_open() && list.percent == 11);
    skip(services, boss, None).await.unwrap();
    let list = first_steps(services, boss).await.unwrap();
    assert!(!list.is_open() && list.has_skipped() && list.percent == 100);
    // Done is done, also where it was left out.
    package(services, boss, "Home 10", "1000").await;
    assert!(done(services, boss).await.contains(&FirstStep::Package));
    bring_back(services, boss).await.unwrap();
    let list = first_steps(services, boss).await.unwrap();
    assert!(list.is_open() && !list.has_skipped());
    assert!(matches!(bring_back(services, boss).await, Err(Error::NotFound)));
    let (_, _, clerk) = office.hire(boss, &form(Role::Staff, "clerk")).await;
    assert!(matches!(first_steps(services, &clerk).await, Err(Error::Denied(_))));
    assert!(matches!(skip(services, &clerk, None).await, Err(Error::Denied(_))));
}
