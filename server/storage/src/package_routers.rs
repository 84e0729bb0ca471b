//! What packages are on routers: the profile and the pool that their lines have there.

use crate::error::known;
use crate::{IspTx, Result};
use domain::routers::AuthMode;
use domain::{PackageId, RouterId};
use uuid::Uuid;

/// A package on a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRouter {
    pub package: PackageId,
    pub package_name: String,
    pub router: RouterId,
    pub router_name: String,
    pub profile: Option<String>,
    pub pool: Option<String>,
}

/// What is said of a package, of a router, or of both.
pub async fn list(tx: &mut IspTx, package: Option<PackageId>, router: Option<RouterId>) -> Result<Vec<OnRouter>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select m.package_id, p.name as package_name, m.router_id, r.name as router_name, m.profile, m.pool from package_router m
         join package p on p.isp_id = $1 and p.id = m.package_id join router r on r.isp_id = $1 and r.id = m.router_id
         where m.isp_id = $1 and ($2::uuid is null or m.package_id = $2) and ($3::uuid is null or m.router_id = $3)
         order by lower(p.name), lower(r.name)",
        isp,
        package.map(|id| id.0),
        router.map(|id| id.0)
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter().map(|row| OnRouter {
        package: row.package_id.into(),
        package_name: row.package_name,
        router: row.router_id.into(),
        router_name: row.router_name,
        profile: row.profile,
        pool: row.pool,
    });
    Ok(rows.collect())
}

/// Says what a package is on a router; neither profile nor pool: nothing.
pub async fn put(tx: &mut IspTx, package: PackageId, router: RouterId, profile: Option<&str>, pool: Option<&str>) -> Result<()> {
    let isp = tx.isp();
    if profile.is_none() && pool.is_none() {
        sqlx::query!("delete from package_router where isp_id = $1 and package_id = $2 and router_id = $3", isp, package.0, router.0)
            .execute(tx.conn())
            .await?;
        return Ok(());
    }
    sqlx::query!(
        "insert into package_router (isp_id, package_id, router_id, profile, pool) values ($1, $2, $3, $4, $5)
         on conflict (isp_id, package_id, router_id) do update set profile = excluded.profile, pool = excluded.pool
         where (package_router.profile, package_router.pool) is distinct from (excluded.profile, excluded.pool)",
        isp,
        package.0,
        router.0,
        profile,
        pool
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same where nothing is said yet.
pub async fn add(tx: &mut IspTx, package: PackageId, router: RouterId, profile: &str, pool: Option<&str>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into package_router (isp_id, package_id, router_id, profile, pool) values ($1, $2, $3, $4, $5) on conflict do nothing",
        isp,
        package.0,
        router.0,
        profile,
        pool
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A router: whether it keeps lines itself, and whether it knows a package.
#[derive(Clone, Debug)]
pub struct Standing {
    pub name: String,
    pub mode: AuthMode,
    pub profile: Option<String>,
}

/// How a package stands on a router.
pub async fn standing(tx: &mut IspTx, router: RouterId, package: PackageId) -> Result<Option<Standing>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select r.name, r.auth_mode, m.profile as "profile?" from router r
           left join package_router m on m.isp_id = $1 and m.router_id = r.id and m.package_id = $3
           where r.isp_id = $1 and r.id = $2"#,
        isp,
        router.0,
        package.0
    );
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let mode = known(AuthMode::from_slug(&row.auth_mode), "mode of a router", &row.auth_mode)?;
    Ok(Some(Standing { name: row.name, mode, profile: row.profile }))
}

/// Pools by RADIUS client that lines of each package get there.
pub async fn pools(tx: &mut IspTx) -> Result<Vec<(Uuid, domain::NasId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select m.package_id, r.nas_id as "nas_id!", m.pool as "pool!" from package_router m join router r on r.isp_id = $1 and r.id = m.router_id
           where m.isp_id = $1 and m.pool is not null and r.nas_id is not null and r.status = 'active' order by m.package_id, r.nas_id"#,
        isp
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|row| (row.package_id, row.nas_id.into(), row.pool)).collect())
}
