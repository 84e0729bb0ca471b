//! The billing run: what comes next, starting it, what earlier runs did, and the rules by which bills are made.

pub mod api;
mod overview;
mod parts;
mod profile_form;
mod profiles;
mod proforma;
mod promos;
pub mod rules_api;
mod run;
mod taxes;

pub(crate) use overview::overview;
pub(crate) use parts::billing_bar;
pub(crate) use profile_form::{edit_profile, new_profile};
pub(crate) use profiles::list as profiles;
pub(crate) use proforma::{my_next_bill, proforma};
pub(crate) use promos::promos;
pub(crate) use run::{refusal_text, run};
pub(crate) use taxes::taxes;
