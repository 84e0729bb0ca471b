//! The developer's view of the installation: its ISPs and its jobs. No row of an ISP is shown, only counts.

use crate::{Error, Result, Services};
use domain::people::{Caller, PlatformCaller};
use domain::rights::Permission;
use domain::{IspId, TenantId};
use serde::{Deserialize, Serialize};

/// One ISP in the developer's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IspRow {
    pub id: IspId,
    pub tenant_id: TenantId,
    pub name: String,
    pub short_name: String,
    pub time_zone: String,
    pub active: bool,
    pub services: i64,
    pub suspended: i64,
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

fn allowed(caller: &PlatformCaller) -> Result<()> {
    if caller.allowed(Permission::PlatformView) { Ok(()) } else { Err(Error::Denied(Permission::PlatformView)) }
}

/// Every ISP of the platform, or of the super admin's own tenant.
pub async fn isps(services: &Services, caller: &PlatformCaller) -> Result<Vec<IspRow>> {
    allowed(caller)?;
    let mut tx = services.db.platform(caller).await?;
    let isps = storage::isps::list(&mut tx).await?;
    drop(tx);
    let mut rows = Vec::new();
    for isp in isps.into_iter().filter(|isp| caller.tenant_id.is_none_or(|tenant| tenant == isp.tenant_id)) {
        let mut tx = services.begin(&Caller::system(isp.id, "platform overview")).await?;
        let counts = storage::subscribers::counts(&mut tx, services.now()).await?;
        rows.push(IspRow {
            id: isp.id,
            tenant_id: isp.tenant_id,
            name: isp.name,
            short_name: isp.short_name,
            time_zone: isp.zone.name().to_string(),
            active: isp.active,
            services: counts.services,
            suspended: counts.suspended,
        });
    }
    Ok(rows)
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
