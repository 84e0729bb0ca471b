//! Numbers and money as people in Bangladesh write them: grouped in lakh and crore, in Bengali digits for Bengali readers.
//! Whole numbers only; there is no floating point here and nothing is rounded.

use crate::Language;

/// Writes the ASCII digits of `text` in the reader's digits and leaves everything else alone.
pub fn digits(language: Language, text: &str) -> String {
    match language {
        Language::English => text.to_owned(),
        Language::Bengali => text
            .chars()
            .map(|character| match character.to_digit(10) {
                Some(value) => char::from_u32(0x09e6 + value).unwrap_or(character),
                None => character,
            })
            .collect(),
    }
}

/// `1,23,456` or `১,২৩,৪৫৬`. Grouping is the same in both languages, so a count reads like the money beside it.
pub fn number(language: Language, value: i64) -> String {
    let grouped = grouped(value.unsigned_abs(), Grouping::Lakh);
    digits(language, &signed(value < 0, &grouped))
}

/// `৳ 1,23,456.00` or `৳ ১,২৩,৪৫৬.০০`; `minor` is in the currency's smallest unit.
pub fn money(language: Language, minor: i64, currency: &str) -> String {
    let amount = amount(minor, currency);
    let written = format!("{} {amount}", currency_symbol(currency));
    digits(language, &signed(minor < 0, &written))
}

/// The amount without symbol or grouping, as it is typed into a form: `123456.00`, `-5.50`.
pub fn money_plain(minor: i64, currency: &str) -> String {
    let (whole, fraction) = split(minor, currency);
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{whole}{fraction}")
}

/// How many digits a currency's smallest unit has.
pub fn currency_digits(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" => 0,
        "BHD" | "KWD" | "OMR" => 3,
        _ => 2,
    }
}

/// The sign written before an amount, or the code where there is no sign of its own.
pub fn currency_symbol(currency: &str) -> &str {
    match currency {
        "BDT" => "৳",
        "INR" => "₹",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        other => other,
    }
}

#[derive(Clone, Copy)]
enum Grouping {
    Lakh,
    Thousands,
}

fn grouping(currency: &str) -> Grouping {
    match currency {
        "BDT" | "INR" | "NPR" | "PKR" | "LKR" => Grouping::Lakh,
        _ => Grouping::Thousands,
    }
}

fn amount(minor: i64, currency: &str) -> String {
    let (whole, fraction) = split(minor, currency);
    format!("{}{fraction}", grouped(whole, grouping(currency)))
}

fn split(minor: i64, currency: &str) -> (u64, String) {
    let places = currency_digits(currency);
    let unit = 10_u64.pow(places);
    let minor = minor.unsigned_abs();
    let fraction = match places {
        0 => String::new(),
        _ => format!(".{:0width$}", minor % unit, width = places as usize),
    };
    (minor / unit, fraction)
}

fn grouped(value: u64, grouping: Grouping) -> String {
    let plain = value.to_string();
    let length = plain.len();
    let mut result = String::with_capacity(length + length / 2);
    for (index, character) in plain.chars().enumerate() {
        let left = length - index;
        let separates = match grouping {
            Grouping::Thousands => left.is_multiple_of(3),
            Grouping::Lakh => left == 3 || (left > 3 && !left.is_multiple_of(2)),
        };
        if index > 0 && separates {
            result.push(',');
        }
        result.push(character);
    }
    result
}

fn signed(negative: bool, text: &str) -> String {
    if negative { format!("\u{2212}{text}") } else { text.to_owned() }
}

/// `1.25 GB` in steps of a thousand, as data plans are sold. Whole arithmetic: two decimals are cut, not rounded.
pub fn octets(language: Language, octets: u64) -> String {
    let units = [("TB", 1_000_000_000_000_u64), ("GB", 1_000_000_000), ("MB", 1_000_000)];
    let (unit, size) = units.into_iter().find(|(_, size)| octets >= *size).unwrap_or(("kB", 1_000));
    let (whole, hundredths) = (octets / size, octets % size / (size / 100));
    let text = if whole >= 100 || size == 1_000 { whole.to_string() } else { format!("{whole}.{hundredths:02}") };
    format!("{} {unit}", digits(language, &text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Bengali, English};

    #[test]
    fn numbers_group_in_lakh_and_crore() {
        let cases = [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (100_000, "1,00,000"),
            (1_234_567, "12,34,567"),
            (123_456_789, "12,34,56,789"),
            (-4_200, "\u{2212}4,200"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(English, value), expected);
        }
        assert_eq!(number(Bengali, 1_234_567), "১২,৩৪,৫৬৭");
        assert_eq!(number(English, i64::MIN), "\u{2212}92,23,37,20,36,85,47,75,808");
    }

    #[test]
    fn taka_in_both_languages() {
        assert_eq!(money(English, 12_345_600, "BDT"), "৳ 1,23,456.00");
        assert_eq!(money(Bengali, 12_345_600, "BDT"), "৳ ১,২৩,৪৫৬.০০");
        assert_eq!(money(English, 5, "BDT"), "৳ 0.05");
        assert_eq!(money(English, -50_050, "BDT"), "\u{2212}৳ 500.50");
        assert_eq!(money(Bengali, 0, "BDT"), "৳ ০.০০");
    }

    #[test]
    fn other_currencies_keep_their_own_habits() {
        assert_eq!(money(English, 123_456_789, "USD"), "$ 1,234,567.89");
        assert_eq!(money(English, 123_456_789, "INR"), "₹ 12,34,567.89");
        assert_eq!(money(English, 1_234_567, "JPY"), "JPY 1,234,567");
        assert_eq!(money(English, 1_234_567, "KWD"), "KWD 1,234.567");
    }

    #[test]
    fn plain_amounts_go_back_into_forms() {
        assert_eq!(money_plain(12_345_605, "BDT"), "123456.05");
        assert_eq!(money_plain(-550, "BDT"), "-5.50");
        assert_eq!(money_plain(500, "JPY"), "500");
    }
}
