//! `lastmile serve`: database, demo, RADIUS, jobs, web; then wait for the signal, and everything in reverse. And
//! `lastmile radius serve`: RADIUS alone.

use crate::boot::{Booted, boot};
use crate::config::Config;
use crate::stage::SimulatedCopies;
use crate::{demo, http, ready};
use aaa::{Radius, RadiusConfig};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

pub async fn serve(config: Config, with_demo: bool, customers: Option<u32>) -> Result<ExitCode> {
    let booted = boot(&config, 24).await?;
    let outcome = serve_booted(&config, &booted, with_demo, customers).await;
    ready::remove(&config.data);
    booted.shut_down().await?;
    outcome
}

/// Answers RADIUS and nothing else: a server that stands near the access servers, beside others of the same database.
pub async fn serve_radius(config: Config, json: bool) -> Result<ExitCode> {
    let booted = boot(&config, 16).await?;
    let outcome = async {
        let radius = Radius::start(booted.services.clone(), radius_config(&config)).await?;
        radius.wait_ready().await;
        let (auth, acct) = (radius.auth_addr(), radius.acct_addr());
        match json {
            true => println!("{}", json!({ "radius_auth": auth.to_string(), "radius_acct": acct.to_string(), "pid": std::process::id() })),
            false => println!("Lastmile answers RADIUS: authentication on {auth}, accounting on {acct}"),
        }
        wait_for_signal().await?;
        radius.shutdown().await;
        Ok(ExitCode::SUCCESS)
    };
    let outcome = outcome.await;
    booted.shut_down().await?;
    outcome
}

fn radius_config(config: &Config) -> RadiusConfig {
    let spool = Some(config.data.join("radius-spool"));
    RadiusConfig { auth_addr: config.radius_auth_addr, acct_addr: config.radius_acct_addr, spool }
}

async fn serve_booted(config: &Config, booted: &Booted, with_demo: bool, customers: Option<u32>) -> Result<ExitCode> {
    // The demo's own routers are on loopback.
    let closed = if with_demo { &[] } else { config.closed_networks.as_slice() };
    let services = booted.services.clone().with_closed(closed);
    let listener =
        TcpListener::bind(config.http_addr).await.with_context(|| format!("LASTMILE_HTTP_ADDR={} cannot be used", config.http_addr))?;
    let address = listener.local_addr()?;
    let demo = if with_demo { Some(demo::seed(&services, &config.data, customers).await?) } else { None };
    let radius = Radius::start(services.clone(), radius_config(config)).await?;
    let jobs = jobs::start(&services);
    let radius_at = demo::RadiusAt { auth: radius.auth_addr(), acct: radius.acct_addr() };
    let lab = match &demo {
        Some(demo) => Some(demo::start_lab(&services, demo, radius_at, config.simlab_base_port).await),
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let live = http::Live::default();
    let with_pages = services.clone().with_radius(radius.auth_addr()).with_stage(Arc::new(SimulatedCopies));
    let app = http::router(&with_pages, config, &live)?;
    let server = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(async move {
        let mut stopped = stopped;
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(async move { server.await });

    let url = format!("http://{address}");
    ready::write(&config.data, &ready_file(&url, booted, &radius, demo.as_ref()))?;
    println!("Lastmile is ready: {url}");
    if let Some(demo) = &demo {
        demo::print_logins(demo, address.port());
    }

    wait_for_signal().await?;
    tracing::info!("stopping");
    live.close();
    let _ = stop.send(true);
    if let Some(lab) = lab {
        lab.stop().await;
    }
    // Open pages hold connections: give them a moment, not forever.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), server).await;
    jobs.stop().await;
    radius.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

fn ready_file(url: &str, booted: &Booted, radius: &Radius, demo: Option<&demo::Demo>) -> Value {
    let mut ready = json!({
        "url": url,
        "database_url": booted.database_url,
        "radius_auth": radius.auth_addr().to_string(),
        "radius_acct": radius.acct_addr().to_string(),
        "pid": std::process::id(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    if let (Some(demo), Some(ready)) = (demo, ready.as_object_mut()) {
        ready.insert("logins".into(), json!(demo.logins));
        ready.insert("nas".into(), json!(demo.nas));
        ready.insert("subscribers".into(), json!(demo.subscribers));
        ready.insert("api_keys".into(), json!(demo.api_keys));
    }
    ready
}

async fn wait_for_signal() -> Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
