//! Whose customers somebody's are: counting a branch's, and moving them to another one. A move changes one path; bills,
//! payments and lines hang on the customer and go with him.

use crate::{IspTx, Result};
use domain::{AccountId, CustomerId};
use uuid::Uuid;

/// A customer's name and his seller; `None`: the ISP itself.
pub async fn of(tx: &mut IspTx, id: CustomerId) -> Result<Option<(String, Option<(AccountId, String)>)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select c.name, a.id as "seller?", a.name as "seller_name?" from customer c
           left join account a on a.isp_id = $1 and a.owner_path = c.owner_path and c.owner_path <> '/'
             and a.role in ('reseller', 'sub_reseller')
           where c.isp_id = $1 and c.id = $2"#,
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.name, row.seller.map(|seller| (seller.into(), row.seller_name.unwrap_or_default())))))
}

/// Customers of a branch and everything below it.
pub async fn count(tx: &mut IspTx, path: &str) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from customer where isp_id = $1 and starts_with(owner_path, $2)"#, isp, path)
        .fetch_one(tx.conn())
        .await?)
}

/// All of them, locked until the end: nobody is moved twice at once.
pub async fn lock_branch(tx: &mut IspTx, path: &str) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let ids =
        sqlx::query_scalar!("select id from customer where isp_id = $1 and starts_with(owner_path, $2) order by id for update", isp, path)
            .fetch_all(tx.conn())
            .await?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Those of them that are there for the caller, locked.
pub async fn lock(tx: &mut IspTx, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = sqlx::query_scalar!("select id from customer where isp_id = $1 and id = any($2) order by id for update", isp, &wanted)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Who holds a package that the new owner would not see: it belongs to a seller outside his branch.
pub async fn stuck(tx: &mut IspTx, ids: &[CustomerId], to: &str) -> Result<Vec<(CustomerId, String, String)>> {
    let isp = tx.isp();
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select distinct c.id, c.name, p.name as package from customer c
         join service s on s.isp_id = $1 and s.customer_id = c.id and s.status <> 'terminated'
         join package p on p.isp_id = $1 and p.id = s.package_id
         where c.isp_id = $1 and c.id = any($2) and p.seller_path <> '/' and not starts_with(p.seller_path, $3)
         order by c.name limit 100",
        isp,
        &wanted,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (CustomerId(row.id), row.name, row.package)).collect())
}

/// Gives them to another branch; answers with whom that changed and where each was.
pub async fn set(tx: &mut IspTx, ids: &[CustomerId], to: &str) -> Result<Vec<(CustomerId, String)>> {
    let isp = tx.isp();
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "with was as (select id, owner_path from customer where isp_id = $1 and id = any($2) and owner_path <> $3)
         update customer c set owner_path = $3, version = version + 1 from was w
         where c.isp_id = $1 and c.id = w.id returning c.id, w.owner_path as was",
        isp,
        &wanted,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (CustomerId(row.id), row.was)).collect())
}
