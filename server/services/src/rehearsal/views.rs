//! What the pages of the rehearsal read: always one page of it, never the whole.

use crate::{Error, Result, Services, require};
use domain::billing::{Rehearsal, RehearsalDetail, RehearsalRow};
use domain::corrections::CorrectionRule;
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{RehearsalId, ServiceId};
use storage::rehearsals::{self, RowFilter};

/// More changed rows than this are not counted: it is to be computed anew anyhow.
const MOST_STALE: i64 = 1_000;

/// A rehearsal with one page of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RehearsalView {
    pub head: Rehearsal,
    pub page: Page<RehearsalRow>,
    /// Rows that say something else than the services do now.
    pub stale: i64,
    pub rule: CorrectionRule,
}

/// The last rehearsals, newest day first.
pub async fn rehearsals(services: &Services, caller: &Caller) -> Result<Vec<Rehearsal>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(rehearsals::list(&mut tx, 60).await?)
}

pub async fn show(services: &Services, caller: &Caller, id: RehearsalId, filter: &RowFilter, paging: Paging) -> Result<RehearsalView> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let head = rehearsals::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let page = rehearsals::page(&mut tx, id, filter, paging, isp.currency).await?;
    let stale = match head.state {
        domain::billing::RehearsalState::Open => rehearsals::count_stale(&mut tx, id, MOST_STALE).await?,
        _ => 0,
    };
    let rule = CorrectionRule::of(&isp.settings, isp.currency);
    Ok(RehearsalView { head, page, stale, rule })
}

/// One subscriber: new lines beside those of last month.
pub async fn detail(services: &Services, caller: &Caller, id: RehearsalId, service: ServiceId) -> Result<RehearsalDetail> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    rehearsals::detail(&mut tx, id, service, isp.currency).await?.ok_or(Error::NotFound)
}
