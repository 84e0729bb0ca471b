//! What single cells say: phones, addresses of machines, yes and no, and the comments in which router lists keep a name
//! and a phone. A cell that fits nothing is a problem with a remedy, never a guess.

use super::fields::Field;
use super::text::{clean, fold};
use crate::Problem;
use crate::customers::phone;
use std::net::IpAddr;

/// The start of a cell as problems quote it.
pub(super) fn quote(text: &str) -> String {
    text.chars().take(40).collect()
}

fn problem(field: Field, key: &str, text: &str) -> Problem {
    Problem::new(field.slug(), key).with("value", quote(text))
}

/// Free text of at most `most` letters. A formula is not text: what it would have said is not in the file.
pub(super) fn text(cell: &str, field: Field, most: usize) -> Result<Option<String>, Problem> {
    let cell = clean(cell);
    if cell.starts_with('=') || ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"].contains(&cell.as_str()) {
        return Err(problem(field, "import-problem-formula", &cell));
    }
    if cell.chars().count() > most {
        return Err(problem(field, "import-problem-long", &cell).with("most", most));
    }
    Ok(Some(cell).filter(|cell| !cell.is_empty()))
}

/// The first phone number of a cell and, where it holds more, the rest of them.
pub(super) fn mobile(cell: &str) -> Result<Option<(String, Vec<String>)>, Problem> {
    let cell: String = clean(cell).chars().filter(|c| !matches!(c, '\u{200c}' | '\u{200d}')).collect();
    if cell.is_empty() || cell.chars().all(|c| matches!(c, '-' | '0' | '.' | '/')) {
        return Ok(None);
    }
    if is_scientific(&cell) {
        return Err(problem(Field::Mobile, "import-problem-scientific", &cell));
    }
    let whole = match phone(&cell) {
        Ok(number) => return Ok(Some((number, Vec::new()))),
        Err(problem) => problem,
    };
    let lower = cell.to_lowercase().replace(" or ", "/").replace(" and ", "/");
    let parts: Vec<&str> = lower.split(['/', ',', ';', '|', '&']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut numbers = parts.iter().map(|part| phone(part)).collect::<Result<Vec<_>, _>>().map_err(|_| whole.clone())?.into_iter();
    let first = numbers.next().ok_or(whole)?;
    let rest = numbers.filter(|number| *number != first).collect();
    Ok(Some((first, rest)))
}

/// `1.71E+09`: a spreadsheet has rounded the figure away.
fn is_scientific(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.split_once("e+").is_some_and(|(mantissa, exponent)| {
        mantissa.starts_with(|c: char| c.is_ascii_digit())
            && mantissa.chars().all(|c| c.is_ascii_digit() || c == '.')
            && exponent.chars().all(|c| c.is_ascii_digit())
    })
}

pub(super) fn email(cell: &str) -> Result<Option<String>, Problem> {
    let cell = clean(cell).to_lowercase();
    if cell.is_empty() || cell == "-" {
        return Ok(None);
    }
    let plausible = cell.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !cell.contains(char::is_whitespace)
    });
    if plausible && cell.len() <= 254 { Ok(Some(cell)) } else { Err(problem(Field::Email, "problem-email", &cell)) }
}

/// A MAC address in any of its spellings as `AA:BB:CC:00:11:22`.
pub(super) fn mac(cell: &str) -> Result<Option<String>, Problem> {
    let cell = clean(cell);
    if cell.is_empty() || cell == "-" {
        return Ok(None);
    }
    let digits: String = cell.chars().filter(|c| !matches!(c, ':' | '-' | '.' | ' ')).map(|c| c.to_ascii_uppercase()).collect();
    if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(problem(Field::Mac, "problem-mac", &cell));
    }
    if digits.bytes().all(|b| b == b'0') {
        return Ok(None);
    }
    let mut written = String::with_capacity(17);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 2 == 0 {
            written.push(':');
        }
        written.push(digit);
    }
    Ok(Some(written))
}

/// A fixed address; `Err(None)` for the name of an address pool, which routers keep in the same place.
pub(super) fn static_ip(cell: &str) -> Result<Option<IpAddr>, Option<Problem>> {
    let cell = clean(cell);
    if cell.is_empty() || matches!(cell.as_str(), "-" | "0.0.0.0" | "::" | "DHCP" | "dhcp" | "dynamic" | "Dynamic") {
        return Ok(None);
    }
    match cell.parse::<IpAddr>() {
        Ok(address) if address.is_loopback() || address.is_multicast() => Err(Some(problem(Field::StaticIp, "problem-static-ip", &cell))),
        Ok(address) => Ok(Some(address)),
        Err(_) if cell.starts_with(|c: char| c.is_alphabetic()) && !cell.contains(':') => Err(None),
        Err(_) => Err(Some(problem(Field::StaticIp, "problem-static-ip", &cell))),
    }
}

/// What a status column says of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Active,
    Blocked,
    Expired,
    Left,
}

pub(super) fn status(cell: &str) -> Result<Line, Problem> {
    let word = fold(cell);
    let any = |words: &[&str]| words.iter().any(|known| *known == word || fold(known) == word);
    if word.is_empty()
        || any(&[
            "active",
            "enabled",
            "enable",
            "on",
            "yes",
            "y",
            "true",
            "1",
            "running",
            "online",
            "offline",
            "paid",
            "unpaid",
            "due",
            "new",
            "ok",
            "connected",
            "সক্রিয়",
            "চালু",
            "একটিভ",
            "অ্যাক্টিভ",
            "হ্যাঁ",
        ])
    {
        Ok(Line::Active)
    } else if any(&[
        "inactive",
        "disabled",
        "disable",
        "off",
        "no",
        "n",
        "false",
        "0",
        "suspended",
        "suspend",
        "blocked",
        "hold",
        "onhold",
        "stopped",
        "limited",
        "banned",
        "disconnected",
        "temporaryoff",
        "বন্ধ",
        "নিষ্ক্রিয়",
        "ইনএকটিভ",
        "স্থগিত",
        "না",
    ]) {
        Ok(Line::Blocked)
    } else if any(&["expired", "expire", "মেয়াদোত্তীর্ণ", "মেয়াদ শেষ"]) {
        Ok(Line::Expired)
    } else if any(&["left", "closed", "close", "terminated", "cancelled", "canceled", "deleted", "permanentoff"]) {
        Ok(Line::Left)
    } else {
        Err(problem(Field::Status, "import-problem-status", &clean(cell)))
    }
}

/// `yes`, `true`, `X` in a column that says "disabled". Anything else but no is a problem.
pub(super) fn disabled(cell: &str) -> Result<bool, Problem> {
    match fold(cell).as_str() {
        "yes" | "y" | "true" | "1" | "x" | "disabled" => Ok(true),
        "" | "no" | "n" | "false" | "0" | "enabled" => Ok(false),
        _ => Err(problem(Field::Disabled, "import-problem-yes-no", &clean(cell))),
    }
}

/// A comment taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    pub name: Option<String>,
    pub mobile: Option<String>,
    pub rest: Option<String>,
}

impl Comment {
    /// Routers have no place for a name, so people write `Rahim Uddin / 01711-123456 / Mirpur 10` into the comment. The
    /// first piece with a letter is the name, the first that is a phone number the phone, the rest stays a note.
    pub fn split(text: &str) -> Self {
        let text = clean(text);
        let mut found = Comment::default();
        let mut rest: Vec<&str> = Vec::new();
        let spaced = text.replace(" - ", "|");
        for piece in spaced.split(['/', '|', ',', ';', '(', ')']).map(str::trim).filter(|piece| !piece.is_empty()) {
            let (words, number) = number_at_end(piece);
            match number {
                Some(number) if found.mobile.is_none() => found.mobile = Some(number),
                Some(_) => {
                    rest.push(piece);
                    continue;
                }
                None => {}
            }
            if words.is_empty() {
                continue;
            }
            if found.name.is_none() && words.chars().any(char::is_alphabetic) {
                found.name = Some(words.to_string());
            } else {
                rest.push(words);
            }
        }
        found.rest = Some(rest.join(", ")).filter(|rest| !rest.is_empty());
        found
    }
}

/// `Rahim Uddin 01711 123456` to the words before and the number, if it ends in one.
fn number_at_end(piece: &str) -> (&str, Option<String>) {
    let starts = piece.char_indices().filter(|(at, _)| *at == 0 || piece[..*at].ends_with([' ', ':', '.'])).map(|(at, _)| at);
    for start in starts {
        if let Ok(number) = phone(&piece[start..]) {
            let words = piece[..start].trim().trim_end_matches([':', '.', '-']).trim();
            let label = ["mob", "mobile", "cell", "ph", "phone", "m", "tel"].contains(&words.to_lowercase().as_str());
            return (if label { "" } else { words }, Some(number));
        }
    }
    (piece, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phones_in_a_cell() {
        let one = |text: &str| mobile(text).map(|found| found.map(|(first, rest)| (first, rest.len())));
        assert_eq!(one("01711-123456"), Ok(Some(("+8801711123456".into(), 0))));
        assert_eq!(one("01711123456 / 01811123456"), Ok(Some(("+8801711123456".into(), 1))));
        assert_eq!(one("01711123456 or 01711-123456"), Ok(Some(("+8801711123456".into(), 0))));
        for none in ["", " - ", "0", "N/A".trim_start_matches("N/A")] {
            assert_eq!(one(none), Ok(None), "{none}");
        }
        assert_eq!(one("1.71112E+09").unwrap_err().key, "import-problem-scientific");
        for wrong in ["01711123456 / Karim", "12345", "0171112345"] {
            assert_eq!(one(wrong).unwrap_err().key, "problem-mobile", "{wrong}");
        }
    }

    #[test]
    fn machines() {
        for text in ["aa:bb:cc:00:11:22", "AA-BB-CC-00-11-22", "aabb.cc00.1122", "AABBCC001122"] {
            assert_eq!(mac(text), Ok(Some("AA:BB:CC:00:11:22".into())), "{text}");
        }
        assert_eq!(mac("00:00:00:00:00:00"), Ok(None));
        assert!(mac("10.0.0.1").is_err());
        assert_eq!(static_ip("103.10.1.5"), Ok(Some("103.10.1.5".parse().unwrap())));
        assert_eq!(static_ip("pool-home"), Err(None));
        assert_eq!(static_ip("0.0.0.0"), Ok(None));
        assert!(matches!(static_ip("103.10.1.256"), Err(Some(_))));
    }

    #[test]
    fn states_of_a_line() {
        for (word, line) in [
            ("Active", Line::Active),
            ("", Line::Active),
            ("OFF", Line::Blocked),
            ("বন্ধ", Line::Blocked),
            ("Expired", Line::Expired),
            ("Left", Line::Left),
        ] {
            assert_eq!(status(word), Ok(line), "{word}");
        }
        assert!(status("maybe").is_err());
        assert_eq!((disabled("yes"), disabled("false"), disabled("")), (Ok(true), Ok(false), Ok(false)));
    }

    #[test]
    fn a_name_in_a_comment() {
        let split = |text: &str| {
            let comment = Comment::split(text);
            [comment.name, comment.mobile, comment.rest].map(Option::unwrap_or_default)
        };
        let rahim = |rest: &str| ["Rahim Uddin".to_string(), "+8801711123456".into(), rest.into()];
        for (text, rest) in [
            ("Rahim Uddin / 01711-123456", ""),
            ("Rahim Uddin 01711123456", ""),
            ("01711 123456 | Rahim Uddin | Mirpur 10", "Mirpur 10"),
            ("Rahim Uddin - 01711123456 - Flat 4B", "Flat 4B"),
            ("Rahim Uddin, Mob: 01711123456, 01811123456", "01811123456"),
            ("Rahim Uddin (01711123456)", ""),
        ] {
            assert_eq!(split(text), rahim(rest), "{text}");
        }
        assert_eq!(split("office line"), ["office line".to_string(), String::new(), String::new()]);
        assert_eq!(split("  "), [const { String::new() }; 3]);
    }

    proptest! {
        #[test]
        fn no_cell_breaks_them(text in ".{0,40}") {
            let _ = (mobile(&text), email(&text), mac(&text), static_ip(&text), status(&text), disabled(&text), Comment::split(&text));
        }
    }
}
