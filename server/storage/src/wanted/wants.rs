//! Intents: put in the place of older ones, taken up in the order in which a router has to hear them, and settled.

use super::{kind_of, most};
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::wanted::{Kind, WantState, Wish};
use domain::{RouterId, ServiceId};
use serde_json::Value;
use uuid::Uuid;

/// How one object should be from now on.
#[derive(Clone, Debug)]
pub struct NewWant {
    pub router: RouterId,
    pub kind: Kind,
    pub name: String,
    /// `None`: it must not be there.
    pub wish: Option<Wish>,
    /// A line's password as it is sealed for the line.
    pub secret_sealed: Option<Vec<u8>>,
    pub service: Option<ServiceId>,
}

fn json(wish: &Wish) -> Result<Value> {
    serde_json::to_value(wish).map_err(|error| crate::Error::Corrupt(format!("a wish cannot be written: {error}")))
}

/// Puts intents; each object may be named once. What is wanted already stays as it is, also when it is done. Answers with
/// how many are news.
pub async fn put(tx: &mut IspTx, wants: &[NewWant], now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let routers: Vec<Uuid> = wants.iter().map(|want| want.router.0).collect();
    let kinds: Vec<&str> = wants.iter().map(|want| want.kind.slug()).collect();
    let names: Vec<&str> = wants.iter().map(|want| want.name.as_str()).collect();
    let wishes: Vec<Option<Value>> = wants.iter().map(|want| want.wish.as_ref().map(json).transpose()).collect::<Result<_>>()?;
    let secrets: Vec<Option<Vec<u8>>> = wants.iter().map(|want| want.secret_sealed.clone()).collect();
    let services: Vec<Option<Uuid>> = wants.iter().map(|want| want.service.map(|id| id.0)).collect();
    let done = sqlx::query!(
        "insert into router_want as w (isp_id, router_id, kind, name, wanted, secret_sealed, service_id, next_at, asked_at, waiting_since)
         select $1, u.router_id, u.kind, u.name, u.wanted, u.secret, u.service_id, $2, $2, $2
         from unnest($3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::bytea[], $8::uuid[])
           as u (router_id, kind, name, wanted, secret, service_id)
         order by u.router_id, u.kind, u.name
         on conflict (isp_id, router_id, kind, name) do update set
           wanted = excluded.wanted, secret_sealed = excluded.secret_sealed, service_id = excluded.service_id,
           generation = w.generation + 1, state = 'waiting', tries = 0, next_at = excluded.next_at, problem = null, said = null,
           reason = null, asked_at = excluded.asked_at,
           waiting_since = case when w.state = 'done' then excluded.asked_at else w.waiting_since end
         where (w.wanted, w.secret_sealed, w.service_id) is distinct from (excluded.wanted, excluded.secret_sealed, excluded.service_id)",
        isp,
        now,
        &routers,
        &kinds as &[&str],
        &names as &[&str],
        &wishes as &[Option<Value>],
        &secrets as &[Option<Vec<u8>>],
        &services as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Takes back what lines wanted and do not want any more: everything of theirs but what `keep` names.
pub async fn retract(tx: &mut IspTx, services: &[ServiceId], keep: &[NewWant], now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let routers: Vec<Uuid> = keep.iter().map(|want| want.router.0).collect();
    let kinds: Vec<&str> = keep.iter().map(|want| want.kind.slug()).collect();
    let names: Vec<&str> = keep.iter().map(|want| want.name.as_str()).collect();
    let done = sqlx::query!(
        "update router_want w set wanted = null, secret_sealed = null, generation = w.generation + 1, state = 'waiting', tries = 0,
           next_at = $3, problem = null, said = null, reason = null, asked_at = $3,
           waiting_since = case when w.state = 'done' then $3 else w.waiting_since end
         where w.isp_id = $1 and w.service_id = any($2) and w.wanted is not null
           and not exists (select 1 from unnest($4::uuid[], $5::text[], $6::text[]) as k (router_id, kind, name)
             where k.router_id = w.router_id and k.kind = w.kind and k.name = w.name)",
        isp,
        &services,
        now,
        &routers,
        &kinds as &[&str],
        &names as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Takes back what lines shared and none needs any more: profiles of rates and entries for ends. Answers with how many.
pub async fn retract_unused(tx: &mut IspTx, now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update router_want w set wanted = null, generation = w.generation + 1, state = 'waiting', tries = 0, next_at = $2, problem = null,
           said = null, reason = null, asked_at = $2, waiting_since = case when w.state = 'done' then $2 else w.waiting_since end
         where w.isp_id = $1 and w.kind in ('ppp_profile', 'hotspot_profile', 'scheduler') and w.name like 'lastmile-%' and w.wanted is not null
           and w.service_id is null
           and not exists (select 1 from router_want u where u.isp_id = $1 and u.router_id = w.router_id
             and case w.kind
               when 'ppp_profile' then u.kind = 'ppp_secret' and u.wanted -> 'properties' ->> 'profile' = w.name
               when 'hotspot_profile' then u.kind = 'hotspot_user' and u.wanted -> 'properties' ->> 'profile' = w.name
               else case u.kind when 'ppp_secret' then 'lastmile-until-' when 'hotspot_user' then 'lastmile-until-hotspot-' end
                      || split_part(u.wanted -> 'properties' ->> 'comment', ' until=', 2) = w.name
             end)
           -- a secret that sleeps since its line was moved to RADIUS is to wake up with the profile it had
           and not (w.kind = 'ppp_profile' and exists (select 1 from router_move_secret q join router_move v on v.isp_id = $1 and v.id = q.move_id
             where q.isp_id = $1 and q.state in ('writing', 'off', 'back') and v.router_id = w.router_id and q.profile = w.name))",
        isp,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Takes removals away that are done and older than `before`.
pub async fn forget(tx: &mut IspTx, before: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let done =
        sqlx::query!("delete from router_want where isp_id = $1 and state = 'done' and wanted is null and applied_at < $2", isp, before);
    Ok(done.execute(tx.conn()).await?.rows_affected())
}

/// An intent whose turn it is.
#[derive(Clone, Debug)]
pub struct DueWant {
    pub kind: Kind,
    pub name: String,
    pub generation: i64,
    pub wish: Option<Wish>,
    pub secret_sealed: Option<Vec<u8>>,
    /// The router has this password already.
    pub secret_told: bool,
    pub service: Option<ServiceId>,
    pub adopt: bool,
    pub tries: i32,
}

fn wish(value: Option<Value>) -> Result<Option<Wish>> {
    value.map(|value| serde_json::from_value(value).map_err(|error| crate::Error::Corrupt(format!("a wish: {error}")))).transpose()
}

/// What a router has to hear, in that order: what others refer to first, the oldest intent first, removals last.
pub async fn due(tx: &mut IspTx, router: RouterId, now: DateTime<Utc>, limit: usize) -> Result<Vec<DueWant>> {
    let isp = tx.isp();
    let order: Vec<&str> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
    let rows = sqlx::query!(
        r#"select kind, name, generation, wanted, secret_sealed, coalesce(secret_told = secret_sealed, false) as "told!", service_id, adopt, tries
           from router_want where isp_id = $1 and router_id = $2 and state = 'waiting' and next_at <= $3
           order by case when wanted is null then 100 - array_position($4::text[], kind) else array_position($4::text[], kind) end, asked_at, name
           limit $5"#,
        isp,
        router.0,
        now,
        &order as &[&str],
        most(limit)
    )
    .fetch_all(tx.conn())
    .await?;
    let due = rows.into_iter().map(|row| {
        Ok(DueWant {
            kind: kind_of(&row.kind)?,
            name: row.name,
            generation: row.generation,
            wish: wish(row.wanted)?,
            secret_sealed: row.secret_sealed,
            secret_told: row.told,
            service: row.service_id.map(ServiceId),
            adopt: row.adopt,
            tries: row.tries,
        })
    });
    due.collect()
}

/// Everything that is wanted on a router, for a comparison.
pub async fn all(tx: &mut IspTx, router: RouterId) -> Result<Vec<(Kind, String, Wish, Option<ServiceId>)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select kind, name, wanted, service_id from router_want where isp_id = $1 and router_id = $2 and wanted is not null",
        isp,
        router.0
    )
    .fetch_all(tx.conn())
    .await?;
    let all = rows
        .into_iter()
        .map(|row| Ok((kind_of(&row.kind)?, row.name, wish(row.wanted)?.unwrap_or_default(), row.service_id.map(ServiceId))));
    all.collect()
}

/// What became of an intent.
#[derive(Clone, Debug)]
pub struct Settled {
    pub kind: Kind,
    pub name: String,
    pub generation: i64,
    /// The password that the router has now.
    pub secret_told: Option<Vec<u8>>,
}

/// Notes what the router has now. A newer intent that came meanwhile goes on waiting.
pub async fn settle(tx: &mut IspTx, router: RouterId, settled: &[Settled], now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let kinds: Vec<&str> = settled.iter().map(|one| one.kind.slug()).collect();
    let names: Vec<&str> = settled.iter().map(|one| one.name.as_str()).collect();
    let generations: Vec<i64> = settled.iter().map(|one| one.generation).collect();
    let told: Vec<Option<Vec<u8>>> = settled.iter().map(|one| one.secret_told.clone()).collect();
    sqlx::query!(
        "update router_want w set applied_generation = u.generation, applied_at = $3, secret_told = u.told, adopt = false,
           state = case when w.generation = u.generation then 'done' else w.state end,
           tries = case when w.generation = u.generation then 0 else w.tries end,
           problem = case when w.generation = u.generation then null else w.problem end,
           said = case when w.generation = u.generation then null else w.said end
         from unnest($4::text[], $5::text[], $6::bigint[], $7::bytea[]) as u (kind, name, generation, told)
         where w.isp_id = $1 and w.router_id = $2 and w.kind = u.kind and w.name = u.name",
        isp,
        router.0,
        now,
        &kinds as &[&str],
        &names as &[&str],
        &generations,
        &told as &[Option<Vec<u8>>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An intent that the router refused.
#[derive(Clone, Debug)]
pub struct Refused {
    pub kind: Kind,
    pub name: String,
    pub generation: i64,
    pub problem: &'static str,
    pub said: Option<String>,
    pub state: WantState,
    pub next_at: DateTime<Utc>,
}

pub async fn refuse(tx: &mut IspTx, router: RouterId, refused: &[Refused]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            refused.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "update router_want w set tries = w.tries + 1, state = u.state, problem = u.problem, said = u.said, next_at = u.next_at
         from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
           as u (kind, name, generation, problem, said, state, next_at)
         where w.isp_id = $1 and w.router_id = $2 and w.kind = u.kind and w.name = u.name and w.generation = u.generation",
        isp,
        router.0,
        &column!(|one| one.kind.slug()) as &[&str],
        &column!(|one| one.name.as_str()) as &[&str],
        &column!(|one| one.generation),
        &column!(|one| one.problem) as &[&str],
        &column!(|one| one.said.as_deref()) as &[Option<&str>],
        &column!(|one| one.state.slug()) as &[&str],
        &column!(|one| one.next_at)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Objects that have to be looked at again although they were done: by name, or everything of the router.
pub async fn again(tx: &mut IspTx, router: RouterId, only: Option<&[(Kind, String)]>, now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let all = only.is_none();
    let only = only.unwrap_or_default();
    let kinds: Vec<&str> = only.iter().map(|(kind, _)| kind.slug()).collect();
    let names: Vec<&str> = only.iter().map(|(_, name)| name.as_str()).collect();
    let done = sqlx::query!(
        "update router_want w set state = 'waiting', tries = 0, next_at = $3, problem = null, said = null, reason = null,
           waiting_since = case when w.state = 'done' then $3 else w.waiting_since end
         where w.isp_id = $1 and w.router_id = $2
           and ($4 and w.state in ('waiting', 'stuck') or exists (select 1 from unnest($5::text[], $6::text[]) as k (kind, name) where k.kind = w.kind and k.name = w.name))",
        isp,
        router.0,
        now,
        all,
        &kinds as &[&str],
        &names as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// A person gives an intent up. `false`: it is not there, or done.
pub async fn give_up(tx: &mut IspTx, router: RouterId, kind: Kind, name: &str, reason: &str) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update router_want set state = 'left', reason = $5 where isp_id = $1 and router_id = $2 and kind = $3 and name = $4
           and state in ('waiting', 'stuck')",
        isp,
        router.0,
        kind.slug(),
        name,
        reason
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// What stands there by hand shall be ours.
pub async fn adopt(tx: &mut IspTx, router: RouterId, kind: Kind, name: &str, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update router_want set adopt = true, state = 'waiting', tries = 0, next_at = $5, problem = null, said = null, reason = null,
           waiting_since = case when state = 'done' then $5 else waiting_since end
         where isp_id = $1 and router_id = $2 and kind = $3 and name = $4 and wanted is not null",
        isp,
        router.0,
        kind.slug(),
        name,
        now
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}
