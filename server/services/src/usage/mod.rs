//! What lines moved: graphs, lists, roll-up and retention.

mod graph;
mod keep;
mod top;

pub use graph::{Graph, graph};
pub use keep::{Aggregated, Kept, aggregate, clean_up};
pub use top::top_users;

pub(crate) use locales::octets as octet_words;
