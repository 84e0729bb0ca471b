//! The reader's language, decided on the server and passed down by context, and the short way to a text.
//! The language of a page never changes under it: switching is a form that reloads.

use leptos::prelude::*;
pub use locales::{Arg, Language, key};

#[cfg(feature = "hydrate")]
mod browser {
    //! In the browser there is one reader, so event handlers, which run without an owner, may ask here.
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::Language;

    static BENGALI: AtomicBool = AtomicBool::new(false);

    pub fn remember(language: Language) {
        BENGALI.store(language == Language::Bengali, Ordering::Relaxed);
    }

    pub fn recall() -> Language {
        if BENGALI.load(Ordering::Relaxed) { Language::Bengali } else { Language::English }
    }
}

/// Call once, at the top of the app.
pub fn provide_language(language: Language) {
    #[cfg(feature = "hydrate")]
    browser::remember(language);
    provide_context(language);
}

/// The reader's language.
pub fn use_language() -> Language {
    use_context::<Language>().unwrap_or_else(fallback)
}

#[cfg(feature = "hydrate")]
fn fallback() -> Language {
    browser::recall()
}

#[cfg(not(feature = "hydrate"))]
fn fallback() -> Language {
    Language::English
}

/// The text of `key` in the reader's language.
pub fn t(key: &str) -> String {
    locales::text(use_language(), key)
}

/// The text of `key` with its values: `t_with("table-results", &[("count", 12.into())])`.
pub fn t_with(key: &str, args: &[(&str, Arg)]) -> String {
    locales::text_with(use_language(), key, args)
}

/// The sentence of a refusal. Whole numbers among its values are written for the reader, everything else stays as it is;
/// so does `value`, which repeats what was typed.
pub fn problem_text(language: Language, problem: &domain::Problem) -> String {
    let args = problem.args.iter().map(|(name, value)| (name.as_str(), arg(name, value))).collect::<Vec<_>>();
    locales::text_with(language, &problem.key, &args)
}

/// The same for who reads now.
pub fn problem_words(problem: &domain::Problem) -> String {
    problem_text(use_language(), problem)
}

fn arg(name: &str, value: &str) -> Arg {
    match value.parse::<i64>() {
        Ok(number) if name != "value" && number.to_string() == value => Arg::Number(number),
        _ => Arg::Text(value.to_owned()),
    }
}
