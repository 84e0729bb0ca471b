//! A background job touches its own ISP and no other (E-25): every job of the schedule and every kind of queued work, run for
//! one ISP while another one stands beside it with the same things due.

use chrono::TimeDelta;
use domain::people::Caller;
use domain::{CustomerId, PackageId};
use services::Error;
use services::schedule::JOBS;
use testkit::{TestIsp, World, world};

/// A package, two subscribers with bills, and nothing paid.
async fn furnish(world: &World, isp: &TestIsp) -> (PackageId, CustomerId) {
    let (services, admin) = (&world.services, &isp.admin);
    let form = domain::packages::PackageForm {
        name: "Home 10".into(),
        up_mbps: "5".into(),
        down_mbps: "10".into(),
        price: "1000".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..Default::default()
    };
    let package = services::packages::save_package(services, admin, None, &form).await.unwrap();
    let mut first = None;
    for name in ["rahim", "karim"] {
        let form = services::customers::CustomerForm {
            name: name.into(),
            mobile: "01711-123456".into(),
            username: name.into(),
            password: format!("{name}-secret"),
            package_id: package.to_string(),
            ..Default::default()
        };
        let id = services::customers::create_customer(services, admin, &form).await.unwrap();
        first.get_or_insert(id);
    }
    services::billing::run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    (package, first.unwrap())
}

#[tokio::test]
async fn no_job_of_the_schedule_changes_a_row_of_another_isp() {
    let world = world("2026-11-01T04:00:00Z").await;
    furnish(&world, &world.padma).await;
    furnish(&world, &world.meghna).await;
    let strangers = world.db.digests(world.meghna.id).await;
    assert!(strangers.len() > 50, "every table of an ISP is looked at");
    // The days after the bills were due, and the next cycle.
    for days in [8, 23] {
        world.clock.advance(TimeDelta::days(days));
        let isp = world.services.isp(world.padma.id).await.unwrap();
        let today = world.services.today(&isp);
        let before = world.db.digests(world.padma.id).await;
        for job in JOBS {
            let caller = Caller::system(world.padma.id, job.name);
            if let Err(error) = (job.body)(&world.services, &caller, today).await {
                panic!("{} on {today}: {error}", job.name);
            }
            assert_eq!(world.db.digests(world.meghna.id).await, strangers, "{} on {today}", job.name);
        }
        let after = world.db.digests(world.padma.id).await;
        let changed = before.iter().filter(|(table, digest)| after.get(*table) != Some(*digest)).count();
        assert!(changed > 2, "there was something to do on {today}, and it was done: {changed}");
    }
}

#[tokio::test]
async fn queued_work_with_the_id_of_another_isp_finds_nothing() {
    let world = world("2026-11-01T04:00:00Z").await;
    furnish(&world, &world.padma).await;
    let (package, _) = furnish(&world, &world.meghna).await;
    let (services, theirs) = (&world.services, &world.meghna.admin);
    let list = "Name,User ID,Password,Package\nSalma,salma,secret-1,Home 10\n".to_string();
    let import = services::imports::upload(services, theirs, "list.csv", list.into_bytes()).await.unwrap();
    let mapping = services::imports::get(services, theirs, import).await.unwrap().mapping();
    services::imports::set_mapping(services, theirs, import, mapping, Default::default()).await.unwrap();
    services::imports::start(services, theirs, import).await.unwrap();
    let wanted = services::documents::Wanted {
        paper: domain::documents::Paper::A4,
        language: locales::Language::English,
        base: "http://meghna.test".into(),
    };
    let format = domain::documents::BatchFormat::Zip;
    let batch = services::documents::request_batch(services, theirs, &Default::default(), format, &wanted).await.unwrap();
    let form = domain::packages::PackageForm {
        name: "Home 20".into(),
        up_mbps: "20".into(),
        down_mbps: "20".into(),
        price: "2000".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..Default::default()
    };
    let larger = services::packages::save_package(services, theirs, None, &form).await.unwrap();
    let moving = services::packages::start_move(services, theirs, package, larger, false).await.unwrap();

    let before = world.db.digests(world.meghna.id).await;
    let stranger = Caller::system(world.padma.id, "queue");
    let outcomes = [
        ("import.run", services::imports::run(services, &stranger, import).await.map(drop)),
        ("import.undo", services::imports::undo(services, &stranger, import).await.map(drop)),
        ("documents.batch", services::documents::run_batch(services, &stranger, batch).await.map(drop)),
        ("package move", services::packages::run_move(services, &stranger, moving).await),
        ("proposal", services::packages::apply_proposal(services, &stranger, moving.0.into()).await),
    ];
    for (name, outcome) in outcomes {
        assert!(matches!(outcome, Ok(()) | Err(Error::NotFound | Error::Conflict(_))), "{name}: {outcome:?}");
        assert_eq!(world.db.digests(world.meghna.id).await, before, "{name}");
    }
    // The same work for whose it is does something, so there was something to be found.
    let own = Caller::system(world.meghna.id, "queue");
    services::imports::run(services, &own, import).await.unwrap();
    services::packages::run_move(services, &own, moving).await.unwrap();
    assert_ne!(world.db.digests(world.meghna.id).await, before);
}
