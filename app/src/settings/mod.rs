//! Settings on screen: of an ISP, of a branch or a reseller in it, of a tenant and of the platform. Every value says where it
//! comes from. Lists and things of their own keep their pages and are linked.

pub mod api;
mod cards;
mod page;

pub(crate) use cards::{Form, group_cards};
pub(crate) use page::{above, settings};
