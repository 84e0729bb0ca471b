//! Adding and changing routers. Each change stands in the audit log, without the password.

use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::routers::{Router, RouterDraft, RouterForm, read_router};
use domain::{Problem, RouterId, ServiceId};
use integrations::routeros::Fingerprint;
use serde_json::{Value, json};
use storage::audit::{self, Change};
use storage::routers::{self, RouterRecord};
use storage::{IspTx, router_moves};
use uuid::Uuid;

/// Adds a router. Nothing is sent to it yet.
pub async fn create_router(services: &Services, caller: &Caller, form: &RouterForm) -> Result<RouterId> {
    require(caller, Permission::NetworkEdit)?;
    let draft = read_router(form, true).map_err(Error::Invalid)?;
    let id = RouterId(Uuid::now_v7());
    let sealed = draft.password.as_deref().map(|password| services.keys.seal_text(id.0, password)).transpose()?;
    let mut tx = services.begin(caller).await?;
    check_references(&mut tx, None, &draft).await?;
    let record = RouterRecord { id, draft: &draft, password_sealed: sealed.as_deref(), fingerprint: None };
    routers::create(&mut tx, &record, services.now()).await?;
    let after = Some(told(&draft));
    let change = Change { action: "router.create", object_kind: "router", object_id: Some(id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a router that still has the given version. Another address or port is another device: its certificate has to be
/// confirmed anew.
pub async fn update_router(services: &Services, caller: &Caller, id: RouterId, version: i32, form: &RouterForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let draft = read_router(form, false).map_err(Error::Invalid)?;
    let sealed = draft.password.as_deref().map(|password| services.keys.seal_text(id.0, password)).transpose()?;
    let mut tx = services.begin(caller).await?;
    let before = routers::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.version != version {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    check_references(&mut tx, Some(id), &draft).await?;
    if (before.auth_mode, before.nas_id) != (draft.auth_mode, draft.nas_id) {
        not_while_moving(&mut tx, id).await?;
    }
    let same = (&before.host, before.port, before.door) == (&draft.host, draft.port, draft.door);
    let fingerprint = before.fingerprint.as_deref().filter(|_| same).and_then(|text| text.parse::<Fingerprint>().ok());
    // A password is only ever sent where it was meant for.
    if !same && sealed.is_none() {
        return Err(Error::Invalid(vec![Problem::new("password", "problem-router-password-again")]));
    }
    let record = RouterRecord {
        id,
        draft: &draft,
        password_sealed: sealed.as_deref(),
        fingerprint: fingerprint.as_ref().map(|one| one.0.as_slice()),
    };
    routers::update(&mut tx, &record, services.now()).await?;
    let mut after = told(&draft);
    after["password_changed"] = json!(sealed.is_some());
    let change = Change {
        action: "router.update",
        object_kind: "router",
        object_id: Some(id.0),
        before: Some(row(&before)),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Trusts a certificate from now on, and no other. `fingerprint`: what the person has seen.
pub async fn confirm_certificate(services: &Services, caller: &Caller, id: RouterId, fingerprint: &str) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let seen: Fingerprint = fingerprint.trim().parse().map_err(|()| Error::Invalid(vec![Problem::new("fingerprint", "problem-choice")]))?;
    let mut tx = services.begin(caller).await?;
    let before = routers::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.fingerprint.as_deref() == Some(&seen.to_string()) {
        return Ok(());
    }
    routers::confirm(&mut tx, id, &seen.0, services.now()).await?;
    let change = Change {
        action: "router.certificate",
        object_kind: "router",
        object_id: Some(id.0),
        before: before.fingerprint.map(|before| json!({ "fingerprint": before })),
        after: Some(json!({ "name": before.name, "fingerprint": seen.to_string() })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Takes a router out of use, or back into it. What is kept of it stays.
pub async fn set_router_active(services: &Services, caller: &Caller, id: RouterId, active: bool) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let before = routers::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.active == active {
        return Ok(());
    }
    not_while_moving(&mut tx, id).await?;
    routers::set_active(&mut tx, id, active, services.now()).await?;
    let action = if active { "router.enable" } else { "router.disable" };
    let change = Change { action, object_kind: "router", object_id: Some(id.0), before: Some(row(&before)), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Says on which router some lines live; `None`: on none that is known.
pub async fn place_lines(services: &Services, caller: &Caller, lines: &[ServiceId], router: Option<RouterId>) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let name = match router {
        Some(id) => Some(routers::find(&mut tx, id).await?.ok_or(Error::NotFound)?.name),
        None => None,
    };
    for line in lines {
        let before = routers::of_service(&mut tx, *line).await?;
        if before == router {
            continue;
        }
        routers::place(&mut tx, &[*line], router).await?;
        let change = Change {
            action: "service.router",
            object_kind: "service",
            object_id: Some(line.0),
            after: Some(json!({ "router": name })),
            ..Change::default()
        };
        audit::record(&mut tx, services.now(), change).await?;
    }
    Ok(tx.commit().await?)
}

/// While its subscribers are being moved to RADIUS nobody changes who decides about them.
async fn not_while_moving(tx: &mut IspTx, id: RouterId) -> Result<()> {
    match router_moves::is_active(tx, id).await? {
        true => Err(Error::Conflict(Problem::new("", "problem-router-moving"))),
        false => Ok(()),
    }
}

/// What it points at has to be there, and nothing hangs behind itself.
async fn check_references(tx: &mut IspTx, id: Option<RouterId>, draft: &RouterDraft) -> Result<()> {
    let mut problems = Vec::new();
    if let Some(nas) = draft.nas_id
        && storage::radius::nas::sealed(tx, nas).await?.is_none()
    {
        problems.push(Problem::new("nas", "problem-choice"));
    }
    if let Some(parent) = draft.parent_id {
        if routers::find(tx, parent).await?.is_none() {
            problems.push(Problem::new("parent", "problem-choice"));
        } else if let Some(id) = id
            && routers::hangs_behind(tx, parent, id).await?
        {
            problems.push(Problem::new("parent", "problem-router-circle"));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

/// What the audit log keeps: everything but the password.
fn told(draft: &RouterDraft) -> Value {
    json!({
        "name": draft.name, "host": draft.host, "port": draft.port, "door": draft.door, "username": draft.username,
        "nas_id": draft.nas_id, "parent_id": draft.parent_id, "auth_mode": draft.auth_mode,
    })
}

fn row(router: &Router) -> Value {
    json!({
        "name": router.name, "host": router.host, "port": router.port, "door": router.door, "username": router.username,
        "nas_id": router.nas_id, "parent_id": router.parent_id, "auth_mode": router.auth_mode,
    })
}
