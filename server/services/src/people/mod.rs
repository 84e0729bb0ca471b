//! Signing in and out, and who a cookie belongs to.

mod password;
mod session;
mod sign_in;

pub use password::hash_password;
pub use session::{Who, recognise, sign_out};
pub use sign_in::{Attempt, SignedIn, Site, sign_in};
