//! RADIUS over loopback with 50,000 subscribers known: authentications by PAP and CHAP and durable accounting, client
//! and database on the same machine; and the same load on FreeRADIUS with its stock schema in the same minute. Then what
//! has no peer: everybody at once after a power cut, twice as many subscribers after a restart, a change on two servers.

use super::processes::{cpu, database_cpu, memory_mb};
use super::{freeradius, print};
use crate::boot::Booted;
use crate::demo;
use aaa::bench::{Stage, set_stage};
use anyhow::{Result, bail};
use domain::access::{Rate, rate_limit};
use domain::packages::PackageForm;
use domain::people::Caller;
use simlab::radius_client::{
    Figures, Load, Method, RadiusClient, Status, Subscriber, accounting_load, authentication_load, storm as storm_load,
};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SUBSCRIBERS: u32 = 50_000;
const REQUESTS: usize = 200_000;
/// The peer does a tenth or less in the same time.
const PEER_REQUESTS: usize = 20_000;
const STORM: usize = 10_000;
const WINDOW: usize = 64;

type Subscribers = Arc<Vec<Subscriber>>;

pub async fn bench(booted: &Booted, data: &Path) -> Result<()> {
    let isp = demo::bench_isp(&booted.services, SUBSCRIBERS, &[]).await?;
    let stage = set_stage(&booted.services, isp.id).await?;
    print("aaa.subscribers", stage.subscribers.len(), "subscribers");
    print("aaa.warm_up_50k_ms", stage.warm_up.as_millis(), "ms");
    let subscribers = stage.subscribers.iter();
    let subscribers = subscribers.map(|(username, password)| Subscriber { username: username.clone(), password: password.clone() });
    let subscribers: Subscribers = Arc::new(subscribers.collect());
    let us = Server { name: "", process: std::process::id(), auth: stage.radius.auth_addr(), acct: stage.radius.acct_addr() };
    let ours = measure(&stage, &subscribers, &us, REQUESTS, SUBSCRIBERS as usize).await?;
    authenticate(&stage, &subscribers, &us, "mschap2", Method::MsChap2, PEER_REQUESTS).await?;
    print("aaa.memory_mb", memory_mb(us.process), "MB");
    let folder = data.join("freeradius");
    match freeradius::start(&booted.database_url, folder, &stage.routers, &stage.secret, &subscribers)? {
        None => eprintln!("FreeRADIUS with PostgreSQL is not installed: no peer to compare with"),
        Some(peer) => {
            let them = Server { name: "freeradius_", process: peer.process(), auth: peer.auth, acct: peer.acct };
            let theirs = measure(&stage, &subscribers, &them, PEER_REQUESTS, PEER_REQUESTS).await?;
            print("aaa.freeradius_memory_mb", memory_mb(them.process), "MB");
            for (name, (ours, theirs)) in ["pap", "chap", "acct"].into_iter().zip(ours.into_iter().zip(theirs)) {
                let ratio = ours as f64 / theirs.max(1) as f64;
                print(&format!("aaa.{name}_over_freeradius"), format!("{ratio:.1}"), "times");
            }
        }
    }
    two_servers(booted, &stage, &isp, &subscribers).await?;
    storm(&stage, &subscribers).await?;
    who_is_online(booted, &isp).await?;
    stage.radius.shutdown().await;
    demo::more_subscribers(&booted.services, &isp, SUBSCRIBERS).await?;
    warm_up(booted).await
}

/// A server under load: us, or the peer.
struct Server {
    name: &'static str,
    process: u32,
    auth: SocketAddr,
    acct: SocketAddr,
}

/// PAP, CHAP and the interim reports, each a second.
async fn measure(stage: &Stage, subscribers: &Subscribers, server: &Server, requests: usize, sessions: usize) -> Result<[u64; 3]> {
    Ok([
        authenticate(stage, subscribers, server, "pap", Method::Pap, requests).await?,
        authenticate(stage, subscribers, server, "chap", Method::Chap, requests).await?,
        account(stage, subscribers, server, sessions).await?,
    ])
}

async fn authenticate(
    stage: &Stage,
    subscribers: &Subscribers,
    server: &Server,
    name: &str,
    method: Method,
    requests: usize,
) -> Result<u64> {
    let name = format!("{}{name}", server.name);
    load(stage, subscribers, server, &name, server.auth, requests, move |load| authentication_load(load, method)).await
}

/// Start, interim and stop of everybody; the interim is what a network does all day.
async fn account(stage: &Stage, subscribers: &Subscribers, server: &Server, sessions: usize) -> Result<u64> {
    let mut interim = 0;
    for (name, status, round) in [("acct_start", Status::Start, 0), ("acct", Status::Interim, 1), ("acct_stop", Status::Stop, 2)] {
        let name = format!("{}{name}", server.name);
        let run = move |load: &Load<'_>| accounting_load(load, status, round);
        let per_second = load(stage, subscribers, server, &name, server.acct, sessions, run).await?;
        if status == Status::Interim {
            interim = per_second;
        }
    }
    Ok(interim)
}

async fn load(
    stage: &Stage,
    subscribers: &Subscribers,
    server: &Server,
    name: &str,
    to: SocketAddr,
    requests: usize,
    run: impl Fn(&Load<'_>) -> std::io::Result<Figures> + Send + 'static,
) -> Result<u64> {
    let (routers, secret, subscribers) = (stage.routers.clone(), stage.secret.clone(), subscribers.clone());
    let before = (cpu(server.process), database_cpu());
    let work = move || run(&Load { server: to, routers: &routers, secret: &secret, subscribers: &subscribers, requests, window: WINDOW });
    let figures = tokio::task::spawn_blocking(work).await??;
    // What is still being written behind the answers belongs to the load too.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let own = cpu(server.process).saturating_sub(before.0);
    // The client runs in this process.
    let own = if server.process == std::process::id() { own.saturating_sub(figures.client_busy) } else { own };
    report(name, &figures, own, database_cpu().saturating_sub(before.1));
    Ok(figures.per_second())
}

fn report(name: &str, figures: &Figures, own: Duration, database: Duration) {
    print(&format!("aaa.{name}_per_s"), figures.per_second(), "1/s");
    print(&format!("aaa.{name}_p99_ms"), format!("{:.2}", figures.p99.as_secs_f64() * 1_000.0), "ms");
    print(&format!("aaa.{name}_wrong_or_lost"), figures.wrong + figures.lost, "requests");
    let per_thousand = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1_000_000.0 / figures.answered.max(1) as f64);
    print(&format!("aaa.{name}_cpu_per_1000"), per_thousand(own), "ms");
    print(&format!("aaa.{name}_database_cpu_per_1000"), per_thousand(database), "ms");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = figures.client_busy.as_secs_f64() / (figures.elapsed.as_secs_f64() * cores as f64);
    print(&format!("aaa.{name}_client_share"), format!("{share:.2}"), "of the processors");
}

/// After a power cut: everybody dials, and is online when his start is durable.
async fn storm(stage: &Stage, subscribers: &Subscribers) -> Result<()> {
    let (routers, secret, subscribers) = (stage.routers.clone(), stage.secret.clone(), subscribers.clone());
    let (server, acct) = (stage.radius.auth_addr(), stage.radius.acct_addr());
    let work = move || {
        let load = Load { server, routers: &routers, secret: &secret, subscribers: &subscribers, requests: STORM, window: WINDOW };
        storm_load(&load, acct)
    };
    let figures = tokio::task::spawn_blocking(work).await??;
    print("aaa.storm_10k_s", format!("{:.2}", figures.elapsed.as_secs_f64()), "s");
    print("aaa.storm_wrong_or_lost", figures.wrong + figures.lost, "requests");
    Ok(())
}

/// The page that is looked at again every five seconds, with everybody of the storm online.
async fn who_is_online(booted: &Booted, isp: &storage::isps::Isp) -> Result<()> {
    const TIMES: u32 = 20;
    let caller = Caller::system(isp.id, "bench");
    let (filter, paging) = (domain::radius::SessionFilter::default(), domain::customers::Paging::new(1, 50));
    let started = Instant::now();
    for _ in 0..TIMES {
        let page = services::radius::online_sessions(&booted.services, &caller, &filter, paging).await?;
        if page.total < i64::try_from(STORM)? {
            bail!("only {} are online", page.total);
        }
    }
    print("aaa.online_10k_page_ms", format!("{:.1}", started.elapsed().as_secs_f64() * 1_000.0 / f64::from(TIMES)), "ms");
    Ok(())
}

/// A change made once is known by two servers: a whole package, and one line.
async fn two_servers(booted: &Booted, stage: &Stage, isp: &storage::isps::Isp, subscribers: &Subscribers) -> Result<()> {
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let db = storage::Db::connect(&booted.database_url, 8).await?;
    let services = services::Services::new(db, booted.services.keys.clone(), Arc::new(services::SystemClock));
    let config = aaa::RadiusConfig { auth_addr: any, acct_addr: any, spool: None };
    let second = aaa::Radius::start(services, config).await?;
    second.wait_ready().await;
    let caller = Caller::system(isp.id, "bench");
    let packages = services::packages::list_packages(&booted.services, &caller).await?;
    let Some(package) = packages.iter().max_by_key(|package| package.services) else { bail!("the bench has no package") };
    let mut routers = Vec::new();
    for (auth, acct) in [(stage.radius.auth_addr(), stage.radius.acct_addr()), (second.auth_addr(), second.acct_addr())] {
        routers.push(RadiusClient::new(stage.routers[0], auth, acct, &stage.secret).await?);
    }
    let (up_kbps, down_kbps) = (package.terms.up_kbps, package.terms.down_kbps);
    let usual = rate_limit(&Rate { up_kbps, down_kbps, burst: None, priority: None, contention: None });
    let mut whose = None;
    for one in subscribers.iter().take(200) {
        let rate = routers[0].login(Method::Pap, &one.username, &one.password).await?.and_then(|answer| answer.rate_limit());
        if rate.is_some() && rate == usual {
            whose = Some(one);
            break;
        }
    }
    let Some(whose) = whose else { bail!("nobody of the bench has its largest package") };
    let form = PackageForm {
        name: package.name.clone(),
        up_mbps: "7".into(),
        down_mbps: "77".into(),
        price: package.price.plain(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    };
    let started = Instant::now();
    services::packages::save_package(&booted.services, &caller, Some((package.id, package.version)), &form).await?;
    let saved = started.elapsed();
    for router in &routers {
        loop {
            let answer = router.login(Method::Pap, &whose.username, &whose.password).await?;
            if answer.is_some_and(|answer| answer.rate_limit().as_deref() == Some("7M/77M")) {
                break;
            }
            if started.elapsed() > Duration::from_secs(60) {
                bail!("the change never arrived");
            }
        }
    }
    print("aaa.policy_change_saved_ms", saved.as_millis(), "ms");
    print("aaa.policy_change_two_servers_ms", started.elapsed().as_millis(), "ms");
    second.shutdown().await;
    Ok(())
}

/// A restart with twice as many.
async fn warm_up(booted: &Booted) -> Result<()> {
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let started = Instant::now();
    let radius = aaa::Radius::start(booted.services.clone(), aaa::RadiusConfig { auth_addr: any, acct_addr: any, spool: None }).await?;
    radius.wait_ready().await;
    print("aaa.warm_up_subscribers", radius.subscribers(), "subscribers");
    print("aaa.warm_up_100k_ms", started.elapsed().as_millis(), "ms");
    radius.shutdown().await;
    Ok(())
}
