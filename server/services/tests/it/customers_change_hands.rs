//! Subscribers are moved between sellers, one or all (TEN-14): the old one loses sight of them at once, what is owed stays
//! owed, and nobody goes where his package is unknown. A seller who has any is not taken away.

use crate::seed::{customer, package};
use crate::staff::{Office, form, keys, office};
use domain::customers::Paging;
use domain::packages::PackageForm;
use domain::people::{Caller, Role};
use domain::{AccountId, CustomerId};
use services::accounts;
use services::billing::run_billing;
use services::{Error, accounts::Moved};

struct Sellers {
    office: Office,
    north: (AccountId, Caller),
    south: (AccountId, Caller),
    his: [CustomerId; 2],
}

async fn sellers() -> Sellers {
    let office = office().await;
    let services = &office.world.services;
    let (north, _, mr_north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let (south, _, mr_south) = office.hire(&office.boss, &form(Role::Reseller, "south")).await;
    let home = package(services, &office.boss, "Home 10", "1000").await;
    let his = [customer(services, &mr_north, home, "rahim").await, customer(services, &mr_north, home, "karim").await];
    Sellers { office, north: (north, mr_north), south: (south, mr_south), his }
}

#[tokio::test]
async fn the_old_seller_loses_sight_at_once_and_the_bill_stays_payable() {
    let all = sellers().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let [rahim, karim] = all.his;
    run_billing(services, boss, "2026-11-01".parse().unwrap()).await.unwrap();
    let due = services::customers::customer(services, &all.north.1, rahim).await.unwrap().due;
    assert!(due.minor > 0);
    let moved = accounts::move_customers(services, boss, &[rahim], Some(all.south.0)).await.unwrap();
    assert_eq!(moved, Moved { moved: 1, stayed: 0 });
    assert!(matches!(services::customers::customer(services, &all.north.1, rahim).await, Err(Error::NotFound)));
    assert!(services::customers::customer(services, &all.north.1, karim).await.is_ok());
    assert_eq!(services::customers::customer(services, &all.south.1, rahim).await.unwrap().due, due);
    let form =
        services::payments::PaymentForm { amount: due.plain(), method: "cash".into(), key: "after-the-move".into(), ..Default::default() };
    services::payments::take_payment(services, &all.south.1, rahim, &form).await.unwrap();
    assert!(services::customers::customer(services, &all.south.1, rahim).await.unwrap().due.is_zero());
    let history = services::customers::timeline(services, boss, rahim).await.unwrap();
    assert!(history.iter().any(|item| item.key == "timeline-customer-move"), "{history:?}");
    let again = accounts::move_customers(services, boss, &[rahim], Some(all.south.0)).await.unwrap();
    assert_eq!(again, Moved { moved: 0, stayed: 1 });
}

#[tokio::test]
async fn moving_wants_its_key_and_reaches_nobody_outside() {
    let all = sellers().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let [rahim, _] = all.his;
    assert!(matches!(accounts::move_customers(services, &all.north.1, &[rahim], None).await, Err(Error::Denied(_))));
    let key = domain::rights::Permission::ChangeOperator;
    let granted = Caller { grants: vec![key], ..all.north.1.clone() };
    let outside = accounts::move_customers(services, &granted, &[rahim], Some(all.south.0)).await.unwrap_err();
    assert_eq!(keys(outside), ["problem-choice"], "the other one is not there for him");
    let theirs = Caller { grants: vec![key], ..all.south.1.clone() };
    assert!(matches!(accounts::move_customers(services, &theirs, &[rahim], None).await, Err(Error::NotFound)));
    let meghna = &all.office.world.meghna.admin;
    assert!(matches!(accounts::move_customers(services, meghna, &[rahim], None).await, Err(Error::NotFound)));
    assert!(services::customers::customer(services, &all.north.1, rahim).await.is_ok(), "nobody was moved");
    let (sub, _, mr_sub) = all.office.hire(&all.north.1, &form(Role::SubReseller, "sub")).await;
    accounts::move_customers(services, &granted, &[rahim], Some(sub)).await.unwrap();
    assert!(services::customers::customer(services, &mr_sub, rahim).await.is_ok());
    assert!(services::customers::customer(services, &all.north.1, rahim).await.is_ok(), "still below him");
    let whole = accounts::owner_of(services, boss, rahim).await.unwrap();
    assert_eq!(whole.seller, Some((sub, "Mr sub".into())));
}

#[tokio::test]
async fn nobody_goes_where_his_package_is_unknown() {
    let all = sellers().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let form = PackageForm {
        name: "Own 20".into(),
        up_mbps: "20".into(),
        down_mbps: "20".into(),
        price: "900".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    };
    let own = services::packages::save_package(services, boss, None, &form).await.unwrap();
    let salma = customer(services, &all.north.1, own, "salma").await;
    let mut raw = all.office.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(all.office.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update package set seller_path = $1, seller_id = $2 where id = $3")
        .bind(format!("/{}/", all.north.0))
        .bind(all.north.0.0)
        .bind(own.0)
        .execute(&mut raw)
        .await
        .unwrap();
    let refused = accounts::move_all_customers(services, boss, all.north.0, Some(all.south.0)).await.unwrap_err();
    assert_eq!(keys(refused), ["problem-move-package"]);
    assert!(services::customers::customer(services, &all.north.1, all.his[0]).await.is_ok(), "all or nobody");
    accounts::move_customers(services, boss, &[salma], None).await.unwrap();
    let moved = accounts::move_all_customers(services, boss, all.north.0, Some(all.south.0)).await.unwrap();
    assert_eq!(moved.moved, 2);
    let left = services::customers::subscribers(services, &all.north.1, &Default::default(), Paging::new(1, 25)).await.unwrap();
    assert_eq!(left.total, 0);
}

#[tokio::test]
async fn a_seller_with_customers_is_not_taken_away_until_somebody_takes_them() {
    let all = sellers().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let (clerk, clerk_token, _) = all.office.hire(&all.north.1, &form(Role::Staff, "clerk")).await;
    let (sub, _, _) = all.office.hire(&all.north.1, &form(Role::SubReseller, "sub")).await;
    assert_eq!(keys(accounts::delete_person(services, boss, all.north.0, None).await.unwrap_err()), ["problem-has-sellers"]);
    accounts::delete_person(services, boss, sub, None).await.unwrap();
    let refused = accounts::delete_person(services, boss, all.north.0, None).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(problem) if problem.key == "problem-has-customers" && problem.field == "to"));
    let itself = accounts::delete_person(services, boss, all.north.0, Some(Some(all.north.0))).await.unwrap_err();
    assert_eq!(keys(itself), ["problem-move-into-itself"]);
    accounts::delete_person(services, boss, all.north.0, Some(Some(all.south.0))).await.unwrap();
    for id in all.his {
        assert!(services::customers::customer(services, &all.south.1, id).await.is_ok());
    }
    for id in [all.north.0, clerk] {
        assert!(matches!(accounts::person(services, boss, id).await, Err(Error::NotFound)));
    }
    assert!(all.office.who(&clerk_token).await.is_none(), "his staff is out with him");
    all.office.hire(boss, &form(Role::Reseller, "north")).await;
}

#[tokio::test]
async fn his_lines_go_with_him_and_nothing_else_moves_them() {
    let all = sellers().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let [rahim, karim] = all.his;
    accounts::move_customers(services, boss, &[rahim], Some(all.south.0)).await.unwrap();
    let mut raw = all.office.world.db.raw().await;
    let seen = async |raw: &mut sqlx::PgConnection, owner: &str, customer: CustomerId| -> i64 {
        sqlx::query("select set_config('app.isp_id', $1, false), set_config('app.owner', $2, false)")
            .bind(all.office.world.padma.id.to_string())
            .bind(owner)
            .execute(&mut *raw)
            .await
            .unwrap();
        sqlx::query_scalar("select count(*) from service where customer_id = $1").bind(customer.0).fetch_one(raw).await.unwrap()
    };
    let path = |whose: &Caller| whose.owner_path.clone().unwrap();
    let (north, south) = (path(&all.north.1), path(&all.south.1));
    assert_eq!([seen(&mut raw, &north, rahim).await, seen(&mut raw, &south, rahim).await], [0, 1]);
    assert_eq!([seen(&mut raw, &north, karim).await, seen(&mut raw, &south, karim).await], [1, 0]);
    assert_eq!(seen(&mut raw, "", karim).await, 1);
    sqlx::query("update service set owner_path = $1 where customer_id = $2").bind(&south).bind(karim.0).execute(&mut raw).await.unwrap();
    assert_eq!([seen(&mut raw, &north, karim).await, seen(&mut raw, &south, karim).await], [1, 0], "a line is where its customer is");
    // Seen as the south, a line for somebody of the north is refused.
    let line = "insert into service (isp_id, id, customer_id, package_id, username, secret_sealed, starts_on, billed_until)
        select isp_id, gen_random_uuid(), $1, package_id, 'foreign', '', starts_on, billed_until from service where customer_id = $2";
    let refused = sqlx::query(line).bind(karim.0).bind(rahim.0);
    assert_eq!(seen(&mut raw, &south, rahim).await, 1);
    assert!(refused.execute(&mut raw).await.unwrap_err().to_string().contains("row-level security"));
}
