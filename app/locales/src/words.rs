//! Amounts in words, as they stand on receipts: `Eight hundred forty taka only`, `আট শত চল্লিশ টাকা মাত্র`. Lakh and crore
//! where people count in them; nothing is rounded.

use crate::figures::currency_digits;
use crate::{Language, Language::Bengali, Language::English};

const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// Every number below a hundred has a name of its own.
const BENGALI: &str = "শূন্য এক দুই তিন চার পাঁচ ছয় সাত আট নয় দশ এগারো বারো তেরো চৌদ্দ পনেরো ষোলো সতেরো আঠারো উনিশ \
                       বিশ একুশ বাইশ তেইশ চব্বিশ পঁচিশ ছাব্বিশ সাতাশ আটাশ ঊনত্রিশ ত্রিশ একত্রিশ বত্রিশ তেত্রিশ চৌত্রিশ পঁয়ত্রিশ ছত্রিশ সাঁইত্রিশ আটত্রিশ ঊনচল্লিশ \
                       চল্লিশ একচল্লিশ বিয়াল্লিশ তেতাল্লিশ চুয়াল্লিশ পঁয়তাল্লিশ ছেচল্লিশ সাতচল্লিশ আটচল্লিশ ঊনপঞ্চাশ পঞ্চাশ একান্ন বায়ান্ন তিপ্পান্ন চুয়ান্ন পঞ্চান্ন ছাপ্পান্ন সাতান্ন আটান্ন ঊনষাট \
                       ষাট একষট্টি বাষট্টি তেষট্টি চৌষট্টি পঁয়ষট্টি ছেষট্টি সাতষট্টি আটষট্টি ঊনসত্তর সত্তর একাত্তর বাহাত্তর তিয়াত্তর চুয়াত্তর পঁচাত্তর ছিয়াত্তর সাতাত্তর আটাত্তর ঊনআশি \
                       আশি একাশি বিরাশি তিরাশি চুরাশি পঁচাশি ছিয়াশি সাতাশি আটাশি ঊননব্বই নব্বই একানব্বই বিরানব্বই তিরানব্বই চুরানব্বই পঁচানব্বই ছিয়ানব্বই সাতানব্বই আটানব্বই নিরানব্বই";

/// The currency's unit and its hundredth.
fn units(language: Language, currency: &str) -> (&str, &str) {
    match (language, currency) {
        (English, "BDT") => ("taka", "poisha"),
        (English, "INR" | "NPR" | "PKR") => ("rupees", "paisa"),
        (English, "LKR") => ("rupees", "cents"),
        (English, "USD") => ("dollars", "cents"),
        (English, "EUR") => ("euros", "cents"),
        (English, "GBP") => ("pounds", "pence"),
        (Bengali, "BDT") => ("টাকা", "পয়সা"),
        (Bengali, "INR" | "NPR" | "PKR") => ("রুপি", "পয়সা"),
        (Bengali, "LKR") => ("রুপি", "সেন্ট"),
        (Bengali, "USD") => ("ডলার", "সেন্ট"),
        (Bengali, "EUR") => ("ইউরো", "সেন্ট"),
        (Bengali, "GBP") => ("পাউন্ড", "পেন্স"),
        (_, other) => (other, ""),
    }
}

/// The amount in words; the sign is left to whoever shows it.
pub fn amount_in_words(language: Language, minor: i64, currency: &str) -> String {
    let unit = 10_u64.pow(currency_digits(currency));
    let minor = minor.unsigned_abs();
    let (whole, part) = (minor / unit, minor % unit);
    let lakh = matches!(currency, "BDT" | "INR" | "NPR" | "PKR" | "LKR");
    let (major_word, minor_word) = units(language, currency);
    let mut text = format!("{} {major_word}", in_words(language, whole, lakh));
    if part > 0 {
        let and = if language == English { "and " } else { "" };
        text.push_str(&format!(" {and}{} {minor_word}", in_words(language, part, lakh)));
    }
    let text = match language {
        English => format!("{text} only"),
        Bengali => format!("{text} মাত্র"),
    };
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn in_words(language: Language, value: u64, lakh: bool) -> String {
    let steps: &[(u64, &str, &str)] = match lakh {
        true => &[(10_000_000, "crore", "কোটি"), (100_000, "lakh", "লক্ষ"), (1_000, "thousand", "হাজার"), (100, "hundred", "শত")],
        false => {
            &[(1_000_000_000, "billion", "বিলিয়ন"), (1_000_000, "million", "মিলিয়ন"), (1_000, "thousand", "হাজার"), (100, "hundred", "শত")]
        }
    };
    let mut words = Vec::new();
    let mut left = value;
    for (size, english, bengali) in steps {
        if left >= *size {
            words.push(in_words(language, left / size, lakh));
            words.push(if language == English { (*english).into() } else { (*bengali).into() });
            left %= size;
        }
    }
    if left > 0 || words.is_empty() {
        words.push(below_hundred(language, left));
    }
    words.join(" ")
}

fn below_hundred(language: Language, value: u64) -> String {
    let at = usize::try_from(value).unwrap_or_default();
    match language {
        Bengali => BENGALI.split_whitespace().nth(at).unwrap_or_default().to_owned(),
        English if at < 20 => ENGLISH[at].to_owned(),
        English if at.is_multiple_of(10) => TENS[at / 10 % 10].to_owned(),
        English => format!("{}-{}", TENS[at / 10 % 10], ENGLISH[at % 10]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_below_a_hundred_has_a_bengali_name() {
        let names: Vec<_> = BENGALI.split_whitespace().collect();
        assert_eq!(names.len(), 100);
        assert_eq!((names[20], names[39], names[50], names[79], names[99]), ("বিশ", "ঊনচল্লিশ", "পঞ্চাশ", "ঊনআশি", "নিরানব্বই"));
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 100);
    }

    #[test]
    fn amounts_are_said_as_people_say_them() {
        for (minor, currency, english, bengali) in [
            (84_000, "BDT", "Eight hundred forty taka only", "আট শত চল্লিশ টাকা মাত্র"),
            (0, "BDT", "Zero taka only", "শূন্য টাকা মাত্র"),
            (
                12_345_678_950,
                "BDT",
                "Twelve crore thirty-four lakh fifty-six thousand seven hundred eighty-nine taka and fifty poisha only",
                "বারো কোটি চৌত্রিশ লক্ষ ছাপ্পান্ন হাজার সাত শত ঊননব্বই টাকা পঞ্চাশ পয়সা মাত্র",
            ),
            (
                123_456_700,
                "USD",
                "One million two hundred thirty-four thousand five hundred sixty-seven dollars only",
                "এক মিলিয়ন দুই শত চৌত্রিশ হাজার পাঁচ শত সাতষট্টি ডলার মাত্র",
            ),
        ] {
            assert_eq!(amount_in_words(English, minor, currency), english);
            assert_eq!(amount_in_words(Bengali, minor, currency), bengali);
        }
    }
}
