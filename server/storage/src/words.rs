//! What somebody types into a search, as patterns for `like`.

/// More words than this narrow nothing down.
const MOST: usize = 8;

/// Anything that contains this: `%` and `_` are letters to the person who types them.
pub(crate) fn containing(words: &str) -> String {
    format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// One for each word, for a column that is kept in small letters.
pub(crate) fn each_word(search: &str) -> Vec<String> {
    search.to_lowercase().split_whitespace().take(MOST).map(containing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stands_for_itself() {
        assert_eq!(containing(r"50%_a\b"), r"%50\%\_a\\b%");
        assert_eq!(each_word("  Rahim UDDIN "), ["%rahim%", "%uddin%"]);
        assert_eq!(each_word(&"a ".repeat(20)).len(), 8);
        assert!(each_word(" ").is_empty());
    }
}
