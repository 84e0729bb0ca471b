//! Templates: written as JSON, kept in every version. What a run used stays readable for ever.

use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::provisioning::TemplateForm;
use domain::rights::Permission;
use domain::{Problem, TemplateId};
use serde_json::json;
use storage::audit::{self, Change};
use storage::provisioning::{self, TemplateRow, VersionRow};
use uuid::Uuid;

/// A template with its history, the newest version first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateView {
    pub id: TemplateId,
    pub name: String,
    pub version: i32,
    pub versions: Vec<VersionRow>,
}

pub async fn templates(services: &Services, caller: &Caller) -> Result<Vec<TemplateRow>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    Ok(provisioning::templates(&mut tx).await?)
}

pub async fn template(services: &Services, caller: &Caller, id: TemplateId) -> Result<TemplateView> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let (name, version) = provisioning::template(&mut tx, id, false).await?.ok_or(Error::NotFound)?;
    Ok(TemplateView { id, name, version, versions: provisioning::versions(&mut tx, id).await? })
}

pub async fn create_template(services: &Services, caller: &Caller, form: &TemplateForm) -> Result<TemplateId> {
    require(caller, Permission::NetworkEdit)?;
    let name = form.read().map_err(Error::Invalid)?;
    let (id, now) = (TemplateId(Uuid::now_v7()), services.now());
    let mut tx = services.begin(caller).await?;
    provisioning::create_template(&mut tx, id, &name, &form.body, now).await?;
    let after = Some(json!({ "name": name, "version": 1 }));
    let change =
        Change { action: "router_template.create", object_kind: "router_template", object_id: Some(id.0), after, ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Writes the next version of a template that still has the given one. The same text again is no new version.
pub async fn save_template(services: &Services, caller: &Caller, id: TemplateId, version: i32, form: &TemplateForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let name = form.read().map_err(Error::Invalid)?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let (before, current) = provisioning::template(&mut tx, id, true).await?.ok_or(Error::NotFound)?;
    if current != version {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let same = provisioning::body(&mut tx, id, current).await?.is_some_and(|body| body == form.body);
    match same {
        true if before == name => return Ok(()),
        true => provisioning::rename_template(&mut tx, id, &name).await?,
        false => provisioning::change_template(&mut tx, id, &name, current + 1, &form.body, now).await?,
    }
    let change = Change {
        action: "router_template.update",
        object_kind: "router_template",
        object_id: Some(id.0),
        before: Some(json!({ "name": before, "version": current })),
        after: Some(json!({ "name": name, "version": if same { current } else { current + 1 } })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}
