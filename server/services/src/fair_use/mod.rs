//! Fair use: policies and their packages, counting, what happens each minute, and data that is bought on top.

mod at_end;
mod count;
mod minute;
mod policies;
mod top_up;
mod views;

pub use at_end::set_at_end;
pub use count::{Moved, count};
pub use minute::{Minute, run_minute};
pub use policies::{Version, archive_policy, policies, policy, save_policy};
pub use top_up::{add_offer, archive_offer, buy_own, offers, sell, set_auto, set_own_auto};
pub use views::{accounts, own_accounts};

use chrono::{DateTime, Utc};
use domain::ServiceId;
use storage::IspTx;
use storage::isps::Isp;

/// Looks at lines now, in the transaction of what changed about them.
pub(crate) async fn look_at(tx: &mut IspTx, isp: &Isp, services: &[ServiceId], now: DateTime<Utc>) -> storage::Result<()> {
    let watched = storage::fair_use::watch(tx, services).await?;
    count::look(tx, isp.zone, watched, &count::Local::new(), now).await
}
