//! Money over the counter: finding who pays, taking the money, the receipt, and the list of what came in.

pub mod api;
mod find;
mod list;
mod preview;
pub mod query;
mod receipt;
mod take;

pub use list::PaymentsPage;
pub(crate) use list::method_words;
pub use receipt::ReceiptPage;
pub use take::TakePaymentPage;
