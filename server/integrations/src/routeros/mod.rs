//! RouterOS over its binary API: words and sentences, the two ways to sign in, many commands at once on one connection,
//! and what a router's complaints mean. It never trusts a length it was given, never sends a password in the clear unless
//! told to, and decides nothing.

mod api;
mod client;
mod command;
mod login;
mod reply;
mod rest;
mod sentence;
mod tls;
mod trap;
mod value;
mod version;
mod word;

pub use api::Api;
pub use client::{Answer, Client, Door, Following, Limits, Login, RouterError, Security};
pub use command::Command;
pub use login::challenge_response;
pub use reply::{Reply, Row, Said};
pub use rest::Rest;
pub use sentence::{Decoder, Sentence};
pub use tls::{Fingerprint, fingerprint_of};
pub use trap::{Trap, TrapKind};
pub use value::{duration, parse_duration, parse_flag, parse_rate};
pub use version::Version;
pub use word::{MAX_SENTENCE, MAX_WORD, MAX_WORDS, Malformed, write_word};

#[cfg(test)]
mod tests;
