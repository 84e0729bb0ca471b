//! Whatever a query forgets, one ISP's rows do not exist for another, a reseller's not for his sibling, and a
//! subscriber sees himself (TEN-03).

use crate::seed::{customer, package};
use domain::customers::Paging;
use domain::people::{Actor, Caller, Role};
use services::Error;
use services::billing::run_billing;
use testkit::world;

#[tokio::test]
async fn the_same_name_lives_twice_and_nobody_sees_the_other() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, padma, meghna) = (&world.services, &world.padma.admin, &world.meghna.admin);
    let here = package(services, padma, "Home 10", "1000").await;
    let there = package(services, meghna, "Home 10", "900").await;
    let ours = customer(services, padma, here, "rahim").await;
    let theirs = customer(services, meghna, there, "rahim").await;
    assert_ne!(ours, theirs);
    assert!(matches!(services::customers::customer(services, meghna, ours).await, Err(Error::NotFound)));
    assert!(matches!(services::customers::timeline(services, meghna, ours).await, Err(Error::NotFound)));
    run_billing(services, padma, "2026-11-01".parse().unwrap()).await.unwrap();
    let (invoices, _) = services::billing::invoices(services, padma, &Default::default(), None, Paging::new(1, 25)).await.unwrap();
    assert_eq!(invoices.total, 1);
    assert!(matches!(services::billing::invoice(services, meghna, invoices.rows[0].id).await, Err(Error::NotFound)));
    let (none, _) = services::billing::invoices(services, meghna, &Default::default(), None, Paging::new(1, 25)).await.unwrap();
    assert_eq!(none.total, 0);
    // A package of the other ISP cannot be sold here, not even by its id.
    let form = services::customers::CustomerForm {
        name: "X".into(),
        username: "x".into(),
        password: "xxxx".into(),
        package_id: there.to_string(),
        ..Default::default()
    };
    assert!(matches!(services::customers::create_customer(services, padma, &form).await, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn a_subscriber_sees_himself_alone() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, padma) = (&world.services, &world.padma.admin);
    let package = package(services, padma, "Home 10", "1000").await;
    let (rahim, karim) = (customer(services, padma, package, "rahim").await, customer(services, padma, package, "karim").await);
    run_billing(services, padma, "2026-11-01".parse().unwrap()).await.unwrap();
    let me = Caller {
        role: Role::Customer,
        actor: Actor::Subscriber { id: rahim, name: "Rahim".into() },
        customer_id: Some(rahim),
        ..padma.clone()
    };
    assert_eq!(services::portal::own_account(services, &me).await.unwrap().id, rahim);
    let mine = services::portal::own_invoices(services, &me, Paging::new(1, 25)).await.unwrap();
    assert_eq!(mine.total, 1);
    let (all, _) = services::billing::invoices(services, padma, &Default::default(), Some(karim), Paging::new(1, 25)).await.unwrap();
    assert!(matches!(services::portal::own_invoice(services, &me, all.rows[0].id).await, Err(Error::NotFound)));
    assert!(matches!(services::customers::customer(services, &me, karim).await, Err(Error::Denied(_))));
    // Even past the use cases, the transaction itself shows nobody else.
    let mut tx = services.db.isp(&me).await.unwrap();
    assert!(storage::customers::name(&mut tx, karim).await.unwrap().is_none());
    assert_eq!(
        storage::invoices::page(&mut tx, &Default::default(), None, Paging::new(1, 25), "2026-11-01".parse().unwrap())
            .await
            .unwrap()
            .0
            .total,
        1
    );
}

#[tokio::test]
async fn a_reseller_sees_his_branch_whatever_the_query_forgets() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, padma) = (&world.services, &world.padma.admin);
    let package = package(services, padma, "Home 10", "1000").await;
    let branch = |path: &str| Caller { role: Role::Reseller, owner_path: Some(path.into()), ..padma.clone() };
    let (north, south) = (branch("/north/"), branch("/south/"));
    let his = customer(services, &north, package, "in-the-north").await;
    let other = customer(services, &south, package, "in-the-south").await;
    assert!(services::customers::customer(services, &north, his).await.is_ok());
    assert!(matches!(services::customers::customer(services, &north, other).await, Err(Error::NotFound)));
    let seen = services::customers::subscribers(services, &north, &Default::default(), Paging::new(1, 25)).await.unwrap();
    assert_eq!(seen.total, 1);
    let all = services::customers::subscribers(services, padma, &Default::default(), Paging::new(1, 25)).await.unwrap();
    assert_eq!(all.total, 2);
}
