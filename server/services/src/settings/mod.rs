//! Settings by level, to see and to change: each with where its value comes from, what would hold without the own one, and
//! who set it. Lists and things of their own have their own pages.

mod above;
mod below;
mod change;
mod view;

pub use above::{above, reset_above, save_above};
pub use below::{At, page, reset, save};
pub use view::{GroupView, Own, SettingView, SettingsPage, Source};

use crate::Result;
use domain::CustomerId;
use domain::settings::Values;
use storage::IspTx;
use storage::isps::Isp;

/// What holds for one customer: his branch and his reseller may have set something else than the ISP.
pub(crate) async fn values_of(tx: &mut IspTx, isp: &Isp, customer: CustomerId) -> Result<Values> {
    let more = storage::settings::below(tx, &[customer]).await?.remove(&customer).unwrap_or_default();
    Ok(isp.settings.with(more))
}
