//! One page of the log, by person, kind, subject and days of the ISP's own calendar.

use crate::{Result, Services, require};
use chrono::NaiveTime;
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::trust::{AuditFilter, AuditRow};
use domain::zones::at_time;
use storage::audit::{self, EntryFilter};
use uuid::Uuid;

pub async fn entries(services: &Services, caller: &Caller, filter: &AuditFilter, paging: Paging) -> Result<Page<AuditRow>> {
    require(caller, Permission::AuditView)?;
    let isp = services.isp(caller.isp_id).await?;
    let wanted = EntryFilter {
        actor: filter.actor,
        kind: filter.kind.clone(),
        subject: filter.subject,
        from: filter.from.map(|day| at_time(day, NaiveTime::MIN, isp.zone)),
        before: filter.until.and_then(|day| day.succ_opt()).map(|day| at_time(day, NaiveTime::MIN, isp.zone)),
    };
    let mut tx = services.begin(caller).await?;
    let (rows, total) = audit::page(&mut tx, &wanted, paging.size, paging.offset()).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

/// Whom the log can be asked about.
pub async fn people(services: &Services, caller: &Caller) -> Result<Vec<(Uuid, String)>> {
    require(caller, Permission::AuditView)?;
    let mut tx = services.begin(caller).await?;
    Ok(audit::people(&mut tx).await?)
}

/// Entries behind `after` in the order in which they were written, for whoever copies the log elsewhere.
pub async fn entries_behind(services: &Services, caller: &Caller, filter: &EntryFilter, after: Uuid, limit: i64) -> Result<Vec<AuditRow>> {
    require(caller, Permission::AuditView)?;
    let mut tx = services.begin(caller).await?;
    Ok(audit::behind(&mut tx, filter, after, limit).await?)
}
