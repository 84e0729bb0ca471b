//! Simulated peers: routers, subscribers, OLTs, gateways. For tests, for the demo and for training; never talks to the
//! real world.

pub mod radius_client;
pub mod routeros;
