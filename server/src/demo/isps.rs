//! The ISPs of the demo: Padma Net, which walls unpaid lines in, and Meghna Online, which turns them away. Both know a
//! subscriber of the same name, behind routers of their own.

use super::history::{back_then, collector, live, months_before};
use super::{Demo, Login, Nas, Subscriber, password, people};
use anyhow::{Context, Result};
use chrono::{NaiveTime, TimeDelta};
use domain::access::SuspendedAccess;
use domain::bulk::BulkAction;
use domain::customers::{BlockReason, Paging, SubscriberFilter};
use domain::dunning::{Step, StepAction};
use domain::imports::ImportOptions;
use domain::packages::PackageForm;
use domain::people::{Actor, Caller, PlatformCaller, Role};
use domain::platform::{PlanForm, TenantForm};
use domain::radius::NasForm;
use domain::rights::Permission;
use domain::trust::SignInRule;
use domain::zones::at_time;
use domain::{AccountId, Currency, CustomerId, IspId, Money, PackageId, TenantId};
use services::Services;
use services::customers::{CustomerForm, create_customer};
use services::platform;
use storage::accounts::NewAccount;
use storage::isps::{Isp, NewIsp};
use uuid::Uuid;

/// Short name of the ISP that `--customers` makes.
pub const CROWD: &str = "jamuna";

/// Whoever tries the demo comes in with a password alone, and stays while he looks around.
const OPEN_HOUSE: SignInRule = SignInRule { second_factor: false, idle_minutes: 720, most_sessions: 5, ..SignInRule::USUAL };

const LISTS: &[(&str, &[u8])] = &[
    ("kept-by-hand.xlsx", include_bytes!("../../../end2end/data/kept-by-hand.xlsx")),
    ("mikrotik-ppp-secret.csv", include_bytes!("../../../end2end/data/mikrotik-ppp-secret.csv")),
    ("phpnuxbill-customers.csv", include_bytes!("../../../end2end/data/phpnuxbill-customers.csv")),
];

pub async fn any(services: &Services) -> Result<bool> {
    let mut tx = services.db.platform(&PlatformCaller::system("demo")).await?;
    Ok(!storage::isps::list(&mut tx).await?.is_empty())
}

pub async fn seed(services: &Services, demo: &mut Demo) -> Result<()> {
    let secret = password();
    services::platform::put_developer(services, "Developer", "developer@lastmile.example", &secret).await?;
    demo.logins.insert(
        "developer".into(),
        Login { host: "platform.localhost".into(), login: "developer@lastmile.example".into(), password: secret },
    );
    let tenant = TenantId(Uuid::now_v7());
    let mut tx = services.db.platform(&PlatformCaller::system("demo")).await?;
    storage::tenants::create_bare(&mut tx, tenant, "Delta Group").await?;
    storage::sign_in_rules::set(&mut tx, None, &OPEN_HOUSE, services.now()).await?;
    tx.commit().await?;
    padma(services, demo, tenant).await?;
    meghna(services, demo, tenant).await?;
    above(services, demo, tenant).await
}

/// What the tenant of both has: a plan that comes near its limit, one slot to spare, a super admin, and a wish.
async fn above(services: &Services, demo: &mut Demo, tenant: TenantId) -> Result<()> {
    let caller = PlatformCaller::system("demo");
    let customers: i64 = platform::isps(services, &caller).await?.iter().map(|view| view.customers).sum();
    let form = |name: &str, isps: &str, customers: i64, users: &str| PlanForm {
        name: name.into(),
        isps: isps.into(),
        customers: customers.to_string(),
        users: users.into(),
        ..PlanForm::default()
    };
    let plan = platform::save_plan(services, &caller, None, &form("Regional", "5", customers * 10 / 9 + 1, "60")).await?;
    platform::save_plan(services, &caller, None, &form("Start", "1", 300, "10")).await?;
    // One that is over: what stands above every page is for those who run the product.
    let notice = domain::platform::NoticeForm {
        kind: "maintenance".into(),
        title: "Maintenance on Friday from 02:00 to 03:00".into(),
        words: "Pages and RADIUS answer all the time; bills of that night come an hour later.".into(),
        ..Default::default()
    };
    let notice = platform::publish_notice(services, &caller, &notice).await?;
    platform::end_notice(services, &caller, notice).await?;
    platform::change_slots(services, &caller, tenant, true, "3", "Three providers").await?;
    let was = platform::tenant(services, &caller, tenant).await?.tenant;
    let form = TenantForm { name: was.name, subdomain: "delta".into(), plan: plan.to_string(), ..TenantForm::default() };
    platform::save_tenant(services, &caller, tenant, was.version, &form).await?;
    let (id, secret) = (AccountId(Uuid::now_v7()), password());
    let hash = services::people::hash_password(&secret).await?;
    let email = "super-admin@lastmile.example";
    let mut tx = services.db.platform(&caller).await?;
    storage::accounts::put_platform(&mut tx, id, Role::SuperAdmin, Some(tenant), "Farida Rahman", email, &hash).await?;
    tx.commit().await?;
    demo.logins.insert("super_admin".into(), Login { host: "platform.localhost".into(), login: email.into(), password: secret });
    let actor = Actor::Account { id, name: "Farida Rahman".into() };
    let head = PlatformCaller { actor, role: Role::SuperAdmin, tenant_id: Some(tenant), ..caller };
    platform::ask_for_more(services, &head, "customers", "We connect two more villages in spring: 200 customers more.").await?;
    Ok(())
}

async fn padma(services: &Services, demo: &mut Demo, tenant: TenantId) -> Result<()> {
    let hosts = ["127.0.0.1", "localhost", "padma.localhost"];
    let isp = found(services, tenant, "Padma Net", "পদ্মা নেট", "padma", SuspendedAccess::Walled, &hosts).await?;
    let admin = account(services, demo, &isp, "admin", Role::Admin, "Shahana Parvin", &[]).await?;
    let grants = [
        Permission::CustomersView,
        Permission::CustomersCreate,
        Permission::BillingView,
        Permission::PaymentsView,
        Permission::PaymentsReceive,
        Permission::CashDesk,
        Permission::SessionsView,
        Permission::NetworkView,
    ];
    let clerk = account(services, demo, &isp, "staff", Role::Staff, "Kamrul Hasan", &grants).await?;
    nas(services, demo, &isp, "Mirpur core", "127.0.0.2").await?;
    nas(services, demo, &isp, "Uttara edge", "127.0.0.5").await?;

    let from = months_before(services.today(&isp), 3);
    let start = at_time(from, NaiveTime::MIN, isp.zone);
    let (then, _) = back_then(services, start);
    let boss = collector(isp.id, admin, "Shahana Parvin");
    services::packages::create_tax(&then, &boss, "VAT 5%", "5", true).await?;
    let tax = services::packages::list_taxes(&then, &boss).await?.first().map(|tax| tax.id.to_string()).unwrap_or_default();
    let mut packages = Vec::new();
    for (name, up, down, price) in [
        ("Home 10", "10", "10", "800"),
        ("Home 20", "20", "20", "1000"),
        ("Home 50", "50", "50", "1500"),
        ("Office 100", "100", "100", "5000"),
    ] {
        packages.push(package(&then, &boss, name, up, down, price, &tax).await?);
    }
    for (name, bytes) in LISTS {
        import(&then, &boss, name, bytes.to_vec()).await.with_context(|| (*name).to_string())?;
    }
    known_subscribers(&then, demo, &isp, &boss, packages[0], "walled").await?;
    dunning(&then, &boss).await?;
    let counter = collector(isp.id, clerk, "Kamrul Hasan");
    let never = never_pay(services, demo, &isp, &counter).await?;
    live(services, &isp, from, &counter, 88, &never).await?;
    field_work(services, &counter, services.today(&isp)).await?;
    settle_known(services, demo, &isp, &counter).await?;
    super::usage::fill(services, &isp, &boss, &packages).await?;
    super::corrections::correct(services, &boss, &counter).await?;
    let office = super::office::Office { isp: &isp, boss: &boss, counter: &counter };
    office.work(services, from).await?;
    let seller = account(services, demo, &isp, "reseller", Role::Reseller, "Jashim Uddin", &[]).await?;
    office.seller(services, seller, "Jashim Uddin").await?;
    super::addresses::number(services, &boss).await?;
    super::keys::make(services, demo, &isp, &boss).await?;
    thought_better(services, &boss).await?;
    super::staff::hire_all(services, demo, &isp, &boss, seller).await
}

/// Everybody was to go off the air for works on the fibre; that was taken back before it began.
async fn thought_better(services: &Services, boss: &Caller) -> Result<()> {
    let (filter, what, why) = (SubscriberFilter::default(), BulkAction::Suspend, BlockReason::Maintenance);
    let preview = services::customers::preview_bulk(services, boss, &filter, what, why).await?;
    let job = services::customers::start_bulk(services, boss, &filter, (what, why, "Works on the fibre"), preview.lines.len()).await?;
    services::customers::cancel_bulk(services, boss, job).await?;
    Ok(())
}

/// Calls and visits of earlier weeks were made; those of the last days are still to be done.
async fn field_work(services: &Services, counter: &Caller, today: chrono::NaiveDate) -> Result<()> {
    loop {
        let page = services::dunning::tasks(services, counter, Paging::new(1, 200)).await?;
        let old: Vec<_> = page.rows.iter().filter(|task| (today - task.made_on).num_days() > 12).collect();
        if old.is_empty() {
            return Ok(());
        }
        for task in old {
            services::dunning::close_task(services, counter, task.id, "Pays when his salary comes").await?;
        }
    }
}

/// Two plans, settings and the holidays of a year.
async fn dunning(services: &Services, boss: &Caller) -> Result<()> {
    // Whom no message moved is called and then visited, so that there is a list of them.
    let mut reminders = domain::dunning::standard();
    let by_hand = domain::dunning::field_habit().into_iter().filter(|step| matches!(step.action, StepAction::Call | StepAction::Visit));
    reminders.extend(by_hand.zip([5, 9]).map(|(step, offset_days)| Step { offset_days, ..step }));
    for (name, steps) in [("Reminders", reminders), ("Field team", domain::dunning::field_habit())] {
        services::dunning::save_plan(services, boss, None, &domain::dunning::PlanForm::of(name, &steps)).await?;
    }
    // A careful owner: already one in twenty is unusual to him, so that a stopped run is there to be looked at.
    let form = domain::settings::SettingsForm {
        values: [("brake_share", "5"), ("brake_least", "2")].map(|(key, value)| (key.to_string(), value.to_string())).into(),
        ..Default::default()
    };
    services::settings::save(services, boss, services::settings::At::Isp, domain::settings::Group::Brake, &form).await?;
    let year = chrono::Datelike::year(&services.now().date_naive());
    let holidays = format!("{year}-12-16 Victory Day\n{next}-02-21 Language Day\n{next}-03-26 Independence Day\n", next = year + 1);
    services::dunning::add_holidays(services, boss, &holidays).await?;
    Ok(())
}

async fn meghna(services: &Services, demo: &mut Demo, tenant: TenantId) -> Result<()> {
    let isp = found(services, tenant, "Meghna Online", "মেঘনা অনলাইন", "meghna", SuspendedAccess::Reject, &["meghna.localhost"]).await?;
    let admin = account(services, demo, &isp, "admin@meghna", Role::Admin, "Rezaul Karim", &[]).await?;
    nas(services, demo, &isp, "Comilla edge", "127.0.0.3").await?;
    let from = months_before(services.today(&isp), 2);
    let (then, _) = back_then(services, at_time(from, NaiveTime::MIN, isp.zone));
    let boss = collector(isp.id, admin, "Rezaul Karim");
    let package = package(&then, &boss, "Basic 5", "5", "5", "500", "").await?;
    import(&then, &boss, "subscribers.csv", people::list("mg", 40).into_bytes()).await?;
    known_subscribers(&then, demo, &isp, &boss, package, "reject").await?;
    let never = never_pay(services, demo, &isp, &boss).await?;
    live(services, &isp, from, &boss, 80, &never).await?;
    super::keys::make(services, demo, &isp, &boss).await?;
    settle_known(services, demo, &isp, &boss).await
}

/// One more ISP with a crowd and a year of history.
pub async fn seed_crowd(services: &Services, demo: &mut Demo, count: u32) -> Result<()> {
    let tenant = TenantId(Uuid::now_v7());
    let mut tx = services.db.platform(&PlatformCaller::system("demo")).await?;
    storage::tenants::create_bare(&mut tx, tenant, "Jamuna Group").await?;
    tx.commit().await?;
    platform::change_slots(services, &PlatformCaller::system("demo"), tenant, true, "1", "One provider").await?;
    let isp = found(services, tenant, "Jamuna Broadband", "যমুনা ব্রডব্যান্ড", CROWD, SuspendedAccess::Walled, &["jamuna.localhost"]).await?;
    let admin = account(services, demo, &isp, "admin@jamuna", Role::Admin, "Nasima Akter", &[]).await?;
    nas(services, demo, &isp, "Bogura core", "127.0.0.4").await?;
    let boss = collector(isp.id, admin, "Nasima Akter");
    super::crowd::fill(services, &isp, &boss, count, 12).await?;
    demo.crowds.insert(CROWD.into(), count);
    Ok(())
}

/// A bare ISP for figures.
pub async fn found_for_bench(services: &Services, hosts: &[&str]) -> Result<Isp> {
    let tenant = TenantId(Uuid::now_v7());
    let mut tx = services.db.platform(&PlatformCaller::system("bench")).await?;
    storage::tenants::create_bare(&mut tx, tenant, "Bench").await?;
    tx.commit().await?;
    found(services, tenant, "Bench", "Bench", "bench", SuspendedAccess::Walled, hosts).await
}

async fn found(
    services: &Services,
    tenant_id: TenantId,
    name: &str,
    native_name: &str,
    short_name: &str,
    suspended_access: SuspendedAccess,
    hosts: &[&str],
) -> Result<Isp> {
    let id = IspId(Uuid::now_v7());
    let new = NewIsp {
        id,
        tenant_id,
        name,
        native_name: Some(native_name),
        short_name,
        zone: chrono_tz::Asia::Dhaka,
        currency: Currency::Bdt,
        language: "en",
        suspended_access,
        hosts,
        at: services.now(),
    };
    services::isps::found(services, &PlatformCaller::system("demo"), new).await?;
    let mut tx = services.db.platform(&PlatformCaller::system("demo")).await?;
    storage::sign_in_rules::set(&mut tx, Some(id.0), &OPEN_HOUSE, services.now()).await?;
    tx.commit().await?;
    Ok(services.isp(id).await?)
}

async fn account(
    services: &Services,
    demo: &mut Demo,
    isp: &Isp,
    key: &str,
    role: Role,
    name: &str,
    grants: &[Permission],
) -> Result<AccountId> {
    let (id, secret) = (AccountId(Uuid::now_v7()), password());
    let email = format!("{}@{}.example", role.slug(), isp.short_name);
    let hash = services::people::hash_password(&secret).await?;
    let mut tx = services.db.isp(&Caller::system(isp.id, "demo")).await?;
    let new =
        NewAccount { id, role, name, email: Some(&email), username: None, mobile: None, password_hash: &hash, customer_id: None, grants };
    storage::accounts::create(&mut tx, new).await?;
    tx.commit().await?;
    let host = if isp.short_name == "padma" { "127.0.0.1".to_string() } else { format!("{}.localhost", isp.short_name) };
    demo.logins.insert(key.into(), Login { host, login: email, password: secret });
    Ok(id)
}

async fn nas(services: &Services, demo: &mut Demo, isp: &Isp, name: &str, address: &str) -> Result<()> {
    let form = NasForm { name: name.into(), address: address.into(), vendor: "mikrotik".into(), ..NasForm::default() };
    let saved = services::radius::create_nas(services, &Caller::system(isp.id, "demo"), &form).await?;
    let secret = saved.secret.context("a generated secret")?;
    demo.nas.push(Nas { isp: isp.short_name.clone(), address: address.into(), secret, router_password: super::password() });
    Ok(())
}

async fn package(services: &Services, caller: &Caller, name: &str, up: &str, down: &str, price: &str, tax: &str) -> Result<PackageId> {
    let form = PackageForm {
        name: name.into(),
        up_mbps: up.into(),
        down_mbps: down.into(),
        price: price.into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    };
    // Bought for three fifths of what it is sold for, and nobody may ask more than half as much again.
    let sold = Money::parse(price, Currency::Bdt).map_err(|error| anyhow::anyhow!("{price}: {}", error.key()))?.minor;
    let bought = Money::new(sold * 3 / 5, Currency::Bdt).plain();
    let most = PackageForm { name: format!("Master {name}"), price: Money::new(sold * 3 / 2, Currency::Bdt).plain(), ..form.clone() };
    let master = services::packages::save_master(services, caller, None, &most, &bought).await?;
    let form = PackageForm { tax_profile_id: tax.into(), master_id: master.to_string(), ..form };
    Ok(services::packages::save_package(services, caller, None, &form).await?)
}

/// The way a person would do it: upload, take the guessed columns, make what is missing, start.
pub async fn import(services: &Services, caller: &Caller, name: &str, bytes: Vec<u8>) -> Result<()> {
    let id = services::imports::upload(services, caller, name, bytes).await?;
    let view = services::imports::get(services, caller, id).await?;
    let mut options = ImportOptions { create_packages: true, generate_passwords: true, ..ImportOptions::default() };
    let mapping = view.mapping();
    services::imports::set_mapping(services, caller, id, mapping.clone(), options.clone()).await?;
    // A list without prices leaves the price of a new package to the person.
    let view = services::imports::get(services, caller, id).await?;
    let unpriced: Vec<String> =
        view.new_packages.iter().filter(|package| package.price.is_none()).map(|package| package.key.clone()).collect();
    if !unpriced.is_empty() {
        for package in unpriced {
            options.package_prices.insert(package, "700".into());
        }
        services::imports::set_mapping(services, caller, id, mapping, options).await?;
    }
    services::imports::start(services, caller, id).await?;
    services::imports::run(services, caller, id).await?;
    Ok(())
}

/// Three lines whose state is known, for whoever wants to try RADIUS: one in order, one unpaid, one at its end; and
/// one name that both ISPs know.
async fn known_subscribers(services: &Services, demo: &mut Demo, isp: &Isp, caller: &Caller, package: PackageId, down: &str) -> Result<()> {
    for (username, name, state, expect) in [
        ("rahim", "Rahim Uddin", "active", "accept"),
        ("karim", "Karim Sheikh", "suspended", down),
        ("salma", "Salma Khatun", "expired", down),
    ] {
        let secret = password();
        let form = CustomerForm {
            name: name.into(),
            mobile: String::new(),
            address: "House 12, Road 3, Block C".into(),
            username: username.into(),
            password: secret.clone(),
            package_id: package.to_string(),
            ..Default::default()
        };
        create_customer(services, caller, &form).await?;
        let subscriber = Subscriber {
            isp: isp.short_name.clone(),
            username: username.into(),
            password: secret.clone(),
            state: state.into(),
            expect: expect.into(),
            isp_id: Some(isp.id),
        };
        demo.subscribers.push(subscriber);
        if isp.short_name == "padma" && username == "rahim" {
            demo.logins.insert("customer".into(), Login { host: "127.0.0.1".into(), login: username.into(), password: secret });
        }
    }
    Ok(())
}

/// Who is to be suspended in the end.
async fn never_pay(services: &Services, demo: &Demo, isp: &Isp, caller: &Caller) -> Result<Vec<CustomerId>> {
    let mut tx = services.db.isp(caller).await?;
    let mut found = Vec::new();
    for known in demo.subscribers.iter().filter(|known| known.isp_id == Some(isp.id) && known.state == "suspended") {
        found.extend(storage::customers::line_secret(&mut tx, &known.username).await?.map(|(customer, ..)| customer));
    }
    Ok(found)
}

/// After months of history: who is in order has paid, who is suspended has not, who is expired was prepaid.
async fn settle_known(services: &Services, demo: &Demo, isp: &Isp, counter: &Caller) -> Result<()> {
    for known in demo.subscribers.iter().filter(|known| known.isp_id == Some(isp.id)) {
        let mut tx = services.db.isp(counter).await?;
        let (customer, service, ..) =
            storage::customers::line_secret(&mut tx, &known.username).await?.context("a subscriber of the demo")?;
        drop(tx);
        if known.state != "suspended" {
            pay_everything(services, counter, customer).await?;
        }
        if known.state == "expired" {
            let yesterday = services.now() - TimeDelta::days(1);
            services::customers::set_expiry(services, counter, service, Some(yesterday)).await?;
        }
    }
    super::history::suspend(services, &Caller::system(isp.id, "demo")).await
}

async fn pay_everything(services: &Services, counter: &Caller, customer: CustomerId) -> Result<()> {
    let due = services::customers::customer(services, counter, customer).await?.due;
    if due.minor > 0 {
        let form = services::payments::PaymentForm {
            amount: due.plain(),
            method: "cash".into(),
            note: String::new(),
            key: format!("demo-settle-{customer}"),
            ..Default::default()
        };
        services::payments::take_payment(services, counter, customer, &form).await?;
    }
    Ok(())
}
