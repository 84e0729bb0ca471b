//! What is billed, when, for which days and how much: the engine's rules as functions of values (BIL-02, BIL-03).

mod ahead;
mod change;
mod credit;
mod cutoff;
mod lines;
mod plan;
mod prepaid;
mod profile;
mod profile_form;
mod promo;
mod rehearsal;
mod tax;
mod terms;
mod terms_views;
#[cfg(feature = "zones")]
mod time_lines;
mod views;

pub use ahead::{NextBill, Proforma, next_bills};
pub use change::{ChangeWhen, addon_lines, change_lines, effective_day, given_back, hold_ended_lines, hold_lines, value_of_days};
pub use credit::{CreditUse, credit_use, may_be_cut};
pub use cutoff::{cut_on, line_cut_on};
pub use lines::{InvoiceDraft, LineDraft, LineKind, period_lines, prorate};
pub use plan::{MOST_PERIODS, Refusal, plan_service};
pub use prepaid::{Bought, TimePrice, base_minutes, buy};
pub use profile::{BillingProfile, ChangeRefund, ChargeIn, FirstPeriod, ProfileKind, SuspendedCharging};
pub use profile_form::{BillingProfileForm, read_billing_profile};
pub use promo::{PromoCode, PromoDraft, PromoForm, PromoRow, PromoUse, read_code, read_promo, redeem};
pub use rehearsal::{Mark, Rehearsal, RehearsalDetail, RehearsalRow, RehearsalState, RehearsedLine};
pub use tax::{DatedRate, Tax, TaxRateForm, TaxTerms, read_rate, read_tax_rate, tax_of};
pub use terms::{Addon, AgreedPrice, Billable, Charge, Charging, Discount, DiscountRule, Rhythm, Suspended, Term, charging};
pub use terms_views::*;
#[cfg(feature = "zones")]
pub use time_lines::{time_days, time_lines};
pub use views::*;
