//! Plans with their steps, and which billing profile follows which.

use crate::error::known;
use crate::{Error, IspTx, Result};
use domain::dunning::{Channel, Plan, PlanUser, Step, StepAction};
use domain::messages::Template;
use domain::{BillingProfileId, DunningPlanId};
use std::collections::HashMap;
use uuid::Uuid;

/// Every plan, by name.
pub async fn plans(tx: &mut IspTx) -> Result<Vec<Plan>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select plan_id, offset_days, action, template, channels from dunning_step where isp_id = $1 order by plan_id, offset_days, action",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let mut steps: HashMap<Uuid, Vec<Step>> = HashMap::new();
    for row in rows {
        let step = step(row.offset_days, &row.action, row.template.as_deref(), &row.channels)?;
        steps.entry(row.plan_id).or_default().push(step);
    }
    let rows =
        sqlx::query!("select id, name, is_default, version from dunning_plan where isp_id = $1 order by is_default desc, lower(name)", isp)
            .fetch_all(tx.conn())
            .await?;
    let plan = |id: Uuid, name, is_default, version, mut steps: Vec<Step>| {
        steps.sort_by_key(|step| (step.offset_days, step.action));
        Plan { id: id.into(), name, is_default, version, steps }
    };
    Ok(rows.into_iter().map(|row| plan(row.id, row.name, row.is_default, row.version, steps.remove(&row.id).unwrap_or_default())).collect())
}

pub(super) fn step(offset_days: i16, action: &str, template: Option<&str>, channels: &[String]) -> Result<Step> {
    let template = match template {
        Some(slug) => Some(known(Template::from_slug(slug), "template", slug)?),
        None => None,
    };
    let channels: Option<Vec<Channel>> = channels.iter().map(|slug| Channel::from_slug(slug)).collect();
    Ok(Step {
        offset_days,
        action: known(StepAction::from_slug(action), "step", action)?,
        template,
        channels: channels.ok_or_else(|| Error::Corrupt("channel".into()))?,
    })
}

/// Writes a new plan.
pub async fn create_plan(tx: &mut IspTx, plan: &Plan) -> Result<()> {
    one_default(tx, plan).await?;
    let isp = tx.isp();
    sqlx::query!(
        "insert into dunning_plan (isp_id, id, name, is_default) values ($1, $2, $3, $4)",
        isp,
        plan.id.0,
        plan.name,
        plan.is_default
    )
    .execute(tx.conn())
    .await?;
    write_steps(tx, plan).await
}

/// Writes a plan over the version it was read at; `false`: somebody was faster.
pub async fn update_plan(tx: &mut IspTx, plan: &Plan) -> Result<bool> {
    let isp = tx.isp();
    let found = sqlx::query!("select version from dunning_plan where isp_id = $1 and id = $2 for update", isp, plan.id.0)
        .fetch_optional(tx.conn())
        .await?;
    if found.is_none_or(|row| row.version != plan.version) {
        return Ok(false);
    }
    one_default(tx, plan).await?;
    sqlx::query!(
        "update dunning_plan set name = $3, is_default = $4, version = version + 1 where isp_id = $1 and id = $2",
        isp,
        plan.id.0,
        plan.name,
        plan.is_default
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from dunning_step where isp_id = $1 and plan_id = $2", isp, plan.id.0).execute(tx.conn()).await?;
    write_steps(tx, plan).await?;
    Ok(true)
}

async fn one_default(tx: &mut IspTx, plan: &Plan) -> Result<()> {
    let isp = tx.isp();
    if plan.is_default {
        sqlx::query!("update dunning_plan set is_default = false where isp_id = $1 and is_default and id <> $2", isp, plan.id.0)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

async fn write_steps(tx: &mut IspTx, plan: &Plan) -> Result<()> {
    let isp = tx.isp();
    for step in &plan.steps {
        let channels: Vec<String> = step.channels.iter().map(|channel| channel.slug().to_string()).collect();
        sqlx::query!(
            "insert into dunning_step (isp_id, plan_id, offset_days, action, template, channels) values ($1, $2, $3, $4, $5, $6)",
            isp,
            plan.id.0,
            step.offset_days,
            step.action.slug(),
            step.template.map(Template::slug),
            &channels
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Which billing profile follows which plan of its own.
pub async fn plan_users(tx: &mut IspTx) -> Result<Vec<PlanUser>> {
    let isp = tx.isp();
    let rows = sqlx::query!("select id, name, dunning_plan_id from billing_profile where isp_id = $1 order by lower(name)", isp)
        .fetch_all(tx.conn())
        .await?;
    let user = |id: Uuid, profile, plan: Option<Uuid>| PlanUser { profile_id: id.into(), profile, plan_id: plan.map(DunningPlanId) };
    Ok(rows.into_iter().map(|row| user(row.id, row.name, row.dunning_plan_id)).collect())
}

/// Lets a billing profile follow a plan, or the ISP's default; `false`: no such profile.
pub async fn set_plan_of_profile(tx: &mut IspTx, profile: BillingProfileId, plan: Option<DunningPlanId>) -> Result<bool> {
    let isp = tx.isp();
    let set =
        sqlx::query!("update billing_profile set dunning_plan_id = $3 where isp_id = $1 and id = $2", isp, profile.0, plan.map(|id| id.0))
            .execute(tx.conn())
            .await?;
    Ok(set.rows_affected() > 0)
}
