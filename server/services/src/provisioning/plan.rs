//! What would happen, read and shown before anything does; and asking for it.

use super::device::{Device, dialect};
use super::{Fault, RUN_TASK, Tried, opened, sealed};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::provisioning::{self as rules, Object, Plan, Rows, RunState, Template};
use domain::rights::Permission;
use domain::{Problem, ProvisionRunId, RouterId, TemplateId};
use integrations::routeros::Version;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use storage::audit::{self, Change};
use storage::provisioning::{self, NewRun};
use storage::{IspTx, jobs, routers};
use uuid::Uuid;

/// What a template would do to a router now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub plan: Plan,
    /// RouterOS as the router says it.
    pub routeros: String,
}

/// Values of variables by name.
pub(super) type Values = BTreeMap<String, String>;

/// Reads the router and says what would be added, changed and left alone. Nothing is written; a missing value is told
/// before the router is asked.
pub async fn preview(services: &Services, caller: &Caller, router: RouterId, template: TemplateId, values: &Values) -> Result<Preview> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let (template, _, values) = checked(services, &mut tx, router, template, values).await?;
    drop(tx);
    read(services, caller, router, &template, &values).await
}

/// The same for a run that was filled in and not begun.
pub async fn preview_draft(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<Preview> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let run = provisioning::runs(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?;
    let body = provisioning::body(&mut tx, run.template_id, run.template_version).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let template = Template::read(&body).map_err(Error::Invalid)?;
    read(services, caller, run.router_id, &template, &opened(services, id.0, &run.values_sealed)?).await
}

async fn read(services: &Services, caller: &Caller, router: RouterId, template: &Template, values: &Values) -> Result<Preview> {
    let (version, objects, rows) = read_router(services, caller, router, template, values).await.map_err(told)?;
    Ok(Preview { plan: rules::plan(&objects, &rows).map_err(Error::Invalid)?, routeros: version.to_string() })
}

/// What the router is, what is wanted of it, and what it holds in the menus concerned.
pub(super) async fn read_router(
    services: &Services,
    caller: &Caller,
    router: RouterId,
    template: &Template,
    values: &Values,
) -> Tried<(Version, Vec<Object>, Rows)> {
    let mut device = Device::new(services, caller, router);
    let version = device.version().await?;
    let objects = template.objects(values, dialect(version)).map_err(Fault::Refused)?;
    let rows = device.all_rows(&objects).await?;
    Ok((version, objects, rows))
}

/// A fault as whoever reads a plan is told of it.
pub(super) fn told(fault: Fault) -> Error {
    match fault {
        Fault::Lost(_) => Error::Conflict(Problem::new("", "problem-provision-lost")),
        Fault::Refused(problems) => Error::Invalid(problems),
        Fault::Ours(error) => error,
    }
}

/// Keeps what was filled in, so that the plan can be read before anybody asks for it. Refuses what is missing without
/// asking the router.
pub async fn draft(
    services: &Services,
    caller: &Caller,
    router: RouterId,
    template: TemplateId,
    values: &Values,
    dead_man: Duration,
) -> Result<ProvisionRunId> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let id = open_run(services, &mut tx, router, template, values, dead_man).await?;
    tx.commit().await?;
    Ok(id)
}

/// Nothing is written where anything is missing.
pub(super) async fn open_run(
    services: &Services,
    tx: &mut IspTx,
    router: RouterId,
    template: TemplateId,
    values: &Values,
    dead_man: Duration,
) -> Result<ProvisionRunId> {
    let seconds = i32::try_from(dead_man.as_secs()).ok().filter(|seconds| (1..=3_600).contains(seconds));
    let seconds =
        seconds.ok_or_else(|| Error::Invalid(vec![Problem::new("minutes", "problem-number-range").with("least", 1).with("most", 60)]))?;
    let id = ProvisionRunId(Uuid::now_v7());
    let (_, version, values) = checked(services, tx, router, template, values).await?;
    let values_sealed = sealed(services, id.0, &values)?;
    let run = NewRun {
        id,
        router_id: router,
        template_id: template,
        template_version: version,
        values_sealed: &values_sealed,
        dead_man_seconds: seconds,
        at: services.now(),
    };
    provisioning::open_run(tx, &run).await?;
    Ok(id)
}

/// Asks for a run that was filled in. The router takes everything back by itself when it does not hear from us in time.
pub async fn begin(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let router = provisioning::runs(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?.router_id;
    // One lock a router: of two who press at once the second sees what the first did.
    routers::lock(&mut tx, router).await?.filter(|router| router.active).ok_or(Error::NotFound)?;
    let run = provisioning::runs(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?;
    if run.state != RunState::Draft {
        return Err(Error::Conflict(Problem::new("", "problem-provision-begun")));
    }
    if storage::router_moves::is_active(&mut tx, router).await? {
        return Err(Error::Conflict(Problem::new("", "problem-router-moving")));
    }
    provisioning::set_state(&mut tx, id, RunState::Waiting, services.now()).await?;
    ask_for(&mut tx, id, TimeDelta::zero()).await?;
    let after = Some(json!({ "template": run.template_name, "version": run.template_version, "run": id }));
    let change = Change { action: "router.provision", object_kind: "router", object_id: Some(run.router_id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// The job that goes on with a run.
pub(super) async fn ask_for(tx: &mut IspTx, id: ProvisionRunId, after: TimeDelta) -> Result<()> {
    let payload = json!({ "isp_id": tx.isp_id(), "run_id": id });
    let name = format!("{RUN_TASK}:{id}");
    Ok(jobs::enqueue_later(tx, RUN_TASK, &name, payload, &name, after).await?)
}

/// The template as it stands, and every value it needs. The RADIUS secret of the router is ours to fill in.
async fn checked(
    services: &Services,
    tx: &mut IspTx,
    router: RouterId,
    template: TemplateId,
    values: &Values,
) -> Result<(Template, i32, Values)> {
    let router = routers::find(tx, router).await?.filter(|router| router.active).ok_or(Error::NotFound)?;
    let (_, version) = provisioning::template(tx, template, false).await?.ok_or(Error::NotFound)?;
    let body = provisioning::body(tx, template, version).await?.ok_or(Error::NotFound)?;
    let template = Template::read(&body).map_err(Error::Invalid)?;
    let mut values = values.clone();
    values.retain(|_, value| !value.trim().is_empty());
    let wants_secret = template.secrets().any(|name| name == "radius_secret") && !values.contains_key("radius_secret");
    if let Some(nas) = router.nas_id.filter(|_| wants_secret)
        && let Some(nas) = storage::radius::nas::sealed(tx, nas).await?
    {
        values.insert("radius_secret".into(), services.keys.open_text(nas.id.0, &nas.secret_sealed)?);
    }
    if template.variables.iter().any(|variable| variable.name == "router_name") {
        values.entry("router_name".into()).or_insert(router.name);
    }
    let problems: Vec<Problem> =
        template.variables.iter().filter_map(|variable| variable.value(values.get(&variable.name).map(String::as_str)).err()).collect();
    if problems.is_empty() { Ok((template, version, values)) } else { Err(Error::Invalid(problems)) }
}
