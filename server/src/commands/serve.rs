//! `lastmile serve`: database, demo, RADIUS, jobs, web; then wait for the signal, and everything in reverse.

use crate::boot::{Booted, boot};
use crate::config::Config;
use crate::{demo, http, ready};
use aaa::{Radius, RadiusConfig};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::ExitCode;
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

async fn serve_booted(config: &Config, booted: &Booted, with_demo: bool, customers: Option<u32>) -> Result<ExitCode> {
    let services = booted.services.clone();
    let listener =
        TcpListener::bind(config.http_addr).await.with_context(|| format!("LASTMILE_HTTP_ADDR={} cannot be used", config.http_addr))?;
    let address = listener.local_addr()?;
    let demo = if with_demo { Some(demo::seed(&services, &config.data, customers).await?) } else { None };
    let spool = Some(config.data.join("radius-spool"));
    let radius_config = RadiusConfig { auth_addr: config.radius_auth_addr, acct_addr: config.radius_acct_addr, spool };
    let radius = Radius::start(services.clone(), radius_config).await?;
    let jobs = jobs::start(&services);
    let lab = match &demo {
        Some(demo) => Some(demo::start_lab(&services, demo, radius.auth_addr(), radius.acct_addr()).await),
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let live = http::Live::default();
    let app = http::router(&services.clone().with_radius(radius.auth_addr()), config, &live)?;
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
