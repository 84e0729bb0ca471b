//! Settings: `LASTMILE_*` variables over `lastmile.toml` over defaults. The one place that knows them all; the README
//! and `lastmile doctor` list what stands here.

use crate::http::Limits;
use anyhow::{Context, Result, anyhow, bail};
use domain::trust::Network;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What the process was told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Everything that must survive a restart, when there is no database elsewhere.
    pub data: PathBuf,
    /// `None`: a private cluster under `data`.
    pub database_url: Option<String>,
    pub http_addr: SocketAddr,
    pub radius_auth_addr: SocketAddr,
    pub radius_acct_addr: SocketAddr,
    /// 32 bytes in base64; `None`: made once and kept in `data/seal.key`.
    pub seal_key: Option<String>,
    /// Hosts on which the platform itself answers, unless an ISP took one of them.
    pub platform_hosts: Vec<String>,
    /// Set behind a proxy that ends TLS: cookies are marked Secure and browsers are told to stay on HTTPS.
    pub https: bool,
    /// Proxies that say where a visitor comes from and whether he speaks TLS. Nobody else is believed.
    pub trusted_proxies: Vec<Network>,
    /// Networks that routers of an ISP may not be in.
    pub closed_networks: Vec<Network>,
    pub rate_limits: Limits,
    pub log: String,
    /// Of the first simulated device of the demo; 0: any free one.
    pub simlab_base_port: u16,
}

/// Name, default, meaning: in the order in which `doctor` prints them.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    ("LASTMILE_DATA", "./var", "state: private database, seal key, ready.json"),
    ("LASTMILE_DATABASE_URL", "", "PostgreSQL 15 or newer, a plain role that owns its database; empty: a private cluster"),
    ("LASTMILE_HTTP_ADDR", "127.0.0.1:3000", "web, API and webhooks"),
    ("LASTMILE_RADIUS_AUTH_ADDR", "127.0.0.1:1812", "RADIUS authentication, UDP"),
    ("LASTMILE_RADIUS_ACCT_ADDR", "127.0.0.1:1813", "RADIUS accounting, UDP"),
    ("LASTMILE_SIMLAB_BASE_PORT", "18700", "first port of simulated devices in the demo"),
    ("LASTMILE_SEAL_KEY", "", "32 bytes in base64 that seal secrets; empty: made once, kept in LASTMILE_DATA/seal.key"),
    ("LASTMILE_PLATFORM_HOSTS", "platform.localhost,localhost,127.0.0.1", "host names of the platform itself"),
    ("LASTMILE_HTTPS", "false", "true behind a proxy that ends TLS"),
    (
        "LASTMILE_TRUSTED_PROXIES",
        "",
        "networks of proxies whose X-Forwarded-For (or Forwarded) and X-Forwarded-Proto are believed, such as 10.0.0.0/8,::1; empty: nobody's",
    ),
    (
        "LASTMILE_CLOSED_NETWORKS",
        "127.0.0.0/8,::1,169.254.0.0/16,fe80::/10",
        "networks that nobody may say his router is in, because what answers there is the server and its neighbours; the demo's routers are on loopback, so it closes none",
    ),
    (
        "LASTMILE_RATE_LIMITS",
        "public=30,signed_in=120,distributor=60,key=60,premium_key=300",
        "requests a minute of an address that nobody is signed in from, of a person, of a key; off: no limits",
    ),
    ("LASTMILE_LOG", "info,sqlx=warn,graphile_worker=warn,graphile_worker_migrations=warn", "what is logged, as in RUST_LOG"),
];

impl Config {
    pub fn load() -> Result<Self> {
        let file = read_file()?;
        let get = |name: &str| -> Result<String> {
            let default = SETTINGS.iter().find(|(known, ..)| *known == name).map(|(_, default, _)| *default).unwrap_or_default();
            if let Ok(value) = std::env::var(name) {
                return Ok(value);
            }
            let key = name.trim_start_matches("LASTMILE_").to_lowercase();
            match file.get(&key) {
                None => Ok(default.to_string()),
                Some(toml::Value::String(text)) => Ok(text.clone()),
                Some(toml::Value::Integer(number)) => Ok(number.to_string()),
                Some(toml::Value::Boolean(flag)) => Ok(flag.to_string()),
                Some(other) => bail!("lastmile.toml: {key} must be text, a number or true/false, not {}", other.type_str()),
            }
        };
        let address = |name: &str| -> Result<SocketAddr> {
            let text = get(name)?;
            text.parse().with_context(|| format!("{name}={text} is not an address with a port, such as 127.0.0.1:3000"))
        };
        let data = PathBuf::from(get("LASTMILE_DATA")?);
        let port = get("LASTMILE_SIMLAB_BASE_PORT")?;
        let simlab_base_port = port.parse().with_context(|| format!("LASTMILE_SIMLAB_BASE_PORT={port} is not a port"))?;
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        Ok(Self {
            data: std::path::absolute(&data).with_context(|| format!("LASTMILE_DATA={}", data.display()))?,
            database_url: filled(get("LASTMILE_DATABASE_URL")?),
            http_addr: address("LASTMILE_HTTP_ADDR")?,
            radius_auth_addr: address("LASTMILE_RADIUS_AUTH_ADDR")?,
            radius_acct_addr: address("LASTMILE_RADIUS_ACCT_ADDR")?,
            seal_key: filled(get("LASTMILE_SEAL_KEY")?),
            platform_hosts: get("LASTMILE_PLATFORM_HOSTS")?
                .split(',')
                .map(|host| host.trim().to_lowercase())
                .filter(|host| !host.is_empty())
                .collect(),
            https: match get("LASTMILE_HTTPS")?.as_str() {
                "true" | "1" => true,
                "false" | "0" | "" => false,
                other => bail!("LASTMILE_HTTPS={other}: say true or false"),
            },
            trusted_proxies: networks("LASTMILE_TRUSTED_PROXIES", &get("LASTMILE_TRUSTED_PROXIES")?)?,
            closed_networks: networks("LASTMILE_CLOSED_NETWORKS", &get("LASTMILE_CLOSED_NETWORKS")?)?,
            rate_limits: Limits::parse(&get("LASTMILE_RATE_LIMITS")?).map_err(|wrong| anyhow!("LASTMILE_RATE_LIMITS: {wrong}"))?,
            log: get("LASTMILE_LOG")?,
            simlab_base_port,
        })
    }
}

fn networks(name: &str, text: &str) -> Result<Vec<Network>> {
    let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| Network::parse(part).with_context(|| format!("{name}: {part} is no network; write 10.0.0.0/8 or one address")))
        .collect()
}

fn read_file() -> Result<toml::Table> {
    let path = PathBuf::from("lastmile.toml");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(toml::Table::new()),
        Err(error) => return Err(error).context("lastmile.toml"),
    };
    let table: toml::Table = toml::from_str(&text).context("lastmile.toml")?;
    for key in table.keys() {
        let name = format!("LASTMILE_{}", key.to_uppercase());
        if !SETTINGS.iter().any(|(known, ..)| *known == name) {
            bail!("lastmile.toml: there is no setting {key}; known are {}", SETTINGS.map_names());
        }
    }
    Ok(table)
}

trait Names {
    fn map_names(&self) -> String;
}

impl Names for [(&str, &str, &str)] {
    fn map_names(&self) -> String {
        self.iter().map(|(name, ..)| name.trim_start_matches("LASTMILE_").to_lowercase()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_networks_or_nothing_starts() {
        let read: Vec<String> =
            networks("LASTMILE_TRUSTED_PROXIES", "10.0.0.0/8, ::1 192.0.2.7").unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(read, ["10.0.0.0/8", "::1/128", "192.0.2.7/32"]);
        assert!(networks("LASTMILE_TRUSTED_PROXIES", "").unwrap().is_empty());
        assert!(networks("LASTMILE_TRUSTED_PROXIES", "proxy.example").unwrap_err().to_string().contains("proxy.example is no network"));
    }
}
