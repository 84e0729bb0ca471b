//! What a subscriber sees of his own account: what he owes, until when he is paid, whether he is online, his invoices.
//! Made for a phone first; it asks nothing that needs a number of ours.

pub mod api;
mod home;
mod invoices;

pub use home::PortalHome;
pub use invoices::{MyInvoicePage, MyInvoicesPage};
