//! A new ISP is ready to bill from its first minute: chart of accounts and a default profile come with it.

use crate::{Error, Result, Services};
use domain::billing::BillingProfile;
use domain::people::{Caller, PlatformCaller};
use domain::rights::Permission;
use domain::{BillingProfileId, ledger};
use storage::audit::Change;
use storage::isps::NewIsp;
use uuid::Uuid;

/// Creates the ISP and answers with the id of its default billing profile. The ISP's row is written first; should the
/// rest fail, calling again with the same id finishes it.
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
    tx.commit().await?;

    let mut tx = services.db.isp(&Caller::system(id, "found")).await?;
    for account in ledger::Account::ALL {
        storage::ledger::create_account(&mut tx, account).await?;
    }
    storage::branches::create_default(&mut tx, "Main branch").await?;
    let profile = match storage::billing_profiles::default(&mut tx).await? {
        Some(profile) => profile.id,
        None => {
            let usual = BillingProfile::usual(BillingProfileId(Uuid::now_v7()), "Monthly");
            let profile = BillingProfile { is_default: true, ..usual };
            storage::billing_profiles::create(&mut tx, &profile).await?;
            profile.id
        }
    };
    let change = Change {
        action: "isp.found",
        object_kind: "isp",
        object_id: Some(id.0),
        after: Some(serde_json::json!({ "name": name })),
        ..Change::default()
    };
    storage::audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(profile)
}
