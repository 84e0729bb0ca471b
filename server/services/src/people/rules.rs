//! How strict an ISP is with its own people, and what the owner of the machine does for somebody who lost his phone.

use super::prove::require_proof;
use crate::platform::{require_platform, require_platform_proof};
use crate::{Error, Result, Services, require};
use domain::people::{Caller, PlatformCaller};
use domain::rights::Permission;
use domain::trust::{SignInRule, SignInRuleForm};
use domain::{AccountId, IspId};
use serde_json::json;
use storage::audit::{self, Change};
use storage::{OwnTx, accounts, platform_log, second_factors, sessions, sign_in_rules};

pub async fn sign_in_rule(services: &Services, caller: &Caller) -> Result<SignInRule> {
    require(caller, Permission::PeopleManage)?;
    let mut tx = services.begin(caller).await?;
    Ok(sign_in_rules::of(&mut tx, Some(caller.isp_id.0)).await?)
}

/// Sets the rules. Whoever owes more by them is asked when he signs in next; nobody is locked out.
pub async fn set_sign_in_rule(services: &Services, caller: &Caller, form: &SignInRuleForm) -> Result<()> {
    require(caller, Permission::PeopleManage)?;
    require_proof(services, caller)?;
    let rule = form.read().map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    let before = sign_in_rules::of(&mut tx, Some(caller.isp_id.0)).await?;
    sign_in_rules::set(&mut tx, Some(caller.isp_id.0), &rule, services.now()).await?;
    let change = Change {
        action: "sign_in.rules",
        object_kind: "isp",
        object_id: Some(caller.isp_id.0),
        before: Some(json!(before)),
        after: Some(json!(rule)),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// The rules of the platform's own people.
pub async fn platform_sign_in_rule(services: &Services, caller: &PlatformCaller) -> Result<SignInRule> {
    require_platform(caller, Permission::PlatformManage)?;
    let mut tx = services.db.platform(caller).await?;
    Ok(sign_in_rules::of(&mut tx, None).await?)
}

/// Sets them.
pub async fn set_platform_sign_in_rule(services: &Services, caller: &PlatformCaller, form: &SignInRuleForm) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    require_platform_proof(services, caller)?;
    let rule = form.read().map_err(Error::Invalid)?;
    let mut tx = services.db.platform(caller).await?;
    let before = sign_in_rules::of(&mut tx, None).await?;
    sign_in_rules::set(&mut tx, None, &rule, services.now()).await?;
    let (before, after) = (Some(json!(before)), Some(json!(rule)));
    let change = platform_log::Change { action: "rules.update", before, after, ..Default::default() };
    platform_log::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Takes somebody's second factor away and ends his sessions, from the command line of whoever owns the machine. Without
/// an ISP: an account of the platform. `NotFound`: nobody has this email there.
pub async fn forget_second_factor(services: &Services, isp: Option<IspId>, email: &str) -> Result<()> {
    let email = email.trim().to_lowercase();
    let (mut tx, id) = match isp {
        None => {
            let mut tx = services.db.platform(&PlatformCaller::system("command line")).await?;
            let id = accounts::find_platform_by_email(&mut tx, &email).await?.map(|account| account.id);
            (OwnTx::Platform(tx), id)
        }
        Some(isp) => {
            let mut tx = services.begin(&Caller::system(isp, "command line")).await?;
            let id = accounts::find_by_login(&mut tx, &domain::people::Login::Email(email)).await?.map(|account| account.id);
            (OwnTx::Isp(tx), id)
        }
    };
    let AccountId(account) = id.ok_or(Error::NotFound)?;
    second_factors::drop(&mut tx, account).await?;
    sessions::end_others(&mut tx, account, None).await?;
    if let OwnTx::Isp(tx) = &mut tx {
        let change =
            Change { action: "account.second_factor_reset", object_kind: "account", object_id: Some(account), ..Change::default() };
        audit::record(tx, services.now(), change).await?;
    }
    Ok(tx.commit().await?)
}
