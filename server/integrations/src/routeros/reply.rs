//! What a router answers, sentence by sentence. Text is read as UTF-8 where it is, and with replacement marks where an old
//! router kept what somebody typed in another encoding: one odd comment never costs a row.

use super::sentence::Sentence;
use super::trap::Trap;
use super::word::Malformed;
use std::borrow::Cow;

/// One sentence of an answer and the command it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The tag that the command was sent with.
    pub tag: Option<u64>,
    pub said: Said,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Row(Row),
    /// The end; may carry `ret`.
    Done(Row),
    /// Since 7.18: nothing to show. A `Done` follows.
    Empty,
    /// A complaint. A `Done` follows.
    Trap(Trap),
    /// The reason; the connection is closed.
    Fatal(String),
}

/// One row of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Sentence);

impl Row {
    /// A row that did not come as a sentence.
    pub(super) fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(Sentence::of(std::iter::once("!re".into()).chain(pairs.into_iter().map(|(name, value)| format!("={name}={value}")))))
    }

    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.attribute(name).map(String::from_utf8_lossy)
    }

    /// The value, or nothing where the router says nothing.
    pub fn text(&self, name: &str) -> String {
        self.get(name).map(Cow::into_owned).unwrap_or_default()
    }

    /// `true` and `yes` are true; anything else, and nothing, is false.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| super::parse_flag(&value) == Some(true))
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }

    /// `*1A`: what `set` and `remove` want.
    pub fn id(&self) -> String {
        self.text(".id")
    }

    pub fn pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        self.0.attributes().map(|(name, value)| (String::from_utf8_lossy(name), String::from_utf8_lossy(value)))
    }
}

impl Reply {
    pub fn read(sentence: Sentence) -> Result<Self, Malformed> {
        let tag = sentence.tag().and_then(|tag| std::str::from_utf8(tag).ok()?.parse().ok());
        let said = match sentence.first() {
            b"!re" => Said::Row(Row(sentence)),
            b"!done" => Said::Done(Row(sentence)),
            b"!empty" => Said::Empty,
            b"!trap" => Said::Trap(Trap::read(&sentence)),
            b"!fatal" => {
                let reason = sentence.words().skip(1).find(|word| !word.starts_with(b".tag="));
                Said::Fatal(reason.map(|reason| String::from_utf8_lossy(reason).into_owned()).unwrap_or_default())
            }
            _ => return Err(Malformed::UnknownReply),
        };
        Ok(Self { tag, said })
    }
}
