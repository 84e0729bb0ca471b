//! The demo: two ISPs with subscribers from the files that real ISPs keep, months of bills and payments made by the
//! very engine that the product runs on, and routers whose subscribers dial in by RADIUS. Every password is random;
//! they are kept beside the database and printed at start.

mod addresses;
mod corrections;
mod crowd;
mod field;
mod history;
mod isps;
mod keys;
mod lab;
mod office;
mod people;
mod staff;
mod usage;

use anyhow::{Context, Result};
use domain::IspId;
use serde::{Deserialize, Serialize};
use services::Services;
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

pub use crowd::{bench_isp, more_subscribers};
pub use lab::{RadiusAt, start_lab};

/// What scripts and people need to know of the demo; what `ready.json` shows of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Demo {
    /// By role; further people of a role as `role@isp`.
    pub logins: BTreeMap<String, Login>,
    pub nas: Vec<Nas>,
    pub subscribers: Vec<Subscriber>,
    #[serde(default)]
    pub api_keys: Vec<ApiKey>,
    /// ISPs with made-up subscribers: short name and how many.
    #[serde(default)]
    pub crowds: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    pub host: String,
    pub login: String,
    pub password: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    pub isp: String,
    pub role: String,
    pub key: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Nas {
    pub isp: String,
    pub address: String,
    pub secret: String,
    /// Of the account `lastmile` on the simulated router.
    #[serde(default = "password")]
    pub router_password: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Subscriber {
    pub isp: String,
    pub username: String,
    pub password: String,
    pub state: String,
    pub expect: String,
    #[serde(skip)]
    pub isp_id: Option<IspId>,
}

/// Fills an empty installation, or finds the demo that is there. With `crowd`, one more ISP with so many subscribers
/// and a year of history, once.
pub async fn seed(services: &Services, data: &Path, crowd: Option<u32>) -> Result<Demo> {
    let path = data.join("demo.json");
    let mut demo = match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).context("demo.json")?,
        Err(_) => Demo::default(),
    };
    if demo.logins.is_empty() {
        if isps::any(services).await? {
            tracing::warn!("this database holds ISPs that are not the demo's: nothing was added");
            return Ok(demo);
        }
        eprintln!("Filling in the demo: two ISPs, their subscribers, three months of bills (about 15 s) …");
        isps::seed(services, &mut demo).await?;
        keep(&path, &demo)?;
    }
    if let Some(count) = crowd
        && !demo.crowds.contains_key(isps::CROWD)
    {
        eprintln!("Adding an ISP with {count} subscribers and a year of history (about {} min) …", 1 + count / 12_000);
        isps::seed_crowd(services, &mut demo, count).await?;
        keep(&path, &demo)?;
    }
    Ok(demo)
}

/// Passwords are in it: for its owner only.
fn keep(path: &Path, demo: &Demo) -> Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(serde_json::to_string_pretty(demo)?.as_bytes())?)
}

/// Who can sign in where, for whoever reads the terminal.
pub fn print_logins(demo: &Demo, port: u16) {
    println!();
    for (role, login) in &demo.logins {
        println!("  {role:<18} http://{}:{port}/   {}   {}", login.host, login.login, login.password);
    }
    println!();
}

/// A password nobody has seen before: letters that are not mistaken for each other.
fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..16).map(|_| char::from(LETTERS[rand::random_range(0..LETTERS.len())])).collect()
}
