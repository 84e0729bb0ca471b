//! Routers: adding, changing, finding and reaching them. A password goes in sealed and never comes out; whoever needs the
//! router gets a connection, not the words that open it.

mod active;
mod backup;
mod connect;
mod files;
mod live;
mod look;
mod register;
mod roll;
mod test;
mod view;
mod watch;

pub(crate) use files::{read_file, remove_file};

pub use active::Over;
pub use backup::{DiffLine, Night, Reason, back_up, back_up_all, compare_backups, list_backups, read_backup, restore};
pub use connect::{Link, connect, link, why};
pub use live::{Comings, LiveSession, LiveTraffic, comings, end_sessions, live_sessions, live_traffic, told};
pub use register::{confirm_certificate, create_router, place_lines, set_router_active, update_router};
pub use storage::routers::backups::BackupRow;
pub use test::{Check, CheckState, RouterTest, test_router};
pub use view::{RouterView, find_router, list_routers, router_history};
pub use watch::{Due, EVERY, look_at, take_due, write_looks};
