//! Templates of routers with all their versions, and the runs that set routers up with them, step by step.

pub mod rehearsals;
pub mod rollouts;

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::provisioning::{Action, RunState, Setting, StepState};
use domain::{Problem, ProvisionRunId, RouterId, TemplateId};
use serde_json::Value;
use uuid::Uuid;

/// A template as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRow {
    pub id: TemplateId,
    pub name: String,
    pub version: i32,
    /// When its version was written, and by whom.
    pub at: DateTime<Utc>,
    pub by_name: String,
    pub runs: i64,
}

/// One version of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    pub version: i32,
    pub body: String,
    pub at: DateTime<Utc>,
    pub by_name: String,
}

pub async fn templates(tx: &mut IspTx) -> Result<Vec<TemplateRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select t.id, t.name, t.version, v.at, v.by_name,
             (select count(*) from provision_run r where r.isp_id = $1 and r.template_id = t.id) as "runs!"
           from router_template t join router_template_version v on v.isp_id = $1 and v.template_id = t.id and v.version = t.version
           where t.isp_id = $1 order by lower(t.name)"#,
        isp
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let row = rows.into_iter().map(|row| TemplateRow {
        id: TemplateId(row.id),
        name: row.name,
        version: row.version,
        at: row.at,
        by_name: row.by_name,
        runs: row.runs,
    });
    Ok(row.collect())
}

/// Name and current version of a template, locked when it is about to change.
pub async fn template(tx: &mut IspTx, id: TemplateId, lock: bool) -> Result<Option<(String, i32)>> {
    let isp = tx.isp();
    if lock {
        sqlx::query_scalar!("select version from router_template where isp_id = $1 and id = $2 for update", isp, id.0)
            .fetch_optional(tx.conn())
            .await?;
    }
    let row = sqlx::query!("select name, version from router_template where isp_id = $1 and id = $2", isp, id.0);
    Ok(row.fetch_optional(tx.conn()).await?.map(|row| (row.name, row.version)))
}

pub async fn create_template(tx: &mut IspTx, id: TemplateId, name: &str, body: &str, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("insert into router_template (isp_id, id, name, created_at) values ($1, $2, $3, $4)", isp, id.0, name, at)
        .execute(tx.conn())
        .await?;
    add_version(tx, id, 1, body, at).await
}

/// The next version of a template, and its name.
pub async fn change_template(tx: &mut IspTx, id: TemplateId, name: &str, version: i32, body: &str, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_template set name = $3, version = $4 where isp_id = $1 and id = $2", isp, id.0, name, version)
        .execute(tx.conn())
        .await?;
    add_version(tx, id, version, body, at).await
}

pub async fn rename_template(tx: &mut IspTx, id: TemplateId, name: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_template set name = $3 where isp_id = $1 and id = $2", isp, id.0, name).execute(tx.conn()).await?;
    Ok(())
}

async fn add_version(tx: &mut IspTx, id: TemplateId, version: i32, body: &str, at: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into router_template_version (isp_id, template_id, version, body, at, by_name) values ($1, $2, $3, $4, $5, $6)",
        isp,
        id.0,
        version,
        body,
        at,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All versions, the newest first.
pub async fn versions(tx: &mut IspTx, id: TemplateId) -> Result<Vec<VersionRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        VersionRow,
        "select version, body, at, by_name from router_template_version where isp_id = $1 and template_id = $2 order by version desc",
        isp,
        id.0
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

pub async fn body(tx: &mut IspTx, id: TemplateId, version: i32) -> Result<Option<String>> {
    let isp = tx.isp();
    let body = sqlx::query_scalar!(
        "select body from router_template_version where isp_id = $1 and template_id = $2 and version = $3",
        isp,
        id.0,
        version
    );
    Ok(body.fetch_optional(tx.conn()).await?)
}

/// A run that is about to begin.
#[derive(Clone, Debug)]
pub struct NewRun<'a> {
    pub id: ProvisionRunId,
    pub router_id: RouterId,
    pub template_id: TemplateId,
    pub template_version: i32,
    pub values_sealed: &'a [u8],
    pub dead_man_seconds: i32,
    pub at: DateTime<Utc>,
}

pub async fn open_run(tx: &mut IspTx, run: &NewRun<'_>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into provision_run (isp_id, id, router_id, template_id, template_version, state, values_sealed, dead_man_seconds, asked_by, created_at)
         values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9)",
        isp,
        run.id.0,
        run.router_id.0,
        run.template_id.0,
        run.template_version,
        run.values_sealed,
        run.dead_man_seconds,
        by,
        run.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A run as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    pub id: ProvisionRunId,
    pub router_id: RouterId,
    pub router_name: String,
    pub template_id: TemplateId,
    pub template_name: String,
    pub template_version: i32,
    pub state: RunState,
    pub values_sealed: Vec<u8>,
    pub dead_man_seconds: i32,
    pub dead_man_at: Option<DateTime<Utc>>,
    pub problems: Vec<Problem>,
    pub waits_for: Option<String>,
    pub asked_by: String,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub added: i64,
    pub changed: i64,
}

struct Found {
    id: Uuid,
    router_id: Uuid,
    router_name: String,
    template_id: Uuid,
    template_name: String,
    template_version: i32,
    state: String,
    values_sealed: Vec<u8>,
    dead_man_seconds: i32,
    dead_man_at: Option<DateTime<Utc>>,
    problems: Value,
    waits_for: Option<String>,
    asked_by: String,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    added: i64,
    changed: i64,
}

/// The runs of a router that were asked for, or one run; the newest first.
pub async fn runs(tx: &mut IspTx, router: Option<RouterId>, one: Option<ProvisionRunId>, most: i64) -> Result<Vec<RunRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Found,
        r#"select p.id, p.router_id, r.name as router_name, p.template_id, t.name as template_name, p.template_version, p.state, p.values_sealed,
             p.dead_man_seconds, p.dead_man_at, p.problems, p.waits_for, p.asked_by, p.created_at, p.ended_at,
             (select count(*) from provision_step s where s.isp_id = $1 and s.run_id = p.id and s.action = 'add') as "added!",
             (select count(*) from provision_step s where s.isp_id = $1 and s.run_id = p.id and s.action = 'change') as "changed!"
           from provision_run p join router r on r.isp_id = $1 and r.id = p.router_id
           join router_template t on t.isp_id = $1 and t.id = p.template_id
           where p.isp_id = $1 and ($2::uuid is null or p.router_id = $2) and case when $3::uuid is null then p.state <> 'draft' else p.id = $3 end
           order by p.created_at desc limit $4"#,
        isp,
        router.map(|router| router.0),
        one.map(|one| one.0),
        most
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(run_row).collect()
}

fn run_row(row: Found) -> Result<RunRow> {
    Ok(RunRow {
        id: ProvisionRunId(row.id),
        router_id: RouterId(row.router_id),
        router_name: row.router_name,
        template_id: TemplateId(row.template_id),
        template_name: row.template_name,
        template_version: row.template_version,
        state: known(RunState::from_slug(&row.state), "state", &row.state)?,
        values_sealed: row.values_sealed,
        dead_man_seconds: row.dead_man_seconds,
        dead_man_at: row.dead_man_at,
        problems: known(serde_json::from_value(row.problems).ok(), "problems", &row.id.to_string())?,
        waits_for: row.waits_for,
        asked_by: row.asked_by,
        created_at: row.created_at,
        ended_at: row.ended_at,
        added: row.added,
        changed: row.changed,
    })
}

/// Where a run stands now. What it waited for is over.
pub async fn set_state(tx: &mut IspTx, id: ProvisionRunId, state: RunState, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update provision_run set state = $3, waits_for = null, ended_at = $4 where isp_id = $1 and id = $2",
        isp,
        id.0,
        state.slug(),
        state.is_over().then_some(now)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn add_problems(tx: &mut IspTx, id: ProvisionRunId, problems: &[Problem]) -> Result<()> {
    let isp = tx.isp();
    let more = serde_json::to_value(problems).unwrap_or_default();
    sqlx::query!("update provision_run set problems = problems || $3::jsonb where isp_id = $1 and id = $2", isp, id.0, more)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn wait_for(tx: &mut IspTx, id: ProvisionRunId, what: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update provision_run set waits_for = $3 where isp_id = $1 and id = $2", isp, id.0, what).execute(tx.conn()).await?;
    Ok(())
}

/// When the router goes back by itself.
pub async fn armed(tx: &mut IspTx, id: ProvisionRunId, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update provision_run set dead_man_at = $3 where isp_id = $1 and id = $2", isp, id.0, at).execute(tx.conn()).await?;
    Ok(())
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    pub position: i32,
    pub part: String,
    pub menu: String,
    pub name: String,
    pub action: Action,
    pub state: StepState,
    pub item_sealed: Vec<u8>,
    pub shown: Vec<Setting>,
    pub at: Option<DateTime<Utc>>,
}

/// Writes all steps of a run that has touched nothing yet.
pub async fn set_steps(tx: &mut IspTx, run: ProvisionRunId, steps: &[StepRow]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("delete from provision_step where isp_id = $1 and run_id = $2", isp, run.0).execute(tx.conn()).await?;
    macro_rules! column {
        ($f:expr) => {
            steps.iter().map($f).collect::<Vec<_>>()
        };
    }
    let shown = column!(|step| serde_json::to_value(&step.shown).unwrap_or_default());
    sqlx::query!(
        "insert into provision_step (isp_id, run_id, position, part, menu, name, action, state, item_sealed, shown)
         select $1, $2, * from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::jsonb[])",
        isp,
        run.0,
        &column!(|step| step.position),
        &column!(|step| step.part.clone()),
        &column!(|step| step.menu.clone()),
        &column!(|step| step.name.clone()),
        &column!(|step| step.action.slug().to_owned()),
        &column!(|step| step.state.slug().to_owned()),
        &column!(|step| step.item_sealed.clone()),
        &shown
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn steps(tx: &mut IspTx, run: ProvisionRunId) -> Result<Vec<StepRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select position, part, menu, name, action, state, item_sealed, shown, at from provision_step
         where isp_id = $1 and run_id = $2 order by position",
        isp,
        run.0
    );
    let read = rows.fetch_all(tx.conn()).await?.into_iter().map(|row| {
        let action = match row.action.as_str() {
            "add" => Action::Add,
            "change" => Action::Change,
            _ => Action::Keep,
        };
        Ok(StepRow {
            position: row.position,
            part: row.part,
            menu: row.menu,
            name: row.name,
            action,
            state: known(StepState::from_slug(&row.state), "state", &row.state)?,
            item_sealed: row.item_sealed,
            shown: known(serde_json::from_value(row.shown).ok(), "step", &row.position.to_string())?,
            at: row.at,
        })
    });
    read.collect()
}

/// Writes down what a step is about to do, before it does it.
pub async fn begin_step(tx: &mut IspTx, run: ProvisionRunId, step: &StepRow, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let shown = serde_json::to_value(&step.shown).unwrap_or_default();
    sqlx::query!(
        "update provision_step set state = 'writing', action = $4, item_sealed = $5, shown = $6, at = $7
         where isp_id = $1 and run_id = $2 and position = $3",
        isp,
        run.0,
        step.position,
        step.action.slug(),
        step.item_sealed,
        shown,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set_step(tx: &mut IspTx, run: ProvisionRunId, position: i32, state: StepState, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update provision_step set state = $4, at = $5 where isp_id = $1 and run_id = $2 and position = $3",
        isp,
        run.0,
        position,
        state.slug(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
