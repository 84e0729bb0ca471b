//! Promo codes (BIL-09): made and put away by who sets prices, used for a service by who sells it. A use takes its share
//! off the periods of the service that are billed next, on a line of its own.

mod manage;
mod redeem;

pub use manage::{archive_promo, create_promo, promos};
pub(crate) use redeem::use_code;
pub use redeem::{RedeemForm, redeem};
