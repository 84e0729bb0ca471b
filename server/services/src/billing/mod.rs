//! Billing: the run and its rehearsal, suspension for non-payment, profiles, invoices.

mod bill;
pub(crate) mod bill_once;
mod change;
mod coverage;
mod credit;
mod extras;
mod hold;
mod issue;
mod opening;
mod prepaid;
mod preview;
mod profiles;
mod proforma;
mod request;
mod run;
mod suspend;
mod taxes;
mod terms;
mod views;

pub use change::{ChangeForm, cancel_change, change_package, quote_change};
pub use credit::apply_advances;
pub use extras::{
    DiscountForm, ExtraForm, add_addon, add_charge, add_discount, drop_charge, end_addon, end_discount, issue_charges, return_deposit,
};
pub use hold::{HoldForm, end_hold, hold_service, turn_temporary};
pub use prepaid::{TimeForm, buy_time, expire_due, quote_time, set_auto_renew};
pub use preview::{Preview, preview};
pub(crate) use profiles::of_customer as profile_of;
pub use profiles::{delete_profile, profile_customers, profiles, replace_profile, save_profile};
pub use proforma::{NextBillForm, make_own_proforma, make_proforma, next_bill, proforma, proformas};
pub use request::{RUN_TASK, request_run};
pub(crate) use run::bills_of;
pub use run::{BATCH, run_batch, run_billing};
pub use suspend::{Suspended, suspend_overdue};
pub use taxes::{add_tax_rate, tax_profiles};
pub use terms::{TermsForm, customer_terms, set_customer_terms};
pub use views::{count_to_bill, invoice, invoices, invoices_behind, next_billing_day, problems, run, runs};

pub(crate) use coverage::{cuts, new_line_cutoff, profile_zone, refresh};
pub(crate) use opening::{Opening, opening_balances};
pub(crate) use suspend::{refresh_all, refresh_debtors};
