//! What the developer and a super admin see first: the ISPs, and for the developer what the queue is doing.

mod page;

pub(crate) use page::home;
