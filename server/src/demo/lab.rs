//! Subscribers who are online: simulated routers send real RADIUS packets to the product from the routers' own
//! addresses, obey Session-Timeout and what they are told, and report
//! traffic that grows.

use super::Demo;
use domain::radius::COA_PORT;
use integrations::radius::attribute;
use services::Services;
use simlab::radius_client::{Accounting, Login, Method, Obedience, Obedient, RadiusClient, Status};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The routers of the demo at work.
pub struct Lab {
    stop: watch::Sender<bool>,
    routers: Vec<JoinHandle<()>>,
}

/// Lines that dial in at each router.
const LINES: i64 = 120;
const INTERIM: Duration = Duration::from_secs(60);

impl Lab {
    /// Pulls the plug. Sessions stay open until the router says Accounting-On, as after a real power cut.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for router in self.routers {
            router.abort();
        }
    }
}

struct Line {
    username: String,
    password: String,
    /// Of the router at home.
    mac: String,
    /// What the router gives it from its pool.
    address: [u8; 4],
    session: Option<Session>,
}

struct Session {
    id: String,
    since: Instant,
    until: Instant,
    reported: Instant,
    walled: bool,
    address: [u8; 4],
    /// Goes back with every report.
    class: Vec<u8>,
}

/// Switches the demo's routers on. A router whose address this machine does not have stays off.
pub async fn start_lab(services: &Services, demo: &Demo, auth: SocketAddr, acct: SocketAddr) -> Lab {
    let (stop, stopped) = watch::channel(false);
    let mut routers = Vec::new();
    for (number, nas) in (0u8..).zip(&demo.nas) {
        let Ok(address) = nas.address.parse::<IpAddr>() else { continue };
        let lines = match lines(services, &nas.isp, number).await {
            Ok(lines) => lines,
            Err(error) => {
                tracing::warn!(%error, router = nas.address, "a simulated router stays off");
                continue;
            }
        };
        match RadiusClient::new(address, auth, acct, &nas.secret).await {
            Ok(client) => {
                // Another copy on this machine may have the port: then this router hears no changes.
                let ears = Obedient::listen((address, COA_PORT).into(), &nas.secret, Obedience::Obeys).await.ok();
                routers.push(tokio::spawn(router(client, ears, lines, stopped.clone())));
            }
            Err(error) => tracing::warn!(%error, router = nas.address, "a simulated router stays off"),
        }
    }
    Lab { stop, routers }
}

/// The first lines of an ISP, with the passwords their modems would know.
async fn lines(services: &Services, isp: &str, router: u8) -> anyhow::Result<Vec<Line>> {
    let mut tx = services.db.platform(&domain::people::PlatformCaller::system("lab")).await?;
    let found = storage::isps::list(&mut tx).await?.into_iter().find(|known| known.short_name == isp);
    drop(tx);
    let Some(isp) = found else { return Ok(Vec::new()) };
    let mut tx = services.db.isp(&domain::people::Caller::system(isp.id, "lab")).await?;
    let secrets = storage::customers::line_secrets(&mut tx, LINES).await?;
    let mut lines = Vec::new();
    for (place, (service, username, sealed)) in (0u16..).zip(secrets) {
        let password = services.keys.open_text(service.0, &sealed)?;
        let [high, low] = (place + 2).to_be_bytes();
        // Addresses that carriers share out behind one of their own (RFC 6598), another network for each router.
        let address = [100, 64 + router % 64, high, low];
        lines.push(Line { mac: mac_of(&username), username, password, address, session: None });
    }
    Ok(lines)
}

/// A home router of one of the makes that are sold here; the same for the same name.
fn mac_of(username: &str) -> String {
    const MAKES: [&str; 6] = ["50:C7:BF", "C8:3A:35", "1C:3B:F3", "D8:32:14", "04:95:E6", "48:8F:5A"];
    let hash = username.bytes().fold(0x811c_9dc5_u32, |hash, octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193));
    let [a, b, c, make] = hash.to_be_bytes();
    format!("{}:{a:02X}:{b:02X}:{c:02X}", MAKES[usize::from(make) % MAKES.len()])
}

async fn router(client: RadiusClient, ears: Option<Obedient>, mut lines: Vec<Line>, stopped: watch::Receiver<bool>) {
    // It has just come up: whatever was open before is gone.
    let _ = client.account(&Accounting::new(Status::On, "boot", "")).await;
    let mut serial: u32 = rand::random();
    while !*stopped.borrow() {
        for told in ears.iter().flat_map(Obedient::take_heard).filter(|told| told.disconnect) {
            let spoken_of = lines.iter_mut().find(|line| line.session.as_ref().is_some_and(|session| session.id == told.session_id));
            if let Some(line) = spoken_of
                && let Err(error) = hang_up(&client, line).await
            {
                tracing::debug!(%error, "simulated router");
            }
        }
        for line in &mut lines {
            serial = serial.wrapping_add(1);
            if let Err(error) = attend(&client, line, serial).await {
                tracing::debug!(%error, "simulated router");
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// One look at one line: dial in, report, or hang up when its time is over.
async fn attend(client: &RadiusClient, line: &mut Line, serial: u32) -> std::io::Result<()> {
    let now = Instant::now();
    let Some(session) = &mut line.session else {
        let id = format!("81{serial:08x}");
        let login =
            Login { mac: &line.mac, session_id: &id, sign: client.sign, ..Login::new(Method::Chap, &line.username, &line.password) };
        let Some(answer) = client.ask_in(login).await? else { return Ok(()) };
        if !answer.accepted() {
            return Ok(());
        }
        let seconds = answer.number(attribute::SESSION_TIMEOUT).unwrap_or(86_400);
        let session = Session {
            id,
            since: now,
            until: now + Duration::from_secs(u64::from(seconds)),
            reported: now,
            walled: seconds <= 300,
            address: answer.number(attribute::FRAMED_IP_ADDRESS).map_or(line.address, u32::to_be_bytes),
            class: answer.class().unwrap_or_default(),
        };
        client.account(&report(Status::Start, &session, &line.mac, &line.username)).await?;
        line.session = Some(session);
        return Ok(());
    };
    if now >= session.until {
        client.account(&report(Status::Stop, session, &line.mac, &line.username)).await?;
        line.session = None;
    } else if now - session.reported >= INTERIM {
        session.reported = now;
        client.account(&report(Status::Interim, session, &line.mac, &line.username)).await?;
    }
    Ok(())
}

/// Ends a session because it was told to; the modem dials again by itself.
async fn hang_up(client: &RadiusClient, line: &mut Line) -> std::io::Result<()> {
    /// RFC 2866 section 5.10: an operator ended it.
    const ADMIN_RESET: u32 = 6;
    if let Some(session) = line.session.take() {
        client.account(&Accounting { cause: ADMIN_RESET, ..report(Status::Stop, &session, &line.mac, &line.username) }).await?;
    }
    Ok(())
}

fn report<'a>(status: Status, session: &'a Session, mac: &'a str, username: &'a str) -> Accounting<'a> {
    let seconds = u32::try_from(session.since.elapsed().as_secs()).unwrap_or(u32::MAX);
    // A household at an evening pace; behind the wall little more than the pay page.
    let pace = if session.walled { 300 } else { 40_000 + u64::from(username.bytes().fold(0u8, u8::wrapping_add)) * 3_000 };
    let class = Some(session.class.as_slice());
    Accounting { class, mac, ip: Some(session.address), ..Accounting::new(status, &session.id, username) }.after(
        seconds,
        pace / 8 * u64::from(seconds),
        pace * u64::from(seconds),
    )
}
