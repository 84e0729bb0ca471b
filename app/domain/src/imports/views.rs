//! What the pages of an import show. No view holds a password.

use super::fields::Field;
use super::mapping::Mapping;
use super::packages::NewPackage;
use super::rows::{ImportOptions, ParsedRow};
use super::survey::DateReading;
use crate::{CustomerId, ImportId, Problem};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub fn slug(self) -> &'static str {
                match self { $($name::$variant => $slug),+ }
            }

            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.slug() == slug)
            }
        }
    };
}

words! {
    /// What becomes of a row; `import-fate-` before it is the key in the locales.
    Fate {
        Unread "unread",
        New "new",
        Same "same",
        Blank "blank",
        Duplicate "duplicate",
        Wrong "wrong",
        Skipped "skipped",
        Created "created",
        Failed "failed",
        Undone "undone",
        Kept "kept",
    }
}

words! {
    /// Where an import stands; `import-state-` before it is the key in the locales.
    ImportState {
        Mapping "mapping",
        Previewing "previewing",
        Previewed "previewed",
        Running "running",
        Done "done",
        Failed "failed",
        Undoing "undoing",
        Undone "undone",
    }
}

/// Rows by fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FateTotals {
    pub unread: i64,
    pub new: i64,
    pub same: i64,
    pub blank: i64,
    pub duplicate: i64,
    pub wrong: i64,
    #[serde(default)]
    pub skipped: i64,
    pub created: i64,
    pub failed: i64,
    pub undone: i64,
    pub kept: i64,
}

impl FateTotals {
    pub fn of(self, fate: Fate) -> i64 {
        match fate {
            Fate::Unread => self.unread,
            Fate::New => self.new,
            Fate::Same => self.same,
            Fate::Blank => self.blank,
            Fate::Duplicate => self.duplicate,
            Fate::Wrong => self.wrong,
            Fate::Skipped => self.skipped,
            Fate::Created => self.created,
            Fate::Failed => self.failed,
            Fate::Undone => self.undone,
            Fate::Kept => self.kept,
        }
    }

    pub fn set(&mut self, fate: Fate, rows: i64) {
        let place = match fate {
            Fate::Unread => &mut self.unread,
            Fate::New => &mut self.new,
            Fate::Same => &mut self.same,
            Fate::Blank => &mut self.blank,
            Fate::Duplicate => &mut self.duplicate,
            Fate::Wrong => &mut self.wrong,
            Fate::Skipped => &mut self.skipped,
            Fate::Created => &mut self.created,
            Fate::Failed => &mut self.failed,
            Fate::Undone => &mut self.undone,
            Fate::Kept => &mut self.kept,
        };
        *place = rows;
    }

    pub fn rows(self) -> i64 {
        Fate::ALL.iter().map(|fate| self.of(*fate)).sum()
    }
}

/// An import in a list, and the head of its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSummary {
    pub id: ImportId,
    pub file_name: String,
    pub state: ImportState,
    pub rows: i64,
    /// Rows that were to be created when the preview was made.
    pub ready: i64,
    pub unchanged: i64,
    pub wrong: i64,
    /// Progress of the run.
    pub done: i64,
    pub failed: i64,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
    /// Until when it can be undone; `None` when it cannot, or no longer.
    pub undo_until: Option<DateTime<Utc>>,
    /// Why it failed.
    pub problem: Option<Problem>,
}

/// One column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnView {
    pub header: String,
    /// The first values that are there; dots where passwords are.
    pub samples: Vec<String>,
    pub field: Option<Field>,
}

/// Everything the page about one import needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingView {
    pub import: ImportSummary,
    pub columns: Vec<ColumnView>,
    /// The columns are known from an earlier file.
    pub remembered: bool,
    /// The same file was sent before, within a day.
    pub same_file: Option<ImportId>,
    pub options: ImportOptions,
    pub totals: FateTotals,
    /// What was noticed on reading the file.
    pub notes: Vec<Problem>,
    pub readings: Vec<DateReading>,
    pub new_packages: Vec<NewPackage>,
}

impl MappingView {
    pub fn mapping(&self) -> Mapping {
        self.columns.iter().map(|column| column.field).collect()
    }
}

/// One row with its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// As the person sees it in the file.
    pub row_number: u32,
    pub fate: Fate,
    /// The cells as they are, for rows that were not understood; dots where passwords are.
    pub cells: Vec<String>,
    pub parsed: Option<ParsedRow>,
    pub problems: Vec<Problem>,
    pub customer_id: Option<CustomerId>,
}
