//! The billing run: its rehearsal, starting it, what earlier runs did, and the rules by which bills are made.

pub mod api;
mod overview;
mod preview;
mod profile_form;
mod profiles;
mod run;

pub use overview::BillingPage;
pub use profile_form::{EditProfilePage, NewProfilePage};
pub use profiles::ProfilesPage;
pub use run::RunPage;
