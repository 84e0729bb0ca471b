//! Terms as the columns they are kept in, the same for packages and for masters.

use crate::Result;
use crate::error::known;
use chrono::NaiveTime;
use domain::packages::{Burst, Night, PackageKind, Pricing, Terms, Validity};

/// Both tables hold these by the same names.
pub(super) struct Columns {
    pub kind: String,
    pub pricing: String,
    pub validity_unit: String,
    pub validity_count: i16,
    pub up_kbps: Option<i32>,
    pub down_kbps: Option<i32>,
    pub volume_mb: Option<i64>,
    pub burst_up_kbps: Option<i32>,
    pub burst_down_kbps: Option<i32>,
    pub burst_from_up_kbps: Option<i32>,
    pub burst_from_down_kbps: Option<i32>,
    pub burst_seconds: Option<i16>,
    pub priority: Option<i16>,
    pub contention: Option<i16>,
    pub night_up_kbps: Option<i32>,
    pub night_down_kbps: Option<i32>,
    pub night_from: Option<NaiveTime>,
    pub night_to: Option<NaiveTime>,
    pub visibility: String,
}

/// The columns of a row that has them all.
macro_rules! columns {
    ($row:expr) => {
        $crate::packages::columns::Columns {
            kind: $row.kind,
            pricing: $row.pricing,
            validity_unit: $row.validity_unit,
            validity_count: $row.validity_count,
            up_kbps: $row.up_kbps,
            down_kbps: $row.down_kbps,
            volume_mb: $row.volume_mb,
            burst_up_kbps: $row.burst_up_kbps,
            burst_down_kbps: $row.burst_down_kbps,
            burst_from_up_kbps: $row.burst_from_up_kbps,
            burst_from_down_kbps: $row.burst_from_down_kbps,
            burst_seconds: $row.burst_seconds,
            priority: $row.priority,
            contention: $row.contention,
            night_up_kbps: $row.night_up_kbps,
            night_down_kbps: $row.night_down_kbps,
            night_from: $row.night_from,
            night_to: $row.night_to,
            visibility: $row.visibility,
        }
    };
}
pub(super) use columns;

fn kbps(value: Option<i32>) -> Option<u32> {
    value.map(i32::unsigned_abs)
}

/// A burst as both a package and a line's directory read it.
pub(crate) fn burst(
    up: Option<i32>,
    down: Option<i32>,
    from_up: Option<i32>,
    from_down: Option<i32>,
    seconds: Option<i16>,
) -> Option<Burst> {
    (up.is_some() || down.is_some()).then(|| Burst {
        up_kbps: kbps(up),
        down_kbps: kbps(down),
        from_up_kbps: kbps(from_up),
        from_down_kbps: kbps(from_down),
        seconds: seconds.map_or(10, i16::unsigned_abs),
    })
}

pub(crate) fn night(up: Option<i32>, down: Option<i32>, from: Option<NaiveTime>, to: Option<NaiveTime>) -> Option<Night> {
    from.zip(to).map(|(from, to)| Night { up_kbps: kbps(up), down_kbps: kbps(down), from, to })
}

impl Columns {
    pub fn terms(self) -> Result<Terms> {
        Ok(Terms {
            kind: known(PackageKind::from_slug(&self.kind), "package kind", &self.kind)?,
            pricing: known(Pricing::from_slug(&self.pricing), "pricing", &self.pricing)?,
            validity: known(Validity::read(&self.validity_unit, self.validity_count.unsigned_abs()), "validity", &self.validity_unit)?,
            up_kbps: kbps(self.up_kbps),
            down_kbps: kbps(self.down_kbps),
            volume_mb: self.volume_mb.map(i64::unsigned_abs),
            burst: burst(self.burst_up_kbps, self.burst_down_kbps, self.burst_from_up_kbps, self.burst_from_down_kbps, self.burst_seconds),
            priority: self.priority.and_then(|priority| u8::try_from(priority).ok()),
            contention: self.contention.map(i16::unsigned_abs),
            night: night(self.night_up_kbps, self.night_down_kbps, self.night_from, self.night_to),
            public: self.visibility == "public",
        })
    }
}

impl From<&Terms> for Columns {
    fn from(terms: &Terms) -> Self {
        let signed = |kbps: Option<u32>| kbps.map(u32::cast_signed);
        let (burst, night) = (terms.burst, terms.night);
        Self {
            kind: terms.kind.slug().into(),
            pricing: terms.pricing.slug().into(),
            validity_unit: terms.validity.unit().into(),
            validity_count: terms.validity.count().cast_signed(),
            up_kbps: signed(terms.up_kbps),
            down_kbps: signed(terms.down_kbps),
            volume_mb: terms.volume_mb.map(u64::cast_signed),
            burst_up_kbps: signed(burst.and_then(|burst| burst.up_kbps)),
            burst_down_kbps: signed(burst.and_then(|burst| burst.down_kbps)),
            burst_from_up_kbps: signed(burst.and_then(|burst| burst.from_up_kbps)),
            burst_from_down_kbps: signed(burst.and_then(|burst| burst.from_down_kbps)),
            burst_seconds: burst.map(|burst| burst.seconds.cast_signed()),
            priority: terms.priority.map(i16::from),
            contention: terms.contention.map(u16::cast_signed),
            night_up_kbps: signed(night.and_then(|night| night.up_kbps)),
            night_down_kbps: signed(night.and_then(|night| night.down_kbps)),
            night_from: night.map(|night| night.from),
            night_to: night.map(|night| night.to),
            visibility: if terms.public { "public" } else { "private" }.into(),
        }
    }
}
