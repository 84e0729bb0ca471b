//! Rules of packages and lines, bound devices, realms and the block list, as people set them.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::access::{AccessDraft, AccessForm, BlockDraft};
use domain::{PackageId, ServiceId};
use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

fn small(number: Option<u16>) -> Option<i16> {
    number.and_then(|number| i16::try_from(number).ok())
}

/// Rules of a package; what is not said is as usual.
pub async fn put_package(tx: &mut IspTx, package: PackageId, draft: &AccessDraft) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into package_access (isp_id, package_id, sessions, on_duplicate, mac_rule, mac_most, mac_replace, framed_pool, address_list, reply_template)
         values ($1, $2, coalesce($3::smallint, 1), coalesce($4, 'drop_old'), coalesce($5, 'any'), coalesce($6::smallint, 1), coalesce($7, false), $8, $9, $10)
         on conflict (isp_id, package_id) do update
         set sessions = excluded.sessions, on_duplicate = excluded.on_duplicate, mac_rule = excluded.mac_rule, mac_most = excluded.mac_most,
             mac_replace = excluded.mac_replace, framed_pool = excluded.framed_pool, address_list = excluded.address_list,
             reply_template = excluded.reply_template",
        isp,
        package.0,
        small(draft.sessions),
        draft.on_duplicate.map(|rule| rule.slug()),
        draft.mac_rule,
        small(draft.mac_most),
        draft.mac_replace,
        draft.framed_pool,
        draft.address_list,
        draft.reply_template
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What one line has apart from its package, but for its networks: those are held.
pub async fn put_service(tx: &mut IspTx, service: ServiceId, draft: &AccessDraft) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into service_access (isp_id, service_id, sessions, on_duplicate, mac_rule, mac_most, mac_replace, framed_pool, address_list,
                                     reply_template)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (isp_id, service_id) do update
         set sessions = excluded.sessions, on_duplicate = excluded.on_duplicate, mac_rule = excluded.mac_rule, mac_most = excluded.mac_most,
             mac_replace = excluded.mac_replace, framed_pool = excluded.framed_pool, address_list = excluded.address_list,
             reply_template = excluded.reply_template",
        isp,
        service.0,
        small(draft.sessions),
        draft.on_duplicate.map(|rule| rule.slug()),
        draft.mac_rule,
        small(draft.mac_most),
        draft.mac_replace,
        draft.framed_pool,
        draft.address_list,
        draft.reply_template
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The rules of a package as its form has them; `None`: as usual.
pub async fn package_form(tx: &mut IspTx, package: PackageId) -> Result<Option<AccessForm>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select sessions, on_duplicate, mac_rule, mac_most, mac_replace, framed_pool, address_list, reply_template
         from package_access where isp_id = $1 and package_id = $2",
        isp,
        package.0
    );
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.map(|row| AccessForm {
        sessions: row.sessions.to_string(),
        on_duplicate: row.on_duplicate,
        mac_rule: row.mac_rule,
        mac_most: row.mac_most.to_string(),
        mac_replace: yes_or_no(row.mac_replace),
        framed_pool: row.framed_pool.unwrap_or_default(),
        address_list: row.address_list.unwrap_or_default(),
        reply_template: row.reply_template,
        ..AccessForm::default()
    }))
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes".into() } else { "no".into() }
}

/// What a line has apart from its package, as its form has it; empty: as the package says.
pub async fn service_form(tx: &mut IspTx, service: ServiceId) -> Result<AccessForm> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select sessions, on_duplicate, mac_rule, mac_most, mac_replace, framed_pool, address_list, ipv6_prefix, delegated_prefix, reply_template
         from service_access where isp_id = $1 and service_id = $2",
        isp,
        service.0
    );
    let number = |number: Option<i16>| number.map(|number| number.to_string()).unwrap_or_default();
    let network = |network: Option<IpNetwork>| network.map(|network| network.to_string()).unwrap_or_default();
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.map_or_else(AccessForm::default, |row| AccessForm {
        sessions: number(row.sessions),
        on_duplicate: row.on_duplicate.unwrap_or_default(),
        mac_rule: row.mac_rule.unwrap_or_default(),
        mac_most: number(row.mac_most),
        mac_replace: row.mac_replace.map(yes_or_no).unwrap_or_default(),
        framed_pool: row.framed_pool.unwrap_or_default(),
        address_list: row.address_list.unwrap_or_default(),
        ipv6_prefix: network(row.ipv6_prefix),
        delegated_prefix: network(row.delegated_prefix),
        reply_template: row.reply_template,
    }))
}

/// A device that is bound to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundMac {
    pub mac: String,
    /// `learnt` or `staff`.
    pub source: String,
    pub bound_at: DateTime<Utc>,
}

/// The devices that are bound to a line, the oldest first.
pub async fn macs(tx: &mut IspTx, service: ServiceId) -> Result<Vec<BoundMac>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        BoundMac,
        "select mac, source, bound_at from service_mac where isp_id = $1 and service_id = $2 order by bound_at, mac",
        isp,
        service.0
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Binds a device to a line. `false`: it was bound already.
pub async fn bind_mac(tx: &mut IspTx, service: ServiceId, mac: &str, at: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "insert into service_mac (isp_id, service_id, mac, source, bound_at) values ($1, $2, $3, 'staff', $4) on conflict do nothing",
        isp,
        service.0,
        mac,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a device off a line. `false`: it was not bound.
pub async fn unbind_mac(tx: &mut IspTx, service: ServiceId, mac: &str) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from service_mac where isp_id = $1 and service_id = $2 and mac = $3", isp, service.0, mac)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds a realm, or changes it.
pub async fn put_realm(tx: &mut IspTx, realm: &str, framed_pool: Option<&str>, mac_auth: bool) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into radius_realm (isp_id, realm, framed_pool, mac_auth) values ($1, $2, $3, $4)
         on conflict (isp_id, realm) do update set framed_pool = excluded.framed_pool, mac_auth = excluded.mac_auth",
        isp,
        realm,
        framed_pool,
        mac_auth
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An entry of the block list as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockRow {
    pub id: Uuid,
    pub kind: String,
    pub value: String,
    pub note: String,
    pub until: Option<DateTime<Utc>>,
    pub since: DateTime<Utc>,
    pub set_by: String,
}

/// Puts something on the block list; what is there already gets the new note and end.
pub async fn block(tx: &mut IspTx, draft: &BlockDraft, set_by: &str, now: DateTime<Utc>) -> Result<Uuid> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "insert into access_block (isp_id, id, kind, value, note, until, since, set_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (isp_id, kind, value) do update set note = excluded.note, until = excluded.until, set_by = excluded.set_by
         returning id",
        isp,
        Uuid::now_v7(),
        draft.kind.slug(),
        draft.value,
        draft.note,
        draft.until,
        now,
        set_by
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.id)
}

/// Takes something off the block list and answers with what it was.
pub async fn unblock(tx: &mut IspTx, id: Uuid) -> Result<Option<BlockRow>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        BlockRow,
        "delete from access_block where isp_id = $1 and id = $2 returning id, kind, value, note, until, since, set_by",
        isp,
        id
    );
    Ok(row.fetch_optional(tx.conn()).await?)
}

/// The block list, the newest first; what has ended is not there.
pub async fn block_list(tx: &mut IspTx, now: DateTime<Utc>) -> Result<Vec<BlockRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        BlockRow,
        "select id, kind, value, note, until, since, set_by from access_block
         where isp_id = $1 and (until is null or until > $2) order by since desc, id desc limit 1000",
        isp,
        now
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Lines with somebody online whom an entry of the block list is about: they have to go.
pub async fn online_of(tx: &mut IspTx, draft: &BlockDraft) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let rows = sqlx::query_scalar!(
        r#"select distinct r.service_id as "id!" from radius_session r
           left join service s on s.isp_id = $1 and s.id = r.service_id
           left join customer c on c.isp_id = $1 and c.id = s.customer_id
           where r.isp_id = $1 and r.stopped_at is null and r.service_id is not null
             and case $2::text when 'mac' then r.mac = $3 when 'mobile' then c.mobile = $3 else lower(r.username) = $3 end"#,
        isp,
        draft.kind.slug(),
        draft.value
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(ServiceId).collect())
}
