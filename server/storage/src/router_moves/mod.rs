//! Runs that move the subscribers of a router from its own secrets to RADIUS: where each stands, its waves, and who has come
//! in through RADIUS since.

pub mod secrets;

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::router_moves::MoveState;
use domain::routers::AuthMode;
use domain::{NasId, Problem, RouterId, RouterMoveId, ServiceId};
use serde_json::Value;
use uuid::Uuid;

/// A run that is asked for.
#[derive(Clone, Debug)]
pub struct NewMove<'a> {
    pub id: RouterMoveId,
    pub router: RouterId,
    pub percent: u8,
    pub minutes: u8,
    pub server: Option<&'a str>,
    pub mode_before: AuthMode,
    pub at: DateTime<Utc>,
}

pub async fn open(tx: &mut IspTx, new: &NewMove<'_>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into router_move (isp_id, id, router_id, state, percent, minutes, server, mode_before, asked_by, created_at)
         values ($1, $2, $3, 'waiting', $4, $5, $6, $7, $8, $9)",
        isp,
        new.id.0,
        new.router.0,
        i16::from(new.percent),
        i16::from(new.minutes),
        new.server,
        new.mode_before.slug(),
        by,
        new.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A run as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveRow {
    pub id: RouterMoveId,
    pub router: RouterId,
    pub router_name: String,
    pub nas: Option<NasId>,
    pub mode: AuthMode,
    pub mode_before: AuthMode,
    pub state: MoveState,
    pub percent: u8,
    pub minutes: u8,
    pub server: Option<String>,
    pub setup_sealed: Option<Vec<u8>>,
    pub armed_at: Option<DateTime<Utc>>,
    pub stop_asked: bool,
    pub forced_by: Option<String>,
    pub problems: Vec<Problem>,
    pub waits_for: Option<String>,
    pub asked_by: String,
    pub created_at: DateTime<Utc>,
    pub moved_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

struct Found {
    id: Uuid,
    router_id: Uuid,
    router_name: String,
    nas_id: Option<Uuid>,
    auth_mode: String,
    mode_before: String,
    state: String,
    percent: i16,
    minutes: i16,
    server: Option<String>,
    setup_sealed: Option<Vec<u8>>,
    armed_at: Option<DateTime<Utc>>,
    stop_asked: bool,
    forced_by: Option<String>,
    problems: Value,
    waits_for: Option<String>,
    asked_by: String,
    created_at: DateTime<Utc>,
    moved_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
}

/// The runs of a router, or one run; the newest first.
pub async fn moves(tx: &mut IspTx, router: Option<RouterId>, one: Option<RouterMoveId>, most: i64) -> Result<Vec<MoveRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Found,
        "select m.id, m.router_id, r.name as router_name, r.nas_id, r.auth_mode, m.mode_before, m.state, m.percent, m.minutes, m.server,
           m.setup_sealed, m.armed_at, m.stop_asked, m.forced_by, m.problems, m.waits_for, m.asked_by, m.created_at, m.moved_at, m.ended_at
         from router_move m join router r on r.isp_id = $1 and r.id = m.router_id
         where m.isp_id = $1 and ($2::uuid is null or m.router_id = $2) and ($3::uuid is null or m.id = $3)
         order by m.created_at desc limit $4",
        isp,
        router.map(|router| router.0),
        one.map(|one| one.0),
        most
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Found::read).collect()
}

impl Found {
    fn read(self) -> Result<MoveRow> {
        let mode = |slug: &str| known(AuthMode::from_slug(slug), "way of deciding", slug);
        let small = |number: i16| known(u8::try_from(number).ok(), "number", &number.to_string());
        Ok(MoveRow {
            id: RouterMoveId(self.id),
            router: RouterId(self.router_id),
            router_name: self.router_name,
            nas: self.nas_id.map(NasId),
            mode: mode(&self.auth_mode)?,
            mode_before: mode(&self.mode_before)?,
            state: known(MoveState::from_slug(&self.state), "state", &self.state)?,
            percent: small(self.percent)?,
            minutes: small(self.minutes)?,
            server: self.server,
            setup_sealed: self.setup_sealed,
            armed_at: self.armed_at,
            stop_asked: self.stop_asked,
            forced_by: self.forced_by,
            problems: known(serde_json::from_value(self.problems).ok(), "problems", &self.id.to_string())?,
            waits_for: self.waits_for,
            asked_by: self.asked_by,
            created_at: self.created_at,
            moved_at: self.moved_at,
            ended_at: self.ended_at,
        })
    }
}

/// Is a run at work on this router, or resting in the middle?
pub async fn is_active(tx: &mut IspTx, router: RouterId) -> Result<bool> {
    let isp = tx.isp();
    let active = sqlx::query_scalar!(
        r#"select exists (select 1 from router_move where isp_id = $1 and router_id = $2
             and state not in ('done', 'returned', 'cleared', 'refused')) as "active!""#,
        isp,
        router.0
    );
    Ok(active.fetch_one(tx.conn()).await?)
}

/// Leads a run from one state to the next; what it waited for is over. `false`: somebody was faster, and it is elsewhere.
pub async fn set_state(tx: &mut IspTx, id: RouterMoveId, from: MoveState, to: MoveState, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update router_move set state = $4, waits_for = null, ended_at = $5,
           moved_at = case when $4 = 'done' then coalesce(moved_at, $6) else moved_at end
         where isp_id = $1 and id = $2 and state = $3",
        isp,
        id.0,
        from.slug(),
        to.slug(),
        to.is_over().then_some(now),
        now
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// Adds what is not said there already.
pub async fn add_problems(tx: &mut IspTx, id: RouterMoveId, problems: &[Problem]) -> Result<()> {
    let isp = tx.isp();
    let more = serde_json::to_value(problems).unwrap_or_default();
    sqlx::query!(
        "update router_move set problems = problems || $3::jsonb where isp_id = $1 and id = $2 and not problems @> $3::jsonb",
        isp,
        id.0,
        more
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn wait_for(tx: &mut IspTx, id: RouterMoveId, what: Option<&str>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_move set waits_for = $3 where isp_id = $1 and id = $2", isp, id.0, what).execute(tx.conn()).await?;
    Ok(())
}

/// What the settings were and become, before the first of them is written.
pub async fn keep_setup(tx: &mut IspTx, id: RouterMoveId, sealed: &[u8]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_move set setup_sealed = $3 where isp_id = $1 and id = $2", isp, id.0, sealed).execute(tx.conn()).await?;
    Ok(())
}

pub async fn armed(tx: &mut IspTx, id: RouterMoveId, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_move set armed_at = $3 where isp_id = $1 and id = $2", isp, id.0, at).execute(tx.conn()).await?;
    Ok(())
}

pub async fn ask_stop(tx: &mut IspTx, id: RouterMoveId, stop: bool) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_move set stop_asked = $3 where isp_id = $1 and id = $2", isp, id.0, stop).execute(tx.conn()).await?;
    Ok(())
}

/// A person went on although nobody had come in; what was wrong then is answered by that.
pub async fn forced(tx: &mut IspTx, id: RouterMoveId) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_string());
    sqlx::query!("update router_move set forced_by = $3, problems = '[]' where isp_id = $1 and id = $2", isp, id.0, by)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// One wave, and how many of those who were online before it are back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveRow {
    pub number: i16,
    pub began_at: DateTime<Utc>,
    pub kicked_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub size: i64,
    pub online: i64,
    pub back: i64,
}

/// The waves so far, in their order.
pub async fn waves(tx: &mut IspTx, id: RouterMoveId) -> Result<Vec<WaveRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        WaveRow,
        r#"select w.number, w.began_at, w.kicked_at, w.ended_at, count(s.position) as "size!",
             count(s.position) filter (where s.was_online and s.why is null) as "online!",
             count(s.position) filter (where s.was_online and s.why is null and s.back_at is not null) as "back!"
           from router_move_wave w
           left join router_move_secret s on s.isp_id = $1 and s.move_id = $2 and s.wave = w.number
           where w.isp_id = $1 and w.move_id = $2
           group by w.number, w.began_at, w.kicked_at, w.ended_at order by w.number"#,
        isp,
        id.0
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

pub async fn begin_wave(tx: &mut IspTx, id: RouterMoveId, number: i16, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("insert into router_move_wave (isp_id, move_id, number, began_at) values ($1, $2, $3, $4)", isp, id.0, number, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn kicked(tx: &mut IspTx, id: RouterMoveId, number: i16, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_move_wave set kicked_at = $4 where isp_id = $1 and move_id = $2 and number = $3", isp, id.0, number, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn end_wave(tx: &mut IspTx, id: RouterMoveId, number: i16, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_move_wave set ended_at = $4 where isp_id = $1 and move_id = $2 and number = $3", isp, id.0, number, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// As if it had not been: its lines are waiting again.
pub async fn forget_wave(tx: &mut IspTx, id: RouterMoveId, number: i16) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update router_move_secret set wave = null, state = case when state = 'on' then 'waiting' else state end, was_online = false
         where isp_id = $1 and move_id = $2 and wave = $3",
        isp,
        id.0,
        number
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from router_move_wave where isp_id = $1 and move_id = $2 and number = $3", isp, id.0, number)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// An answer of our RADIUS service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RadiusAnswer {
    pub at: DateTime<Utc>,
    pub outcome: String,
    pub reason: String,
}

/// What our RADIUS service said last to a name that asked from this router.
pub async fn last_answer(tx: &mut IspTx, nas: NasId, name: &str, since: DateTime<Utc>) -> Result<Option<RadiusAnswer>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        RadiusAnswer,
        "select at, outcome, reason from auth_attempt where isp_id = $1 and lower(username) = lower($2) and at >= $3 and nas_id = $4
         order by at desc, id desc limit 1",
        isp,
        name,
        since,
        nas.0
    );
    Ok(row.fetch_optional(tx.conn()).await?)
}

/// Has it asked with a secret that is not ours since?
pub async fn asked_wrongly(tx: &mut IspTx, nas: NasId, since: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let wrong = sqlx::query_scalar!(
        r#"select exists (select 1 from nas_alert where isp_id = $1 and nas_id = $2 and kind = 'bad_authenticator' and last_at >= $3) as "wrong!""#,
        isp,
        nas.0,
        since
    );
    Ok(wrong.fetch_one(tx.conn()).await?)
}

/// Lines by their user names in lower case.
pub async fn lines_named(tx: &mut IspTx, names: &[String]) -> Result<Vec<(String, ServiceId)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select username_key as "name!", id from service where isp_id = $1 and status <> 'terminated' and username_key = any($2)"#,
        isp,
        names
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|row| (row.name, ServiceId(row.id))).collect())
}

/// How many lines live on a router that are not on PPPoE: hotspot users and fixed addresses.
pub async fn others_on(tx: &mut IspTx, router: RouterId) -> Result<i64> {
    let isp = tx.isp();
    let others = sqlx::query_scalar!(
        r#"select count(*) as "others!" from service_router l join service s on s.isp_id = $1 and s.id = l.service_id
           where l.isp_id = $1 and l.router_id = $2 and s.kind <> 'pppoe' and s.status <> 'terminated'"#,
        isp,
        router.0
    );
    Ok(others.fetch_one(tx.conn()).await?)
}
