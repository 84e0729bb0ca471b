//! What the developer and a super admin see first: the ISPs, and for the developer what the queue is doing.

pub mod api;
mod page;

pub use page::PlatformPage;
