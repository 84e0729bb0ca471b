//! The services that a run has to look at, with everything their bills must say.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::ServiceId;
use domain::billing::{Billable, Tax};
use domain::packages::Validity;
use uuid::Uuid;

/// A service with what its invoice and its list row must say.
#[derive(Clone, Debug)]
pub struct ToBill {
    pub billable: Billable,
    pub customer_name: String,
    pub customer_number: String,
    pub customer_address: Option<String>,
    pub username: String,
    pub package: String,
    /// IANA zone of the customer's billing profile, if it has its own.
    pub profile_zone: Option<String>,
    pub auto_suspend: bool,
}

/// Up to `limit` active services, in order of id after `after`, that have a day up to `on` which no invoice covers.
pub async fn to_bill(tx: &mut IspTx, on: NaiveDate, after: Option<ServiceId>, limit: i64) -> Result<Vec<ToBill>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select s.id, s.customer_id, s.username, s.billed_until, c.name, c.number, c.address, p.name as package,
             o.price_minor as "price_minor!", p.currency, p.validity_unit, p.validity_count,
             t.rate as "tax_rate?", t.inclusive as "tax_inclusive?", b.billing_day, b.due_days, b.grace_days, b.time_zone, b.auto_suspend
           from service s
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           left join tax_profile t on t.isp_id = $1 and t.id = p.tax_profile_id
           cross join lateral service_price_on(s.isp_id, s.id, $2) o
           where s.isp_id = $1 and s.status = 'active' and s.billed_until <= $2 and s.id > $3
           order by s.id limit $4"#,
        isp,
        on,
        after.map_or(Uuid::nil(), |id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let validity = known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?;
            let tax = row.tax_rate.map(|rate| Tax { rate, inclusive: row.tax_inclusive.unwrap_or_default() });
            Ok(ToBill {
                billable: Billable {
                    service_id: row.id.into(),
                    customer_id: row.customer_id.into(),
                    description: row.package.clone(),
                    price_minor: row.price_minor,
                    currency: currency(&row.currency)?,
                    validity,
                    tax,
                    billed_until: row.billed_until,
                    billing_day: row.billing_day.unsigned_abs(),
                    due_days: row.due_days.unsigned_abs(),
                    grace_days: row.grace_days.unsigned_abs(),
                },
                customer_name: row.name,
                customer_number: row.number,
                customer_address: row.address,
                username: row.username,
                package: row.package,
                profile_zone: row.time_zone,
                auto_suspend: row.auto_suspend,
            })
        })
        .collect()
}

/// How many services `to_bill` would find in all.
pub async fn count_to_bill(tx: &mut IspTx, on: NaiveDate) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select count(*) as \"n!\" from service where isp_id = $1 and status = 'active' and billed_until <= $2",
        isp,
        on
    )
    .fetch_one(tx.conn())
    .await?)
}
