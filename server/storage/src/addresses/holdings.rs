//! Who holds which address since when: the one place that writes it. What a line has (`service.static_ip`, its networks of
//! version 6) follows by itself.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::addresses::{Holding, Range};
use domain::trust::Network;
use domain::{HoldingId, ServiceId};
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// What a line holds, as it is kept.
pub const KINDS: [&str; 3] = ["address", "prefix", "delegated"];

/// An address for a line.
#[derive(Clone, Debug)]
pub struct NewHolding {
    pub service: ServiceId,
    pub vrf: String,
    /// `address`, `prefix` or `delegated`.
    pub kind: &'static str,
    pub network: Network,
}

/// Gives addresses to lines, in one statement. Whoever has one of the kind already gives it back before.
pub async fn hold(tx: &mut IspTx, new: &[NewHolding], at: DateTime<Utc>) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_string());
    let ids: Vec<Uuid> = new.iter().map(|_| Uuid::now_v7()).collect();
    let services: Vec<Uuid> = new.iter().map(|holding| holding.service.0).collect();
    let vrfs: Vec<String> = new.iter().map(|holding| holding.vrf.clone()).collect();
    let kinds: Vec<String> = new.iter().map(|holding| holding.kind.to_string()).collect();
    let addresses = new.iter().map(|holding| super::stored(holding.network)).collect::<Result<Vec<IpNetwork>>>()?;
    sqlx::query!(
        "insert into address_holding (isp_id, id, vrf, address, kind, service_id, since, given_by)
         select $1, id, vrf, address, kind, service_id, $7, $8
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::inet[]) as u (id, service_id, vrf, kind, address)",
        isp,
        &ids,
        &services,
        &vrfs,
        &kinds,
        &addresses,
        at,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Row {
    id: Uuid,
    vrf: String,
    address: IpNetwork,
    kind: String,
    service_id: Uuid,
    username: Option<String>,
    customer_id: Option<Uuid>,
    customer: Option<String>,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    free_from: Option<DateTime<Utc>>,
    given_by: String,
    ended_by: Option<String>,
}

impl Row {
    fn holding(self) -> Holding {
        Holding {
            id: HoldingId(self.id),
            vrf: self.vrf,
            address: self.address.ip(),
            prefix: self.address.prefix(),
            kind: self.kind,
            service_id: self.service_id.into(),
            username: self.username,
            customer_id: self.customer_id.map(Into::into),
            customer: self.customer,
            since: self.since,
            until: self.until,
            free_from: self.free_from,
            given_by: self.given_by,
            ended_by: self.ended_by,
        }
    }
}

/// What a line holds now.
pub async fn held_by(tx: &mut IspTx, service: ServiceId) -> Result<Vec<Holding>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select h.id, h.vrf, h.address, h.kind, h.service_id, s.username as "username?", c.id as "customer_id?", c.name as "customer?",
                  h.since, h.until, h.free_from, h.given_by, h.ended_by
           from address_holding h left join service s on s.isp_id = $1 and s.id = h.service_id
           left join customer c on c.isp_id = $1 and c.id = s.customer_id
           where h.isp_id = $1 and h.service_id = $2 and h.until is null order by h.kind"#,
        isp,
        service.0
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(Row::holding).collect())
}

/// The line, locked until the transaction ends: two requests for it come one after the other. `None`: not there, or ended.
pub async fn lock_line(tx: &mut IspTx, service: ServiceId) -> Result<Option<(domain::CustomerId, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select customer_id, username from service where isp_id = $1 and id = $2 and status <> 'terminated' for no key update",
        isp,
        service.0
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|row| (row.customer_id.into(), row.username)))
}

/// Ends what a line holds of a kind; from `free_from` on somebody else may have it. Answers what it was.
pub async fn end(
    tx: &mut IspTx,
    service: ServiceId,
    kind: &str,
    at: DateTime<Utc>,
    free_from: DateTime<Utc>,
) -> Result<Option<(HoldingId, Network)>> {
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_string());
    let row = sqlx::query!(
        "update address_holding set until = greatest($4, since), free_from = greatest($5, since), ended_by = $6
         where isp_id = $1 and service_id = $2 and kind = $3 and until is null returning id, address",
        isp,
        service.0,
        kind,
        at,
        free_from,
        by
    );
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let network = known(Network::new(row.address.ip(), row.address.prefix()), "network", "")?;
    Ok(Some((row.id.into(), network)))
}

/// What is held or rests from one piece to an address, in order: at most `most`.
pub async fn taken(tx: &mut IspTx, vrf: &str, from: Network, last: IpAddr, now: DateTime<Utc>, most: i64) -> Result<Vec<Range>> {
    let isp = tx.isp();
    let rows = sqlx::query_scalar!(
        "select address from address_holding
         where isp_id = $1 and vrf = $2 and address between $3 and $4 and (until is null or free_from > $5) order by address limit $6",
        isp,
        vrf,
        super::stored(from)?,
        IpNetwork::from(last),
        now,
        most
    );
    let range = |address: IpNetwork| Network::new(address.ip(), address.prefix()).map(Range::of);
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().filter_map(range).collect())
}

/// Who holds this address or a network that meets it, or held it so lately that it rests.
pub async fn holder(tx: &mut IspTx, vrf: &str, network: Network, now: DateTime<Utc>) -> Result<Option<Holding>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Row,
        r#"select h.id, h.vrf, h.address, h.kind, h.service_id, s.username as "username?", c.id as "customer_id?", c.name as "customer?",
                  h.since, h.until, h.free_from, h.given_by, h.ended_by
           from address_holding h left join service s on s.isp_id = $1 and s.id = h.service_id
           left join customer c on c.isp_id = $1 and c.id = s.customer_id
           where h.isp_id = $1 and h.vrf = $2 and (h.until is null or h.free_from > $4)
             and (h.address = $3 or (family($3) = 6 and h.address && $3))
           order by h.until nulls first, h.since desc limit 1"#,
        isp,
        vrf,
        super::stored(network)?,
        now
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(Row::holding))
}

/// What to look for in the history.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub within: Option<Network>,
    pub vrf: Option<String>,
    pub at: Option<DateTime<Utc>>,
    /// Only what is held now.
    pub open: bool,
}

/// Who held what, the newest first.
pub async fn history(tx: &mut IspTx, wanted: &Wanted, most: i64, offset: i64) -> Result<(Vec<Holding>, i64)> {
    let isp = tx.isp();
    let within = wanted.within.map(super::stored).transpose()?;
    let rows = sqlx::query_as!(
        Row,
        r#"select h.id, h.vrf, h.address, h.kind, h.service_id, s.username as "username?", c.id as "customer_id?", c.name as "customer?",
                  h.since, h.until, h.free_from, h.given_by, h.ended_by
           from address_holding h left join service s on s.isp_id = $1 and s.id = h.service_id
           left join customer c on c.isp_id = $1 and c.id = s.customer_id
           where h.isp_id = $1 and ($2::inet is null or h.address && $2) and ($3::text is null or h.vrf = $3)
             and ($4::timestamptz is null or (h.since <= $4 and (h.until is null or h.until > $4)))
             and (not $5 or h.until is null)
           order by h.since desc, h.id desc limit $6 offset $7"#,
        isp,
        within,
        wanted.vrf,
        wanted.at,
        wanted.open,
        most,
        offset
    );
    let rows: Vec<Holding> = rows.fetch_all(tx.conn()).await?.into_iter().map(Row::holding).collect();
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from address_holding h
           where h.isp_id = $1 and ($2::inet is null or h.address && $2) and ($3::text is null or h.vrf = $3)
             and ($4::timestamptz is null or (h.since <= $4 and (h.until is null or h.until > $4)))
             and (not $5 or h.until is null)"#,
        isp,
        within,
        wanted.vrf,
        wanted.at,
        wanted.open
    );
    Ok((rows, total.fetch_one(tx.conn()).await?))
}

/// Addresses (given one by one) that somebody holds in a range: for the map of a network.
pub async fn addresses_held(tx: &mut IspTx, vrf: &str, within: Range, now: DateTime<Utc>) -> Result<Vec<(IpAddr, bool, Option<String>)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select h.address, h.until is null as "held!", s.username as "username?" from address_holding h
           left join service s on s.isp_id = $1 and s.id = h.service_id
           where h.isp_id = $1 and h.vrf = $2 and h.address between $3 and $4 and (h.until is null or h.free_from > $5)
           order by h.address limit 1024"#,
        isp,
        vrf,
        IpNetwork::from(within.first()),
        IpNetwork::from(within.last()),
        now
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|row| (row.address.ip(), row.held, row.username)).collect())
}
