//! The billing run: its rehearsal, starting it, what earlier runs did, and the rules by which bills are made.

pub mod api;
mod overview;
mod preview;
mod profile_form;
mod profiles;
pub mod rules_api;
mod run;
mod taxes;

pub(crate) use overview::overview;
pub(crate) use preview::refusal_text;
pub(crate) use profile_form::{edit_profile, new_profile};
pub(crate) use profiles::list as profiles;
pub(crate) use run::run;
pub(crate) use taxes::taxes;
