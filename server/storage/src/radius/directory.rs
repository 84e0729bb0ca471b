//! What the RADIUS service keeps in memory: the lines of an ISP with their sealed passwords.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::access::Line;
use domain::{IspId, ServiceId};
use ipnetwork::IpNetwork;
use uuid::Uuid;

/// A line that may ask to be let in.
pub struct DirectoryLine {
    /// `blocked` tells nothing here: see `held`.
    pub line: Line,
    pub username: String,
    pub secret_sealed: Vec<u8>,
    pub held: Held,
}

/// Until when something holds a line down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    No,
    Until(DateTime<Utc>),
    Open,
}

struct Row {
    id: Uuid,
    customer_id: Uuid,
    username: String,
    secret_sealed: Vec<u8>,
    status: String,
    expires_at: Option<DateTime<Utc>>,
    cutoff_at: Option<DateTime<Utc>>,
    static_ip: Option<IpNetwork>,
    up_kbps: Option<i32>,
    down_kbps: Option<i32>,
    held_open: Option<bool>,
    held_until: Option<DateTime<Utc>>,
}

impl From<Row> for DirectoryLine {
    fn from(row: Row) -> Self {
        let held = match (row.held_open, row.held_until) {
            (Some(true), _) => Held::Open,
            (_, Some(until)) => Held::Until(until),
            _ => Held::No,
        };
        let line = Line {
            service_id: row.id.into(),
            customer_id: row.customer_id.into(),
            blocked: held != Held::No,
            pending: row.status == "pending",
            expires_at: row.expires_at,
            cutoff_at: row.cutoff_at,
            up_kbps: row.up_kbps.map(i32::unsigned_abs),
            down_kbps: row.down_kbps.map(i32::unsigned_abs),
            static_ip: row.static_ip.map(|network| network.ip()),
        };
        Self { line, username: row.username, secret_sealed: row.secret_sealed, held }
    }
}

/// Every line of the ISP.
pub async fn lines(tx: &mut IspTx) -> Result<Vec<DirectoryLine>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id, s.customer_id, s.username, s.secret_sealed, s.status, s.expires_at, s.cutoff_at, s.static_ip,
                  p.up_kbps, p.down_kbps, b.open as "held_open?", b.until as "held_until?"
           from service s
           join package p on p.isp_id = s.isp_id and p.id = s.package_id
           left join (select service_id, bool_or(until is null) as open, max(until) as until from service_block where isp_id = $1 group by service_id) b
             on b.service_id = s.id
           where s.isp_id = $1 and s.status <> 'terminated'"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(DirectoryLine::from).collect())
}

/// Those of some services that may still ask.
pub async fn lines_of(tx: &mut IspTx, services: &[ServiceId]) -> Result<Vec<DirectoryLine>> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id, s.customer_id, s.username, s.secret_sealed, s.status, s.expires_at, s.cutoff_at, s.static_ip,
                  p.up_kbps, p.down_kbps, b.open as "held_open?", b.until as "held_until?"
           from service s
           join package p on p.isp_id = s.isp_id and p.id = s.package_id
           left join (select service_id, bool_or(until is null) as open, max(until) as until from service_block
                      where isp_id = $1 and service_id = any($2) group by service_id) b
             on b.service_id = s.id
           where s.isp_id = $1 and s.id = any($2) and s.status <> 'terminated'"#,
        isp,
        &services
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(DirectoryLine::from).collect())
}

/// What a notification on the channel `subscriber` says: something of an ISP, or one service of it.
pub fn read_notice(payload: &str) -> Option<(IspId, Option<ServiceId>)> {
    match payload.split_once(':') {
        Some((isp, service)) => Some((isp.parse().ok()?, Some(service.parse().ok()?))),
        None => Some((payload.parse().ok()?, None)),
    }
}
