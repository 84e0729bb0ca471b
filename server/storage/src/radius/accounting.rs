//! Sessions as accounting writes them, many at a time: read and locked first, then written back; or changed at once where
//! a writer knows what the row holds, and its version proves him right.

use crate::{Error, IspTx, Result};
use chrono::{DateTime, Utc};
use domain::accounting::{Counter, GONE, NAS_RESTARTED, Session};
use domain::{CustomerId, NasId, ServiceId, SessionId};
use ipnetwork::IpNetwork;
use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;
use uuid::Uuid;

/// What a session is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey {
    pub nas_id: NasId,
    pub acct_session_id: String,
    pub username: String,
}

/// A session with what the server tells beside the figures.
#[derive(Clone, Debug)]
pub struct StoredSession {
    pub id: SessionId,
    pub session: Session,
    pub details: Details,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    pub service_id: Option<ServiceId>,
    pub customer_id: Option<CustomerId>,
    pub mac: Option<String>,
    pub ip: Option<IpAddr>,
    pub nas_port: Option<String>,
    /// What it was let in with, as far as anybody told.
    pub granted: Option<String>,
}

fn octets(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Which transaction wrote a row last (its `xmin`): as long as that is the same, nobody has changed the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowVersion(i32);

/// Begins a batch; answers with the version that the rows will have which it writes. From here on rows are looked up one by
/// one, and no table is read to be compared with a list: right for a small list and a table that may have grown since the
/// planner last looked at it, such as sessions after a power cut. A statement that nobody waits for any more ends by itself
/// after a while, and lets go of what it holds.
pub async fn begin(tx: &mut IspTx) -> Result<RowVersion> {
    let row = sqlx::query!(
        r#"select set_config('enable_hashjoin', 'off', true) || set_config('enable_mergejoin', 'off', true) || set_config('enable_seqscan', 'off', true)
                    || set_config('statement_timeout', '20s', true) as set,
                  (pg_current_xact_id()::text::numeric % 4294967296)::bigint as "version!""#
    )
    .fetch_one(tx.conn())
    .await?;
    // PostgreSQL compares a version with a signed number, bit by bit.
    let version = u32::try_from(row.version).map_err(|_| Error::Corrupt("a transaction's number".into()))?;
    Ok(RowVersion(i32::from_ne_bytes(version.to_ne_bytes())))
}

/// The two newest sessions of each key, locked; the number is the position of the key. Keys come sorted, so that two
/// writers never wait for each other in a circle.
pub async fn lock(tx: &mut IspTx, keys: &[&SessionKey]) -> Result<Vec<(usize, StoredSession)>> {
    let isp = tx.isp();
    let nas: Vec<Uuid> = keys.iter().map(|key| key.nas_id.0).collect();
    let ids: Vec<&str> = keys.iter().map(|key| key.acct_session_id.as_str()).collect();
    let usernames: Vec<&str> = keys.iter().map(|key| key.username.as_str()).collect();
    let rows = sqlx::query!(
        r#"select k.position as "position!", s.id, s.service_id, s.customer_id, s.mac, s.framed_ip, s.nas_port, s.started_at, s.updated_at, s.stopped_at,
                  s.stop_cause, s.input_octets, s.output_octets, s.input_reported, s.output_reported, s.session_seconds, s.granted
           from unnest($2::uuid[], $3::text[], $4::text[]) with ordinality k (nas_id, acct_session_id, username, position)
           cross join lateral (
             select * from radius_session r
             where r.isp_id = $1 and r.nas_id = k.nas_id and r.acct_session_id = k.acct_session_id and r.username = k.username
             order by r.started_at desc limit 2 for update) s
           order by k.position, s.started_at desc"#,
        isp,
        &nas,
        &ids as _,
        &usernames as _
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| {
        let counter = |total: i64, reported: i64| Counter { total: total.unsigned_abs(), reported: reported.unsigned_abs() };
        let session = Session {
            started_at: row.started_at,
            updated_at: row.updated_at,
            stopped_at: row.stopped_at,
            stop_cause: row.stop_cause,
            seconds: row.session_seconds.unsigned_abs(),
            input: counter(row.input_octets, row.input_reported),
            output: counter(row.output_octets, row.output_reported),
        };
        let details = Details {
            service_id: row.service_id.map(ServiceId),
            customer_id: row.customer_id.map(CustomerId),
            mac: row.mac,
            ip: row.framed_ip.map(|network| network.ip()),
            nas_port: row.nas_port,
            granted: row.granted,
        };
        let position = usize::try_from(row.position - 1).unwrap_or(usize::MAX);
        (position, StoredSession { id: row.id.into(), session, details })
    });
    Ok(rows.collect())
}

/// What reports change of many sessions, one array each.
#[derive(Default)]
struct Figures<'a> {
    id: Vec<Uuid>,
    updated: Vec<DateTime<Utc>>,
    stopped: Vec<Option<DateTime<Utc>>>,
    cause: Vec<Option<&'a str>>,
    input: Vec<i64>,
    output: Vec<i64>,
    input_reported: Vec<i64>,
    output_reported: Vec<i64>,
    seconds: Vec<i64>,
}

impl<'a> Figures<'a> {
    fn of(sessions: impl Iterator<Item = &'a StoredSession>) -> Self {
        let mut figures = Self::default();
        for StoredSession { id, session, .. } in sessions {
            figures.id.push(id.0);
            figures.updated.push(session.updated_at);
            figures.stopped.push(session.stopped_at);
            figures.cause.push(session.stop_cause.as_deref());
            figures.input.push(octets(session.input.total));
            figures.output.push(octets(session.output.total));
            figures.input_reported.push(octets(session.input.reported));
            figures.output_reported.push(octets(session.output.reported));
            figures.seconds.push(octets(session.seconds));
        }
        figures
    }
}

/// The other columns.
#[derive(Default)]
struct Columns<'a> {
    service: Vec<Option<Uuid>>,
    customer: Vec<Option<Uuid>>,
    mac: Vec<Option<&'a str>>,
    ip: Vec<Option<IpNetwork>>,
    port: Vec<Option<&'a str>>,
    granted: Vec<Option<&'a str>>,
    started: Vec<DateTime<Utc>>,
}

impl<'a> Columns<'a> {
    fn of(sessions: impl Iterator<Item = &'a StoredSession>) -> Self {
        let mut columns = Self::default();
        for StoredSession { session, details, .. } in sessions {
            columns.service.push(details.service_id.map(|id| id.0));
            columns.customer.push(details.customer_id.map(|id| id.0));
            columns.mac.push(details.mac.as_deref());
            columns.ip.push(details.ip.map(IpNetwork::from));
            columns.port.push(details.nas_port.as_deref());
            columns.granted.push(details.granted.as_deref());
            columns.started.push(session.started_at);
        }
        columns
    }
}

/// Writes sessions that were not there.
pub async fn insert(tx: &mut IspTx, sessions: &[(&SessionKey, &StoredSession)]) -> Result<()> {
    let isp = tx.isp();
    let nas: Vec<Uuid> = sessions.iter().map(|(key, _)| key.nas_id.0).collect();
    let ids: Vec<&str> = sessions.iter().map(|(key, _)| key.acct_session_id.as_str()).collect();
    let usernames: Vec<&str> = sessions.iter().map(|(key, _)| key.username.as_str()).collect();
    let sessions = || sessions.iter().map(|(_, session)| *session);
    let (f, c) = (Figures::of(sessions()), Columns::of(sessions()));
    sqlx::query!(
        "insert into radius_session (isp_id, nas_id, acct_session_id, username, id, service_id, customer_id, mac, framed_ip, nas_port, started_at,
                                     updated_at, stopped_at, stop_cause, input_octets, output_octets, input_reported, output_reported, session_seconds, granted)
         select $1, u.* from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::inet[], $10::text[],
                                    $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::text[], $15::bigint[], $16::bigint[],
                                    $17::bigint[], $18::bigint[], $19::bigint[], $20::text[]) u",
        isp,
        &nas,
        &ids as _,
        &usernames as _,
        &f.id,
        &c.service as _,
        &c.customer as _,
        &c.mac as _,
        &c.ip as _,
        &c.port as _,
        &c.started,
        &f.updated,
        &f.stopped as _,
        &f.cause as _,
        &f.input,
        &f.output,
        &f.input_reported,
        &f.output_reported,
        &f.seconds,
        &c.granted as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes back sessions that `lock` gave.
pub async fn update(tx: &mut IspTx, sessions: &[&StoredSession]) -> Result<()> {
    let isp = tx.isp();
    let (f, c) = (Figures::of(sessions.iter().copied()), Columns::of(sessions.iter().copied()));
    sqlx::query!(
        "update radius_session s
         set service_id = u.service, customer_id = u.customer, mac = u.mac, framed_ip = u.ip, nas_port = u.port, started_at = u.started,
             updated_at = u.updated, stopped_at = u.stopped, stop_cause = u.cause, input_octets = u.input, output_octets = u.output,
             input_reported = u.input_reported, output_reported = u.output_reported, session_seconds = u.seconds,
             granted = coalesce(s.granted, u.granted)
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::inet[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[],
                     $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::text[])
              u (id, service, customer, mac, ip, port, started, updated, stopped, cause, input, output, input_reported, output_reported, seconds, granted)
         cross join lateral (select r.ctid as place from radius_session r where r.isp_id = $1 and r.id = u.id limit 1) r
         where s.isp_id = $1 and s.ctid = r.place and s.id = u.id",
        isp,
        &f.id,
        &c.service as _,
        &c.customer as _,
        &c.mac as _,
        &c.ip as _,
        &c.port as _,
        &c.started,
        &f.updated,
        &f.stopped as _,
        &f.cause as _,
        &f.input,
        &f.output,
        &f.input_reported,
        &f.output_reported,
        &f.seconds,
        &c.granted as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the figures of sessions that still are what the writer knows of them; answers with which those were. They come
/// sorted by key, as for `lock`. Where each lies is looked up one by one: with a plan from when the table was small, a list
/// would be held against all of it.
pub async fn update_known(tx: &mut IspTx, sessions: &[(&StoredSession, RowVersion)]) -> Result<HashSet<SessionId>> {
    let isp = tx.isp();
    let versions: Vec<i32> = sessions.iter().map(|(_, version)| version.0).collect();
    let f = Figures::of(sessions.iter().map(|(session, _)| *session));
    let rows = sqlx::query!(
        "update radius_session s
         set updated_at = u.updated, stopped_at = u.stopped, stop_cause = u.cause, input_octets = u.input, output_octets = u.output,
             input_reported = u.input_reported, output_reported = u.output_reported, session_seconds = u.seconds
         from unnest($2::uuid[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[],
                     $10::bigint[], $11::bigint[])
              u (id, version, updated, stopped, cause, input, output, input_reported, output_reported, seconds)
         cross join lateral (select r.ctid as place from radius_session r where r.isp_id = $1 and r.id = u.id limit 1) r
         where s.isp_id = $1 and s.ctid = r.place and s.id = u.id and s.xmin = u.version
         returning s.id",
        isp,
        &f.id,
        &versions,
        &f.updated,
        &f.stopped as _,
        &f.cause as _,
        &f.input,
        &f.output,
        &f.input_reported,
        &f.output_reported,
        &f.seconds
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Ends older sessions of devices that began anew on the same line: what a device had before is over, also when nobody
/// told. Answers with which sessions it ended, hardly ever any. They are found line by line, and changed by their names:
/// in one statement, a plan from when nobody was online would compare everybody with everybody.
pub async fn device_began_anew(tx: &mut IspTx, began: &[(SessionId, &StoredSession)]) -> Result<HashSet<SessionId>> {
    let isp = tx.isp();
    let sessions: Vec<Uuid> = began.iter().map(|(id, _)| id.0).collect();
    let services: Vec<Option<Uuid>> = began.iter().map(|(_, stored)| stored.details.service_id.map(|id| id.0)).collect();
    let macs: Vec<Option<&str>> = began.iter().map(|(_, stored)| stored.details.mac.as_deref()).collect();
    let started: Vec<DateTime<Utc>> = began.iter().map(|(_, stored)| stored.session.started_at).collect();
    let old = sqlx::query_scalar!(
        "select old.id from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[]) u (id, service, mac, started)
         cross join lateral (
           select o.id from radius_session o
           where o.isp_id = $1 and o.service_id = u.service and o.mac = u.mac and o.id <> u.id and coalesce(o.stopped_at, 'infinity') = 'infinity'
             and o.updated_at < u.started
           for update) old",
        isp,
        &sessions,
        &services as _,
        &macs as _,
        &started
    )
    .fetch_all(tx.conn())
    .await?;
    if !old.is_empty() {
        sqlx::query!(
            "update radius_session set stopped_at = updated_at, stop_cause = $3 where isp_id = $1 and id = any($2) and stopped_at is null",
            isp,
            &old,
            domain::accounting::REPLACED
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(old.into_iter().map(SessionId).collect())
}

/// Tells the other servers on which lines sessions began or ended; `node` is who tells, so that he need not listen.
pub async fn tell_seats(tx: &mut IspTx, node: Uuid, services: &[ServiceId]) -> Result<()> {
    /// PostgreSQL takes 8000 octets in one notice; a UUID has 32.
    const IN_ONE: usize = 200;
    let isp = tx.isp();
    for services in services.chunks(IN_ONE) {
        let names: Vec<String> = services.iter().map(|id| id.0.simple().to_string()).collect();
        let payload = format!("{isp}:{node}:{}", names.join(","));
        sqlx::query!("select pg_notify('seat', $1)::text as told", payload).fetch_one(tx.conn()).await?;
    }
    Ok(())
}

/// Tells every server, also the one that runs this, on which lines sessions ended that no report of theirs ended.
pub(super) async fn tell_everybody(tx: &mut IspTx, services: impl Iterator<Item = Uuid>) -> Result<()> {
    let services: BTreeSet<ServiceId> = services.map(ServiceId).collect();
    tell_seats(tx, Uuid::nil(), &services.into_iter().collect::<Vec<_>>()).await
}

/// What a notification on the channel `seat` says.
pub fn read_seats(payload: &str) -> Option<(domain::IspId, Uuid, Vec<ServiceId>)> {
    let mut parts = payload.splitn(3, ':');
    let (isp, node) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let services = parts.next()?.split(',').filter_map(|id| id.parse().ok()).collect();
    Some((isp, node, services))
}

/// Ends every open session of an access server that began before `at`: it told that it restarted. Servers are told.
pub async fn nas_restarted(tx: &mut IspTx, nas: NasId, at: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "update radius_session set stopped_at = greatest(started_at, $3), stop_cause = $4
         where isp_id = $1 and nas_id = $2 and stopped_at is null and updated_at <= $3
         returning service_id",
        isp,
        nas.0,
        at,
        NAS_RESTARTED
    )
    .fetch_all(tx.conn())
    .await?;
    let ended = rows.len();
    tell_everybody(tx, rows.into_iter().filter_map(|row| row.service_id)).await?;
    Ok(u64::try_from(ended).unwrap_or(u64::MAX))
}

/// Open sessions that an access server tells of under some names, with device and beginning.
pub async fn told_of(tx: &mut IspTx, nas: NasId, usernames: &[&str]) -> Result<Vec<(String, Option<String>, DateTime<Utc>)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select r.username, r.mac, r.started_at from unnest($3::text[]) u (username)
         join radius_session r on r.isp_id = $1 and r.nas_id = $2 and r.username = u.username and r.stopped_at is null",
        isp,
        nas.0,
        usernames as _
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|row| (row.username, row.mac, row.started_at)).collect())
}

/// Ends the open sessions at a place that were last seen before `at`, when all that are there were seen: since then they are
/// gone. Servers are told.
pub async fn unseen(tx: &mut IspTx, place: NasId, at: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "update radius_session set stopped_at = updated_at, stop_cause = $4
         where isp_id = $1 and nas_id = $2 and stopped_at is null and updated_at < $3
         returning service_id",
        isp,
        place.0,
        at,
        GONE
    )
    .fetch_all(tx.conn())
    .await?;
    let ended = rows.len();
    if ended > 0 {
        tell_everybody(tx, rows.into_iter().filter_map(|row| row.service_id)).await?;
    }
    Ok(u64::try_from(ended).unwrap_or(u64::MAX))
}

/// How far reports that a server kept on its disk are in the database; nobody else reads them meanwhile.
pub async fn spool_done(tx: &mut IspTx, spool: Uuid) -> Result<i64> {
    let isp = tx.isp();
    sqlx::query!("insert into accounting_spool (isp_id, spool, done) values ($1, $2, 0) on conflict do nothing", isp, spool)
        .execute(tx.conn())
        .await?;
    let row = sqlx::query!("select done from accounting_spool where isp_id = $1 and spool = $2 for update", isp, spool)
        .fetch_one(tx.conn())
        .await?;
    Ok(row.done)
}

pub async fn set_spool_done(tx: &mut IspTx, spool: Uuid, done: i64) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update accounting_spool set done = greatest(done, $3) where isp_id = $1 and spool = $2", isp, spool, done)
        .execute(tx.conn())
        .await?;
    Ok(())
}
