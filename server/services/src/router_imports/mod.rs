//! Lines that live on a router come in: the router is read, a person says which package each profile means, and the rows go
//! the way of every list. The router itself is only read.

mod prepare;
mod read;
mod view;

pub use prepare::prepare;
pub use read::read;
pub use view::{find, of_router};

pub(crate) use prepare::know_packages;
