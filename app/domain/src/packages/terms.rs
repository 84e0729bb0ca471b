//! What a package gives: speed, volume, how long. Shared by a master package and by what is sold of it, so that one can
//! follow the other field by field (PKG-01, PKG-04, PKG-08).

use super::{NotASpeed, PackageForm, PackageKind, Pricing, Validity, read_speed};
use crate::Problem;
use crate::money::ascii_digits;
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// What is given for the price. `None` is unlimited, or not wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub kind: PackageKind,
    pub pricing: Pricing,
    pub validity: Validity,
    /// kbit/s.
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub volume_mb: Option<u64>,
    pub burst: Option<Burst>,
    /// 1 goes first, 8 last.
    pub priority: Option<u8>,
    /// So many share the speed.
    pub contention: Option<u16>,
    pub night: Option<Night>,
    /// Offered to everybody, not only by people who know of it.
    pub public: bool,
}

impl Terms {
    /// A speed for a time and nothing else: what a list of customers says of a package.
    pub fn plain(up_kbps: Option<u32>, down_kbps: Option<u32>, validity: Validity, price: crate::Money) -> Self {
        Self {
            kind: PackageKind::of(validity),
            pricing: if price.is_zero() { Pricing::Free } else { Pricing::Paid },
            validity,
            up_kbps,
            down_kbps,
            volume_mb: None,
            burst: None,
            priority: None,
            contention: None,
            night: None,
            public: true,
        }
    }
}

/// More than the speed, for a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Burst {
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    /// Below this average the burst is given; without one, below the speed itself.
    pub from_up_kbps: Option<u32>,
    pub from_down_kbps: Option<u32>,
    /// The time over which a router averages, not how long a burst lasts.
    pub seconds: u16,
}

/// Another speed between two times of day, over midnight where `to` comes before `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Night {
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub from: NaiveTime,
    pub to: NaiveTime,
}

/// Is a time of day inside a window that may run over midnight?
pub fn inside(from: NaiveTime, to: NaiveTime, at: NaiveTime) -> bool {
    if from < to { from <= at && at < to } else { at >= from || at < to }
}

/// One thing that a package has from its master or for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermsField {
    Validity,
    Down,
    Up,
    Volume,
    Burst,
    Priority,
    Contention,
    Night,
    Visibility,
}

impl TermsField {
    pub const ALL: [TermsField; 9] = [
        TermsField::Validity,
        TermsField::Down,
        TermsField::Up,
        TermsField::Volume,
        TermsField::Burst,
        TermsField::Priority,
        TermsField::Contention,
        TermsField::Night,
        TermsField::Visibility,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            TermsField::Validity => "validity",
            TermsField::Down => "down",
            TermsField::Up => "up",
            TermsField::Volume => "volume",
            TermsField::Burst => "burst",
            TermsField::Priority => "priority",
            TermsField::Contention => "contention",
            TermsField::Night => "night",
            TermsField::Visibility => "visibility",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.slug() == slug)
    }

    fn same(self, a: &Terms, b: &Terms) -> bool {
        match self {
            TermsField::Validity => a.validity == b.validity,
            TermsField::Down => a.down_kbps == b.down_kbps,
            TermsField::Up => a.up_kbps == b.up_kbps,
            TermsField::Volume => a.volume_mb == b.volume_mb,
            TermsField::Burst => a.burst == b.burst,
            TermsField::Priority => a.priority == b.priority,
            TermsField::Contention => a.contention == b.contention,
            TermsField::Night => a.night == b.night,
            TermsField::Visibility => a.public == b.public,
        }
    }

    fn copy(self, from: &Terms, to: &mut Terms) {
        match self {
            TermsField::Validity => to.validity = from.validity,
            TermsField::Down => to.down_kbps = from.down_kbps,
            TermsField::Up => to.up_kbps = from.up_kbps,
            TermsField::Volume => to.volume_mb = from.volume_mb,
            TermsField::Burst => to.burst = from.burst,
            TermsField::Priority => to.priority = from.priority,
            TermsField::Contention => to.contention = from.contention,
            TermsField::Night => to.night = from.night,
            TermsField::Visibility => to.public = from.public,
        }
    }
}

/// The fields in which two differ.
pub fn changed(a: &Terms, b: &Terms) -> Vec<TermsField> {
    TermsField::ALL.into_iter().filter(|field| !field.same(a, b)).collect()
}

/// A package's terms once it follows its master in everything that is not its own.
pub fn inherit(package: &Terms, master: &Terms, overridden: &[TermsField]) -> Terms {
    let mut terms = package.clone();
    for field in TermsField::ALL.into_iter().filter(|field| !overridden.contains(field)) {
        field.copy(master, &mut terms);
    }
    terms
}

/// Which fields are a package's own after it was saved: what was not touched keeps its mark, what was set to the master's
/// value follows it from now on, everything else is its own.
pub fn own_fields(before: Option<(&Terms, &[TermsField])>, after: &Terms, master: &Terms) -> Vec<TermsField> {
    let own = |field: &TermsField| match before {
        Some((terms, marks)) if field.same(terms, after) => marks.contains(field),
        _ => !field.same(after, master),
    };
    TermsField::ALL.into_iter().filter(own).collect()
}

/// More than anybody sells: a slip of the hand.
const LARGEST_VOLUME_GB: u64 = 1_000_000;

/// Reads the part of a form that says what is given.
pub fn read_terms(form: &PackageForm, problems: &mut Vec<Problem>) -> Terms {
    let validity = read_validity(form, problems);
    let kind = match form.kind.trim() {
        "" => PackageKind::of(validity),
        slug => PackageKind::from_slug(slug).unwrap_or_else(|| {
            problems.push(Problem::new("kind", "problem-choice"));
            PackageKind::of(validity)
        }),
    };
    if !kind.allows(validity) && !problems.iter().any(|problem| problem.field == "validity_count") {
        problems.push(Problem::new("validity_unit", "problem-validity-unit").with("units", kind.units().join(", ")));
    }
    let pricing = match form.pricing.trim() {
        "" => Pricing::Paid,
        slug => Pricing::from_slug(slug).unwrap_or_else(|| {
            problems.push(Problem::new("pricing", "problem-choice"));
            Pricing::Paid
        }),
    };
    let mut speed = |field: &str, text: &str| match read_speed(text) {
        Ok(kbps) => kbps,
        Err(NotASpeed) => {
            problems.push(Problem::new(field, "problem-speed"));
            None
        }
    };
    let up_kbps = speed("up_mbps", &form.up_mbps);
    let down_kbps = speed("down_mbps", &form.down_mbps);
    let fast_up = speed("burst_up_mbps", &form.burst_up_mbps);
    let fast_down = speed("burst_down_mbps", &form.burst_down_mbps);
    let from_up = speed("burst_from_up_mbps", &form.burst_from_up_mbps);
    let from_down = speed("burst_from_down_mbps", &form.burst_from_down_mbps);
    let night_up = speed("night_up_mbps", &form.night_up_mbps);
    let night_down = speed("night_down_mbps", &form.night_down_mbps);
    let seconds = whole("burst_seconds", &form.burst_seconds, 1, 300, problems);
    let burst = read_burst((up_kbps, down_kbps), (fast_up, fast_down), (from_up, from_down), seconds, problems);
    let night = read_night(form, (night_up, night_down), problems);
    let volume = whole("volume_gb", &form.volume_gb, 1, LARGEST_VOLUME_GB, problems);
    Terms {
        kind,
        pricing,
        validity,
        up_kbps,
        down_kbps,
        volume_mb: volume.map(|gb| gb * 1_024),
        burst,
        priority: whole("priority", &form.priority, 1, 8, problems).and_then(|value| u8::try_from(value).ok()),
        contention: whole("contention", &form.contention, 1, 200, problems).and_then(|value| u16::try_from(value).ok()),
        night,
        public: form.visibility.trim() != "private",
    }
}

fn read_validity(form: &PackageForm, problems: &mut Vec<Problem>) -> Validity {
    let count: u16 = ascii_digits(form.validity_count.trim()).parse().unwrap_or(0);
    Validity::read(&form.validity_unit, count).unwrap_or_else(|| {
        problems.push(Problem::new("validity_count", "problem-validity"));
        Validity::Months(1)
    })
}

/// A whole number in a range, or nothing.
pub(super) fn whole(field: &str, text: &str, least: u64, most: u64, problems: &mut Vec<Problem>) -> Option<u64> {
    let text = ascii_digits(text.trim());
    if text.is_empty() {
        return None;
    }
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    if number.is_none() {
        problems.push(Problem::new(field, "problem-number-range").with("least", least).with("most", most));
    }
    number
}

type Both = (Option<u32>, Option<u32>);

fn read_burst(speed: Both, fast: Both, from: Both, seconds: Option<u64>, problems: &mut Vec<Problem>) -> Option<Burst> {
    if fast == (None, None) {
        let stray =
            [("burst_from_up_mbps", from.0.is_some()), ("burst_from_down_mbps", from.1.is_some()), ("burst_seconds", seconds.is_some())];
        problems.extend(stray.into_iter().filter(|(_, there)| *there).map(|(field, _)| Problem::new(field, "problem-burst-without-speed")));
        return None;
    }
    for (field, threshold, speed, fast, from) in [
        ("burst_up_mbps", "burst_from_up_mbps", speed.0, fast.0, from.0),
        ("burst_down_mbps", "burst_from_down_mbps", speed.1, fast.1, from.1),
    ] {
        match (fast, speed) {
            (Some(_), None) => problems.push(Problem::new(field, "problem-burst-unlimited")),
            (Some(fast), Some(speed)) if fast < speed => {
                problems.push(Problem::new(field, "problem-burst-below-speed").with("least", super::speed_text(speed)));
            }
            _ => {}
        }
        match (from, fast) {
            (Some(_), None) => problems.push(Problem::new(threshold, "problem-burst-without-speed")),
            (Some(from), Some(fast)) if from > fast => {
                problems.push(Problem::new(threshold, "problem-burst-threshold").with("most", super::speed_text(fast)));
            }
            _ => {}
        }
    }
    Some(Burst {
        up_kbps: fast.0,
        down_kbps: fast.1,
        from_up_kbps: from.0,
        from_down_kbps: from.1,
        seconds: seconds.and_then(|seconds| u16::try_from(seconds).ok()).unwrap_or(10),
    })
}

fn read_night(form: &PackageForm, speed: Both, problems: &mut Vec<Problem>) -> Option<Night> {
    let from = read_time("night_from", &form.night_from, problems);
    let to = read_time("night_to", &form.night_to, problems);
    if speed == (None, None) && from.is_none() && to.is_none() {
        return None;
    }
    if speed == (None, None) {
        problems.push(Problem::new("night_down_mbps", "problem-night-speed"));
    }
    match (from, to) {
        (Some(from), Some(to)) if from != to => Some(Night { up_kbps: speed.0, down_kbps: speed.1, from, to }),
        (Some(_), Some(_)) => {
            problems.push(Problem::new("night_to", "problem-window-empty"));
            None
        }
        _ => {
            let field = if from.is_none() { "night_from" } else { "night_to" };
            if !problems.iter().any(|problem| problem.field == field) {
                problems.push(Problem::new(field, "problem-time-of-day"));
            }
            None
        }
    }
}

/// `23:30`, or nothing.
pub(super) fn read_time(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<NaiveTime> {
    let text = ascii_digits(text.trim());
    if text.is_empty() {
        return None;
    }
    let time = NaiveTime::parse_from_str(&text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(&text, "%H:%M:%S")).ok();
    if time.is_none() {
        problems.push(Problem::new(field, "problem-time-of-day"));
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form() -> PackageForm {
        PackageForm {
            name: "Home".into(),
            price: "500".into(),
            up_mbps: "5".into(),
            down_mbps: "10".into(),
            validity_unit: "months".into(),
            validity_count: "1".into(),
            ..PackageForm::default()
        }
    }

    fn read(form: &PackageForm) -> Result<Terms, Vec<String>> {
        let mut problems = Vec::new();
        let terms = read_terms(form, &mut problems);
        if problems.is_empty() { Ok(terms) } else { Err(problems.into_iter().map(|p| format!("{} {}", p.field, p.key)).collect()) }
    }

    #[test]
    fn a_burst_below_the_speed_is_refused_beside_its_field() {
        let below = PackageForm { burst_down_mbps: "8".into(), burst_up_mbps: "8".into(), ..form() };
        assert_eq!(read(&below).unwrap_err(), ["burst_down_mbps problem-burst-below-speed"]);
        let good = PackageForm { burst_down_mbps: "20".into(), burst_from_down_mbps: "8".into(), burst_seconds: "12".into(), ..form() };
        let burst = read(&good).unwrap().burst.unwrap();
        assert_eq!((burst.down_kbps, burst.up_kbps, burst.from_down_kbps, burst.seconds), (Some(20_000), None, Some(8_000), 12));
        let high = PackageForm { burst_from_down_mbps: "30".into(), ..good };
        assert_eq!(read(&high).unwrap_err(), ["burst_from_down_mbps problem-burst-threshold"]);
        let unlimited = PackageForm { down_mbps: String::new(), burst_down_mbps: "20".into(), ..form() };
        assert_eq!(read(&unlimited).unwrap_err(), ["burst_down_mbps problem-burst-unlimited"]);
        let stray = PackageForm { burst_seconds: "10".into(), ..form() };
        assert_eq!(read(&stray).unwrap_err(), ["burst_seconds problem-burst-without-speed"]);
    }

    #[test]
    fn huge_and_negative_figures_are_refused() {
        for (field, form) in [
            ("volume_gb problem-number-range", PackageForm { volume_gb: "99999999999999999999".into(), ..form() }),
            ("volume_gb problem-number-range", PackageForm { volume_gb: "-1".into(), ..form() }),
            ("volume_gb problem-number-range", PackageForm { volume_gb: "1000001".into(), ..form() }),
            ("priority problem-number-range", PackageForm { priority: "9".into(), ..form() }),
            ("contention problem-number-range", PackageForm { contention: "0".into(), ..form() }),
            ("down_mbps problem-speed", PackageForm { down_mbps: "0".into(), ..form() }),
            ("down_mbps problem-speed", PackageForm { down_mbps: "-3".into(), ..form() }),
            ("validity_count problem-validity", PackageForm { validity_count: "367".into(), validity_unit: "days".into(), ..form() }),
        ] {
            assert_eq!(read(&form).unwrap_err(), [field]);
        }
    }

    #[test]
    fn a_kind_says_which_spans_of_time_it_takes() {
        let hours = PackageForm { kind: "monthly".into(), validity_unit: "hours".into(), validity_count: "2".into(), ..form() };
        assert_eq!(read(&hours).unwrap_err(), ["validity_unit problem-validity-unit"]);
        let hotspot = PackageForm { kind: "hotspot".into(), ..hours.clone() };
        assert_eq!(read(&hotspot).unwrap().validity, Validity::Hours(2));
        let unsaid = PackageForm { kind: String::new(), ..hours };
        assert_eq!(read(&unsaid).unwrap().kind, PackageKind::Hourly);
        for kind in PackageKind::ALL {
            assert!(!kind.units().is_empty());
            assert_eq!(PackageKind::from_slug(kind.slug()), Some(kind));
        }
    }

    #[test]
    fn a_night_may_run_over_midnight() {
        let night = PackageForm { night_down_mbps: "50".into(), night_from: "23:30".into(), night_to: "06:00".into(), ..form() };
        let terms = read(&night).unwrap().night.unwrap();
        let at = |text: &str| inside(terms.from, terms.to, text.parse().unwrap());
        assert!(at("23:30:00") && at("02:00:00") && !at("06:00:00") && !at("12:00:00"));
        let open = PackageForm { night_to: String::new(), ..night.clone() };
        assert_eq!(read(&open).unwrap_err(), ["night_to problem-time-of-day"]);
        let none = PackageForm { night_down_mbps: String::new(), ..night };
        assert_eq!(read(&none).unwrap_err(), ["night_down_mbps problem-night-speed"]);
    }

    fn any_terms() -> impl Strategy<Value = Terms> {
        let speed = proptest::option::of(prop::sample::select(vec![1_000u32, 5_000, 10_000]));
        (speed.clone(), speed, proptest::option::of(1u64..3), proptest::option::of(1u8..3), any::<bool>(), 1u16..3).prop_map(
            |(up_kbps, down_kbps, volume_mb, priority, public, months)| Terms {
                kind: PackageKind::Monthly,
                pricing: Pricing::Paid,
                validity: Validity::Months(months),
                up_kbps,
                down_kbps,
                volume_mb,
                burst: None,
                priority,
                contention: None,
                night: None,
                public,
            },
        )
    }

    proptest! {
        #[test]
        fn a_master_changes_only_what_is_inherited(before in any_terms(), saved in any_terms(), old in any_terms(), new in any_terms()) {
            let own = own_fields(None, &before, &old);
            prop_assert_eq!(inherit(&before, &old, &own), before.clone());
            let own = own_fields(Some((&before, &own)), &saved, &old);
            let after = inherit(&saved, &new, &own);
            for field in TermsField::ALL {
                if own.contains(&field) {
                    prop_assert!(field.same(&after, &saved));
                } else {
                    prop_assert!(field.same(&after, &new));
                }
            }
        }
    }
}
