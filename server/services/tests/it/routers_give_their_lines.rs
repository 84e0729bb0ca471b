//! Lines that live on a router come in: read, looked at, started, stopped, gone on with, taken back. What packages are on
//! routers is known from then on, and asked before a sale.

use crate::lists_are_imported::{all_rows, run};
use crate::seed::{customer, package};
use domain::imports::{Fate, ImportState};
use domain::people::Caller;
use domain::router_imports::ChoiceForm;
use domain::routers::RouterForm;
use domain::{ImportId, PackageId, RouterId, ServiceId};
use integrations::routeros::Version;
use services::billing::ChangeForm;
use services::customers::CustomerForm;
use services::packages::OnRouterForm;
use services::{Error, imports, packages, router_imports, routers};
use simlab::routeros::{Router, Setup};
use testkit::{World, world};

const NOW: &str = "2026-11-01T04:00:00Z";

async fn switched_on(secrets: u32) -> Router {
    let setup = Setup::on_loopback("tower", "lastmile", "pw-of-router", Version::new(7, 18, 2));
    let router = Router::start(setup).await.unwrap();
    router.at_console(|tree| {
        tree.put("/ip/pool", &[("name", "home-pool"), ("ranges", "10.5.0.2-10.5.0.4,10.5.1.0/30")], true);
        tree.put("/ppp/profile", &[("name", "home"), ("remote-address", "home-pool"), ("rate-limit", "5M/10M")], true);
        tree.put("/ppp/profile", &[("name", "gold"), ("rate-limit", "20M/20M")], true);
        for number in 0..secrets {
            let (name, password) = (format!("line{number}"), format!("secret-{number}"));
            tree.put("/ppp/secret", &[("name", &name), ("password", &password), ("profile", "home"), ("service", "pppoe")], true);
        }
    });
    router
}

fn secret(router: &Router, values: &[(&str, &str)]) {
    router.at_console(|tree| tree.put("/ppp/secret", values, true));
}

async fn registered(w: &World, router: &Router, mode: &str) -> RouterId {
    let form = RouterForm {
        name: "Tower".into(),
        host: "127.0.0.1".into(),
        port: router.address().port().to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "pw-of-router".into(),
        auth_mode: mode.into(),
        ..RouterForm::default()
    };
    routers::create_router(&w.services, &w.padma.admin, &form).await.unwrap()
}

fn choices(package: PackageId) -> ChoiceForm {
    ChoiceForm { profiles: vec!["home".into()], packages: vec![package.to_string()], skip_disabled: true, ..ChoiceForm::default() }
}

async fn prepared(w: &World, router: RouterId, package: PackageId) -> ImportId {
    router_imports::prepare(&w.services, &w.padma.admin, router, &choices(package)).await.unwrap()
}

async fn count(w: &World, sql: &'static str) -> i64 {
    let mut raw = w.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(w.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut raw).await.unwrap()
}

fn key(error: Error) -> String {
    match error {
        Error::Invalid(problems) => problems[0].key.clone(),
        Error::Conflict(problem) => problem.key,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn every_secret_is_looked_at_before_it_comes_in() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let home = package(services, padma, "Home", "500").await;
    customer(services, padma, home, "line1").await;
    let router = switched_on(4).await;
    secret(
        &router,
        &[
            ("name", "fixed"),
            ("password", "p-fixed"),
            ("profile", "home"),
            ("remote-address", "10.9.0.7"),
            ("comment", "Rahim 01711223344"),
        ],
    );
    secret(&router, &[("name", "twice"), ("password", "word-of-twice"), ("profile", "home"), ("remote-address", "10.9.0.7")]);
    secret(&router, &[("name", "off"), ("password", "p-off"), ("profile", "home"), ("disabled", "true")]);
    secret(&router, &[("name", "rich"), ("password", "p-rich"), ("profile", "gold")]);
    secret(&router, &[("name", "bare"), ("profile", "home")]);
    secret(&router, &[("name", "LINE2"), ("password", "p"), ("profile", "home")]);
    let id = registered(&w, &router, "radius").await;
    let (_, seen) = router_imports::read(services, padma, id).await.unwrap();
    assert_eq!((seen.secrets, seen.disabled, seen.hidden), (10, 1, 1));
    let pool = seen.pools.iter().find(|pool| pool.name == "home-pool").unwrap();
    assert_eq!((pool.secrets, pool.capacity(), pool.is_short()), (7, Some(7), false));
    assert!(router_imports::of_router(services, padma, id).await.unwrap().is_none());

    let import = prepared(&w, id, home).await;
    let view = imports::get(services, padma, import).await.unwrap();
    assert_eq!(view.import.state, ImportState::Previewed);
    let totals = view.totals;
    assert_eq!((totals.new, totals.same, totals.skipped, totals.duplicate, totals.wrong), (4, 1, 1, 1, 3));
    let wrong = all_rows(services, padma, import, Fate::Wrong).await;
    let keys: Vec<&str> = wrong.iter().map(|row| row.problems[0].key.as_str()).collect();
    assert_eq!(keys, ["import-problem-ip-twice", "import-problem-package-empty", "import-problem-password-empty"]);
    assert!(wrong.iter().all(|row| !format!("{row:?}").contains("word-of-twice")), "no password is shown");

    // Read before anything is written: kept as a script, sealed.
    assert_eq!(count(&w, "select count(*) from router_backup where reason = 'import' and kind = 'export'").await, 1);
    assert_eq!(count(&w, "select count(*) from customer").await, 1);
    let again = prepared(&w, id, home).await;
    let page = router_imports::find(services, padma, again).await.unwrap();
    assert_eq!((page.same_day, page.router), (Some(import), id), "read twice on a day is worth a warning");
    assert!(matches!(router_imports::find(services, &w.meghna.admin, again).await, Err(Error::NotFound)));

    let done = run(services, padma, import).await;
    assert_eq!((done.totals.created, done.totals.failed), (4, 0));
    assert_eq!(count(&w, "select count(*) from service_router").await, 4, "where they live is known");
    assert_eq!(count(&w, "select count(*) from address_holding where until is null and host(address) = '10.9.0.7'").await, 1);
    let known = packages::package_on_routers(services, padma, home).await.unwrap();
    assert_eq!((known[0].profile.as_str(), known[0].pool.as_str()), ("home", "home-pool"));
    // The second preview is judged again by the run itself: nobody comes in twice.
    let twice = run(services, padma, again).await;
    assert_eq!((twice.totals.created, twice.totals.new), (0, 0));
}

#[tokio::test]
async fn an_import_stops_and_goes_on_and_is_taken_back_but_for_whom_somebody_used() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let home = package(services, padma, "Home", "500").await;
    let router = switched_on(30).await;
    let id = registered(&w, &router, "radius").await;
    let import = prepared(&w, id, home).await;
    imports::start(services, padma, import).await.unwrap();
    let system = Caller::system(padma.isp_id, "import.run");
    imports::run_batch(services, &system, import, 10).await.unwrap();
    imports::cancel(services, padma, import).await.unwrap();
    imports::run(services, &system, import).await.unwrap();
    let stopped = imports::get(services, padma, import).await.unwrap();
    assert_eq!((stopped.import.state, stopped.totals.created, stopped.totals.new), (ImportState::Done, 10, 20));
    assert_eq!(key(imports::cancel(services, padma, import).await.unwrap_err()), "import-problem-state");
    imports::go_on(services, padma, import).await.unwrap();
    imports::run(services, &system, import).await.unwrap();
    assert_eq!(imports::get(services, padma, import).await.unwrap().totals.created, 30);
    assert_eq!(key(imports::go_on(services, padma, import).await.unwrap_err()), "import-problem-nothing-new");

    // One pays: he stays, with everything of his.
    let rows = all_rows(services, padma, import, Fate::Created).await;
    let payer = rows[0].customer_id.unwrap();
    let form =
        services::payments::PaymentForm { amount: "100".into(), method: "cash".into(), key: "pays-early-1".into(), ..Default::default() };
    services::payments::take_payment(services, padma, payer, &form).await.unwrap();
    imports::start_undo(services, padma, import).await.unwrap();
    imports::undo(services, &system, import).await.unwrap();
    let undone = imports::get(services, padma, import).await.unwrap();
    assert_eq!((undone.totals.undone, undone.totals.kept), (29, 1));
    assert_eq!(count(&w, "select count(*) from customer").await, 1);
    assert_eq!(count(&w, "select count(*) from service_router").await, 1);
}

#[tokio::test]
async fn a_thousand_secrets_come_in_at_once() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let home = package(services, padma, "Home", "500").await;
    let router = switched_on(1_000).await;
    let id = registered(&w, &router, "radius").await;
    let import = prepared(&w, id, home).await;
    let done = run(services, padma, import).await;
    assert_eq!(done.totals.created, 1_000);
}

#[tokio::test]
async fn a_router_that_is_away_costs_nothing() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let home = package(services, padma, "Home", "500").await;
    let router = switched_on(3).await;
    let id = registered(&w, &router, "radius").await;
    router.unplug();
    assert!(key(router_imports::read(services, padma, id).await.unwrap_err()).starts_with("problem-router-"));
    assert!(router_imports::prepare(services, padma, id, &choices(home)).await.is_err());
    assert_eq!(count(&w, "select count(*) from import").await, 0);
    let clerk = Caller { role: domain::people::Role::Staff, ..padma.clone() };
    assert!(matches!(router_imports::read(services, &clerk, id).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn what_a_router_does_not_know_is_not_sold_there() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let (home, gold) = (package(services, padma, "Home", "500").await, package(services, padma, "Gold", "900").await);
    let router = switched_on(0).await;
    let tower = registered(&w, &router, "local").await;
    let form = |package: PackageId, username: &str| CustomerForm {
        name: "Rahim".into(),
        username: username.into(),
        password: "secret-1".into(),
        package_id: package.to_string(),
        router: tower.to_string(),
        ..CustomerForm::default()
    };
    let problem = packages::sale_problem(services, padma, home, tower).await.unwrap().unwrap();
    assert_eq!((problem.key.as_str(), problem.args[0].1.as_str()), ("problem-package-not-on-router", "Tower"));
    let refused = services::customers::create_customer(services, padma, &form(home, "rahim")).await.unwrap_err();
    assert!(matches!(&refused, Error::Conflict(problem) if problem.key == "problem-package-not-on-router"), "{refused}");

    let on = |profile: &str, pool: &str| OnRouterForm {
        package: home.to_string(),
        router: tower.to_string(),
        profile: profile.into(),
        pool: pool.into(),
    };
    packages::put_on_router(services, padma, &on("home", "")).await.unwrap();
    let rahim = services::customers::create_customer(services, padma, &form(home, "rahim")).await.unwrap();
    let line: ServiceId = services::customers::customer(services, padma, rahim).await.unwrap().services[0].id;
    let change = ChangeForm { package_id: gold.to_string(), when: "now".into(), key: "to-gold-now-1".into() };
    assert_eq!(key(services::billing::change_package(services, padma, line, &change).await.unwrap_err()), "problem-package-not-on-router");
    assert_eq!(key(packages::put_on_router(services, padma, &on("a b", "")).await.unwrap_err()), "problem-router-name");

    // Through RADIUS everything can be sold; the map only says the pool.
    let (view, _) = routers::find_router(services, padma, tower).await.unwrap();
    let as_radius = RouterForm {
        name: "Tower".into(),
        host: view.router.host.clone(),
        port: view.router.port.to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        auth_mode: "radius".into(),
        ..RouterForm::default()
    };
    routers::update_router(services, padma, tower, view.router.version, &as_radius).await.unwrap();
    services::billing::change_package(services, padma, line, &change).await.unwrap();
}
