//! Corrections (BIL-11, BIL-13, BIL-15, PAY-07, SEC-17): what was issued or taken is never changed, it is answered by
//! something new. Each use case locks the customer, then his bills, posts one balanced entry for what happened, and
//! brings the lines of the customer up to date before it commits.

mod adjust;
mod approvals;
mod credit_note;
mod late_fees;
mod money;
mod reallocate;
mod refund;
mod reverse_payment;
mod reverse_refund;
mod views;
mod write_off;

pub use adjust::{AdjustForm, adjust};
pub(crate) use approvals::{Kind, Wish, ask};
pub use approvals::{approvals, decide, sees_approvals};
pub use credit_note::{CreditForm, credit_invoice, void_invoice};
pub use late_fees::{LateFees, charge_late_fees, late_fee_rules, set_late_fee};
pub use money::use_credit;
pub use reallocate::{ReallocateForm, reallocate};
pub use refund::{RefundForm, RefundOutcome, refund};
pub use reverse_payment::reverse_payment;
pub use reverse_refund::reverse_refund;
pub use storage::corrections::CreditNoteFilter;
pub use views::{credit_note, credit_notes, invoice_corrections, payment_corrections, refunds_of};
pub use write_off::{reverse_write_off, write_off};

use serde::{Deserialize, Serialize};

/// What the form of a simple correction sends: why, under which key, and what its sender had seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonForm {
    pub reason: String,
    pub key: String,
    /// Version of the bill that was on the screen.
    #[serde(default)]
    pub version: i32,
}
