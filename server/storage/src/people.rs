//! The people of an ISP as whoever is above them sees them: list, one person, making, changing, suspending. Rows outside
//! the caller's subtree are not there. Subscribers are no people here.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::AccountId;
use domain::customers::Paging;
use domain::people::{PersonDetail, PersonEdit, PersonFilter, PersonRow, PersonStatus, Preset, Role};
use uuid::Uuid;

struct Row {
    id: Uuid,
    role: String,
    preset: Option<String>,
    name: String,
    email: Option<String>,
    username: Option<String>,
    mobile: Option<String>,
    status: String,
    suspended: bool,
    above_id: Option<Uuid>,
    above_name: Option<String>,
    signed_in_at: Option<DateTime<Utc>>,
    second_factor: bool,
}

impl Row {
    fn person(self) -> Result<PersonRow> {
        let status = match (self.status.as_str(), self.suspended) {
            ("active", _) => PersonStatus::Active,
            ("deleted", _) => PersonStatus::Deleted,
            (_, true) => PersonStatus::Suspended,
            _ => PersonStatus::WithTheOneAbove,
        };
        Ok(PersonRow {
            id: self.id.into(),
            role: known(Role::from_slug(&self.role), "role", &self.role)?,
            preset: self.preset.as_deref().and_then(Preset::from_slug),
            name: self.name,
            email: self.email,
            username: self.username,
            mobile: self.mobile,
            status,
            above: self.above_id.map(|id| (id.into(), self.above_name.unwrap_or_default())),
            signed_in_at: self.signed_in_at,
            second_factor: self.second_factor,
        })
    }
}

fn subtree(tx: &IspTx) -> String {
    tx.caller().owner_path.clone().unwrap_or_else(|| "/".into())
}

/// One page of them, by name, and how many there are.
pub async fn page(tx: &mut IspTx, filter: &PersonFilter, paging: Paging) -> Result<(Vec<PersonRow>, i64)> {
    let (isp, own) = (tx.isp(), subtree(tx));
    let search = filter.search.trim().to_lowercase();
    let like = crate::words::containing(&search);
    let (role, status) = (filter.role.map(Role::slug), filter.status.map(PersonStatus::slug));
    let rows = sqlx::query!(
        r#"with found as (
             select a.*, count(*) over () as total from account a
             where a.isp_id = $1 and a.role <> 'customer' and a.status <> 'deleted' and starts_with(a.owner_path, $2)
               and ($3 = '' or lower(a.name) like $4 or a.email like $4 or a.username like $4 or a.mobile like $4)
               and ($5::text is null or a.role = $5)
               and ($6::text is null or case $6 when 'active' then a.status = 'active'
                 when 'suspended' then a.suspended_at is not null else a.status = 'disabled' and a.suspended_at is null end)
               and ($7::uuid is null or a.id <> $7 and starts_with(a.owner_path,
                 (select b.owner_path from account b where b.isp_id = $1 and b.id = $7 and b.owner_path <> '/')))
             order by lower(a.name), a.id limit $8 offset $9)
           select f.id as "id!", f.role as "role!", f.preset, f.name as "name!", f.email, f.username, f.mobile, f.status as "status!",
             f.suspended_at is not null as "suspended!", f.total as "total!",
             h.id as "above_id?", h.name as "above_name?", l.at as "signed_in_at?",
             exists (select 1 from second_factor s where s.account_id = f.id and s.confirmed_at is not null) as "second_factor!"
           from found f
           left join account h on h.isp_id = $1 and h.id = account_above(f.role, f.owner_path)
           left join last_sign_in l on l.account_id = f.id
           order by lower(f.name), f.id"#,
        isp,
        own,
        search,
        like,
        role,
        status,
        filter.below.map(|id| id.0),
        paging.size,
        paging.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let people = rows
        .into_iter()
        .map(|row| {
            Row {
                id: row.id,
                role: row.role,
                preset: row.preset,
                name: row.name,
                email: row.email,
                username: row.username,
                mobile: row.mobile,
                status: row.status,
                suspended: row.suspended,
                above_id: row.above_id,
                above_name: row.above_name,
                signed_in_at: row.signed_in_at,
                second_factor: row.second_factor,
            }
            .person()
        })
        .collect::<Result<Vec<_>>>()?;
    Ok((people, total))
}

/// One person in the caller's subtree.
pub async fn find(tx: &mut IspTx, id: AccountId) -> Result<Option<PersonDetail>> {
    let (isp, own) = (tx.isp(), subtree(tx));
    let row = sqlx::query!(
        r#"select a.id, a.role, a.preset, a.name, a.email, a.username, a.mobile, a.status, a.suspended_at, a.suspended_why, a.language,
             a.owner_path, a.created_at, a.must_change, a.version, h.id as "above_id?", h.name as "above_name?", l.at as "signed_in_at?",
             exists (select 1 from second_factor s where s.account_id = a.id and s.confirmed_at is not null) as "second_factor!",
             case when a.role in ('reseller', 'sub_reseller')
               then (select count(*) from customer c where c.isp_id = $1 and starts_with(c.owner_path, a.owner_path)) end as customers
           from account a
           left join account h on h.isp_id = $1 and h.id = account_above(a.role, a.owner_path)
           left join last_sign_in l on l.account_id = a.id
           where a.isp_id = $1 and a.id = $2 and a.role <> 'customer' and a.status <> 'deleted' and starts_with(a.owner_path, $3)"#,
        isp,
        id.0,
        own
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let person = Row {
        id: row.id,
        role: row.role,
        preset: row.preset,
        name: row.name,
        email: row.email,
        username: row.username,
        mobile: row.mobile,
        status: row.status,
        suspended: row.suspended_at.is_some(),
        above_id: row.above_id,
        above_name: row.above_name,
        signed_in_at: row.signed_in_at,
        second_factor: row.second_factor,
    };
    Ok(Some(PersonDetail {
        row: person.person()?,
        language: row.language,
        owner_path: row.owner_path,
        created_at: row.created_at,
        suspended_at: row.suspended_at,
        suspended_why: row.suspended_why,
        must_change: row.must_change,
        customers: row.customers,
        branches: Vec::new(),
        zones: Vec::new(),
        version: row.version,
        manageable: false,
        may_log_in_as: false,
    }))
}

/// Locks a person of the caller's subtree against changes from elsewhere.
pub async fn lock(tx: &mut IspTx, id: AccountId) -> Result<bool> {
    let (isp, own) = (tx.isp(), subtree(tx));
    let found = sqlx::query_scalar!(
        "select id from account where isp_id = $1 and id = $2 and role <> 'customer' and status <> 'deleted' and starts_with(owner_path, $3)
         for update",
        isp,
        id.0,
        own
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// One change of the tree after the other: who may sign in follows from everybody above him.
pub async fn lock_tree(tx: &mut IspTx) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('people ' || $1::uuid::text, 0))", isp).fetch_one(tx.conn()).await?;
    Ok(())
}

/// A person to be made.
#[derive(Clone, Debug)]
pub struct NewPersonRow<'a> {
    pub id: AccountId,
    pub role: Role,
    pub preset: Option<Preset>,
    pub owner_path: &'a str,
    pub edit: &'a PersonEdit,
    pub password_hash: &'a str,
}

/// Makes him. He chooses another password before anything opens; whoever stands below somebody suspended is so too.
pub async fn create(tx: &mut IspTx, person: &NewPersonRow<'_>, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into account (isp_id, id, role, name, email, username, mobile, language, password_hash, password_set_at, must_change,
           owner_path, preset, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true, $11, $12, $10)",
        isp,
        person.id.0,
        person.role.slug(),
        person.edit.name,
        person.edit.email,
        person.edit.username,
        person.edit.mobile,
        person.edit.language,
        person.password_hash,
        now,
        person.owner_path,
        person.preset.map(Preset::slug)
    )
    .execute(tx.conn())
    .await?;
    settle(tx, person.owner_path, person.id).await?;
    Ok(())
}

/// Saves what is said of him over the version that was read; `false`: somebody was faster.
pub async fn update(tx: &mut IspTx, id: AccountId, edit: &PersonEdit, version: i32) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update account set name = $3, email = $4, username = $5, mobile = $6, language = $7, version = version + 1,
           email_verified_at = case when email is distinct from $4 then null else email_verified_at end,
           mobile_verified_at = case when mobile is distinct from $6 then null else mobile_verified_at end
         where isp_id = $1 and id = $2 and version = $8",
        isp,
        id.0,
        edit.name,
        edit.email,
        edit.username,
        edit.mobile,
        edit.language,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Suspends him, or lifts it (`None`), and settles everybody below him.
pub async fn set_suspended(tx: &mut IspTx, id: AccountId, path: &str, why: Option<&str>, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    sqlx::query!(
        "update account set suspended_at = case when $3::text is null then null else $4::timestamptz end, suspended_why = $3, version = version + 1
         where isp_id = $1 and id = $2",
        isp,
        id.0,
        why,
        now
    )
    .execute(tx.conn())
    .await?;
    settle(tx, path, id).await
}

/// Whether somebody may sign in follows from himself and from whoever is above him. Answers with whose state changed.
/// `path` is a branch that `id` heads, or merely stands in.
async fn settle(tx: &mut IspTx, path: &str, id: AccountId) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    let heads = path.ends_with(&format!("/{id}/"));
    Ok(sqlx::query_scalar!(
        "with wanted as (
           select a.id, case when a.suspended_at is not null or exists (
               select 1 from account h where h.isp_id = $1 and h.role in ('reseller', 'sub_reseller') and h.suspended_at is not null
                 and h.owner_path <> '/' and starts_with(a.owner_path, h.owner_path))
             then 'disabled' else 'active' end as status
           from account a
           where a.isp_id = $1 and a.status <> 'deleted' and a.role <> 'customer'
             and (a.id = $2 or $4 and starts_with(a.owner_path, $3)))
         update account a set status = w.status from wanted w
         where a.isp_id = $1 and a.id = w.id and a.status <> w.status returning a.id",
        isp,
        id.0,
        path,
        heads
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Puts a password in place that somebody else made.
pub async fn set_first_password(tx: &mut IspTx, id: AccountId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into password_past (account_id, set_at, hash)
         select id, password_set_at, password_hash from account where isp_id = $1 and id = $2 on conflict do nothing",
        isp,
        id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update account set password_hash = $3, password_set_at = $4, must_change = true, version = version + 1 where isp_id = $1 and id = $2",
        isp,
        id.0,
        hash,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sub-resellers below a branch.
pub async fn count_sellers_below(tx: &mut IspTx, id: AccountId, path: &str) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from account
           where isp_id = $1 and id <> $2 and status <> 'deleted' and role in ('reseller', 'sub_reseller') and starts_with(owner_path, $3)"#,
        isp,
        id.0,
        path
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Takes somebody away for good, and with a branch's head those who worked for him: their names are free again, what
/// they did stays.
pub async fn delete(tx: &mut IspTx, id: AccountId, path: &str) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    let heads = path.ends_with(&format!("/{id}/"));
    Ok(sqlx::query_scalar!(
        "with gone as (
           update account set status = 'deleted', email = null, mobile = null, username = 'deleted-' || id, version = version + 1
           where isp_id = $1 and status <> 'deleted' and role <> 'customer' and (id = $2 or $4 and starts_with(owner_path, $3)) returning id),
         branches as (delete from account_branch where isp_id = $1 and account_id in (select id from gone)),
         zones as (delete from account_zone where isp_id = $1 and account_id in (select id from gone))
         select id from gone",
        isp,
        id.0,
        path,
        heads
    )
    .fetch_all(tx.conn())
    .await?)
}
