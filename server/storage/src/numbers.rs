//! Gap-free numbers: the series' row is locked by the transaction that uses the numbers, so they are given up together
//! with it when it fails.

use crate::{IspTx, Result};

/// Takes `count` numbers of a series and returns the first. Whoever comes second waits for the first to commit.
pub async fn take(tx: &mut IspTx, series: &str, count: i64) -> Result<i64> {
    let isp = tx.isp();
    let next = sqlx::query_scalar!(
        "insert into number_series as s (isp_id, series, next) values ($1, $2, 1 + $3::bigint)
         on conflict (isp_id, series) do update set next = s.next + $3::bigint
         returning next",
        isp,
        series,
        count
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(next - count)
}

/// Locks a series without taking a number: everybody who issues in it stands in line behind this transaction.
pub async fn lock(tx: &mut IspTx, series: &str) -> Result<()> {
    take(tx, series, 0).await.map(|_| ())
}
