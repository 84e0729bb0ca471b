//! The platform's own pages: what a developer and a super admin see first, tenants, ISPs, plans, slots and what was done.

mod api;
mod home;
mod isp;
mod isps;
mod log;
mod notices;
mod plans;
mod rules;
mod slots;
mod tenant;
mod tenants;
mod words;

pub(crate) use home::home;
pub(crate) use isp::isp;
pub(crate) use isps::{isps, new_isp};
pub(crate) use log::log;
pub(crate) use notices::{new_notice, notice, notices};
pub(crate) use plans::{edit_plan, new_plan, plans};
pub(crate) use rules::rules;
pub(crate) use slots::slots;
pub(crate) use tenant::tenant;
pub(crate) use tenants::{new_tenant, tenants};
pub(crate) use words::usage_bars;
