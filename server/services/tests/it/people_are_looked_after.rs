//! Whoever stands above somebody makes, changes, suspends and resets him; nobody else does (TEN-06). A first password is
//! seen once, and a suspended person is out on every server at once.

use crate::staff::{PASSWORD, an_admin, below, form, keys, office};
use domain::customers::Paging;
use domain::people::{PersonFilter, PersonForm, PersonStatus, Role};
use services::accounts;
use services::people::recognise;
use services::{Error, Services};
use std::sync::Arc;
use storage::Db;

fn all() -> Paging {
    Paging::new(1, 200)
}

#[tokio::test]
async fn a_first_password_is_seen_by_its_maker_alone_and_is_changed_before_anything_opens() {
    let office = office().await;
    let services = &office.world.services;
    let id = accounts::create_person(services, &office.boss, &form(Role::Staff, "rina")).await.unwrap();
    an_admin(&office.world, "other").await;
    let (_, other) = office.come_in("other", PASSWORD).await;
    assert_eq!(accounts::shown_first_password(services, &other, id).await.unwrap(), None, "another admin did not make it");
    let first = accounts::shown_first_password(services, &office.boss, id).await.unwrap().unwrap();
    assert_eq!(office.attempt("rina", &first).await.unwrap().owes, Some(domain::trust::Owes::Password));
    office.world.clock.advance(chrono::TimeDelta::minutes(16));
    let (_, boss) = office.come_in("boss", PASSWORD).await;
    assert_eq!(accounts::shown_first_password(services, &boss, id).await.unwrap(), None, "a quarter of an hour is over");
    accounts::reset_password(services, &boss, id).await.unwrap();
    let second = accounts::shown_first_password(services, &boss, id).await.unwrap().unwrap();
    assert_ne!(first, second);
    assert!(office.attempt("rina", &first).await.is_err());
    accounts::forget_first_password(services, &boss, id).await.unwrap();
    assert_eq!(accounts::shown_first_password(services, &boss, id).await.unwrap(), None, "passed on");
    assert_eq!(office.attempt("rina", &second).await.unwrap().owes, Some(domain::trust::Owes::Password));
}

#[tokio::test]
async fn two_people_cannot_sign_in_with_the_same_name() {
    let office = office().await;
    let services = &office.world.services;
    let mobile = PersonForm { mobile: "01711-123456".into(), ..form(Role::Staff, "rina") };
    accounts::create_person(services, &office.boss, &mobile).await.unwrap();
    let again = accounts::create_person(services, &office.boss, &form(Role::Staff, "RINA")).await.unwrap_err();
    assert!(matches!(again, Error::Conflict(problem) if problem.field == "username" && problem.key == "problem-username-taken"));
    let other = PersonForm { mobile: "+8801711123456".into(), ..form(Role::Staff, "mina") };
    let again = accounts::create_person(services, &office.boss, &other).await.unwrap_err();
    assert!(matches!(again, Error::Conflict(problem) if problem.field == "mobile"));
}

#[tokio::test]
async fn a_reseller_looks_after_his_own_and_the_others_are_not_there() {
    let office = office().await;
    let services = &office.world.services;
    let (north, _, mr_north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let (south, _, mr_south) = office.hire(&office.boss, &form(Role::Reseller, "south")).await;
    let (sub, _, mr_sub) = office.hire(&mr_north, &form(Role::SubReseller, "sub")).await;
    let (clerk, _, his_clerk) = office.hire(&mr_north, &form(Role::Staff, "clerk")).await;
    assert_eq!(mr_north.owner_path.as_deref(), Some(format!("/{north}/").as_str()));
    assert_eq!(mr_sub.owner_path.as_deref(), Some(format!("/{north}/{sub}/").as_str()));
    assert_eq!(his_clerk.owner_path, mr_north.owner_path, "staff of a reseller stand in his subtree");

    let seen = |page: domain::customers::Page<domain::people::PersonRow>| page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let his = seen(accounts::people(services, &mr_north, &PersonFilter::default(), all()).await.unwrap());
    assert!(his.contains(&sub) && his.contains(&clerk) && !his.contains(&south), "{his:?}");
    for id in [south, north] {
        let outcome = accounts::suspend(services, &mr_south, id, "Because").await;
        assert!(if id == north { matches!(outcome, Err(Error::NotFound)) } else { matches!(outcome, Err(Error::Denied(_))) }, "{id}");
    }
    assert!(matches!(accounts::person(services, &mr_south, clerk).await, Err(Error::NotFound)));
    assert!(matches!(accounts::update_person(services, &mr_south, clerk, 1, &form(Role::Staff, "x")).await, Err(Error::NotFound)));
    assert!(matches!(accounts::person(services, &office.world.meghna.admin, clerk).await, Err(Error::NotFound)), "another ISP");
    // Neither his equal nor his better, not below somebody else's, and nobody at all by a sub-reseller.
    for role in [Role::Reseller, Role::Manager, Role::CardDistributor] {
        assert!(matches!(accounts::create_person(services, &mr_north, &form(role, "new")).await, Err(Error::Denied(_))), "{}", role.slug());
    }
    assert_eq!(
        keys(accounts::create_person(services, &mr_north, &below(Role::Staff, "new", south)).await.unwrap_err()),
        ["problem-choice"]
    );
    assert!(matches!(accounts::create_person(services, &mr_sub, &form(Role::Staff, "new")).await, Err(Error::Denied(_))));
    assert!(accounts::create_person(services, &office.boss, &form(Role::Admin, "new")).await.is_err(), "an admin makes no admin");
    assert_eq!(
        keys(accounts::create_person(services, &office.boss, &form(Role::SubReseller, "new")).await.unwrap_err()),
        ["problem-above-reseller"]
    );
    let placed = accounts::create_person(services, &office.boss, &below(Role::Staff, "placed", sub)).await.unwrap();
    assert_eq!(accounts::person(services, &mr_north, placed).await.unwrap().row.above, Some((sub, "Mr sub".into())));
}

#[tokio::test]
async fn a_suspension_goes_down_the_tree_and_lifting_it_restores_exactly_what_fell_with_it() {
    let office = office().await;
    let services = &office.world.services;
    let (north, north_token, mr_north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let (sub, sub_token, _) = office.hire(&mr_north, &form(Role::SubReseller, "sub")).await;
    let (late, _, _) = office.hire(&mr_north, &form(Role::Staff, "late")).await;
    let (clerk, clerk_token, _) = office.hire(&office.boss, &below(Role::Staff, "clerk", sub)).await;
    let (free, free_token, _) = office.hire(&office.boss, &form(Role::Staff, "free")).await;
    accounts::suspend(services, &mr_north, late, "Always late").await.unwrap();

    assert_eq!(accounts::suspend(services, &office.boss, north, "Did not pay").await.unwrap(), 3, "he, his sub and that one's clerk");
    for token in [&north_token, &sub_token, &clerk_token] {
        assert!(office.who(token).await.is_none());
    }
    assert!(office.who(&free_token).await.is_some());
    let status = async |id| accounts::person(services, &office.boss, id).await.unwrap().row.status;
    assert_eq!((status(north).await, status(clerk).await), (PersonStatus::Suspended, PersonStatus::WithTheOneAbove));
    // While it lasts the sub-reseller is suspended for himself too, and somebody new comes in below.
    accounts::suspend(services, &office.boss, sub, "He as well").await.unwrap();
    let new = accounts::create_person(services, &office.boss, &below(Role::Staff, "new", north)).await.unwrap();
    assert_eq!(status(new).await, PersonStatus::WithTheOneAbove);

    accounts::reinstate(services, &office.boss, north).await.unwrap();
    assert_eq!(status(north).await, PersonStatus::Active);
    assert_eq!(status(new).await, PersonStatus::Active);
    assert_eq!(status(late).await, PersonStatus::Suspended, "he was so before");
    assert_eq!((status(sub).await, status(clerk).await), (PersonStatus::Suspended, PersonStatus::WithTheOneAbove));
    accounts::reinstate(services, &office.boss, sub).await.unwrap();
    assert_eq!((status(sub).await, status(clerk).await), (PersonStatus::Active, PersonStatus::Active));
    assert_eq!(status(free).await, PersonStatus::Active);
    assert_eq!(keys(accounts::reinstate(services, &office.boss, sub).await.unwrap_err()), ["problem-person-not-suspended"]);
    assert!(office.attempt("clerk", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_suspended_person_is_out_on_the_other_server_at_once() {
    let office = office().await;
    let services = &office.world.services;
    // Another node: a pool and a process of its own on the same database.
    let there =
        Services::new(Db::connect(&office.world.db.url, 2).await.unwrap(), services.keys.clone(), Arc::new(office.world.clock.clone()));
    let (id, token, _) = office.hire(&office.boss, &form(Role::Staff, "rina")).await;
    let isp = Some(office.world.padma.id);
    assert!(recognise(&there, &token, isp, None).await.unwrap().is_some());
    accounts::suspend(services, &office.boss, id, "Left the company").await.unwrap();
    assert!(recognise(&there, &token, isp, None).await.unwrap().is_none());
    assert!(office.attempt("rina", PASSWORD).await.is_err());
    accounts::reinstate(&there, &office.boss, id).await.unwrap();
    assert!(recognise(services, &token, isp, None).await.unwrap().is_none(), "what was ended stays ended");
    assert!(office.attempt("rina", PASSWORD).await.is_ok());
    there.db.close().await;
}

#[tokio::test]
async fn the_last_active_admin_stays() {
    let office = office().await;
    let services = &office.world.services;
    let boss = domain::AccountId(office.boss.actor_id().unwrap());
    assert!(matches!(accounts::suspend(services, &office.boss, boss, "Myself").await, Err(Error::Denied(_))));
    let other = an_admin(&office.world, "other").await;
    assert!(matches!(accounts::suspend(services, &office.boss, other, "My equal").await, Err(Error::Denied(_))));
    // Whichever way it is tried, the database keeps one: past every use case, by two at once.
    let mut raw = office.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(office.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update account set status = 'disabled' where id = $1").bind(other.0).execute(&mut raw).await.unwrap();
    for change in ["status = 'disabled'", "role = 'manager'"] {
        let text = format!("update account set {change} where id = $1");
        let refused = sqlx::query(sqlx::AssertSqlSafe(text)).bind(boss.0).execute(&mut raw).await.unwrap_err();
        let refused = services::constraint(refused.as_database_error().unwrap().constraint().unwrap());
        assert_eq!(keys(refused), ["problem-last-admin"], "{change}");
    }
}

#[tokio::test]
async fn resets_ask_for_a_fresh_proof_and_end_every_session() {
    let office = office().await;
    let services = &office.world.services;
    let (id, token, _) = office.hire(&office.boss, &form(Role::Staff, "rina")).await;
    assert_eq!(keys(accounts::reset_second_factor(services, &office.boss, id).await.unwrap_err()), ["problem-factor-none"]);
    office.world.clock.advance(chrono::TimeDelta::minutes(16));
    assert!(matches!(accounts::reset_password(services, &office.boss, id).await, Err(Error::Proof)));
    assert!(matches!(accounts::reset_second_factor(services, &office.boss, id).await, Err(Error::Proof)));
    let (_, boss) = office.come_in("boss", PASSWORD).await;
    accounts::reset_password(services, &boss, id).await.unwrap();
    assert!(office.who(&token).await.is_none());
    let log = services::audit::entries(services, &boss, &Default::default(), all()).await.unwrap();
    let entry = log.rows.iter().find(|entry| entry.action == "account.password_reset").unwrap();
    assert_eq!((entry.object_id, entry.actor_name.as_str()), (Some(id.0), "boss"));
    assert!(!log.rows.iter().any(|entry| format!("{entry:?}").contains("argon2")), "no hash in the log");
}

#[tokio::test]
async fn the_list_is_searched_and_filtered() {
    let office = office().await;
    let services = &office.world.services;
    let (north, _, mr_north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    office.hire(&mr_north, &form(Role::SubReseller, "sub")).await;
    let (clerk, _, _) = office.hire(&office.boss, &PersonForm { mobile: "01711999888".into(), ..form(Role::Staff, "clerk") }).await;
    let names = async |filter: PersonFilter| {
        let page = accounts::people(services, &office.boss, &filter, all()).await.unwrap();
        assert_eq!(page.total, page.rows.len() as i64);
        page.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert_eq!(names(PersonFilter::default()).await, ["boss", "Mr clerk", "Mr north", "Mr sub"]);
    assert_eq!(names(PersonFilter { search: "999888".into(), ..PersonFilter::default() }).await, ["Mr clerk"]);
    assert_eq!(names(PersonFilter { search: "%".into(), ..PersonFilter::default() }).await, [""; 0]);
    assert_eq!(names(PersonFilter { role: Some(Role::SubReseller), ..PersonFilter::default() }).await, ["Mr sub"]);
    assert_eq!(names(PersonFilter { below: Some(north), ..PersonFilter::default() }).await, ["Mr sub"]);
    accounts::suspend(services, &office.boss, clerk, "On leave").await.unwrap();
    assert_eq!(names(PersonFilter { status: Some(PersonStatus::Suspended), ..PersonFilter::default() }).await, ["Mr clerk"]);
    assert!(accounts::person(services, &office.boss, clerk).await.unwrap().row.signed_in_at.is_some());
}
