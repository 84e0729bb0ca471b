//! What people see and do about RADIUS, and what they may not.

use crate::stage::*;
use domain::customers::Paging;
use domain::people::{Caller, Role};
use domain::radius::{NasForm, SessionFilter};
use services::Error;
use simlab::radius_client::{Accounting, Status};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_registered_with_a_secret_that_is_shown_once() {
    let stage = Stage::new().await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    let saved = services::radius::create_nas(services, admin, &form("127.0.0.6", "")).await.unwrap();
    let secret = saved.secret.unwrap();
    assert_eq!(secret.len(), 24);
    let router = router(&stage.radius, "127.0.0.6", &secret).await;
    until("it works", async || router.login(simlab::radius_client::Method::Pap, "x", "y").await.unwrap().is_some()).await;
    let all = services::radius::list_nas(services, admin).await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(!format!("{all:?}").contains(&secret));
    until("it was heard", async || {
        let all = services::radius::list_nas(services, admin).await.unwrap();
        all.iter().any(|nas| nas.id == saved.id && nas.last_seen == Some(services.now()))
    })
    .await;
    assert!(services::radius::list_nas(services, &stage.world.meghna.admin).await.unwrap().iter().all(|nas| nas.id != saved.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_forms_and_wrong_people() {
    let stage = Stage::new().await;
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    let create = async |caller: &Caller, form: &NasForm| services::radius::create_nas(services, caller, form).await.err();
    let Some(Error::Invalid(problems)) = create(admin, &form("router", "short")).await else { panic!("accepted") };
    assert_eq!(problems.len(), 2);
    let Some(Error::Conflict(problem)) = create(admin, &form(PADMA_ROUTER, PADMA_SECRET)).await else { panic!("accepted") };
    assert!(problem.field == "address" || problem.field == "name");
    let another = NasForm { name: "Another".into(), ..form(PADMA_ROUTER, PADMA_SECRET) };
    let Some(Error::Conflict(problem)) = create(admin, &another).await else { panic!("accepted") };
    assert_eq!((problem.field.as_str(), problem.key.as_str()), ("address", "problem-nas-address-taken"));
    let staff = Caller { role: Role::Staff, ..admin.clone() };
    assert!(matches!(create(&staff, &form("127.0.0.8", "")).await, Some(Error::Denied(_))));
    let meghna = &stage.world.meghna.admin;
    let change = services::radius::update_nas(services, meghna, stage.padma_nas, 1, &form("127.0.0.8", "")).await;
    assert!(matches!(change, Err(Error::NotFound)));
    let change = services::radius::update_nas(services, admin, stage.padma_nas, 9, &form("127.0.0.8", "")).await;
    assert!(matches!(change, Err(Error::Conflict(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_online() {
    let stage = Stage::new().await;
    for name in ["rahim", "karim", "jamal_1"] {
        stage.padma_line(name, "pass-word").await;
    }
    let router = stage.padma_router().await;
    known(&router, "jamal_1", "pass-word").await;
    for (number, name) in ["rahim", "karim", "jamal_1", "unknown"].into_iter().enumerate() {
        let session = format!("8{number}");
        let start = Accounting { ip: Some([10, 0, 0, number as u8 + 1]), ..Accounting::new(Status::Start, &session, name) };
        assert!(router.account(&start).await.unwrap());
    }
    assert!(router.account(&Accounting::new(Status::Stop, "80", "rahim").after(1, 1, 1)).await.unwrap());
    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    let online = async |caller: &Caller, search: &str| {
        let filter = SessionFilter { search: search.into(), nas_id: None };
        services::radius::online_sessions(services, caller, &filter, Paging::new(1, 25)).await.unwrap()
    };
    let all = online(admin, "").await;
    assert_eq!((all.total, all.rows.len()), (3, 3));
    assert!(all.rows.iter().any(|row| row.username == "unknown" && row.customer_id.is_none()));
    for (search, found) in [("KARIM", 1), ("10.0.0.3", 1), ("aa:bb", 3), ("jamal_", 1), ("_", 1), ("rahim", 0), ("customer", 2)] {
        assert_eq!(online(admin, search).await.total, found, "{search}");
    }
    assert_eq!(online(&stage.world.meghna.admin, "").await.total, 0);
    let branch = Caller { role: Role::Reseller, owner_path: Some("/nobody/".into()), ..admin.clone() };
    assert_eq!(online(&branch, "").await.total, 0, "a reseller sees his own");
    let of_branch = services::radius::attempts_of_username(services, &branch, "jamal_1").await.unwrap();
    assert!(of_branch.is_empty());
}
