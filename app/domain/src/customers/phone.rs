//! Phone numbers to E.164. A number without a country code is taken for Bangladeshi, where the product is at home.

use crate::Problem;
use crate::money::ascii_digits;

/// `01711-123456`, `+880 1711 123456`, `8801711123456`, `1711123456`, `০১৭১১…` to `+8801711123456`. Foreign numbers
/// need their `+` (or `00`). A Bangladeshi mobile has ten digits after +880 and begins with 13 to 19.
pub fn phone(text: &str) -> Result<String, Problem> {
    let text = ascii_digits(text);
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::new("mobile", "problem-mobile-empty"));
    }
    let wrong = || Problem::new("mobile", "problem-mobile").with("value", text.chars().take(40).collect::<String>());
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.' | '+' | '\u{a0}' | '/');
    // A spreadsheet that took the number for a figure writes 1711123456.0
    let text = text.strip_suffix(".0").unwrap_or(text);
    if !text.chars().all(allowed) || text.rfind('+').is_some_and(|at| at > 0) {
        return Err(wrong());
    }
    let international = text.starts_with('+') || text.starts_with("00");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = if text.starts_with("00") { &digits[2..] } else { &digits };
    let national = match digits {
        d if d.starts_with("880") && d.len() == 13 => Some(&d[3..]),
        // +880 with the zero that should have gone
        d if d.starts_with("8800") && d.len() == 14 => Some(&d[4..]),
        d if !international && d.starts_with("01") && d.len() == 11 => Some(&d[1..]),
        d if !international && d.starts_with('1') && d.len() == 10 => Some(d),
        _ => None,
    };
    match national {
        Some(n) if n.len() == 10 && n.starts_with('1') && (b'3'..=b'9').contains(&n.as_bytes()[1]) => Ok(format!("+880{n}")),
        Some(_) => Err(wrong()),
        None if international && !digits.starts_with("880") && (8..=15).contains(&digits.len()) && !digits.starts_with('0') => {
            Ok(format!("+{digits}"))
        }
        None => Err(wrong()),
    }
}

/// How people at home write it: `01711-123456` for Bangladeshi numbers, unchanged otherwise.
pub fn phone_local(e164: &str) -> String {
    match e164.strip_prefix("+880") {
        Some(n) if n.len() == 10 => format!("0{}-{}", &n[..4], &n[4..]),
        _ => e164.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_number_in_many_hands() {
        for text in [
            "01711-123456",
            "01711 123456",
            "+880 1711 123456",
            "+8801711123456",
            "8801711123456",
            "00880 1711-123456",
            "1711123456",
            "1711123456.0",
            "০১৭১১১২৩৪৫৬",
            "(01711) 123456",
            "+880 01711123456",
        ] {
            assert_eq!(phone(text).as_deref(), Ok("+8801711123456"), "{text}");
        }
        assert_eq!(phone("+91 98300 12345").as_deref(), Ok("+919830012345"));
        assert_eq!(phone_local("+8801711123456"), "01711-123456");
    }

    #[test]
    fn what_is_no_mobile_is_refused() {
        for text in ["", "12345", "01011123456", "0171112345", "abc", "01711123456 / 018", "++880171", "+88017", "02-9123456"] {
            assert!(phone(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_stored_number_reads_as_itself(n in 1_300_000_000u64..2_000_000_000) {
            let stored = format!("+880{n}");
            prop_assert_eq!(phone(&stored).ok(), Some(stored.clone()));
            prop_assert_eq!(phone(&phone_local(&stored)).ok(), Some(stored));
        }

        #[test]
        fn no_text_breaks_it(text in ".{0,30}") {
            let _ = phone(&text);
        }
    }
}
