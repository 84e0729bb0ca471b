//! PPP and hotspot user names: what routers, RADIUS and people can all spell.

use crate::Problem;

/// Trimmed, 1 to 64 of `A-Z a-z 0-9 @ . _ - / : +`. Upper and lower case are kept, but compare equal within an ISP.
pub fn username(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let problem = |key: &str| Err(Problem::new("username", key).with("value", text.chars().take(70).collect::<String>()));
    if text.is_empty() {
        return problem("problem-username-empty");
    }
    if text.len() > 64 {
        return problem("problem-username-long");
    }
    if text.contains(char::is_whitespace) {
        return problem("problem-username-space");
    }
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || "@._-/:+".contains(c)) {
        return problem("problem-username-characters");
    }
    Ok(text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_routers_can_spell() {
        assert_eq!(username(" rahim.mirpur@padma "), Ok("rahim.mirpur@padma".into()));
        assert_eq!(username("AA:BB:CC:00:11:22"), Ok("AA:BB:CC:00:11:22".into()));
        for (text, key) in [
            ("", "problem-username-empty"),
            ("rahim mia", "problem-username-space"),
            ("রহিম", "problem-username-characters"),
            ("a'--", "problem-username-characters"),
        ] {
            assert_eq!(username(text).unwrap_err().key, key);
        }
    }
}
