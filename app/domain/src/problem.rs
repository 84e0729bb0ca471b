//! A refusal in words a person can act on: which field, what is wrong (a key of the locales), and the values that the
//! sentence needs. The domain never holds a sentence itself.

use serde::{Deserialize, Serialize};

/// One thing that is wrong with what somebody entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Name of the field (or column) it belongs to, empty for the whole.
    pub field: String,
    /// Key of the message in the locales, `problem-…`.
    pub key: String,
    /// Values that the message names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
}

impl Problem {
    pub fn new(field: &str, key: &str) -> Self {
        Self { field: field.into(), key: key.into(), args: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.push((name.into(), value.to_string()));
        self
    }
}
