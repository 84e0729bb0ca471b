//! The lock itself: no ISP said, no rows; another ISP said, no rows; a role that could see through is refused.

use domain::people::Caller;
use storage::{Db, Error};
use testkit::world;

#[tokio::test]
async fn without_an_isp_there_is_nothing() {
    let world = world("2026-11-01T00:00:00Z").await;
    let mut raw = world.db.raw().await;
    let seen: i64 = sqlx::query_scalar("select count(*) from billing_profile").fetch_one(&mut raw).await.unwrap();
    assert_eq!(seen, 0);
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from billing_profile").fetch_one(&mut raw).await.unwrap();
    assert_eq!(seen, 1, "padma's own and not meghna's");
}

#[tokio::test]
async fn nobody_writes_into_another_isp() {
    let world = world("2026-11-01T00:00:00Z").await;
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let written = sqlx::query("insert into ledger_account (isp_id, code, kind) values ($1, 'foreign', 'asset')")
        .bind(world.meghna.id.0)
        .execute(&mut raw)
        .await;
    assert!(written.unwrap_err().to_string().contains("row-level security"));
}

#[tokio::test]
async fn a_connection_that_served_one_isp_serves_the_next_one_cleanly() {
    let world = world("2026-11-01T00:00:00Z").await;
    let one = Db::connect(&world.db.url, 1).await.unwrap();
    for isp in [&world.padma, &world.meghna, &world.padma] {
        let mut tx = one.isp(&Caller::system(isp.id, "test")).await.unwrap();
        let profiles = storage::billing_profiles::list(&mut tx).await.unwrap();
        assert_eq!(profiles.iter().map(|profile| profile.id).collect::<Vec<_>>(), [isp.profile]);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_told_from_a_fault() {
    let missing = Db::connect("postgres:///nothing?host=/nonexistent&user=nobody", 1).await;
    assert!(matches!(missing, Err(Error::Away(_))));
}
