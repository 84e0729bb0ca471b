//! What one line has apart from its package: a price on its days, a speed at its instants, limits that hold it down; each
//! ends by itself. And everybody moved from one package to another, once.

use crate::prices_hold_their_order::{NOW, form};
use crate::seed::customer;
use domain::packages::PackageForm;
use domain::packages::apart::OverrideForm;
use domain::people::{Caller, Role};
use domain::rights::Permission;
use domain::{CustomerId, ServiceId};
use services::packages::{
    add_override, end_override, move_batch, overrides, package, revert_temporary, run_move, save_package, start_move,
};
use services::{Error, Services};
use testkit::{World, world};

async fn line(services: &Services, admin: &Caller, customer: CustomerId) -> ServiceId {
    services::customers::customer(services, admin, customer).await.unwrap().services[0].id
}

async fn one_line(world: &World) -> (CustomerId, ServiceId) {
    let (services, admin) = (&world.services, &world.padma.admin);
    let home = save_package(services, admin, None, &form("Home 10", "1000")).await.unwrap();
    let rahim = customer(services, admin, home, "rahim").await;
    (rahim, line(services, admin, rahim).await)
}

fn price(amount: &str, starts: &str, ends: &str) -> OverrideForm {
    OverrideForm { kind: "price".into(), price: amount.into(), starts: starts.into(), ends: ends.into(), ..OverrideForm::default() }
}

fn key<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result.unwrap_err() {
        Error::Invalid(problems) => format!("{} {}", problems[0].field, problems[0].key),
        Error::Conflict(problem) => format!("{} {}", problem.field, problem.key),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_price_of_his_own_holds_on_its_days_and_ends_by_itself() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let (rahim, service) = one_line(&world).await;
    let clerk = Caller { role: Role::Staff, grants: vec![Permission::CustomersView], ..admin.clone() };
    assert!(matches!(add_override(services, &clerk, service, &price("700", "", "")).await, Err(Error::Denied(_))));
    let granted = Caller { grants: vec![Permission::CustomersView, Permission::OverridePackagePricing], ..clerk };
    add_override(services, &granted, service, &price("700", "2026-11-01", "2026-11-30")).await.unwrap();
    for (wrong, problem) in [
        (price("600", "2026-11-30", ""), "starts problem-override-overlap"),
        (price("600", "2026-10-30", ""), "starts problem-override-past"),
        (price("600", "2026-12-05", "2026-12-04"), "ends problem-period-order"),
        (price("0", "2026-12-05", ""), "price problem-price-zero"),
    ] {
        assert_eq!(key(add_override(services, admin, service, &wrong).await), problem);
    }
    assert!(matches!(add_override(services, &world.meghna.admin, service, &price("1", "", "")).await, Err(Error::NotFound)));
    let costs = async || services::customers::customer(services, admin, rahim).await.unwrap().services[0].price.minor;
    assert_eq!(costs().await, 70_000);
    services::billing::run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    world.clock.set("2026-11-30T18:00:00Z".parse().unwrap());
    assert_eq!(costs().await, 100_000);
    services::billing::run_billing(services, admin, "2026-12-01".parse().unwrap()).await.unwrap();
    let all =
        services::billing::invoices(services, admin, &Default::default(), None, domain::customers::Paging::new(1, 25)).await.unwrap().0;
    let mut totals: Vec<_> = all.rows.iter().map(|invoice| invoice.total.minor).collect();
    totals.sort();
    assert_eq!(totals, [70_000, 100_000]);
}

#[tokio::test]
async fn a_speed_for_an_hour_is_told_and_gone_after_it() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let (_, service) = one_line(&world).await;
    let turbo = OverrideForm {
        kind: "speed".into(),
        up_mbps: "50".into(),
        down_mbps: "50".into(),
        starts: "2026-11-01T11:00".into(),
        ends: "2026-11-01T12:00".into(),
        ..OverrideForm::default()
    };
    let id = add_override(services, admin, service, &turbo).await.unwrap();
    let system = Caller::system(world.padma.id, "test");
    let speed = async || {
        let mut tx = services.begin(&system).await.unwrap();
        let line = storage::radius::directory::lines_of(&mut tx, &[service], services.now()).await.unwrap().remove(0).line;
        line.speed_apart.map(|apart| apart.down_kbps)
    };
    assert_eq!((speed().await, revert_temporary(services, &system).await.unwrap()), (None, (0, 0, 0, 0)));
    world.clock.set("2026-11-01T05:00:00Z".parse().unwrap());
    assert_eq!((speed().await, revert_temporary(services, &system).await.unwrap()), (Some(Some(50_000)), (1, 0, 0, 0)));
    assert_eq!(revert_temporary(services, &system).await.unwrap(), (0, 0, 0, 0));
    world.clock.set("2026-11-01T06:00:00Z".parse().unwrap());
    assert_eq!((speed().await, revert_temporary(services, &system).await.unwrap()), (None, (0, 1, 0, 0)));
    assert!(matches!(end_override(services, admin, id).await, Err(Error::NotFound)));
    assert_eq!(overrides(services, admin, &[service]).await.unwrap()[&service].len(), 1);
}

#[tokio::test]
async fn a_limit_that_is_used_up_holds_the_line_until_it_ends() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let (rahim, service) = one_line(&world).await;
    let limit = OverrideForm { kind: "volume".into(), volume_gb: "1".into(), ..OverrideForm::default() };
    let id = add_override(services, admin, service, &limit).await.unwrap();
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query(
        "insert into usage_day (isp_id, service_id, day, input_octets, output_octets) values ($1, $2, '2026-11-01', 1, 1073741823)",
    )
    .bind(world.padma.id.0)
    .bind(service.0)
    .execute(&mut raw)
    .await
    .unwrap();
    let system = Caller::system(world.padma.id, "test");
    assert_eq!(revert_temporary(services, &system).await.unwrap(), (1, 0, 1, 0));
    assert_eq!(revert_temporary(services, &system).await.unwrap(), (0, 0, 0, 0));
    let blocks = async || services::customers::customer(services, admin, rahim).await.unwrap().services[0].blocks.len();
    assert_eq!(blocks().await, 1);
    world.clock.advance(chrono::TimeDelta::minutes(1));
    end_override(services, admin, id).await.unwrap();
    assert_eq!(revert_temporary(services, &system).await.unwrap(), (0, 1, 0, 1));
    assert_eq!(blocks().await, 0);
}

#[tokio::test]
async fn everybody_is_moved_once_however_often_the_job_dies() {
    let world = world(NOW).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let old = save_package(services, admin, None, &form("Old", "800")).await.unwrap();
    let new = save_package(services, admin, None, &form("New", "1000")).await.unwrap();
    let days = PackageForm { validity_unit: "days".into(), validity_count: "30".into(), ..form("Thirty days", "1000") };
    let days = save_package(services, admin, None, &days).await.unwrap();
    let mut people = Vec::new();
    for n in 0..5 {
        people.push(customer(services, admin, old, &format!("user{n}")).await);
    }
    assert_eq!(key(start_move(services, admin, old, days, false).await), "to problem-move-kind");
    assert_eq!(key(start_move(services, admin, old, old, false).await), "to problem-choice");
    assert_eq!(key(start_move(services, admin, new, old, false).await), "to problem-move-nobody");
    let id = start_move(services, admin, old, new, true).await.unwrap();
    assert_eq!(key(start_move(services, admin, old, new, true).await), "to problem-move-running");
    let system = Caller::system(world.padma.id, "test");
    assert!(move_batch(services, &system, id, 2).await.unwrap());
    let (one, two) = tokio::join!(run_move(services, &system, id), run_move(services, &system, id));
    one.and(two).unwrap();
    run_move(services, &system, id).await.unwrap();
    let page = package(services, admin, old).await.unwrap();
    let done = &page.moves[0];
    assert_eq!((page.package.services, done.state.slug(), done.total, done.moved), (0, "done", 5, 5));
    for person in people {
        let line = &services::customers::customer(services, admin, person).await.unwrap().services[0];
        assert_eq!((line.package_id, line.price.minor), (new, 80_000), "who was cheaper stays so");
        let happened = services::customers::timeline(services, admin, person).await.unwrap();
        assert_eq!(happened.iter().filter(|item| item.key == "timeline-service-move").count(), 1);
    }
}
