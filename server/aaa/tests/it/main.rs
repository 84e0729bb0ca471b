//! The RADIUS service on real sockets with a real database behind it: two ISPs, each with a router and subscribers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod a_whole_router;
mod accounting;
mod changes;
mod database_away;
mod eap;
mod explains;
mod fair_use;
mod foreign_clients;
mod foreign_router;
mod foreign_servers;
mod freeradius_before_us;
mod killed;
mod lets_in;
mod must_hold;
mod oracle;
mod remembered;
mod routers_move;
mod rules;
mod screens;
mod silence;
mod stage;
mod street;
mod told;
mod tries;
mod turns;
mod walls_off;
