//! XLSX workbooks: the first visible sheet that holds something, cell by cell, figures as they were typed and dates in
//! ISO form. Never builds the rectangle around the cells: one cell far away would fill the memory.

use super::{Budget, Error, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row, unpack};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use domain::Problem;
use std::io::Cursor;

pub(super) fn read(bytes: &[u8]) -> Result<(Vec<Row>, Vec<Problem>), Error> {
    unpack::weigh(bytes)?;
    let damaged = |error: calamine::XlsxError| Error::Damaged(error.to_string());
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let shown = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let sheets: Vec<String> = book.sheets_metadata().iter().filter(shown).map(|sheet| sheet.name.clone()).collect();
    for sheet in &sheets {
        let rows = sheet_rows(&mut book, sheet)?;
        if !rows.is_empty() {
            let several = sheets.len() > 1;
            let note = several.then(|| Problem::new("file", "import-note-sheet").with("name", sheet));
            return Ok((rows, note.into_iter().collect()));
        }
    }
    Err(Error::Empty)
}

fn sheet_rows(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Row>, Error> {
    let damaged = |error: calamine::XlsxError| Error::Damaged(error.to_string());
    let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut budget = Budget::default();
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let text = cell_text(cell.get_value());
        if text.trim().is_empty() {
            continue;
        }
        let (row, column) = (row.saturating_add(1), column as usize);
        if column >= MOST_COLUMNS {
            return Err(Error::TooManyColumns);
        }
        budget.cell(&text)?;
        match rows.last_mut() {
            Some((last, cells)) if *last == row => put(cells, column, text),
            // Programs write rows in order; one that does not would give the same row twice.
            Some((last, _)) if *last > row => return Err(Error::Damaged("rows out of order".into())),
            _ => {
                if rows.len() >= MOST_ROWS {
                    return Err(Error::TooManyRows);
                }
                let mut cells = Vec::new();
                put(&mut cells, column, text);
                rows.push((row, cells));
            }
        }
    }
    Ok(rows)
}

fn put(cells: &mut Vec<String>, column: usize, text: String) {
    if cells.len() <= column {
        cells.resize(column + 1, String::new());
    }
    cells[column] = text;
}

fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => figure(*number),
        DataRef::String(text) => shorten(text),
        DataRef::SharedString(text) => shorten(text),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(instant) => date_text(instant),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(LONGEST_CELL).collect()
}

/// A figure as the person typed it: spreadsheets keep 15 digits, and binary fractions show more.
fn figure(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    format!("{rounded}")
}

fn date_text(instant: &ExcelDateTime) -> String {
    if !instant.is_datetime() {
        return figure(instant.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}
