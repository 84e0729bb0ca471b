//! Signing in and out, who a cookie belongs to, and what somebody does with his own account: password, second factor,
//! sessions. What is about other people's accounts is not here, but for the rules that an ISP sets for all of them.

mod borrow;
mod code;
mod finish;
mod networks;
mod one_time;
mod own;
mod password;
mod prove;
mod rules;
mod second_factor;
mod session;
mod sign_in;

pub(crate) use borrow::{Borrowed, begin_borrowed, end_borrowed};
pub use finish::{choose_password, confirm_network, enrolment, finish_enrolment, give_code};
pub use networks::{may_staff_come, networks, open_networks, platform_networks, set_networks, set_platform_networks};
pub use one_time::{
    Address, Asking, ask_reset, ask_sign_in_code, ask_verification, reset_is_open, reset_password, sign_in_with_code, verify_address,
};
pub use own::{
    OwnView, PasswordForm, SessionView, change_password, end_other_sessions, end_session, own_account, own_sessions, save_own_account,
};
pub use password::{generate_password, hash_password};
pub use prove::{Proof, is_proven, proof_wanted, prove};
pub(crate) use prove::{proven, require_proof};
pub use rules::{forget_second_factor, platform_sign_in_rule, set_platform_sign_in_rule, set_sign_in_rule, sign_in_rule};
pub use second_factor::{
    Enrolment, begin_second_factor, confirm_second_factor, drop_second_factor, keep_recovery_codes, new_recovery_codes, pending_enrolment,
    shown_recovery_codes,
};
pub use session::{Who, recognise, recognise_quietly, sign_out};
pub(crate) use session::{as_account, hash_token as hash_secret, new_token as new_secret};
pub use sign_in::{Attempt, SignedIn, Site, sign_in};
pub use storage::admin_networks::Listed as ListedNetwork;
