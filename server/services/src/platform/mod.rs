//! The platform above the ISPs: tenants and their plans, ISPs and slots, what was done there, and the queue. A developer
//! sees all of it, a super admin what is his tenant's. No row of an ISP is shown here, only how many there are.

mod first;
mod isps;
mod log;
mod notices;
mod plans;
mod slots;
mod tenants;

pub use first::{new_password, shown_password};
pub use isps::{IspDetail, IspView, create_isp, isp, isps, lift_isp, save_isp, suspend_isp, terminate_isp};
pub use log::{LogRow, log};
pub use notices::{end_notice, notice, notices, publish_notice, read_notice, unread_notices};
pub use plans::{answer_request, ask_for_more, isp_usage, plans, requests, save_plan};
pub use slots::{change_slots, slot_history, transfer_slots};
pub use storage::notices::{Notice as NoticeView, Unread as UnreadNotice};
pub use storage::plans::Request as RequestView;
pub use storage::slots::Entry as SlotView;
pub use tenants::{
    TenantDetail, TenantView, create_tenant, delete_tenant, lift_tenant, own_tenant, restore_tenant, save_tenant, suspend_tenant, tenant,
    tenants,
};

use crate::{Error, Result, Services};
use domain::TenantId;
use domain::people::{PlatformCaller, Role};
use domain::rights::Permission;
use serde::{Deserialize, Serialize};

/// The first line of a use case on the platform: may this caller do this?
pub fn require_platform(caller: &PlatformCaller, permission: Permission) -> Result<()> {
    if caller.allowed(permission) { Ok(()) } else { Err(Error::Denied(permission)) }
}

/// A dangerous act above the ISPs asks again who it is.
pub(crate) fn require_platform_proof(services: &Services, caller: &PlatformCaller) -> Result<()> {
    crate::people::proven(services, caller.session)
}

/// The tenant that limits what he sees; `None`: he sees all of them.
pub(crate) fn own(caller: &PlatformCaller) -> Option<TenantId> {
    match caller.role {
        Role::SuperAdmin => Some(caller.tenant_id.unwrap_or(TenantId(uuid::Uuid::nil()))),
        _ => None,
    }
}

/// Outside his own tenant nothing is there.
pub(crate) fn in_scope(caller: &PlatformCaller, tenant: TenantId) -> Result<()> {
    match own(caller) {
        Some(own) if own != tenant => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// A reason in words, which the log keeps.
pub(crate) fn reason(text: &str) -> Result<String> {
    let text = text.trim();
    match (1..=500).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(Error::Invalid(vec![domain::Problem::new("reason", "problem-reason-needed").with("most", 500)])),
    }
}

/// A job in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRow {
    pub id: i64,
    pub task: String,
    /// `waiting`, `running`, or `failed` when no try is left.
    pub state: String,
    pub attempts: i32,
    pub problem: Option<String>,
}

/// The job queue. A super admin does not see it: jobs of other tenants are in it.
pub async fn jobs(services: &Services, caller: &PlatformCaller) -> Result<Vec<JobRow>> {
    if !caller.allowed(Permission::PlatformManage) {
        return Err(Error::Denied(Permission::PlatformManage));
    }
    let rows = storage::jobs::list(&services.db, caller).await?;
    Ok(rows
        .into_iter()
        .map(|job| JobRow {
            id: job.id,
            task: job.task,
            state: if job.running {
                "running"
            } else if job.attempts >= job.max_attempts {
                "failed"
            } else {
                "waiting"
            }
            .into(),
            attempts: job.attempts,
            problem: job.last_error,
        })
        .collect())
}

/// Makes a developer account, or gives the one with this email a new password. For the command line of whoever owns
/// the machine.
pub async fn put_developer(services: &Services, name: &str, email: &str, password: &str) -> Result<()> {
    if password.chars().count() < 8 {
        return Err(Error::Invalid(vec![domain::Problem::new("password", "problem-password-short").with("least", 8)]));
    }
    let hash = crate::people::hash_password(password).await?;
    let mut tx = services.db.platform(&PlatformCaller::system("command line")).await?;
    let id = domain::AccountId(uuid::Uuid::now_v7());
    storage::accounts::put_platform(&mut tx, id, domain::people::Role::Developer, None, name, email, &hash).await?;
    Ok(tx.commit().await?)
}
