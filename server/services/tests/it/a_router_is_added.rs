//! A router is added, tested and used: each thing that can be wrong is named with what to do about it, nothing on it is
//! changed by a test, its password is nowhere to be read, and what it says is taken as a stranger's word.

use domain::RouterId;
use domain::routers::RouterForm;
use domain::trust::Network;
use integrations::routeros::{Client, Command, Door, Limits, Login, Security, Version};
use services::Error;
use services::routers::{
    BackupRow, Check, CheckState, DiffLine, Reason, back_up, back_up_all, compare_backups, confirm_certificate, create_router,
    end_sessions, list_backups, live_sessions, live_traffic, read_backup, restore, test_router, update_router,
};
use simlab::routeros::{Dialled, Router, Setup, Subscriber};
use std::net::SocketAddr;
use std::sync::Arc;
use testkit::{World, world};

const NOW: &str = "2026-11-01T04:00:00Z";

fn setup(version: Version) -> Setup {
    Setup::on_loopback("tower", "lastmile", "pw-of-router", version)
}

async fn switch_on() -> Router {
    Router::start(setup(Version::new(7, 16, 2))).await.unwrap()
}

fn form(address: SocketAddr) -> RouterForm {
    RouterForm {
        name: "Mirpur core".into(),
        host: address.ip().to_string(),
        port: address.port().to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "pw-of-router".into(),
        ..RouterForm::default()
    }
}

async fn add(world: &World, router: &Router) -> RouterId {
    create_router(&world.services, &world.padma.admin, &form(router.address())).await.unwrap()
}

async fn checks(world: &World, id: RouterId) -> Vec<Check> {
    test_router(&world.services, &world.padma.admin, id).await.unwrap().checks
}

fn said<'a>(checks: &'a [Check], name: &str) -> (CheckState, &'a str) {
    let check = checks.iter().find(|check| check.name == name).unwrap();
    (check.state, check.said)
}

/// Somebody with an account on it.
async fn at_it(router: &Router) -> Client {
    let door = Door { address: router.address(), security: Security::Plain { password_in_clear: true } };
    Client::open(&door, &Login { name: "lastmile".into(), password: "pw-of-router".into() }, Limits::default()).await.unwrap()
}

fn problem(error: Error) -> String {
    match error {
        Error::Conflict(problem) => problem.key,
        Error::Invalid(problems) => problems[0].key.clone(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_test_says_what_is_missing_and_changes_nothing() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let before = format!("{:?}", router.tree().rows("/ppp/secret"));
    let id = add(&world, &router).await;
    let found = checks(&world, id).await;
    assert_eq!(said(&found, "reach"), (CheckState::Good, "router-test-reached"));
    assert_eq!(said(&found, "certificate"), (CheckState::Warning, "router-test-in-clear"));
    assert_eq!(said(&found, "login"), (CheckState::Good, "router-test-let-in"));
    assert_eq!(said(&found, "rights"), (CheckState::Warning, "router-test-rights-unknown"));
    assert_eq!(said(&found, "version"), (CheckState::Good, "router-test-version"));
    assert_eq!(said(&found, "radius_asks"), (CheckState::Warning, "router-test-no-nas"));

    // An account that may only look.
    at_it(&router).await.ask(&Command::new("/user/add").with("name", "lastmile").with("group", "read")).await.unwrap();
    let missing = checks(&world, id).await.into_iter().find(|check| check.name == "rights").unwrap();
    assert_eq!((missing.state, missing.args), (CheckState::Bad, vec![("missing", "write".to_string())]));
    assert_eq!(format!("{:?}", router.tree().rows("/ppp/secret")), before);
}

#[tokio::test]
async fn each_way_in_that_fails_is_told_apart() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let admin = &world.padma.admin;
    let id = add(&world, &router).await;
    let wrong = RouterForm { password: "mistyped".into(), ..form(router.address()) };
    update_router(&world.services, admin, id, 1, &wrong).await.unwrap();
    assert_eq!(said(&checks(&world, id).await, "login"), (CheckState::Bad, "router-test-login"));
    assert_eq!(problem(live_sessions(&world.services, admin, id).await.unwrap_err()), "problem-router-login");
    router.unplug();
    let found = checks(&world, id).await;
    assert_eq!(said(&found, "reach"), (CheckState::Bad, "router-test-unreachable"));
    assert!(found[1..].iter().all(|check| check.state == CheckState::Skipped), "{found:?}");
    // A web server is no router.
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = other.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = other.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    update_router(&world.services, admin, id, 2, &form(address)).await.unwrap();
    let found = checks(&world, id).await;
    assert_eq!((said(&found, "reach").0, said(&found, "login").0), (CheckState::Bad, CheckState::Skipped), "{found:?}");
}

#[tokio::test]
async fn nobody_looks_around_in_the_server_s_own_network() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let id = add(&world, &router).await;
    let closed = ["127.0.0.0/8", "::1"].map(|network| Network::parse(network).unwrap());
    let guarded = World { services: world.services.clone().with_closed(&closed), ..world };
    let admin = &guarded.padma.admin;
    assert_eq!(problem(live_sessions(&guarded.services, admin, id).await.unwrap_err()), "problem-router-closed");
    assert_eq!(said(&checks(&guarded, id).await, "reach"), (CheckState::Bad, "router-test-closed"));
    // An open port and a shut one, by a number or by a name, look the same.
    for host in ["127.0.0.2", "localhost", "::ffff:127.0.0.1"] {
        for port in [router.address().port(), 1] {
            let form = RouterForm { name: format!("{host} {port}"), host: host.into(), port: port.to_string(), ..form(router.address()) };
            let id = create_router(&guarded.services, admin, &form).await.unwrap();
            assert_eq!(said(&checks(&guarded, id).await, "reach"), (CheckState::Bad, "router-test-closed"), "{host} {port}");
        }
    }
}

#[tokio::test]
async fn a_certificate_is_trusted_by_a_person_once_and_nothing_else_is_let_in() {
    let world = world(NOW).await;
    let tls = || {
        let made = rcgen::generate_simple_self_signed(vec!["tower".into()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap())
    };
    let router = Router::start(Setup { tls: Some(tls()), ..setup(Version::new(7, 16, 2)) }).await.unwrap();
    let admin = &world.padma.admin;
    let id = create_router(&world.services, admin, &RouterForm { door: "api_tls".into(), ..form(router.address()) }).await.unwrap();
    assert_eq!(problem(live_sessions(&world.services, admin, id).await.unwrap_err()), "problem-router-unconfirmed");
    let test = test_router(&world.services, admin, id).await.unwrap();
    assert_eq!(said(&test.checks, "certificate"), (CheckState::Bad, "router-test-new-certificate"));
    confirm_certificate(&world.services, admin, id, &test.shown.unwrap()).await.unwrap();
    assert!(live_sessions(&world.services, admin, id).await.unwrap().is_empty());

    // Somebody else answers there now.
    let address = router.address();
    drop(router);
    let impostor = loop {
        // The listener that was there takes a moment to go.
        match Router::start(Setup { tls: Some(tls()), address, ..setup(Version::new(7, 16, 2)) }).await {
            Ok(impostor) => break impostor,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert_eq!(problem(live_sessions(&world.services, admin, id).await.unwrap_err()), "problem-router-other-certificate");
    let test = test_router(&world.services, admin, id).await.unwrap();
    assert_eq!(said(&test.checks, "certificate"), (CheckState::Bad, "router-test-other-certificate"));
    drop(impostor);
}

#[tokio::test]
async fn who_is_on_it_is_asked_of_the_router_and_can_be_ended() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let client = at_it(&router).await;
    for command in [
        Command::new("/ip/pool/add").with("name", "home").with("ranges", "10.9.0.2-10.9.0.9"),
        Command::new("/ppp/profile/add").with("name", "5M").with("remote-address", "home"),
        Command::new("/interface/pppoe-server/server/add").with("interface", "ether2").with("disabled", "no"),
        Command::new("/ppp/secret/add").with("name", "rahim").with("password", "p").with("profile", "5M"),
        Command::new("/ppp/secret/add").with("name", "<script>alert(1)</script>").with("password", "p").with("profile", "5M"),
    ] {
        client.ask(&command).await.unwrap();
    }
    for name in ["rahim", "<script>alert(1)</script>"] {
        let who = Subscriber { username: name.into(), password: "p".into(), mac: "AA:BB:CC:00:11:22".into() };
        assert_eq!(router.dial(&who).await, Dialled::Locally);
    }
    let id = add(&world, &router).await;
    let found = live_sessions(services, admin, id).await.unwrap();
    assert_eq!(found.iter().map(|one| one.username.as_str()).collect::<Vec<_>>(), ["<script>alert(1)</script>", "rahim"]);
    assert_eq!((found[1].address.as_str(), found[1].by_radius, &found[1].customer), ("10.9.0.2", false, &None));
    assert!(live_traffic(services, admin, id, "rahim").await.unwrap().is_some());
    assert_eq!(live_traffic(services, admin, id, "nobody").await.unwrap(), None);

    assert_eq!(end_sessions(services, admin, id, &[found[1].id.clone(), "*FFFF".into()]).await.unwrap(), 1);
    assert!(!router.is_online("rahim"));
    assert_eq!(end_sessions(services, admin, id, &[found[1].id.clone()]).await.unwrap(), 0);
    // A stranger does not even learn that there is such a router.
    assert!(matches!(end_sessions(services, &world.meghna.admin, id, &[]).await, Err(Error::NotFound)));
    // Whoever may see only his own customers sees nobody whom nobody knows.
    let reseller = domain::people::Caller { owner_path: Some("somebody".into()), ..admin.clone() };
    assert!(live_sessions(services, &reseller, id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_password_is_sealed_and_goes_only_where_it_was_meant_for() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let admin = &world.padma.admin;
    let id = add(&world, &router).await;
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let sealed: Vec<u8> = sqlx::query_scalar("select password_sealed from router").fetch_one(&mut raw).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("pw-of-router"));
    let logged: Vec<String> = sqlx::query_scalar("select coalesce(before::text, '') || coalesce(after::text, '') from audit_entry")
        .fetch_all(&mut raw)
        .await
        .unwrap();
    assert!(logged.iter().all(|entry| !entry.contains("pw-of-router")));
    // Whoever may change a router must not lead its password to a machine of his own.
    let elsewhere = RouterForm { host: "192.0.2.66".into(), password: String::new(), ..form(router.address()) };
    assert_eq!(problem(update_router(&world.services, admin, id, 1, &elsewhere).await.unwrap_err()), "problem-router-password-again");
    let moved = RouterForm { port: "1".into(), password: String::new(), ..form(router.address()) };
    assert_eq!(problem(update_router(&world.services, admin, id, 1, &moved).await.unwrap_err()), "problem-router-password-again");
    let renamed = RouterForm { name: "Mirpur".into(), password: String::new(), ..form(router.address()) };
    update_router(&world.services, admin, id, 1, &renamed).await.unwrap();
    assert_eq!(problem(update_router(&world.services, admin, id, 1, &renamed).await.unwrap_err()), "problem-changed-meanwhile");
}

#[tokio::test]
async fn nothing_hangs_behind_itself_and_a_place_is_taken_once() {
    let world = world(NOW).await;
    let (one, two) = (switch_on().await, switch_on().await);
    let (services, admin) = (&world.services, &world.padma.admin);
    let first = add(&world, &one).await;
    let behind = RouterForm { name: "edge".into(), parent: first.to_string(), ..form(two.address()) };
    let second = create_router(services, admin, &behind).await.unwrap();
    let circle = RouterForm { parent: second.to_string(), ..form(one.address()) };
    assert_eq!(problem(update_router(services, admin, first, 1, &circle).await.unwrap_err()), "problem-router-circle");
    let again = RouterForm { name: "another".into(), ..form(one.address()) };
    assert_eq!(problem(create_router(services, admin, &again).await.unwrap_err()), "problem-router-taken");
    // Another ISP may reach a router of its own at the same private address.
    create_router(services, &world.meghna.admin, &again).await.unwrap();
    let strange = RouterForm { name: "third".into(), port: "9".into(), parent: first.to_string(), ..form(one.address()) };
    assert_eq!(problem(create_router(services, &world.meghna.admin, &strange).await.unwrap_err()), "problem-choice");
}

#[tokio::test]
async fn a_backup_is_read_compared_and_brought_back_to_the_router_it_is_of() {
    let world = world(NOW).await;
    let router = switch_on().await;
    let (services, id) = (&world.services, add(&world, &router).await);
    // Whoever brings a router back has just given his password.
    let admin = &domain::people::Caller::system(world.padma.id, "story");
    let client = at_it(&router).await;
    let pool = |name: &str| Command::new("/ip/pool/add").with("name", name).with("ranges", "10.9.0.2-10.9.0.9");
    client.ask(&pool("first")).await.unwrap();
    client.ask(&Command::new("/ppp/secret/add").with("name", "rahim").with("password", "hidden-word")).await.unwrap();
    // A long export does not fit in the list of files and is read piece by piece.
    for number in 0..200 {
        client
            .ask(&Command::new("/ip/firewall/address-list/add").with("list", "long").with("address", format!("10.1.0.{number}")))
            .await
            .unwrap();
    }
    let before = back_up(services, admin, id, Reason::Manual).await.unwrap();
    let (_, text) = read_backup(services, admin, before).await.unwrap();
    assert!(text.contains("name=first") && text.contains("10.1.0.199") && !text.contains("hidden-word"));
    assert!(text.len() > 4_096);
    // The export does not stay on the router; the binary does.
    let files: Vec<String> = router.tree().rows("/file").iter().map(|file| file.get("name").to_string()).collect();
    assert_eq!(files.len(), 1, "{files:?}");

    client.ask(&pool("second")).await.unwrap();
    world.clock.advance(chrono::TimeDelta::seconds(5));
    let after = back_up(services, admin, id, Reason::Manual).await.unwrap();
    let (.., lines) = compare_backups(services, admin, before, after).await.unwrap();
    let new: Vec<_> = lines.iter().filter(|line| matches!(line, DiffLine::New(_))).collect();
    assert_eq!(new, [&DiffLine::New("add name=second ranges=10.9.0.2-10.9.0.9".into())]);
    assert!(!lines.iter().any(|line| matches!(line, DiffLine::Gone(_))));

    let binaries: Vec<BackupRow> =
        list_backups(services, admin, id).await.unwrap().into_iter().filter(|row| row.kind == "binary").collect();
    world.clock.advance(chrono::TimeDelta::seconds(5));
    restore(services, admin, binaries[1].id).await.unwrap();
    let pools = |router: &Router| router.tree().rows("/ip/pool").iter().map(|pool| pool.get("name").to_string()).collect::<Vec<_>>();
    assert_eq!(pools(&router), ["first"]);
    // What it was before it was brought back is a backup too, and leads forward again.
    let newest = list_backups(services, admin, id).await.unwrap().into_iter().find(|row| row.kind == "binary").unwrap();
    assert_eq!(newest.reason, "restore");
    world.clock.advance(chrono::TimeDelta::seconds(5));
    restore(services, admin, newest.id).await.unwrap();
    assert_eq!(pools(&router), ["first", "second"]);

    // Another device stands there now.
    router.at_console(|tree| tree.write("/system/routerboard", |_| true, &[("serial-number", "OTHER".into())]));
    assert_eq!(problem(restore(services, admin, newest.id).await.unwrap_err()), "problem-backup-other-router");
    assert!(matches!(read_backup(services, &world.meghna.admin, before).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn the_night_backs_up_what_answers_once_and_forgets_after_a_month() {
    let world = world(NOW).await;
    let (one, two) = (switch_on().await, switch_on().await);
    let (services, first) = (&world.services, add(&world, &one).await);
    let gone = RouterForm { name: "gone".into(), ..form(two.address()) };
    create_router(services, &world.padma.admin, &gone).await.unwrap();
    two.unplug();
    let admin = &domain::people::Caller::system(world.padma.id, "router.backup");
    let night = back_up_all(services, admin).await.unwrap();
    assert_eq!((night.taken, night.failed), (1, 1));
    assert_eq!(back_up_all(services, admin).await.unwrap().taken, 0);
    back_up(services, admin, first, Reason::Manual).await.unwrap();
    for _ in 0..2 {
        world.clock.advance(chrono::TimeDelta::days(31));
        back_up_all(services, admin).await.unwrap();
    }
    let left: Vec<String> = list_backups(services, admin, first).await.unwrap().into_iter().map(|row| row.reason).collect();
    assert_eq!(left, ["scheduled", "scheduled", "manual", "manual"]);
    // Nothing stays on the router that nobody knows.
    back_up_all(services, admin).await.unwrap();
    let files = one.tree().rows("/file").iter().filter(|file| file.get("name").ends_with(".backup")).count();
    assert!(files <= 3, "{files}");
}
