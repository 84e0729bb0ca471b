//! Plans and their limits, how much of them is used, and how a tenant asks for more. The limits themselves are kept by
//! the database with each row that comes; nothing here counts.

use super::tenants::fit_slots;
use super::{own, require_platform};
use crate::{Error, Result, Services, require};
use domain::people::{Caller, PlatformCaller};
use domain::platform::{Limited, PlanForm, Use};
use domain::rights::Permission;
use domain::{Problem, TenantId};
use serde_json::json;
use storage::plans::{self as store, Plan, Request};
use storage::platform_log::{self, Change};
use storage::tenants;
use uuid::Uuid;

pub async fn plans(services: &Services, caller: &PlatformCaller) -> Result<Vec<Plan>> {
    require_platform(caller, Permission::PlatformManage)?;
    let mut tx = services.db.platform(caller).await?;
    Ok(store::list(&mut tx).await?)
}

/// Makes a plan, or saves one. A plan that would allow a tenant fewer ISPs than it has is refused.
pub async fn save_plan(services: &Services, caller: &PlatformCaller, known: Option<(Uuid, i32)>, form: &PlanForm) -> Result<Uuid> {
    require_platform(caller, Permission::PlatformManage)?;
    let (name, limits) = form.read().map_err(Error::Invalid)?;
    let mut tx = services.db.platform(caller).await?;
    let (id, before) = match known {
        None => {
            let id = Uuid::now_v7();
            store::create(&mut tx, id, &name, &limits).await?;
            (id, None)
        }
        Some((id, version)) => {
            let was = store::list(&mut tx).await?.into_iter().find(|plan| plan.id == id).ok_or(Error::NotFound)?;
            if !store::update(&mut tx, id, &name, &limits, form.archived, version).await? {
                return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
            }
            if let Some(most) = limits.isps {
                for tenant in store::tenants_above(&mut tx, id, most).await? {
                    let tenant = tenants::lock(&mut tx, tenant).await?.ok_or(Error::NotFound)?;
                    fit_slots(services, &mut tx, &tenant, most).await?;
                }
            }
            (id, Some(json!(was.limits)))
        }
    };
    let action = if known.is_some() { "plan.update" } else { "plan.create" };
    let change = Change { action, subject: &name, before, after: Some(json!(limits)), ..Change::default() };
    platform_log::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// What limits this ISP: how much all ISPs of its tenant have together, and may have, and how much of it is its own. What is
/// not limited is left out.
pub async fn isp_usage(services: &Services, caller: &Caller) -> Result<Vec<(Use, i64)>> {
    require(caller, Permission::PeopleManage)?;
    let mut tx = services.begin(caller).await?;
    let rows = store::usage(&mut tx, caller.isp_id).await?;
    let limited = rows.into_iter().filter_map(|(of, own, have, most)| Some((Use { of, have, most: Some(i64::from(most?)) }, own)));
    let mut limited: Vec<(Use, i64)> = limited.collect();
    limited.sort_by_key(|(one, _)| one.of);
    Ok(limited)
}

/// Asks the platform for more of something: once for each, until it is answered.
pub async fn ask_for_more(services: &Services, caller: &PlatformCaller, what: &str, words: &str) -> Result<()> {
    require_platform(caller, Permission::IspsManage)?;
    let tenant = own(caller).ok_or_else(|| Error::Conflict(Problem::new("", "problem-only-super-admins")))?;
    let what = Limited::from_slug(what);
    let words = words.trim();
    let mut problems = Vec::new();
    if what.is_none() {
        problems.push(Problem::new("what", "problem-choice"));
    }
    if !(1..=1000).contains(&words.chars().count()) {
        problems.push(Problem::new("words", "problem-reason-needed").with("most", 1000));
    }
    let (Some(what), true) = (what, problems.is_empty()) else { return Err(Error::Invalid(problems)) };
    // Who is suspended may still say what he needs.
    let mut tx = services.db.platform(&PlatformCaller { read_only: false, ..caller.clone() }).await?;
    store::ask(&mut tx, tenant, what, words, services.now()).await?;
    record(services, &mut tx, "plan.ask", tenant, what.slug(), words).await?;
    Ok(tx.commit().await?)
}

async fn record(
    services: &Services,
    tx: &mut storage::PlatformTx,
    action: &'static str,
    tenant: TenantId,
    subject: &str,
    words: &str,
) -> Result<()> {
    let change = Change { action, tenant: Some(tenant), subject, after: Some(json!({ "words": words })), ..Change::default() };
    Ok(platform_log::record(tx, services.now(), change).await?)
}

/// What tenants ask for, and what was answered: a super admin's own.
pub async fn requests(services: &Services, caller: &PlatformCaller, open: bool) -> Result<Vec<Request>> {
    require_platform(caller, Permission::IspsManage)?;
    let mut tx = services.db.platform(caller).await?;
    Ok(store::requests(&mut tx, own(caller), open, 100).await?)
}

/// Answers a request in words. What was decided is done with the tenant itself.
pub async fn answer_request(services: &Services, caller: &PlatformCaller, id: Uuid, words: &str) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    let words = words.trim();
    if !(1..=1000).contains(&words.chars().count()) {
        return Err(Error::Invalid(vec![Problem::new("words", "problem-reason-needed").with("most", 1000)]));
    }
    let mut tx = services.db.platform(caller).await?;
    let tenant = store::answer(&mut tx, id, words, services.now()).await?.ok_or(Error::NotFound)?;
    record(services, &mut tx, "plan.answer", tenant, "", words).await?;
    Ok(tx.commit().await?)
}
