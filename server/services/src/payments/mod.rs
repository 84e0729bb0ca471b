//! Money over the counter: taking it, finding it again.

mod take;
mod views;

pub use take::{PaymentForm, take_payment};
pub use views::{payments, receipt};
