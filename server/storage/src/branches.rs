//! Branches of an ISP, a tree with a default one that is always there, and who is held to which. Customers without a branch
//! of their own belong to the default one.

use crate::{IspTx, Result};
use domain::people::{Branch, BranchForm};
use domain::{AccountId, BranchId, CustomerId};
use uuid::Uuid;

/// Makes the one that is always there, once.
pub async fn create_default(tx: &mut IspTx, name: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into branch (isp_id, id, name, is_default) values ($1, $2, $3, true) on conflict do nothing",
        isp,
        Uuid::now_v7(),
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All of them, with how many customers each has and how many people are held to it.
pub async fn all(tx: &mut IspTx) -> Result<Vec<Branch>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with counted as (select branch_id, count(*) as n from customer where isp_id = $1 group by branch_id),
           held as (select branch_id, count(*) as n from account_branch where isp_id = $1 group by branch_id)
           select b.id, b.parent_id, b.name, b.is_default, b.version,
             coalesce((select sum(c.n)::bigint from counted c where c.branch_id = b.id or b.is_default and c.branch_id is null), 0) as "customers!",
             coalesce((select h.n from held h where h.branch_id = b.id), 0) as "people!"
           from branch b where b.isp_id = $1 order by b.is_default desc, lower(b.name)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Branch {
            id: row.id.into(),
            parent: row.parent_id.map(BranchId),
            name: row.name,
            is_default: row.is_default,
            customers: row.customers,
            people: row.people,
            version: row.version,
        })
        .collect())
}

pub async fn create(tx: &mut IspTx, id: BranchId, form: &BranchForm) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into branch (isp_id, id, parent_id, name) values ($1, $2, $3, $4)",
        isp,
        id.0,
        form.parent.map(|parent| parent.0),
        form.name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves over the version that was read; `false`: somebody was faster.
pub async fn update(tx: &mut IspTx, id: BranchId, form: &BranchForm, version: i32) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update branch set name = $3, parent_id = $4, version = version + 1 where isp_id = $1 and id = $2 and version = $5",
        isp,
        id.0,
        form.name,
        form.parent.map(|parent| parent.0),
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Trees are changed one after the other, so that two moves make no ring.
pub async fn lock_tree(tx: &mut IspTx) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('branches ' || $1::uuid::text, 0))", isp).fetch_one(tx.conn()).await?;
    Ok(())
}

pub async fn delete(tx: &mut IspTx, id: BranchId) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from branch where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// The branches somebody is held to, with everything below them; zeros stand for the default one. Empty: to none.
pub async fn holding(tx: &mut IspTx, account: AccountId) -> Result<Vec<BranchId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        r#"with recursive held as (
             select branch_id as id from account_branch where isp_id = $1 and account_id = $2
             union select b.id from branch b join held h on b.parent_id = h.id where b.isp_id = $1)
           select h.id as "id!" from held h
           union all select '00000000-0000-0000-0000-000000000000'::uuid from held h join branch b on b.isp_id = $1 and b.id = h.id and b.is_default"#,
        isp,
        account.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(BranchId).collect())
}

/// The ones he was put into, by name.
pub async fn of_person(tx: &mut IspTx, account: AccountId) -> Result<Vec<(BranchId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select b.id, b.name from account_branch a join branch b on b.isp_id = $1 and b.id = a.branch_id
         where a.isp_id = $1 and a.account_id = $2 order by lower(b.name)",
        isp,
        account.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

/// These and no others; none is all of them.
pub async fn hold(tx: &mut IspTx, account: AccountId, branches: &[BranchId]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = branches.iter().map(|id| id.0).collect();
    sqlx::query!("delete from account_branch where isp_id = $1 and account_id = $2", isp, account.0).execute(tx.conn()).await?;
    sqlx::query!(
        "insert into account_branch (isp_id, account_id, branch_id) select $1, $2, id from unnest($3::uuid[]) as id",
        isp,
        account.0,
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A customer's branch; `None` inside: the default one.
pub async fn of_customer(tx: &mut IspTx, id: CustomerId) -> Result<Option<Option<BranchId>>> {
    let isp = tx.isp();
    let row =
        sqlx::query_scalar!("select branch_id from customer where isp_id = $1 and id = $2", isp, id.0).fetch_optional(tx.conn()).await?;
    Ok(row.map(|branch| branch.map(BranchId)))
}

pub async fn set_of_customer(tx: &mut IspTx, id: CustomerId, branch: Option<BranchId>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update customer set branch_id = $3, version = version + 1 where isp_id = $1 and id = $2",
        isp,
        id.0,
        branch.map(|branch| branch.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where a customer goes whom the caller makes: into the first branch he is held to.
pub(crate) fn of_new_customer(tx: &IspTx) -> Option<Uuid> {
    let held = tx.caller().bounds.branches.as_ref()?;
    held.iter().find(|branch| !branch.0.is_nil()).map(|branch| branch.0)
}
