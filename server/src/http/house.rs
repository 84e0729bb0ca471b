//! The house that all doors are tried in: two ISPs and the platform above them, one of everything at the first of them, and
//! people who are signed in.

use super::{Limits, Live, router_with};
use crate::config::Config;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use domain::people::{Caller, PlatformCaller, Role};
use domain::rights::{Grade, Permission};
use domain::{AccountId, CustomerId, ServiceId};
use leptos::config::LeptosOptions;
use services::people::{Attempt, Site, sign_in};
use std::collections::BTreeMap;
use storage::accounts::NewAccount;
use testkit::{TestIsp, World, world};
use tower::ServiceExt;
use uuid::Uuid;

const NOW: &str = "2026-11-01T04:00:00Z";
/// Stands in every name that belongs to Padma alone.
pub(super) const MARK: &str = "OnlyPadmaKnows";

/// What an endpoint asks for, and what a sibling's admin must see of it.
pub(super) enum Needs {
    Right(Permission),
    /// Who takes payments may read a receipt, and so may who only looks at them.
    AnyOf(&'static [Permission]),
    /// A page that shows what one right opens and changes what another does.
    AllOf(&'static [Permission]),
    /// Seen with one of these where it was given: who has the right for his own alone finds nothing here.
    Given(&'static [Permission]),
    /// Everybody about himself.
    SignedIn,
    Platform,
}

impl Needs {
    /// Is it met by who `may` do these? `Platform` is met by nobody of an ISP.
    pub(super) fn are_met(&self, may: impl Fn(Permission) -> bool) -> bool {
        match self {
            Needs::Right(needed) => may(*needed),
            Needs::AnyOf(needed) | Needs::Given(needed) => needed.iter().any(|needed| may(*needed)),
            Needs::AllOf(needed) => needed.iter().all(|needed| may(*needed)),
            Needs::SignedIn => true,
            Needs::Platform => false,
        }
    }
}

/// By the grid alone.
pub(super) fn has(role: Role) -> impl Fn(Permission) -> bool {
    move |permission| matches!(permission.grade(role), Grade::Full | Grade::Own)
}

/// Staff who were given one key.
pub(super) fn staff_with(given: Permission) -> impl Fn(Permission) -> bool {
    move |permission| permission == given || has(Role::Staff)(permission)
}

pub(super) struct House {
    pub(super) world: World,
    pub(super) router: Router,
    pub(super) live: Live,
    pub(super) ids: BTreeMap<&'static str, String>,
}

pub(super) async fn house() -> House {
    house_over(false).await
}

/// `https`: behind a proxy that ends TLS.
pub(super) async fn house_over(https: bool) -> House {
    house_with(https, Limits::NONE).await
}

/// `limits`: how often somebody may ask.
pub(super) async fn house_with(https: bool, rate_limits: Limits) -> House {
    let world = world(NOW).await;
    let mut ids = furnish(&world).await;
    ids.extend(above(&world).await);
    let config = Config {
        data: std::env::temp_dir(),
        database_url: None,
        http_addr: ([127, 0, 0, 1], 0).into(),
        radius_auth_addr: ([127, 0, 0, 1], 0).into(),
        radius_acct_addr: ([127, 0, 0, 1], 0).into(),
        seal_key: None,
        platform_hosts: vec!["platform.test".into()],
        https,
        trusted_proxies: domain::trust::Network::parse("10.0.0.0/8").into_iter().collect(),
        closed_networks: Vec::new(),
        rate_limits,
        log: String::new(),
        simlab_base_port: 0,
    };
    let options = LeptosOptions::builder().output_name("lastmile").build();
    let live = Live::default();
    let router = router_with(&world.services, &config, options, &live);
    House { world, router, live, ids }
}

/// What stands above the ISPs: their tenant, another one with an ISP that nobody minds, a plan, and a request.
async fn above(world: &World) -> [(&'static str, String); 8] {
    use services::platform;
    let (services, system) = (&world.services, PlatformCaller::system("test"));
    let plan = domain::platform::PlanForm { name: "Plan".into(), ..Default::default() };
    let plan = platform::save_plan(services, &system, None, &plan).await.unwrap();
    let form = domain::platform::TenantForm {
        name: "Spare".into(),
        slots: "5".into(),
        admin_name: "Head".into(),
        admin_email: "head@spare.example".into(),
        ..Default::default()
    };
    let (spare, head) = platform::create_tenant(services, &system, &form).await.unwrap();
    let form = domain::platform::IspForm {
        tenant: spare.to_string(),
        name: "Spare".into(),
        short_name: "spare".into(),
        host: "spare.test".into(),
        time_zone: "Asia/Dhaka".into(),
        currency: "BDT".into(),
        language: "en".into(),
        admin_name: "Boss".into(),
        admin_email: "boss@spare.example".into(),
        ..Default::default()
    };
    let (isp, _) = platform::create_isp(services, &system, &form).await.unwrap();
    let asking = PlatformCaller { role: Role::SuperAdmin, tenant_id: Some(spare), ..system.clone() };
    platform::ask_for_more(services, &asking, "isps", "more").await.unwrap();
    let request = platform::requests(services, &system, true).await.unwrap()[0].id;
    let own = services.isp(world.padma.id).await.unwrap().tenant_id;
    let form = domain::platform::NoticeForm { title: "Tonight".into(), ..Default::default() };
    let notice = platform::publish_notice(services, &system, &form).await.unwrap();
    let ids = [own.0, spare.0, isp.0, world.padma.id.0, plan, head.0, request, notice].map(|id| id.to_string());
    let [own, spare, isp, padma, plan, head, request, notice] = ids;
    [
        ("tenant", own),
        ("spare", spare),
        ("spare_isp", isp),
        ("isp", padma),
        ("offered", plan),
        ("head", head),
        ("request", request),
        ("notice", notice),
    ]
}

/// One of everything at Padma, each with the mark in its name.
async fn furnish(world: &World) -> BTreeMap<&'static str, String> {
    let (services, admin) = (&world.services, &world.padma.admin);
    let form = domain::packages::PackageForm {
        name: format!("{MARK} package"),
        up_mbps: "1".into(),
        down_mbps: "1".into(),
        price: "1000".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..Default::default()
    };
    let package = services::packages::save_package(services, admin, None, &form).await.unwrap();
    let form = domain::packages::PackageForm { name: format!("{MARK} master"), ..form };
    let master = services::packages::save_master(services, admin, None, &form, "").await.unwrap();
    let form = services::customers::CustomerForm {
        name: format!("{MARK} customer"),
        mobile: "01711999999".into(),
        address: String::new(),
        username: format!("{MARK}-line"),
        password: "line-password".into(),
        package_id: package.to_string(),
        ..Default::default()
    };
    let customer: CustomerId = services::customers::create_customer(services, admin, &form).await.unwrap();
    let service: ServiceId = services::customers::customer(services, admin, customer).await.unwrap().services[0].id;
    let (run, _) = services::billing::run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let (invoices, _) =
        services::billing::invoices(services, admin, &Default::default(), None, domain::customers::Paging::new(1, 25)).await.unwrap();
    let form = services::payments::PaymentForm {
        amount: "100".into(),
        method: "cash".into(),
        note: String::new(),
        key: "furnish-1".into(),
        ..Default::default()
    };
    let receipt = services::payments::take_payment(services, admin, customer, &form).await.unwrap();
    let corrected = correct(services, admin, customer, invoices.rows[0].id).await;
    let category = services::expenses::add_category(services, admin, &format!("{MARK} category"), "").await.unwrap();
    let form = domain::expenses::ExpenseForm {
        category_id: category.to_string(),
        vendor: format!("{MARK} vendor"),
        amount: "100".into(),
        spent_on: "2026-11-01".into(),
        paid_from: "bank".into(),
        key: "furnish-2".into(),
        ..Default::default()
    };
    let expense = services::expenses::record_expense(services, admin, &form, None).await.unwrap();
    let entry = services::expenses::expense(services, admin, expense).await.unwrap().entry_id.unwrap();
    let form = domain::radius::NasForm { name: format!("{MARK} router"), address: "127.0.0.99".into(), ..Default::default() };
    let nas = services::radius::create_nas(services, admin, &form).await.unwrap().id;
    let several = (domain::bulk::BulkAction::Suspend, domain::customers::BlockReason::Maintenance, MARK);
    let bulk = services::customers::start_bulk(services, admin, &Default::default(), several, 1).await.unwrap();
    // Nobody answers there, and it costs no time to find out.
    let form = domain::routers::RouterForm {
        name: format!("{MARK} tower"),
        host: "127.0.0.1".into(),
        port: "1".into(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "secret".into(),
        ..Default::default()
    };
    let router = services::routers::create_router(services, admin, &form).await.unwrap();
    let backup = kept_export(services, admin, router).await;
    let form = domain::addresses::BlockForm {
        network: "10.77.0.0/24".into(),
        name: format!("{MARK} network"),
        category: "static".into(),
        ..Default::default()
    };
    let block = services::addresses::create_block(services, admin, &form).await.unwrap();
    let form = domain::people::PersonForm {
        role: "staff".into(),
        name: format!("{MARK} person"),
        username: "somebody-of-padma".into(),
        ..Default::default()
    };
    let person = services::accounts::create_person(services, admin, &form).await.unwrap();
    let form = domain::people::ZoneInput { name: format!("{MARK} zone"), ..Default::default() };
    let zone = services::accounts::save_zone(services, admin, None, &form).await.unwrap();
    let list = format!("Name,User ID,Password,Package\n{MARK} import,imp1,secret-1,{MARK} package\n");
    let import = services::imports::upload(services, admin, "list.csv", list.into_bytes()).await.unwrap();
    let mut tx = services.begin(admin).await.unwrap();
    let read = storage::router_imports::Found {
        router,
        day: "2026-11-01".parse().unwrap(),
        read: Default::default(),
        backup: domain::BackupId(Uuid::now_v7()),
    };
    storage::router_imports::create(&mut tx, import, &read).await.unwrap();
    tx.commit().await.unwrap();
    let wanted = services::documents::Wanted {
        paper: domain::documents::Paper::A4,
        language: locales::Language::English,
        base: "http://padma.test".into(),
    };
    let format = domain::documents::BatchFormat::Zip;
    let batch = services::documents::request_batch(services, admin, &Default::default(), format, &wanted).await.unwrap();
    let proforma = services::billing::make_proforma(services, admin, customer, &Default::default()).await.unwrap();
    let step = domain::dunning::StepForm { day: "1".into(), action: "call".into(), ..Default::default() };
    let form = domain::dunning::PlanForm { name: format!("{MARK} plan"), steps: vec![step], ..Default::default() };
    let plan = services::dunning::save_plan(services, admin, None, &form).await.unwrap();
    let brake = stopped_run(world, customer).await;
    let step = domain::fair_use::StepForm { gb: "1".into(), up: "1".into(), down: "1".into(), ..Default::default() };
    let form =
        domain::fair_use::FairUseForm { name: format!("{MARK} policy"), window: "day".into(), steps: vec![step], ..Default::default() };
    let fair = services::fair_use::save_policy(services, admin, None, &form, &[package]).await.unwrap();
    let form = domain::fair_use::OfferForm { name: format!("{MARK} offer"), gb: "1".into(), price: "1".into(), ..Default::default() };
    let offer = services::fair_use::add_offer(services, admin, &form).await.unwrap();
    let mut ids = BTreeMap::from([
        ("block", block.to_string()),
        ("plan", plan.to_string()),
        ("brake", brake.to_string()),
        ("fair", fair.to_string()),
        ("offer", offer.to_string()),
        ("batch", batch.to_string()),
        ("proforma", proforma.to_string()),
        ("package", package.to_string()),
        ("master", master.to_string()),
        ("customer", customer.to_string()),
        ("service", service.to_string()),
        ("run", run.to_string()),
        ("invoice", invoices.rows[0].id.to_string()),
        ("payment", receipt.payment.id.to_string()),
        ("collector", admin.actor_id().unwrap().to_string()),
        ("category", category.to_string()),
        ("expense", expense.to_string()),
        ("entry", entry.to_string()),
        ("profile", world.padma.profile.to_string()),
        ("nas", nas.to_string()),
        ("router", router.to_string()),
        ("backup", backup.to_string()),
        ("bulk", bulk.to_string()),
        ("person", person.to_string()),
        ("zone", zone.to_string()),
        ("import", import.to_string()),
    ]);
    ids.extend(corrected);
    ids.extend(set_up(services, admin).await);
    ids.extend(moving(services, admin).await);
    ids
}

/// A router that is about to be set up, where nobody answers.
async fn set_up(services: &services::Services, admin: &Caller) -> [(&'static str, String); 4] {
    let form = domain::routers::RouterForm {
        name: format!("{MARK} to set up"),
        host: "127.0.0.9".into(),
        port: "1".into(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "pw-of-router".into(),
        ..Default::default()
    };
    let router = services::routers::create_router(services, admin, &form).await.unwrap();
    let body = r#"{"parts":{"identity":{"name":"tower"}}}"#.to_string();
    let form = domain::provisioning::TemplateForm { name: format!("{MARK} template"), body };
    let template = services::provisioning::create_template(services, admin, &form).await.unwrap();
    let patience = std::time::Duration::from_secs(600);
    let run = services::provisioning::draft(services, admin, router, template, &BTreeMap::new(), patience).await.unwrap();
    let order = services::provisioning::Order {
        template,
        routers: vec![router],
        values: BTreeMap::new(),
        dead_man: patience,
        first_alone: true,
        at_once: 1,
    };
    let rollout = services::provisioning::plan_rollout(services, admin, &order).await.unwrap();
    let ids = [router.to_string(), template.to_string(), run.to_string(), rollout.to_string()];
    let [router, template, run, rollout] = ids;
    [("set_up", router), ("router_template", template), ("provision_run", run), ("rollout", rollout)]
}

/// A router whose lines are being moved to RADIUS, where nobody answers.
async fn moving(services: &services::Services, admin: &Caller) -> [(&'static str, String); 2] {
    let form = domain::routers::RouterForm {
        name: format!("{MARK} to move"),
        host: "127.0.0.8".into(),
        port: "1".into(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "pw-of-router".into(),
        auth_mode: "local".into(),
        ..Default::default()
    };
    let router = services::routers::create_router(services, admin, &form).await.unwrap();
    let id = domain::RouterMoveId(Uuid::now_v7());
    let mode_before = domain::routers::AuthMode::Local;
    let new = storage::router_moves::NewMove { id, router, percent: 10, minutes: 10, server: None, mode_before, at: services.now() };
    let mut tx = services.begin(admin).await.unwrap();
    storage::router_moves::open(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    [("moving", router.to_string()), ("router_move", id.to_string())]
}

/// A credit note, a request that waits and a rehearsal.
async fn correct(
    services: &services::Services,
    admin: &Caller,
    customer: CustomerId,
    invoice: domain::InvoiceId,
) -> [(&'static str, String); 3] {
    use services::corrections as correcting;
    let version = correcting::invoice_corrections(services, admin, invoice).await.unwrap().version;
    let part = BTreeMap::from([("1".to_string(), "1".to_string())]);
    let (reason, key) = (format!("{MARK} reason"), "furnish-note".to_string());
    let form = correcting::CreditForm { reason: reason.clone(), key, version, extent: "part".into(), amounts: part, apply: None };
    let note = correcting::credit_invoice(services, admin, invoice, &form).await.unwrap();
    let form =
        correcting::AdjustForm { direction: "credit".into(), amount: "20000".into(), reason: reason.clone(), key: "furnish-gift".into() };
    correcting::adjust(services, admin, customer, &form).await.unwrap();
    let form = correcting::RefundForm {
        amount: "10000".into(),
        method: "cash".into(),
        reason,
        key: "furnish-refund".into(),
        credit_note: String::new(),
    };
    let correcting::RefundOutcome::Waiting(approval) = correcting::refund(services, admin, customer, &form).await.unwrap() else {
        panic!("a refund above the limit waits")
    };
    let rehearsal = services::rehearsal::build(services, admin, "2026-12-01".parse().unwrap()).await.unwrap();
    [("note", note.to_string()), ("approval", approval.to_string()), ("rehearsal", rehearsal.to_string())]
}

/// A run that was stopped, with one customer on its list.
async fn stopped_run(world: &World, customer_id: CustomerId) -> domain::BrakeId {
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    let figures = domain::dunning::BrakeFigures { would: 9, active: 10, before: 0, days: 0 };
    let limits = domain::dunning::BrakeLimits { share: 20, times: 3, least: 5 };
    let day = "2026-11-01".parse().unwrap();
    let cause = domain::dunning::BrakeCause::Share;
    let brake = storage::dunning::trip(&mut tx, day, world.services.now(), figures, limits, cause).await.unwrap();
    let item = storage::dunning::NewBrakeItem { customer_id, due_minor: 100, cut_on: day };
    storage::dunning::hold_customers(&mut tx, brake, &[item]).await.unwrap();
    tx.commit().await.unwrap();
    brake
}

impl House {
    pub(super) fn arguments(&self, template: &str) -> String {
        self.ids.iter().fold(template.to_string(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// Status and body of a call of a server function.
    pub(super) async fn call(&self, host: &str, token: Option<&str>, path: &str, arguments: &str) -> (StatusCode, String) {
        let request = Request::post(format!("/api/{path}")).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, host, token, arguments).await
    }

    /// Status and text of a page as the script asks for it.
    pub(super) async fn page(&self, host: &str, token: Option<&str>, path: &str) -> (StatusCode, String) {
        self.send(Request::get(path).header("x-drawn", "page"), host, token, "").await
    }

    /// Status and text of a file or a page as a browser asks for it.
    pub(super) async fn get(&self, host: &str, token: Option<&str>, path: &str) -> (StatusCode, String) {
        self.send(Request::get(path), host, token, "").await
    }

    async fn send(&self, request: Builder, host: &str, token: Option<&str>, body: &str) -> (StatusCode, String) {
        let mut request = request.header(header::HOST, host);
        if let Some(token) = token {
            request = request.header(header::COOKIE, format!("lm_session={token}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000_000).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// Somebody of this role with these grants, signed in.
    pub(super) async fn somebody(&self, isp: &TestIsp, role: Role, grants: &[Permission]) -> String {
        let services = &self.world.services;
        if role == Role::Customer {
            let attempt =
                Attempt { site: Site::Isp(isp.id), login: &format!("{MARK}-line"), password: "line-password", ip: None, agent: "" };
            return sign_in(services, &attempt).await.unwrap().token;
        }
        let name = self.account(isp, role, grants).await;
        let attempt = Attempt { site: Site::Isp(isp.id), login: &name, password: "Correct-horse-1", ip: None, agent: "" };
        sign_in(services, &attempt).await.unwrap().token
    }

    /// Makes an account of staff, whose password is `Correct-horse-1`, and answers with what he signs in with.
    pub(super) async fn account(&self, isp: &TestIsp, role: Role, grants: &[Permission]) -> String {
        let services = &self.world.services;
        let name = format!("{}-{}", role.slug(), Uuid::now_v7().simple());
        let hash = services::people::hash_password("Correct-horse-1").await.unwrap();
        let mut tx = services.db.isp(&Caller::system(isp.id, "test")).await.unwrap();
        let account = NewAccount {
            id: AccountId(Uuid::now_v7()),
            role,
            name: &name,
            email: None,
            username: Some(&name),
            mobile: None,
            password_hash: &hash,
            customer_id: None,
            grants,
        };
        storage::accounts::create(&mut tx, account).await.unwrap();
        tx.commit().await.unwrap();
        name
    }

    pub(super) async fn developer(&self) -> String {
        services::platform::put_developer(&self.world.services, "Dev", "dev@test.example", "Correct-horse-1").await.unwrap();
        let attempt = Attempt { site: Site::Platform, login: "dev@test.example", password: "Correct-horse-1", ip: None, agent: "" };
        sign_in(&self.world.services, &attempt).await.unwrap().token
    }
}

/// The keys that staff have when they are given to them.
pub(super) fn granted_to_staff() -> impl Iterator<Item = Permission> {
    Permission::ALL.iter().copied().filter(|permission| permission.grade(Role::Staff) == Grade::Granted)
}

/// An export of a router that nobody can reach.
async fn kept_export(services: &services::Services, admin: &domain::people::Caller, router: domain::RouterId) -> domain::BackupId {
    let (id, text) = (domain::BackupId(uuid::Uuid::now_v7()), format!("# {MARK} export"));
    let row = storage::routers::backups::BackupRow {
        id,
        router_id: router,
        kind: "export".into(),
        reason: "manual".into(),
        taken_at: services.now(),
        taken_by: "furnish".into(),
        routeros: None,
        serial: None,
        name: "furnish".into(),
        bytes: 20,
        digest: vec![0; 32],
        on_router: None,
    };
    let sealed = services.keys.seal(id.0.as_bytes(), text.as_bytes()).unwrap();
    let mut tx = services.begin(admin).await.unwrap();
    storage::routers::backups::add(&mut tx, &row, &sealed).await.unwrap();
    tx.commit().await.unwrap();
    id
}
