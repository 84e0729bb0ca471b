//! Holds the texts to their promises: both languages say the same things with the same values, every file parses,
//! and no source file names a key that does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use crate::{Language, bundles::sources};

type Variables = BTreeSet<String>;

fn messages(language: Language) -> BTreeMap<String, Variables> {
    let mut found = BTreeMap::new();
    for (file, source) in sources(language) {
        let resource = FluentResource::try_new((*source).to_owned())
            .unwrap_or_else(|(_, problems)| panic!("{}/{file}.ftl: {problems:?}", language.code()));
        for entry in resource.entries() {
            match entry {
                Entry::Message(message) => {
                    let key = message.id.name.to_owned();
                    let pattern = message.value.as_ref().unwrap_or_else(|| panic!("{key} is empty"));
                    let mut variables = Variables::new();
                    collect(pattern, &mut variables);
                    let before = found.insert(key.clone(), variables);
                    assert!(before.is_none(), "{}: {key} is defined twice", language.code());
                }
                Entry::Junk { content } => panic!("{}/{file}.ftl: {content}", language.code()),
                _ => {}
            }
        }
    }
    found
}

fn collect(pattern: &Pattern<&str>, variables: &mut Variables) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            collect_expression(expression, variables);
        }
    }
}

fn collect_expression(expression: &Expression<&str>, variables: &mut Variables) {
    match expression {
        Expression::Inline(inline) => collect_inline(inline, variables),
        Expression::Select { selector, variants } => {
            collect_inline(selector, variables);
            for variant in variants {
                collect(&variant.value, variables);
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, variables: &mut Variables) {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => collect_expression(expression, variables),
        _ => {}
    }
}

#[test]
fn both_languages_know_the_same_keys_with_the_same_values() {
    let english = messages(Language::English);
    let bengali = messages(Language::Bengali);
    let only = |a: &BTreeMap<String, Variables>, b: &BTreeMap<String, Variables>| {
        a.keys().filter(|key| !b.contains_key(*key)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&english, &bengali), Vec::<String>::new(), "missing in Bengali");
    assert_eq!(only(&bengali, &english), Vec::<String>::new(), "missing in English");
    for (key, variables) in &english {
        assert_eq!(Some(variables), bengali.get(key), "values of {key}");
    }
}

#[test]
fn every_file_on_disk_is_embedded() {
    for language in Language::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(language.code());
        let mut on_disk = std::fs::read_dir(&folder)
            .expect("the folder of a language")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
            .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
            .collect::<Vec<_>>();
        on_disk.sort();
        let embedded = sources(language).iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(on_disk, embedded, "{}", language.code());
    }
}

fn literal_text(pattern: &Pattern<&str>, into: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => into.push_str(value),
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                for variant in variants {
                    literal_text(&variant.value, into);
                }
            }
            PatternElement::Placeable { .. } => {}
        }
    }
}

/// Texts that are one and the same in both languages on purpose.
const SHARED: &[&str] = &["app-name", "common-percent", "language-bn", "language-en"];

#[test]
fn bengali_is_written_in_bengali() {
    for (file, source) in sources(Language::Bengali) {
        let resource = FluentResource::try_new((*source).to_owned()).expect("parses");
        for entry in resource.entries() {
            let Entry::Message(message) = entry else {
                continue;
            };
            let key = message.id.name;
            let mut shown = String::new();
            literal_text(message.value.as_ref().expect("a value"), &mut shown);
            let bengali = shown.chars().any(|character| ('\u{0980}'..='\u{09ff}').contains(&character));
            assert!(bengali || SHARED.contains(&key), "bn/{file}.ftl: {key} = {shown}");
        }
    }
}

/// How a key is named in source: the opening of the call, and which of its arguments the key is.
const CALLS: &[(&str, usize)] = &[
    ("t(", 0),
    ("t!(", 0),
    ("t_with(", 0),
    ("text(", 1),
    ("text_with(", 1),
    ("key(", 0),
    ("MenuEntry::new(", 2),
    ("PaletteAction::new(", 2),
];

#[test]
fn no_source_names_a_missing_key() {
    let known = messages(Language::English);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["app", "server/services"] {
        rust_files(&root.join(folder), &mut files);
    }
    assert!(!files.is_empty(), "no sources under {}", root.display());
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let own = own.canonicalize().expect("own sources");
    let mut missing = Vec::new();
    for file in files {
        if file.canonicalize().is_ok_and(|path| path.starts_with(&own)) {
            continue;
        }
        let source = std::fs::read_to_string(&file).expect("a source file");
        for key in literal_keys(&source) {
            if !known.contains_key(&key) {
                missing.push(format!("{}: {key}", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "keys without a text:\n{}", missing.join("\n"));
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                rust_files(&path, into);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Keys written as literals. A call that builds its key (`format!`) is not seen; its pieces are covered by tests of the code that builds it.
fn literal_keys(source: &str) -> Vec<String> {
    let mut found = refusals(source);
    for (opening, position) in CALLS {
        let mut rest = source;
        while let Some(at) = rest.find(opening) {
            let before = rest[..at].chars().next_back();
            rest = &rest[at + opening.len()..];
            let whole_word = !before.is_some_and(|character| character.is_alphanumeric() || character == '_' || character == '.');
            if whole_word && let Some(literal) = nth_argument(rest, *position).and_then(as_key) {
                found.push(literal);
            }
        }
    }
    found
}

/// Keys of refusals are known by their first word, wherever they are written.
fn refusals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("\"problem-") {
        let literal = source[at + 1..].split('"').next().unwrap_or_default();
        found.extend(as_key(&format!("\"{literal}\"")));
    }
    found
}

/// The text of argument `position`, cut at top-level commas; good enough for calls that a formatter has laid out.
fn nth_argument(arguments: &str, position: usize) -> Option<&str> {
    let (mut depth, mut index, mut start, mut quoted) = (0_i32, 0, 0, false);
    for (at, character) in arguments.char_indices() {
        match character {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                return (index == position).then(|| &arguments[start..at]);
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                if index == position {
                    return Some(&arguments[start..at]);
                }
                index += 1;
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn as_key(argument: &str) -> Option<String> {
    let literal = argument.trim().strip_prefix('"')?.strip_suffix('"')?;
    let plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    (literal.chars().all(plain) && literal.contains('-') && !literal.ends_with('-')).then(|| literal.to_owned())
}

#[test]
fn the_search_for_keys_sees_what_it_should() {
    let source = r#"
        t("action-save"); t_with("table-results", &[]); part("not-a-key"); text(lang, "menu-x");
        MenuEntry::new("/a", "users", "menu-customers", 1); text(language, &format!("month-{n}"));
        locales::text_with(language(1, 2), "a-b", &[("x", 1.into())]); x.t("no-no");
        Problem::new("mobile", "problem-mobile"); format!("problem-{code}");
    "#;
    let mut found = literal_keys(source);
    found.sort();
    assert_eq!(found, ["a-b", "action-save", "menu-customers", "menu-x", "problem-mobile", "table-results"]);
}
