//! Customers without their lines, for whoever walks through all of them.

use crate::db::currency;
use crate::zones::place;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::places::Place;
use domain::{BillingProfileId, CustomerId, Money, ZoneId};
use uuid::Uuid;

/// Which customers are wanted.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// Words to find in name, number, mobile, email or user name.
    pub search: String,
    pub number: Option<String>,
    pub mobile: Option<String>,
    /// This one, or one below it.
    pub zone: Option<ZoneId>,
}

/// A customer without his lines.
#[derive(Clone, Debug)]
pub struct CustomerHead {
    pub id: CustomerId,
    pub number: String,
    pub name: String,
    pub mobile: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub national_id: Option<String>,
    pub zone: Option<ZoneId>,
    pub place: Option<Place>,
    pub billing_profile_id: BillingProfileId,
    pub since: DateTime<Utc>,
    pub due: Money,
    pub overdue: Money,
    pub credit: Money,
    pub version: i32,
}

/// Customers behind `after` in the order of their ids, which is the order in which they came.
pub async fn behind(tx: &mut IspTx, filter: &CustomerFilter, after: Uuid, limit: i64, today: NaiveDate) -> Result<Vec<CustomerHead>> {
    let isp = tx.isp();
    let words = crate::words::each_word(&filter.search);
    let zones = match filter.zone {
        None => None,
        Some(zone) => Some(crate::zones::below(tx, zone).await?),
    };
    let rows = sqlx::query!(
        r#"select c.id, c.number, c.name, c.mobile, c.email, c.address, c.national_id, c.zone_id, c.latitude, c.longitude,
             c.billing_profile_id, c.created_at, c.version, i.currency,
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0), 0)::bigint as "due!",
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0 and v.due_on < $3), 0)::bigint as "overdue!",
             coalesce((select -sum(amount_minor) from posting p where p.isp_id = $1 and p.account = 'customer_advance' and p.party_id = c.id), 0)::bigint as "credit!"
           from customer c join isp i on i.id = c.isp_id
           where c.isp_id = $1 and c.id > $2 and (cardinality($4::text[]) = 0 or c.search_text like all($4))
             and ($5::text is null or c.number = $5) and ($6::text is null or c.mobile = $6)
             and ($8::uuid[] is null or c.zone_id = any($8))
           order by c.id limit $7"#,
        isp,
        after,
        today,
        &words,
        filter.number,
        filter.mobile,
        limit,
        zones.as_deref()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = currency(&row.currency)?;
            Ok(CustomerHead {
                id: row.id.into(),
                number: row.number,
                name: row.name,
                mobile: row.mobile,
                email: row.email,
                address: row.address,
                national_id: row.national_id,
                zone: row.zone_id.map(ZoneId),
                place: place(row.latitude, row.longitude),
                billing_profile_id: row.billing_profile_id.into(),
                since: row.created_at,
                due: Money::new(row.due, currency),
                overdue: Money::new(row.overdue, currency),
                credit: Money::new(row.credit, currency),
                version: row.version,
            })
        })
        .collect()
}
