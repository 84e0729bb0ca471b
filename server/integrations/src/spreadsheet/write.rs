//! Lists as files. No cell of ours ever becomes a formula in somebody's spreadsheet: CSV cells that would be one get an
//! apostrophe, XLSX cells are written as text.

use super::LONGEST_CELL;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// What a spreadsheet program takes for the start of a formula or a command.
pub(super) const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("the CSV could not be written")]
    Csv(#[from] csv::Error),
    #[error("the CSV could not be finished: {0}")]
    Unfinished(String),
    #[error("the workbook could not be written")]
    Xlsx(#[from] XlsxError),
}

/// A CSV in UTF-8 with the mark that makes spreadsheet programs see that.
pub fn write_csv<'a>(header: &[String], rows: impl IntoIterator<Item = &'a [String]>) -> Result<Vec<u8>, WriteError> {
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(header.iter().map(|cell| harmless(cell)))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell)))?;
    }
    writer.into_inner().map_err(|error| WriteError::Unfinished(error.to_string()))
}

fn harmless(cell: &str) -> String {
    if cell.starts_with(FORMULA_STARTS) { format!("'{cell}") } else { cell.to_string() }
}

/// An XLSX of one sheet, every cell a text, the header bold and fixed.
pub fn write_xlsx<'a>(header: &[String], rows: impl IntoIterator<Item = &'a [String]>) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, name) in header.iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (at, row) in rows.into_iter().enumerate() {
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let text: String = cell.chars().take(LONGEST_CELL).collect();
            sheet.write_string(at as u32 + 1, column as u16, text)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
