//! The first page of the office: what needs me today, then how it goes.

pub mod api;
mod page;

pub use page::DashboardPage;
