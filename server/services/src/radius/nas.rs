//! Access servers. A secret goes in sealed and never comes out again, but for the one answer that shows a generated one.

use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::{Caller, PlatformCaller};
use domain::radius::{NasDraft, NasForm, NasRow, NasSaved, UnknownAddress, neighbours, read_nas};
use domain::rights::Permission;
use domain::{NasId, Problem};
use rand::Rng;
use serde_json::{Value, json};
use std::net::IpAddr;
use storage::audit::{self, Change};
use storage::radius::alerts;
use storage::radius::nas::{self, NasRecord};
use uuid::Uuid;

/// What went wrong longer ago is history.
const ALERTS_FOR: TimeDelta = TimeDelta::days(1);
const GENERATED_SECRET: usize = 24;

/// Every access server, when it was last heard and what is wrong with it.
pub async fn list_nas(services: &Services, caller: &Caller) -> Result<Vec<NasRow>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    Ok(nas::list(&mut tx, services.now() - ALERTS_FOR).await?)
}

/// Registers an access server. Without a secret in the form, one is made and answered, this once.
pub async fn create_nas(services: &Services, caller: &Caller, form: &NasForm) -> Result<NasSaved> {
    require(caller, Permission::NetworkEdit)?;
    let draft = read_nas(form).map_err(Error::Invalid)?;
    let id = NasId(Uuid::now_v7());
    let generated = draft.secret.is_none().then(generate_secret);
    let secret = draft.secret.as_deref().or(generated.as_deref()).unwrap_or_default();
    let sealed = services.keys.seal_text(id.0, secret)?;
    let record = NasRecord { id, draft: &draft, secret_sealed: Some(&sealed) };
    let mut tx = services.begin(caller).await?;
    nas::create(&mut tx, &record).await?;
    let after = told(&draft);
    let change = Change { action: "nas.create", object_kind: "nas", object_id: Some(id.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(NasSaved { id, secret: generated })
}

/// Changes an access server that still has the given version. Without a secret in the form it keeps its own.
pub async fn update_nas(services: &Services, caller: &Caller, id: NasId, version: i32, form: &NasForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let draft = read_nas(form).map_err(Error::Invalid)?;
    let sealed = draft.secret.as_deref().map(|secret| services.keys.seal_text(id.0, secret)).transpose()?;
    let mut tx = services.begin(caller).await?;
    let before = nas::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.version != version {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let record = NasRecord { id, draft: &draft, secret_sealed: sealed.as_deref() };
    nas::update(&mut tx, &record).await?;
    // Whatever was wrong has been seen to; if it was not, it comes again with the next packet.
    nas::clear_alerts(&mut tx, id).await?;
    let mut after = told(&draft);
    after["secret_changed"] = json!(sealed.is_some());
    let change = Change {
        action: "nas.update",
        object_kind: "nas",
        object_id: Some(id.0),
        before: Some(row(&before)),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Takes an access server out of use, or back into it. Its sessions stay in the records.
pub async fn set_nas_active(services: &Services, caller: &Caller, id: NasId, active: bool) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let before = nas::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.active == active {
        return Ok(());
    }
    nas::set_active(&mut tx, id, active).await?;
    let action = if active { "nas.enable" } else { "nas.disable" };
    let change = Change { action, object_kind: "nas", object_id: Some(id.0), before: Some(row(&before)), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Addresses that speak RADIUS to us and that nobody registered. Whose they are nobody knows, so an ISP is only shown
/// the neighbours of its own access servers; the only ISP of an installation is shown all.
pub async fn unknown_addresses(services: &Services, caller: &Caller) -> Result<Vec<UnknownAddress>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let own: Vec<IpAddr> = nas::list(&mut tx, services.now()).await?.into_iter().filter(|nas| nas.active).map(|nas| nas.address).collect();
    drop(tx);
    let mut tx = services.db.platform(&PlatformCaller::system("radius")).await?;
    let only_one = storage::isps::list(&mut tx).await?.len() == 1;
    let strangers = alerts::strangers(&mut tx, services.now() - ALERTS_FOR).await?;
    // It may have been registered since.
    let strangers = strangers.into_iter().filter(|stranger| !own.contains(&stranger.address));
    Ok(strangers.filter(|stranger| only_one || own.iter().any(|own| neighbours(*own, stranger.address))).collect())
}

/// A secret for a form that registers an access server: seen there, copied into the router, sent back with the form.
pub fn suggest_secret(caller: &Caller) -> Result<String> {
    require(caller, Permission::NetworkEdit)?;
    Ok(generate_secret())
}

/// Letters and digits that are not mistaken for each other when a person types them.
fn generate_secret() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut random = rand::rng();
    (0..GENERATED_SECRET).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}

/// What the audit log keeps of a registration: everything but the secret.
fn told(draft: &NasDraft) -> Value {
    json!({
        "name": draft.name, "address": draft.address, "vendor": draft.vendor,
        "require_message_authenticator": draft.require_message_authenticator, "mac_auth": draft.mac_auth, "coa_port": draft.coa_port,
        "framed_pool": draft.framed_pool, "reply_template": draft.reply_template,
    })
}

fn row(nas: &NasRow) -> Value {
    json!({
        "name": nas.name, "address": nas.address, "vendor": nas.vendor,
        "require_message_authenticator": nas.require_message_authenticator, "mac_auth": nas.mac_auth, "coa_port": nas.coa_port,
        "framed_pool": nas.framed_pool, "reply_template": nas.reply_template,
    })
}
