//! The networks from which staff may come (SEC-14): of an ISP or of the platform. Subscribers come from anywhere. Asked
//! at the door and again with each request, so that a session is worth nothing outside.

use super::prove::require_proof;
use crate::platform::{require_platform, require_platform_proof};
use crate::{Error, Result, Services, require};
use domain::IspId;
use domain::people::{Caller, PlatformCaller};
use domain::rights::Permission;
use domain::trust::{Network, may_come, read_networks};
use serde_json::json;
use std::net::IpAddr;
use storage::admin_networks::{self, Listed};
use storage::audit::{self, Change};
use storage::{OwnTx, platform_log};

/// Whether staff may come from this address to an ISP, or to the platform.
pub async fn may_staff_come(services: &Services, isp: Option<IspId>, from: Option<IpAddr>) -> Result<bool> {
    let mut tx = services.db.platform(&PlatformCaller::system("networks")).await?;
    Ok(may_come(&admin_networks::active(&mut tx, isp.map(|isp| isp.0)).await?, from))
}

/// The list of the caller's ISP.
pub async fn networks(services: &Services, caller: &Caller) -> Result<Vec<Listed>> {
    require(caller, Permission::PeopleManage)?;
    let mut tx = services.begin(caller).await?;
    Ok(admin_networks::of(&mut tx, Some(caller.isp_id.0)).await?)
}

/// The list of the platform.
pub async fn platform_networks(services: &Services, caller: &PlatformCaller) -> Result<Vec<Listed>> {
    require_platform(caller, Permission::PlatformManage)?;
    let mut tx = services.db.platform(caller).await?;
    Ok(admin_networks::of(&mut tx, None).await?)
}

fn words(list: impl Iterator<Item = (Network, String)>) -> serde_json::Value {
    let lines: Vec<String> = list.map(|(network, label)| format!("{network} {label}").trim_end().to_string()).collect();
    json!({ "networks": lines.join(", ") })
}

fn known(list: Vec<Listed>) -> serde_json::Value {
    words(list.into_iter().map(|listed| (listed.network, listed.label)))
}

/// Puts another list in place; one that leaves whoever saves it outside is refused.
pub async fn set_networks(services: &Services, caller: &Caller, text: &str) -> Result<()> {
    require(caller, Permission::PeopleManage)?;
    require_proof(services, caller)?;
    let list = read_networks(text, caller.session.map(|_| caller.ip)).map_err(Error::Invalid)?;
    let scope = Some(caller.isp_id.0);
    let mut tx = services.begin(caller).await?;
    let before = known(admin_networks::of(&mut tx, scope).await?);
    admin_networks::replace(&mut tx, scope, &list, caller.actor_name(), services.now()).await?;
    let change = Change {
        action: "sign_in.networks",
        object_kind: "isp",
        object_id: scope,
        before: Some(before),
        after: Some(words(list.into_iter())),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// The same for the platform itself.
pub async fn set_platform_networks(services: &Services, caller: &PlatformCaller, text: &str) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    require_platform_proof(services, caller)?;
    let list = read_networks(text, caller.session.map(|_| caller.ip)).map_err(Error::Invalid)?;
    let mut tx = services.db.platform(caller).await?;
    let before = known(admin_networks::of(&mut tx, None).await?);
    admin_networks::replace(&mut tx, None, &list, caller.actor_name(), services.now()).await?;
    let after = Some(words(list.into_iter()));
    let change = platform_log::Change { action: "rules.networks", before: Some(before), after, ..Default::default() };
    platform_log::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Lets staff come from anywhere again, from the command line of whoever owns the machine; answers with how many networks
/// had held. The list stays, and holds again when it is saved.
pub async fn open_networks(services: &Services, isp: Option<IspId>) -> Result<u64> {
    let mut tx = match isp {
        None => OwnTx::Platform(services.db.platform(&PlatformCaller::system("command line")).await?),
        Some(isp) => OwnTx::Isp(services.begin(&Caller::system(isp, "command line")).await?),
    };
    let off = admin_networks::switch_off(&mut tx, isp.map(|isp| isp.0)).await?;
    match &mut tx {
        OwnTx::Isp(tx) => {
            let object_id = isp.map(|isp| isp.0);
            let change = Change { action: "sign_in.networks_off", object_kind: "isp", object_id, ..Change::default() };
            audit::record(tx, services.now(), change).await?;
        }
        OwnTx::Platform(tx) => {
            platform_log::record(tx, services.now(), platform_log::Change { action: "rules.networks_off", ..Default::default() }).await?;
        }
    }
    tx.commit().await?;
    Ok(off)
}
