//! Routers: reading what one sends beside librouteros on the same bytes, looking after a thousand of them from one
//! server, taking over the lines of one, and telling twenty of them ten thousand changes. The routers are simulated, in this process, on threads of their own.

mod decoder;
mod import;
mod poll;
mod wanted;

use crate::boot::Booted;
use crate::demo;
use anyhow::Result;
use integrations::routeros::Version;
use simlab::routeros::{Router, Setup};

pub(super) const USER: &str = "lastmile";
pub(super) const PASSWORD: &str = "pw-of-router";

pub async fn bench(booted: &Booted) -> Result<()> {
    decoder::bench().await?;
    let isp = demo::bench_isp(&booted.services, 10, &[]).await?.id;
    // They stay on: two routers of one ISP have not the same address, and a free port may be one that was given back.
    let polled = poll::bench(booted, isp).await?;
    let _read = import::bench(booted, isp).await?;
    wanted::bench(booted, isp).await?;
    polled.switch_off().await
}

/// A simulated router on a free port.
pub(super) async fn switch_on(name: &str) -> Result<Router> {
    let setup = Setup::on_loopback(name, USER, PASSWORD, Version::new(7, 16, 2));
    Ok(Router::start(setup).await?)
}
