//! What a subscriber sees of his own account: what he owes, until when he is paid, whether he is online, his invoices.
//! Made for a phone first; it asks nothing that needs a number of ours: whose account it is comes from the session.

mod home;
mod invoices;

pub(crate) use home::home;
pub(crate) use invoices::{invoice, invoices};
