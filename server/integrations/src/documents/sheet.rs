//! What a document says, in words of one language: all a template gets to see (`data.json`). Holds no amount as a number
//! and decides nothing; whoever fills it in has formatted and translated everything.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sheet {
    /// `invoice`, `receipt`, `credit_note`, `statement`, `proforma`.
    pub kind: String,
    /// `en` or `bn`.
    pub language: String,
    /// The word over it: Invoice, Receipt …
    pub title: String,
    pub number: String,
    pub mark: Option<Mark>,
    pub sender: Sender,
    pub receiver: Option<Receiver>,
    /// Label and value, in the order they are shown.
    pub facts: Vec<(String, String)>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub totals: Vec<Total>,
    /// The total in words.
    pub words: Option<String>,
    pub notes: Vec<String>,
    pub code: Option<Code>,
    pub page: PageWords,
}

/// Where the document stands, in a word: PAID, OVERDUE, VOID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    pub text: String,
    /// `good`, `warning`, `bad` or `neutral`.
    pub tone: String,
}

/// The provider, as its branding was when the document was issued.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sender {
    pub name: String,
    /// The name in the other script.
    pub other_name: Option<String>,
    /// Address, phone, tax number.
    pub lines: Vec<String>,
    /// `#rrggbb`
    pub colour: String,
    /// File name of the logo, when there is one.
    pub logo: Option<String>,
    pub footer: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receiver {
    pub heading: String,
    pub name: String,
    pub lines: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    pub label: String,
    pub numeric: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// As many as there are columns.
    pub cells: Vec<String>,
    /// Small print under the first cell.
    pub note: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Total {
    pub label: String,
    pub value: String,
    pub strong: bool,
}

/// The square code: where it leads and what is written beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Code {
    pub link: String,
    pub caption: String,
}

/// `Page {page} of {pages}` and the digits to write numbers with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageWords {
    pub text: String,
    /// Ten characters, from nought to nine.
    pub digits: String,
}
