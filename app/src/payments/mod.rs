//! Money over the counter: finding who pays, taking the money, the receipt, and the list of what came in.

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
mod find;
#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod preview;
#[cfg(feature = "ssr")]
pub mod query;
#[cfg(feature = "ssr")]
mod receipt;
#[cfg(feature = "ssr")]
mod take;

use domain::payments::Method;
#[cfg(feature = "ssr")]
pub(crate) use list::list;
#[cfg(feature = "ssr")]
pub(crate) use receipt::receipt;
#[cfg(feature = "ssr")]
pub(crate) use take::take;
use ui::prelude::t;

/// How money came in.
pub(crate) fn method_words(method: Method) -> String {
    t(&format!("payment-method-{}", method.slug()))
}
