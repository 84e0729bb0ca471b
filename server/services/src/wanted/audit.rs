//! Compares what a router holds with what is wanted there: not ours, missing, different, or left over. It only reads; what
//! a person decides becomes an intent like any other.

use super::talk::everything_in;
use crate::routers::{link, told, why};
use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::routers::Router;
use domain::wanted::{DriftRow, Finding, Found, Kind, Wish, differences};
use domain::{Problem, RouterId, ServiceId};
use futures_util::StreamExt;
use futures_util::stream;
use integrations::routeros::{Limits, RouterError, TrapKind};
use serde_json::json;
use std::collections::HashMap;
use storage::audit::Change;
use storage::wanted::drift::{self as sql, Audited, NewFinding};
use storage::wanted::wants::{self, NewWant};
use storage::wanted::{errands, lines};
use storage::{audit, routers};

/// Routers that are compared side by side.
const AT_ONCE: usize = 32;
/// Rows of a list: more say the same.
const LISTED: i64 = 500;

/// The last comparison with a router.
pub struct Drift {
    pub router: Router,
    pub audited: Audited,
    pub counts: Vec<(Finding, i64)>,
    pub rows: Vec<DriftRow>,
}

/// What the last comparison found.
pub async fn drift(services: &Services, caller: &Caller, router: RouterId, finding: Option<Finding>) -> Result<Drift> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let found = routers::find(&mut tx, router).await?.ok_or(Error::NotFound)?;
    Ok(Drift {
        router: found,
        audited: sql::last(&mut tx, router).await?,
        counts: sql::counts(&mut tx, router).await?,
        rows: sql::list(&mut tx, router, finding, LISTED).await?,
    })
}

/// Compares one router now. Answers with how many things are odd.
pub async fn audit_now(services: &Services, caller: &Caller, router: RouterId) -> Result<usize> {
    require(caller, Permission::NetworkEdit)?;
    match compare(services, caller, router).await? {
        Ok(found) => Ok(found),
        Err((name, error)) => Err(told(&name, &error)),
    }
}

/// Compares every router that serves somebody by itself. Answers with routers compared, things that are odd, and routers
/// that did not answer.
pub async fn audit_all(services: &Services, caller: &Caller) -> Result<(usize, usize, usize)> {
    require(caller, Permission::JobsManage)?;
    let mut tx = services.begin(caller).await?;
    let ids = errands::to_audit(&mut tx).await?;
    drop(tx);
    let each = stream::iter(ids).map(|id| compare(services, caller, id)).buffer_unordered(AT_ONCE);
    let (mut compared, mut odd, mut silent) = (0, 0, 0);
    for ended in each.collect::<Vec<_>>().await {
        match ended? {
            Ok(found) => (compared, odd) = (compared + 1, odd + found),
            Err(_) => silent += 1,
        }
    }
    Ok((compared, odd, silent))
}

/// Asks the router, with no transaction open, and writes what is odd.
async fn compare(services: &Services, caller: &Caller, id: RouterId) -> Result<std::result::Result<usize, (String, RouterError)>> {
    let mut tx = services.begin(caller).await?;
    let sealed = routers::sealed(&mut tx, &[id]).await?.pop().filter(|found| found.router.active).ok_or(Error::NotFound)?;
    drop(tx);
    let name = sealed.router.name.clone();
    let read = async {
        let api = link(services, sealed, Limits::default()).await?;
        let mut all = Vec::new();
        for kind in Kind::ALL {
            match everything_in(&api, kind).await {
                Ok(found) => all.push((kind, found)),
                // No such menu, nothing in it.
                Err(RouterError::Trap(trap)) if trap.kind == TrapKind::Unsupported => all.push((kind, HashMap::new())),
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    };
    let read = read.await;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let outcome = match read {
        Err(error) => {
            sql::audited(&mut tx, id, now, Some((why(&error).slug(), said(&error)))).await?;
            Err((name, error))
        }
        Ok(found) => {
            let odd = oddities(wants::all(&mut tx, id).await?, found);
            sql::replace(&mut tx, id, &odd, now).await?;
            Ok(odd.len())
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

fn said(error: &RouterError) -> Option<&str> {
    match error {
        RouterError::Trap(trap) => Some(&trap.message),
        _ => None,
    }
}

/// Menus in which everybody has things of his own that are nobody's business.
fn foreign_matters(kind: Kind) -> bool {
    matches!(kind, Kind::PppSecret | Kind::HotspotUser | Kind::SimpleQueue)
}

fn oddities(wanted: Vec<(Kind, String, Wish, Option<ServiceId>)>, found: Vec<(Kind, HashMap<String, Found>)>) -> Vec<NewFinding> {
    let mut found: HashMap<Kind, HashMap<String, Found>> = found.into_iter().collect();
    let mut odd = Vec::new();
    for (kind, name, wish, service) in wanted {
        let there = found.get_mut(&kind).and_then(|all| all.remove(&name));
        let (finding, differences) = match there {
            None => (Finding::Missing, Vec::new()),
            // Under the name of a line of ours stands what somebody made by hand.
            Some(there) if !there.ours(kind) => (Finding::Foreign, differences(&wish, &there)),
            Some(there) => (Finding::Differs, differences(&wish, &there)),
        };
        if finding != Finding::Differs || !differences.is_empty() {
            odd.push(NewFinding { kind, name, finding, differences, service });
        }
    }
    for (kind, left) in found {
        for (name, there) in left {
            if there.is_moved() {
                continue;
            }
            let finding = if there.ours(kind) { Finding::Leftover } else { Finding::Foreign };
            if finding == Finding::Leftover || foreign_matters(kind) {
                odd.push(NewFinding { kind, name, finding, differences: Vec::new(), service: None });
            }
        }
    }
    odd
}

/// Lets the engine set right what is missing, different or left over: one object, or all. Answers with how many.
pub async fn fix(services: &Services, caller: &Caller, router: RouterId, one: Option<(Kind, String)>) -> Result<u64> {
    require(caller, Permission::NetworkEdit)?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    routers::find(&mut tx, router).await?.ok_or(Error::NotFound)?;
    let rows = sql::list(&mut tx, router, None, i64::MAX).await?;
    let chosen = |row: &DriftRow| one.as_ref().is_none_or(|(kind, name)| *kind == row.kind && *name == row.name);
    let rows: Vec<DriftRow> = rows.into_iter().filter(|row| row.finding != Finding::Foreign && chosen(row)).collect();
    if one.is_some() && rows.is_empty() {
        return Err(Error::NotFound);
    }
    let (left, wrong): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.finding == Finding::Leftover);
    let wrong: Vec<(Kind, String)> = wrong.into_iter().map(|row| (row.kind, row.name)).collect();
    let removals: Vec<NewWant> = left
        .into_iter()
        .map(|row| NewWant { router, kind: row.kind, name: row.name, wish: None, secret_sealed: None, service: None })
        .collect();
    wants::put(&mut tx, &removals, now).await?;
    let mut names: Vec<(Kind, String)> = removals.into_iter().map(|want| (want.kind, want.name)).collect();
    names.extend(wrong);
    let many = wants::again(&mut tx, router, Some(&names), now).await?;
    for (kind, name) in &names {
        sql::dealt_with(&mut tx, router, *kind, name).await?;
    }
    errands::hurry(&mut tx, router).await?;
    let change = Change {
        action: "router.fix_drift",
        object_kind: "router",
        object_id: Some(router.0),
        after: Some(json!({ "objects": many, "name": one.map(|(_, name)| name) })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(many)
}

/// Makes ours what somebody made by hand: one object, or all that a line of the same name waits for. The line lives on this
/// router from now on, and what stands there becomes what the line needs. Answers with how many.
pub async fn adopt(services: &Services, caller: &Caller, router: RouterId, one: Option<(Kind, String)>) -> Result<usize> {
    require(caller, Permission::NetworkEdit)?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let found = routers::find(&mut tx, router).await?.ok_or(Error::NotFound)?;
    if !found.auth_mode.keeps_lines() {
        return Err(Error::Conflict(Problem::new("", "problem-adopt-radius").with("name", found.name)));
    }
    let mut rows = sql::list(&mut tx, router, Some(Finding::Foreign), i64::MAX).await?;
    match &one {
        None => rows.retain(|row| row.adopter.is_some()),
        Some((kind, name)) => {
            rows.retain(|row| row.kind == *kind && row.name == *name);
            let row = rows.first().ok_or(Error::NotFound)?;
            if row.adopter.is_none() {
                return Err(Error::Conflict(Problem::new("", "problem-adopt-nobody").with("name", name)));
            }
        }
    }
    let lines: Vec<ServiceId> = rows.iter().filter_map(|row| row.adopter).collect();
    routers::place(&mut tx, &lines, Some(router)).await?;
    let told = |row: &DriftRow| Change {
        action: "router.adopt",
        object_kind: "service",
        object_id: row.adopter.map(|line| line.0),
        customer_id: row.customer.as_ref().map(|(customer, _)| customer.0),
        after: Some(json!({ "router": found.name, "name": row.name })),
        ..Change::default()
    };
    audit::record_many(&mut tx, now, &rows.iter().map(told).collect::<Vec<_>>()).await?;
    tx.commit().await?;
    super::heed(services, caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    lines::lock(&mut tx).await?;
    let mut many = 0;
    for row in &rows {
        if wants::adopt(&mut tx, router, row.kind, &row.name, now).await? {
            sql::dealt_with(&mut tx, router, row.kind, &row.name).await?;
            many += 1;
        } else if one.is_some() {
            return Err(Error::Conflict(Problem::new("", "problem-adopt-other-kind").with("name", &row.name)));
        }
    }
    errands::hurry(&mut tx, router).await?;
    tx.commit().await?;
    Ok(many)
}
