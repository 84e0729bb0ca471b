//! A page is told over a real connection, when a real router reports a real session, and nobody else is.

use crate::http::house::{House, house};
use aaa::{Radius, RadiusConfig};
use axum::http::StatusCode;
use domain::people::Role;
use domain::radius::NasForm;
use domain::routers::RouterForm;
use integrations::routeros::Version;
use services::people::sign_out;
use simlab::radius_client::{Accounting, RadiusClient, Status};
use simlab::routeros::{Dialled, Router, Setup, Subscriber};
use std::net::SocketAddr;
use std::time::Duration;
use testkit::TestIsp;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

const SECRET: &str = "live-secret-0123456789";

/// The house behind a socket, with RADIUS beside it.
struct Running {
    house: House,
    address: SocketAddr,
    radius: Radius,
}

async fn running() -> Running {
    let house = house().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    for isp in [&house.world.padma, &house.world.meghna] {
        let form = NasForm { name: "Live".into(), address: place(&house, isp).into(), secret: SECRET.into(), ..NasForm::default() };
        services::radius::create_nas(&house.world.services, &isp.admin, &form).await.unwrap();
    }
    let any = "127.0.0.1:0".parse().unwrap();
    let config = RadiusConfig { auth_addr: any, acct_addr: any, spool: None };
    let radius = Radius::start(house.world.services.clone(), config).await.unwrap();
    radius.wait_ready().await;
    Running { house, address, radius }
}

fn place(house: &House, isp: &TestIsp) -> &'static str {
    if isp.id == house.world.padma.id { "127.0.0.61" } else { "127.0.0.62" }
}

impl Running {
    async fn router(&self) -> RadiusClient {
        let place = place(&self.house, &self.house.world.padma).parse().unwrap();
        RadiusClient::new(place, self.radius.auth_addr(), self.radius.acct_addr(), SECRET).await.unwrap()
    }

    /// The status of the answer and the connection behind it.
    async fn ask(&self, host: &str, token: Option<&str>) -> (StatusCode, Stream) {
        self.ask_at("/radius/online/events", host, token).await
    }

    async fn ask_at(&self, path: &str, host: &str, token: Option<&str>) -> (StatusCode, Stream) {
        let mut stream = Stream { lines: BufReader::new(TcpStream::connect(self.address).await.unwrap()) };
        let cookie = token.map(|token| format!("Cookie: lm_session={token}\r\n")).unwrap_or_default();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n{cookie}\r\n");
        stream.lines.get_mut().write_all(request.as_bytes()).await.unwrap();
        let status = stream.line().await.unwrap();
        let status = status.split(' ').nth(1).unwrap().parse::<u16>().unwrap();
        let mut stream_type = false;
        loop {
            match stream.line().await.unwrap().to_lowercase() {
                line if line.is_empty() => break,
                line => stream_type |= line == "content-type: text/event-stream",
            }
        }
        assert_eq!(stream_type, status == 200);
        (StatusCode::from_u16(status).unwrap(), stream)
    }
}

struct Stream {
    lines: BufReader<TcpStream>,
}

impl Stream {
    /// `None`: the connection is over.
    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.lines.read_line(&mut line).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim_end().to_string()),
        }
    }

    /// Was anything told within this time?
    async fn told(&mut self, within: Duration) -> bool {
        let heard = timeout(within, async {
            while let Some(line) = self.line().await {
                if line == "event: changed" {
                    return true;
                }
            }
            false
        });
        heard.await.unwrap_or(false)
    }

    async fn over(&mut self, within: Duration) -> bool {
        // The last chunk of the answer ends it; the connection itself may live on.
        timeout(within, async { while self.line().await.is_some_and(|line| line != "0") {} }).await.is_ok()
    }

    /// Nothing is on its way any more.
    async fn quiet(&mut self) {
        while self.told(Duration::from_secs(2)).await {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_told_of_a_session_within_two_seconds_and_a_stranger_of_none() {
    let running = running().await;
    let house = &running.house;
    let admin = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    let (status, mut page) = running.ask("padma.test", Some(&admin)).await;
    assert_eq!(status, StatusCode::OK);
    let (status, mut other) = running.ask("meghna.test", Some(&stranger)).await;
    assert_eq!(status, StatusCode::OK);
    page.quiet().await;
    other.quiet().await;

    let router = running.router().await;
    let username = house.arguments("OnlyPadmaKnows-line");
    let started = Instant::now();
    assert!(router.account(&Accounting::new(Status::Start, "live-1", &username)).await.unwrap());
    assert!(page.told(Duration::from_secs(2)).await, "told of a start");
    let first = started.elapsed();
    assert!(first < Duration::from_secs(2), "{first:?}");

    // Many at once are one message, and the next one comes a second later at the earliest.
    for number in 2..40 {
        let session = format!("live-{number}");
        assert!(router.account(&Accounting::new(Status::Start, &session, &username)).await.unwrap());
    }
    assert!(page.told(Duration::from_secs(3)).await, "told of many");
    assert!(!page.told(Duration::from_millis(700)).await, "and once");
    assert!(router.account(&Accounting::new(Status::Stop, "live-2", &username).after(9, 9, 9)).await.unwrap());
    assert!(page.told(Duration::from_secs(3)).await, "told of a stop");
    assert!(!other.told(Duration::from_secs(1)).await, "another provider's page");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_may_see_sessions_are_told_and_only_while_they_are_signed_in() {
    let running = running().await;
    let house = &running.house;
    let padma = &house.world.padma;
    assert_eq!(running.ask("padma.test", None).await.0, StatusCode::UNAUTHORIZED);
    let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    assert_eq!(running.ask("padma.test", Some(&stranger)).await.0, StatusCode::UNAUTHORIZED, "signed in elsewhere");
    for role in [Role::Customer, Role::Staff] {
        let clerk = house.somebody(padma, role, &[]).await;
        assert_eq!(running.ask("padma.test", Some(&clerk)).await.0, StatusCode::FORBIDDEN, "{role:?}");
    }
    let admin = house.somebody(padma, Role::Admin, &[]).await;
    let (status, mut page) = running.ask("padma.test", Some(&admin)).await;
    assert_eq!((status, house.live.viewers()), (StatusCode::OK, 1));
    sign_out(&house.world.services, &admin).await.unwrap();
    assert!(page.over(Duration::from_secs(8)).await, "signed out");
    assert_eq!(house.live.viewers(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_look_at_once_and_all_streams_end_with_the_server() {
    let running = running().await;
    let house = &running.house;
    let admin = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let mut pages = Vec::new();
    for _ in 0..300 {
        let (status, page) = running.ask("padma.test", Some(&admin)).await;
        assert_eq!(status, StatusCode::OK);
        pages.push(page);
    }
    assert_eq!(house.live.viewers(), 300);
    let router = running.router().await;
    assert!(router.account(&Accounting::new(Status::Start, "crowd", "OnlyPadmaKnows-line")).await.unwrap());
    for (number, page) in pages.iter_mut().enumerate() {
        assert!(page.told(Duration::from_secs(10)).await, "page {number}");
    }
    house.live.close();
    for page in &mut pages {
        assert!(page.over(Duration::from_secs(5)).await);
    }
    assert_eq!(running.ask("padma.test", Some(&admin)).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_router_is_told_when_somebody_comes_or_leaves_there() {
    let running = running().await;
    let house = &running.house;
    let tower = Router::start(Setup::on_loopback("tower", "lastmile", "pw", Version::new(7, 16, 2))).await.unwrap();
    tower.at_console(|tree| {
        tree.put("/interface/pppoe-server/server", &[("interface", "ether2"), ("disabled", "false")], true);
        let secret = [("name", "rahim"), ("password", "p"), ("remote-address", "10.9.0.7"), ("disabled", "false"), ("service", "pppoe")];
        tree.put("/ppp/secret", &secret, true);
    });
    let form = RouterForm {
        name: "Live tower".into(),
        host: "127.0.0.1".into(),
        port: tower.address().port().to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "pw".into(),
        ..RouterForm::default()
    };
    let id = services::routers::create_router(&house.world.services, &house.world.padma.admin, &form).await.unwrap();
    let path = format!("/routers/{id}/events");
    let admin = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    assert_eq!(running.ask_at(&path, "padma.test", None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(running.ask_at(&path, "meghna.test", Some(&stranger)).await.0, StatusCode::NOT_FOUND);
    let (status, mut page) = running.ask_at(&path, "padma.test", Some(&admin)).await;
    assert_eq!(status, StatusCode::OK);
    let (_, mut other) = running.ask_at(&path, "padma.test", Some(&admin)).await;
    page.quiet().await;
    other.quiet().await;

    let rahim = Subscriber { username: "rahim".into(), password: "p".into(), mac: "AA:BB:CC:00:11:22".into() };
    assert_eq!(tower.dial(&rahim).await, Dialled::Locally);
    assert!(page.told(Duration::from_secs(2)).await && other.told(Duration::from_secs(2)).await, "both are told");
    tower.hang_up("rahim");
    assert!(page.told(Duration::from_secs(3)).await, "told that he left");

    // The router goes away and comes back: then the page is told to look again.
    page.quiet().await;
    tower.unplug();
    tower.plug().await.unwrap();
    assert!(page.told(Duration::from_secs(10)).await, "told when it is back");
}
