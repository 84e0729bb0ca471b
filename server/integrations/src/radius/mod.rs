//! RADIUS on the wire (RFC 2865, 2866, 2869, 5176): reading and writing packets, hiding and proving, and asking a server
//! for a change. It decides nothing and never trusts a length it was given.

mod ask;
pub mod attribute;
mod change;
mod describe;
mod login;
mod mschap;
mod packet;
mod password;
mod secret;
mod socket;
mod writer;

pub use ask::{ask_for_access, proven};
pub use change::{Change, ChangeAnswer, SESSION_NOT_FOUND, SessionName, ask_for_change};
pub use describe::{Described, describe};
pub use login::{Login, Method};
pub use mschap::{NtPassword, SessionKeys, hide_session_key};
pub use packet::{Attribute, Attributes, Code, MAX_PACKET, Malformed, Packet};
pub use password::{chap_response, hide_password, reveal_password};
pub use secret::{Secret, same};
pub use socket::{Datagram, Socket};
pub use writer::Writer;

#[cfg(test)]
mod broken;
#[cfg(test)]
mod tests;
