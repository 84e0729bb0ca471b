//! What is said of a customer, read to be changed and saved over the version that was read.

use crate::zones::place;
use crate::{IspTx, Result};
use domain::places::Place;
use domain::{CustomerId, ZoneId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub name: String,
    pub mobile: Option<String>,
    pub email: Option<String>,
    pub national_id: Option<String>,
    pub address: Option<String>,
    pub zone: Option<ZoneId>,
    pub place: Option<Place>,
}

/// What the search text is made of beside the facts.
#[derive(Clone, Debug)]
pub struct Named {
    pub number: String,
    pub former_number: Option<String>,
    pub usernames: Vec<String>,
    pub version: i32,
}

/// Locked until the end of the transaction.
pub async fn lock(tx: &mut IspTx, id: CustomerId) -> Result<Option<(Facts, Named)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select number, former_number, name, mobile, email, national_id, address, zone_id, latitude, longitude, version,
             array(select username from service s where s.isp_id = $1 and s.customer_id = $2 order by s.id) as "usernames!"
           from customer where isp_id = $1 and id = $2 for update"#,
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let facts = Facts {
            name: row.name,
            mobile: row.mobile,
            email: row.email,
            national_id: row.national_id,
            address: row.address,
            zone: row.zone_id.map(ZoneId),
            place: place(row.latitude, row.longitude),
        };
        (facts, Named { number: row.number, former_number: row.former_number, usernames: row.usernames, version: row.version })
    }))
}

pub async fn save(tx: &mut IspTx, id: CustomerId, facts: &Facts, search_text: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update customer set name = $3, mobile = $4, email = $5, national_id = $6, address = $7, zone_id = $8, latitude = $9, longitude = $10,
           search_text = $11, version = version + 1
         where isp_id = $1 and id = $2",
        isp,
        id.0,
        facts.name,
        facts.mobile,
        facts.email,
        facts.national_id,
        facts.address,
        facts.zone.map(|zone| zone.0),
        facts.place.map(|place| place.latitude),
        facts.place.map(|place| place.longitude),
        search_text
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
