//! The people of an ISP: the list, one person, what he may do, the grid of rights, and how roles are called. Somebody's
//! own account is elsewhere.

mod api;
mod branches;
mod form;
mod grid;
mod list;
mod owner;
mod page;
mod parts;
mod presets;
mod removal;
mod rights;
mod titles;
mod words;
mod zone_field;
mod zones;

pub(crate) use branches::branches;
pub(crate) use form::{edit, new};
pub(crate) use grid::grid;
pub(crate) use list::list;
pub(crate) use owner::owner;
pub(crate) use page::show;
pub(crate) use presets::presets;
pub(crate) use removal::removal;
pub(crate) use rights::rights;
pub(crate) use titles::titles;
pub(crate) use zone_field::{ZoneWords, zone_field, zone_options, zone_words};
pub(crate) use zones::zones;
