//! RADIUS over loopback with 50,000 subscribers known: authentications by PAP and CHAP and durable accounting, client
//! and database on the same machine.

use super::print;
use crate::boot::Booted;
use crate::demo;
use aaa::bench::{Stage, set_stage};
use anyhow::Result;
use simlab::radius_client::{Figures, Load, Method, Status, Subscriber, accounting_load, authentication_load};
use std::net::SocketAddr;
use std::sync::Arc;

const SUBSCRIBERS: u32 = 50_000;
const REQUESTS: usize = 200_000;
const WINDOW: usize = 64;

pub async fn bench(booted: &Booted) -> Result<()> {
    let isp = demo::bench_isp(&booted.services, SUBSCRIBERS, &[]).await?;
    let stage = set_stage(&booted.services, isp.id).await?;
    print("aaa.subscribers", stage.subscribers.len(), "subscribers");
    print("aaa.warm_up_ms", stage.warm_up.as_millis(), "ms");
    let subscribers: Vec<_> = stage
        .subscribers
        .iter()
        .map(|(username, password)| Subscriber { username: username.clone(), password: password.clone() })
        .collect();
    let subscribers = Arc::new(subscribers);
    for (name, method) in [("pap", Method::Pap), ("chap", Method::Chap)] {
        let figures = load(&stage, &subscribers, stage.radius.auth_addr(), REQUESTS, move |load| authentication_load(load, method)).await?;
        report(name, &figures);
    }
    for (name, status, round) in [("acct_start", Status::Start, 0), ("acct", Status::Interim, 1), ("acct_stop", Status::Stop, 2)] {
        let figures =
            load(&stage, &subscribers, stage.radius.acct_addr(), SUBSCRIBERS as usize, move |load| accounting_load(load, status, round))
                .await?;
        report(name, &figures);
    }
    stage.radius.shutdown().await;
    Ok(())
}

async fn load(
    stage: &Stage,
    subscribers: &Arc<Vec<Subscriber>>,
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
