//! Cash desks on screen, made for the phone in a collector's hand: what is in the drawer, what waits for him, what he
//! hands over. Everything is drawn on the server.

pub mod api;
mod desk;
mod list;

pub(crate) use desk::{own_desk, somebodys_desk};
pub(crate) use list::desks;
