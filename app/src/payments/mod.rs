//! Money over the counter: finding who pays, taking the money, the receipt, and the list of what came in.

pub mod api;
mod find;
mod list;
mod preview;
pub mod query;
mod receipt;
mod take;

use domain::payments::Method;
pub(crate) use list::list;
pub(crate) use receipt::receipt;
pub(crate) use take::take;
use ui::prelude::t;

/// How money came in.
pub(crate) fn method_words(method: Method) -> String {
    t(&format!("payment-method-{}", method.slug()))
}
