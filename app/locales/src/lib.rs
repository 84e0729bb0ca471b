//! Every word, number, amount and date the product shows, in English and Bengali.
//! Texts live in `en/*.ftl` and `bn/*.ftl`, one file a noun; code only names keys.
//! It reads no clock and knows no role: whoever calls passes the language and the values.

mod bundles;
mod dates;
mod figures;
#[cfg(test)]
mod keys;
mod words;

pub use bundles::{Arg, has_text, text, text_with};
pub use dates::{date, date_time, day_and_month, days_from, month, month_and_year, relative, time, weekday};
pub use figures::{currency_digits, currency_symbol, digits, money, money_plain, number, octets};
pub use words::amount_in_words;

use serde::{Deserialize, Serialize};

/// A language the whole product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "bn")]
    Bengali,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::Bengali];

    /// The code used in cookies, in the database and in `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Bengali => "bn",
        }
    }

    /// Reads `en`, `bn`, and also tags with a region such as `bn-BD`.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary.trim()))
    }

    /// Its name as its own readers write it.
    pub const fn native_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Bengali => "বাংলা",
        }
    }

    /// The language a one-button switch leads to.
    pub const fn other(self) -> Self {
        match self {
            Language::English => Language::Bengali,
            Language::Bengali => Language::English,
        }
    }
}

/// Marks a literal as a text key where it is not translated on the spot, so that the test that looks for missing keys sees it.
pub const fn key(key: &'static str) -> &'static str {
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip_and_regions_are_tolerated() {
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
            assert_eq!(language.other().other(), language);
        }
        assert_eq!(Language::from_code("bn-BD"), Some(Language::Bengali));
        assert_eq!(Language::from_code("EN_us"), Some(Language::English));
        assert_eq!(Language::from_code("fr"), None);
        assert_eq!(Language::from_code(""), None);
    }
}
