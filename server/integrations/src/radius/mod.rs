//! RADIUS on the wire (RFC 2865, 2866, 2869): reading and writing packets, hiding and proving. It decides nothing,
//! sends nothing and never trusts a length it was given.

pub mod attribute;
mod packet;
mod password;
mod secret;
mod socket;
mod writer;

pub use packet::{Attribute, Attributes, Code, MAX_PACKET, Malformed, Packet};
pub use password::{chap_response, hide_password, reveal_password};
pub use secret::{Secret, same};
pub use socket::{Datagram, Socket};
pub use writer::Writer;

#[cfg(test)]
mod tests;
