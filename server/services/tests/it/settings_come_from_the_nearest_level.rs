//! Settings from the platform down to a reseller's subtree (TEN-13): the nearest level answers, a lock ends the question,
//! what is out of range is refused with its range, and every use sees a change with its next step.

use crate::seed::{customer, package};
use crate::staff::{Office, below, form, keys, office};
use domain::people::{Actor, BranchInput, PlatformCaller, Role};
use domain::platform::Standing;
use domain::settings::{Group, Key, Level, SettingsForm};
use domain::{AccountId, CustomerId, TenantId};
use services::settings::{At, SettingView, above, page, reset, reset_above, save, save_above};
use services::{Error, accounts, dunning};
use uuid::Uuid;

fn developer() -> PlatformCaller {
    PlatformCaller { actor: Actor::Account { id: AccountId(Uuid::now_v7()), name: "Dev".into() }, ..PlatformCaller::system("test") }
}

fn typed(key: Key, value: &str) -> SettingsForm {
    SettingsForm { values: [(key.slug().to_string(), value.to_string())].into(), ..SettingsForm::default() }
}

fn locked(key: Key, value: &str) -> SettingsForm {
    SettingsForm { locked: vec![key.slug().to_string()], ..typed(key, value) }
}

fn over(key: Key, value: &str, seen: &str) -> SettingsForm {
    SettingsForm { seen: [(key.slug().to_string(), seen.to_string())].into(), ..typed(key, value) }
}

async fn view(office: &Office, at: At, key: Key) -> SettingView {
    let page = page(&office.world.services, &office.boss, at, &[key.def().group]).await.unwrap();
    page.groups.into_iter().flat_map(|group| group.settings).find(|setting| setting.key == key).unwrap()
}

async fn tenant(office: &Office) -> TenantId {
    office.world.services.isp(office.world.padma.id).await.unwrap().tenant_id
}

/// How many days a promise of this customer may run at most.
async fn promise_days(office: &Office, customer: CustomerId) -> String {
    let services = &office.world.services;
    let far = "2027-01-01".parse().unwrap();
    match dunning::promise(services, &office.boss, customer, far, "").await.unwrap_err() {
        Error::Invalid(problems) => problems[0].args.iter().find(|(name, _)| name == "days").map(|(_, days)| days.clone()).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_nearest_level_answers_and_each_value_says_where_it_comes_from() {
    let office = office().await;
    let (services, boss, dev) = (&office.world.services, &office.boss, developer());
    let key = Key::PromiseDays;
    assert_eq!((view(&office, At::Isp, key).await.value.as_str(), view(&office, At::Isp, key).await.source), ("7", None));
    save_above(services, &dev, None, Group::Promise, &typed(key, "5")).await.unwrap();
    let seen = view(&office, At::Isp, key).await;
    assert_eq!((seen.value.as_str(), seen.source.unwrap().level, seen.own), ("5", Level::Platform, None));
    save_above(services, &dev, Some(tenant(&office).await), Group::Promise, &typed(key, "6")).await.unwrap();
    assert_eq!(view(&office, At::Isp, key).await.source.unwrap().level, Level::Tenant);
    save(services, boss, At::Isp, Group::Promise, &typed(key, "9")).await.unwrap();
    let seen = view(&office, At::Isp, key).await;
    let own = seen.own.unwrap();
    assert_eq!((seen.value.as_str(), own.by.as_str(), own.at), ("9", "boss", services.now()));
    assert_eq!((seen.without.as_str(), seen.without_source.unwrap().level), ("6", Level::Tenant));
    // A sibling under the same tenant has nothing of it.
    let sibling = services.isp(office.world.meghna.id).await.unwrap();
    assert_eq!(sibling.settings.number(key), 6);
    reset(services, boss, At::Isp, key).await.unwrap();
    assert_eq!(view(&office, At::Isp, key).await.value, "6");
    reset_above(services, &dev, Some(tenant(&office).await), key).await.unwrap();
    reset_above(services, &dev, None, key).await.unwrap();
    assert_eq!(view(&office, At::Isp, key).await.value, "7");
    assert!(matches!(reset(services, boss, At::Isp, key).await, Err(Error::NotFound)), "there is nothing left to take away");
}

#[tokio::test]
async fn branches_and_resellers_set_what_holds_for_their_customers() {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    let (north, _, mr_north) = office.hire(boss, &form(Role::Reseller, "north")).await;
    let (sub, _, mr_sub) = office.hire(&mr_north, &below(Role::SubReseller, "sub", north)).await;
    let branch = |name: &str, parent: Option<domain::BranchId>| BranchInput {
        name: name.into(),
        parent: parent.map(|parent| parent.to_string()).unwrap_or_default(),
    };
    let mill = accounts::save_branch(services, boss, None, &branch("Mill", None)).await.unwrap();
    let gate = accounts::save_branch(services, boss, None, &branch("Gate", Some(mill))).await.unwrap();
    let home = package(services, boss, "Home 10", "1000").await;
    let (own, his, far) = (
        customer(services, boss, home, "rahim").await,
        customer(services, &mr_north, home, "karim").await,
        customer(services, &mr_sub, home, "salma").await,
    );
    accounts::move_to_branch(services, boss, own, gate).await.unwrap();
    let set = async |at: At, value: &str| save(services, boss, at, Group::Promise, &typed(Key::PromiseDays, value)).await.unwrap();
    set(At::Isp, "10").await;
    assert_eq!(promise_days(&office, own).await, "10");
    set(At::Branch(mill), "4").await;
    assert_eq!(promise_days(&office, own).await, "4", "Gate stands below Mill");
    set(At::Branch(gate), "3").await;
    assert_eq!(promise_days(&office, own).await, "3");
    assert_eq!(promise_days(&office, his).await, "10", "he is of the main branch");
    set(At::Reseller(north), "12").await;
    assert_eq!((promise_days(&office, his).await, promise_days(&office, far).await), ("12".into(), "12".into()));
    set(At::Reseller(sub), "2").await;
    assert_eq!((promise_days(&office, his).await, promise_days(&office, far).await), ("12".into(), "2".into()));
    let seen = view(&office, At::Reseller(sub), Key::PromiseDays).await;
    assert_eq!(seen.without_source.map(|source| (source.level, source.name)), Some((Level::Reseller, "Mr north".into())));
    // The ISP locks it: nobody below has an own value any more, and none is lost.
    save(
        services,
        boss,
        At::Isp,
        Group::Promise,
        &SettingsForm { locked: vec![Key::PromiseDays.slug().into()], ..over(Key::PromiseDays, "10", "10") },
    )
    .await
    .unwrap();
    for customer in [own, his, far] {
        assert_eq!(promise_days(&office, customer).await, "10");
    }
    let refused = save(services, boss, At::Branch(gate), Group::Promise, &over(Key::PromiseDays, "5", "3")).await.unwrap_err();
    assert_eq!(keys(refused), ["problem-setting-fixed"]);
    save(services, boss, At::Isp, Group::Promise, &over(Key::PromiseDays, "10", "10")).await.unwrap();
    assert_eq!(promise_days(&office, far).await, "2");
    // Quiet hours go by the same: who is of Mill is written to at noon only.
    save(services, boss, At::Branch(mill), Group::Quiet, &typed(Key::QuietUntil, "12:00")).await.unwrap();
    services::billing::run_billing(services, boss, "2026-11-01".parse().unwrap()).await.unwrap();
    dunning::promise(services, boss, own, "2026-11-03".parse().unwrap(), "").await.unwrap();
    // A branch goes with what was set for it.
    accounts::move_to_branch(
        services,
        boss,
        own,
        accounts::branches(services, boss).await.unwrap().iter().find(|b| b.is_default).unwrap().id,
    )
    .await
    .unwrap();
    accounts::delete_branch(services, boss, gate).await.unwrap();
    assert!(matches!(page(services, boss, At::Branch(gate), &Group::ALL).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn what_is_out_of_range_or_fixed_or_was_changed_meanwhile_is_refused() {
    let office = office().await;
    let (services, boss, dev) = (&office.world.services, &office.boss, developer());
    let error = save(services, boss, At::Isp, Group::Network, &typed(Key::InterimSeconds, "10")).await.unwrap_err();
    let Error::Invalid(problems) = error else { panic!("{error:?}") };
    assert_eq!((problems[0].field.as_str(), problems[0].key.as_str()), ("interim_seconds", "problem-number-range"));
    assert_eq!(problems[0].args, [("least".to_string(), "60".to_string()), ("most".to_string(), "3600".to_string())]);
    save_above(services, &dev, None, Group::Network, &locked(Key::InterimSeconds, "600")).await.unwrap();
    let refused = save(services, boss, At::Isp, Group::Network, &typed(Key::InterimSeconds, "300")).await.unwrap_err();
    assert_eq!(keys(refused), ["problem-setting-fixed"]);
    assert_eq!(services.isp(boss.isp_id).await.unwrap().policy.interim_seconds, 600, "routers are told what is fixed above");
    save(services, boss, At::Isp, Group::Promise, &typed(Key::PromisePerYear, "4")).await.unwrap();
    let late = save(services, boss, At::Isp, Group::Promise, &typed(Key::PromisePerYear, "5")).await.unwrap_err();
    assert_eq!(keys(late), ["problem-changed-meanwhile"], "his page showed it as inherited");
    save(services, boss, At::Isp, Group::Promise, &over(Key::PromisePerYear, "5", "4")).await.unwrap();
    // What only the platform and a tenant may set is nobody's below.
    save(services, boss, At::Isp, Group::Arrears, &typed(Key::LineGraceDays, "90")).await.unwrap();
    assert_eq!(services.isp(boss.isp_id).await.unwrap().settings.number(Key::LineGraceDays), 7);
}

#[tokio::test]
async fn nobody_reaches_settings_that_are_not_his() {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    let (north, _, mr_north) = office.hire(boss, &form(Role::Reseller, "north")).await;
    let promise = typed(Key::PromiseDays, "30");
    assert!(matches!(save(services, &mr_north, At::Reseller(north), Group::Promise, &promise).await, Err(Error::Denied(_))));
    assert!(matches!(page(services, &mr_north, At::Reseller(north), &[Group::Promise]).await, Err(Error::NotFound)));
    let seen = page(services, &mr_north, At::Isp, &Group::ALL).await.unwrap().groups;
    assert!(seen.iter().all(|group| !group.may_change && group.group != Group::General), "he reads what his bills go by");
    let sibling = &office.world.meghna.admin;
    assert!(matches!(save(services, sibling, At::Reseller(north), Group::Promise, &promise).await, Err(Error::NotFound)));
    let stranger = PlatformCaller { role: Role::SuperAdmin, tenant_id: Some(TenantId(Uuid::now_v7())), ..developer() };
    let head = PlatformCaller { tenant_id: Some(tenant(&office).await), ..stranger.clone() };
    let delta = Some(tenant(&office).await);
    assert!(matches!(save_above(services, &stranger, delta, Group::Promise, &promise).await, Err(Error::NotFound)));
    assert!(matches!(above(services, &stranger, delta).await, Err(Error::NotFound)));
    assert_eq!(above(services, &head, None).await.unwrap().level, Level::Tenant, "a super admin's settings are his tenant's");
    save_above(services, &head, None, Group::Promise, &promise).await.unwrap();
    assert_eq!(services.isp(boss.isp_id).await.unwrap().settings.number(Key::PromiseDays), 30);
    // Under the ISP lock another ISP's rows are not there, and cannot be written.
    save(services, boss, At::Isp, Group::Promise, &typed(Key::PromiseDays, "8")).await.unwrap();
    let mut raw = office.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(sibling.isp_id.to_string()).execute(&mut raw).await.unwrap();
    let seen: Vec<(String,)> = sqlx::query_as("select level from setting").fetch_all(&mut raw).await.unwrap();
    assert_eq!(seen.iter().filter(|(level,)| level == "isp").count(), 1, "Meghna's own way of turning lines away and no more: {seen:?}");
    let foreign = sqlx::query(
        "insert into setting (isp_id, level, scope, key, value, changed_name, changed_at) values ($1, 'isp', $1, 'language', 'bn', 'x', now())",
    );
    assert!(foreign.bind(boss.isp_id.0).execute(&mut raw).await.unwrap_err().to_string().contains("row-level security"));
    let up = sqlx::query("update setting set value = '1' where level = 'tenant'").execute(&mut raw).await.unwrap();
    assert_eq!(up.rows_affected(), 0, "what stands above is read, and not written, from inside an ISP");
}

#[tokio::test]
async fn a_new_isp_and_a_new_profile_begin_with_what_was_set_above() {
    let office = office().await;
    let (services, dev) = (&office.world.services, developer());
    let delta = tenant(&office).await;
    save_above(services, &dev, Some(delta), Group::Billing, &typed(Key::ProfileDue, "14")).await.unwrap();
    save_above(services, &dev, None, Group::General, &typed(Key::Language, "bn")).await.unwrap();
    assert_eq!(services.isp(office.boss.isp_id).await.unwrap().language, "bn", "it never chose one itself");
    services::platform::change_slots(services, &dev, delta, true, "5", "room").await.unwrap();
    let form = domain::platform::IspForm {
        tenant: delta.to_string(),
        name: "Jamuna".into(),
        short_name: "jamuna".into(),
        host: "jamuna.test".into(),
        time_zone: "Asia/Dhaka".into(),
        currency: "BDT".into(),
        language: "en".into(),
        admin_name: "Boss".into(),
        admin_email: "boss@jamuna.test".into(),
        ..Default::default()
    };
    let (id, _) = services::platform::create_isp(services, &dev, &form).await.unwrap();
    let caller = domain::people::Caller::system(id, "test");
    let profiles = services::billing::profiles(services, &caller).await.unwrap();
    assert_eq!((profiles[0].due_days, profiles[0].grace_days), (14, 3));
    assert_eq!(services.isp(id).await.unwrap().language, "en", "it was founded in English");
}

#[tokio::test]
async fn lines_of_a_suspended_tenant_run_for_seven_days_and_then_as_the_platform_says() {
    let office = office().await;
    let (services, dev, delta) = (&office.world.services, developer(), tenant(&office).await);
    let closed = async || services.isp(office.boss.isp_id).await.unwrap().policy.closed_from;
    services::platform::suspend_tenant(services, &dev, delta, "unpaid").await.unwrap();
    let Standing::Suspended(suspension) = services.isp(office.boss.isp_id).await.unwrap().standing else { panic!("not suspended") };
    assert_eq!(closed().await, None, "usually lines keep running");
    save_above(services, &dev, Some(delta), Group::Arrears, &typed(Key::LineAfterGrace, "reject")).await.unwrap();
    assert_eq!(closed().await, Some(suspension.since + chrono::TimeDelta::days(7)));
    save_above(services, &dev, None, Group::Arrears, &locked(Key::LineGraceDays, "30")).await.unwrap();
    assert_eq!(closed().await, Some(suspension.since + chrono::TimeDelta::days(30)));
    services::platform::lift_tenant(services, &dev, delta).await.unwrap();
    assert_eq!(closed().await, None);
}
