//! The first page of everybody shows what is his to do and nothing else: a seller his own debtors, the network desk the
//! names that are refused and the servers that are silent, the counter its drawer.

use crate::seed::{customer, package};
use crate::staff::{Office, form, office};
use chrono::{DateTime, TimeDelta, Utc};
use domain::people::{Caller, Role};
use domain::radius::{NasForm, Outcome};
use domain::rights::Permission as P;
use domain::{CustomerId, NasId};
use services::billing::run_billing;
use services::dashboard::{Work, work};
use services::payments::{PaymentForm, take_payment};
use storage::radius::attempts::{Attempt, record};

struct Stage {
    office: Office,
    seller: Caller,
    rahim: CustomerId,
    karim: CustomerId,
}

/// Rahim is the seller's, Karim the house's; both have a bill of 1 November, due on the 8th.
async fn stage() -> Stage {
    let office = office().await;
    let services = &office.world.services;
    let (.., seller) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let home = package(services, &office.boss, "Home 10", "1000").await;
    let rahim = customer(services, &seller, home, "rahim").await;
    let karim = customer(services, &office.boss, home, "karim").await;
    run_billing(services, &office.boss, "2026-11-01".parse().unwrap()).await.unwrap();
    Stage { office, seller, rahim, karim }
}

impl Stage {
    async fn work(&self, caller: &Caller) -> Work {
        work(&self.office.world.services, caller).await.unwrap()
    }

    async fn debtors(&self, caller: &Caller) -> Vec<CustomerId> {
        self.work(caller).await.debtors.unwrap().0.iter().map(|debtor| debtor.customer_id).collect()
    }

    /// Staff of the house with these rights.
    fn staff(&self, grants: &[P]) -> Caller {
        Caller { role: Role::Staff, grants: grants.to_vec(), ..self.office.boss.clone() }
    }

    async fn tried(&self, nas: NasId, username: &str, outcome: Outcome, at: DateTime<Utc>) {
        let services = &self.office.world.services;
        let reason = if outcome == Outcome::Reject { "wrong_password" } else { "" };
        let attempt = Attempt { at, nas_id: nas, username: username.into(), service_id: None, mac: None, outcome, reason };
        let mut tx = services.begin(&self.office.boss).await.unwrap();
        record(&mut tx, &[attempt]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn each_asks_his_own_subscribers_for_money_and_those_who_paid_are_left_alone() {
    let stage = stage().await;
    let clock = &stage.office.world.clock;
    clock.set("2026-11-08T04:00:00Z".parse().unwrap());
    assert!(stage.debtors(&stage.office.boss).await.is_empty(), "on its last day a bill is not overdue");
    clock.set("2026-11-09T04:00:00Z".parse().unwrap());
    assert_eq!(stage.debtors(&stage.seller).await, [stage.rahim]);
    let mut all = stage.debtors(&stage.office.boss).await;
    all.sort_unstable();
    let mut both = [stage.rahim, stage.karim];
    both.sort_unstable();
    assert_eq!(all, both);
    let form = PaymentForm { amount: "1000".into(), method: "cash".into(), key: "counter-1".into(), ..Default::default() };
    take_payment(&stage.office.world.services, &stage.office.boss, stage.karim, &form).await.unwrap();
    assert_eq!(stage.debtors(&stage.office.boss).await, [stage.rahim]);
}

#[tokio::test]
async fn who_does_not_come_in_is_shown_until_he_does() {
    let stage = stage().await;
    let (services, boss) = (&stage.office.world.services, &stage.office.boss);
    let nas = services::radius::create_nas(
        services,
        boss,
        &NasForm { name: "Core".into(), address: "10.9.0.1".into(), secret: "a-secret-of-some-length".into(), ..NasForm::default() },
    )
    .await
    .unwrap()
    .id;
    let now = services.now();
    for (name, outcome, minutes) in [
        ("Rahim", Outcome::Reject, 9),
        ("rahim", Outcome::Reject, 5),
        ("karim", Outcome::Reject, 8),
        ("karim", Outcome::Accept, 2),
        ("nobody", Outcome::Reject, 3),
        ("yesterday", Outcome::Reject, 61),
    ] {
        stage.tried(nas, name, outcome, now - TimeDelta::minutes(minutes)).await;
    }
    let refused = stage.work(boss).await.refused.unwrap();
    let said: Vec<_> = refused.iter().map(|name| (name.username.to_lowercase(), name.times, name.customer_id)).collect();
    assert_eq!(said, [("nobody".into(), 1, None), ("rahim".into(), 2, Some(stage.rahim))]);
    assert_eq!(refused[1].reason, "wrong_password");
    let his = stage.work(&stage.seller).await.refused.unwrap();
    assert_eq!(his.iter().map(|name| name.customer_id).collect::<Vec<_>>(), [Some(stage.rahim)], "no name that is not his");
    let server = &stage.work(boss).await.servers.unwrap()[0];
    assert!(server.silent && server.nas.last_seen.is_none(), "it has never been heard");
}

#[tokio::test]
async fn nobody_is_shown_what_is_not_his_to_do() {
    let stage = stage().await;
    let desk = stage.work(&stage.staff(&[P::CashDesk])).await;
    assert!(desk.desk.is_some() && desk.debtors.is_none() && desk.refused.is_none() && desk.servers.is_none() && desk.tasks.is_none());
    let network = stage.work(&stage.staff(&[P::NetworkView, P::SessionsView])).await;
    assert!(network.servers.is_some() && network.refused.is_some() && network.debtors.is_none() && network.desk.is_none());
    assert!(stage.work(&stage.staff(&[P::PaymentsReceive])).await.debtors.is_none(), "he could not open whom it names");
    assert!(stage.work(&stage.staff(&[])).await.is_nobodys());
    let (.., distributor) = stage.office.hire(&stage.office.boss, &form(Role::CardDistributor, "cards")).await;
    assert!(stage.work(&distributor).await.is_nobodys());
}
