//! Which value holds: from the outermost level inwards the nearer one replaces the further, until one is locked.

use super::kinds::time;
use super::{Key, Level};
use crate::{Currency, Money};
use chrono::NaiveTime;

/// A value that somebody set at one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    pub level: Level,
    pub key: Key,
    pub value: String,
    pub locked: bool,
}

/// What holds of one setting, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Place of the layer in the list that was asked; `None`: the usual value.
    pub from: Option<usize>,
    pub locked: bool,
}

/// The layer that holds, of layers from the outermost inwards.
pub fn standing<'a>(layers: impl Iterator<Item = &'a Layer>, key: Key) -> Standing {
    let mut standing = Standing { from: None, locked: false };
    for (place, layer) in layers.enumerate().filter(|(_, layer)| layer.key == key) {
        standing = Standing { from: Some(place), locked: layer.locked };
        if layer.locked {
            break;
        }
    }
    standing
}

/// All settings as they hold at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    zone: String,
    /// From the outermost inwards.
    layers: Vec<Layer>,
}

impl Values {
    /// `zone`: of the ISP; its country decides what a weekend usually is.
    pub fn new(zone: &str, mut layers: Vec<Layer>) -> Self {
        // What the program does not know any more, or would not take, does not count.
        layers.retain(|layer| layer.key.def().levels.contains(&layer.level));
        layers.sort_by_key(|layer| layer.level);
        Self { zone: zone.into(), layers }
    }

    /// The same further in.
    #[must_use]
    pub fn with(&self, more: Vec<Layer>) -> Self {
        if more.is_empty() { self.clone() } else { Self::new(&self.zone, self.layers.iter().cloned().chain(more).collect()) }
    }

    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What holds where nobody set anything.
    pub fn usual(&self, key: Key) -> String {
        usual(&self.zone, key)
    }

    pub fn text(&self, key: Key) -> String {
        let found = standing(self.layers.iter(), key).from.map(|place| self.layers[place].value.as_str());
        let readable = found.and_then(|value| key.def().kind.read(key.slug(), value).ok());
        readable.unwrap_or_else(|| self.usual(key))
    }

    pub fn number(&self, key: Key) -> i64 {
        self.text(key).parse().unwrap_or_default()
    }

    /// In the currency of the ISP; what that cannot write is as if it were not there.
    pub fn amount(&self, key: Key, currency: Currency) -> Money {
        let read = |text: &str| Money::parse(text, currency).ok();
        read(&self.text(key)).or_else(|| read(&self.usual(key))).unwrap_or_else(|| Money::new(0, currency))
    }

    pub fn is_on(&self, key: Key) -> bool {
        self.text(key) == "yes"
    }

    pub fn time(&self, key: Key) -> NaiveTime {
        time(&self.text(key)).unwrap_or_default()
    }

    /// ISO days of the week, 1 is Monday.
    pub fn weekdays(&self, key: Key) -> Vec<i16> {
        self.text(key).split(',').filter_map(|day| day.parse().ok()).collect()
    }
}

fn usual(zone: &str, key: Key) -> String {
    match key {
        Key::Weekend => crate::dunning::weekend_of(zone).iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        key => key.def().usual.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layer(level: Level, value: &str, locked: bool) -> Layer {
        Layer { level, key: Key::PromiseDays, value: value.into(), locked }
    }

    #[test]
    fn the_nearest_level_answers_and_a_lock_ends_the_question() {
        let at = |layers: Vec<Layer>| Values::new("Asia/Dhaka", layers).text(Key::PromiseDays);
        assert_eq!(at(vec![]), "7");
        assert_eq!(at(vec![layer(Level::Isp, "3", false), layer(Level::Platform, "5", false)]), "3", "in whatever order they come");
        assert_eq!(at(vec![layer(Level::Isp, "3", false), layer(Level::Tenant, "5", true)]), "5");
        assert_eq!(at(vec![layer(Level::Platform, "9", true), layer(Level::Tenant, "5", true)]), "9", "the outermost lock holds");
        assert_eq!(at(vec![layer(Level::Isp, "nonsense", false)]), "7", "what cannot be read is as if it were not there");
        assert_eq!(Values::new("Asia/Dhaka", vec![]).weekdays(Key::Weekend), [5, 6]);
        assert_eq!(Values::new("Europe/London", vec![]).weekdays(Key::Weekend), [6, 7]);
    }

    #[test]
    fn an_amount_is_of_the_currency_that_reads_it() {
        let at = |value: &str, currency| {
            let layer = Layer { level: Level::Platform, key: Key::RefundLimit, value: value.into(), locked: false };
            Values::new("UTC", vec![layer]).amount(Key::RefundLimit, currency).minor
        };
        assert_eq!((at("50.5", Currency::Bdt), at("50", Currency::Jpy), at("50.5", Currency::Jpy)), (5_050, 50, 5_000));
    }

    #[test]
    fn a_level_that_may_not_set_it_says_nothing() {
        let odd = Layer { level: Level::Branch, key: Key::Language, value: "bn".into(), locked: false };
        assert_eq!(Values::new("Asia/Dhaka", vec![odd]).text(Key::Language), "en");
    }

    proptest! {
        /// Taking the own value away leaves what would hold without it, and nothing inside a lock changes anything.
        #[test]
        fn what_stands_above_is_untouched_by_what_stands_below(
            above in prop::collection::vec((0usize..4, 1i64..30, any::<bool>()), 0..4), own in 1i64..30
        ) {
            let mut layers: Vec<Layer> = Vec::new();
            for (level, value, locked) in above {
                let level = Level::ALL[level];
                if !layers.iter().any(|known| known.level == level) {
                    layers.push(layer(level, &value.to_string(), locked));
                }
            }
            let without = Values::new("UTC", layers.clone());
            let with = without.with(vec![layer(Level::Reseller, &own.to_string(), false)]);
            if layers.iter().any(|layer| layer.locked) {
                prop_assert_eq!(with.text(Key::PromiseDays), without.text(Key::PromiseDays));
            } else {
                prop_assert_eq!(with.number(Key::PromiseDays), own);
            }
            prop_assert_eq!(Values::new("UTC", layers), without);
        }
    }
}
