//! Reads pools, profiles and secrets of a router, with no transaction open. Nothing is written, there or here.

use crate::routers::{Link, connect, told};
use crate::{Result, Services, require};
use domain::RouterId;
use domain::people::Caller;
use domain::rights::Permission;
use domain::router_imports::{PoolSeen, ProfileSeen, Read, SecretSeen};
use domain::routers::Router;
use integrations::routeros::{Command, Row};

/// Everything that was read, with passwords.
pub(super) struct Whole {
    pub router: Router,
    pub pools: Vec<PoolSeen>,
    pub profiles: Vec<ProfileSeen>,
    pub secrets: Vec<SecretSeen>,
}

impl Whole {
    pub fn read(&self) -> Read {
        Read::of(self.pools.clone(), self.profiles.clone(), &self.secrets)
    }
}

/// What a router holds that could be imported, for the page on which it is chosen.
pub async fn read(services: &Services, caller: &Caller, router: RouterId) -> Result<(Router, Read)> {
    require(caller, Permission::CustomersImport)?;
    require(caller, Permission::NetworkView)?;
    let whole = whole(services, caller, router).await?;
    let read = whole.read();
    Ok((whole.router, read))
}

pub(super) async fn whole(services: &Services, caller: &Caller, router: RouterId) -> Result<Whole> {
    let link = connect(services, caller, router).await?;
    let pools = ask(&link, "/ip/pool/print", &["name", "ranges"]).await?;
    let profiles = ask(&link, "/ppp/profile/print", &["name", "remote-address", "rate-limit"]).await?;
    let columns = ["name", "password", "profile", "remote-address", "caller-id", "comment", "disabled"];
    let secrets = ask(&link, "/ppp/secret/print", &columns).await?;
    let pool = |row: &Row| PoolSeen { name: row.text("name"), ranges: row.text("ranges"), secrets: 0 };
    let profile = |row: &Row| ProfileSeen {
        name: row.text("name"),
        rate_limit: row.text("rate-limit"),
        remote: row.text("remote-address"),
        ..ProfileSeen::default()
    };
    let secret = |row: &Row| SecretSeen {
        name: row.text("name"),
        // A router that may not show it shows stars.
        password: Some(row.text("password")).filter(|text| !text.chars().all(|c| c == '*')).unwrap_or_default(),
        profile: row.text("profile"),
        remote: row.text("remote-address"),
        caller_id: row.text("caller-id"),
        comment: row.text("comment"),
        disabled: row.flag("disabled"),
    };
    Ok(Whole {
        pools: pools.iter().map(pool).collect(),
        profiles: profiles.iter().map(profile).collect(),
        secrets: secrets.iter().map(secret).collect(),
        router: link.router,
    })
}

async fn ask(link: &Link, path: &str, columns: &[&str]) -> Result<Vec<Row>> {
    let answer = link.ask(&Command::new(path).only(columns)).await.map_err(|error| told(&link.router.name, &error))?;
    Ok(answer.rows)
}
