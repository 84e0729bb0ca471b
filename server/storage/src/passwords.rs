//! Passwords of accounts, of ISPs and of the platform: the one that holds, and those of before. Hashes only.

use crate::db::OwnTx;
use crate::db::sealed::Conn;
use crate::{IspTx, PlatformTx, Result};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The hash that holds and when it was set.
#[derive(Clone, Debug)]
pub struct Password {
    pub hash: String,
    pub set_at: DateTime<Utc>,
}

/// Locks the account: two changes at once follow each other.
pub async fn lock(tx: &mut OwnTx, account: Uuid) -> Result<Option<Password>> {
    match tx {
        OwnTx::Isp(tx) => of_isp(tx, account).await,
        OwnTx::Platform(tx) => of_platform(tx, account).await,
    }
}

async fn of_isp(tx: &mut IspTx, account: Uuid) -> Result<Option<Password>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Password,
        "select password_hash as hash, password_set_at as set_at from account where isp_id = $1 and id = $2 for update",
        isp,
        account
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

async fn of_platform(tx: &mut PlatformTx, account: Uuid) -> Result<Option<Password>> {
    let row = sqlx::query_as!(
        Password,
        "select password_hash as hash, password_set_at as set_at from platform_account where id = $1 for update",
        account
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Puts a new password in place and keeps the old one's hash among the last `keep`.
pub async fn set(tx: &mut OwnTx, account: Uuid, old: &Password, hash: &str, keep: i64, now: DateTime<Utc>) -> Result<()> {
    match tx {
        OwnTx::Isp(tx) => {
            let isp = tx.isp();
            sqlx::query!(
                "update account set password_hash = $3, password_set_at = $4, must_change = false, version = version + 1 where isp_id = $1 and id = $2",
                isp,
                account,
                hash,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        OwnTx::Platform(tx) => {
            sqlx::query!(
                "update platform_account set password_hash = $2, password_set_at = $3, must_change = false where id = $1",
                account,
                hash,
                now
            )
            .execute(tx.conn())
            .await?;
        }
    }
    sqlx::query!(
        "insert into password_past (account_id, set_at, hash) values ($1, $2, $3) on conflict do nothing",
        account,
        old.set_at,
        old.hash
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from password_past where account_id = $1 and set_at not in (
           select set_at from password_past where account_id = $1 order by set_at desc limit $2)",
        account,
        keep
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Hashes of the passwords of before, the newest first.
pub async fn past(tx: &mut impl Conn, account: Uuid) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select hash from password_past where account_id = $1 order by set_at desc", account)
        .fetch_all(tx.conn())
        .await?)
}
