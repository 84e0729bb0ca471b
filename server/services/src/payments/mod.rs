//! Money over the counter: taking it, finding it again.

mod counter;
mod sheet;
mod take;
mod views;

pub use counter::{counter, find_payers};
pub use domain::payments::PaymentFilter;
pub use sheet::settle_sheet;
pub use take::{MOST_DAYS_BACK, PaymentForm, take_payment};
pub use views::{collectors, payments, payments_behind, payments_file, receipt};
