//! The server is killed in the middle of its work, with the database there and with the database away: what it
//! acknowledged is there afterwards.

use crate::database_away::Proxy;
use crate::stage::*;
use services::{Keyring, Services, SystemClock};
use simlab::radius_client::{Accounting, RadiusClient, Status};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use storage::Db;

const DATABASE: &str = "LASTMILE_TEST_CHILD_DATABASE";
const SPOOL: &str = "LASTMILE_TEST_CHILD_SPOOL";

/// Not a test of its own: the server that the test beside it starts as another process, and kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test that kills it"]
async fn serves_until_it_is_killed() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let db = Db::connect(&url, 4).await.unwrap();
    let services = Services::new(db, Keyring::new(&[42; 32]).unwrap(), Arc::new(SystemClock));
    let radius = start_spooling(services, Some(std::env::var(SPOOL).unwrap().into())).await;
    println!("SERVES {} {}", radius.auth_addr(), radius.acct_addr());
    tokio::time::sleep(Duration::from_secs(120)).await;
}

struct Server {
    child: Child,
    auth: SocketAddr,
    acct: SocketAddr,
}

impl Server {
    fn start(url: &str, spool: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::serves_until_it_is_killed", "--ignored", "--nocapture"])
            .env(DATABASE, url)
            .env(SPOOL, spool)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.by_ref().map(Result::unwrap).find_map(|line| line.split_once("SERVES ").map(|(_, rest)| rest.to_string()));
        let line = line.expect("the server says where it serves");
        let (auth, acct) = line.split_once(' ').unwrap();
        Self { auth: auth.parse().unwrap(), acct: acct.parse().unwrap(), child }
    }

    /// SIGKILL: nothing is finished, nothing is written any more.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const SESSIONS: usize = 8;

/// What each session was told to be safe, in octets.
type Safe = Arc<[AtomicU64; SESSIONS]>;

/// Reports without a pause until `stop`; what is not acknowledged at once is lost on the way, as far as this one knows.
async fn load((auth, acct): (SocketAddr, SocketAddr), safe: Safe, sent: Safe, stop: Arc<AtomicBool>) {
    let mut tasks = Vec::new();
    for session in 0..SESSIONS {
        let (safe, sent, stop) = (safe.clone(), sent.clone(), stop.clone());
        tasks.push(tokio::spawn(async move {
            let mut router = RadiusClient::new(PADMA_ROUTER.parse().unwrap(), auth, acct, PADMA_SECRET).await.unwrap();
            (router.tries, router.timeout) = (1, Duration::from_millis(400));
            let (id, mac) = (format!("s{session}"), format!("AA:BB:CC:00:11:{session:02X}"));
            while !stop.load(Ordering::Relaxed) {
                let next = sent[session].fetch_add(1_000, Ordering::Relaxed) + 1_000;
                let seconds = u32::try_from(next / 1_000).unwrap();
                let report = Accounting { mac: &mac, ..Accounting::new(Status::Interim, &id, "rahim").after(seconds, next, 0) };
                if router.account(&report).await.is_ok_and(|acknowledged| acknowledged) {
                    safe[session].store(next, Ordering::Relaxed);
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_acknowledged_is_there() {
    let world = testkit::world("2026-11-01T00:00:00Z").await;
    let proxy = Proxy::before(&world.db.url).await;
    let folder = std::env::temp_dir().join(format!("lastmile-killed-{}", uuid::Uuid::now_v7().simple()));
    // The stage's own service is not asked anything: it only brings ISPs, routers and a line.
    let services = world.services.clone();
    let stage = Stage::with(world, services).await;
    let line = stage.padma_line("rahim", "pass-word").await;
    let url = proxy.url(&stage.world.db.url);
    let (safe, sent) = (Safe::default(), Safe::default());
    for database_goes_away in [false, true, true] {
        proxy.reopen();
        let server = Server::start(&url, &folder);
        let stop = Arc::<AtomicBool>::default();
        let at = (server.auth, server.acct);
        let end = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            if database_goes_away {
                proxy.close();
                tokio::time::sleep(Duration::from_millis(2_500)).await;
            }
            // In the middle of the load.
            server.kill();
            stop.store(true, Ordering::Relaxed);
        };
        let ((), ()) = tokio::join!(load(at, safe.clone(), sent.clone(), stop.clone()), end);
    }
    proxy.reopen();
    let server = Server::start(&url, &folder);
    let octets = async || {
        let mut found = [0; SESSIONS];
        for session in stage.sessions(line).await {
            let number = usize::from_str_radix(&session.mac.unwrap()[15..], 16).unwrap();
            found[number] += u64::try_from(session.input_octets).unwrap();
        }
        found
    };
    let wanted: Vec<u64> = safe.iter().map(|octets| octets.load(Ordering::Relaxed)).collect();
    assert!(wanted.iter().all(|octets| *octets > 10_000), "hardly anything was acknowledged: {wanted:?}");
    let end = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let found = octets().await;
        if found.iter().zip(&wanted).all(|(found, wanted)| found >= wanted) {
            break;
        }
        assert!(tokio::time::Instant::now() < end, "acknowledged {wanted:?}, there are {found:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let (found, sent) = (octets().await, sent.iter().map(|octets| octets.load(Ordering::Relaxed)));
    assert!(found.iter().zip(sent).all(|(found, sent)| *found <= sent), "something counted twice");
    let used: i64 = stage.usage(line).await.iter().map(|day| day.input_octets).sum();
    assert_eq!(u64::try_from(used).unwrap(), found.iter().sum::<u64>(), "usage and sessions agree");
    server.kill();
    std::fs::remove_dir_all(folder).unwrap();
}
