//! What is done when something issued turns out wrong: credit notes, write-offs, refunds, late fees, and the second
//! person who must agree (BIL-11, BIL-13, BIL-15, PAY-07, SEC-17). Functions of values; nothing here posts.

mod approval;
mod credit;
mod late_fee;
mod release;
mod views;

pub use approval::{APPROVAL_HOURS, ApprovalState, Decision, NotDecided, approval_state, expires_at, may_decide};
pub use credit::{CreditRefusal, CreditedLine, LineLeft, credit_line, read_reason, reversed_share};
pub use late_fee::{LateFee, LateFeeForm, LateFeeRule, late_fee, read_late_fee};
pub use release::{LiveAllocation, Origin, release};
pub use views::*;
