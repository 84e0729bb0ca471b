//! Documents on paper: which kinds there are, how an ISP looks on them, and what the pages about them show. Sets no type
//! and knows no template language.

use crate::{InvoiceId, Money, PaymentId, Problem, ProformaId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    Invoice,
    Receipt,
    CreditNote,
    Statement,
    /// What the next bill would say: nothing is owed for it yet.
    Proforma,
}

impl DocumentKind {
    pub const ALL: [DocumentKind; 5] =
        [DocumentKind::Invoice, DocumentKind::Receipt, DocumentKind::CreditNote, DocumentKind::Statement, DocumentKind::Proforma];

    pub fn slug(self) -> &'static str {
        match self {
            DocumentKind::Invoice => "invoice",
            DocumentKind::Receipt => "receipt",
            DocumentKind::CreditNote => "credit_note",
            DocumentKind::Statement => "statement",
            DocumentKind::Proforma => "proforma",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Paper {
    #[default]
    #[serde(rename = "a4")]
    A4,
    /// A thermal roll, as long as it has to be.
    #[serde(rename = "80mm")]
    Roll,
}

impl Paper {
    pub const ALL: [Paper; 2] = [Paper::A4, Paper::Roll];

    pub fn slug(self) -> &'static str {
        match self {
            Paper::A4 => "a4",
            Paper::Roll => "80mm",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| paper.slug() == slug)
    }
}

/// How an ISP looks on paper, from one moment to the next change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    pub name: String,
    /// The name in Bengali script.
    pub native_name: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    /// VAT or BIN number.
    pub tax_number: Option<String>,
    pub footer: Option<String>,
    /// What a subscriber reads who wants to pay.
    pub how_to_pay: Option<String>,
    /// `#rrggbb`
    pub colour: String,
    /// `logo.png` or `logo.svg`, when there is one.
    pub logo: Option<String>,
}

/// What the branding page sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BrandingForm {
    pub name: String,
    pub native_name: String,
    pub address: String,
    pub phone: String,
    pub tax_number: String,
    pub footer: String,
    pub how_to_pay: String,
    pub colour: String,
}

pub const DEFAULT_COLOUR: &str = "#0b6478";

/// Reads the form; the logo is handled apart.
pub fn read_branding(form: &BrandingForm) -> Result<Branding, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut text = |field: &str, value: &str, most: usize| {
        let value = value.trim().replace("\r\n", "\n");
        if value.chars().count() > most {
            problems.push(Problem::new(field, "problem-too-long").with("most", most));
        }
        (!value.is_empty()).then_some(value)
    };
    let mut branding = Branding {
        native_name: text("native_name", &form.native_name, 100),
        address: text("address", &form.address, 300),
        phone: text("phone", &form.phone, 100),
        tax_number: text("tax_number", &form.tax_number, 60),
        footer: text("footer", &form.footer, 300),
        how_to_pay: text("how_to_pay", &form.how_to_pay, 600),
        ..Branding::default()
    };
    match text("name", &form.name, 100) {
        Some(name) => branding.name = name,
        None => problems.push(Problem::new("name", "problem-name-length").with("most", 100)),
    }
    match read_colour(&form.colour) {
        Some(colour) => branding.colour = colour,
        None => problems.push(Problem::new("colour", "problem-colour")),
    }
    if problems.is_empty() { Ok(branding) } else { Err(problems) }
}

/// `#0B6478` or `0b6478`; nothing typed means the product's own.
fn read_colour(text: &str) -> Option<String> {
    let digits = text.trim().trim_start_matches('#').to_ascii_lowercase();
    if digits.is_empty() {
        return Some(DEFAULT_COLOUR.into());
    }
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| format!("#{digits}"))
}

/// A version of a template, as its history shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateVersion {
    pub version: i32,
    pub from_at: DateTime<Utc>,
    /// Came with the product.
    pub built_in: bool,
    pub by: String,
}

/// The template in force, with its history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateView {
    pub kind: DocumentKind,
    pub paper: Paper,
    pub source: String,
    pub shown: TemplateVersion,
    pub history: Vec<TemplateVersion>,
}

/// Why a template was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateComplaint {
    pub line: Option<usize>,
    pub column: Option<usize>,
    pub reason: String,
}

/// What a square code leads to: no name, no address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkedDocument {
    Receipt {
        number: String,
        amount: Money,
        on: NaiveDate,
        valid: bool,
    },
    Invoice {
        number: String,
        total: Money,
        due: Money,
        due_on: NaiveDate,
        void: bool,
        how_to_pay: Option<String>,
    },
    /// No bill: what the next one was expected to be.
    Proforma {
        number: String,
        total: Money,
        to_pay: Money,
        made_on: NaiveDate,
        expected_on: NaiveDate,
        how_to_pay: Option<String>,
    },
}

/// How many documents go into one PDF; more go into an archive of PDFs.
pub const MOST_IN_ONE_PDF: i64 = 1_000;
/// How many documents one export holds.
pub const MOST_IN_ARCHIVE: i64 = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchFormat {
    Pdf,
    Zip,
}

impl BatchFormat {
    pub fn slug(self) -> &'static str {
        match self {
            BatchFormat::Pdf => "pdf",
            BatchFormat::Zip => "zip",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        [BatchFormat::Pdf, BatchFormat::Zip].into_iter().find(|format| format.slug() == slug)
    }
}

/// An export of many invoices, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRow {
    pub id: Uuid,
    pub format: BatchFormat,
    pub paper: Paper,
    pub language: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    pub total: i64,
    pub done: i64,
    pub failed: i64,
    pub by: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A document that was left out of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchProblem {
    pub invoice: InvoiceId,
    pub number: String,
    pub problem: String,
}

/// A line of a customer's statement: what was charged, what was paid, what is owed after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    pub on: NaiveDate,
    /// Source of the entry in the books: `invoice`, `payment` …
    pub source: String,
    pub memo: String,
    pub charged: Money,
    pub credited: Money,
    /// Positive: owed; negative: ahead.
    pub balance: Money,
}

/// What happened between a customer and the ISP from one day to another, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerStatement {
    pub customer_number: String,
    pub customer_name: String,
    pub customer_address: Option<String>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub opening: Money,
    pub lines: Vec<StatementLine>,
    pub charged: Money,
    pub credited: Money,
    pub closing: Money,
}

/// A document by what it is and its number in the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentRef {
    Invoice(InvoiceId),
    Receipt(PaymentId),
    CreditNote(Uuid),
    Proforma(ProformaId),
}

impl DocumentRef {
    pub fn kind(self) -> DocumentKind {
        match self {
            DocumentRef::Invoice(_) => DocumentKind::Invoice,
            DocumentRef::Receipt(_) => DocumentKind::Receipt,
            DocumentRef::CreditNote(_) => DocumentKind::CreditNote,
            DocumentRef::Proforma(_) => DocumentKind::Proforma,
        }
    }

    pub fn id(self) -> Uuid {
        match self {
            DocumentRef::Invoice(id) => id.0,
            DocumentRef::Receipt(id) => id.0,
            DocumentRef::CreditNote(id) => id,
            DocumentRef::Proforma(id) => id.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branding_needs_a_name_and_a_colour_that_is_one() {
        let form = |name: &str, colour: &str| BrandingForm { name: name.into(), colour: colour.into(), ..BrandingForm::default() };
        let read = read_branding(&form(" Padma Net ", "#0B6478")).unwrap();
        assert_eq!((read.name.as_str(), read.colour.as_str(), read.address), ("Padma Net", "#0b6478", None));
        assert_eq!(read_branding(&form("Padma", "")).unwrap().colour, DEFAULT_COLOUR);
        let keys = |form| read_branding(&form).unwrap_err().into_iter().map(|p| (p.field, p.key)).collect::<Vec<_>>();
        assert_eq!(keys(form("", "red")), [("name".into(), "problem-name-length".into()), ("colour".into(), "problem-colour".into())]);
        let long = BrandingForm { footer: "x".repeat(301), ..form("Padma", "") };
        assert_eq!(keys(long), [("footer".to_string(), "problem-too-long".to_string())]);
    }

    #[test]
    fn slugs_round_trip() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::from_slug(kind.slug()), Some(kind));
        }
        for paper in Paper::ALL {
            assert_eq!(Paper::from_slug(paper.slug()), Some(paper));
        }
    }
}
