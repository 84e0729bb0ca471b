//! Two ISPs behind two routers, and the service that answers both.

use aaa::{Radius, RadiusConfig};
use chrono::{DateTime, Utc};
use domain::customers::{BlockReason, Paging};
use domain::packages::PackageForm;
use domain::radius::{NasForm, SessionRow, UsageDay};
use domain::trust::Network;
use domain::{CustomerId, NasId, PackageId, ServiceId};
use services::Services;
use simlab::radius_client::{Answer, Method, RadiusClient};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;
use storage::addresses::NewHolding;
use storage::customers::{NewCustomer, NewService};
use testkit::{TestIsp, World, world};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

pub const NOW: &str = "2026-11-21T10:00:00Z";
pub const PADMA_ROUTER: &str = "127.0.0.2";
pub const MEGHNA_ROUTER: &str = "127.0.0.3";
pub const PADMA_SECRET: &str = "padma-secret-0123456789";
pub const MEGHNA_SECRET: &str = "meghna-secret-0123456789";

pub struct Stage {
    pub world: World,
    pub radius: Radius,
    pub padma_nas: NasId,
    pub padma_package: PackageId,
    pub meghna_package: PackageId,
}

impl Stage {
    pub async fn new() -> Self {
        let world = world(NOW).await;
        let services = world.services.clone();
        Self::with(world, services).await
    }

    /// `services` may reach the database another way than the test does.
    pub async fn with(world: World, services: Services) -> Self {
        Self::spooling(world, services, None).await
    }

    /// The service keeps accounting in a folder while the database is away.
    pub async fn spooling(world: World, services: Services, spool: Option<PathBuf>) -> Self {
        let padma_nas = nas(&world, &world.padma, PADMA_ROUTER, PADMA_SECRET).await;
        nas(&world, &world.meghna, MEGHNA_ROUTER, MEGHNA_SECRET).await;
        let padma_package = package(&world, &world.padma, "5", "10").await;
        let meghna_package = package(&world, &world.meghna, "2.5", "20").await;
        let radius = start_spooling(services, spool).await;
        Self { world, radius, padma_nas, padma_package, meghna_package }
    }

    pub async fn padma_router(&self) -> RadiusClient {
        router(&self.radius, PADMA_ROUTER, PADMA_SECRET).await
    }

    pub async fn meghna_router(&self) -> RadiusClient {
        router(&self.radius, MEGHNA_ROUTER, MEGHNA_SECRET).await
    }

    pub async fn padma_line(&self, username: &str, password: &str) -> Line {
        self.line(&self.world.padma, self.padma_package, username, password, None, None).await
    }

    pub async fn meghna_line(&self, username: &str, password: &str) -> Line {
        self.line(&self.world.meghna, self.meghna_package, username, password, None, None).await
    }

    pub async fn line(
        &self,
        isp: &TestIsp,
        package_id: PackageId,
        username: &str,
        password: &str,
        expires_at: Option<DateTime<Utc>>,
        static_ip: Option<IpAddr>,
    ) -> Line {
        let (customer, service) = (CustomerId(Uuid::now_v7()), ServiceId(Uuid::now_v7()));
        let services = &self.world.services;
        let mut tx = services.begin(&isp.admin).await.unwrap();
        let number = format!("C-{}", &service.0.simple().to_string()[20..]);
        let search_text = format!("{number} customer {username}");
        let new = NewCustomer {
            id: customer,
            number: &number,
            name: "Customer",
            mobile: None,
            email: None,
            national_id: None,
            address: None,
            billing_profile_id: isp.profile,
            search_text: &search_text,
            zone: None,
            place: None,
        };
        storage::customers::create(&mut tx, &new).await.unwrap();
        let sealed = services.keys.seal_text(service.0, password).unwrap();
        let today = services.now().date_naive();
        let new = NewService {
            id: service,
            customer_id: customer,
            package_id,
            username,
            secret_sealed: &sealed,
            starts_on: today,
            billed_until: today,
            expires_at,
            cutoff_at: None,
        };
        storage::customers::create_service(&mut tx, &new).await.unwrap();
        let held = static_ip.and_then(|ip| Network::new(ip, if ip.is_ipv4() { 32 } else { 128 }));
        let held = held.map(|network| NewHolding { service, vrf: String::new(), kind: "address", network });
        storage::addresses::hold(&mut tx, held.as_slice(), services.now()).await.unwrap();
        tx.commit().await.unwrap();
        Line { customer, service }
    }

    pub async fn suspend(&self, isp: &TestIsp, line: Line) {
        services::customers::suspend_service(&self.world.services, &isp.admin, line.service, BlockReason::Admin, "test").await.unwrap();
    }

    /// The package of padma's lines becomes this.
    pub async fn save_home(&self, form: &PackageForm) {
        let (services, admin) = (&self.world.services, &self.world.padma.admin);
        let version = services::packages::list_packages(services, admin).await.unwrap()[0].version;
        services::packages::save_package(services, admin, Some((self.padma_package, version)), form).await.unwrap();
    }

    /// Sessions of a line of padma, the newest first.
    pub async fn sessions(&self, line: Line) -> Vec<SessionRow> {
        let paging = Paging::new(1, 200);
        services::customers::sessions(&self.world.services, &self.world.padma.admin, line.customer, paging).await.unwrap().rows
    }

    /// What a line of padma moved, by day.
    pub async fn usage(&self, line: Line) -> Vec<UsageDay> {
        let (from, to) = ("2000-01-01".parse().unwrap(), "2100-01-01".parse().unwrap());
        services::radius::usage(&self.world.services, &self.world.padma.admin, line.service, from, to).await.unwrap()
    }
}

#[derive(Clone, Copy)]
pub struct Line {
    pub customer: CustomerId,
    pub service: ServiceId,
}

pub async fn start(services: Services) -> Radius {
    start_spooling(services, None).await
}

pub async fn start_spooling(services: Services, spool: Option<PathBuf>) -> Radius {
    let any = "127.0.0.1:0".parse().unwrap();
    let radius = Radius::start(services, RadiusConfig { auth_addr: any, acct_addr: any, spool }).await.unwrap();
    radius.wait_ready().await;
    radius
}

pub async fn router(radius: &Radius, address: &str, secret: &str) -> RadiusClient {
    RadiusClient::new(address.parse().unwrap(), radius.auth_addr(), radius.acct_addr(), secret).await.unwrap()
}

/// A router that asks once and waits a moment: for those who expect silence.
pub async fn hasty(radius: &Radius, address: &str, secret: &str) -> RadiusClient {
    let mut router = router(radius, address, secret).await;
    (router.tries, router.timeout) = (1, Duration::from_millis(300));
    router
}

pub fn form(address: &str, secret: &str) -> NasForm {
    NasForm { name: format!("Router {address}"), address: address.into(), secret: secret.into(), ..NasForm::default() }
}

pub async fn nas(world: &World, isp: &TestIsp, address: &str, secret: &str) -> NasId {
    services::radius::create_nas(&world.services, &isp.admin, &form(address, secret)).await.unwrap().id
}

async fn package(world: &World, isp: &TestIsp, up: &str, down: &str) -> PackageId {
    services::packages::save_package(&world.services, &isp.admin, None, &home(up, down)).await.unwrap()
}

/// The package that everybody has, at this speed.
pub fn home(up: &str, down: &str) -> PackageForm {
    PackageForm {
        name: "Home".into(),
        up_mbps: up.into(),
        down_mbps: down.into(),
        price: "500".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    }
}

pub async fn pap(router: &RadiusClient, username: &str, password: &str) -> Answer {
    router.login(Method::Pap, username, password).await.unwrap().expect("an answer")
}

pub async fn chap(router: &RadiusClient, username: &str, password: &str) -> Answer {
    router.login(Method::Chap, username, password).await.unwrap().expect("an answer")
}

/// Waits until `done` says so, fifteen seconds at most: a busy machine is slow.
pub async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(15);
    while !done().await {
        assert!(Instant::now() < end, "{what} did not happen");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the service knows a line of padma and lets it in.
pub async fn known(router: &RadiusClient, username: &str, password: &str) {
    until("a line becomes known", async || pap(router, username, password).await.accepted()).await;
}
