//! The demo's network: simulated MikroTik routers that speak their own API, with subscribers who dial in through them by
//! real RADIUS from the routers' own addresses. They obey Session-Timeout and what they are told, and their counters move.

use super::{Demo, Nas, field};
use anyhow::{Context, Result};
use domain::people::{Caller, PlatformCaller};
use domain::provisioning::TemplateForm;
use domain::radius::COA_PORT;
use domain::router_imports::ChoiceForm;
use domain::routers::RouterForm;
use domain::{IspId, NasId, RouterId, ServiceId};
use integrations::routeros::{Client, Command, Door, Limits, Login, RouterError, Security, Version};
use services::{Services, provisioning, radius, routers};
use simlab::radius_client::{Accounting, RadiusClient, Status};
use simlab::routeros::{Clock, Dialled, Manner, Router, Setup, Subscriber};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Lines that dial in at each router.
const LINES: usize = 100;
/// Who was refused or cut off tries again so often, as a modem does.
const REDIAL: Duration = Duration::from_secs(5);
pub(super) const USER: &str = "lastmile";
/// A template that every router takes.
const CLOCK: &str = "clock";
const OLD_PROFILE: &str = "mirpur-10m";
/// What is out there: an old one, a new one, and the newest.
const VERSIONS: [Version; 3] = [Version::new(7, 16, 2), Version::new(6, 49, 10), Version::new(7, 18, 2)];

/// The routers of the demo at work.
pub struct Lab {
    stop: watch::Sender<bool>,
    routers: Vec<JoinHandle<()>>,
}

impl Lab {
    /// Pulls the plug. Sessions stay open until the router says Accounting-On, as after a real power cut.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for router in self.routers {
            router.abort();
        }
    }
}

/// Where the product's RADIUS service answers.
#[derive(Clone, Copy)]
pub struct RadiusAt {
    pub auth: SocketAddr,
    pub acct: SocketAddr,
}

/// Switches the demo's routers on. A router whose address this machine does not have stays off. `base_port`: of the first
/// one; 0 takes any free ones.
pub async fn start_lab(services: &Services, demo: &Demo, at: RadiusAt, base_port: u16) -> Lab {
    let (stop, stopped) = watch::channel(false);
    let mut routers = Vec::new();
    let port = |number: u8| if base_port == 0 { 0 } else { base_port.saturating_add(number.into()) };
    let apart = in_the_field(services, demo).await.unwrap_or_else(|error| {
        tracing::warn!(error = format!("{error:#}"), "no line lives on the router in the field");
        None
    });
    let elsewhere: Vec<ServiceId> = apart.iter().flat_map(|apart| apart.lines.iter().map(|(line, _)| *line)).collect();
    for (number, nas) in (0u8..).zip(&demo.nas) {
        let earlier = demo.nas.iter().take(number.into()).filter(|other| other.isp == nas.isp).count();
        match switch_on(services, nas, Place { number, earlier }, port(number), at, &elsewhere).await {
            Ok((router, client, lines)) => routers.push(tokio::spawn(serve(router, client, lines, stopped.clone()))),
            Err(error) => tracing::warn!(error = format!("{error:#}"), router = nas.address, "a simulated router stays off"),
        }
    }
    if let Some(apart) = apart {
        let number = u8::try_from(demo.nas.len()).unwrap_or(u8::MAX);
        match field::switch_on(services, &apart, port(number), at).await {
            Ok((router, client)) => {
                let lines = apart.lines.into_iter().map(|(_, line)| line).collect();
                routers.push(tokio::spawn(serve(router, client, lines, stopped)));
            }
            Err(error) => tracing::warn!(error = format!("{error:#}"), "the router in the field stays off"),
        }
    }
    if let Err(error) = plan_for_all(services, demo).await {
        tracing::warn!(error = format!("{error:#}"), "nothing was planned for all of the demo's routers");
    }
    Lab { stop, routers }
}

/// What the template of the first runs would do to all routers, read and not begun.
async fn plan_for_all(services: &Services, demo: &Demo) -> Result<()> {
    let Some(nas) = demo.nas.first() else { return Ok(()) };
    let isp = isp_named(services, &nas.isp).await?.context("its provider is gone")?;
    let caller = Caller::system(isp, "demo");
    let Some(template) = provisioning::templates(services, &caller).await?.into_iter().find(|known| known.name == CLOCK) else {
        return Ok(());
    };
    let all = routers::list_routers(services, &caller).await?;
    let all: Vec<RouterId> = all.into_iter().filter(|known| known.router.active).map(|known| known.router.id).collect();
    if all.is_empty() || !provisioning::rollouts_of(services, &caller, template.id).await?.is_empty() {
        return Ok(());
    }
    let dead_man = Duration::from_secs(600);
    let order =
        provisioning::Order { template: template.id, routers: all, values: BTreeMap::new(), dead_man, first_alone: true, at_once: 2 };
    provisioning::plan_rollout(services, &caller, &order).await?;
    Ok(())
}

/// The routers' time is the product's.
pub(super) fn clock(services: &Services) -> Clock {
    let services = services.clone();
    Arc::new(move || services.now())
}

/// One more router of an ISP, with lines of its own.
pub(super) struct Apart {
    pub isp: IspId,
    pub lines: Vec<(ServiceId, Subscriber)>,
}

/// The first ISP with routers has one.
async fn in_the_field(services: &Services, demo: &Demo) -> Result<Option<Apart>> {
    let Some(nas) = demo.nas.first() else { return Ok(None) };
    let isp = isp_named(services, &nas.isp).await?.context("its provider is gone")?;
    Ok(Some(Apart { isp, lines: field::lines(services, demo, isp).await? }))
}

/// Which router it is, and how many its ISP has before it: those have the first lines, and it hangs behind the first of them.
#[derive(Clone, Copy)]
struct Place {
    number: u8,
    earlier: usize,
}

async fn switch_on(
    services: &Services,
    nas: &Nas,
    Place { number, earlier }: Place,
    port: u16,
    at: RadiusAt,
    elsewhere: &[ServiceId],
) -> Result<(Arc<Router>, RadiusClient, Vec<Subscriber>)> {
    let address: IpAddr = nas.address.parse()?;
    let isp = isp_named(services, &nas.isp).await?.context("its provider is gone")?;
    let caller = Caller::system(isp, "demo");
    let clients = radius::list_nas(services, &caller).await?;
    let known = clients.into_iter().find(|client| client.address == address).context("nobody registered it")?;
    let setup = Setup {
        name: known.name.clone(),
        address: (address, port).into(),
        login: USER.into(),
        password: nas.router_password.clone(),
        manner: Manner::of(VERSIONS[usize::from(number) % VERSIONS.len()]),
        tls: None,
        source: address,
        changes: 0,
        clock: Some(clock(services)),
    };
    let router = start(setup).await?;
    furnish(&router, nas, number, at).await?;
    if let (Some(added), 0) = (register(services, &caller, known.id, &known.name, nas, router.address()).await?, number) {
        look_at_lines(services, &caller, added).await?;
    }
    let client = RadiusClient::new(address, at.auth, at.acct, &nas.secret).await?;
    let lines = lines(services, &caller, earlier, elsewhere).await?;
    Ok((Arc::new(router), client, lines))
}

/// Switched on, it hears changes at the port that is meant for them. Another copy on this machine may have that: then this
/// router hears them elsewhere, which nobody knows.
pub(super) async fn start(setup: Setup) -> std::io::Result<Router> {
    match Router::start(Setup { changes: COA_PORT, ..setup.clone() }).await {
        Ok(router) => Ok(router),
        Err(_) => Router::start(setup).await,
    }
}

/// The product, as a router of the demo is told of it.
pub(super) fn radius_server(secret: &str, at: RadiusAt) -> Command {
    Command::new("/radius/add")
        .with("address", nearby(at.auth).ip().to_string())
        .with("secret", secret)
        .with("service", "ppp")
        .with("authentication-port", at.auth.port().to_string())
        .with("accounting-port", at.acct.port().to_string())
        .with("timeout", "3s")
}

/// Sets it up the way its owner would: through its API.
async fn furnish(router: &Router, nas: &Nas, number: u8, at: RadiusAt) -> Result<(), RouterError> {
    let door = Door { address: router.address(), security: Security::Plain { password_in_clear: true } };
    let client = Client::open(&door, &Login { name: USER.into(), password: nas.router_password.clone() }, Limits::default()).await?;
    // Addresses that carriers share out behind one of their own (RFC 6598), another network for each router.
    let network = 64 + number % 64;
    let commands = [
        Command::new("/user/add").with("name", USER).with("group", "full").with("comment", "lastmile"),
        Command::new("/ip/pool/add").with("name", "subscribers").with("ranges", format!("100.{network}.0.2-100.{network}.3.254")),
        Command::new("/ppp/profile/add")
            .with("name", "subscribers")
            .with("local-address", format!("100.{network}.0.1"))
            .with("remote-address", "subscribers"),
        Command::new("/ppp/aaa/set").with("use-radius", "yes").with("interim-update", "1m"),
        radius_server(&nas.secret, at),
        Command::new("/radius/incoming/set").with("accept", "yes"),
        Command::new("/interface/pppoe-server/server/add")
            .with("interface", "ether2")
            .with("service-name", "internet")
            .with("default-profile", "subscribers")
            .with("disabled", "no"),
    ];
    for command in commands {
        client.ask(&command).await?;
    }
    if number == 0 { still_local(&client).await } else { Ok(()) }
}

/// The first one still knows some subscribers by itself, from the time before RADIUS.
async fn still_local(client: &Client) -> Result<(), RouterError> {
    let pool = Command::new("/ip/pool/add").with("name", "mirpur-old").with("ranges", "10.40.0.10-19");
    client.ask(&pool).await?;
    let profile =
        Command::new("/ppp/profile/add").with("name", OLD_PROFILE).with("remote-address", "mirpur-old").with("rate-limit", "10M/10M");
    client.ask(&profile).await?;
    for house in 1..=12 {
        let secret = Command::new("/ppp/secret/add")
            .with("name", format!("mirpur-old-{house:02}"))
            .with("password", format!("house-{house}-{}", house * 37))
            .with("service", "pppoe")
            .with("profile", OLD_PROFILE)
            .with("comment", format!("House {house}, Road 4"))
            .with("disabled", if house % 5 == 0 { "yes" } else { "no" });
        client.ask(&secret).await?;
    }
    Ok(())
}

/// They have been read and wait for somebody to look at them.
async fn look_at_lines(services: &Services, caller: &Caller, router: RouterId) -> Result<()> {
    let offers = services::packages::list_packages(services, caller).await?;
    let Some(package) = offers.into_iter().find(|package| !package.archived) else { return Ok(()) };
    let form = ChoiceForm {
        profiles: vec![OLD_PROFILE.into()],
        packages: vec![package.id.to_string()],
        skip_disabled: true,
        ..ChoiceForm::default()
    };
    services::router_imports::prepare(services, caller, router, &form).await?;
    Ok(())
}

/// Adds it to the product, or tells the product where it is this time.
async fn register(
    services: &Services,
    caller: &Caller,
    nas_id: NasId,
    name: &str,
    nas: &Nas,
    address: SocketAddr,
) -> Result<Option<RouterId>> {
    let known = routers::list_routers(services, caller).await?;
    let itself = known.iter().find(|known| known.router.nas_id == Some(nas_id)).map(|known| known.router.clone());
    let parent = match &itself {
        Some(itself) => itself.parent_id,
        None => known.first().map(|known| known.router.id),
    };
    let form = RouterForm {
        parent: parent.map(|id| id.to_string()).unwrap_or_default(),
        name: name.into(),
        host: address.ip().to_string(),
        port: address.port().to_string(),
        door: "api".into(),
        username: USER.into(),
        password: nas.router_password.clone(),
        nas: nas_id.to_string(),
        ..RouterForm::default()
    };
    match itself {
        None => {
            let router = routers::create_router(services, caller, &form).await?;
            set_clock(services, caller, router).await?;
            return Ok(Some(router));
        }
        Some(known) if known.host == form.host && known.port == address.port() => {}
        Some(known) => routers::update_router(services, caller, known.id, known.version, &form).await?,
    }
    Ok(None)
}

/// Asks for the first run of the demo, with a template that every router takes.
async fn set_clock(services: &Services, caller: &Caller, router: RouterId) -> Result<()> {
    const BODY: &str = r#"{
  "variables": [{ "name": "time_server", "type": "host", "label": "Time server", "default": "0.asia.pool.ntp.org" }],
  "parts": {
    "time_zone": { "name": "Asia/Dhaka" },
    "ntp": { "servers": ["{{time_server}}"] }
  }
}"#;
    let known = provisioning::templates(services, caller).await?.into_iter().find(|known| known.name == CLOCK);
    let template = match known {
        Some(known) => known.id,
        None => provisioning::create_template(services, caller, &TemplateForm { name: CLOCK.into(), body: BODY.into() }).await?,
    };
    let run = provisioning::draft(services, caller, router, template, &BTreeMap::new(), Duration::from_secs(600)).await?;
    Ok(provisioning::begin(services, caller, run).await?)
}

/// The service as this machine reaches it.
fn nearby(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() { (Ipv4Addr::LOCALHOST, address.port()).into() } else { address }
}

async fn isp_named(services: &Services, short_name: &str) -> Result<Option<IspId>> {
    let mut tx = services.db.platform(&PlatformCaller::system("lab")).await?;
    let isps = storage::isps::list(&mut tx).await?;
    Ok(isps.into_iter().find(|known| known.short_name == short_name).map(|isp| isp.id))
}

/// Lines of an ISP that no earlier router of its has and that live nowhere else, with the passwords their modems would know.
async fn lines(services: &Services, caller: &Caller, earlier: usize, elsewhere: &[ServiceId]) -> Result<Vec<Subscriber>> {
    let mut tx = services.db.isp(caller).await?;
    let secrets = storage::customers::line_secrets(&mut tx, i64::try_from(LINES * (earlier + 1) + elsewhere.len())?).await?;
    let secrets = secrets.into_iter().filter(|(line, ..)| !elsewhere.contains(line)).take(LINES * (earlier + 1));
    let line = |(service, username, sealed): (ServiceId, String, Vec<u8>)| {
        let password = services.keys.open_text(service.0, &sealed)?;
        Ok(Subscriber { mac: mac_of(&username), username, password })
    };
    secrets.skip(LINES * earlier).map(line).collect()
}

/// A home router of one of the makes that are sold here; the same for the same name.
pub(super) fn mac_of(username: &str) -> String {
    const MAKES: [&str; 6] = ["50:C7:BF", "C8:3A:35", "1C:3B:F3", "D8:32:14", "04:95:E6", "48:8F:5A"];
    let hash = username.bytes().fold(0x811c_9dc5_u32, |hash, octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193));
    let [a, b, c, make] = hash.to_be_bytes();
    format!("{}:{a:02X}:{b:02X}:{c:02X}", MAKES[usize::from(make) % MAKES.len()])
}

/// Keeps everybody online who is let in.
async fn serve(router: Arc<Router>, client: RadiusClient, lines: Vec<Subscriber>, stopped: watch::Receiver<bool>) {
    // It has just come up: whatever was open before is gone.
    let _ = client.account(&Accounting::new(Status::On, "boot", "")).await;
    while !*stopped.borrow() {
        for line in &lines {
            if !router.is_online(&line.username)
                && let Dialled::Silence = router.dial(line).await
            {
                // Nobody answers any of them now.
                break;
            }
        }
        tokio::time::sleep(REDIAL).await;
    }
}
