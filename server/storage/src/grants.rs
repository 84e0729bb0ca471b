//! Keys that were given to people, keys that were closed for them, and menus closed for a reseller. What they add up to
//! is decided by the grid and by no query.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::people::{GrantView, Menu};
use domain::rights::Permission;
use domain::{AccountId, CustomerId};
use uuid::Uuid;

/// Everything that was said about one person's rights and holds now.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    pub granted: Vec<Permission>,
    pub for_one: Vec<(Permission, CustomerId)>,
    pub closed: Vec<Permission>,
}

/// What holds for an account in this place of the tree. Keys this version does not know are not rights.
pub async fn holding(tx: &mut IspTx, id: AccountId, owner_path: &str, now: DateTime<Utc>) -> Result<Keys> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select permission as "key!", effect as "effect!", customer_id from account_grant
           where isp_id = $1 and account_id = $2 and (expires_at is null or expires_at > $4)
           union all
           select h.menu, 'menu', null from hidden_menu h join account a on a.isp_id = $1 and a.id = h.account_id
           where h.isp_id = $1 and starts_with($3, a.owner_path)"#,
        isp,
        id.0,
        owner_path,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    let mut keys = Keys::default();
    for row in rows {
        match (row.effect.as_str(), Permission::from_key(&row.key), row.customer_id) {
            ("allow", Some(key), None) => keys.granted.push(key),
            ("allow", Some(key), Some(customer)) => keys.for_one.push((key, CustomerId(customer))),
            ("deny", Some(key), _) => keys.closed.push(key),
            ("menu", ..) => keys.closed.extend(Menu::from_slug(&row.key).into_iter().flat_map(Menu::rights)),
            _ => {}
        }
    }
    Ok(keys)
}

/// What was given and closed without a day and for everybody: `(key, closed)`.
pub async fn standing(tx: &mut IspTx, id: AccountId) -> Result<Vec<(Permission, bool)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select permission, effect from account_grant where isp_id = $1 and account_id = $2 and customer_id is null and expires_at is null",
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((Permission::from_key(&row.permission)?, row.effect == "deny"))).collect())
}

/// Gives keys, or closes them.
pub async fn add(tx: &mut IspTx, id: AccountId, keys: &[Permission], closed: bool) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let keys: Vec<&str> = keys.iter().map(|key| key.key()).collect();
    sqlx::query!(
        "insert into account_grant (isp_id, account_id, permission, effect, granted_by)
         select $1, $2, key, $4, $5 from unnest($3::text[]) as key on conflict do nothing",
        isp,
        id.0,
        &keys as &[&str],
        if closed { "deny" } else { "allow" },
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes standing keys back, or opens closed ones.
pub async fn take(tx: &mut IspTx, id: AccountId, keys: &[Permission], closed: bool) -> Result<()> {
    let isp = tx.isp();
    let keys: Vec<&str> = keys.iter().map(|key| key.key()).collect();
    sqlx::query!(
        "delete from account_grant where isp_id = $1 and account_id = $2 and permission = any($3) and effect = $4
           and customer_id is null and expires_at is null",
        isp,
        id.0,
        &keys as &[&str],
        if closed { "deny" } else { "allow" }
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A key apart.
#[derive(Clone, Debug)]
pub struct NewSpecial<'a> {
    pub id: Uuid,
    pub account: AccountId,
    pub permission: Permission,
    pub customer: Option<CustomerId>,
    pub reason: &'a str,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Gives it; the same standing key with another reason takes the place of the one of before.
pub async fn add_special(tx: &mut IspTx, grant: &NewSpecial<'_>, now: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    sqlx::query!(
        "insert into account_grant (isp_id, id, account_id, permission, customer_id, reason, expires_at, granted_by, granted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (isp_id, account_id, permission, effect) where customer_id is null and expires_at is null
         do update set reason = $6, granted_by = $8, granted_at = $9",
        isp,
        grant.id,
        grant.account.0,
        grant.permission.key(),
        grant.customer.map(|id| id.0),
        grant.reason,
        grant.expires_at,
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes one key apart back; answers with it.
pub async fn take_special(tx: &mut IspTx, account: AccountId, id: Uuid) -> Result<Option<Permission>> {
    let isp = tx.isp();
    let key = sqlx::query_scalar!(
        "delete from account_grant where isp_id = $1 and account_id = $2 and id = $3 and effect = 'allow' returning permission",
        isp,
        account.0,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(key.as_deref().and_then(Permission::from_key))
}

/// Keys apart, the newest first; those that are over too, so that one sees what was.
pub async fn specials(tx: &mut IspTx, id: AccountId, now: DateTime<Utc>) -> Result<Vec<GrantView>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select g.id, g.permission, g.customer_id, c.name as "customer?", g.reason, g.expires_at, g.granted_at, b.name as "by?"
           from account_grant g
           left join customer c on c.isp_id = $1 and c.id = g.customer_id
           left join account b on b.isp_id = $1 and b.id = g.granted_by
           where g.isp_id = $1 and g.account_id = $2 and g.effect = 'allow'
             and (g.reason is not null or g.customer_id is not null or g.expires_at is not null)
           order by g.granted_at desc, g.id limit 100"#,
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(GrantView {
                id: row.id,
                permission: Permission::from_key(&row.permission)?,
                customer: row.customer_id.map(|id| (CustomerId(id), row.customer.unwrap_or_default())),
                reason: row.reason,
                expires_at: row.expires_at,
                granted_by: row.by,
                granted_at: row.granted_at,
                over: row.expires_at.is_some_and(|until| until <= now),
            })
        })
        .collect())
}

pub async fn hidden_menus(tx: &mut IspTx, id: AccountId) -> Result<Vec<Menu>> {
    let isp = tx.isp();
    let menus = sqlx::query_scalar!("select menu from hidden_menu where isp_id = $1 and account_id = $2 order by menu", isp, id.0)
        .fetch_all(tx.conn())
        .await?;
    Ok(menus.iter().filter_map(|menu| Menu::from_slug(menu)).collect())
}

/// These menus are closed for him and no others.
pub async fn set_hidden_menus(tx: &mut IspTx, id: AccountId, menus: &[Menu], now: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let menus: Vec<&str> = menus.iter().map(|menu| menu.slug()).collect();
    sqlx::query!("delete from hidden_menu where isp_id = $1 and account_id = $2 and menu <> all($3)", isp, id.0, &menus as &[&str])
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into hidden_menu (isp_id, account_id, menu, hidden_by, hidden_at) select $1, $2, menu, $4, $5 from unnest($3::text[]) as menu
         on conflict do nothing",
        isp,
        id.0,
        &menus as &[&str],
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
