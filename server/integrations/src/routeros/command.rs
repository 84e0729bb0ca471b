//! A command as a router understands it: a path, attributes and the words of a query. Its order is kept, because a query
//! is a program for a stack.

use super::word::write_word;
use std::fmt;

/// One command. Build it, then hand it to a client as often as needed.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    words: Vec<Vec<u8>>,
}

impl Command {
    /// `path` with the verb, such as `/ppp/secret/print`.
    pub fn new(path: &str) -> Self {
        Self { words: vec![path.into()] }
    }

    /// `=name=value`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let mut word = format!("={name}=").into_bytes();
        word.extend(value.as_ref());
        self.words.push(word);
        self
    }

    /// Each of `pairs` as `=name=value`.
    #[must_use]
    pub fn with_all<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        pairs.into_iter().fold(self, |command, (name, value)| command.with(name, value))
    }

    /// Only rows whose `name` is `value`; said again, both must hold.
    #[must_use]
    pub fn whose(mut self, name: &str, value: &str) -> Self {
        self.words.push(format!("?{name}={value}").into_bytes());
        self
    }

    /// A word of a query as it is, with its question mark: `?-comment`, `?#|`.
    #[must_use]
    pub fn query(mut self, word: &str) -> Self {
        self.words.push(word.into());
        self
    }

    /// Only these properties. Cheaper for the router, and passwords stay where they are.
    #[must_use]
    pub fn only(self, properties: &[&str]) -> Self {
        self.with(".proplist", properties.join(","))
    }

    /// The path with its verb.
    pub fn path(&self) -> String {
        self.words.first().map(|word| String::from_utf8_lossy(word).into_owned()).unwrap_or_default()
    }

    /// Attributes and words of a query, as they were said.
    pub(super) fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.words.iter().skip(1).map(Vec::as_slice)
    }

    /// The sentence on the wire.
    pub fn encode(&self, tag: Option<u64>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.words.iter().map(|word| word.len() + 2).sum::<usize>() + 24);
        for word in &self.words {
            write_word(&mut bytes, word);
        }
        if let Some(tag) = tag {
            write_word(&mut bytes, format!(".tag={tag}").as_bytes());
        }
        write_word(&mut bytes, b"");
        bytes
    }
}

/// Without values: one of them may be a password.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}
