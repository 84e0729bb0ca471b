//! Asking for a billing run: opens the run's row, so that there is something to look at, and leaves the work to the
//! queue. It bills nothing itself.

use crate::rehearsal::{Gate, gate};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingRunId, Problem};
use storage::audit::Change;
use storage::{audit, billing, jobs};

/// The job that bills one ISP on one business day.
pub const RUN_TASK: &str = "billing.run";

/// Asks for the run of `on` and answers with its id. Asked twice before it began, it runs once.
pub async fn request_run(services: &Services, caller: &Caller, on: NaiveDate) -> Result<BillingRunId> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    if on > services.today(&isp) {
        return Err(Error::Invalid(vec![Problem::new("on", "problem-billing-future")]));
    }
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    if gate(&mut tx, &isp, on, services.today(&isp)).await? == Gate::Waiting {
        return Err(Error::Conflict(Problem::new("", "problem-rehearsal-needed")));
    }
    let run = billing::open_run(&mut tx, on, now, isp.currency).await?;
    billing::reopen_run(&mut tx, run).await?;
    let payload = serde_json::json!({ "isp_id": isp.id, "business_date": on });
    jobs::enqueue(&mut tx, RUN_TASK, payload, Some(&format!("{RUN_TASK}:{}:{on}", isp.id))).await?;
    let after = serde_json::json!({ "business_date": on });
    let change =
        Change { action: "billing.request", object_kind: "billing_run", object_id: Some(run.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(run)
}
