//! Texts to subscribers: which there are, which values each may name, and how many parts an SMS of it takes. Sends
//! nothing; the words themselves stand in the locales or were written by the ISP.

use crate::Problem;
use serde::{Deserialize, Serialize};

macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident $slug:literal [$($value:literal)+]),+ $(,)?) => {
        /// A notice. The slug is what is stored and what the locales call it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Template { $($(#[$doc])* #[serde(rename = $slug)] $name),+ }

        impl Template {
            pub const ALL: &'static [Template] = &[$(Template::$name),+];

            pub fn slug(self) -> &'static str {
                match self { $(Template::$name => $slug),+ }
            }

            /// What a text may name in braces.
            pub fn values(self) -> &'static [&'static str] {
                match self { $(Template::$name => &[$($value),+]),+ }
            }
        }
    };
}

templates! {
    /// A bill is due soon, or today.
    DueSoon "due-soon" ["name" "number" "invoice" "amount" "due_date" "days" "company"],
    /// The due date has passed.
    Overdue "overdue" ["name" "number" "invoice" "amount" "due_date" "days" "company"],
    /// The last word before the line goes down.
    LastWarning "last-warning" ["name" "number" "invoice" "amount" "due_date" "days" "company"],
    /// The line went down.
    Suspended "suspended" ["name" "number" "amount" "company"],
    /// Somebody promised to pay.
    Promised "promised" ["name" "number" "amount" "until" "company"],
    /// Prepaid time is about to end.
    Expiring "expiring" ["name" "number" "username" "package" "until" "days" "company"],
    /// Four fifths of what is fair to use are used.
    DataNear "data-near" ["name" "number" "username" "used" "percent" "until" "company"],
    /// What is fair to use is used up.
    DataUsed "data-used" ["name" "number" "username" "used" "percent" "until" "company"],
    /// The link to choose a new password.
    ResetLink "reset-link" ["name" "link" "minutes" "company"],
    /// The code that lets a subscriber in without a password.
    SignInCode "sign-in-code" ["code" "minutes" "company"],
    /// The code that proves an address to be somebody's.
    VerifyCode "verify-code" ["code" "minutes" "company"],
    /// A key of a program ends soon.
    KeyEnding "key-ending" ["name" "key" "until" "days" "company"],
}

impl Template {
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|template| template.slug() == slug)
    }

    /// The value that it is sent for: without it the text says nothing.
    pub fn must_name(self) -> Option<&'static str> {
        match self {
            Template::ResetLink => Some("link"),
            Template::SignInCode | Template::VerifyCode => Some("code"),
            _ => None,
        }
    }

    /// Templates that a step of a plan may send.
    pub fn of_plans() -> [Template; 3] {
        [Template::DueSoon, Template::Overdue, Template::LastWarning]
    }
}

/// Longest text of a template.
pub const MOST_CHARACTERS: usize = 1_000;

enum Piece<'a> {
    Text(&'a str),
    Value(&'a str),
}

/// Cuts a text into words and values, or says what is wrong with its braces.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Problem> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        pieces.push(Piece::Text(&rest[..at]));
        let broken = || Problem::new("body", "problem-template-brace").with("text", rest[at..].chars().take(20).collect::<String>());
        if rest[at..].starts_with('}') {
            return Err(broken());
        }
        let inside = &rest[at + 1..];
        let end = inside.find(['{', '}']).filter(|end| inside[*end..].starts_with('}')).ok_or_else(broken)?;
        pieces.push(Piece::Value(inside[..end].trim()));
        rest = &inside[end + 1..];
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

/// Refuses a text that would reach somebody with a hole in it.
pub fn check(template: Template, text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::new("body", "problem-required"));
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Problem::new("body", "problem-too-long").with("most", MOST_CHARACTERS));
    }
    let names: Vec<&str> = pieces(text)?
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Value(name) => Some(name),
            Piece::Text(_) => None,
        })
        .collect();
    if let Some(missing) = template.must_name().filter(|needed| !names.contains(needed)) {
        return Err(Problem::new("body", "problem-template-missing").with("name", format!("{{{missing}}}")));
    }
    match names.into_iter().find(|name| !template.values().contains(name)) {
        Some(name) => {
            let known = template.values().iter().map(|value| format!("{{{value}}}")).collect::<Vec<_>>().join(" ");
            Err(Problem::new("body", "problem-template-value").with("name", name).with("known", known))
        }
        None => Ok(()),
    }
}

/// The text as it will be read. A value that is missing is left out: no brace ever reaches a subscriber.
pub fn render(text: &str, values: &[(&str, &str)]) -> String {
    let Ok(pieces) = pieces(text) else { return text.replace(['{', '}'], "") };
    let words: String = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Value(name) => values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value),
        })
        .collect();
    // Where a value was missing, the blanks on its two sides become one.
    let mut text = String::with_capacity(words.len());
    for c in words.trim().chars() {
        if !(c == ' ' && text.ends_with(' ')) {
            text.push(c);
        }
    }
    text
}

/// What an SMS of a text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// Seven-bit letters; otherwise sixteen, which every Bengali text needs.
    pub gsm: bool,
    pub units: usize,
    pub parts: usize,
}

const GSM: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Take two places of the seven-bit alphabet.
const GSM_EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// How many parts an SMS is sent in: 160 letters in one and 153 in each of several, or 70 and 67 of sixteen bits. A
/// letter of two units is never cut in half.
pub fn parts(text: &str) -> Parts {
    let gsm = text.chars().all(|c| GSM.contains(c) || GSM_EXTENDED.contains(c));
    let width = |c: char| if gsm { if GSM_EXTENDED.contains(c) { 2 } else { 1 } } else { c.len_utf16() };
    let units: usize = text.chars().map(width).sum();
    let (single, several) = if gsm { (160, 153) } else { (70, 67) };
    if units <= single {
        return Parts { gsm, units, parts: 1 };
    }
    let (mut parts, mut used) = (1, 0);
    for width in text.chars().map(width) {
        if used + width > several {
            parts += 1;
            used = 0;
        }
        used += width;
    }
    Parts { gsm, units, parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_broken_text_is_refused_with_what_is_wrong() {
        let key =
            |text: &str| check(Template::DueSoon, text).err().map(|problem| (problem.key, problem.args.first().map(|arg| arg.1.clone())));
        assert_eq!(key("Dear {name}, {amount} is due on { due_date }."), None);
        assert_eq!(key("Dear {nam}"), Some(("problem-template-value".into(), Some("nam".into()))));
        assert_eq!(key("Dear {name"), Some(("problem-template-brace".into(), Some("{name".into()))));
        assert_eq!(key("Dear name}"), Some(("problem-template-brace".into(), Some("}".into()))));
        assert_eq!(key("Dear {{name}}"), Some(("problem-template-brace".into(), Some("{{name}}".into()))));
        assert_eq!(key("  "), Some(("problem-required".into(), None)));
        assert_eq!(key(&"x".repeat(1_001)).unwrap().0, "problem-too-long");
    }

    #[test]
    fn a_missing_value_leaves_no_braces() {
        assert_eq!(render("Dear {name}, pay {amount} now", &[("name", "Rahim")]), "Dear Rahim, pay now");
        assert_eq!(render("প্রিয় {name}", &[("name", "রহিম {x}")]), "প্রিয় রহিম {x}");
    }

    #[test]
    fn parts_are_counted_as_operators_count_them() {
        let count = |text: &str| {
            let parts = parts(text);
            (parts.gsm, parts.units, parts.parts)
        };
        assert_eq!(count(&"a".repeat(160)), (true, 160, 1));
        assert_eq!(count(&"a".repeat(161)), (true, 161, 2));
        assert_eq!(count(&"a".repeat(307)), (true, 307, 3));
        assert_eq!(count(&"€".repeat(80)), (true, 160, 1));
        assert_eq!(count(&"€".repeat(153)), (true, 306, 3), "no letter is cut in half");
        assert_eq!(count(&"ক".repeat(70)), (false, 70, 1));
        assert_eq!(count(&"ক".repeat(71)), (false, 71, 2));
        assert_eq!(count("৳ 500"), (false, 5, 1));
        assert_eq!(count("😀"), (false, 2, 1));
    }

    proptest! {
        #[test]
        fn no_text_breaks_anything(text in "\\PC{0,300}") {
            for template in Template::ALL {
                let shown = render(&text, &template.values().iter().map(|value| (*value, "x")).collect::<Vec<_>>());
                let braces = shown.contains(['{', '}']);
                prop_assert!(check(*template, &text).is_err() || !braces);
            }
            prop_assert!(parts(&text).parts >= 1);
        }
    }
}
