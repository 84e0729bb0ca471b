//! One server looks after 1,000 routers: the first round, which signs in and asks for everything, and a later one over
//! connections that are open.

use super::{PASSWORD, USER, switch_on};
use crate::bench::{print, processes, size};
use crate::boot::Booted;
use anyhow::{Context, Result, ensure};
use domain::IspId;
use domain::people::Caller;
use domain::routers::{RouterForm, RouterStatus};
use jobs::{Poller, gather};
use services::routers::{create_router, list_routers};
use services::{Clock, ManualClock, Services, SystemClock};
use simlab::routeros::Router;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

const ROUTERS: u32 = 1_000;
const THREADS: &str = "simulated";

/// The simulated routers, and the threads they run on.
pub struct Polled {
    routers: Vec<Router>,
    threads: Runtime,
}

impl Polled {
    pub async fn switch_off(self) -> Result<()> {
        let Self { routers, threads } = self;
        // A runtime may not be dropped where another one waits.
        threads.spawn_blocking(move || drop(routers)).await?;
        threads.shutdown_background();
        Ok(())
    }
}

pub async fn bench(booted: &Booted, isp: IspId) -> Result<Polled> {
    let many = size(ROUTERS);
    let threads = Builder::new_multi_thread().worker_threads(2).thread_name(THREADS).enable_all().build()?;
    let on = async move {
        let mut routers = Vec::new();
        for number in 0..many {
            routers.push(switch_on(&format!("tower {number}")).await?);
        }
        Ok::<Vec<Router>, anyhow::Error>(routers)
    };
    let routers = threads.spawn(on).await??;
    // A minute goes by when the bench says so.
    let clock = ManualClock::at(SystemClock.now());
    let services = Services::new(booted.services.db.clone(), booted.services.keys.clone(), Arc::new(clock.clone()));
    let caller = Caller::system(isp, "bench");
    for (number, router) in routers.iter().enumerate() {
        let form = RouterForm {
            name: format!("tower {number}"),
            host: "127.0.0.1".into(),
            port: router.address().port().to_string(),
            door: "api".into(),
            username: USER.into(),
            password: PASSWORD.into(),
            ..RouterForm::default()
        };
        create_router(&services, &caller, &form).await?;
    }
    print("routeros.poll_routers", many, "routers");
    let node = Uuid::now_v7();
    let poller = Poller::new(&services, node);
    let before = processes::memory_mb(std::process::id());
    for name in ["first", "later"] {
        let (wall, busy) = round(&poller, &services, node, many).await?;
        print(&format!("routeros.poll_{name}_s"), format!("{:.2}", wall.as_secs_f64()), "s");
        print(&format!("routeros.poll_{name}_cpu_s"), format!("{:.2}", busy.as_secs_f64()), "s");
        clock.advance(chrono::TimeDelta::seconds(61));
    }
    print("routeros.poll_memory_mb", processes::memory_mb(std::process::id()).saturating_sub(before), "MB more");
    everybody_is_online(&services, isp, many).await?;
    Ok(Polled { routers, threads })
}

async fn round(poller: &Poller, services: &Services, node: Uuid, many: u32) -> Result<(Duration, Duration)> {
    let (began, busy) = (Instant::now(), own_cpu()?);
    let (send, seen) = mpsc::channel(1_024);
    let writing = tokio::spawn(gather(services.clone(), node, seen));
    let (mut running, mut looked) = (JoinSet::new(), 0);
    while looked < many as usize {
        looked += poller.look(&mut running, &send).await?;
        // Room comes free with each router that has answered.
        let _ = running.join_next().await;
    }
    running.join_all().await;
    drop(send);
    writing.await?;
    Ok((began.elapsed(), own_cpu()?.saturating_sub(busy)))
}

async fn everybody_is_online(services: &Services, isp: IspId, many: u32) -> Result<()> {
    let found = list_routers(services, &Caller::system(isp, "bench")).await?;
    let online = found.iter().filter(|view| view.state.status == RouterStatus::Online).count();
    ensure!(online == many as usize, "{online} of {many} routers are online");
    Ok(())
}

/// What this process used, without the threads of the simulated routers.
fn own_cpu() -> Result<Duration> {
    let mut simulated = 0;
    for task in fs::read_dir("/proc/self/task")? {
        let text = fs::read_to_string(task?.path().join("stat")).unwrap_or_default();
        let Some((name, fields)) = text.rsplit_once(')') else { continue };
        if name.split_once('(').is_some_and(|(_, name)| name == THREADS) {
            let fields: Vec<&str> = fields.split_whitespace().collect();
            let field = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).context("a thread without its time");
            simulated += field(11)? + field(12)?;
        }
    }
    Ok(processes::cpu(std::process::id()).saturating_sub(Duration::from_millis(simulated * 10)))
}
