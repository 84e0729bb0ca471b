//! The RADIUS service on real sockets with a real database behind it: two ISPs, each with a router and subscribers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounting;
mod changes;
mod database_away;
mod foreign_clients;
mod freeradius_before_us;
mod killed;
mod lets_in;
mod rules;
mod screens;
mod silence;
mod stage;
mod told;
mod walls_off;
