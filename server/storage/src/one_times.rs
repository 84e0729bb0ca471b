//! Links and codes that are good once: a new password, a way in without one, proof of an address. Hashes only. A platform
//! table: most of it is asked for before anybody is known.

use crate::Result;
use crate::db::sealed::Conn;
use chrono::{DateTime, TimeDelta, Utc};
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// One that is to be kept. Without a recipient nothing is sent and nothing opens: the name belongs to nobody.
#[derive(Clone, Debug)]
pub struct NewOneTime<'a> {
    pub id: Uuid,
    pub isp_id: Uuid,
    pub purpose: &'static str,
    pub asked: &'a str,
    pub ip: Option<IpAddr>,
    pub account_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    pub recipient: Option<&'a str>,
    pub hash: &'a [u8],
    pub expires_at: DateTime<Utc>,
}

/// One that is still good, or would be if its code were right.
#[derive(Clone, Debug)]
pub struct OneTime {
    pub id: Uuid,
    pub account_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    pub recipient: Option<String>,
    pub hash: Vec<u8>,
    pub tries: i16,
}

/// How often it was asked for lately.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The newest for this name.
    pub newest: Option<DateTime<Utc>>,
    /// The oldest of the last hour for this name, and how many there were.
    pub oldest_of_hour: Option<DateTime<Utc>>,
    pub in_hour: i64,
    /// From this address in a day.
    pub by_address: i64,
    /// Sent for this ISP in a day.
    pub of_isp: i64,
}

/// Counts what was asked for, one asker of a name at a time until the transaction ends.
pub async fn asked(tx: &mut impl Conn, isp: Uuid, purpose: &str, asked: &str, ip: Option<IpAddr>, now: DateTime<Utc>) -> Result<Asked> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1 || '|' || $2 || '|' || $3, 0))", isp.to_string(), purpose, asked)
        .execute(tx.conn())
        .await?;
    let row = sqlx::query_as!(
        Asked,
        r#"select n.newest, n.oldest as oldest_of_hour, n.n as "in_hour!",
             (select count(*) from one_time where ip = $4 and made_at > $6) as "by_address!",
             (select count(*) from one_time where isp_id = $1 and made_at > $6 and recipient is not null) as "of_isp!"
           from (select max(made_at) as newest, min(made_at) as oldest, count(*) as n from one_time
                 where isp_id = $1 and purpose = $2 and asked = $3 and made_at > $5) n"#,
        isp,
        purpose,
        asked,
        ip.map(IpNetwork::from) as Option<IpNetwork>,
        now - TimeDelta::hours(1),
        now - TimeDelta::days(1)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

/// How many went to this address since then, under whatever name they were asked for.
pub async fn sent_to(tx: &mut impl Conn, isp: Uuid, purpose: &str, recipient: &str, since: DateTime<Utc>) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from one_time where isp_id = $1 and purpose = $2 and recipient = $3 and made_at > $4"#,
        isp,
        purpose,
        recipient,
        since
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Keeps a new one; those of before for the same person and purpose are worth nothing from now on. What is older than two
/// days is swept away with it.
pub async fn make(tx: &mut impl Conn, new: &NewOneTime<'_>, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from one_time where made_at < $1", now - TimeDelta::days(2)).execute(tx.conn()).await?;
    sqlx::query!(
        "update one_time set used_at = $4 where isp_id = $1 and purpose = $2 and used_at is null
           and (asked = $3 or account_id = $5 or (account_id is null and customer_id = $6))",
        new.isp_id,
        new.purpose,
        new.asked,
        now,
        new.account_id,
        new.customer_id
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into one_time (id, isp_id, purpose, asked, ip, account_id, customer_id, recipient, hash, made_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.id,
        new.isp_id,
        new.purpose,
        new.asked,
        new.ip.map(IpNetwork::from) as Option<IpNetwork>,
        new.account_id,
        new.customer_id,
        new.recipient,
        new.hash,
        now,
        new.expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks the one behind a link, if it is still good.
pub async fn by_hash(tx: &mut impl Conn, isp: Uuid, purpose: &str, hash: &[u8], now: DateTime<Utc>) -> Result<Option<OneTime>> {
    let row = sqlx::query_as!(
        OneTime,
        "select id, account_id, customer_id, recipient, hash, tries from one_time
         where hash = $1 and isp_id = $2 and purpose = $3 and used_at is null and expires_at > $4 and recipient is not null for update",
        hash,
        isp,
        purpose,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Locks one by its id, if it is still good: a code is to be compared. One that went to nobody is there too, and its code
/// is never right.
pub async fn by_id(tx: &mut impl Conn, isp: Uuid, purpose: &str, id: Uuid, now: DateTime<Utc>) -> Result<Option<OneTime>> {
    let row = sqlx::query_as!(
        OneTime,
        "select id, account_id, customer_id, recipient, hash, tries from one_time
         where id = $1 and isp_id = $2 and purpose = $3 and used_at is null and expires_at > $4 for update",
        id,
        isp,
        purpose,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The newest of an account that is still good.
pub async fn of_account(tx: &mut impl Conn, account: Uuid, purpose: &str, now: DateTime<Utc>) -> Result<Option<OneTime>> {
    let row = sqlx::query_as!(
        OneTime,
        "select id, account_id, customer_id, recipient, hash, tries from one_time
         where account_id = $1 and purpose = $2 and used_at is null and expires_at > $3 order by made_at desc limit 1 for update",
        account,
        purpose,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// It opened what it was for.
pub async fn used(tx: &mut impl Conn, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update one_time set used_at = $2 where id = $1", id, now).execute(tx.conn()).await?;
    Ok(())
}

/// A wrong code; after `most` of them it is worth nothing.
pub async fn wrong(tx: &mut impl Conn, id: Uuid, most: i32, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update one_time set tries = tries + 1, used_at = case when tries + 1 >= $2 then $3 else used_at end where id = $1",
        id,
        most,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
