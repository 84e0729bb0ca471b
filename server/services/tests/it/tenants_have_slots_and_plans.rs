//! Tenants, their ISPs, slots and plans: made whole or not at all, never more than there is room for, suspended without
//! a trace and lifted exactly, and strangers to each other (TEN-01, TEN-02, TEN-12, SAA-03, SAA-05).

use crate::seed::{customer, package};
use crate::staff::{PASSWORD, an_admin};
use domain::customers::Paging;
use domain::people::{Actor, PlatformCaller, Role};
use domain::platform::{Decided, IspForm, Limited, PlanForm, Standing, TenantForm};
use domain::trust::Owes;
use domain::{AccountId, IspId, TenantId};
use services::people::{self, Attempt, Site, Who, recognise, sign_in};
use services::{Error, Services, platform};
use testkit::{World, world};
use uuid::Uuid;

fn developer() -> PlatformCaller {
    PlatformCaller { actor: Actor::Account { id: AccountId(Uuid::now_v7()), name: "Dev".into() }, ..PlatformCaller::system("test") }
}

fn head_of(tenant: TenantId) -> PlatformCaller {
    PlatformCaller { role: Role::SuperAdmin, tenant_id: Some(tenant), ..developer() }
}

fn tenant_form(name: &str, slots: &str) -> TenantForm {
    TenantForm {
        name: name.into(),
        subdomain: name.to_lowercase(),
        domain: format!("admin.{}.example", name.to_lowercase()),
        slots: slots.into(),
        admin_name: "Head".into(),
        admin_email: format!("head@{}.example", name.to_lowercase()),
        ..TenantForm::default()
    }
}

fn isp_form(name: &str) -> IspForm {
    IspForm {
        name: name.into(),
        short_name: name.to_lowercase(),
        host: format!("{}.example", name.to_lowercase()),
        time_zone: "Asia/Dhaka".into(),
        currency: "BDT".into(),
        language: "bn".into(),
        admin_name: "Boss".into(),
        admin_email: format!("boss@{}.example", name.to_lowercase()),
        ..IspForm::default()
    }
}

async fn tenant(services: &Services, name: &str, slots: &str) -> TenantId {
    platform::create_tenant(services, &developer(), &tenant_form(name, slots)).await.unwrap().0
}

/// The tenant of the two ISPs that are always there.
async fn delta(world: &World) -> TenantId {
    world.services.isp(world.padma.id).await.unwrap().tenant_id
}

fn conflict(error: Error) -> (String, String) {
    match error {
        Error::Conflict(problem) => (problem.field, problem.key),
        other => panic!("{other:?}"),
    }
}

async fn state(services: &Services, isp: IspId) -> Standing {
    services.isp(isp).await.unwrap().standing
}

#[tokio::test]
async fn a_tenant_is_made_with_its_super_admin_or_not_at_all() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev) = (&world.services, developer());
    let (id, head) = platform::create_tenant(services, &dev, &tenant_form("Surma", "2")).await.unwrap();
    for (change, field) in [
        (TenantForm { domain: "admin.surma.example".into(), ..tenant_form("Kushiyara", "1") }, "domain"),
        (TenantForm { domain: "padma.test".into(), ..tenant_form("Kushiyara", "1") }, "domain"),
        (TenantForm { subdomain: "surma".into(), ..tenant_form("Kushiyara", "1") }, "subdomain"),
        (TenantForm { name: "SURMA".into(), ..tenant_form("Kushiyara", "1") }, "name"),
        (TenantForm { admin_email: "head@surma.example".into(), ..tenant_form("Kushiyara", "1") }, "admin_email"),
    ] {
        assert_eq!(conflict(platform::create_tenant(services, &dev, &change).await.unwrap_err()).0, field);
    }
    let all = platform::tenants(services, &dev, true).await.unwrap();
    assert_eq!(all.len(), 2, "nothing is left of what was refused");

    // The password that was made opens the door once, and only to whoever made it is it shown.
    let password = platform::shown_password(services, &dev, head).await.unwrap().unwrap();
    assert_eq!(platform::shown_password(services, &developer(), head).await.unwrap(), None);
    let attempt = Attempt { site: Site::Platform, login: "head@surma.example", password: &password, ip: None, agent: "" };
    let signed_in = sign_in(services, &attempt).await.unwrap();
    assert_eq!(signed_in.owes, Some(Owes::Password), "it must be changed first");
    let half = recognise(services, &signed_in.token, None, None).await.unwrap().unwrap();
    assert!(matches!(half, Who::Half { .. }));
    let whole = people::choose_password(services, &half, "Nodi-7-pakhi", "Nodi-7-pakhi").await.unwrap();
    let who = recognise(services, &whole.token, None, None).await.unwrap();
    assert!(matches!(who, Some(Who::Platform { caller, .. }) if caller.tenant_id == Some(id)));
    world.clock.advance(chrono::TimeDelta::minutes(31));
    assert_eq!(platform::shown_password(services, &dev, head).await.unwrap(), None);
}

#[tokio::test]
async fn of_twenty_at_once_for_one_slot_one_gets_it() {
    let world = world("2026-11-01T04:00:00Z").await;
    let id = tenant(&world.services, "Surma", "1").await;
    let mut all = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (services, head) = (world.services.clone(), head_of(id));
        all.spawn(async move { platform::create_isp(&services, &head, &isp_form(&format!("Isp{number}"))).await });
    }
    let results = all.join_all().await;
    let (made, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    for error in refused {
        assert_eq!(conflict(error.unwrap_err()).1, "problem-slots-exhausted");
    }
    // What there is works: books, a profile, and an administrator who chooses his own password.
    let (isp, _) = made.into_iter().next().unwrap().unwrap();
    let caller = domain::people::Caller::system(isp, "test");
    let package = package(&world.services, &caller, "Home", "500").await;
    customer(&world.services, &caller, package, "rahim").await;
    let detail = platform::isp(&world.services, &head_of(id), isp).await.unwrap();
    assert_eq!((detail.admins.len(), detail.view.customers, detail.view.users), (1, 1, 1));
    let attempt = Attempt { site: Site::Isp(isp), login: &detail.admins[0].2, password: "guess", ip: None, agent: "" };
    assert!(sign_in(&world.services, &attempt).await.is_err());
}

#[tokio::test]
async fn an_isp_that_is_terminated_frees_its_slot_and_lets_nobody_in() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev) = (&world.services, developer());
    let id = tenant(services, "Surma", "1").await;
    let head = head_of(id);
    let (isp, admin) = platform::create_isp(services, &head, &isp_form("Barak")).await.unwrap();
    let password = platform::shown_password(services, &head, admin).await.unwrap().unwrap();
    let attempt = Attempt { site: Site::Isp(isp), login: "boss@barak.example", password: &password, ip: None, agent: "" };
    let session = sign_in(services, &attempt).await.unwrap();
    assert!(recognise(services, &session.token, Some(isp), None).await.unwrap().is_some());
    assert!(matches!(platform::terminate_isp(services, &head, isp, " ").await, Err(Error::Invalid(_))), "a reason is wanted");
    platform::terminate_isp(services, &head, isp, "sold").await.unwrap();
    assert!(recognise(services, &session.token, Some(isp), None).await.unwrap().is_none());
    assert_eq!(state(services, isp).await, Standing::Closed);
    assert!(platform::lift_isp(services, &head, isp).await.is_err());
    platform::create_isp(services, &head, &isp_form("Manu")).await.unwrap();
    let log = platform::log(services, &dev, Paging::new(1, 25)).await.unwrap();
    let actions: Vec<&str> = log.rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["isp.create", "isp.terminate", "isp.create", "tenant.create"]);
}

#[tokio::test]
async fn slots_are_never_fewer_than_isps_nor_more_than_the_plan() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev) = (&world.services, developer());
    let (one, two) = (tenant(services, "Surma", "3").await, tenant(services, "Barak", "0").await);
    for name in ["Isp1", "Isp2"] {
        platform::create_isp(services, &head_of(one), &isp_form(name)).await.unwrap();
    }
    let error = platform::transfer_slots(services, &dev, one, two, "2", "moved").await.unwrap_err();
    let Error::Conflict(problem) = error else { panic!("{error:?}") };
    assert_eq!(problem.key, "problem-slots-below-use");
    assert!(problem.args.iter().any(|(name, value)| name == "isps" && value == "Isp1, Isp2"), "{problem:?}");
    platform::transfer_slots(services, &dev, one, two, "1", "moved").await.unwrap();
    platform::create_isp(services, &head_of(two), &isp_form("Isp3")).await.unwrap();

    // A plan below use is refused with the names, one above it takes back what is free.
    let small = PlanForm { name: "Small".into(), isps: "1".into(), ..PlanForm::default() };
    let small = platform::save_plan(services, &dev, None, &small).await.unwrap();
    let version = platform::tenant(services, &dev, one).await.unwrap().tenant.version;
    let form = TenantForm { plan: small.to_string(), ..tenant_form("Surma", "") };
    assert_eq!(conflict(platform::save_tenant(services, &dev, one, version, &form).await.unwrap_err()).1, "problem-slots-below-use");
    platform::change_slots(services, &dev, two, true, "4", "bought").await.unwrap();
    let version = platform::tenant(services, &dev, two).await.unwrap().tenant.version;
    let form = TenantForm { plan: small.to_string(), ..tenant_form("Barak", "") };
    platform::save_tenant(services, &dev, two, version, &form).await.unwrap();
    assert_eq!(platform::tenant(services, &dev, two).await.unwrap().tenant.slots, 1);
    let more = platform::change_slots(services, &dev, two, true, "1", "bought").await;
    assert!(matches!(more, Err(Error::PlanLimit(_))), "{more:?}");

    // The history tells every step, and adds up to what there is.
    for id in [one, two] {
        let history = platform::slot_history(services, &head_of(id), Paging::new(1, 100)).await.unwrap();
        let sum: i32 = history.rows.iter().map(|row| row.change).sum();
        assert_eq!(sum, platform::tenant(services, &dev, id).await.unwrap().tenant.slots);
        assert_eq!(history.rows[0].slots, sum);
    }
}

#[tokio::test]
async fn a_suspended_tenants_staff_read_and_its_subscribers_notice_nothing() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev, id) = (&world.services, developer(), delta(&world).await);
    let home = package(services, &world.padma.admin, "Home 10", "1000").await;
    let rahim = customer(services, &world.padma.admin, home, "rahim").await;
    let who = staff(&world, "clerk").await;
    let caller = |who: &Who| match who {
        Who::Isp { caller, .. } => caller.clone(),
        other => panic!("{other:?}"),
    };
    // Meghna was suspended by itself before its tenant was.
    platform::suspend_isp(services, &head_of(id), world.meghna.id, "unpaid").await.unwrap();
    platform::suspend_tenant(services, &dev, id, "unpaid as well").await.unwrap();
    assert!(matches!(state(services, world.padma.id).await, Standing::Suspended(_)));

    let clerk = caller(&recognise(services, &who, Some(world.padma.id), None).await.unwrap().unwrap());
    assert!(clerk.read_only);
    assert!(services::customers::customer(services, &clerk, rahim).await.is_ok(), "everything is read");
    let form = services::customers::CustomerForm {
        name: "X".into(),
        username: "x".into(),
        password: "xxxx".into(),
        package_id: home.to_string(),
        ..Default::default()
    };
    let before = world.db.digests(world.padma.id).await;
    assert!(matches!(services::customers::create_customer(services, &clerk, &form).await, Err(Error::ReadOnly)));
    let pay =
        services::payments::PaymentForm { amount: "100".into(), method: "cash".into(), key: "suspended-1".into(), ..Default::default() };
    assert!(matches!(services::payments::take_payment(services, &clerk, rahim, &pay).await, Err(Error::ReadOnly)));
    assert!(matches!(services::packages::create_tax(services, &clerk, "VAT", "5", true).await, Err(Error::ReadOnly)));
    assert_eq!(world.db.digests(world.padma.id).await, before, "and nothing was written");
    // The head of the tenant is held too, whatever he tries.
    let held = PlatformCaller { read_only: true, ..head_of(id) };
    assert!(matches!(platform::lift_isp(services, &held, world.meghna.id).await, Err(Error::ReadOnly)));
    // Work for subscribers goes on, and so do they.
    assert!(services.isp(world.padma.id).await.unwrap().active);
    services::billing::run_billing(services, &domain::people::Caller::system(world.padma.id, "billing"), "2026-11-01".parse().unwrap())
        .await
        .unwrap();
    let line = Attempt { site: Site::Isp(world.padma.id), login: "rahim", password: "rahim-secret", ip: None, agent: "" };
    let signed_in = sign_in(services, &line).await.unwrap();
    let me = recognise(services, &signed_in.token, Some(world.padma.id), None).await.unwrap().unwrap();
    assert!(!caller(&me).read_only);

    platform::lift_tenant(services, &dev, id).await.unwrap();
    assert_eq!(state(services, world.padma.id).await, Standing::Open);
    assert!(matches!(state(services, world.meghna.id).await, Standing::Suspended(_)), "its own suspension stands");
    let clerk = caller(&recognise(services, &who, Some(world.padma.id), None).await.unwrap().unwrap());
    services::customers::create_customer(services, &clerk, &form).await.unwrap();
    platform::lift_isp(services, &head_of(id), world.meghna.id).await.unwrap();
    assert_eq!(state(services, world.meghna.id).await, Standing::Open);
}

/// A session of somebody with all rights at Padma.
async fn staff(world: &World, username: &str) -> String {
    an_admin(world, username).await;
    let attempt = Attempt { site: Site::Isp(world.padma.id), login: username, password: PASSWORD, ip: None, agent: "" };
    sign_in(&world.services, &attempt).await.unwrap().token
}

#[tokio::test]
async fn a_deleted_tenant_is_gone_for_everybody_and_comes_back_as_it_was() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev, id) = (&world.services, developer(), delta(&world).await);
    let token = staff(&world, "clerk").await;
    platform::delete_tenant(services, &dev, id, "left").await.unwrap();
    assert!(recognise(services, &token, Some(world.padma.id), None).await.unwrap().is_none());
    assert_eq!(state(services, world.padma.id).await, Standing::Closed);
    let detail = platform::tenant(services, &dev, id).await.unwrap();
    assert_eq!(detail.tenant.decided, Decided::Ended);
    assert_eq!(detail.kept_until, Some("2027-01-30T04:00:00Z".parse().unwrap()));
    assert!(platform::tenants(services, &dev, false).await.unwrap().is_empty());
    platform::restore_tenant(services, &dev, id).await.unwrap();
    assert_eq!(state(services, world.padma.id).await, Standing::Open);
    let attempt = Attempt { site: Site::Isp(world.padma.id), login: "clerk", password: "Correct-horse-1", ip: None, agent: "" };
    assert!(sign_in(services, &attempt).await.is_ok());
}

#[tokio::test]
async fn a_limit_holds_for_all_isps_of_a_tenant_and_touches_nothing_that_is_there() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev, id) = (&world.services, developer(), delta(&world).await);
    let here = package(services, &world.padma.admin, "Home", "500").await;
    let there = package(services, &world.meghna.admin, "Home", "500").await;
    let ours = customer(services, &world.padma.admin, here, "rahim").await;
    customer(services, &world.meghna.admin, there, "karim").await;
    let plan = PlanForm { name: "Five".into(), customers: "5".into(), ..PlanForm::default() };
    let plan_id = platform::save_plan(services, &dev, None, &plan).await.unwrap();
    let was = platform::tenant(services, &dev, id).await.unwrap().tenant;
    let form = TenantForm { name: was.name, plan: plan_id.to_string(), ..TenantForm::default() };
    platform::save_tenant(services, &dev, id, was.version, &form).await.unwrap();

    // Twenty at once at two ISPs for three places.
    let mut all = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (services, isp, package) = match number % 2 {
            0 => (services.clone(), world.padma.admin.clone(), here),
            _ => (services.clone(), world.meghna.admin.clone(), there),
        };
        all.spawn(async move {
            let form = services::customers::CustomerForm {
                name: format!("Customer {number}"),
                username: format!("line{number}"),
                password: "secret".into(),
                package_id: package.to_string(),
                ..Default::default()
            };
            services::customers::create_customer(&services, &isp, &form).await
        });
    }
    let (made, refused): (Vec<_>, Vec<_>) = all.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 3);
    for error in refused {
        let error = error.unwrap_err();
        assert!(matches!(&error, Error::PlanLimit(problem) if problem.key == "problem-plan-customers"), "{error:?}");
    }
    let usage = platform::isp_usage(services, &world.padma.admin).await.unwrap();
    let (customers, own) = usage.iter().find(|(one, _)| one.of == Limited::Customers).unwrap();
    assert_eq!((customers.have, customers.most), (5, Some(5)));
    let page = domain::customers::Paging::new(1, 25);
    let listed = services::customers::subscribers(services, &world.padma.admin, &Default::default(), page).await.unwrap();
    assert_eq!(*own, listed.total, "of which are its own");

    // A smaller plan takes nothing away: lines are billed and paid as before.
    let smaller = PlanForm { customers: "1".into(), ..plan };
    platform::save_plan(services, &dev, Some((plan_id, 1)), &smaller).await.unwrap();
    services::billing::run_billing(services, &world.padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    assert!(services::customers::customer(services, &world.padma.admin, ours).await.unwrap().due.minor > 0);
    let pay =
        services::payments::PaymentForm { amount: "100".into(), method: "cash".into(), key: "limit-pay".into(), ..Default::default() };
    services::payments::take_payment(services, &world.padma.admin, ours, &pay).await.unwrap();
}

#[tokio::test]
async fn people_count_while_they_are_active() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev, id) = (&world.services, developer(), delta(&world).await);
    staff(&world, "one").await;
    staff(&world, "two").await;
    let plan = PlanForm { name: "Two".into(), users: "2".into(), ..PlanForm::default() };
    let plan = platform::save_plan(services, &dev, None, &plan).await.unwrap();
    let was = platform::tenant(services, &dev, id).await.unwrap().tenant;
    assert_eq!(was.users, 2);
    let form = TenantForm { name: was.name, plan: plan.to_string(), ..TenantForm::default() };
    platform::save_tenant(services, &dev, id, was.version, &form).await.unwrap();
    let third = || async {
        let mut tx = services.db.isp(&world.padma.admin).await.unwrap();
        let account = storage::accounts::NewAccount {
            id: AccountId(Uuid::now_v7()),
            role: Role::Staff,
            name: "Three",
            email: None,
            username: Some("three"),
            mobile: None,
            password_hash: "x",
            customer_id: None,
            grants: &[],
        };
        storage::accounts::create(&mut tx, account).await?;
        tx.commit().await
    };
    assert!(third().await.unwrap_err().is_constraint("plan_limit:users:2"));
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update account set status = 'disabled' where username = 'one'").execute(&mut raw).await.unwrap();
    third().await.unwrap();
    let back = sqlx::query("update account set status = 'active' where username = 'one'").execute(&mut raw).await.unwrap_err();
    assert!(back.to_string().contains("the plan allows"), "{back}");
}

#[tokio::test]
async fn a_super_admin_sees_his_own_tenant_alone() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, dev, theirs) = (&world.services, developer(), delta(&world).await);
    let head = head_of(tenant(services, "Surma", "1").await);
    assert!(matches!(platform::tenant(services, &head, theirs).await, Err(Error::NotFound)));
    assert!(matches!(platform::isp(services, &head, world.padma.id).await, Err(Error::NotFound)));
    assert!(platform::isps(services, &head).await.unwrap().is_empty());
    assert_eq!(platform::tenants(services, &head, true).await.unwrap().len(), 1);
    for answer in [
        platform::suspend_isp(services, &head, world.padma.id, "mine now").await,
        platform::terminate_isp(services, &head, world.padma.id, "mine now").await,
    ] {
        assert!(matches!(answer, Err(Error::NotFound)), "{answer:?}");
    }
    for answer in [
        platform::suspend_tenant(services, &head, theirs, "no").await,
        platform::delete_tenant(services, &head, theirs, "no").await,
        platform::change_slots(services, &head, theirs, true, "1", "no").await,
    ] {
        assert!(matches!(answer, Err(Error::Denied(_))), "{answer:?}");
    }
    assert!(platform::log(services, &head, Paging::new(1, 25)).await.unwrap().rows.iter().all(|row| row.subject == "Surma"));
    // He asks once for each kind, and reads the answer.
    platform::ask_for_more(services, &head, "isps", "Two more from May").await.unwrap();
    let again = platform::ask_for_more(services, &head, "isps", "Two more from May").await.unwrap_err();
    assert_eq!(conflict(again).1, "problem-asked-already");
    let waiting = platform::requests(services, &dev, true).await.unwrap();
    platform::answer_request(services, &dev, waiting[0].id, "Done").await.unwrap();
    let answered = platform::requests(services, &head, false).await.unwrap();
    assert_eq!(answered[0].answer.as_deref(), Some("Done"));
}
