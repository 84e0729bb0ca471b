//! People who sign in: accounts of an ISP and of the platform. A password never leaves as anything but its hash.

use crate::error::known;
use crate::{IspTx, OwnTx, PlatformTx, Result};
use chrono::{DateTime, Utc};
use domain::packages::views::Seller;
use domain::people::{Login, Role};
use domain::rights::Permission;
use domain::{AccountId, CustomerId, TenantId};
use uuid::Uuid;

/// An account of an ISP.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub role: Role,
    pub name: String,
    pub password_hash: String,
    pub customer_id: Option<CustomerId>,
    pub owner_path: String,
    pub active: bool,
    pub language: Option<String>,
    pub password_set_at: DateTime<Utc>,
    /// Somebody else made the password.
    pub must_change: bool,
}

struct Row {
    id: Uuid,
    role: String,
    name: String,
    password_hash: String,
    password_set_at: DateTime<Utc>,
    must_change: bool,
    customer_id: Option<Uuid>,
    owner_path: String,
    status: String,
    language: Option<String>,
}

impl Row {
    fn account(self) -> Result<Account> {
        Ok(Account {
            id: self.id.into(),
            role: known(Role::from_slug(&self.role), "role", &self.role)?,
            name: self.name,
            password_hash: self.password_hash,
            customer_id: self.customer_id.map(CustomerId),
            owner_path: self.owner_path,
            active: self.status == "active",
            language: self.language,
            password_set_at: self.password_set_at,
            must_change: self.must_change,
        })
    }
}

/// The account that a sign-in name belongs to.
pub async fn find_by_login(tx: &mut IspTx, login: &Login) -> Result<Option<Account>> {
    let (email, username, mobile) = match login {
        Login::Email(email) => (Some(email), None, None),
        Login::Username(username) => (None, Some(username), None),
        Login::Mobile(mobile) => (None, None, Some(mobile)),
    };
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Row,
        "select id, role, name, password_hash, password_set_at, must_change, customer_id, owner_path, status, language from account
         where isp_id = $1 and (email = $2 or username = $3 or mobile = $4) limit 1",
        isp,
        email,
        username,
        mobile
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Row::account).transpose()
}

pub async fn find(tx: &mut IspTx, id: AccountId) -> Result<Option<Account>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Row,
        "select id, role, name, password_hash, password_set_at, must_change, customer_id, owner_path, status, language from account where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Row::account).transpose()
}

/// Where somebody can be written to: email, mobile.
pub async fn contact(tx: &mut IspTx, id: AccountId) -> Result<(Option<String>, Option<String>)> {
    let isp = tx.isp();
    let row = sqlx::query!("select email, mobile from account where isp_id = $1 and id = $2", isp, id.0).fetch_optional(tx.conn()).await?;
    Ok(row.map(|row| (row.email, row.mobile)).unwrap_or_default())
}

/// The email is his, if it is still this one.
pub async fn email_is_verified(tx: &mut IspTx, id: AccountId, email: &str, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let done =
        sqlx::query!("update account set email_verified_at = $4 where isp_id = $1 and id = $2 and email = $3", isp, id.0, email, now)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() > 0)
}

/// The same of the mobile.
pub async fn mobile_is_verified(tx: &mut IspTx, id: AccountId, mobile: &str, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let done =
        sqlx::query!("update account set mobile_verified_at = $4 where isp_id = $1 and id = $2 and mobile = $3", isp, id.0, mobile, now)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() > 0)
}

/// What is needed to make an account.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    pub id: AccountId,
    pub role: Role,
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub username: Option<&'a str>,
    pub mobile: Option<&'a str>,
    pub password_hash: &'a str,
    pub customer_id: Option<CustomerId>,
    pub grants: &'a [Permission],
}

/// Makes an account the head of a branch below `above`, and answers with the branch's path.
pub async fn put_below(tx: &mut IspTx, id: AccountId, above: &str) -> Result<String> {
    let isp = tx.isp();
    let path = format!("{above}{id}/");
    sqlx::query!("update account set owner_path = $3 where isp_id = $1 and id = $2", isp, id.0, path).execute(tx.conn()).await?;
    Ok(path)
}

pub async fn create(tx: &mut IspTx, account: NewAccount<'_>) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    sqlx::query!(
        "insert into account (isp_id, id, role, name, email, username, mobile, password_hash, customer_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        isp,
        account.id.0,
        account.role.slug(),
        account.name,
        account.email.map(str::to_lowercase),
        account.username.map(str::to_lowercase),
        account.mobile,
        account.password_hash,
        account.customer_id.map(|id| id.0)
    )
    .execute(tx.conn())
    .await?;
    for grant in account.grants {
        sqlx::query!(
            "insert into account_grant (isp_id, account_id, permission, granted_by) values ($1, $2, $3, $4)",
            isp,
            account.id.0,
            grant.key(),
            by
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// The administrators of the ISP: id, name, what they sign in with, active.
pub async fn admins(tx: &mut IspTx) -> Result<Vec<(Uuid, String, String, bool)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select id, name, coalesce(email, username, mobile, '') as "login!", status from account
           where isp_id = $1 and role = 'admin' and status in ('active', 'disabled') order by lower(name), id"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name, row.login, row.status == "active")).collect())
}

/// Everybody who sells below the caller, resellers before their sub-resellers. A branch's head is not below himself.
pub async fn sellers(tx: &mut IspTx) -> Result<Vec<Seller>> {
    let isp = tx.isp();
    let above = tx.caller().owner_path.clone().unwrap_or_else(|| "/".into());
    let rows = sqlx::query!(
        "select id, name, role, owner_path, status from account
         where isp_id = $1 and role in ('reseller', 'sub_reseller') and status <> 'deleted' and owner_path <> $2 and starts_with(owner_path, $2)
         order by owner_path, lower(name)",
        isp,
        above
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Seller {
                id: row.id.into(),
                name: row.name,
                role: known(Role::from_slug(&row.role), "role", &row.role)?,
                path: row.owner_path,
                active: row.status == "active",
            })
        })
        .collect()
}

/// An account of the platform itself.
#[derive(Clone, Debug)]
pub struct PlatformAccount {
    pub id: AccountId,
    pub role: Role,
    pub tenant_id: Option<TenantId>,
    pub name: String,
    pub password_hash: String,
    pub active: bool,
    pub language: Option<String>,
    pub password_set_at: DateTime<Utc>,
    /// Somebody else made the password.
    pub must_change: bool,
}

struct PlatformRow {
    id: Uuid,
    role: String,
    tenant_id: Option<Uuid>,
    name: String,
    password_hash: String,
    password_set_at: DateTime<Utc>,
    must_change: bool,
    status: String,
    language: Option<String>,
}

impl PlatformRow {
    fn account(self) -> Result<PlatformAccount> {
        Ok(PlatformAccount {
            id: self.id.into(),
            role: known(Role::from_slug(&self.role), "role", &self.role)?,
            tenant_id: self.tenant_id.map(TenantId),
            name: self.name,
            password_hash: self.password_hash,
            active: self.status == "active",
            language: self.language,
            password_set_at: self.password_set_at,
            must_change: self.must_change,
        })
    }
}

pub async fn find_platform_by_email(tx: &mut PlatformTx, email: &str) -> Result<Option<PlatformAccount>> {
    let row = sqlx::query_as!(
        PlatformRow,
        "select id, role, tenant_id, name, password_hash, password_set_at, must_change, status, language from platform_account where email = $1",
        email
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(PlatformRow::account).transpose()
}

pub async fn find_platform(tx: &mut PlatformTx, id: AccountId) -> Result<Option<PlatformAccount>> {
    let row = sqlx::query_as!(
        PlatformRow,
        "select id, role, tenant_id, name, password_hash, password_set_at, must_change, status, language from platform_account where id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(PlatformRow::account).transpose()
}

/// Makes a platform account; one with the same email gets the new password instead, which is how a lost one is reset
/// from the command line.
pub async fn put_platform(
    tx: &mut PlatformTx,
    id: AccountId,
    role: Role,
    tenant_id: Option<TenantId>,
    name: &str,
    email: &str,
    password_hash: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into platform_account (id, role, tenant_id, name, email, password_hash) values ($1, $2, $3, $4, $5, $6)
         on conflict (email) do update set password_hash = $6",
        id.0,
        role.slug(),
        tenant_id.map(|id| id.0),
        name,
        email.to_lowercase(),
        password_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes somebody of the platform with a password that he must change; an email that is taken is refused.
pub async fn create_platform(
    tx: &mut PlatformTx,
    id: AccountId,
    role: Role,
    tenant_id: Option<TenantId>,
    (name, email): (&str, &str),
    password_hash: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into platform_account (id, role, tenant_id, name, email, password_hash, must_change) values ($1, $2, $3, $4, $5, $6, true)",
        id.0,
        role.slug(),
        tenant_id.map(|id| id.0),
        name,
        email,
        password_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The next time he signs in he chooses a password of his own.
pub async fn must_change(tx: &mut IspTx, id: AccountId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update account set must_change = true where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    Ok(())
}

/// Gives somebody of the platform a password that he must change, and ends his sessions.
pub async fn reset_platform(tx: &mut PlatformTx, id: AccountId, password_hash: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update platform_account set password_hash = $2, password_set_at = $3, must_change = true where id = $1",
        id.0,
        password_hash,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from session where account_id = $1", id.0).execute(tx.conn()).await?;
    Ok(())
}

/// How many platform accounts there are: zero on a fresh installation.
pub async fn count_platform(tx: &mut PlatformTx) -> Result<i64> {
    Ok(sqlx::query_scalar!("select count(*) as \"n!\" from platform_account").fetch_one(tx.conn()).await?)
}

/// What somebody sees of his own account.
#[derive(Clone, Debug)]
pub struct OwnAccount {
    pub name: String,
    pub email: Option<String>,
    pub username: Option<String>,
    pub mobile: Option<String>,
    pub email_verified: bool,
    pub mobile_verified: bool,
    pub language: Option<String>,
    pub password_set_at: DateTime<Utc>,
    /// Somebody else made the password.
    pub must_change: bool,
    pub version: i32,
}

pub async fn own(tx: &mut OwnTx, id: AccountId) -> Result<Option<OwnAccount>> {
    let row = match tx {
        OwnTx::Isp(tx) => {
            let isp = tx.isp();
            sqlx::query_as!(
                OwnAccount,
                r#"select name, email, username, mobile, email_verified_at is not null as "email_verified!",
                         mobile_verified_at is not null as "mobile_verified!", language, password_set_at, must_change, version
                       from account where isp_id = $1 and id = $2"#,
                isp,
                id.0
            )
            .fetch_optional(tx.conn())
            .await?
        }
        OwnTx::Platform(tx) => {
            sqlx::query_as!(
                OwnAccount,
                r#"select name, email as "email?", null::text as username, null::text as mobile, false as "email_verified!",
                     false as "mobile_verified!", language, password_set_at, must_change, 1 as "version!"
                   from platform_account where id = $1"#,
                id.0
            )
            .fetch_optional(tx.conn())
            .await?
        }
    };
    Ok(row)
}

/// Saves name and language over the version that was read; `false`: somebody was faster.
pub async fn save_own(tx: &mut OwnTx, id: AccountId, name: &str, language: Option<&str>, version: i32) -> Result<bool> {
    let done = match tx {
        OwnTx::Isp(tx) => {
            let isp = tx.isp();
            sqlx::query!(
                "update account set name = $3, language = $4, version = version + 1 where isp_id = $1 and id = $2 and version = $5",
                isp,
                id.0,
                name,
                language,
                version
            )
            .execute(tx.conn())
            .await?
        }
        OwnTx::Platform(tx) => {
            sqlx::query!("update platform_account set name = $2, language = $3 where id = $1", id.0, name, language)
                .execute(tx.conn())
                .await?
        }
    };
    Ok(done.rows_affected() > 0)
}
