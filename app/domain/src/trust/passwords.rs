//! What a password must be (SEC-02): long enough, of four kinds of characters, not one of those that everybody tries
//! first, and nothing that stands in the sign-in name. Whether it was used before is asked of its hashes elsewhere.

use crate::Problem;

pub const LEAST_LENGTH: usize = 8;
pub const MOST_LENGTH: usize = 200;
/// So many of before may not come back.
pub const PASSWORDS_KEPT: i64 = 5;

/// Words that guessed passwords are made of; case, figures at the ends and the usual replacements do not hide them.
const COMMON: &str = include_str!("common_passwords.txt");

/// What is wrong with a new password; `names` are the account's own: email, user name, mobile, name.
pub fn check_password(field: &str, password: &str, names: &[&str]) -> Vec<Problem> {
    let length = password.chars().count();
    if length < LEAST_LENGTH {
        return vec![Problem::new(field, "problem-password-short").with("least", LEAST_LENGTH)];
    }
    if length > MOST_LENGTH {
        return vec![Problem::new(field, "problem-too-long").with("most", MOST_LENGTH)];
    }
    let kinds = [
        password.chars().any(char::is_uppercase),
        password.chars().any(char::is_lowercase),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_alphanumeric()),
    ];
    if kinds.contains(&false) {
        return vec![Problem::new(field, "problem-password-kinds")];
    }
    if is_common(password) {
        return vec![Problem::new(field, "problem-password-common")];
    }
    if names.iter().any(|name| holds(password, name)) {
        return vec![Problem::new(field, "problem-password-name")];
    }
    Vec::new()
}

/// Is what remains one of the words that are tried first, or the same few characters over and over?
fn is_common(password: &str) -> bool {
    // `P@ssword` and `Admin@12`: a mark at an end may stand for a letter or for itself.
    let marks = |c: char| matches!(c, '@' | '$');
    let (with, without) = (core(password, marks), core(password, |_| false));
    [with, without]
        .iter()
        .any(|core| core.chars().count() < 4 || few(core) || COMMON.lines().any(|word| word == core || repeats(core, word)))
}

/// Small letters with the usual replacements taken back, without figures and marks at either end but those `kept`.
fn core(password: &str, kept: impl Fn(char) -> bool) -> String {
    let trimmed = password.trim_matches(|c: char| !c.is_alphabetic() && !kept(c));
    trimmed
        .to_lowercase()
        .chars()
        .map(|c| match c {
            '@' | '4' => 'a',
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

fn repeats(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text.len() > word.len()
        && text.len().is_multiple_of(word.len())
        && text.as_bytes().chunks(word.len()).all(|part| part == word.as_bytes())
}

fn few(text: &str) -> bool {
    let mut kinds: Vec<char> = text.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.len() < 3
}

/// A name of four characters or more stands in it, whichever way it is written. Of an email, what stands before the @.
fn holds(password: &str, name: &str) -> bool {
    let name = name.split('@').next().unwrap_or_default().to_lowercase();
    name.chars().count() >= 4 && password.to_lowercase().contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(password: &str) -> Option<String> {
        check_password("password", password, &["boss@padma.example", "Shahana"]).first().map(|problem| problem.key.to_string())
    }

    #[test]
    fn each_rule_says_what_is_missing() {
        for (password, wanted) in [
            ("Ab1!", "problem-password-short"),
            ("correct-horse-1", "problem-password-kinds"),
            ("CORRECT-HORSE-1", "problem-password-kinds"),
            ("Correct-horse", "problem-password-kinds"),
            ("Correcthorse1", "problem-password-kinds"),
            ("P@ssw0rd123!", "problem-password-common"),
            ("Admin@123", "problem-password-common"),
            ("Bangladesh#71", "problem-password-common"),
            ("Qwerty!2345", "problem-password-common"),
            ("Aa1!aaaa", "problem-password-common"),
            ("12345678!Ab", "problem-password-common"),
            ("My-Boss-2026", "problem-password-name"),
            ("shahana-Rocks-1", "problem-password-name"),
        ] {
            assert_eq!(key(password).as_deref(), Some(wanted), "{password}");
        }
        assert_eq!(key(&format!("Aa1-{}", "x".repeat(300))).as_deref(), Some("problem-too-long"));
    }

    #[test]
    fn what_nobody_guesses_is_taken() {
        for password in ["Correct-horse-1", "nodI 7 pakhi Ure", "Ghor-theke_9baire", "tR4ins&rivers"] {
            assert_eq!(key(password), None, "{password}");
        }
    }

    #[test]
    fn the_list_is_written_as_it_is_compared() {
        for word in COMMON.lines() {
            assert_eq!(core(word, |_| false), word, "write it folded, or it never matches");
        }
    }
}
