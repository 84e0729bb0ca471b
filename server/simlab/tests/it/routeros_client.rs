//! Our client against simulated routers of every manner: what works, and that whatever does not ends with a clear error
//! and in time.

use super::{PLAIN, impatient, login, router, setup, signed_in};
use integrations::routeros::{Client, Command, Door, Limits, Login, RouterError, Security, TrapKind, Version, fingerprint_of};
use simlab::routeros::{Manner, Router, Setup};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const NEW: Version = Version::new(7, 18, 2);

fn door(address: SocketAddr) -> Door {
    Door { address, security: PLAIN }
}

fn kind(error: RouterError) -> TrapKind {
    match error {
        RouterError::Trap(trap) => trap.kind,
        other => panic!("a complaint of the router and not {other:?}"),
    }
}

fn secret(name: &str) -> Command {
    Command::new("/ppp/secret/add").with("name", name).with("password", "p").with("service", "pppoe")
}

#[tokio::test]
async fn rows_are_added_found_changed_and_removed_on_old_and_new_routers() {
    for version in [Version::new(6, 40, 9), Version::new(6, 49, 10), Version::new(7, 16, 0), NEW] {
        let router = router(version).await;
        let client = signed_in(&router).await;
        let id = client.ask(&secret("rahim").with("comment", "a=b")).await.unwrap().ret.unwrap();
        let find = Command::new("/ppp/secret/print").whose("name", "rahim").only(&[".id", "name", "comment", "disabled"]);
        let found = client.ask(&find).await.unwrap().rows;
        assert_eq!((found.len(), found[0].id(), found[0].text("comment")), (1, id.clone(), "a=b".into()));
        assert_eq!(found[0].get("password"), None);

        client.ask(&Command::new("/ppp/secret/set").with(".id", &id).with("disabled", "yes")).await.unwrap();
        assert!(client.ask(&find).await.unwrap().rows[0].flag("disabled"));
        client.ask(&Command::new("/ppp/secret/remove").with(".id", &id)).await.unwrap();
        assert!(client.ask(&find).await.unwrap().rows.is_empty(), "{version}");
    }
}

#[tokio::test]
async fn complaints_have_a_kind() {
    let router = router(NEW).await;
    let client = signed_in(&router).await;
    client.ask(&secret("rahim")).await.unwrap();
    assert_eq!(kind(client.ask(&secret("rahim")).await.unwrap_err()), TrapKind::Conflict);
    assert_eq!(kind(client.ask(&secret("karim").with("profile", "gold")).await.unwrap_err()), TrapKind::BadReference);
    assert_eq!(kind(client.ask(&secret("karim").with("colour", "red")).await.unwrap_err()), TrapKind::Unsupported);
    assert_eq!(kind(client.ask(&Command::new("/ppp/secret/remove").with(".id", "*FFFF")).await.unwrap_err()), TrapKind::NotFound);
    assert_eq!(kind(client.ask(&Command::new("/interface/wireless/print")).await.unwrap_err()), TrapKind::Unsupported);
    // The connection is as good as before.
    assert_eq!(client.ask(&Command::new("/ppp/secret/print").with("count-only", "")).await.unwrap().ret.as_deref(), Some("1"));
}

#[tokio::test]
async fn five_hundred_commands_share_one_connection_and_each_gets_its_own_answer() {
    let router = router(NEW).await;
    let client = Arc::new(signed_in(&router).await);
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..500 {
        let client = client.clone();
        asking.spawn(async move {
            let name = format!("user{number}");
            client.ask(&secret(&name)).await.unwrap();
            let rows = client.ask(&Command::new("/ppp/secret/print").whose("name", &name)).await.unwrap().rows;
            (rows.len(), rows[0].text("name") == name)
        });
    }
    while let Some(answer) = asking.join_next().await {
        assert_eq!(answer.unwrap(), (1, true));
    }
    assert_eq!(router.tree().rows("/ppp/secret").len(), 500);
}

#[tokio::test]
async fn a_password_is_not_sent_in_the_clear_unless_allowed() {
    let careful = Security::Plain { password_in_clear: false };
    let new = router(NEW).await;
    let opened = Client::open(&Door { address: new.address(), security: careful }, &login(), impatient()).await;
    assert_eq!(opened.err(), Some(RouterError::PasswordWouldBeSeen));
    let old = router(Version::new(6, 40, 9)).await;
    let opened = Client::open(&Door { address: old.address(), security: careful }, &login(), impatient()).await;
    assert!(opened.is_ok(), "the challenge of old routers hides it");
}

#[tokio::test]
async fn a_wrong_password_is_told_apart_from_everything_else() {
    for version in [Version::new(6, 40, 9), NEW] {
        let router = router(version).await;
        let wrong = Login { password: "guess".into(), ..login() };
        assert_eq!(Client::open(&door(router.address()), &wrong, impatient()).await.err(), Some(RouterError::AuthFailed), "{version}");
    }
}

#[tokio::test]
async fn only_the_confirmed_certificate_is_let_in() {
    let with_tls = || {
        let made = rcgen::generate_simple_self_signed(vec!["router".into()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Setup { tls: Some(Arc::new(config)), ..setup(NEW) }
    };
    let (router, other) = (Router::start(with_tls()).await.unwrap(), Router::start(with_tls()).await.unwrap());
    let shown = fingerprint_of(router.address(), Duration::from_secs(2)).await.unwrap();
    let open = async |router: &Router| {
        let door = Door { address: router.address(), security: Security::Tls(shown) };
        Client::open(&door, &login(), impatient()).await
    };
    open(&router).await.unwrap().ask(&Command::new("/system/identity/print")).await.unwrap();
    assert!(matches!(open(&other).await.err(), Some(RouterError::OtherCertificate { shown: now }) if now != shown));
}

#[tokio::test]
async fn what_goes_on_goes_on_until_it_is_dropped() {
    let router = router(NEW).await;
    let client = signed_in(&router).await;
    let mut listening = client.follow(&Command::new("/ppp/secret/listen")).await.unwrap();
    // The answer to this comes after the router has begun to listen.
    client.ask(&Command::new("/system/identity/print")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let id = client.ask(&secret("rahim")).await.unwrap().ret.unwrap();
    assert_eq!(listening.next().await.unwrap().unwrap().text("name"), "rahim");
    client.ask(&Command::new("/ppp/secret/remove").with(".id", &id)).await.unwrap();
    let gone = listening.next().await.unwrap().unwrap();
    assert!(gone.id() == id && gone.flag(".dead"));
    drop(listening);
    client.ask(&secret("karim")).await.unwrap();
}

#[tokio::test]
async fn a_router_that_may_only_be_looked_at_says_so_and_shows_no_password() {
    let router = router(NEW).await;
    signed_in(&router).await.ask(&secret("rahim")).await.unwrap();
    router.be(Manner { read_only: true, ..router.manner() });
    let client = signed_in(&router).await;
    assert_eq!(kind(client.ask(&secret("karim")).await.unwrap_err()), TrapKind::Forbidden);
    assert_eq!(client.ask(&Command::new("/ppp/secret/print")).await.unwrap().rows[0].get("password"), None);
}

#[tokio::test]
async fn a_blocked_device_and_a_full_disk_are_told_apart() {
    let router = router(NEW).await;
    router.be(Manner { device_mode_blocks: true, disk_full: true, ..router.manner() });
    let client = signed_in(&router).await;
    let hotspot = Command::new("/ip/hotspot/add").with("name", "h").with("interface", "ether2");
    assert_eq!(kind(client.ask(&hotspot).await.unwrap_err()), TrapKind::DeviceModeBlocked);
    assert_eq!(kind(client.ask(&Command::new("/system/backup/save").with("name", "b")).await.unwrap_err()), TrapKind::DiskFull);
}

#[tokio::test]
async fn a_backup_brings_back_what_was_held_and_an_export_hides_secrets() {
    let router = router(NEW).await;
    let client = signed_in(&router).await;
    client.ask(&secret("rahim")).await.unwrap();
    client.ask(&Command::new("/system/backup/save").with("name", "before")).await.unwrap();
    client.ask(&secret("karim")).await.unwrap();
    client.ask(&Command::new("/export").with("file", "now")).await.unwrap();
    let files = client.ask(&Command::new("/file/print").whose("name", "now.rsc")).await.unwrap().rows;
    let text = files[0].text("contents");
    assert!(text.contains("/ppp secret\nadd name=rahim service=pppoe\nadd name=karim service=pppoe"), "{text}");
    // It starts again: the connection may end before the answer.
    let _ = client.ask(&Command::new("/system/backup/load").with("name", "before")).await;
    let names: Vec<_> = router.tree().rows("/ppp/secret").iter().map(|row| row.get("name").to_owned()).collect();
    assert_eq!(names, ["rahim"]);
}

#[tokio::test]
async fn a_connection_that_is_torn_in_the_middle_of_a_sentence_is_an_error_for_everybody_who_waits() {
    let router = router(NEW).await;
    let client = signed_in(&router).await;
    router.be(Manner { tears_after: Some(3), ..router.manner() });
    let ask = async || client.ask(&Command::new("/interface/print")).await;
    let (first, second) = tokio::join!(ask(), ask());
    assert_eq!((first.err(), second.err()), (Some(RouterError::Broken), Some(RouterError::Broken)));
    assert!(client.is_over());
    assert_eq!(ask().await.err(), Some(RouterError::Broken));
}

#[tokio::test]
async fn a_slow_router_costs_no_more_than_the_limit() {
    let router = router(NEW).await;
    let client = Client::open(&door(router.address()), &login(), impatient()).await.unwrap();
    router.be(Manner { delay: Duration::from_secs(60), ..router.manner() });
    let started = Instant::now();
    assert_eq!(client.ask(&Command::new("/interface/print")).await.err(), Some(RouterError::Silent));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn pulled_plug_and_back() {
    let router = router(NEW).await;
    let client = signed_in(&router).await;
    client.ask(&secret("rahim")).await.unwrap();
    router.unplug();
    assert_eq!(client.ask(&Command::new("/ppp/secret/print")).await.err(), Some(RouterError::Broken));
    let closed = Client::open(&door(router.address()), &login(), impatient()).await.err();
    assert!(matches!(closed, Some(RouterError::Unreachable(_) | RouterError::Silent)), "{closed:?}");
    router.plug().await.unwrap();
    assert_eq!(signed_in(&router).await.ask(&Command::new("/ppp/secret/print")).await.unwrap().rows.len(), 1);
}

/// Answers whatever it is asked with these bytes, and then says nothing more.
async fn stranger(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut room = [0; 512];
                let _ = stream.read(&mut room).await;
                let _ = stream.write_all(answer).await;
                std::future::pending::<()>().await;
            });
        }
    });
    address
}

#[tokio::test]
async fn a_hostile_peer_costs_one_connection_and_a_clear_error() {
    let open = async |answer| Client::open(&door(stranger(answer).await), &login(), impatient()).await.err();
    assert_eq!(open(b"").await, Some(RouterError::Silent));
    assert!(matches!(open(b"\xf0\xff\xff\xff\xff").await, Some(RouterError::Malformed(_))));
    assert!(matches!(open(b"\xff\xff").await, Some(RouterError::Malformed(_))));
    assert_eq!(open(b"HTTP/1.1 400 Bad Request\r\n\r\n").await, Some(RouterError::NotRouterOs));
    assert_eq!(open(b"SSH-2.0-ROSSSH\r\n").await, Some(RouterError::NotRouterOs));
    assert_eq!(open(b"\x04!foo\x00").await, Some(RouterError::NotRouterOs));
    assert_eq!(open(b"\x06!fatal\x08too many\x00").await, Some(RouterError::Fatal("too many".into())));
    // A challenge without end.
    let limits = Limits { silence: Duration::from_millis(200), ..impatient() };
    let address =
        stranger(b"\x05!done\x25=ret=00112233445566778899aabbccddeeff\x00\x05!done\x25=ret=00112233445566778899aabbccddeeff\x00").await;
    assert_eq!(Client::open(&door(address), &login(), limits).await.err(), Some(RouterError::AuthFailed));
}
