//! RADIUS over loopback with 50,000 subscribers known: authentications by PAP and CHAP and durable accounting, client
//! and database on the same machine; and the same load on FreeRADIUS with its stock schema in the same minute.

use super::{freeradius, print};
use crate::boot::Booted;
use crate::demo;
use aaa::bench::{Stage, set_stage};
use anyhow::Result;
use simlab::radius_client::{Figures, Load, Method, Status, Subscriber, accounting_load, authentication_load};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

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
    print("aaa.warm_up_ms", stage.warm_up.as_millis(), "ms");
    let subscribers = stage.subscribers.iter();
    let subscribers = subscribers.map(|(username, password)| Subscriber { username: username.clone(), password: password.clone() });
    let subscribers: Subscribers = Arc::new(subscribers.collect());
    let (auth, acct) = (stage.radius.auth_addr(), stage.radius.acct_addr());
    let ours = [
        authenticate(&stage, &subscribers, auth, "pap", Method::Pap, REQUESTS).await?,
        authenticate(&stage, &subscribers, auth, "chap", Method::Chap, REQUESTS).await?,
        account(&stage, &subscribers, acct, "", SUBSCRIBERS as usize).await?,
    ];
    authenticate(&stage, &subscribers, auth, "mschap2", Method::MsChap2, PEER_REQUESTS).await?;
    storm(&stage, &subscribers).await?;
    print("aaa.memory_mb", memory_mb(std::process::id()), "MB");
    let folder = data.join("freeradius");
    match freeradius::start(&booted.database_url, folder, &stage.routers, &stage.secret, &subscribers)? {
        None => eprintln!("FreeRADIUS with PostgreSQL is not installed: no peer to compare with"),
        Some(peer) => compare(&stage, &subscribers, &peer, ours).await?,
    }
    stage.radius.shutdown().await;
    Ok(())
}

async fn compare(stage: &Stage, subscribers: &Subscribers, peer: &freeradius::FreeRadius, ours: [u64; 3]) -> Result<()> {
    let theirs = [
        authenticate(stage, subscribers, peer.auth, "freeradius_pap", Method::Pap, PEER_REQUESTS).await?,
        authenticate(stage, subscribers, peer.auth, "freeradius_chap", Method::Chap, PEER_REQUESTS).await?,
        account(stage, subscribers, peer.acct, "freeradius_", PEER_REQUESTS).await?,
    ];
    print("aaa.freeradius_memory_mb", peer.memory_mb(), "MB");
    for (name, (ours, theirs)) in ["pap", "chap", "acct"].into_iter().zip(ours.into_iter().zip(theirs)) {
        let ratio = ours as f64 / theirs.max(1) as f64;
        print(&format!("aaa.{name}_over_freeradius"), format!("{ratio:.1}"), "times");
    }
    Ok(())
}

async fn authenticate(
    stage: &Stage,
    subscribers: &Subscribers,
    server: SocketAddr,
    name: &str,
    method: Method,
    requests: usize,
) -> Result<u64> {
    let figures = load(stage, subscribers, server, requests, move |load| authentication_load(load, method)).await?;
    report(name, &figures);
    Ok(figures.per_second())
}

/// Start, interim and stop of everybody; the interim is what a network does all day.
async fn account(stage: &Stage, subscribers: &Subscribers, server: SocketAddr, whose: &str, sessions: usize) -> Result<u64> {
    let mut interim = 0;
    for (name, status, round) in [("acct_start", Status::Start, 0), ("acct", Status::Interim, 1), ("acct_stop", Status::Stop, 2)] {
        let figures = load(stage, subscribers, server, sessions, move |load| accounting_load(load, status, round)).await?;
        report(&format!("{whose}{name}"), &figures);
        if status == Status::Interim {
            interim = figures.per_second();
        }
    }
    Ok(interim)
}

/// After a power cut: everybody dials, and is online when his start is durable.
async fn storm(stage: &Stage, subscribers: &Subscribers) -> Result<()> {
    let dial = load(stage, subscribers, stage.radius.auth_addr(), STORM, |load| authentication_load(load, Method::Chap)).await?;
    let begin = load(stage, subscribers, stage.radius.acct_addr(), STORM, |load| accounting_load(load, Status::Start, 3)).await?;
    let took = dial.elapsed + begin.elapsed;
    print("aaa.storm_10k_s", format!("{:.2}", took.as_secs_f64()), "s");
    print("aaa.storm_wrong_or_lost", dial.wrong + dial.lost + begin.wrong + begin.lost, "requests");
    Ok(())
}

async fn load(
    stage: &Stage,
    subscribers: &Subscribers,
    server: SocketAddr,
    requests: usize,
    run: impl Fn(&Load<'_>) -> std::io::Result<Figures> + Send + 'static,
) -> Result<Figures> {
    let (routers, secret, subscribers) = (stage.routers.clone(), stage.secret.clone(), subscribers.clone());
    let work = move || run(&Load { server, routers: &routers, secret: &secret, subscribers: &subscribers, requests, window: WINDOW });
    Ok(tokio::task::spawn_blocking(work).await??)
}

fn report(name: &str, figures: &Figures) {
    print(&format!("aaa.{name}_per_s"), figures.per_second(), "1/s");
    print(&format!("aaa.{name}_wrong_or_lost"), figures.wrong + figures.lost, "requests");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = figures.client_busy.as_secs_f64() / (figures.elapsed.as_secs_f64() * cores as f64);
    print(&format!("aaa.{name}_client_share"), format!("{share:.2}"), "of the processors");
}

/// Memory that a process holds (Linux: VmRSS).
pub fn memory_mb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1_024
}
