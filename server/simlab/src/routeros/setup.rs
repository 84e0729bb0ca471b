//! What a simulated router is before it is switched on, and how it behaves.

use chrono::{DateTime, TimeDelta, Utc};
use integrations::routeros::Version;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How it behaves. May change while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    pub version: Version,
    /// The account may look and no more.
    pub read_only: bool,
    /// Before each answer.
    pub delay: Duration,
    /// After so many more sentences it sends half of one and is gone, once.
    pub tears_after: Option<u32>,
    /// Hotspot and scheduler wait for a button on the device.
    pub device_mode_blocks: bool,
    pub disk_full: bool,
    /// Its clock is ahead by so much.
    pub skew: TimeDelta,
}

impl Manner {
    pub fn of(version: Version) -> Self {
        Self {
            version,
            read_only: false,
            delay: Duration::ZERO,
            tears_after: None,
            device_mode_blocks: false,
            disk_full: false,
            skew: TimeDelta::zero(),
        }
    }
}

/// What time it is, by whatever clock the simulation has.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What it is given before it is switched on.
#[derive(Clone)]
pub struct Setup {
    pub name: String,
    /// Port 0 takes any free one.
    pub address: SocketAddr,
    pub login: String,
    pub password: String,
    pub manner: Manner,
    /// Speaks TLS with this, as on port 8729.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Where its RADIUS requests come from, and where it hears changes.
    pub source: IpAddr,
    /// At which port it hears them; 0: any free one, because several routers share a machine.
    pub changes: u16,
    /// `None`: it does not say what time it is.
    pub clock: Option<Clock>,
}

impl Setup {
    /// A plain router on a free port of this machine, that speaks no TLS and knows no time.
    pub fn on_loopback(name: impl Into<String>, login: &str, password: &str, version: Version) -> Self {
        let source = IpAddr::from([127, 0, 0, 1]);
        Self {
            name: name.into(),
            address: (source, 0).into(),
            login: login.into(),
            password: password.into(),
            manner: Manner::of(version),
            tls: None,
            source,
            changes: 0,
            clock: None,
        }
    }
}
