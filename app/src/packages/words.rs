//! Speeds and validities as one says them.

use domain::packages::{Validity, speed_text};
use ui::prelude::*;

/// `5 Mbps up / 10 Mbps down`, or unlimited.
pub(crate) fn speed(up_kbps: Option<u32>, down_kbps: Option<u32>) -> String {
    let one = |kbps: Option<u32>| kbps.map_or_else(|| t("package-unlimited"), speed_text);
    t_with("package-speed-both", &[("up", one(up_kbps).into()), ("down", one(down_kbps).into())])
}

pub(crate) fn validity_text(validity: Validity) -> String {
    match validity {
        Validity::Months(count) => t_with("package-validity-months", &[("count", i64::from(count).into())]),
        Validity::Days(count) => t_with("package-validity-days", &[("count", i64::from(count).into())]),
        Validity::Hours(count) => t_with("package-validity-hours", &[("count", i64::from(count).into())]),
        Validity::Minutes(count) => t_with("package-validity-minutes", &[("count", i64::from(count).into())]),
    }
}
