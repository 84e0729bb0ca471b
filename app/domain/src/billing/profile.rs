//! When an ISP bills, how long a customer has, and in which zone the days are counted (BIL-01).

use crate::money::ascii_digits;
use crate::{BillingProfileId, Problem};
use serde::{Deserialize, Serialize};

/// A billing profile as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingProfile {
    pub id: BillingProfileId,
    pub name: String,
    /// 1 to 28.
    pub billing_day: u16,
    pub due_days: u16,
    pub grace_days: u16,
    /// IANA name; `None` is the ISP's zone.
    pub time_zone: Option<String>,
    pub auto_suspend: bool,
    /// Overdue up to this much does not cut a line.
    pub tolerance_minor: i64,
    pub is_default: bool,
}

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingProfileForm {
    pub name: String,
    pub billing_day: String,
    pub due_days: String,
    pub grace_days: String,
    /// Empty: the ISP's zone. Whether the zone exists is checked where the zone table is.
    pub time_zone: String,
    #[serde(default)]
    pub auto_suspend: Option<String>,
}

/// Reads a form; every problem at once. The id is the caller's to give.
pub fn read_billing_profile(form: &BillingProfileForm, id: BillingProfileId) -> Result<BillingProfile, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let mut number = |field: &str, text: &str, least: u16, most: u16| {
        let read = ascii_digits(text.trim()).parse::<u16>().ok().filter(|n| (least..=most).contains(n));
        read.unwrap_or_else(|| {
            problems.push(Problem::new(field, "problem-number-range").with("least", least).with("most", most));
            least
        })
    };
    let billing_day = number("billing_day", &form.billing_day, 1, 28);
    let due_days = number("due_days", &form.due_days, 0, 90);
    let grace_days = number("grace_days", &form.grace_days, 0, 90);
    if !problems.is_empty() {
        return Err(problems);
    }
    let time_zone = Some(form.time_zone.trim().to_string()).filter(|zone| !zone.is_empty());
    let auto_suspend = form.auto_suspend.is_some();
    Ok(BillingProfile { id, name, billing_day, due_days, grace_days, time_zone, auto_suspend, tolerance_minor: 0, is_default: false })
}
