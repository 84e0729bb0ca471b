//! The secrets of a run: which wave each goes in, what it was before it was touched, and what became of it.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::router_moves::{Listed, SecretState, Stays};
use domain::{NasId, RouterId, RouterMoveId, ServiceId};
use uuid::Uuid;

/// One secret of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    pub position: i32,
    pub name: String,
    pub service: Option<ServiceId>,
    pub state: SecretState,
    pub why: Option<Stays>,
    pub wave: Option<i16>,
    pub test: bool,
    pub was_online: bool,
    pub item: String,
    pub profile: String,
    pub comment: String,
    pub back_at: Option<DateTime<Utc>>,
}

/// Writes everything that is awake on the router: what goes, in its order, and what stays. `test` goes first.
pub async fn add(tx: &mut IspTx, id: RouterMoveId, all: &[&Listed], test: &str) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            all.iter().map($f).collect::<Vec<_>>()
        };
    }
    let tested = all.iter().position(|listed| listed.stays.is_none() && listed.secret.name == test);
    let tests: Vec<bool> = (0..all.len()).map(|at| tested == Some(at)).collect();
    sqlx::query!(
        "insert into router_move_secret (isp_id, move_id, position, name, service_id, state, why, item, profile, comment, test)
         select $1, $2, u.at::int, u.name, u.service, case when u.why is null then 'waiting' else 'left' end, u.why, u.item, u.profile, u.comment, u.test
         from unnest($3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[])
           with ordinality as u (name, service, why, item, profile, comment, test, at)",
        isp,
        id.0,
        &column!(|one| one.secret.name.as_str()) as &[&str],
        &column!(|one| one.service.map(|service| service.0)) as &[Option<Uuid>],
        &column!(|one| one.stays.map(Stays::slug)) as &[Option<&str>],
        &column!(|one| one.secret.item.as_str()) as &[&str],
        &column!(|one| one.secret.profile.as_str()) as &[&str],
        &column!(|one| one.secret.comment.as_str()) as &[&str],
        &tests
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Found {
    position: i32,
    name: String,
    service_id: Option<Uuid>,
    state: String,
    why: Option<String>,
    wave: Option<i16>,
    test: bool,
    was_online: bool,
    item: String,
    profile: String,
    comment: String,
    back_at: Option<DateTime<Utc>>,
}

/// Those in some states, of all waves or of one, in their order.
pub async fn some(tx: &mut IspTx, id: RouterMoveId, states: &[SecretState], wave: Option<i16>, most: i64) -> Result<Vec<SecretRow>> {
    let isp = tx.isp();
    let slugs: Vec<&str> = states.iter().map(|state| state.slug()).collect();
    let rows = sqlx::query_as!(
        Found,
        "select position, name, service_id, state, why, wave, test, was_online, item, profile, comment, back_at from router_move_secret
         where isp_id = $1 and move_id = $2 and state = any($3) and ($4::smallint is null or wave = $4) order by position limit $5",
        isp,
        id.0,
        &slugs as &[&str],
        wave,
        most
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Found::read).collect()
}

/// Those who were online before their wave and are not back: the first ones.
pub async fn missing(tx: &mut IspTx, id: RouterMoveId, most: i64) -> Result<Vec<SecretRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Found,
        "select position, name, service_id, state, why, wave, test, was_online, item, profile, comment, back_at from router_move_secret
         where isp_id = $1 and move_id = $2 and state = 'off' and was_online and why is null order by position limit $3",
        isp,
        id.0,
        most
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Found::read).collect()
}

impl Found {
    fn read(self) -> Result<SecretRow> {
        Ok(SecretRow {
            state: known(SecretState::from_slug(&self.state), "state", &self.state)?,
            why: self.why.as_deref().map(|why| known(Stays::from_slug(why), "reason", why)).transpose()?,
            position: self.position,
            name: self.name,
            service: self.service_id.map(ServiceId),
            wave: self.wave,
            test: self.test,
            was_online: self.was_online,
            item: self.item,
            profile: self.profile,
            comment: self.comment,
            back_at: self.back_at,
        })
    }
}

/// Puts the next ones that wait into a wave; the test's wave takes the chosen one. Answers with how many.
pub async fn fill_wave(tx: &mut IspTx, id: RouterMoveId, wave: i16, most: i64) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update router_move_secret set wave = $3::smallint where isp_id = $1 and move_id = $2 and position in (
           select position from router_move_secret where isp_id = $1 and move_id = $2 and state = 'waiting' and wave is null and (test or $3::smallint > 0)
           order by position limit $4)",
        isp,
        id.0,
        wave,
        most
    );
    Ok(done.execute(tx.conn()).await?.rows_affected())
}

/// Writes down what secrets are before they are touched, or why they are not.
pub async fn write_down(tx: &mut IspTx, id: RouterMoveId, rows: &[SecretRow]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            rows.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "update router_move_secret s set state = u.state, why = u.why, was_online = u.online, item = u.item, profile = u.profile, comment = u.comment,
           wave = case when u.state = 'writing' then s.wave else null end
         from unnest($3::int[], $4::text[], $5::text[], $6::bool[], $7::text[], $8::text[], $9::text[])
           as u (position, state, why, online, item, profile, comment)
         where s.isp_id = $1 and s.move_id = $2 and s.position = u.position",
        isp,
        id.0,
        &column!(|row| row.position),
        &column!(|row| row.state.slug()) as &[&str],
        &column!(|row| row.why.map(Stays::slug)) as &[Option<&str>],
        &column!(|row| row.was_online),
        &column!(|row| row.item.as_str()) as &[&str],
        &column!(|row| row.profile.as_str()) as &[&str],
        &column!(|row| row.comment.as_str()) as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set(tx: &mut IspTx, id: RouterMoveId, positions: &[i32], state: SecretState) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update router_move_secret set state = $4 where isp_id = $1 and move_id = $2 and position = any($3)",
        isp,
        id.0,
        positions,
        state.slug()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes who has a session through RADIUS on this router that began with his wave or later.
pub async fn note_back(tx: &mut IspTx, id: RouterMoveId, nas: NasId, slack: TimeDelta, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update router_move_secret s set state = 'back', back_at = $4 from router_move_wave w
         where s.isp_id = $1 and s.move_id = $2 and s.state = 'off' and w.isp_id = $1 and w.move_id = $2 and w.number = s.wave
           and exists (select 1 from radius_session r where r.isp_id = $1 and r.service_id = s.service_id and r.stopped_at is null
             and r.nas_id = $3 and r.started_at >= w.began_at - make_interval(secs => $5::int))",
        isp,
        id.0,
        nas.0,
        now,
        i32::try_from(slack.num_seconds()).unwrap_or(0)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nobody waits for these: their lines went down meanwhile.
pub async fn excuse(tx: &mut IspTx, id: RouterMoveId, positions: &[i32]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update router_move_secret set why = 'down' where isp_id = $1 and move_id = $2 and position = any($3)",
        isp,
        id.0,
        positions
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many there are in each state.
pub async fn counts(tx: &mut IspTx, id: RouterMoveId) -> Result<Vec<(SecretState, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select state, count(*) as "many!" from router_move_secret where isp_id = $1 and move_id = $2 group by state"#,
        isp,
        id.0
    );
    let read = |state: String, many| Ok((known(SecretState::from_slug(&state), "state", &state)?, many));
    rows.fetch_all(tx.conn()).await?.into_iter().map(|row| read(row.state, row.many)).collect()
}

/// What is wanted of these secrets is nobody's wish any more: they are neither written nor removed.
pub async fn forget_wants(tx: &mut IspTx, router: RouterId, names: &[&str]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "delete from router_want where isp_id = $1 and router_id = $2 and kind = 'ppp_secret' and name = any($3)",
        isp,
        router.0,
        names as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Has what these lines want of their router worked out anew.
pub async fn look_again(tx: &mut IspTx, lines: &[ServiceId], now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let lines: Vec<Uuid> = lines.iter().map(|line| line.0).collect();
    sqlx::query!(
        "insert into router_nudge (isp_id, service_id, at) select $1, u, $3 from unnest($2::uuid[]) u order by u
         on conflict (isp_id, service_id) do update set at = excluded.at",
        isp,
        &lines,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
