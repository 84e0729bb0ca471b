//! The billing run: its rehearsal, starting it, what earlier runs did, and the rules by which bills are made.

pub mod api;
mod overview;
mod preview;
#[cfg(feature = "ssr")]
mod profile_form;
mod profiles;
#[cfg(feature = "ssr")]
pub mod rules_api;
mod run;
#[cfg(feature = "ssr")]
mod taxes;

pub use overview::BillingPage;
#[cfg(feature = "ssr")]
pub(crate) use preview::refusal_text;
#[cfg(feature = "ssr")]
pub(crate) use profile_form::{edit_profile, new_profile};
pub use profiles::ProfilesPage;
pub use run::RunPage;
#[cfg(feature = "ssr")]
pub(crate) use taxes::taxes;
