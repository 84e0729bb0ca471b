//! Every server function, called by nobody, by each role, by a person with and without the grant, and by the admin of a
//! sibling ISP with our ids in his hands. The list comes from the program itself: a new one without a row here fails.

use super::router_with;
use crate::config::Config;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::people::{Caller, Role};
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
}

/// Path, arguments (with `{…}` for Padma's ids), need.
fn endpoints() -> Vec<(&'static str, &'static str, Needs)> {
    use Needs::Right;
    use Permission as P;
    vec![
        (
            "packages/save",
            "id={package}&version=1&form[name]=New&form[up_mbps]=1&form[down_mbps]=1&form[price]=5&form[validity_unit]=months&form[validity_count]=1&form[tax_profile_id]=",
            Right(P::PackagesEdit),
        ),
        ("packages/archive", "id={package}&archived=false", Right(P::PackagesEdit)),
        ("packages/tax", "name=VAT&rate=5", Right(P::PackagesEdit)),
        ("customers/create", "name=N&username=new-one&password=secret&package_id={package}", Right(P::CustomersCreate)),
        ("customers/suspend", "customer={customer}&service={service}&reason=abuse&note=because", Right(P::CustomersSuspend)),
        ("customers/resume", "customer={customer}&service={service}&reason=abuse", Right(P::CustomersSuspend)),
        ("billing/start", "on=2026-11-01", Right(P::BillingGenerate)),
        (
            "billing/save-profile",
            "id={profile}&form[name]=P&form[billing_day]=1&form[due_days]=7&form[grace_days]=3&form[time_zone]=",
            Right(P::BillingProfiles),
        ),
        ("imports/map", "id={import}&form[mapping][0]=username", Right(P::CustomersImport)),
        ("imports/start", "id={import}", Right(P::CustomersImport)),
        ("imports/undo", "id={import}", Right(P::CustomersImport)),
        ("payments/take", "customer={customer}&amount=10&method=cash&key=endpoint-test-1", Right(P::PaymentsReceive)),
        (
            "radius/save",
            "id={nas}&version=1&form[name]=R&form[address]=127.0.0.77&form[vendor]=mikrotik&form[secret]=",
            Right(P::NetworkEdit),
        ),
        ("radius/enable", "id={nas}&active=true", Right(P::NetworkEdit)),
    ]
}

pub(super) struct House {
    pub(super) world: World,
    pub(super) router: Router,
    ids: BTreeMap<&'static str, String>,
}

pub(super) async fn house() -> House {
    let world = world(NOW).await;
    let ids = furnish(&world).await;
    let config = Config {
        data: std::env::temp_dir(),
        database_url: None,
        http_addr: ([127, 0, 0, 1], 0).into(),
        radius_auth_addr: ([127, 0, 0, 1], 0).into(),
        radius_acct_addr: ([127, 0, 0, 1], 0).into(),
        seal_key: None,
        platform_hosts: vec!["platform.test".into()],
        https: false,
        log: String::new(),
    };
    let options = LeptosOptions::builder().output_name("lastmile").build();
    let router = router_with(&world.services, &config, options);
    House { world, router, ids }
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
        tax_profile_id: String::new(),
    };
    let package = services::packages::save_package(services, admin, None, &form).await.unwrap();
    let form = services::customers::CustomerForm {
        name: format!("{MARK} customer"),
        mobile: "01711999999".into(),
        address: String::new(),
        username: format!("{MARK}-line"),
        password: "line-password".into(),
        package_id: package.to_string(),
    };
    let customer: CustomerId = services::customers::create_customer(services, admin, &form).await.unwrap();
    let service: ServiceId = services::customers::customer(services, admin, customer).await.unwrap().services[0].id;
    let (run, _) = services::billing::run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let (invoices, _) =
        services::billing::invoices(services, admin, &Default::default(), None, domain::customers::Paging::new(1, 25)).await.unwrap();
    let form =
        services::payments::PaymentForm { amount: "100".into(), method: "cash".into(), note: String::new(), key: "furnish-1".into() };
    let receipt = services::payments::take_payment(services, admin, customer, &form).await.unwrap();
    let form = domain::radius::NasForm { name: format!("{MARK} router"), address: "127.0.0.99".into(), ..Default::default() };
    let nas = services::radius::create_nas(services, admin, &form).await.unwrap().id;
    let list = format!("Name,User ID,Password,Package\n{MARK} import,imp1,secret-1,{MARK} package\n");
    let import = services::imports::upload(services, admin, "list.csv", list.into_bytes()).await.unwrap();
    BTreeMap::from([
        ("package", package.to_string()),
        ("customer", customer.to_string()),
        ("service", service.to_string()),
        ("run", run.to_string()),
        ("invoice", invoices.rows[0].id.to_string()),
        ("payment", receipt.payment.id.to_string()),
        ("profile", world.padma.profile.to_string()),
        ("nas", nas.to_string()),
        ("import", import.to_string()),
    ])
}

impl House {
    pub(super) fn arguments(&self, template: &str) -> String {
        self.ids.iter().fold(template.to_string(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
    }

    /// Status and body of a call.
    async fn call(&self, host: &str, token: Option<&str>, path: &str, arguments: &str) -> (StatusCode, String) {
        let mut request = Request::post(format!("/api/{path}"))
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(token) = token {
            request = request.header(header::COOKIE, format!("lm_session={token}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::from(arguments.to_string())).unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000_000).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// Somebody of this role with these grants, signed in.
    pub(super) async fn somebody(&self, isp: &TestIsp, role: Role, grants: &[Permission]) -> String {
        let services = &self.world.services;
        let name = format!("{}-{}", role.slug(), Uuid::now_v7().simple());
        let hash = services::people::hash_password("Correct-horse-1").await.unwrap();
        let customer = (role == Role::Customer).then(|| self.ids["customer"].parse().unwrap());
        if role == Role::Customer {
            let attempt =
                Attempt { site: Site::Isp(isp.id), login: &format!("{MARK}-line"), password: "line-password", ip: None, agent: "" };
            return sign_in(services, &attempt).await.unwrap().token;
        }
        let mut tx = services.db.isp(&Caller::system(isp.id, "test")).await.unwrap();
        let account = NewAccount {
            id: AccountId(Uuid::now_v7()),
            role,
            name: &name,
            email: None,
            username: Some(&name),
            mobile: None,
            password_hash: &hash,
            customer_id: customer,
            grants,
        };
        storage::accounts::create(&mut tx, account).await.unwrap();
        tx.commit().await.unwrap();
        let attempt = Attempt { site: Site::Isp(isp.id), login: &name, password: "Correct-horse-1", ip: None, agent: "" };
        sign_in(services, &attempt).await.unwrap().token
    }

    pub(super) async fn developer(&self) -> String {
        services::platform::put_developer(&self.world.services, "Dev", "dev@test.example", "Correct-horse-1").await.unwrap();
        let attempt = Attempt { site: Site::Platform, login: "dev@test.example", password: "Correct-horse-1", ip: None, agent: "" };
        sign_in(&self.world.services, &attempt).await.unwrap().token
    }
}

fn refused(body: &str, word: &str) -> bool {
    body.trim() == format!("\"{word}\"")
}

#[tokio::test]
async fn every_server_function_has_a_row_here() {
    let _house = house().await;
    let mut missing: Vec<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.trim_start_matches("/api/").to_string()).collect();
    assert!(missing.len() > 10, "server functions are registered");
    missing.retain(|path| !endpoints().iter().any(|(known, ..)| known == path));
    assert!(missing.is_empty(), "without a row: {missing:?}");
}

#[tokio::test]
async fn nobody_gets_anything() {
    let house = house().await;
    for (path, arguments, _) in endpoints() {
        for token in [None, Some("made-up-token")] {
            let (_, body) = house.call("padma.test", token, path, &house.arguments(arguments)).await;
            assert!(refused(&body, "SignIn"), "{path}: {body}");
        }
    }
}

#[tokio::test]
async fn each_role_gets_what_the_grid_says() {
    let house = house().await;
    let roles = [Role::Admin, Role::Reseller, Role::SubReseller, Role::Manager, Role::CardDistributor, Role::Staff, Role::Customer];
    for role in roles {
        let token = house.somebody(&house.world.padma, role, &[]).await;
        for (path, arguments, needs) in endpoints() {
            let (_, body) = house.call("padma.test", Some(&token), path, &house.arguments(arguments)).await;
            let may = |permission: Permission| matches!(permission.grade(role), Grade::Full | Grade::Own);
            let allowed = match needs {
                Needs::Right(permission) => may(permission),
                Needs::AnyOf(permissions) => permissions.iter().any(|permission| may(*permission)),
                Needs::AllOf(permissions) => permissions.iter().all(|permission| may(*permission)),
            };
            let denied = refused(&body, "Denied") || refused(&body, "SignIn");
            assert_eq!(!denied, allowed, "{} {path}: {body}", role.slug());
        }
    }
}

#[tokio::test]
async fn a_grant_opens_its_own_door_and_no_other() {
    let house = house().await;
    for permission in Permission::ALL.iter().copied().filter(|permission| permission.grade(Role::Staff) == Grade::Granted) {
        let token = house.somebody(&house.world.padma, Role::Staff, &[permission]).await;
        for (path, arguments, needs) in endpoints() {
            let allowed = |needed: Permission| needed == permission || matches!(needed.grade(Role::Staff), Grade::Full | Grade::Own);
            let expected = match needs {
                Needs::Right(needed) => allowed(needed),
                Needs::AnyOf(needed) => needed.iter().any(|needed| allowed(*needed)),
                Needs::AllOf(needed) => needed.iter().all(|needed| allowed(*needed)),
            };
            let (_, body) = house.call("padma.test", Some(&token), path, &house.arguments(arguments)).await;
            assert_eq!(!refused(&body, "Denied"), expected, "{} at {path}: {body}", permission.key());
        }
    }
}

#[tokio::test]
async fn a_siblings_admin_finds_nothing_of_ours() {
    let house = house().await;
    let token = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    for (path, arguments, _) in endpoints() {
        let (_, body) = house.call("meghna.test", Some(&token), path, &house.arguments(arguments)).await;
        assert!(!body.contains(MARK), "{path} shows {body}");
        if arguments.contains("{customer}") || arguments.contains("{service}") || arguments.starts_with("id={") {
            let kept = refused(&body, "NotFound") || refused(&body, "Denied") || body.contains("Invalid");
            assert!(kept, "{path}: {body}");
        }
        let (_, body) = house.call("padma.test", Some(&token), path, &house.arguments(arguments)).await;
        assert!(refused(&body, "SignIn"), "{path}: a session of one ISP is none at another: {body}");
    }
}

#[tokio::test]
async fn the_platform_sees_no_row_of_an_isp() {
    let house = house().await;
    let token = house.developer().await;
    for (path, arguments, _) in endpoints() {
        let (status, body) = house.call("platform.test", Some(&token), path, &house.arguments(arguments)).await;
        assert!(refused(&body, "NotFound"), "{path}: {status} {body}");
        assert!(!body.contains(MARK), "{path} shows {body}");
    }
}

#[tokio::test]
async fn downloads_and_pages_ask_too() {
    let house = house().await;
    let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    let clerk = house.somebody(&house.world.padma, Role::Staff, &[]).await;
    for path in [format!("/imports/{}/problems.csv", house.ids["import"]), format!("/imports/{}/problems.xlsx", house.ids["import"])] {
        assert_eq!(get(&house, "padma.test", None, &path).await.0, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(get(&house, "meghna.test", Some(&stranger), &path).await.0, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(get(&house, "padma.test", Some(&clerk), &path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(get(&house, "padma.test", Some(&clerk), "/customers/export.csv").await.0, StatusCode::FORBIDDEN);
    let (status, body) = get(&house, "meghna.test", Some(&stranger), "/customers/export.csv").await;
    assert!(status == StatusCode::OK && !body.contains(MARK), "{status} {body}");
    assert_eq!(get(&house, "unknown.test", None, "/").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&house, "padma.test", None, "/customers").await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn another_site_cannot_ask_on_somebodys_behalf() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        let request = Request::post("/api/packages/tax")
            .header(header::HOST, "padma.test")
            .header(header::COOKIE, format!("lm_session={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value);
        let response = house.router.clone().oneshot(request.body(Body::from("name=VAT&rate=5")).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
}

async fn get(house: &House, host: &str, token: Option<&str>, path: &str) -> (StatusCode, String) {
    let mut request = Request::get(path).header(header::HOST, host);
    if let Some(token) = token {
        request = request.header(header::COOKIE, format!("lm_session={token}"));
    }
    let response = house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 10_000_000).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}
