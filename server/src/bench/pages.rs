//! Pages at 100,000 subscribers: time to the last byte over loopback against the time of the page's own use case (its
//! SQL, without HTML), and the 95th percentile.

use super::{print, size};
use crate::boot::Booted;
use crate::config::Config;
use crate::{demo, http};
use anyhow::{Context, Result, bail, ensure};
use domain::AccountId;
use domain::customers::{CustomerDetail, Paging, SubscriberFilter};
use domain::people::{Actor, Caller, PlatformCaller, Role};
use services::Services;
use services::people::{Attempt, Site, Who};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use storage::accounts::NewAccount;
use storage::isps::Isp;
use storage::sessions::NewSession;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

const SUBSCRIBERS: u32 = 100_000;
const ROUNDS: usize = 40;
const HOST: &str = "bench.localhost";
const PLATFORM: &str = "platform.localhost";

pub async fn bench(booted: &Booted, config: &Config) -> Result<()> {
    let services = &booted.services;
    let isp = demo::bench_isp(services, size(SUBSCRIBERS), &[HOST]).await?;
    let caller = Caller::system(isp.id, "bench");
    services::billing::run_billing(services, &caller, services.today(&isp)).await?;
    let token = signed_in(services, &isp, Role::Admin).await?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // What is measured is the pages, not how often one may ask for them.
    let config = &Config { rate_limits: http::Limits::NONE, ..config.clone() };
    let app = http::router(services, config, &http::Live::default())?;
    let server = tokio::spawn(async move { axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await });

    let found = services::customers::subscribers(
        services,
        &caller,
        &SubscriberFilter::default(),
        Paging::new((i64::from(size(SUBSCRIBERS)) / 143).max(1), 50),
    )
    .await?;
    let somebody = found.rows.first().context("a subscriber")?;
    let id = somebody.customer_id;
    let search = SubscriberFilter { search: "rahman".into(), ..SubscriberFilter::default() };
    let list = SubscriberFilter::default();

    let page = |path: String| one_page(address, HOST, token.clone(), path);
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
    panels(services, &isp, address).await?;
    platform(services, &isp, address).await?;
    server.abort();
    Ok(())
}

/// The first page of every panel of a provider, each against the use case it is made of.
async fn panels(services: &Services, isp: &Isp, address: SocketAddr) -> Result<()> {
    let roles = [Role::Reseller, Role::SubReseller, Role::Manager, Role::Staff, Role::CardDistributor];
    for role in roles {
        let token = signed_in(services, isp, role).await?;
        let who = services::people::recognise(services, &token, Some(isp.id), None).await?;
        let Some(Who::Isp { caller, .. }) = who else { bail!("{} is not known", role.slug()) };
        measure(
            &format!("{}_dashboard", role.slug()),
            || one_page(address, HOST, token.clone(), "/".into()),
            || async { services::dashboard::dashboard(services, &caller).await.map(drop) },
        )
        .await?;
    }
    let (system, all) = (Caller::system(isp.id, "bench"), SubscriberFilter::default());
    let found = services::customers::subscribers(services, &system, &all, Paging::new(1, 1)).await?;
    let line = found.rows.into_iter().next().context("a subscriber")?;
    let caller = Caller {
        actor: Actor::Subscriber { id: line.customer_id, name: line.name },
        role: Role::Customer,
        customer_id: Some(line.customer_id),
        ..system
    };
    let token = opened(services, isp, &line.customer_id.0).await?;
    measure(
        "customer_dashboard",
        || one_page(address, HOST, token.clone(), "/".into()),
        || async {
            services::portal::own_account(services, &caller).await?;
            services::portal::own_invoices(services, &caller, Paging { page: 1, size: 5 }).await.map(drop)
        },
    )
    .await
}

/// A session of a subscriber, without the password of his line.
async fn opened(services: &Services, isp: &Isp, customer: &Uuid) -> Result<String> {
    let token = Uuid::now_v7().to_string();
    let now = services.now();
    let session = NewSession {
        isp_id: Some(isp.id.0),
        account_id: *customer,
        customer_id: Some(*customer),
        owes: None,
        expires_at: now + chrono::TimeDelta::hours(4),
        ip: None,
        agent: "bench",
    };
    let mut tx = services.db.platform(&PlatformCaller::system("bench")).await?;
    storage::sessions::open(&mut tx, &Sha256::digest(token.as_bytes()), &session, now).await?;
    tx.commit().await?;
    Ok(token)
}

/// The first pages of whoever runs everything, and of the head of the tenant that has the ISP.
async fn platform(services: &Services, isp: &Isp, address: SocketAddr) -> Result<()> {
    let password = format!("Bench-{}", Uuid::now_v7());
    let hash = services::people::hash_password(&password).await?;
    let mut tx = services.db.platform(&PlatformCaller::system("bench")).await?;
    let rule = domain::trust::SignInRule { second_factor: false, ..domain::trust::SignInRule::USUAL };
    storage::sign_in_rules::set(&mut tx, None, &rule, services.now()).await?;
    for (role, tenant) in [(Role::Developer, None), (Role::SuperAdmin, Some(isp.tenant_id))] {
        let login = format!("{}@example.org", role.slug());
        storage::accounts::put_platform(&mut tx, AccountId(Uuid::now_v7()), role, tenant, "Bench", &login, &hash).await?;
    }
    tx.commit().await?;
    for role in [Role::Developer, Role::SuperAdmin] {
        let login = format!("{}@example.org", role.slug());
        let attempt = Attempt { site: Site::Platform, login: &login, password: &password, ip: None, agent: "bench" };
        let token = services::people::sign_in(services, &attempt).await?.token;
        let who = services::people::recognise(services, &token, None, None).await?;
        let Some(Who::Platform { caller, .. }) = who else { bail!("{login} is not known") };
        measure(
            &format!("{}_dashboard", role.slug()),
            || one_page(address, PLATFORM, token.clone(), "/".into()),
            || async {
                services::platform::tenants(services, &caller, false).await?;
                services::platform::isps(services, &caller).await?;
                services::platform::requests(services, &caller, true).await?;
                if role == Role::Developer {
                    services::platform::jobs(services, &caller).await?;
                    services::schedule::platform_board(services, &caller).await?;
                }
                Ok(())
            },
        )
        .await?;
    }
    Ok(())
}

/// Somebody of this role, with what he needs to see a first page; who sells has 50 subscribers.
async fn signed_in(services: &Services, isp: &Isp, role: Role) -> Result<String> {
    let (login, password) = (format!("bench-{}", role.slug()), format!("Bench-{}", Uuid::now_v7()));
    let hash = services::people::hash_password(&password).await?;
    let id = AccountId(Uuid::now_v7());
    let mut tx = services.db.isp(&Caller::system(isp.id, "bench")).await?;
    let new = NewAccount {
        id,
        role,
        name: "Bench",
        email: None,
        username: Some(&login),
        mobile: None,
        password_hash: &hash,
        customer_id: None,
        grants: &[],
    };
    storage::accounts::create(&mut tx, new).await?;
    if matches!(role, Role::Reseller | Role::SubReseller) {
        storage::bench::rights::seat(&mut tx, id.0).await?;
    }
    tx.commit().await?;
    let attempt = Attempt { site: Site::Isp(isp.id), login: &login, password: &password, ip: None, agent: "bench" };
    Ok(services::people::sign_in(services, &attempt).await?.token)
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
async fn one_page(address: SocketAddr, host: &str, token: String, path: String) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: lm_session={token}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&answer[..answer.len().min(200)]));
    Ok(())
}
