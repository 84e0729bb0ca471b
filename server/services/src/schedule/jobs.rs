//! Every job of the schedule: name, cadence, catch-up and body in one place. To add one, write its use case, add its
//! row here, and give it two texts in `jobs.ftl`: `job-name-…` (dots and underscores as dashes), and `job-count-…` for
//! each count that its body answers with. A test holds the texts to this list.

use crate::{Error, Result, Services};
use chrono::NaiveDate;
use domain::people::Caller;
use domain::schedule::Cadence;
use serde_json::{Value, json};
use std::pin::Pin;

/// What a body answers with: an object of counts, which the board says in words.
pub type Work<'a> = Pin<Box<dyn Future<Output = Result<Value>> + Send + 'a>>;
/// Does a job at one ISP for one business date. May run again after a crash, so it must find its own work done.
pub type Body = for<'a> fn(&'a Services, &'a Caller, NaiveDate) -> Work<'a>;

/// A job of the schedule: spec section C gives names and cadences.
#[derive(Clone, Copy)]
pub struct Job {
    pub name: &'static str,
    pub cadence: Cadence,
    /// Somebody may run it for a business day of his choice, not only for today.
    pub any_day: bool,
    pub body: Body,
}

/// Once a business day from this local time on; at most `catch_up` missed days are done one by one.
const fn daily(hour: u32, minute: u32, catch_up: u64) -> Cadence {
    Cadence::Daily { hour, minute, catch_up }
}

pub const JOBS: &[Job] = &[
    Job {
        name: "billing.generate_cycle",
        cadence: daily(1, 0, 31),
        any_day: true,
        body: |services, caller, on| {
            Box::pin(async move {
                if crate::rehearsal::waits(services, caller, on).await? {
                    return Ok(json!({ "waiting": 1 }));
                }
                let (_, outcome) = crate::billing::run_billing(services, caller, on).await?;
                Ok(json!({ "invoices": outcome.invoices, "problems": outcome.problems }))
            })
        },
    },
    Job {
        name: "billing.generate_today",
        cadence: Cadence::Minutes(60),
        any_day: false,
        body: |services, caller, on| {
            Box::pin(async move {
                let (_, outcome) = crate::billing::run_billing(services, caller, on).await?;
                Ok(json!({ "invoices": outcome.invoices, "problems": outcome.problems }))
            })
        },
    },
    Job {
        name: "billing.apply_advance",
        cadence: daily(1, 30, 1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let (customers, _) = crate::billing::apply_advances(services, caller).await?;
                Ok(json!({ "customers": customers }))
            })
        },
    },
    Job {
        name: "service.expire_due",
        cadence: Cadence::Minutes(1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let (renewed, expired) = crate::billing::expire_due(services, caller).await?;
                Ok(json!({ "renewed": renewed, "expired": expired }))
            })
        },
    },
    Job {
        name: "billing.suspend_overdue",
        cadence: Cadence::Minutes(10),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let done = crate::billing::suspend_overdue(services, caller).await?;
                Ok(json!({ "suspended": done.lines, "held": done.held }))
            })
        },
    },
    Job {
        name: "service.revert_temporary",
        cadence: Cadence::Minutes(1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let (begun, ended, changed) = crate::billing::turn_temporary(services, caller).await?;
                let (kept, broken) = crate::dunning::end_promises(services, caller).await?;
                let (apart, over, held, freed) = crate::packages::revert_temporary(services, caller).await?;
                Ok(json!({
                    "holds_begun": begun, "holds_ended": ended, "packages_changed": changed,
                    "promises_kept": kept, "promises_broken": broken,
                    "begun": apart, "ended": over, "lines_held": held, "freed": freed,
                }))
            })
        },
    },
    Job {
        name: "notify.before_due",
        cadence: daily(8, 0, 7),
        any_day: true,
        body: |services, caller, on| {
            Box::pin(async move {
                let told = crate::dunning::run_steps(services, caller, on, true).await?;
                let expiring = crate::dunning::notify_expiring(services, caller, on).await?;
                Ok(json!({ "messages": told.messages + expiring, "tasks": told.tasks }))
            })
        },
    },
    Job {
        name: "notify.due",
        cadence: daily(9, 0, 7),
        any_day: true,
        body: |services, caller, on| {
            Box::pin(async move {
                let told = crate::dunning::run_steps(services, caller, on, false).await?;
                Ok(json!({ "messages": told.messages, "tasks": told.tasks }))
            })
        },
    },
    Job {
        name: "documents.expire",
        cadence: daily(3, 50, 1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let exports = crate::documents::expire(services, caller).await?;
                Ok(json!({ "exports": exports }))
            })
        },
    },
    Job {
        name: "radius.close_stale_sessions",
        cadence: Cadence::Minutes(1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let closed = crate::radius::close_stale(services, caller.isp_id).await?;
                Ok(json!({ "closed": closed }))
            })
        },
    },
    Job {
        name: "radius.archive_accounting",
        cadence: daily(2, 40, 1),
        any_day: false,
        body: |services, caller, on| {
            Box::pin(async move {
                let done = crate::radius::archive_sessions(services, caller, on).await?;
                Ok(json!({ "moved": done.moved, "forgotten": done.forgotten }))
            })
        },
    },
    Job {
        name: "db.retention",
        cadence: daily(0, 10, 1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let (attempts, orders) = crate::radius::forget_old(services, caller).await?;
                Ok(json!({ "attempts": attempts, "orders": orders }))
            })
        },
    },
    Job {
        name: "billing.late_fee",
        cadence: daily(2, 0, 31),
        any_day: true,
        body: |services, caller, on| {
            Box::pin(async move {
                let fees = crate::corrections::charge_late_fees(services, caller, on).await?;
                Ok(json!({ "charged": fees.charged, "failed": fees.failed }))
            })
        },
    },
    Job {
        name: "billing.preview_build",
        cadence: daily(22, 0, 1),
        any_day: true,
        body: |services, caller, on| {
            Box::pin(async move {
                let rehearsed = crate::rehearsal::build_next(services, caller, on).await?;
                Ok(json!({ "rehearsed": rehearsed }))
            })
        },
    },
    Job {
        name: "billing.auto_confirm",
        cadence: daily(22, 10, 1),
        any_day: false,
        body: |services, caller, on| {
            Box::pin(async move {
                let confirmed = crate::rehearsal::auto_confirm(services, caller, on).await?;
                Ok(json!({ "confirmed": confirmed }))
            })
        },
    },
    Job {
        name: "expenses.recurring",
        cadence: daily(2, 30, 31),
        any_day: true,
        body: |services, caller, on| {
            Box::pin(async move {
                let written = crate::expenses::run_recurring(services, caller, on).await?;
                Ok(json!({ "written": written }))
            })
        },
    },
    Job {
        name: "radius.enforce",
        cadence: Cadence::Minutes(1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let orders = crate::radius::enforce_online(services, caller.isp_id).await?;
                Ok(json!({ "orders": orders }))
            })
        },
    },
    Job {
        // Counts what accounting told, resets at local midnight: what the rows 30 and 32 of the job list ask for.
        name: "radius.accounting_rollup",
        cadence: Cadence::Minutes(1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let done = crate::fair_use::run_minute(services, caller).await?;
                Ok(json!({ "looked": done.looked, "messages": done.told, "bought": done.bought }))
            })
        },
    },
    Job {
        name: "monitoring.aggregate",
        cadence: daily(1, 5, 1),
        any_day: true,
        body: |services, caller, on| {
            Box::pin(async move {
                let done = crate::usage::aggregate(services, caller, on).await?;
                Ok(json!({ "months": done.months }))
            })
        },
    },
    Job {
        name: "network.reconcile",
        cadence: Cadence::Minutes(10),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let changes = crate::wanted::reconcile_all(services, caller).await?;
                Ok(json!({ "changes": changes }))
            })
        },
    },
    Job {
        name: "network.drift_audit",
        cadence: daily(3, 10, 1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let (routers, odd, silent) = crate::wanted::audit_all(services, caller).await?;
                Ok(json!({ "routers": routers, "odd": odd, "silent": silent }))
            })
        },
    },
    Job {
        name: "monitoring.cleanup",
        cadence: daily(3, 0, 1),
        any_day: false,
        body: |services, caller, on| {
            Box::pin(async move {
                let kept = crate::usage::clean_up(services, caller, on).await?;
                Ok(json!({ "hours": kept.hours, "old_hours": kept.dropped_hours, "old_days": kept.dropped_days }))
            })
        },
    },
    Job {
        name: "api.upkeep",
        cadence: daily(8, 10, 1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let done = crate::keys::upkeep(services, caller).await?;
                Ok(json!({ "messages": done.reminded, "answers": done.forgotten }))
            })
        },
    },
    Job {
        name: "router.backup",
        cadence: daily(2, 20, 1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let night = crate::routers::back_up_all(services, caller).await?;
                Ok(json!({ "backups": night.taken, "problems": night.failed, "old_rows": night.forgotten }))
            })
        },
    },
    Job {
        name: "ledger.verify",
        cadence: daily(3, 30, 1),
        any_day: false,
        body: |services, caller, _| {
            Box::pin(async move {
                let report = crate::ledger::verify(services, caller).await?;
                if report.is_clean() {
                    Ok(json!({ "entries": report.entries }))
                } else {
                    Err(Error::Internal(format!("the books do not agree: {report:?}")))
                }
            })
        },
    },
];

/// The job of this name.
pub fn job(name: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_in_the_list_once() {
        let mut names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "two jobs of one name would share their progress");
    }
}
