//! Acting as somebody below (TEN-10): with a reason and a fresh proof, downward, never nested, for half an hour, with both
//! names in the log, and never for what must not be done as another.

use crate::seed::{customer, package};
use crate::staff::{Office, PASSWORD, an_admin, form, keys, office};
use chrono::TimeDelta;
use domain::AccountId;
use domain::customers::Paging;
use domain::people::{Caller, RightsForm, Role};
use domain::rights::Permission as P;
use services::people::{self, PasswordForm, Who};
use services::{Error, accounts};

struct Acting {
    office: Office,
    north: AccountId,
    /// The session in which the boss acts as the reseller.
    token: String,
    who: Who,
    caller: Caller,
}

async fn acting() -> Acting {
    let office = office().await;
    let (north, _, _) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let token = accounts::login_as(&office.world.services, &office.boss, north, "Ticket 17").await.unwrap();
    let who = office.who(&token).await.unwrap();
    let caller = office.caller(&token).await;
    Acting { office, north, token, who, caller }
}

#[tokio::test]
async fn one_sees_what_he_sees_and_comes_back() {
    let acting = acting().await;
    let (office, services) = (&acting.office, &acting.office.world.services);
    assert_eq!((acting.caller.role, acting.caller.actor_id()), (Role::Reseller, Some(acting.north.0)));
    assert_eq!(acting.caller.owner_path, Some(format!("/{}/", acting.north)));
    let behind = acting.who.impersonator().unwrap();
    assert_eq!((Some(behind.id.0), behind.name.as_str()), (office.boss.actor_id(), "boss"));
    let own = accounts::leave(services, &acting.who).await.unwrap().unwrap();
    assert!(office.who(&acting.token).await.is_none());
    assert_eq!(office.caller(&own).await.role, Role::Admin);
    assert_eq!(keys(accounts::leave(services, &office.who(&own).await.unwrap()).await.unwrap_err()), ["problem-not-acting"]);
}

#[tokio::test]
async fn it_wants_a_reason_a_fresh_proof_and_goes_downward_only() {
    let office = office().await;
    let services = &office.world.services;
    let (north, _, mr_north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let (south, _, mr_south) = office.hire(&office.boss, &form(Role::Reseller, "south")).await;
    let (clerk, _, mr_clerk) = office.hire(&office.boss, &form(Role::Staff, "clerk")).await;
    let other = an_admin(&office.world, "other").await;
    let boss = AccountId(office.boss.actor_id().unwrap());
    assert_eq!(keys(accounts::login_as(services, &office.boss, north, " ").await.unwrap_err()), ["problem-reason"]);
    for id in [other, boss] {
        assert!(matches!(accounts::login_as(services, &office.boss, id, "Ticket").await, Err(Error::Denied(P::Impersonate))));
    }
    assert!(matches!(accounts::login_as(services, &mr_north, south, "Ticket").await, Err(Error::NotFound)));
    assert!(matches!(accounts::login_as(services, &mr_south, boss, "Ticket").await, Err(Error::NotFound)), "upward");
    assert!(matches!(accounts::login_as(services, &mr_clerk, north, "Ticket").await, Err(Error::Denied(_))));
    assert!(matches!(accounts::login_as(services, &office.world.meghna.admin, clerk, "Ticket").await, Err(Error::NotFound)));
    accounts::suspend(services, &office.boss, clerk, "On leave").await.unwrap();
    assert_eq!(keys(accounts::login_as(services, &office.boss, clerk, "Ticket").await.unwrap_err()), ["problem-login-as-suspended"]);
    office.world.clock.advance(TimeDelta::minutes(16));
    assert!(matches!(accounts::login_as(services, &office.boss, north, "Ticket").await, Err(Error::Proof)));
}

#[tokio::test]
async fn it_never_nests() {
    let office = office().await;
    let services = &office.world.services;
    let (north, _, mr_north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    let (sub, _, _) = office.hire(&mr_north, &form(Role::SubReseller, "sub")).await;
    let token = accounts::login_as(services, &office.boss, north, "Ticket").await.unwrap();
    let caller = office.caller(&token).await;
    assert!(matches!(accounts::login_as(services, &caller, sub, "Further").await, Err(Error::Denied(P::Impersonate))));
    let home = package(services, &office.boss, "Home 10", "1000").await;
    let rahim = customer(services, &mr_north, home, "rahim").await;
    assert!(matches!(accounts::login_as_customer(services, &caller, rahim, "Further").await, Err(Error::Denied(P::Impersonate))));
}

#[tokio::test]
async fn it_lasts_half_an_hour_and_ends_with_the_own_session() {
    let acting = acting().await;
    let (office, services) = (&acting.office, &acting.office.world.services);
    for _ in 0..2 {
        office.world.clock.advance(TimeDelta::minutes(14));
        assert!(office.who(&acting.token).await.is_some());
    }
    office.world.clock.advance(TimeDelta::minutes(3));
    assert!(office.who(&acting.token).await.is_none(), "however busy he is");
    assert!(office.who(&office.boss_token).await.is_some(), "his own did not grow idle meanwhile");

    let (boss_token, boss) = office.come_in("boss", PASSWORD).await;
    let token = accounts::login_as(services, &boss, acting.north, "Again").await.unwrap();
    let second = accounts::login_as(services, &boss, acting.north, "Once more").await.unwrap();
    assert!(office.who(&token).await.is_none(), "one at a time");
    people::sign_out(services, &boss_token).await.unwrap();
    assert!(office.who(&second).await.is_none());
}

#[tokio::test]
async fn it_neither_throws_him_out_nor_shows_among_his_sessions() {
    let acting = acting().await;
    let (office, services) = (&acting.office, &acting.office.world.services);
    let mut last = String::new();
    for _ in 0..3 {
        last = office.come_in("north", PASSWORD).await.0;
    }
    let own = people::own_sessions(services, &office.who(&last).await.unwrap()).await.unwrap();
    assert_eq!(own.len(), 3, "three of his own");
    assert!(office.who(&acting.token).await.is_some());
}

#[tokio::test]
async fn it_never_refunds_nor_pays_out() {
    let acting = acting().await;
    let services = &acting.office.world.services;
    let (_, token, _) = acting.office.hire(&acting.office.boss, &form(Role::Staff, "checker")).await;
    let boss = &acting.office.boss;
    let checker = AccountId(acting.office.caller(&token).await.actor_id().unwrap());
    for key in [P::PaymentsRefund, P::CashManage, P::PaymentsView] {
        let form = RightsForm { keys: vec![key.key().into()], closed: Vec::new() };
        accounts::save_rights(services, boss, checker, &form).await.unwrap();
        let token = accounts::login_as(services, boss, checker, "Ticket").await.unwrap();
        assert_eq!(acting.office.caller(&token).await.allowed(key), key == P::PaymentsView, "{}", key.key());
    }
    let home = package(services, boss, "Home 10", "1000").await;
    let rahim = customer(services, boss, home, "rahim").await;
    let borrowed = Caller { role: Role::Admin, owner_path: None, ..acting.caller.clone() };
    let refund = services::corrections::RefundForm {
        amount: "1".into(),
        method: "cash".into(),
        reason: "Wrong".into(),
        key: "refund".into(),
        credit_note: String::new(),
    };
    assert!(matches!(services::corrections::refund(services, &borrowed, rahim, &refund).await, Err(Error::Denied(_))));
    let approved =
        services::corrections::decide(services, &borrowed, domain::ApprovalId(rahim.0), domain::corrections::Decision::Approve).await;
    assert!(matches!(approved, Err(Error::Denied(P::PaymentsRefundApprove))), "{approved:?}");
    assert!(!borrowed.allowed(P::PaymentsRefundApprove));
}

#[tokio::test]
async fn it_never_changes_a_password_or_a_second_factor() {
    let acting = acting().await;
    let (services, who) = (&acting.office.world.services, &acting.who);
    let form = PasswordForm { old_password: PASSWORD.into(), new_password: "Nodi-7-pakhi".into(), again_password: "Nodi-7-pakhi".into() };
    assert!(matches!(people::change_password(services, who, &form).await, Err(Error::Denied(_))));
    assert!(matches!(people::begin_second_factor(services, who).await, Err(Error::Denied(_))));
    assert!(matches!(people::confirm_second_factor(services, who, "000000").await, Err(Error::Denied(_))));
    assert!(matches!(people::drop_second_factor(services, who).await, Err(Error::Denied(_))));
    assert!(matches!(people::new_recovery_codes(services, who).await, Err(Error::Denied(_))));
    assert!(matches!(people::prove(services, who, PASSWORD).await, Err(Error::Denied(_))), "not even with his password");
    assert!(matches!(people::end_other_sessions(services, who).await, Err(Error::Denied(_))));
    assert!(acting.office.attempt("north", PASSWORD).await.is_ok(), "his password is what it was");
}

#[tokio::test]
async fn it_never_reveals_a_secret() {
    let acting = acting().await;
    let (services, who) = (&acting.office.world.services, &acting.who);
    assert!(matches!(people::shown_recovery_codes(services, who).await, Err(Error::Denied(_))));
    assert!(matches!(people::pending_enrolment(services, who).await, Err(Error::Denied(_))));
    // A first password that the reseller made himself is not for whoever acts as he.
    let (_, _, north) = {
        let (token, caller) = acting.office.come_in("north", PASSWORD).await;
        (acting.north, token, caller)
    };
    let clerk = accounts::create_person(services, &north, &form(Role::Staff, "clerk")).await.unwrap();
    assert!(accounts::shown_first_password(services, &north, clerk).await.unwrap().is_some());
    assert_eq!(accounts::shown_first_password(services, &acting.caller, clerk).await.unwrap(), None);
    assert!(matches!(accounts::reset_password(services, &acting.caller, clerk).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn it_never_gives_rights() {
    let acting = acting().await;
    let (office, services) = (&acting.office, &acting.office.world.services);
    let (_, north) = office.come_in("north", PASSWORD).await;
    let clerk = accounts::create_person(services, &north, &form(Role::Staff, "clerk")).await.unwrap();
    let form_ = RightsForm { keys: vec!["customers.view".into()], closed: Vec::new() };
    assert!(matches!(accounts::save_rights(services, &acting.caller, clerk, &form_).await, Err(Error::Denied(_))));
    let special = domain::people::SpecialForm { permission: "customers.view".into(), reason: "Because".into(), ..Default::default() };
    assert!(matches!(accounts::give_special(services, &acting.caller, clerk, &special).await, Err(Error::Denied(_))));
    assert!(matches!(accounts::create_person(services, &acting.caller, &form(Role::Staff, "new")).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn the_log_holds_both_and_its_chain_covers_them() {
    let acting = acting().await;
    let (office, services) = (&acting.office, &acting.office.world.services);
    let home = package(services, &office.boss, "Home 10", "1000").await;
    let rahim = customer(services, &acting.caller, home, "rahim").await;
    accounts::leave(services, &acting.who).await.unwrap();
    let log = services::audit::entries(services, &office.boss, &Default::default(), Paging::new(1, 200)).await.unwrap();
    let made = log.rows.iter().find(|entry| entry.action == "customer.create" && entry.object_id == Some(rahim.0)).unwrap();
    assert_eq!((made.actor_id, made.impersonator_name.as_deref()), (Some(acting.north.0), Some("boss")));
    let opened = log.rows.iter().find(|entry| entry.action == "account.login_as").unwrap();
    assert_eq!((opened.actor_id, opened.object_id), (office.boss.actor_id(), Some(acting.north.0)));
    assert!(opened.after.as_deref().unwrap().contains("Ticket 17"));
    assert!(log.rows.iter().any(|entry| entry.action == "account.login_as_end"));
    let report = services::audit::verify(services, &office.boss, None).await.unwrap();
    assert!(report.broken.is_none(), "{report:?}");
    let mut raw = office.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(office.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("alter table audit_entry disable trigger user").execute(&mut raw).await.unwrap();
    sqlx::query("update audit_entry set impersonator_name = 'somebody else' where id = $1").bind(made.id).execute(&mut raw).await.unwrap();
    let report = services::audit::verify(services, &office.boss, None).await.unwrap();
    assert!(report.broken.is_some(), "who was behind it is sealed too");
}

#[tokio::test]
async fn a_subscribers_portal_is_opened_the_same_way() {
    let office = office().await;
    let services = &office.world.services;
    let home = package(services, &office.boss, "Home 10", "1000").await;
    let rahim = customer(services, &office.boss, home, "rahim").await;
    let token = accounts::login_as_customer(services, &office.boss, rahim, "He called").await.unwrap();
    let caller = office.caller(&token).await;
    assert_eq!((caller.role, caller.customer_id), (Role::Customer, Some(rahim)));
    assert_eq!(services::portal::own_account(services, &caller).await.unwrap().id, rahim);
    let (_, _, north) = office.hire(&office.boss, &form(Role::Reseller, "north")).await;
    assert!(matches!(accounts::login_as_customer(services, &north, rahim, "Not his").await, Err(Error::NotFound)));
    let own = accounts::leave(services, &office.who(&token).await.unwrap()).await.unwrap().unwrap();
    assert_eq!(office.caller(&own).await.role, Role::Admin);
}
