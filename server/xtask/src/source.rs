//! What the compiler and clippy accept but the product must not hold: views that differ between server and browser,
//! inline styles that the content security policy refuses, clocks in code that is given the time.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::front::files;
use crate::layout::Layout;

struct Ban {
    folder: &'static str,
    words: &'static [&'static str],
    why: &'static str,
}

const BANS: [Ban; 4] = [
    Ban { folder: "app", words: &["prop:href", "prop:src"], why: "is missing from the server's page; use the attribute" },
    Ban {
        folder: "app",
        words: &["style=\"", "style=format!", "style=move ", "style={", "style:"],
        why: "is refused by the content security policy; use a class",
    },
    Ban {
        folder: "app",
        words: &["Utc::now", "Local::now", "SystemTime::now", "Instant::now"],
        why: "differs between server and browser; take `now` as an argument",
    },
    Ban { folder: "app/domain", words: &["std::fs", "std::env", "std::process", "TcpStream", "UdpSocket"], why: "is not pure" },
];

pub fn check(layout: &Layout) -> Result<()> {
    let mut wrong = Vec::new();
    for ban in &BANS {
        for file in files(&layout.root.join(ban.folder))? {
            let name = file.strip_prefix(&layout.root)?;
            if file.extension().is_some_and(|extension| extension == "rs") && !of_tests(name) {
                wrong.extend(found(ban, name, &fs::read_to_string(&file)?));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{}", wrong.join("\n"));
}

fn of_tests(file: &Path) -> bool {
    file.with_extension("").iter().filter_map(|part| part.to_str()).any(|part| part == "tests" || part.ends_with("_tests"))
}

fn found(ban: &Ban, file: &Path, text: &str) -> Vec<String> {
    let hits = |line: &str| ban.words.iter().find(|word| holds(line, word)).copied();
    text.lines()
        .enumerate()
        // A test may read a golden file or the clock; tests stand last in a file.
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(at, line)| hits(line).map(|word| format!("{}:{}: {word} {}", file.display(), at + 1, ban.why)))
        .collect()
}

/// The word itself, not the end of a longer one, a path or a field: `style=` but not `data-style=`, `style:width=` but
/// neither `style::Theme` nor `style: Theme`.
fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let longer = line[..at].ends_with(|before: char| before.is_alphanumeric() || "-_".contains(before));
        let named = word.ends_with(':') && line[at + word.len()..].starts_with([' ', ':']);
        !longer && !named
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ban: usize, text: &str) -> usize {
        found(&BANS[ban], Path::new("app/src/page.rs"), text).len()
    }

    #[test]
    fn a_banned_word_is_found_with_its_line() {
        let told = found(&BANS[0], Path::new("app/src/page.rs"), "view! {\n  <a prop:href=link/>\n}");
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("app/src/page.rs:2: prop:href"));
    }

    #[test]
    fn tests_may_read_the_clock() {
        assert_eq!(told(2, "fn a() {}\n#[cfg(test)]\nmod tests {\n  Utc::now();\n}"), 0);
        assert_eq!(told(2, "fn a() {\n  Utc::now();\n}\n#[cfg(test)]\nmod tests {}"), 1);
    }

    #[test]
    fn files_of_tests_are_known_by_their_name() {
        assert!(of_tests(Path::new("app/ui/src/render_tests/mod.rs")));
        assert!(of_tests(Path::new("app/domain/src/imports/tests.rs")));
        assert!(!of_tests(Path::new("app/src/latests/page.rs")));
    }

    #[test]
    fn comments_and_longer_words_are_left_alone() {
        assert_eq!(told(2, "// never Utc::now() here"), 0);
        assert_eq!(told(1, "<div data-style=\"x\">"), 0);
        assert_eq!(told(1, "<Button style=ButtonStyle::Primary>"), 0);
        assert_eq!(told(1, "use crate::style::Theme;"), 0);
        assert_eq!(told(1, "fn paint(style: Theme)"), 0);
        assert_eq!(told(1, "<div style=\"color: red\">"), 1);
        assert_eq!(told(1, "<div style:width=x>"), 1);
    }
}
