//! A new ISP is ready to bill from its first minute: chart of accounts and a default profile come with it.

use crate::{Error, Result, Services};
use domain::billing::BillingProfile;
use domain::people::{Caller, PlatformCaller};
use domain::rights::Permission;
use domain::{BillingProfileId, TemplateId, ledger};
use storage::IspTx;
use storage::audit::Change;
use storage::isps::NewIsp;
use uuid::Uuid;

/// Creates the ISP and answers with the id of its default billing profile. Called again with the same id it finishes what
/// is missing.
pub async fn found(services: &Services, caller: &PlatformCaller, isp: NewIsp<'_>) -> Result<BillingProfileId> {
    if !caller.allowed(Permission::PlatformManage) {
        return Err(Error::Denied(Permission::PlatformManage));
    }
    let id = isp.id;
    let name = isp.name.to_string();
    let mut tx = services.db.platform(caller).await?;
    if storage::isps::find(&mut tx, id).await?.is_none() {
        storage::isps::create(&mut tx, isp).await?;
    }
    let mut tx = tx.enter(&Caller::system(id, "found")).await?;
    let profile = furnish(services, &mut tx, &name).await?;
    tx.commit().await?;
    Ok(profile)
}

/// What every ISP begins with.
pub(crate) async fn furnish(services: &Services, tx: &mut IspTx, name: &str) -> Result<BillingProfileId> {
    for account in ledger::Account::ALL {
        storage::ledger::create_account(tx, account).await?;
    }
    storage::branches::create_default(tx, "Main branch").await?;
    let profile = match storage::billing_profiles::default(tx).await? {
        Some(profile) => profile.id,
        None => {
            let usual = BillingProfile::usual(BillingProfileId(Uuid::now_v7()), "Monthly");
            let isp = storage::isps::find(tx, tx.isp_id()).await?.ok_or(Error::NotFound)?;
            let profile = BillingProfile { is_default: true, ..usual.with_defaults(&isp.settings) };
            storage::billing_profiles::create(tx, &profile).await?;
            profile.id
        }
    };
    if storage::provisioning::templates(tx).await?.is_empty() {
        let id = TemplateId(Uuid::now_v7());
        storage::provisioning::create_template(tx, id, "full", domain::provisioning::stock_template(), services.now()).await?;
    }
    let change = Change {
        action: "isp.found",
        object_kind: "isp",
        object_id: Some(tx.isp_id().0),
        after: Some(serde_json::json!({ "name": name })),
        ..Change::default()
    };
    storage::audit::record(tx, services.now(), change).await?;
    Ok(profile)
}
