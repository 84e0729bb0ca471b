//! RADIUS over loopback with 50,000 subscribers known: authentications by PAP and CHAP and durable accounting, client
//! and database on the same machine, the service in its own process; and the same load on FreeRADIUS with its stock schema
//! in the same minute. Then what has no peer: everybody at once after a power cut, twice as many subscribers after a
//! restart, a change on two servers.

use super::processes::{cpu, database_cpu, memory_mb};
use super::{freeradius, print};
use crate::boot::Booted;
use crate::config::Config;
use crate::demo;
use aaa::bench::{Stage, set_stage};
use aaa::{Radius, RadiusConfig};
use anyhow::{Context, Result, bail};
use domain::access::{Rate, rate_limit};
use domain::packages::PackageForm;
use domain::people::Caller;
use simlab::radius_client::{
    Figures, Load, Method, RadiusClient, Status, Subscriber, accounting_load, authentication_load, storm as storm_load,
};
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};

const SUBSCRIBERS: u32 = 50_000;
const REQUESTS: usize = 200_000;
/// The peer does a tenth or less in the same time.
const PEER_REQUESTS: usize = 20_000;
const STORM: usize = 10_000;
/// Requests on the way at a time from each router.
const WINDOW: usize = 64;
/// Reports on the way at a time from each router to us, who write many at once (an identifier of RADIUS has room for 256).
/// The peer is given `WINDOW`: with more it answers so late that the client sends again, and does less.
const REPORTS: usize = 128;

type Subscribers = Arc<Vec<Subscriber>>;

pub async fn bench(booted: &Booted, config: &Config) -> Result<()> {
    let isp = demo::bench_isp(&booted.services, SUBSCRIBERS, &[]).await?;
    let stage = set_stage(&booted.services, isp.id).await?;
    print("aaa.subscribers", stage.subscribers.len(), "subscribers");
    let subscribers = stage.subscribers.iter();
    let subscribers = subscribers.map(|(username, password)| Subscriber { username: username.clone(), password: password.clone() });
    let subscribers: Subscribers = Arc::new(subscribers.collect());
    let (ours, memory) = ours(booted, config, &stage, &subscribers).await?;
    let folder = config.data.join("freeradius");
    match freeradius::start(&booted.database_url, folder, &stage.routers, &stage.secret, &subscribers)? {
        None => eprintln!("FreeRADIUS with PostgreSQL is not installed: no peer to compare with"),
        Some(peer) => {
            let them = Server { name: "freeradius_", process: peer.process(), auth: peer.auth, acct: peer.acct, reports: WINDOW };
            let theirs = measure(&stage, &subscribers, &them, PEER_REQUESTS, PEER_REQUESTS).await?;
            let their_memory = memory_mb(them.process);
            print("aaa.freeradius_memory_mb", their_memory, "MB");
            print("aaa.memory_over_freeradius", format!("{:.2}", memory as f64 / their_memory.max(1) as f64), "ratio");
            for (name, (ours, theirs)) in ["pap", "chap", "acct_start", "acct", "acct_stop"].into_iter().zip(ours.into_iter().zip(theirs)) {
                let ratio = ours as f64 / theirs.max(1) as f64;
                print(&format!("aaa.{name}_over_freeradius"), format!("{ratio:.1}"), "times");
            }
        }
    }
    let started = Instant::now();
    let radius = start_here(&booted.services).await?;
    print("aaa.warm_up_50k_ms", started.elapsed().as_millis(), "ms");
    two_servers(booted, &stage, &radius, &isp, &subscribers).await?;
    storm(&stage, &radius, &subscribers).await?;
    who_is_online(booted, &isp).await?;
    radius.shutdown().await;
    demo::more_subscribers(&booted.services, &isp, SUBSCRIBERS).await?;
    let started = Instant::now();
    let radius = start_here(&booted.services).await?;
    print("aaa.warm_up_subscribers", radius.subscribers(), "subscribers");
    print("aaa.warm_up_100k_ms", started.elapsed().as_millis(), "ms");
    radius.shutdown().await;
    Ok(())
}

/// Every subscriber is in memory when this is done.
async fn start_here(services: &services::Services) -> Result<Radius> {
    let any: SocketAddr = ([127, 0, 0, 1], 0).into();
    let radius = Radius::start(services.clone(), RadiusConfig { auth_addr: any, acct_addr: any, spool: None }).await?;
    radius.wait_ready().await;
    Ok(radius)
}

/// `lastmile radius serve` under load, in a process of its own as the peer is; its figures, and megabytes at the end.
async fn ours(booted: &Booted, config: &Config, stage: &Stage, subscribers: &Subscribers) -> Result<([u64; 5], u64)> {
    let data = config.data.join("bench-aaa");
    let key = match &config.seal_key {
        Some(key) => key.clone(),
        None => std::fs::read_to_string(data.join("seal.key"))?,
    };
    let mut child = tokio::process::Command::new(std::env::current_exe()?)
        .args(["radius", "serve", "--json"])
        .env("LASTMILE_DATA", data.join("radius"))
        .env("LASTMILE_DATABASE_URL", &booted.database_url)
        .env("LASTMILE_SEAL_KEY", key)
        .env("LASTMILE_RADIUS_AUTH_ADDR", "127.0.0.1:0")
        .env("LASTMILE_RADIUS_ACCT_ADDR", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut said = String::new();
    BufReader::new(child.stdout.take().context("no output")?).read_line(&mut said).await?;
    let said: serde_json::Value = serde_json::from_str(&said).context("lastmile radius serve did not start")?;
    let address = |name: &str| -> Result<SocketAddr> { Ok(said[name].as_str().context("no address")?.parse()?) };
    let process = child.id().context("it has ended")?;
    let us = Server { name: "", process, auth: address("radius_auth")?, acct: address("radius_acct")?, reports: REPORTS };
    let figures = measure(stage, subscribers, &us, REQUESTS, SUBSCRIBERS as usize).await?;
    authenticate(stage, subscribers, &us, "mschap2", Method::MsChap2, PEER_REQUESTS).await?;
    let memory = memory_mb(process);
    print("aaa.memory_mb", memory, "MB");
    child.kill().await?;
    Ok((figures, memory))
}

/// A server under load: us, or the peer.
struct Server {
    name: &'static str,
    process: u32,
    auth: SocketAddr,
    acct: SocketAddr,
    /// On the way at a time from each router: what it does best with.
    reports: usize,
}

/// PAP, CHAP, and start, interim and stop of everybody, each a second.
async fn measure(stage: &Stage, subscribers: &Subscribers, server: &Server, requests: usize, sessions: usize) -> Result<[u64; 5]> {
    Ok([
        authenticate(stage, subscribers, server, "pap", Method::Pap, requests).await?,
        authenticate(stage, subscribers, server, "chap", Method::Chap, requests).await?,
        account(stage, subscribers, server, "acct_start", (Status::Start, 0), sessions).await?,
        account(stage, subscribers, server, "acct", (Status::Interim, 1), sessions).await?,
        account(stage, subscribers, server, "acct_stop", (Status::Stop, 2), sessions).await?,
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
    load(stage, subscribers, &Run { server, name, to: server.auth, requests, window: WINDOW }, move |load| {
        authentication_load(load, method)
    })
    .await
}

/// `acct` alone is the interim: what a network does all day.
async fn account(
    stage: &Stage,
    subscribers: &Subscribers,
    server: &Server,
    name: &str,
    (status, round): (Status, u32),
    sessions: usize,
) -> Result<u64> {
    let name = format!("{}{name}", server.name);
    let run = Run { server, name, to: server.acct, requests: sessions, window: server.reports };
    load(stage, subscribers, &run, move |load| accounting_load(load, status, round)).await
}

/// A load, its figures' name, and whom it is put on.
struct Run<'a> {
    server: &'a Server,
    name: String,
    to: SocketAddr,
    requests: usize,
    window: usize,
}

async fn load(
    stage: &Stage,
    subscribers: &Subscribers,
    &Run { server, ref name, to, requests, window }: &Run<'_>,
    run: impl Fn(&Load<'_>) -> std::io::Result<Figures> + Send + 'static,
) -> Result<u64> {
    let (routers, secret, subscribers) = (stage.routers.clone(), stage.secret.clone(), subscribers.clone());
    let before = (cpu(server.process), database_cpu());
    let work = move || run(&Load { server: to, routers: &routers, secret: &secret, subscribers: &subscribers, requests, window });
    let figures = tokio::task::spawn_blocking(work).await??;
    // What is still being written behind the answers belongs to the load too.
    tokio::time::sleep(Duration::from_millis(500)).await;
    report(name, &figures, cpu(server.process).saturating_sub(before.0), database_cpu().saturating_sub(before.1));
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
async fn storm(stage: &Stage, radius: &Radius, subscribers: &Subscribers) -> Result<()> {
    let (routers, secret, subscribers) = (stage.routers.clone(), stage.secret.clone(), subscribers.clone());
    let (server, acct) = (radius.auth_addr(), radius.acct_addr());
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
async fn two_servers(booted: &Booted, stage: &Stage, first: &Radius, isp: &storage::isps::Isp, subscribers: &Subscribers) -> Result<()> {
    let db = storage::Db::connect(&booted.database_url, 8).await?;
    let second = start_here(&services::Services::new(db, booted.services.keys.clone(), Arc::new(services::SystemClock))).await?;
    let caller = Caller::system(isp.id, "bench");
    let mut routers = Vec::new();
    for server in [first, &second] {
        routers.push(RadiusClient::new(stage.routers[0], server.auth_addr(), server.acct_addr(), &stage.secret).await?);
    }
    let whose = subscribers.first().context("nobody is there")?;
    let answer = routers[0].login(Method::Pap, &whose.username, &whose.password).await?;
    let rate = answer.and_then(|answer| answer.rate_limit());
    let usual = |package: &domain::packages::Package| {
        let (up_kbps, down_kbps) = (package.terms.up_kbps, package.terms.down_kbps);
        rate_limit(&Rate { up_kbps, down_kbps, burst: None, priority: None, contention: None })
    };
    let packages = services::packages::list_packages(&booted.services, &caller).await?;
    let package = packages.iter().find(|package| rate.is_some() && usual(package) == rate);
    let Some(package) = package else { bail!("{} was let in with {rate:?}, which is no package's", whose.username) };
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
