//! Spreadsheets in and out: CSV and XLSX as people have them, read into plain rows of text, and lists written so that no
//! spreadsheet program takes a cell for a formula. It knows nothing of what the rows mean beyond where the header is,
//! and it refuses what would not fit into memory before it tries.

mod csv_file;
mod header;
mod sniff;
mod unpack;
mod write;
mod xlsx_file;

pub use write::{WriteError, write_csv, write_xlsx};

use domain::Problem;

/// The largest file that is read at all.
pub const LARGEST_FILE: usize = 25 * 1024 * 1024;
pub const MOST_ROWS: usize = 200_000;
pub const MOST_COLUMNS: usize = 200;
/// The longest cell that spreadsheet programs themselves can hold.
const LONGEST_CELL: usize = 32_767;
/// All cells together: a small file may say the same long text a million times.
const MOST_TEXT: usize = 200 * 1024 * 1024;

/// A row with its number as the person sees it in the file.
pub type Row = (u32, Vec<String>);

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
    /// What was noticed on the way, as keys of the locales.
    pub notes: Vec<Problem>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {LARGEST_FILE} bytes")]
    TooLarge,
    /// The locale key says what it is instead.
    #[error("the file is of another type ({0})")]
    OtherType(&'static str),
    #[error("the file unpacks to too much")]
    Unpacks,
    #[error("the file is damaged: {0}")]
    Damaged(String),
    #[error("the text is in no encoding we know")]
    Encoding,
    #[error("a quotation mark opened in row {0} is not closed")]
    OpenQuote(u32),
    #[error("no row holds names of columns")]
    NoHeader,
    #[error("there are no rows below the header")]
    NoRows,
    #[error("more than {MOST_ROWS} rows")]
    TooManyRows,
    #[error("more than {MOST_COLUMNS} columns")]
    TooManyColumns,
}

impl Error {
    /// The message for people.
    pub fn problem(&self) -> Problem {
        let problem = |key| Problem::new("file", key);
        match self {
            Error::Empty => problem("import-file-empty"),
            Error::TooLarge => problem("import-file-too-large").with("limit", format!("{} MB", LARGEST_FILE / 1024 / 1024)),
            Error::OtherType(key) => problem(key),
            Error::Unpacks => problem("import-file-unpacks"),
            Error::Damaged(_) => problem("import-file-damaged"),
            Error::Encoding => problem("import-file-encoding"),
            Error::OpenQuote(row) => problem("import-file-open-quote").with("row", row),
            Error::NoHeader => problem("import-file-no-header"),
            Error::NoRows => problem("import-file-no-rows"),
            Error::TooManyRows => problem("import-file-too-many-rows").with("most", MOST_ROWS),
            Error::TooManyColumns => problem("import-file-too-many-columns").with("most", MOST_COLUMNS),
        }
    }
}

/// Reads a file by what it is, whatever its name says.
pub fn read(bytes: &[u8]) -> Result<Table, Error> {
    if bytes.len() > LARGEST_FILE {
        return Err(Error::TooLarge);
    }
    let (rows, mut notes) = match sniff::sniff(bytes)? {
        sniff::Kind::Xlsx => xlsx_file::read(bytes)?,
        sniff::Kind::Text => csv_file::read(bytes)?,
    };
    let (header, rows, title_rows) = header::split(rows)?;
    if title_rows > 0 {
        notes.push(Problem::new("file", "import-note-title-rows").with("rows", title_rows));
    }
    Ok(Table { header, rows, notes })
}

/// Counts what was taken in so far and stops before it is too much.
#[derive(Default)]
struct Budget {
    text: usize,
}

impl Budget {
    fn cell(&mut self, text: &str) -> Result<(), Error> {
        self.text += text.len() + size_of::<String>();
        if self.text > MOST_TEXT { Err(Error::Unpacks) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
