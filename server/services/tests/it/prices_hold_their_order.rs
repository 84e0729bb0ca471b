//! The chain of prices from the ISP's cost to the ceiling: who may set what, what each sees, and that no way round the
//! rule exists, not even with SQL.

use crate::seed::customer;
use chrono::NaiveDate;
use domain::packages::PackageForm;
use domain::packages::chain::Level;
use domain::people::{Actor, Caller, Role};
use domain::{AccountId, MasterId, PackageId};
use services::packages::{
    PriceForm, accept_proposal, apply_proposal, archive_package, decline_proposal, delete_master, delete_package, list_packages, master,
    my_prices, package, save_master, save_package, set_rate, withdraw_price,
};
use services::{Error, Services};
use testkit::{World, world};
use uuid::Uuid;

pub const NOW: &str = "2026-11-01T04:00:00Z";

pub fn form(name: &str, price: &str) -> PackageForm {
    PackageForm {
        name: name.into(),
        up_mbps: "5".into(),
        down_mbps: "10".into(),
        price: price.into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    }
}

fn rate(price: &str, from: &str) -> PriceForm {
    PriceForm { price: price.into(), price_from: from.into(), ..PriceForm::default() }
}

/// A reseller, below Padma or below another.
async fn seller(world: &World, above: &str, role: Role) -> Caller {
    let id = Uuid::now_v7();
    let path = format!("{above}{id}/");
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("insert into account (isp_id, id, role, name, email, password_hash, owner_path) values ($1, $2, $3, $4, $5, 'x', $6)")
        .bind(world.padma.id.0)
        .bind(id)
        .bind(role.slug())
        .bind(format!("Seller at {path}"))
        .bind(format!("{id}@padma.test"))
        .bind(&path)
        .execute(&mut raw)
        .await
        .unwrap();
    let actor = Actor::Account { id: AccountId(id), name: "Seller".into() };
    Caller { actor, role, owner_path: Some(path), ..world.padma.admin.clone() }
}

fn id(caller: &Caller) -> AccountId {
    AccountId(caller.actor_id().unwrap())
}

fn key<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result.unwrap_err() {
        Error::Invalid(problems) => format!("{} {}", problems[0].field, problems[0].key),
        Error::Conflict(problem) => format!("{} {}", problem.field, problem.key),
        other => format!("{other:?}"),
    }
}

async fn a_master(services: &Services, admin: &Caller, cost: &str, ceiling: &str) -> MasterId {
    save_master(services, admin, None, &form("Fibre 10", ceiling), cost).await.unwrap()
}

async fn sells(services: &Services, who: &Caller, master: MasterId, price: &str) -> Result<PackageId, Error> {
    let form = PackageForm { master_id: master.to_string(), ..form("Home 10", price) };
    save_package(services, who, None, &form).await
}

#[tokio::test]
async fn each_level_stands_between_its_neighbours_and_sees_only_its_own() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let reseller = seller(&world, "/", Role::Reseller).await;
    let below = seller(&world, reseller.owner_path.as_deref().unwrap(), Role::SubReseller).await;
    let granted = Caller { grants: vec![domain::rights::Permission::PackagesRetail], ..below.clone() };
    let master_id = a_master(services, admin, "300", "1000").await;

    assert_eq!(key(sells(services, &reseller, master_id, "800").await), "master_id problem-choice");
    assert_eq!(key(set_rate(services, admin, master_id, id(&below), &rate("450", "")).await), "price problem-rate-parent-first");
    assert_eq!(key(set_rate(services, admin, master_id, id(&reseller), &rate("1000.01", "")).await), "price problem-above-ceiling");
    assert_eq!(key(set_rate(services, admin, master_id, id(&reseller), &rate("299", "")).await), "price problem-below-cost");
    set_rate(services, admin, master_id, id(&reseller), &rate("400", "")).await.unwrap();
    assert!(matches!(set_rate(services, &reseller, master_id, id(&reseller), &rate("1", "")).await, Err(Error::NotFound)));
    assert_eq!(key(set_rate(services, &reseller, master_id, id(&below), &rate("399", "")).await), "price problem-below-cost");
    set_rate(services, &reseller, master_id, id(&below), &rate("500", "")).await.unwrap();

    assert_eq!(key(sells(services, &reseller, master_id, "1000.50").await), "price problem-above-ceiling");
    assert_eq!(key(sells(services, &reseller, master_id, "399").await), "price problem-below-cost");
    let his = sells(services, &reseller, master_id, "700").await.unwrap();
    assert!(matches!(sells(services, &below, master_id, "700").await, Err(Error::Denied(_))));
    let theirs = sells(services, &granted, master_id, "900").await.unwrap();

    // What a seller may not know is not there for him.
    let seen = my_prices(services, &reseller).await.unwrap();
    assert_eq!((seen.len(), seen[0].cost.unwrap().minor, seen[0].suggested.unwrap().minor), (1, 40_000, 48_000));
    assert_eq!(seen[0].master.cost, None);
    assert_eq!(list_packages(services, &reseller).await.unwrap().iter().map(|package| package.id).collect::<Vec<_>>(), [his]);
    assert!(matches!(package(services, &reseller, theirs).await, Err(Error::NotFound)));
    assert!(matches!(package(services, &granted, his).await, Err(Error::NotFound)));
    assert!(matches!(master(services, &below, master_id).await, Err(Error::Denied(_))));
    let levels = |page: services::packages::MasterPage| page.lens.into_iter().map(|row| row.level).collect::<Vec<_>>();
    let down = levels(master(services, &reseller, master_id).await.unwrap());
    assert_eq!(down, [Level::Rate(id(&reseller)), Level::Retail(his), Level::Rate(id(&below)), Level::Ceiling]);
    let own = levels(master(services, &granted, master_id).await.unwrap());
    assert_eq!(own, [Level::Rate(id(&below)), Level::Retail(theirs), Level::Ceiling]);
    assert_eq!(levels(master(services, admin, master_id).await.unwrap()).len(), 6);

    // A change anywhere is held against everything below and above, to its day.
    let stranger = seller(&world, "/", Role::Reseller).await;
    assert!(matches!(master(services, &stranger, master_id).await, Err(Error::NotFound)));
    assert_eq!(key(set_rate(services, admin, master_id, id(&reseller), &rate("501", "2026-12-01")).await), "price problem-above-next");
    let (_, version) = (0, master(services, admin, master_id).await.unwrap().master.version);
    assert_eq!(
        key(save_master(services, admin, Some((master_id, version)), &form("Fibre 10", "899"), "300").await),
        "price problem-ceiling-below"
    );
    assert_eq!(
        key(save_master(services, admin, Some((master_id, version)), &form("Fibre 10", "1000"), "401").await),
        "cost problem-above-next"
    );
}

#[tokio::test]
async fn prices_change_on_their_day_and_days_do_not_overlap() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let home = save_package(services, admin, None, &form("Home 10", "1000")).await.unwrap();
    let change =
        |price: &str, from: &str, until: &str| PackageForm { price_from: from.into(), price_until: until.into(), ..form("Home 10", price) };
    save_package(services, admin, Some((home, 1)), &change("1200", "2026-12-01", "")).await.unwrap();
    let page = package(services, admin, home).await.unwrap();
    assert_eq!((page.package.price.minor, page.package.next_price.unwrap().1.minor), (100_000, 120_000));
    for (price, from, until, wrong) in [
        ("900", "2026-12-01", "", "price_from problem-price-date-taken"),
        ("900", "2026-11-20", "2026-12-05", "price_from problem-price-date-taken"),
        ("900", "2026-10-31", "", "price_from problem-price-date-past"),
        ("900", "2026-11-20", "2026-11-18", "price_until problem-price-date-order"),
        ("900", "soon", "", "price_from problem-date"),
        ("0", "", "", "price problem-price-zero"),
        ("99999999999999", "", "", "price problem-amount-too-large"),
    ] {
        assert_eq!(key(save_package(services, admin, Some((home, 2)), &change(price, from, until)).await), wrong);
    }
    let line = customer(services, admin, home, "rahim").await;
    let price = async || services::customers::customer(services, admin, line).await.unwrap().services[0].price.minor;
    assert_eq!(price().await, 100_000);
    world.clock.set("2026-12-01T04:00:00Z".parse().unwrap());
    assert_eq!(price().await, 120_000);
    assert_eq!(package(services, admin, home).await.unwrap().package.price.minor, 120_000);
    save_package(services, admin, Some((home, 2)), &change("1300", "2027-01-01", "")).await.unwrap();
    let day: NaiveDate = "2027-01-01".parse().unwrap();
    withdraw_price(services, admin, None, Level::Retail(home), day).await.unwrap();
    assert_eq!(key(withdraw_price(services, admin, None, Level::Retail(home), day).await), " problem-price-not-planned");
}

#[tokio::test]
async fn sql_cannot_break_the_chain_either() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let master_id = a_master(services, admin, "300", "1000").await;
    let home = sells(services, admin, master_id, "800").await.unwrap();
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    for (amount, constraint) in [(100_001_i64, "price_chain_ceiling"), (29_999, "price_chain_retail")] {
        let refused =
            sqlx::query("insert into package_price (isp_id, package_id, valid_from, amount_minor) values ($1, $2, '2027-01-01', $3)")
                .bind(world.padma.id.0)
                .bind(home.0)
                .bind(amount)
                .execute(&mut raw)
                .await
                .unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some(constraint));
    }
    let refused = sqlx::query("update master_price set amount_minor = 70000 where level = 'ceiling'").execute(&mut raw).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().constraint(), Some("price_chain_ceiling"));
}

#[tokio::test]
async fn a_changed_master_proposes_and_alters_nothing_by_itself() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let master_id = a_master(services, admin, "300", "1000").await;
    let plain = sells(services, admin, master_id, "800").await.unwrap();
    let own = PackageForm { name: "Gamer".into(), up_mbps: "10".into(), master_id: master_id.to_string(), ..form("", "900") };
    let own = save_package(services, admin, None, &own).await.unwrap();
    let rahim = customer(services, admin, plain, "rahim").await;
    services::billing::run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();

    let faster = PackageForm { up_mbps: "8".into(), down_mbps: "20".into(), ..form("Fibre 20", "1000") };
    save_master(services, admin, Some((master_id, 1)), &faster, "300").await.unwrap();
    let page = master(services, admin, master_id).await.unwrap();
    let speed = |name: &str| page.packages.iter().find(|p| p.name == name).map(|p| (p.terms.up_kbps, p.terms.down_kbps)).unwrap();
    assert_eq!((speed("Home 10"), speed("Gamer")), ((Some(5_000), Some(10_000)), (Some(10_000), Some(10_000))));
    let of = |package: PackageId| page.proposals.iter().find(|proposal| proposal.package_id == package).unwrap().clone();
    let slugs = |fields: &[domain::packages::TermsField]| fields.iter().map(|field| field.slug()).collect::<Vec<_>>();
    assert_eq!((slugs(&of(plain).fields), slugs(&of(own).fields)), (vec!["down", "up"], vec!["down"]));
    assert_eq!(of(plain).customers, 1);

    decline_proposal(services, admin, of(own).id).await.unwrap();
    assert_eq!(key(accept_proposal(services, admin, of(own).id).await), " problem-proposal-decided");
    assert_eq!(accept_proposal(services, admin, of(plain).id).await.unwrap(), 1);
    for _ in 0..2 {
        apply_proposal(services, &Caller::system(world.padma.id, "test"), of(plain).id).await.unwrap();
    }
    let after = package(services, admin, plain).await.unwrap();
    assert_eq!((after.package.terms.up_kbps, after.package.terms.down_kbps), (Some(8_000), Some(20_000)));
    assert_eq!((after.proposals[0].state.slug(), after.proposals[0].kept), ("applied", 1));

    // Rahim keeps his speed until the month he was billed for is over.
    let service = services::customers::customer(services, admin, rahim).await.unwrap().services[0].id;
    let mut tx = services.begin(admin).await.unwrap();
    let line = async |tx: &mut storage::IspTx, at: &str| {
        let now = at.parse().unwrap();
        storage::radius::directory::lines_of(tx, &[service], now).await.unwrap().remove(0).line
    };
    let kept = line(&mut tx, "2026-11-30T17:59:00Z").await.speed_apart.unwrap();
    assert_eq!((kept.down_kbps, kept.until), (Some(10_000), Some("2026-11-30T18:00:00Z".parse().unwrap())));
    let next = line(&mut tx, "2026-11-30T18:00:00Z").await;
    assert_eq!((next.speed_apart, next.speed.down_kbps), (None, Some(20_000)));
}

#[tokio::test]
async fn what_is_used_is_not_deleted_and_a_trial_stays_as_it_is() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let master_id = a_master(services, admin, "300", "1000").await;
    let home = sells(services, admin, master_id, "800").await.unwrap();
    customer(services, admin, home, "rahim").await;
    assert_eq!(key(delete_package(services, admin, home).await), " problem-package-held");
    assert_eq!(key(delete_master(services, admin, master_id).await), " problem-master-used");
    let other_kind = PackageForm { kind: "bundle".into(), ..form("Fibre 10", "1000") };
    assert_eq!(key(save_master(services, admin, Some((master_id, 1)), &other_kind, "300").await), "kind problem-master-kind-fixed");
    archive_package(services, admin, home, true).await.unwrap();
    assert_eq!(package(services, admin, home).await.unwrap().package.services, 1);

    let trial = PackageForm { pricing: "trial".into(), validity_unit: "days".into(), validity_count: "3".into(), ..form("Try it", "0") };
    let trial_id = save_package(services, admin, None, &trial).await.unwrap();
    assert_eq!(key(delete_package(services, admin, trial_id).await), " problem-trial-stays");
    let dearer = PackageForm { price: "5".into(), ..trial.clone() };
    assert_eq!(key(save_package(services, admin, Some((trial_id, 1)), &dearer).await), "price problem-trial-price-locked");
    let unused = save_package(services, admin, None, &form("Nobody's", "5")).await.unwrap();
    delete_package(services, admin, unused).await.unwrap();

    let karim = customer(services, admin, trial_id, "karim").await;
    let line = &services::customers::customer(services, admin, karim).await.unwrap().services[0];
    assert_eq!(line.expires_at, Some("2026-11-04T04:00:00Z".parse().unwrap()));
    let again = services::customers::CustomerForm {
        name: "The same".into(),
        mobile: "+8801711123456".into(),
        username: "another".into(),
        password: "secret-1".into(),
        package_id: trial_id.to_string(),
        ..Default::default()
    };
    assert_eq!(key(services::customers::create_customer(services, admin, &again).await), "mobile problem-trial-had");
    let (_, run) = services::billing::run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!(run.invoices, 1, "a trial is not billed");
}

#[tokio::test]
async fn the_second_of_two_who_edit_the_same_package_is_told() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let home = save_package(services, admin, None, &form("Home 10", "1000")).await.unwrap();
    save_package(services, admin, Some((home, 1)), &form("Home 11", "1000")).await.unwrap();
    assert_eq!(key(save_package(services, admin, Some((home, 1)), &form("Home 12", "1000")).await), " problem-changed-meanwhile");
    let stranger = &world.meghna.admin;
    assert!(matches!(save_package(services, stranger, Some((home, 2)), &form("Mine", "1")).await, Err(Error::NotFound)));
    let staff = Caller { role: Role::Staff, ..admin.clone() };
    assert!(matches!(save_package(services, &staff, None, &form("Mine", "1")).await, Err(Error::Denied(_))));
    assert!(matches!(save_master(services, &staff, None, &form("Mine", "1"), "").await, Err(Error::Denied(_))));
}
