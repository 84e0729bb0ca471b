//! Text as files hold it to text as we keep it: Bengali letters in their normal form, no invisible marks, no control
//! characters. It never touches a letter that a reader would miss.

use crate::money::ascii_digits;

/// One line of text: invisible marks out, control characters and runs of blanks to one space, trimmed, Bengali in NFC.
/// The joiners U+200C and U+200D stay between letters: Bengali spelling needs them.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        if matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{00ad}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            blank = true;
            continue;
        }
        if blank && !cleaned.is_empty() {
            cleaned.push(' ');
        }
        blank = false;
        push_normal(&mut cleaned, c);
    }
    cleaned
}

/// Unicode NFC for the Bengali block, which needs eight rules and no table: keyboards and converters write the two-part
/// vowel signs in pieces and three letters in one.
fn push_normal(text: &mut String, c: char) {
    match c {
        // Composition exclusions: these letters stay apart in NFC.
        '\u{09dc}' => text.push_str("\u{09a1}\u{09bc}"),
        '\u{09dd}' => text.push_str("\u{09a2}\u{09bc}"),
        '\u{09df}' => text.push_str("\u{09af}\u{09bc}"),
        '\u{09be}' if text.ends_with('\u{09c7}') => {
            text.pop();
            text.push('\u{09cb}');
        }
        '\u{09d7}' if text.ends_with('\u{09c7}') => {
            text.pop();
            text.push('\u{09cc}');
        }
        // Canonical order: the nukta (class 7) stands before the virama (class 9).
        '\u{09bc}' if text.ends_with('\u{09cd}') => {
            text.pop();
            text.push_str("\u{09bc}\u{09cd}");
        }
        _ => text.push(c),
    }
}

/// What is left of a name for comparing: lower case, letters, Bengali signs and ASCII digits, nothing else.
pub fn fold(text: &str) -> String {
    let plain = ascii_digits(&clean(text));
    let kept = plain.chars().filter(|c| c.is_alphanumeric() || ('\u{0980}'..='\u{09ff}').contains(c));
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bengali_in_pieces_is_the_same_name() {
        assert_eq!(clean("ম\u{09c7}\u{09be}হন"), "ম\u{09cb}হন");
        assert_eq!(
            clean("\u{09b9}\u{09cb}\u{09b8}\u{09c7}ন বড\u{09bc}ুয\u{09bc}া"),
            clean("\u{09b9}\u{09c7}\u{09be}\u{09b8}\u{09c7}ন ব\u{09dc}ু\u{09df}া")
        );
        assert_eq!(clean("কৌ"), clean("ক\u{09c7}\u{09d7}"));
        assert_eq!(clean("র\u{200d}্যাব"), "র\u{200d}্যাব");
    }

    #[test]
    fn what_nobody_sees_is_gone() {
        assert_eq!(clean("\u{feff} Rahim\u{a0}\u{a0}Uddin\r\n\u{200b}Mirpur\0 "), "Rahim Uddin Mirpur");
        assert_eq!(fold(" Mobile No. (বিকাশ-১২) "), "mobilenoবিকাশ12");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "[\u{0980}-\u{09ff} a-z\\x00-\u{1f}\u{200b}\u{200d}]{0,30}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once.clone());
            prop_assert!(!once.contains('\0'));
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
