//! Rules of lines, devices that are bound to them, realms, and the block list, as the RADIUS service reads them; and
//! the one thing it writes: a device that it let in for the first time.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::access::{MacRule, OnDuplicate, Prefix, Rules, read_template};
use domain::{NasId, ServiceId};
use ipnetwork::IpNetwork;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// What is wrong with a stored template is not worth a subscriber's evening: it was checked when it was saved.
fn template(text: &str) -> Vec<domain::access::ReplyLine> {
    read_template("reply_template", text).unwrap_or_default()
}

struct Row {
    service_id: Uuid,
    package_id: Uuid,
    own_pool: bool,
    sessions: i32,
    on_duplicate: String,
    mac_rule: String,
    mac_most: i32,
    mac_replace: bool,
    framed_pool: Option<String>,
    address_list: Option<String>,
    ipv6_prefix: Option<IpNetwork>,
    delegated_prefix: Option<IpNetwork>,
    package_template: String,
    own_template: String,
    macs: Vec<String>,
}

impl Row {
    fn read(self, pools: &Pools) -> Result<(ServiceId, Rules)> {
        let mac = match self.mac_rule.as_str() {
            "fixed" => MacRule::Fixed,
            "learn" => MacRule::Learn { most: u16::try_from(self.mac_most).unwrap_or(1), replace_oldest: self.mac_replace },
            _ => MacRule::Any,
        };
        // What the line says of an attribute stands in the place of what its package says.
        let own = template(&self.own_template);
        let mut extra = template(&self.package_template);
        extra.retain(|line| !own.iter().any(|own| own.name == line.name));
        extra.extend(own);
        let rules = Rules {
            sessions: u16::try_from(self.sessions).unwrap_or(0),
            on_duplicate: known(OnDuplicate::from_slug(&self.on_duplicate), "duplicate rule", &self.on_duplicate)?,
            mac,
            macs: self.macs,
            framed_pool: self.framed_pool,
            pools: pools.get(&self.package_id).filter(|_| !self.own_pool).cloned().unwrap_or_else(|| Arc::new([])),
            address_list: self.address_list,
            ipv6_prefix: self.ipv6_prefix.and_then(prefix),
            delegated_prefix: self.delegated_prefix.and_then(prefix),
            extra,
        };
        Ok((ServiceId(self.service_id), rules))
    }
}

/// Pools of packages on routers; lines of one package share theirs.
type Pools = HashMap<Uuid, Arc<[(NasId, String)]>>;

async fn pools(tx: &mut IspTx) -> Result<Pools> {
    let mut found: HashMap<Uuid, Vec<(NasId, String)>> = HashMap::new();
    for (package, nas, pool) in crate::package_routers::pools(tx).await? {
        found.entry(package).or_default().push((nas, pool));
    }
    Ok(found.into_iter().map(|(package, pools)| (package, pools.into())).collect())
}

fn prefix(network: IpNetwork) -> Option<Prefix> {
    match network.network() {
        IpAddr::V6(address) => Some(Prefix { address, length: network.prefix() }),
        IpAddr::V4(_) => None,
    }
}

/// The rules of every line that has any but the common ones.
pub async fn all(tx: &mut IspTx) -> Result<Vec<(ServiceId, Rules)>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id as service_id, s.package_id, a.framed_pool is not null as "own_pool!", coalesce(a.sessions, p.sessions, 1) as "sessions!",
                  coalesce(a.on_duplicate, p.on_duplicate, 'drop_old') as "on_duplicate!", coalesce(a.mac_rule, p.mac_rule, 'any') as "mac_rule!",
                  coalesce(a.mac_most, p.mac_most, 1) as "mac_most!", coalesce(a.mac_replace, p.mac_replace, false) as "mac_replace!",
                  coalesce(a.framed_pool, p.framed_pool) as "framed_pool?", coalesce(a.address_list, p.address_list) as "address_list?",
                  a.ipv6_prefix as "ipv6_prefix?", a.delegated_prefix as "delegated_prefix?", coalesce(p.reply_template, '') as "package_template!",
                  coalesce(a.reply_template, '') as "own_template!", coalesce(m.macs, '{}') as "macs!"
           from service s
           left join package_access p on p.isp_id = $1 and p.package_id = s.package_id
           left join service_access a on a.isp_id = $1 and a.service_id = s.id
           left join (select service_id, array_agg(mac order by bound_at, mac) as macs from service_mac where isp_id = $1 group by service_id) m
             on m.service_id = s.id
           left join (select distinct package_id from package_router where isp_id = $1 and pool is not null) q on q.package_id = s.package_id
           where s.isp_id = $1 and s.status <> 'terminated' and (p.package_id is not null or a.service_id is not null or m.service_id is not null
                or q.package_id is not null)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let pools = pools(tx).await?;
    rows.into_iter().map(|row| row.read(&pools)).collect()
}

/// Those of some lines.
pub async fn of(tx: &mut IspTx, services: &[ServiceId]) -> Result<Vec<(ServiceId, Rules)>> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id as service_id, s.package_id, a.framed_pool is not null as "own_pool!", coalesce(a.sessions, p.sessions, 1) as "sessions!",
                  coalesce(a.on_duplicate, p.on_duplicate, 'drop_old') as "on_duplicate!", coalesce(a.mac_rule, p.mac_rule, 'any') as "mac_rule!",
                  coalesce(a.mac_most, p.mac_most, 1) as "mac_most!", coalesce(a.mac_replace, p.mac_replace, false) as "mac_replace!",
                  coalesce(a.framed_pool, p.framed_pool) as "framed_pool?", coalesce(a.address_list, p.address_list) as "address_list?",
                  a.ipv6_prefix as "ipv6_prefix?", a.delegated_prefix as "delegated_prefix?", coalesce(p.reply_template, '') as "package_template!",
                  coalesce(a.reply_template, '') as "own_template!", coalesce(m.macs, '{}') as "macs!"
           from service s
           left join package_access p on p.isp_id = $1 and p.package_id = s.package_id
           left join service_access a on a.isp_id = $1 and a.service_id = s.id
           left join (select service_id, array_agg(mac order by bound_at, mac) as macs from service_mac
                      where isp_id = $1 and service_id = any($2) group by service_id) m on m.service_id = s.id
           left join (select distinct package_id from package_router where isp_id = $1 and pool is not null) q on q.package_id = s.package_id
           where s.isp_id = $1 and s.id = any($2) and (p.package_id is not null or a.service_id is not null or m.service_id is not null
                or q.package_id is not null)"#,
        isp,
        &services
    )
    .fetch_all(tx.conn())
    .await?;
    let pools = pools(tx).await?;
    rows.into_iter().map(|row| row.read(&pools)).collect()
}

/// A realm that subscribers may write behind their name.
pub struct Realm {
    pub realm: String,
    pub framed_pool: Option<String>,
    pub mac_auth: bool,
}

pub async fn realms(tx: &mut IspTx) -> Result<Vec<Realm>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(Realm, "select realm, framed_pool, mac_auth from radius_realm where isp_id = $1", isp);
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// An entry of the block list that is about devices or names; `None`: for good.
pub struct Listed {
    pub kind: String,
    pub value: String,
    pub until: Option<DateTime<Utc>>,
}

pub async fn listed(tx: &mut IspTx) -> Result<Vec<Listed>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(Listed, "select kind, value, until from access_block where isp_id = $1 and kind <> 'mobile'", isp);
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Lines of subscribers whose mobile is on the block list; of `only` when it is given.
pub async fn listed_by_mobile(tx: &mut IspTx, only: Option<&[ServiceId]>) -> Result<Vec<(ServiceId, Option<DateTime<Utc>>)>> {
    let isp = tx.isp();
    let only: Option<Vec<Uuid>> = only.map(|services| services.iter().map(|id| id.0).collect());
    let rows = sqlx::query!(
        "select s.id, b.until from access_block b
         join customer c on c.isp_id = $1 and c.mobile = b.value
         join service s on s.isp_id = $1 and s.customer_id = c.id
         where b.isp_id = $1 and b.kind = 'mobile' and ($2::uuid[] is null or s.id = any($2))",
        isp,
        only as _
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.until)).collect())
}

/// Binds a device to a line, in the place of another when one is named, while the line has room for it. Two servers
/// that let in two devices in the same moment bind the first only.
pub async fn learn(tx: &mut IspTx, service: ServiceId, mac: &str, instead_of: Option<&str>, most: u16, at: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let locked = sqlx::query!("select id from service where isp_id = $1 and id = $2 for no key update", isp, service.0);
    if locked.fetch_optional(tx.conn()).await?.is_none() {
        return Ok(false);
    }
    if let Some(old) = instead_of {
        sqlx::query!("delete from service_mac where isp_id = $1 and service_id = $2 and mac = $3", isp, service.0, old)
            .execute(tx.conn())
            .await?;
    }
    let done = sqlx::query!(
        "insert into service_mac (isp_id, service_id, mac, source, bound_at)
         select $1, $2, $3, 'learnt', $4 where (select count(*) from service_mac where isp_id = $1 and service_id = $2) < $5
         on conflict do nothing",
        isp,
        service.0,
        mac,
        at,
        i64::from(most)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
