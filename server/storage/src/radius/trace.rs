//! What people need who look for the reason why somebody cannot come in: whose a name is, and what is on the block list
//! about him.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::{CustomerId, ServiceId};
use uuid::Uuid;

/// The line of a user name, or of a device that is bound to it.
pub async fn line_of(tx: &mut IspTx, username: &str, mac: Option<&str>) -> Result<Option<(ServiceId, CustomerId)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select s.id as "id!", s.customer_id as "customer_id!" from service s
           where s.isp_id = $1 and s.status <> 'terminated' and s.username_key = lower($2)
           union all
           select s.id, s.customer_id from service_mac m join service s on s.isp_id = $1 and s.id = m.service_id
           where m.isp_id = $1 and m.mac = $3 and s.status <> 'terminated' limit 1"#,
        isp,
        username,
        mac
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (ServiceId(row.id), CustomerId(row.customer_id))))
}

/// The note of what the block list says about a line, its subscriber's mobile, or a device.
pub async fn listed(
    tx: &mut IspTx,
    service: Option<ServiceId>,
    username: &str,
    mac: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let isp = tx.isp();
    let note = sqlx::query_scalar!(
        r#"select b.note from access_block b
           where b.isp_id = $1 and (b.until is null or b.until > $2)
             and (b.kind = 'username' and b.value = lower($3) or b.kind = 'mac' and b.value = $4
                  or b.kind = 'mobile' and b.value = (select c.mobile from service s join customer c on c.isp_id = $1 and c.id = s.customer_id
                                                      where s.isp_id = $1 and s.id = $5))
           limit 1"#,
        isp,
        now,
        username,
        mac,
        service.map(|id| id.0)
    );
    Ok(note.fetch_optional(tx.conn()).await?)
}

/// The device of a line's last attempt that told one.
pub async fn last_device(tx: &mut IspTx, service: ServiceId) -> Result<Option<String>> {
    let isp = tx.isp();
    let mac = sqlx::query_scalar!(
        "select a.mac from service s join auth_attempt a on a.isp_id = $1 and lower(a.username) = s.username_key
         where s.isp_id = $1 and s.id = $2 and a.mac is not null order by a.at desc limit 1",
        isp,
        service.0
    );
    Ok(mac.fetch_optional(tx.conn()).await?.flatten())
}

/// Lines of a customer that are not given up, by user name.
pub async fn lines_of(tx: &mut IspTx, customer: CustomerId) -> Result<Vec<(ServiceId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, username from service where isp_id = $1 and customer_id = $2 and status <> 'terminated' order by username_key",
        isp,
        customer.0
    );
    let rows: Vec<(Uuid, String)> = rows.fetch_all(tx.conn()).await?.into_iter().map(|row| (row.id, row.username)).collect();
    Ok(rows.into_iter().map(|(id, username)| (ServiceId(id), username)).collect())
}
