//! `docs/security.md` says what shows that a requirement is met. Here it is seen that every file it names is there, and
//! every test in it. Whether a test proves what stands beside it is for people to judge.

use crate::layout::Layout;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

const DOCUMENT: &str = "docs/security.md";
/// Fewer would mean that lines were lost.
const LEAST_LINES: usize = 250;

pub fn check(layout: &Layout) -> Result<()> {
    check_in(&layout.root)
}

fn check_in(root: &Path) -> Result<()> {
    let text = fs::read_to_string(root.join(DOCUMENT)).context(DOCUMENT)?;
    let missing: Vec<String> = named(&text).into_iter().filter(|(file, test)| !is_there(root, file, *test)).map(shown).collect();
    if !missing.is_empty() {
        bail!("{DOCUMENT} names what is not there: {}", missing.join(", "));
    }
    let lines = text.lines().filter(|line| line.starts_with("| ") && line.chars().nth(2).is_some_and(|c| c.is_ascii_digit())).count();
    if lines < LEAST_LINES {
        bail!("{DOCUMENT} has {lines} lines of the standard, and levels 1 and 2 have more");
    }
    Ok(())
}

fn shown((file, test): (&str, Option<&str>)) -> String {
    test.map_or_else(|| file.to_owned(), |test| format!("{file}::{test}"))
}

/// What stands between backquotes and looks like a file of this repository, with the test behind it.
fn named(text: &str) -> Vec<(&str, Option<&str>)> {
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let folders = ["server/", "app/", "docs/", "migrations/", "end2end/", ".config/"];
    let of_ours =
        |word: &&str| folders.iter().any(|folder| word.starts_with(folder)) || matches!(*word, "Cargo.toml" | "Cargo.lock" | "README.md");
    quoted.filter(of_ours).map(|word| word.split_once("::").map_or((word, None), |(file, test)| (file, Some(test)))).collect()
}

fn is_there(root: &Path, file: &str, test: Option<&str>) -> bool {
    let Ok(text) = fs::read_to_string(root.join(file)) else { return false };
    test.is_none_or(|test| text.contains(&format!("fn {test}(")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
    }

    #[test]
    fn everything_that_the_document_names_is_there() {
        check_in(root()).unwrap();
    }

    #[test]
    fn a_test_that_is_gone_is_missed() {
        let text =
            "| 1 | met: `server/xtask/src/security.rs::nothing_of_that_name`, `docs/nowhere.md`, `Secure`, `server/xtask/src/main.rs` |";
        let missing: Vec<String> = named(text).into_iter().filter(|(file, test)| !is_there(root(), file, *test)).map(shown).collect();
        assert_eq!(missing, ["server/xtask/src/security.rs::nothing_of_that_name", "docs/nowhere.md"]);
    }
}
