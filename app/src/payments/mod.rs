//! Money over the counter: finding who pays, taking the money, the receipt, and the list of what came in.

pub mod api;
mod find;
#[cfg(feature = "ssr")]
mod list;
mod preview;
#[cfg(feature = "ssr")]
pub mod query;
mod receipt;
mod take;

use domain::payments::Method;
#[cfg(feature = "ssr")]
pub(crate) use list::list;
pub use receipt::ReceiptPage;
pub use take::TakePaymentPage;
use ui::prelude::t;

/// How money came in.
pub(crate) fn method_words(method: Method) -> String {
    t(&format!("payment-method-{}", method.slug()))
}
