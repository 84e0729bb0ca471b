//! When and how an ISP bills: rhythm, days to pay, what a suspended line costs, what a change costs, and in which zone
//! the days are counted (BIL-01). Bills that were issued keep the terms they were issued with.

use crate::BillingProfileId;
use crate::settings::{Key, Values};
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $first:ident $first_slug:literal $(, $variant:ident $slug:literal)* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { #[default] $first, $($variant),* }

        impl $name {
            pub const ALL: &'static [$name] = &[$name::$first, $($name::$variant),*];

            pub fn slug(self) -> &'static str {
                match self { $name::$first => $first_slug, $($name::$variant => $slug),* }
            }

            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.slug() == slug)
            }
        }
    };
}

pub(super) use choices;

choices! {
    /// The rhythm of bills.
    ProfileKind {
        // From one fixed day of the month to the next.
        Monthly "monthly",
        // From the day of the month on which the service began.
        Anniversary "anniversary",
        // Prepaid: time is bought, a bill is never made by itself.
        Daily "daily",
        // Costs nothing.
        Free "free",
    }
}

choices! {
    /// A period is charged when it begins or when it is over.
    ChargeIn { Advance "advance", Arrears "arrears" }
}

choices! {
    /// What becomes of a first period that is shorter than a whole one.
    FirstPeriod {
        Alone "alone",
        // On one bill with the whole period after it.
        WithNext "with_next",
    }
}

choices! {
    /// What a line costs while unpaid bills hold it down (BIL-18). What was not charged never is.
    SuspendedCharging {
        Bill "bill",
        Skip "skip",
        // So many periods, then nothing.
        Limit "limit",
    }
}

choices! {
    /// What becomes of paid time when a cheaper package begins in the middle of it.
    ChangeRefund { Credit "credit", None "none" }
}

/// A billing profile as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingProfile {
    pub id: BillingProfileId,
    pub name: String,
    pub kind: ProfileKind,
    pub charge_in: ChargeIn,
    /// 1 to 28; of no meaning to an anniversary.
    pub billing_day: u16,
    /// Periods are calendar months whatever the billing day, which then only says when their bills are made.
    pub cycle_ends_with_month: bool,
    /// Bills of a day are made from this local time on.
    pub billing_time: NaiveTime,
    pub auto_generate: bool,
    pub due_days: u16,
    pub grace_days: u16,
    /// IANA name; `None` is the ISP's zone.
    pub time_zone: Option<String>,
    pub auto_suspend: bool,
    /// On the day a line may be cut, not before this local time.
    pub suspend_time: NaiveTime,
    pub skip_weekends: bool,
    pub skip_holidays: bool,
    /// Overdue up to this much does not cut a line.
    pub tolerance_minor: i64,
    pub first_period: FirstPeriod,
    pub suspended_charging: SuspendedCharging,
    /// Periods that are charged while suspended, when charging stops at a limit.
    pub suspended_periods: u16,
    pub change_refund: ChangeRefund,
    pub change_fee_up_minor: i64,
    pub change_fee_down_minor: i64,
    /// Less than this waits for the next bill.
    pub minimum_invoice_minor: i64,
    /// The least number of days that may be bought at once.
    pub minimum_days: u16,
    /// A daily price is the package's over so many days.
    pub daily_base: u16,
    /// What is left of one package becomes time of another.
    pub convert_remaining: bool,
    pub hold_fee_minor: i64,
    pub hold_days_a_year: u16,
    /// Service goes on until more than this is due; `None`: no such limit.
    pub credit_limit_minor: Option<i64>,
    pub is_default: bool,
    pub version: i32,
}

impl BillingProfile {
    /// What a new ISP begins with: the first of each month in advance, a week to pay, three days of grace.
    /// The same with the days that new profiles begin with here.
    #[must_use]
    pub fn with_defaults(self, values: &Values) -> Self {
        let days = |key: Key| u16::try_from(values.number(key)).unwrap_or_default();
        Self { billing_day: days(Key::ProfileDay), due_days: days(Key::ProfileDue), grace_days: days(Key::ProfileGrace), ..self }
    }

    pub fn usual(id: BillingProfileId, name: &str) -> Self {
        Self {
            id,
            name: name.into(),
            kind: ProfileKind::Monthly,
            charge_in: ChargeIn::Advance,
            billing_day: 1,
            cycle_ends_with_month: false,
            billing_time: NaiveTime::MIN,
            auto_generate: true,
            due_days: 7,
            grace_days: 3,
            time_zone: None,
            auto_suspend: true,
            suspend_time: NaiveTime::MIN,
            skip_weekends: false,
            skip_holidays: false,
            tolerance_minor: 0,
            first_period: FirstPeriod::Alone,
            suspended_charging: SuspendedCharging::Bill,
            suspended_periods: 1,
            change_refund: ChangeRefund::Credit,
            change_fee_up_minor: 0,
            change_fee_down_minor: 0,
            minimum_invoice_minor: 0,
            minimum_days: 1,
            daily_base: 30,
            convert_remaining: true,
            hold_fee_minor: 0,
            hold_days_a_year: 60,
            credit_limit_minor: None,
            is_default: false,
            version: 1,
        }
    }

    /// Is a bill ever made by itself for services under this profile?
    pub fn bills_by_itself(&self) -> bool {
        self.auto_generate && matches!(self.kind, ProfileKind::Monthly | ProfileKind::Anniversary)
    }
}
