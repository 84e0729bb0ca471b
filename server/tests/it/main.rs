//! The whole program, started as an operator starts it, and what happens when it dies.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod press_apart;
mod two_servers_one_database;
