//! The database goes away: nobody is turned away for it, and nothing is acknowledged that is not durable.

use crate::stage::*;
use services::Services;
use simlab::radius_client::{Accounting, Method, Status};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use storage::Db;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::broadcast;

/// Stands between the service and PostgreSQL, and can cut every line.
pub struct Proxy {
    port: u16,
    open: Arc<AtomicBool>,
    cut: broadcast::Sender<()>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Proxy {
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (open, cut) = (Arc::new(AtomicBool::new(true)), broadcast::channel(1).0);
        let (accepting, cutting, url) = (open.clone(), cut.clone(), url.to_string());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                if !accepting.load(Ordering::Relaxed) {
                    continue;
                }
                let (url, mut cut) = (url.clone(), cutting.subscribe());
                tokio::spawn(async move {
                    let mut server = connect(&url).await;
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = cut.recv() => {}
                    }
                });
            }
        });
        Self { port, open, cut }
    }

    pub fn close(&self) {
        self.open.store(false, Ordering::Relaxed);
        // Nobody listens when nobody is connected; that is as well.
        let _ = self.cut.send(());
    }

    pub fn reopen(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    /// The same database and role, through here.
    pub fn url(&self, url: &str) -> String {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let database = path.rsplit('/').next().unwrap_or_default();
        let user = part(query, "user").or_else(|| path.split_once("://")?.1.split_once('@').map(|(user, _)| user.to_string()));
        format!("postgres://{}@127.0.0.1:{}/{database}?sslmode=disable", user.unwrap_or_else(|| "postgres".into()), self.port)
    }
}

fn part(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.replace("%2F", "/").replace("%2f", "/"))
}

async fn connect(url: &str) -> Box<dyn Stream> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let port = part(query, "port").unwrap_or_else(|| "5432".into());
    if let Some(folder) = part(query, "host").filter(|host| host.starts_with('/')) {
        return Box::new(UnixStream::connect(PathBuf::from(folder).join(format!(".s.PGSQL.{port}"))).await.unwrap());
    }
    let address = path.split_once("://").unwrap().1.split('/').next().unwrap().rsplit('@').next().unwrap();
    let address = if address.contains(':') { address.to_string() } else { format!("{address}:{port}") };
    Box::new(TcpStream::connect(address).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_turned_away_and_nothing_is_lost() {
    let world = testkit::world(NOW).await;
    let proxy = Proxy::before(&world.db.url).await;
    let db = Db::connect(&proxy.url(&world.db.url), 8).await.unwrap();
    let services = Services::new(db, world.services.keys.clone(), Arc::new(world.clock.clone()));
    let stage = Stage::with(world, services).await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let mut router = stage.padma_router().await;
    known(&router, "rahim", "pass-word").await;
    assert!(router.account(&Accounting::new(Status::Start, "81", "rahim")).await.unwrap());

    let before = stage.radius.figures().rejected;
    proxy.close();
    for _ in 0..20 {
        assert!(pap(&router, "rahim", "pass-word").await.accepted());
        assert!(chap(&router, "rahim", "pass-word").await.accepted());
    }
    assert!(pap(&router, "rahim", "wrong").await.rejected());
    (router.tries, router.timeout) = (2, Duration::from_millis(400));
    stage.world.clock.advance(chrono::TimeDelta::seconds(300));
    let interim = Accounting::new(Status::Interim, "81", "rahim").after(300, 1_000, 2_000);
    assert!(!router.account(&interim).await.unwrap(), "acknowledged without a database");

    // Changed while the service could not hear of it.
    stage.suspend(&stage.world.padma, line).await;
    proxy.reopen();
    (router.tries, router.timeout) = (30, Duration::from_secs(1));
    assert!(router.account(&interim).await.unwrap());
    assert_eq!(stage.usage(line).await.iter().map(|day| (day.input_octets, day.output_octets)).collect::<Vec<_>>(), [(1_000, 2_000)]);
    assert_eq!(stage.sessions(line).await.len(), 1);
    let end = tokio::time::Instant::now() + Duration::from_secs(20);
    while pap(&router, "rahim", "pass-word").await.address_list().is_none() {
        assert!(tokio::time::Instant::now() < end, "what changed meanwhile was never seen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(stage.radius.figures().rejected - before, 1, "only the wrong password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_loaded_is_silent() {
    let world = testkit::world(NOW).await;
    let proxy = Proxy::before(&world.db.url).await;
    let db = Db::connect(&proxy.url(&world.db.url), 4).await.unwrap();
    nas(&world, &world.padma, PADMA_ROUTER, PADMA_SECRET).await;
    proxy.close();
    let services = Services::new(db, world.services.keys.clone(), Arc::new(world.clock.clone()));
    let any = "127.0.0.1:0".parse().unwrap();
    let radius = aaa::Radius::start(services, aaa::RadiusConfig { auth_addr: any, acct_addr: any, spool: None }).await.unwrap();
    let router = hasty(&radius, PADMA_ROUTER, PADMA_SECRET).await;
    assert!(router.login(Method::Pap, "rahim", "pass-word").await.unwrap().is_none());
    assert!(!radius.ready());
    proxy.reopen();
    tokio::time::timeout(Duration::from_secs(20), radius.wait_ready()).await.unwrap();
    let router = self::router(&radius, PADMA_ROUTER, PADMA_SECRET).await;
    assert!(pap(&router, "rahim", "pass-word").await.rejected(), "nobody of that name");
    assert_eq!(radius.figures().unknown_client, 0, "silence before is not about a stranger");
}

/// Ten minutes of the ISP's evening: everybody reports every half minute, some leave, and nobody notices.
#[tokio::test(flavor = "multi_thread")]
async fn ten_minutes_of_accounting_wait_on_the_disk() {
    const SESSIONS: u64 = 20;
    let world = testkit::world(NOW).await;
    let proxy = Proxy::before(&world.db.url).await;
    let db = Db::connect(&proxy.url(&world.db.url), 8).await.unwrap();
    let services = Services::new(db, world.services.keys.clone(), Arc::new(world.clock.clone()));
    let folder = std::env::temp_dir().join(format!("lastmile-away-{}", uuid::Uuid::now_v7().simple()));
    let stage = Stage::spooling(world, services, Some(folder.clone())).await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let mut router = stage.padma_router().await;
    (router.tries, router.timeout) = (2, Duration::from_secs(8));
    known(&router, "rahim", "pass-word").await;
    let name = |session: u64| (format!("s{session}"), format!("AA:BB:CC:00:11:{session:02X}"));
    let send = async |router: &simlab::radius_client::RadiusClient, status: Status, session: u64, seconds: u32| {
        let (id, mac) = name(session);
        let octets = u64::from(seconds) * 1_000;
        let report = Accounting { mac: &mac, ..Accounting::new(status, &id, "rahim").after(seconds, octets, octets * 10) };
        assert!(router.account(&report).await.unwrap(), "session {session} after {seconds} s is not acknowledged");
    };
    for session in 0..SESSIONS {
        send(&router, Status::Start, session, 0).await;
    }
    proxy.close();
    for step in 1..=20 {
        stage.world.clock.advance(chrono::TimeDelta::seconds(30));
        for session in 0..SESSIONS {
            send(&router, Status::Interim, session, step * 30).await;
            assert!(pap(&router, "rahim", "pass-word").await.accepted());
        }
        // What a router sends again, because an answer was lost, is the same report with a new number.
        send(&router, Status::Interim, u64::from(step) % SESSIONS, step * 30).await;
    }
    for session in 0..SESSIONS / 2 {
        send(&router, Status::Stop, session, 600).await;
    }
    assert!(stage.radius.figures().accounting_spooled >= 400, "{:?}", stage.radius.figures());
    assert_eq!(stage.radius.figures().accounting_refused, 0);
    proxy.reopen();
    let all = i64::try_from(SESSIONS).unwrap() * 600_000;
    let end = tokio::time::Instant::now() + Duration::from_secs(30);
    while stage.radius.figures().accounting_replayed < stage.radius.figures().accounting_spooled {
        assert!(tokio::time::Instant::now() < end, "not everything came back: {:?}", stage.radius.figures());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let used = |days: Vec<domain::radius::UsageDay>| {
        days.iter().map(|day| (day.input_octets, day.output_octets)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    };
    assert_eq!(used(stage.usage(line).await), (all, all * 10));
    // What comes now goes the short way again, behind everything that waited.
    send(&router, Status::Interim, SESSIONS - 1, 630).await;
    assert_eq!(used(stage.usage(line).await), (all + 30_000, all * 10 + 300_000));
    let sessions = stage.sessions(line).await;
    assert_eq!(sessions.len() as u64, SESSIONS);
    assert_eq!(sessions.iter().filter(|session| session.stopped_at.is_some()).count() as u64, SESSIONS / 2);
    assert!(sessions.iter().all(|session| session.seconds == 600 || session.seconds == 630));
    stage.radius.shutdown().await;
    std::fs::remove_dir_all(folder).unwrap();
}
