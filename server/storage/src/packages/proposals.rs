//! What changed masters propose to the packages made of them, and the terms that subscribers keep until their cycle ends.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::packages::views::{Proposal, ProposalState};
use domain::packages::{Terms, changed};
use domain::{MasterId, PackageId, ProposalId};
use uuid::Uuid;

fn read(value: serde_json::Value) -> Result<Terms> {
    serde_json::from_value(value).map_err(|error| crate::Error::Corrupt(format!("terms of a proposal: {error}")))
}

fn written(terms: &Terms) -> Result<serde_json::Value> {
    serde_json::to_value(terms).map_err(|error| crate::Error::Corrupt(error.to_string()))
}

/// Proposes; what was proposed to the package before and nobody decided is superseded.
pub async fn create_proposal(
    tx: &mut IspTx,
    id: ProposalId,
    package: PackageId,
    (master, version): (MasterId, i32),
    (before, after): (&Terms, &Terms),
    now: DateTime<Utc>,
) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into package_proposal (isp_id, id, package_id, master_id, master_version, before, after, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        isp,
        id.0,
        package.0,
        master.0,
        version,
        written(before)?,
        written(after)?,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends an open proposal of a package, because of a newer one or because the package was changed by hand.
pub async fn set_proposal_state(
    tx: &mut IspTx,
    package: PackageId,
    only: Option<ProposalId>,
    state: ProposalState,
    now: DateTime<Utc>,
) -> Result<u64> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let done = sqlx::query!(
        "update package_proposal set state = $4, decided_at = $5, decided_by = $6
         where isp_id = $1 and package_id = $2 and ($3::uuid is null or id = $3) and state = 'open'",
        isp,
        package.0,
        only.map(|id| id.0),
        state.slug(),
        now,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Those of a master, of a package, or all: open ones first, then newest first, at most two hundred.
pub async fn proposals(tx: &mut IspTx, master: Option<MasterId>, package: Option<PackageId>) -> Result<Vec<Proposal>> {
    select(tx, master, package, None).await
}

/// Locks a proposal and reads it.
pub async fn lock_proposal(tx: &mut IspTx, id: ProposalId) -> Result<Option<Proposal>> {
    let isp = tx.isp();
    sqlx::query!("select id from package_proposal where isp_id = $1 and id = $2 for update", isp, id.0).fetch_optional(tx.conn()).await?;
    Ok(select(tx, None, None, Some(id)).await?.pop())
}

async fn select(tx: &mut IspTx, master: Option<MasterId>, package: Option<PackageId>, only: Option<ProposalId>) -> Result<Vec<Proposal>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select q.id, q.package_id, p.name as package, q.master_id, m.name as master, q.before, q.after, q.state, q.kept, q.made_at, q.decided_at,
             case when q.state = 'open' then
               (select count(*) from service s where s.isp_id = $1 and s.package_id = q.package_id and s.status <> 'terminated')
             else q.customers end as "customers!"
           from package_proposal q
           join package p on p.isp_id = q.isp_id and p.id = q.package_id
           join master_package m on m.isp_id = q.isp_id and m.id = q.master_id
           where q.isp_id = $1 and ($2::uuid is null or q.master_id = $2) and ($3::uuid is null or q.package_id = $3) and ($4::uuid is null or q.id = $4)
           order by q.state not in ('open', 'applying'), q.made_at desc, q.id desc limit 200"#,
        isp,
        master.map(|id| id.0),
        package.map(|id| id.0),
        only.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let (before, after) = (read(row.before)?, read(row.after)?);
            Ok(Proposal {
                id: row.id.into(),
                package_id: row.package_id.into(),
                package: row.package,
                master_id: row.master_id.into(),
                master: row.master,
                fields: changed(&before, &after),
                before,
                after,
                state: known(ProposalState::from_slug(&row.state), "proposal state", &row.state)?,
                customers: row.customers,
                kept: i64::from(row.kept),
                made_at: row.made_at,
                decided_at: row.decided_at,
            })
        })
        .collect()
}

/// Somebody said yes: so many subscribers are told.
pub async fn begin_proposal(tx: &mut IspTx, id: ProposalId, customers: i64, now: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    sqlx::query!(
        "update package_proposal set state = 'applying', customers = $3, decided_at = $4, decided_by = $5 where isp_id = $1 and id = $2",
        isp,
        id.0,
        i32::try_from(customers).unwrap_or(i32::MAX),
        now,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Up to `limit` subscribers whose cycle still runs keep the speed of before until it ends. Who was told once is not told
/// again, and who still keeps older terms keeps those: they were his when his cycle began. Answers how many were told.
pub async fn keep_speed(tx: &mut IspTx, proposal: &Proposal, zone: &str, today: NaiveDate, now: DateTime<Utc>, limit: i64) -> Result<u64> {
    let isp = tx.isp();
    let services = sqlx::query_scalar!(
        "select s.id from service s
         where s.isp_id = $1 and s.package_id = $2 and s.status <> 'terminated' and s.billed_until > $3
           and not exists (select 1 from service_override o where o.isp_id = $1 and o.service_id = s.id and o.kind = 'speed'
             and o.source = 'proposal' and (o.source_id = $4 or o.ends_at is null or o.ends_at > $5))
         order by s.id limit $6",
        isp,
        proposal.package_id.0,
        today,
        proposal.id.0,
        now,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<_> = services.iter().map(|_| Uuid::now_v7()).collect();
    let done = sqlx::query!(
        "insert into service_override (isp_id, id, service_id, kind, source, source_id, up_kbps, down_kbps, starts_at, ends_at, created_at)
         select $1, w.id, s.id, 'speed', 'proposal', $2, $3, $4, $5, s.billed_until::timestamp at time zone $6, $5
         from unnest($7::uuid[], $8::uuid[]) as w (id, service)
         join service s on s.isp_id = $1 and s.id = w.service",
        isp,
        proposal.id.0,
        proposal.before.up_kbps.map(u32::cast_signed),
        proposal.before.down_kbps.map(u32::cast_signed),
        now,
        zone,
        &ids,
        &services
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update package_proposal set kept = kept + $3 where isp_id = $1 and id = $2",
        isp,
        proposal.id.0,
        i32::try_from(done.rows_affected()).unwrap_or(i32::MAX)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

pub async fn finish_proposal(tx: &mut IspTx, id: ProposalId, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update package_proposal set state = 'applied', finished_at = $3 where isp_id = $1 and id = $2", isp, id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}
