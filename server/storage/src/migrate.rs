//! Brings a database to the newest schema: ours, and the job queue's in a schema of its own. Safe to call from several
//! servers at once.

use crate::{Error, Result};
use sqlx::PgPool;

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The schema the job queue lives in.
pub const QUEUE_SCHEMA: &str = "graphile_worker";

pub async fn migrate(pool: &PgPool) -> Result<()> {
    MIGRATOR.run(pool).await?;
    // The queue's migrator takes no lock of its own, so two servers that start together would collide.
    let mut guard = pool.begin().await?;
    sqlx::query!("select pg_advisory_xact_lock(7201)").execute(&mut *guard).await?;
    graphile_worker_migrations::migrate(pool.clone(), QUEUE_SCHEMA)
        .await
        .map_err(|error| Error::Corrupt(format!("job queue schema: {error}")))?;
    guard.commit().await?;
    Ok(())
}
