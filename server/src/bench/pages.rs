//! Pages at 100,000 subscribers: time to the last byte over loopback against the time of the page's own use case (its
//! SQL, without HTML), and the 95th percentile.

use super::print;
use crate::boot::Booted;
use crate::config::Config;
use crate::{demo, http};
use anyhow::{Context, Result, ensure};
use domain::AccountId;
use domain::customers::{CustomerDetail, Paging, SubscriberFilter};
use domain::people::{Caller, Role};
use services::Services;
use services::people::{Attempt, Site};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use storage::accounts::NewAccount;
use storage::isps::Isp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

const SUBSCRIBERS: u32 = 100_000;
const ROUNDS: usize = 40;
const HOST: &str = "bench.localhost";

pub async fn bench(booted: &Booted, config: &Config) -> Result<()> {
    let services = &booted.services;
    let isp = demo::bench_isp(services, SUBSCRIBERS, &[HOST]).await?;
    let caller = Caller::system(isp.id, "bench");
    services::billing::run_billing(services, &caller, services.today(&isp)).await?;
    let (login, password) = admin(services, &isp).await?;
    let attempt = Attempt { site: Site::Isp(isp.id), login: &login, password: &password, ip: None, agent: "bench" };
    let token = services::people::sign_in(services, &attempt).await?.token;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // What is measured is the pages, not how often one may ask for them.
    let config = &Config { rate_limits: http::Limits::NONE, ..config.clone() };
    let app = http::router(services, config, &http::Live::default())?;
    let server = tokio::spawn(async move { axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await });

    let found = services::customers::subscribers(services, &caller, &SubscriberFilter::default(), Paging::new(700, 50)).await?;
    let somebody = found.rows.first().context("a subscriber")?;
    let id = somebody.customer_id;
    let search = SubscriberFilter { search: "rahman".into(), ..SubscriberFilter::default() };
    let list = SubscriberFilter::default();

    let page = |path: String| one_page(address, token.clone(), path);
    measure("dashboard", || page("/".into()), || async { services::dashboard::dashboard(services, &caller).await.map(drop) }).await?;
    measure(
        "list",
        || page("/customers".into()),
        || async { services::customers::subscribers(services, &caller, &list, Paging::new(1, 50)).await.map(drop) },
    )
    .await?;
    measure(
        "search",
        || page("/customers?q=rahman".into()),
        || async { services::customers::subscribers(services, &caller, &search, Paging::new(1, 50)).await.map(drop) },
    )
    .await?;
    measure(
        "detail",
        || page(format!("/customers/{id}")),
        || async { services::customers::customer(services, &caller, id).await.map(|_: CustomerDetail| ()) },
    )
    .await?;
    measure(
        "invoices",
        || page("/invoices".into()),
        || async { services::billing::invoices(services, &caller, &Default::default(), None, Paging::new(1, 50)).await.map(drop) },
    )
    .await?;
    server.abort();
    Ok(())
}

async fn admin(services: &Services, isp: &Isp) -> Result<(String, String)> {
    let (login, password) = ("bench".to_string(), format!("Bench-{}", Uuid::now_v7()));
    let hash = services::people::hash_password(&password).await?;
    let mut tx = services.db.isp(&Caller::system(isp.id, "bench")).await?;
    let new = NewAccount {
        id: AccountId(Uuid::now_v7()),
        role: Role::Admin,
        name: "Bench",
        email: None,
        username: Some(&login),
        mobile: None,
        password_hash: &hash,
        customer_id: None,
        grants: &[],
    };
    storage::accounts::create(&mut tx, new).await?;
    tx.commit().await?;
    Ok((login, password))
}

/// Takes turns, so that both see the same minute of the machine.
async fn measure<P, S, A, B>(name: &str, page: P, sql: S) -> Result<()>
where
    P: Fn() -> A,
    S: Fn() -> B,
    A: Future<Output = Result<()>>,
    B: Future<Output = services::Result<()>>,
{
    let (mut pages, mut queries) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS + 3 {
        let started = Instant::now();
        page().await?;
        let page_time = started.elapsed();
        let started = Instant::now();
        sql().await?;
        let query_time = started.elapsed();
        // The first ones warm caches and statements.
        if round >= 3 {
            pages.push(page_time);
            queries.push(query_time);
        }
    }
    pages.sort();
    queries.sort();
    let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1_000.0);
    print(
        &format!("pages.{name}_over_sql"),
        format!("{:.2}", pages[ROUNDS / 2].as_secs_f64() / queries[ROUNDS / 2].as_secs_f64()),
        "ratio",
    );
    print(&format!("pages.{name}_ms"), ms(pages[ROUNDS / 2]), "ms");
    print(&format!("pages.{name}_sql_ms"), ms(queries[ROUNDS / 2]), "ms");
    print(&format!("pages.{name}_p95_ms"), ms(pages[ROUNDS * 95 / 100]), "ms");
    Ok(())
}

/// One GET on a connection of its own, read to the last byte.
async fn one_page(address: SocketAddr, token: String, path: String) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: lm_session={token}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer[..answer.len().min(200)]));
    Ok(())
}
