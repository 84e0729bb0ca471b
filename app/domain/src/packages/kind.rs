//! What sort of thing is sold, and whether it costs something. The kind decides which spans of time make sense for it
//! (PKG-07); what it means for a bill is the billing engine's.

use super::Validity;
use serde::{Deserialize, Serialize};

/// How a package is sold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageKind {
    /// Calendar months, billed again and again.
    #[default]
    Monthly,
    /// Prepaid by the day.
    Daily,
    /// Prepaid by the hour or the minute.
    Hourly,
    /// So much data, used within a time.
    Volume,
    /// Charged once: installation, a router.
    OneTime,
    StaticIp,
    CableTv,
    Hotspot,
    /// Several things for one price.
    Bundle,
    /// Anything else that comes back every so many days or months.
    Recurring,
}

impl PackageKind {
    pub const ALL: [PackageKind; 10] = [
        PackageKind::Monthly,
        PackageKind::Daily,
        PackageKind::Hourly,
        PackageKind::Volume,
        PackageKind::OneTime,
        PackageKind::StaticIp,
        PackageKind::CableTv,
        PackageKind::Hotspot,
        PackageKind::Bundle,
        PackageKind::Recurring,
    ];

    /// Name in the database and in forms; with `-` for `_` in the locales (`package-kind-…`).
    pub fn slug(self) -> &'static str {
        match self {
            PackageKind::Monthly => "monthly",
            PackageKind::Daily => "daily",
            PackageKind::Hourly => "hourly",
            PackageKind::Volume => "volume",
            PackageKind::OneTime => "one_time",
            PackageKind::StaticIp => "static_ip",
            PackageKind::CableTv => "cable_tv",
            PackageKind::Hotspot => "hotspot",
            PackageKind::Bundle => "bundle",
            PackageKind::Recurring => "recurring",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// The kind that a span of time makes likely: what a list that names no kind is read as.
    pub fn of(validity: Validity) -> Self {
        match validity {
            Validity::Months(_) => PackageKind::Monthly,
            Validity::Days(_) => PackageKind::Recurring,
            Validity::Hours(_) | Validity::Minutes(_) => PackageKind::Hourly,
        }
    }

    /// Units of validity that make sense for it, the usual one first.
    pub fn units(self) -> &'static [&'static str] {
        match self {
            PackageKind::Monthly | PackageKind::StaticIp | PackageKind::CableTv => &["months"],
            PackageKind::Daily => &["days"],
            PackageKind::Hourly => &["hours", "minutes"],
            PackageKind::Volume => &["days", "months", "hours"],
            PackageKind::OneTime | PackageKind::Bundle | PackageKind::Recurring => &["months", "days"],
            PackageKind::Hotspot => &["hours", "minutes", "days", "months"],
        }
    }

    pub fn allows(self, validity: Validity) -> bool {
        self.units().contains(&validity.unit())
    }

    /// Does a speed mean anything for it?
    pub fn has_line(self) -> bool {
        !matches!(self, PackageKind::OneTime | PackageKind::CableTv | PackageKind::StaticIp)
    }
}

/// Whether a package costs something. A price of nothing is only for what is meant to cost nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pricing {
    #[default]
    Paid,
    Free,
    /// To try, once for each person; its price stays as it was first set.
    Trial,
}

impl Pricing {
    pub const ALL: [Pricing; 3] = [Pricing::Paid, Pricing::Free, Pricing::Trial];

    pub fn slug(self) -> &'static str {
        match self {
            Pricing::Paid => "paid",
            Pricing::Free => "free",
            Pricing::Trial => "trial",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pricing| pricing.slug() == slug)
    }
}
