//! The texts themselves: parsed once per language, looked up by key, filled with values.
//! A key that Bengali lacks is answered in English, one that nobody has is answered with itself; a test keeps both from happening.

use std::sync::OnceLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::{LanguageIdentifier, langid};

use crate::{Language, number};

type Bundle = FluentBundle<FluentResource>;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        const ENGLISH: &[(&str, &str)] = &[$(($name, include_str!(concat!("../en/", $name, ".ftl")))),+];
        const BENGALI: &[(&str, &str)] = &[$(($name, include_str!(concat!("../bn/", $name, ".ftl")))),+];
    };
}

files!(
    "account",
    "addresses",
    "audit",
    "billing",
    "books",
    "common",
    "corrections",
    "customers",
    "dashboard",
    "dates",
    "documents",
    "dunning",
    "errors",
    "frame",
    "imports",
    "invoices",
    "jobs",
    "keys",
    "messages",
    "network",
    "packages",
    "payments",
    "people",
    "platform",
    "portal",
    "problems",
    "promos",
    "provisioning",
    "radius",
    "rehearsal",
    "roles",
    "router-imports",
    "router-moves",
    "routers",
    "settings",
    "sign-in",
    "table",
    "terms",
    "usage",
    "wanted",
);

pub(crate) const fn sources(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => ENGLISH,
        Language::Bengali => BENGALI,
    }
}

/// A value inside a text. Strings stay exactly as they are; numbers are grouped and written in the reader's digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    Text(String),
    Number(i64),
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Arg::Text(value.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Arg::Text(value.clone())
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Arg::Text(value)
    }
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Arg::Number(value)
    }
}

impl From<i32> for Arg {
    fn from(value: i32) -> Self {
        Arg::Number(value.into())
    }
}

impl From<u32> for Arg {
    fn from(value: u32) -> Self {
        Arg::Number(value.into())
    }
}

impl From<u64> for Arg {
    fn from(value: u64) -> Self {
        Arg::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg {
    fn from(value: usize) -> Self {
        Arg::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

/// Largest whole number that the message format holds without loss; above it only the plural rule is approximate.
const EXACT: i64 = 1 << 53;

impl Arg {
    fn value(&self, language: Language) -> FluentValue<'_> {
        match self {
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Number(value) if value.unsigned_abs() > EXACT.unsigned_abs() => FluentValue::from(number(language, *value)),
            Arg::Number(value) => FluentValue::from(*value),
        }
    }
}

/// The text of `key`.
pub fn text(language: Language, key: &str) -> String {
    text_with(language, key, &[])
}

/// The text of `key` with its values filled in.
pub fn text_with(language: Language, key: &str, args: &[(&str, Arg)]) -> String {
    render(language, key, args).or_else(|| render(Language::English, key, args)).unwrap_or_else(|| key.to_owned())
}

/// Whether any language knows `key`; for codes that arrive from elsewhere.
pub fn has_text(key: &str) -> bool {
    bundle(Language::English).has_message(key)
}

fn render(language: Language, key: &str, args: &[(&str, Arg)]) -> Option<String> {
    let bundle = bundle(language);
    let pattern = bundle.get_message(key)?.value()?;
    let mut values = FluentArgs::with_capacity(args.len());
    for (name, arg) in args {
        values.set(*name, arg.value(language));
    }
    // A forgotten value shows as `{$name}`: visible, and never a blank or a panic in front of a customer.
    let mut problems = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&values), &mut problems);
    debug_assert!(problems.is_empty(), "text {key}: {problems:?}");
    Some(text.into_owned())
}

fn bundle(language: Language) -> &'static Bundle {
    static ENGLISH_BUNDLE: OnceLock<Bundle> = OnceLock::new();
    static BENGALI_BUNDLE: OnceLock<Bundle> = OnceLock::new();
    match language {
        Language::English => ENGLISH_BUNDLE.get_or_init(|| build(language, langid!("en"), english)),
        Language::Bengali => BENGALI_BUNDLE.get_or_init(|| build(language, langid!("bn"), bengali)),
    }
}

fn build<F>(language: Language, id: LanguageIdentifier, formatter: F) -> Bundle
where
    F: FnOnce(&mut Bundle),
{
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    formatter(&mut bundle);
    for (_, source) in sources(language) {
        // What parses is kept: one broken line must not take the rest of the page with it. A test refuses any broken line.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn english(bundle: &mut Bundle) {
    bundle.set_formatter(Some(|value, _| written(Language::English, value)));
}

fn bengali(bundle: &mut Bundle) {
    bundle.set_formatter(Some(|value, _| written(Language::Bengali, value)));
}

fn written(language: Language, value: &FluentValue) -> Option<String> {
    match value {
        // Only whole numbers go in (`Arg`), so nothing is cut off here.
        FluentValue::Number(figure) => Some(number(language, figure.value as i64)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_the_reader_and_strings_left_alone() {
        let args = [("count", Arg::from(123_456))];
        assert_eq!(text_with(Language::English, "table-results", &args), "1,23,456 results");
        assert_eq!(text_with(Language::Bengali, "table-results", &args), "১,২৩,৪৫৬টি ফলাফল");
        let name = [("name", Arg::from("INV-000123"))];
        assert_eq!(text_with(Language::Bengali, "table-select-row", &name), "INV-000123 বাছাই করুন");
    }

    #[test]
    fn one_is_singular_in_english() {
        let args = [("count", Arg::from(1))];
        assert_eq!(text_with(Language::English, "table-results", &args), "1 result");
    }

    #[test]
    fn no_isolation_marks_and_huge_numbers_stay_exact() {
        let args = [("count", Arg::from(i64::MAX))];
        let shown = text_with(Language::English, "table-results", &args);
        assert!(!shown.contains(['\u{2068}', '\u{2069}']));
        assert!(shown.starts_with("92,23,37,20,36,85,47,75,807"), "{shown}");
    }

    #[test]
    fn an_unknown_key_shows_itself() {
        assert_eq!(text(Language::Bengali, "no-such-key"), "no-such-key");
        assert!(!has_text("no-such-key"));
        assert!(has_text("action-save"));
    }
}
