//! A template for many routers: what was planned for each, and how far each is.

use super::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::provisioning::{Outlook, RolloutState, RunState};
use domain::{Problem, ProvisionRunId, RolloutId, RouterId, TemplateId};
use serde_json::Value;
use uuid::Uuid;

/// One that is about to be kept.
pub struct NewRollout {
    pub id: RolloutId,
    pub template_id: TemplateId,
    pub template_version: i32,
    pub first_alone: bool,
    pub at_once: i32,
    pub at: DateTime<Utc>,
}

/// A router of it: its run, or why it is left out.
pub struct NewMember {
    pub router_id: RouterId,
    pub run: std::result::Result<ProvisionRunId, Vec<Problem>>,
}

pub async fn open(tx: &mut IspTx, new: &NewRollout, members: &[NewMember]) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into provision_rollout (isp_id, id, template_id, template_version, state, first_alone, at_once, asked_by, created_at)
         values ($1, $2, $3, $4, 'reading', $5, $6, $7, $8)",
        isp,
        new.id.0,
        new.template_id.0,
        new.template_version,
        new.first_alone,
        new.at_once,
        by,
        new.at
    )
    .execute(tx.conn())
    .await?;
    let routers: Vec<Uuid> = members.iter().map(|member| member.router_id.0).collect();
    let runs: Vec<Option<Uuid>> = members.iter().map(|member| member.run.as_ref().ok().map(|run| run.0)).collect();
    let problems: Vec<Value> = members
        .iter()
        .map(|member| serde_json::to_value(member.run.as_ref().err().cloned().unwrap_or_default()).unwrap_or_default())
        .collect();
    sqlx::query!(
        "insert into provision_rollout_router (isp_id, rollout_id, position, router_id, run_id, outlook, problems)
         select $1, $2, m.position, m.router, m.run, case when m.run is null then 'refused' else 'waiting' end, m.problems
         from unnest($3::uuid[], $4::uuid[], $5::jsonb[]) with ordinality m (router, run, problems, position)",
        isp,
        new.id.0,
        &routers,
        &runs as _,
        &problems
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutRow {
    pub id: RolloutId,
    pub template_id: TemplateId,
    pub template_name: String,
    pub template_version: i32,
    pub state: RolloutState,
    pub first_alone: bool,
    pub at_once: i32,
    pub asked_by: String,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub routers: i64,
}

/// Those of a template, or one, or all; the newest first.
pub async fn list(tx: &mut IspTx, template: Option<TemplateId>, one: Option<RolloutId>, most: i64) -> Result<Vec<RolloutRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select o.id, o.template_id, t.name as template_name, o.template_version, o.state, o.first_alone, o.at_once, o.asked_by,
             o.created_at, o.ended_at,
             (select count(*) from provision_rollout_router m where m.isp_id = $1 and m.rollout_id = o.id) as "routers!"
           from provision_rollout o join router_template t on t.isp_id = $1 and t.id = o.template_id
           where o.isp_id = $1 and ($2::uuid is null or o.template_id = $2) and ($3::uuid is null or o.id = $3)
           order by o.created_at desc limit $4"#,
        isp,
        template.map(|id| id.0),
        one.map(|id| id.0),
        most
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter().map(|row| {
        Ok(RolloutRow {
            id: RolloutId(row.id),
            template_id: TemplateId(row.template_id),
            template_name: row.template_name,
            template_version: row.template_version,
            state: known(RolloutState::from_slug(&row.state), "state", &row.state)?,
            first_alone: row.first_alone,
            at_once: row.at_once,
            asked_by: row.asked_by,
            created_at: row.created_at,
            ended_at: row.ended_at,
            routers: row.routers,
        })
    });
    rows.collect()
}

/// One, locked: whoever changes it waits for whoever does.
pub async fn lock(tx: &mut IspTx, id: RolloutId) -> Result<Option<RolloutRow>> {
    let isp = tx.isp();
    sqlx::query!("select id from provision_rollout where isp_id = $1 and id = $2 for update", isp, id.0).fetch_optional(tx.conn()).await?;
    Ok(list(tx, None, Some(id), 1).await?.pop())
}

pub async fn set_state(tx: &mut IspTx, id: RolloutId, state: RolloutState, ended_at: Option<DateTime<Utc>>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update provision_rollout set state = $3, ended_at = $4 where isp_id = $1 and id = $2", isp, id.0, state.slug(), ended_at)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A router of one, and its run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    pub position: i32,
    pub router_id: RouterId,
    pub router_name: String,
    pub run_id: Option<ProvisionRunId>,
    pub outlook: Outlook,
    pub adds: i32,
    pub changes: i32,
    pub keeps: i32,
    /// Why it is left out, or how its run ended.
    pub problems: Vec<Problem>,
    pub run_state: Option<RunState>,
    pub waits: bool,
}

/// All routers of one, in the order of their turns.
pub async fn members(tx: &mut IspTx, id: RolloutId) -> Result<Vec<MemberRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select m.position, m.router_id, r.name as router_name, m.run_id, m.outlook, m.adds, m.changes, m.keeps,
             m.problems || coalesce(p.problems, '[]') as "problems!", p.state as "state?", p.waits_for is not null as "waits!"
           from provision_rollout_router m
           join router r on r.isp_id = $1 and r.id = m.router_id
           left join provision_run p on p.isp_id = $1 and p.id = m.run_id
           where m.isp_id = $1 and m.rollout_id = $2 order by m.position"#,
        isp,
        id.0
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter().map(|row| {
        let run_state = match &row.state {
            Some(state) => Some(known(RunState::from_slug(state), "state", state)?),
            None => None,
        };
        Ok(MemberRow {
            position: row.position,
            router_id: RouterId(row.router_id),
            router_name: row.router_name,
            run_id: row.run_id.map(ProvisionRunId),
            outlook: known(Outlook::from_slug(&row.outlook), "outlook", &row.outlook)?,
            adds: row.adds,
            changes: row.changes,
            keeps: row.keeps,
            problems: known(serde_json::from_value(row.problems).ok(), "problems", &row.router_id.to_string())?,
            run_state,
            waits: row.waits,
        })
    });
    rows.collect()
}

/// What would happen to a router, or why it is left out.
#[derive(Clone, Debug)]
pub struct Seen {
    pub position: i32,
    pub outlook: Outlook,
    /// To add, to change, left alone.
    pub counts: (i32, i32, i32),
    pub problems: Vec<Problem>,
}

pub async fn set_outlook(tx: &mut IspTx, id: RolloutId, seen: &Seen) -> Result<()> {
    let isp = tx.isp();
    let problems = serde_json::to_value(&seen.problems).unwrap_or_default();
    sqlx::query!(
        "update provision_rollout_router set outlook = $4, adds = $5, changes = $6, keeps = $7, problems = $8
         where isp_id = $1 and rollout_id = $2 and position = $3",
        isp,
        id.0,
        seen.position,
        seen.outlook.slug(),
        seen.counts.0,
        seen.counts.1,
        seen.counts.2,
        problems
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Those that have a run are read once more, as far as nothing has begun there. Answers with how many.
pub async fn read_again(tx: &mut IspTx, id: RolloutId) -> Result<u64> {
    let isp = tx.isp();
    let again = sqlx::query!(
        "update provision_rollout_router set outlook = 'waiting', problems = '[]' where isp_id = $1 and rollout_id = $2 and run_id is not null",
        isp,
        id.0
    );
    Ok(again.execute(tx.conn()).await?.rows_affected())
}

/// What was filled in for the last run of a template on each of these routers, sealed for that run.
pub async fn last_values(tx: &mut IspTx, template: TemplateId, routers: &[RouterId]) -> Result<Vec<(RouterId, ProvisionRunId, Vec<u8>)>> {
    let isp = tx.isp();
    let routers: Vec<Uuid> = routers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select u.id as "router_id!", p.id, p.values_sealed from unnest($3::uuid[]) u (id)
           cross join lateral (
             select r.id, r.values_sealed from provision_run r
             where r.isp_id = $1 and r.router_id = u.id and r.template_id = $2 and r.state <> 'draft'
             order by r.created_at desc limit 1) p"#,
        isp,
        template.0,
        &routers
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter();
    Ok(rows.map(|row| (RouterId(row.router_id), ProvisionRunId(row.id), row.values_sealed)).collect())
}
