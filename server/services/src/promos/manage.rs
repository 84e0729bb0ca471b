//! Codes: listed, made, put away. A code that was used is never changed, because what it promised was promised.

use crate::{Error, Result, Services, require};
use domain::billing::{PromoForm, PromoRow, read_promo};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Problem, PromoCodeId};
use storage::audit::Change;
use storage::{audit, promos as stored};
use uuid::Uuid;

/// Codes that may be used, or those that were put away.
pub async fn promos(services: &Services, caller: &Caller, archived: bool) -> Result<Vec<PromoRow>> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(stored::list(&mut tx, archived, isp.currency, isp.zone, services.today(&isp)).await?)
}

/// Makes a code.
pub async fn create_promo(services: &Services, caller: &Caller, form: &PromoForm) -> Result<PromoCodeId> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let draft = read_promo(form, isp.currency, services.today(&isp)).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    if stored::known_packages(&mut tx, &draft.packages).await? != draft.packages.len() {
        return Err(Error::Invalid(vec![Problem::new("packages", "problem-choice")]));
    }
    let id = PromoCodeId(Uuid::now_v7());
    stored::create(&mut tx, id, &draft, isp.zone, services.now()).await?;
    note(&mut tx, services, "promo.create", id, serde_json::json!(draft)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Puts a code away (nobody can use it any more; what was used stays), or takes it out again.
pub async fn archive_promo(services: &Services, caller: &Caller, id: PromoCodeId, version: i32, archived: bool) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let mut tx = services.begin(caller).await?;
    if !stored::exists(&mut tx, id).await? {
        return Err(Error::NotFound);
    }
    let Some(code) = stored::set_active(&mut tx, id, version, !archived).await? else {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    };
    note(&mut tx, services, if archived { "promo.archive" } else { "promo.restore" }, id, serde_json::json!({ "code": code })).await?;
    Ok(tx.commit().await?)
}

async fn note(tx: &mut storage::IspTx, services: &Services, action: &'static str, id: PromoCodeId, after: serde_json::Value) -> Result<()> {
    let change = Change { action, object_kind: "promo_code", object_id: Some(id.0), after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
