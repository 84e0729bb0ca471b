//! What counting and rolling up use costs by the shortest SQL there is.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ServiceId;
use uuid::Uuid;

/// Lines to count for.
pub async fn lines(tx: &mut IspTx) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!("select id from service where isp_id = $1 order by id", isp).fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(ServiceId).collect())
}

/// A table as bare as it can be, without isp_id and without policies.
pub async fn prepare(tx: &mut IspTx) -> Result<()> {
    for statement in [
        "create temporary table bare_slot (hour timestamptz, service_id uuid, slot integer, up bigint, down bigint, primary key (hour, service_id, slot))",
        "create temporary table bare_day (service_id uuid, day date, up bigint, down bigint, primary key (service_id, day))",
        "create temporary table bare_hour (hour timestamptz, service_id uuid, up bigint, down bigint, primary key (hour, service_id))",
    ] {
        sqlx::query(statement).execute(tx.conn()).await?;
    }
    Ok(())
}

/// One row for each line and five minutes, and its day.
pub async fn bare_count(tx: &mut IspTx, services: &[ServiceId], hour: DateTime<Utc>, slot: i32, day: NaiveDate) -> Result<()> {
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query("insert into bare_slot select $2, s, $3, 1000, 2000 from unnest($1::uuid[]) s")
        .bind(&ids)
        .bind(hour)
        .bind(slot)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "insert into bare_day as d select s, $2, 1000, 2000 from unnest($1::uuid[]) s
         on conflict (service_id, day) do update set up = d.up + excluded.up, down = d.down + excluded.down",
    )
    .bind(&ids)
    .bind(day)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sums of hours, and their slots gone.
pub async fn bare_roll_up(tx: &mut IspTx) -> Result<()> {
    sqlx::query("insert into bare_hour select hour, service_id, sum(up), sum(down) from bare_slot group by hour, service_id")
        .execute(tx.conn())
        .await?;
    sqlx::query("delete from bare_slot").execute(tx.conn()).await?;
    Ok(())
}

/// Octets on disk of slots with their index, and how many rows those are.
pub async fn slot_size(tx: &mut IspTx) -> Result<(i64, i64)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select pg_total_relation_size('usage_slot') as "octets!", (select count(*) from usage_slot where isp_id = $1) as "rows!""#,
        isp
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.octets, row.rows))
}
