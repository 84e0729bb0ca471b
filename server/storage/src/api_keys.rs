//! Keys of programs. A secret is stored as its hash; sealed beside it only until its owner has copied it.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;
use domain::keys::{KeyRow, NewKey};
use domain::rights::Permission;
use domain::trust::Network;
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// A key as it is asked for with each request.
#[derive(Clone, Debug)]
pub struct Held {
    pub account_id: AccountId,
    pub name: String,
    pub secret_hash: Vec<u8>,
    pub scopes: Vec<Permission>,
    pub networks: Vec<Network>,
    pub premium: bool,
    pub expires_at: DateTime<Utc>,
    pub revoked: bool,
    pub used_at: Option<DateTime<Utc>>,
}

fn networks(stored: Vec<IpNetwork>) -> Vec<Network> {
    stored.into_iter().filter_map(|network| Network::new(network.ip(), network.prefix())).collect()
}

/// A scope that is no key of the grid any more opens nothing.
fn scopes(stored: &[String]) -> Vec<Permission> {
    stored.iter().filter_map(|key| Permission::from_key(key)).collect()
}

pub async fn find(tx: &mut IspTx, id: Uuid) -> Result<Option<Held>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select account_id, name, secret_hash, scopes, networks as "networks: Vec<IpNetwork>", premium, expires_at, revoked_at, used_at
           from api_key where isp_id = $1 and id = $2"#,
        isp,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Held {
        account_id: row.account_id.into(),
        name: row.name,
        secret_hash: row.secret_hash,
        scopes: scopes(&row.scopes),
        networks: networks(row.networks),
        premium: row.premium,
        expires_at: row.expires_at,
        revoked: row.revoked_at.is_some(),
        used_at: row.used_at,
    }))
}

/// Notes that a key was used; once a minute at most.
pub async fn touch(tx: &mut IspTx, id: Uuid, from: Option<IpAddr>, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update api_key set used_at = $3, used_from = $4 where isp_id = $1 and id = $2 and (used_at is null or used_at <= $5)",
        isp,
        id,
        now,
        from.map(IpNetwork::from),
        now - TimeDelta::minutes(1)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A key ready to be written.
#[derive(Clone, Debug)]
pub struct NewKeyRow<'a> {
    pub id: Uuid,
    pub account_id: AccountId,
    pub key: &'a NewKey,
    pub secret_hash: &'a [u8],
    pub replaces: Option<Uuid>,
    pub shown: &'a [u8],
    pub shown_until: DateTime<Utc>,
}

pub async fn create(tx: &mut IspTx, new: &NewKeyRow<'_>, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let scopes: Vec<&str> = new.key.scopes.iter().map(|scope| scope.key()).collect();
    let networks: Vec<IpNetwork> =
        new.key.networks.iter().filter_map(|network| IpNetwork::new(network.address(), network.prefix()).ok()).collect();
    sqlx::query!(
        "insert into api_key (isp_id, id, account_id, name, secret_hash, scopes, networks, premium, replaces, made_at, expires_at, shown, shown_until)
         values ($1, $2, $3, $4, $5, $6, $7::cidr[], $8, $9, $10, $11, $12, $13)",
        isp,
        new.id,
        new.account_id.0,
        new.key.name,
        new.secret_hash,
        &scopes as _,
        &networks,
        new.key.premium,
        new.replaces,
        now,
        now + new.key.lasts,
        new.shown,
        new.shown_until
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everything that somebody ever had, the newest first.
pub async fn of_account(tx: &mut IspTx, account: AccountId) -> Result<Vec<KeyRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select k.id, k.name, k.scopes, k.networks as "networks: Vec<IpNetwork>", k.premium, k.made_at, k.expires_at, k.used_at,
             host(k.used_from) as used_from, k.revoked_at, k.replaces,
             exists (select 1 from api_key n where n.isp_id = $1 and n.replaces = k.id) as "replaced!"
           from api_key k where k.isp_id = $1 and k.account_id = $2 order by k.made_at desc, k.id desc limit 200"#,
        isp,
        account.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| KeyRow {
            id: row.id,
            name: row.name,
            scopes: scopes(&row.scopes),
            networks: networks(row.networks),
            premium: row.premium,
            made_at: row.made_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
            used_from: row.used_from,
            revoked_at: row.revoked_at,
            replaces: row.replaces,
            replaced: row.replaced,
        })
        .collect())
}

/// Locks the account's keys one maker after the other, so that two forms do not both find room for one more.
pub async fn lock(tx: &mut IspTx, account: AccountId) -> Result<()> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!("select id from account where isp_id = $1 and id = $2 for update", isp, account.0)
        .fetch_optional(tx.conn())
        .await?;
    known(found, "account", &account.to_string()).map(|_| ())
}

/// `false`: it is not his, or was revoked before.
pub async fn revoke(tx: &mut IspTx, account: AccountId, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update api_key set revoked_at = $4, shown = null, shown_until = null
         where isp_id = $1 and account_id = $2 and id = $3 and revoked_at is null",
        isp,
        account.0,
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A key that another takes the place of ends at `until` at the latest.
pub async fn shorten(tx: &mut IspTx, id: Uuid, until: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update api_key set expires_at = least(expires_at, $3) where isp_id = $1 and id = $2", isp, id, until)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The sealed key that was just made, while it may be seen: id, name, sealed.
pub async fn shown(tx: &mut IspTx, account: AccountId, now: DateTime<Utc>) -> Result<Option<(Uuid, String, Vec<u8>)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select id, name, shown as "shown!" from api_key
           where isp_id = $1 and account_id = $2 and shown is not null and shown_until > $3 and revoked_at is null
           order by made_at desc, id desc limit 1"#,
        isp,
        account.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.name, row.shown)))
}

/// Whatever was to be copied by this person is gone for good.
pub async fn forget_shown(tx: &mut IspTx, account: AccountId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update api_key set shown = null, shown_until = null where isp_id = $1 and account_id = $2 and shown is not null",
        isp,
        account.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same for what nobody copied in time.
pub async fn forget_old_shown(tx: &mut IspTx, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update api_key set shown = null, shown_until = null where isp_id = $1 and shown is not null and shown_until <= $2",
        isp,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A key that ends soon, and how to reach whose it is.
#[derive(Clone, Debug)]
pub struct EndingKey {
    pub id: Uuid,
    pub name: String,
    pub expires_at: DateTime<Utc>,
    pub owner: String,
    pub email: Option<String>,
    pub mobile: Option<String>,
    pub language: Option<String>,
}

/// Good keys that end before `until`, whose owner was not reminded and that nothing takes the place of yet. They count
/// as reminded from now on.
pub async fn remind(tx: &mut IspTx, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<EndingKey>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        EndingKey,
        r#"update api_key k set reminded_at = $3 from account a
           where k.isp_id = $1 and a.isp_id = $1 and a.id = k.account_id and k.revoked_at is null and k.reminded_at is null
             and k.expires_at > $3 and k.expires_at <= $2
             and not exists (select 1 from api_key n where n.isp_id = $1 and n.replaces = k.id)
           returning k.id, k.name, k.expires_at, a.name as owner, a.email, a.mobile, a.language"#,
        isp,
        until,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
