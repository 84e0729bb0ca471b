//! What is billed, when, for which days and how much: the engine's rules as functions of values (BIL-02, BIL-03).

mod cutoff;
mod plan;
mod profile;
mod profile_form;
mod rehearsal;
mod views;

pub use cutoff::{cut_on, line_cut_on};
pub use plan::{Billable, InvoiceDraft, MOST_PERIODS, Refusal, Tax, plan_service, tax_of};
pub use profile::{BillingProfile, ChangeRefund, ChargeIn, FirstPeriod, ProfileKind, SuspendedCharging};
pub use profile_form::{BillingProfileForm, read_billing_profile};
pub use rehearsal::{Mark, Rehearsal, RehearsalDetail, RehearsalRow, RehearsalState, RehearsedLine};
pub use views::*;
