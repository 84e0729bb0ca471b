//! Jobs over many lines: each line with its own result, written in the transaction that did it.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::ServiceId;
use domain::bulk::{BulkAction, BulkFate, BulkJob, BulkRow, BulkState};
use domain::customers::{BlockReason, Page, Paging};
use std::collections::HashSet;
use uuid::Uuid;

/// The lines that this reason holds down.
pub async fn held(tx: &mut IspTx, reason: BlockReason) -> Result<HashSet<ServiceId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!("select service_id from service_block where isp_id = $1 and reason = $2", isp, reason.slug());
    Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(ServiceId).collect())
}

/// Writes a job with its lines.
pub async fn create(
    tx: &mut IspTx,
    id: Uuid,
    (action, reason, note): (BulkAction, BlockReason, &str),
    lines: &[ServiceId],
    now: DateTime<Utc>,
) -> Result<()> {
    let (isp, caller) = (tx.isp(), tx.caller().clone());
    sqlx::query!(
        "insert into bulk_job (isp_id, id, action, reason, note, owner_path, started_by, started_name, started_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        isp,
        id,
        action.slug(),
        reason.slug(),
        note,
        caller.owner_path,
        caller.actor_id(),
        caller.actor_name(),
        now
    )
    .execute(tx.conn())
    .await?;
    let lines: Vec<Uuid> = lines.iter().map(|id| id.0).collect();
    sqlx::query!(
        "insert into bulk_row (isp_id, job_id, position, service_id)
         select $1, $2, u.position, u.id from unnest($3::uuid[]) with ordinality as u (id, position)",
        isp,
        id,
        &lines
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One job, or the last ones.
pub async fn jobs(tx: &mut IspTx, only: Option<Uuid>) -> Result<Vec<BulkJob>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select j.id, j.action, j.reason, j.note, j.state, j.started_name, j.started_at, j.finished_at,
                  r.waiting as "waiting!", r.done as "done!", r.left_out as "left_out!", r.failed as "failed!"
           from (select * from bulk_job where isp_id = $1 and ($2::uuid is null or id = $2) order by started_at desc limit 20) j
           cross join lateral (select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'done') as done,
               count(*) filter (where state = 'left') as left_out, count(*) filter (where state = 'failed') as failed
             from bulk_row where isp_id = $1 and job_id = j.id) r
           order by j.started_at desc"#,
        isp,
        only
    )
    .fetch_all(tx.conn())
    .await?;
    let jobs = rows.into_iter().map(|row| {
        Ok(BulkJob {
            id: row.id,
            action: known(BulkAction::from_slug(&row.action), "bulk action", &row.action)?,
            reason: known(BlockReason::from_slug(&row.reason), "reason", &row.reason)?,
            note: row.note,
            state: known(BulkState::from_slug(&row.state), "state of a job", &row.state)?,
            started_by: row.started_name,
            started_at: row.started_at,
            finished_at: row.finished_at,
            waiting: row.waiting,
            done: row.done,
            left: row.left_out,
            failed: row.failed,
        })
    });
    jobs.collect()
}

/// A page of a job's lines.
pub async fn rows(tx: &mut IspTx, id: Uuid, fate: Option<BulkFate>, paging: Paging) -> Result<Page<BulkRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select r.service_id, s.customer_id, c.name, s.username, r.state, r.problem, r.at, count(*) over () as "total!"
           from bulk_row r
           join service s on s.isp_id = $1 and s.id = r.service_id
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           where r.isp_id = $1 and r.job_id = $2 and ($3::text is null or r.state = $3)
           order by r.position limit $4 offset $5"#,
        isp,
        id,
        fate.map(|fate| fate.slug()),
        paging.size,
        paging.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let rows = rows.into_iter().map(|row| {
        Ok(BulkRow {
            service_id: row.service_id.into(),
            customer_id: row.customer_id.into(),
            customer: row.name,
            username: row.username,
            fate: known(BulkFate::from_slug(&row.state), "fate", &row.state)?,
            problem: row.problem,
            at: row.at,
        })
    });
    Ok(Page { rows: rows.collect::<Result<_>>()?, total, page: paging.page, size: paging.size })
}

/// The job is begun, unless it is over. `None`: it is.
pub async fn begin(tx: &mut IspTx, id: Uuid) -> Result<Option<(BulkAction, BlockReason, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "update bulk_job set state = 'running' where isp_id = $1 and id = $2 and state in ('waiting', 'running') returning action, reason, note",
        isp,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let action = known(BulkAction::from_slug(&row.action), "bulk action", &row.action)?;
        Ok((action, known(BlockReason::from_slug(&row.reason), "reason", &row.reason)?, row.note))
    })
    .transpose()
}

/// The next line, locked, while nobody has cancelled the job; and how it stands (`None`: it is gone).
pub async fn next(tx: &mut IspTx, id: Uuid) -> Result<Option<(i32, ServiceId, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select r.position, r.service_id, s.status from bulk_job j
         join bulk_row r on r.isp_id = $1 and r.job_id = j.id and r.state = 'waiting'
         join service s on s.isp_id = $1 and s.id = r.service_id
         where j.isp_id = $1 and j.id = $2 and j.state = 'running'
         order by r.position limit 1 for update of r, s for share of j",
        isp,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.position, row.service_id.into(), row.status)))
}

/// Notes what became of a line.
pub async fn settle(tx: &mut IspTx, id: Uuid, position: i32, fate: BulkFate, problem: Option<&str>, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update bulk_row set state = $4, problem = $5, at = $6 where isp_id = $1 and job_id = $2 and position = $3",
        isp,
        id,
        position,
        fate.slug(),
        problem,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The job is over, when nothing of it waits.
pub async fn finish(tx: &mut IspTx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update bulk_job set state = 'done', finished_at = $3 where isp_id = $1 and id = $2 and state = 'running'
           and not exists (select 1 from bulk_row where isp_id = $1 and job_id = $2 and state = 'waiting')",
        isp,
        id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was not done yet stays undone. `false`: it is over, or not there.
pub async fn cancel(tx: &mut IspTx, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update bulk_job set state = 'cancelled', finished_at = $3 where isp_id = $1 and id = $2 and state in ('waiting', 'running')",
        isp,
        id,
        now
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// Failed lines wait again. Answers with how many; none where the job still runs.
pub async fn again(tx: &mut IspTx, id: Uuid) -> Result<u64> {
    let isp = tx.isp();
    let open =
        sqlx::query!("update bulk_job set state = 'waiting', finished_at = null where isp_id = $1 and id = $2 and state = 'done'", isp, id);
    if open.execute(tx.conn()).await?.rows_affected() == 0 {
        return Ok(0);
    }
    let rows = sqlx::query!(
        "update bulk_row set state = 'waiting', problem = null, at = null where isp_id = $1 and job_id = $2 and state = 'failed'",
        isp,
        id
    );
    Ok(rows.execute(tx.conn()).await?.rows_affected())
}
