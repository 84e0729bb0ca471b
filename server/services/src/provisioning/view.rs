//! Runs as pages show them: what was asked, what was done, what is left to do. Never with a secret.

use super::opened;
use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::provisioning::Template;
use domain::rights::Permission;
use domain::{ProvisionRunId, RouterId};
use std::collections::BTreeMap;
use storage::provisioning::rehearsals::{self, RehearsalRow};
use storage::provisioning::{self, RunRow, StepRow};

/// One run with its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunView {
    pub run: RunRow,
    pub steps: Vec<StepRow>,
    /// May it be taken back by hand?
    pub newest: bool,
    /// How it came out on a copy, where it was tried.
    pub rehearsal: Option<RehearsalRow>,
}

pub async fn runs_of_router(services: &Services, caller: &Caller, router: RouterId) -> Result<Vec<RunRow>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    Ok(provisioning::runs(&mut tx, Some(router), None, 50).await?)
}

/// What was filled in for a run, to begin with for the next; its secrets are asked for again.
pub async fn filled_in(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<BTreeMap<String, String>> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let run = provisioning::runs(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?;
    let body = provisioning::body(&mut tx, run.template_id, run.template_version).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let mut values: BTreeMap<String, String> = opened(services, id.0, &run.values_sealed)?;
    let template = Template::read(&body).map_err(Error::Invalid)?;
    template.secrets().for_each(|secret| drop(values.remove(secret)));
    Ok(values)
}

pub async fn run_view(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<RunView> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let run = provisioning::runs(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?;
    let newest = provisioning::runs(&mut tx, Some(run.router_id), None, 1).await?.pop().is_some_and(|newest| newest.id == id);
    Ok(RunView { steps: provisioning::steps(&mut tx, id).await?, newest, rehearsal: rehearsals::find(&mut tx, id).await?, run })
}
