//! Second factors and their recovery codes, of accounts of ISPs and of the platform. Seeds are sealed, codes are hashes;
//! neither leaves as anything else.

use crate::Result;
use crate::db::sealed::Conn;
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct SecondFactor {
    pub seed: Vec<u8>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub last_step: i64,
    pub codes_shown: Option<Vec<u8>>,
    pub codes_until: Option<DateTime<Utc>>,
    pub codes_left: i64,
}

pub async fn of(tx: &mut impl Conn, account: Uuid) -> Result<Option<SecondFactor>> {
    let row = sqlx::query_as!(
        SecondFactor,
        r#"select seed, confirmed_at, last_step, codes_shown, codes_until,
             (select count(*) from recovery_code c where c.account_id = $1 and c.used_at is null) as "codes_left!"
           from second_factor where account_id = $1"#,
        account
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The one that is asked for; one that waits to be proven is none yet.
pub async fn in_use(tx: &mut impl Conn, account: Uuid) -> Result<Option<SecondFactor>> {
    Ok(of(tx, account).await?.filter(|factor| factor.confirmed_at.is_some()))
}

/// Like `of`, locked: guesses follow each other.
pub async fn lock(tx: &mut impl Conn, account: Uuid) -> Result<Option<SecondFactor>> {
    sqlx::query!("select account_id from second_factor where account_id = $1 for update", account).fetch_optional(tx.conn()).await?;
    of(tx, account).await
}

/// A seed that waits to be confirmed, instead of another that waits; one that is in use stays. `true`: it was taken.
pub async fn propose(tx: &mut impl Conn, account: Uuid, seed: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "insert into second_factor as f (account_id, seed, created_at) values ($1, $2, $3)
         on conflict (account_id) do update set seed = $2, created_at = $3, last_step = 0 where f.confirmed_at is null",
        account,
        seed,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes the code of a period, once; `false`: it or a later one was taken before.
pub async fn take_step(tx: &mut impl Conn, account: Uuid, step: i64) -> Result<bool> {
    let done = sqlx::query!("update second_factor set last_step = $2 where account_id = $1 and last_step < $2", account, step)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Puts a factor that waited into use.
pub async fn confirm(tx: &mut impl Conn, account: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("update second_factor set confirmed_at = $2 where account_id = $1 and confirmed_at is null", account, now)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// New recovery codes instead of all of before, with the sealed list that is shown until it was kept.
pub async fn set_codes(tx: &mut impl Conn, account: Uuid, hashes: &[Vec<u8>], shown: &[u8], until: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from recovery_code where account_id = $1", account).execute(tx.conn()).await?;
    sqlx::query!("insert into recovery_code (account_id, hash) select $1, hash from unnest($2::bytea[]) as v (hash)", account, hashes)
        .execute(tx.conn())
        .await?;
    sqlx::query!("update second_factor set codes_shown = $2, codes_until = $3 where account_id = $1", account, shown, until)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The list was kept: nobody sees it again.
pub async fn forget_shown(tx: &mut impl Conn, account: Uuid) -> Result<()> {
    sqlx::query!("update second_factor set codes_shown = null, codes_until = null where account_id = $1", account)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Takes a recovery code, once.
pub async fn take_code(tx: &mut impl Conn, account: Uuid, hash: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let done =
        sqlx::query!("update recovery_code set used_at = $3 where account_id = $1 and hash = $2 and used_at is null", account, hash, now)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a factor and its codes away.
pub async fn drop(tx: &mut impl Conn, account: Uuid) -> Result<bool> {
    let done = sqlx::query!("delete from second_factor where account_id = $1", account).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}
