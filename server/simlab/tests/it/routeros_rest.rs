//! REST: our client and curl, which we did not write, against the simulated router.

use super::{PLAIN, impatient, login, router, setup};
use integrations::routeros::{Command, Door, Fingerprint, Login, Rest, RouterError, Security, TrapKind, Version, fingerprint_of};
use simlab::routeros::{Manner, Router, Setup};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const NEW: Version = Version::new(7, 16, 2);

async fn over_rest(router: &Router) -> SocketAddr {
    router.serve_rest(([127, 0, 0, 1], 0).into()).await.unwrap()
}

fn door(address: SocketAddr) -> Door {
    Door { address, security: PLAIN }
}

fn kind(error: RouterError) -> TrapKind {
    match error {
        RouterError::Trap(trap) => trap.kind,
        other => panic!("a complaint of the router and not {other:?}"),
    }
}

#[tokio::test]
async fn the_same_commands_give_the_same_answers_as_over_the_binary_api() {
    let router = router(NEW).await;
    let rest = Rest::open(&door(over_rest(&router).await), &login(), impatient()).await.unwrap();
    let binary = super::signed_in(&router).await;
    let secret = |name: &str| Command::new("/ppp/secret/add").with("name", name).with("password", "p").with("comment", "a=b & \"c\" আ");
    let id = rest.ask(&secret("rahim")).await.unwrap().ret.unwrap();
    binary.ask(&secret("karim")).await.unwrap();
    let find = Command::new("/ppp/secret/print").whose("name", "rahim").query("?name=karim").query("?#|").only(&[".id", "name", "comment"]);
    let (one, other) = (rest.ask(&find).await.unwrap().rows, binary.ask(&find).await.unwrap().rows);
    let pairs = |row: &integrations::routeros::Row| {
        let mut pairs: Vec<_> = row.pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        pairs.sort();
        pairs
    };
    assert_eq!(one.iter().map(pairs).collect::<Vec<_>>(), other.iter().map(pairs).collect::<Vec<_>>());
    assert_eq!(one.len(), 2);

    rest.ask(&Command::new("/ppp/secret/set").with(".id", &id).with("disabled", "yes")).await.unwrap();
    assert!(binary.ask(&find).await.unwrap().rows.len() == 2);
    let count = Command::new("/ppp/secret/print").with("count-only", "");
    assert_eq!(rest.ask(&count).await.unwrap().ret.as_deref(), Some("2"));
    let name = rest.ask(&Command::new("/system/identity/print")).await.unwrap().rows;
    assert_eq!(name[0].text("name"), "tower");
    rest.ask(&Command::new("/ppp/secret/remove").with(".id", &id)).await.unwrap();
    assert_eq!(rest.ask(&count).await.unwrap().ret.as_deref(), Some("1"));
}

#[tokio::test]
async fn complaints_have_the_same_kinds() {
    let router = router(NEW).await;
    let rest = Rest::open(&door(over_rest(&router).await), &login(), impatient()).await.unwrap();
    let pool = Command::new("/ip/pool/add").with("name", "home").with("ranges", "10.9.0.2-10.9.0.9");
    rest.ask(&pool).await.unwrap();
    assert_eq!(kind(rest.ask(&pool).await.unwrap_err()), TrapKind::Conflict);
    assert_eq!(kind(rest.ask(&Command::new("/ip/pool/remove").with(".id", "*FFFF")).await.unwrap_err()), TrapKind::NotFound);
    assert_eq!(kind(rest.ask(&Command::new("/interface/wireless/print")).await.unwrap_err()), TrapKind::Unsupported);
    router.be(Manner { device_mode_blocks: true, ..router.manner() });
    let scheduler = Command::new("/system/scheduler/add").with("name", "s");
    assert_eq!(kind(rest.ask(&scheduler).await.unwrap_err()), TrapKind::DeviceModeBlocked);
    router.be(Manner { read_only: true, ..router.manner() });
    assert_eq!(kind(rest.ask(&pool).await.unwrap_err()), TrapKind::Forbidden);
    let wrong = Login { password: "guess".into(), ..login() };
    let opened = Rest::open(&door(over_rest(&router).await), &wrong, impatient()).await;
    assert_eq!(opened.err(), Some(RouterError::AuthFailed));
}

#[tokio::test]
async fn an_old_router_a_silent_one_a_torn_one_and_a_stranger_each_end_in_time() {
    let old = router(Version::new(6, 49, 10)).await;
    let opened = Rest::open(&door(over_rest(&old).await), &login(), impatient()).await;
    assert_eq!(opened.err(), Some(RouterError::NotRouterOs));
    let careful = Door { security: Security::Plain { password_in_clear: false }, ..door(old.address()) };
    assert_eq!(Rest::open(&careful, &login(), impatient()).await.err(), Some(RouterError::PasswordWouldBeSeen));

    let router = router(NEW).await;
    let rest = Rest::open(&door(over_rest(&router).await), &login(), impatient()).await.unwrap();
    let ask = Command::new("/interface/print");
    router.be(Manner { tears_after: Some(0), ..router.manner() });
    assert_eq!(rest.ask(&ask).await.err(), Some(RouterError::Broken));
    router.be(Manner { tears_after: None, ..router.manner() });
    assert_eq!(rest.ask(&ask).await.unwrap().rows.len(), 5, "a new connection is made");
    router.be(Manner { delay: Duration::from_secs(60), ..router.manner() });
    let started = Instant::now();
    assert_eq!(rest.ask(&ask).await.err(), Some(RouterError::Silent));
    assert!(started.elapsed() < Duration::from_secs(5));
    router.be(Manner { delay: Duration::ZERO, ..router.manner() });
    assert_eq!(rest.ask(&ask).await.unwrap().rows.len(), 5);

    let open = async |answer| Rest::open(&door(stranger(answer).await), &login(), impatient()).await.err();
    assert_eq!(open(b"").await, Some(RouterError::Silent));
    assert_eq!(open(b"\x04!foo\x00\r\n\r\n").await, Some(RouterError::NotRouterOs));
    let page = b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n<html></html>";
    assert_eq!(open(page).await, Some(RouterError::NotRouterOs));
    assert_eq!(open(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n[").await, Some(RouterError::TooMany));
}

async fn stranger(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 2_048]).await;
            let _ = stream.write_all(answer).await;
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(30)).await;
                drop(stream);
            });
        }
    });
    address
}

fn with_tls() -> Setup {
    let made = rcgen::generate_simple_self_signed(vec!["router".into()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    Setup { tls: Some(Arc::new(config)), ..setup(NEW) }
}

#[tokio::test]
async fn only_the_confirmed_certificate_is_let_in_over_rest_too() {
    let router = Router::start(with_tls()).await.unwrap();
    let address = over_rest(&router).await;
    let shown = fingerprint_of(address, Duration::from_secs(2)).await.unwrap();
    let open = async |pin| Rest::open(&Door { address, security: Security::Tls(pin) }, &login(), impatient()).await;
    assert_eq!(open(shown).await.unwrap().ask(&Command::new("/interface/print")).await.unwrap().rows.len(), 5);
    assert_eq!(open(Fingerprint([7; 32])).await.err(), Some(RouterError::OtherCertificate { shown }));
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_keeps_an_address_list_over_tls() {
    let here = std::process::Command::new("curl").arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(here || std::env::var_os("LASTMILE_REQUIRE_PEERS").is_none(), "curl must be installed");
    if !here {
        return eprintln!("skipped: curl is not installed");
    }
    let router = Router::start(with_tls()).await.unwrap();
    let base = format!("https://{}/rest", over_rest(&router).await);
    let curl = async |method: &str, path: &str, body: Option<&str>| {
        let mut command = std::process::Command::new("curl");
        command.args(["-sk", "-g", "-u", "lastmile:pw-of-router", "-w", " %{http_code}", "-X", method, &format!("{base}{path}")]);
        if let Some(body) = body {
            command.args(["-H", "content-type: application/json", "-d", body]);
        }
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let added = curl("PUT", "/ip/firewall/address-list", Some(r#"{"list":"unpaid","address":"10.0.0.7"}"#)).await;
    assert!(added.contains(r#""address":"10.0.0.7""#) && added.ends_with(" 201"), "{added}");
    let id = format!("*{}", added.split_once("\"*").unwrap().1.split_once('"').unwrap().0);
    let double = curl("PUT", "/ip/firewall/address-list", Some(r#"{"list":"unpaid","address":"10.0.0.7"}"#)).await;
    assert!(double.contains("already have such entry") && double.ends_with(" 400"), "{double}");
    let found = curl("GET", "/ip/firewall/address-list?list=unpaid&.proplist=address", None).await;
    assert_eq!(found, r#"[{"address":"10.0.0.7"}] 200"#);
    let changed = curl("PATCH", &format!("/ip/firewall/address-list/{id}"), Some(r#"{"comment":"unpaid since May"}"#)).await;
    assert!(changed.contains("unpaid since May"), "{changed}");
    let asked = curl("POST", "/ip/firewall/address-list/print", Some(r#"{".query":["list=unpaid"],".proplist":["comment"]}"#)).await;
    assert_eq!(asked, r#"[{"comment":"unpaid since May"}] 200"#);
    assert_eq!(curl("DELETE", &format!("/ip/firewall/address-list/{id}"), None).await, " 204");
    assert!(curl("GET", &format!("/ip/firewall/address-list/{id}"), None).await.ends_with(" 404"));
    assert_eq!(curl("GET", "/system/identity", None).await, r#"{"name":"tower"} 200"#);
}

#[tokio::test]
async fn what_is_scheduled_happens_and_a_loaded_backup_takes_it_away_again() {
    let router = router(NEW).await;
    let client = super::signed_in(&router).await;
    client.ask(&Command::new("/system/backup/save").with("name", "before").with("password", "b")).await.unwrap();
    client.ask(&Command::new("/ip/pool/add").with("name", "late").with("ranges", "10.9.0.2-10.9.0.9")).await.unwrap();
    let event = "/system backup load name=before password=b";
    let add = Command::new("/system/scheduler/add").with("name", "dead-man").with("interval", "1s").with("on-event", event);
    client.ask(&add).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(router.tree().rows("/ip/pool").len(), 1, "not before its time");
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    let tree = router.tree();
    assert!(tree.rows("/ip/pool").is_empty() && tree.rows("/system/scheduler").is_empty());
    assert_eq!(tree.rows("/file").len(), 1, "files stay");
    assert!(client.is_over(), "it has started again");
}

#[tokio::test]
async fn counters_of_interfaces_move() {
    let router = router(NEW).await;
    let client = super::signed_in(&router).await;
    let read = async || client.ask(&Command::new("/interface/print").whose("name", "ether1")).await.unwrap().rows[0].number("rx-byte");
    let first = read().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(read().await.unwrap() > first);
    let once = Command::new("/interface/monitor-traffic").with("interface", "ether1").with("once", "");
    assert!(client.ask(&once).await.unwrap().rows[0].number("rx-bits-per-second").unwrap() > 0);
}
