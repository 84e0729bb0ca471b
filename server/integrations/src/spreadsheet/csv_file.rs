//! CSV files of any make: the encoding by its marks, the delimiter by what gives even rows. A text that is in no known
//! encoding is refused rather than shown in wrong letters.

use super::{Budget, Error, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row};
use domain::Problem;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

pub(super) fn read(bytes: &[u8]) -> Result<(Vec<Row>, Vec<Problem>), Error> {
    let (text, note) = decode(bytes)?;
    // One kind of line end, and one after the last line: then lines can be counted.
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    if text.trim().is_empty() {
        return Err(Error::Empty);
    }
    let (delimiter, skip) = match announced(&text) {
        Some(delimiter) => (delimiter, 1),
        None => (detect(&text), 0),
    };
    let start = if skip == 1 { text.find('\n').map_or(0, |at| at + 1) } else { 0 };
    let rows = rows(&text[start..], delimiter, skip)?;
    if rows.is_empty() { Err(Error::Empty) } else { Ok((rows, note.into_iter().collect())) }
}

fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<Problem>), Error> {
    let marked = [(b"\xff\xfe".as_slice(), UTF_16LE), (b"\xfe\xff", UTF_16BE), (b"\xef\xbb\xbf", UTF_8)];
    if let Some((mark, encoding)) = marked.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        let (text, wrong) = encoding.decode_without_bom_handling(&bytes[mark.len()..]);
        return if wrong { Err(Error::Encoding) } else { Ok((text, None)) };
    }
    if bytes.iter().take(64 * 1024).any(|b| *b == 0) {
        return Err(Error::Encoding);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), None));
    }
    // Five bytes mean nothing in Windows-1252, and control characters have no place in a list.
    let readable = |b: &u8| !matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d) && (*b >= 0x20 || matches!(b, b'\t' | b'\r' | b'\n'));
    if !bytes.iter().all(readable) {
        return Err(Error::Encoding);
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok((text, Some(Problem::new("file", "import-note-encoding"))))
}

/// `sep=;` on the first line, as spreadsheet programs write it.
fn announced(text: &str) -> Option<u8> {
    let first = text.lines().next()?.trim_matches('"');
    let rest = first.strip_prefix("sep=").or_else(|| first.strip_prefix("SEP="))?;
    match rest.as_bytes() {
        [one] => Some(*one),
        _ => None,
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The delimiter that cuts the first rows most evenly; of equals the one that gives more columns.
fn detect(text: &str) -> u8 {
    let evenness = |delimiter: u8| {
        let mut counts: Vec<usize> = reader(text, delimiter).records().take(40).filter_map(Result::ok).map(|record| record.len()).collect();
        counts.sort_unstable();
        let most = counts.chunk_by(|a, b| a == b).filter(|rows| rows[0] > 1).max_by_key(|rows| (rows.len(), rows[0]));
        most.map_or((0, 0), |rows| (rows.len() * 100 / counts.len().max(1), rows[0]))
    };
    // The last of equals is taken: a comma wins where nothing speaks for another.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| evenness(*delimiter)).unwrap_or(b',')
}

fn rows(text: &str, delimiter: u8, skipped: u64) -> Result<Vec<Row>, Error> {
    let mut reader = reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut budget = Budget::default();
    let mut inside = 0;
    loop {
        let before = reader.position().line();
        if !reader.read_record(&mut record).map_err(|error| Error::Damaged(error.to_string()))? {
            return Ok(rows);
        }
        // Lines within quotes are one row in every spreadsheet program; blank lines are rows of their own.
        let breaks: u64 = record.iter().map(|cell| cell.matches('\n').count() as u64).sum();
        let line = reader.position().line().saturating_sub(1 + breaks);
        let number = u32::try_from(line - inside + skipped).unwrap_or(u32::MAX);
        if record.iter().any(|cell| cell.len() > LONGEST_CELL) {
            return Err(Error::OpenQuote(u32::try_from(before - inside + skipped).unwrap_or(u32::MAX)));
        }
        inside += breaks;
        let mut cells: Vec<String> = record.iter().map(bare).collect();
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.len() > MOST_COLUMNS {
            return Err(Error::TooManyColumns);
        }
        if rows.len() >= MOST_ROWS {
            return Err(Error::TooManyRows);
        }
        cells.iter().try_for_each(|cell| budget.cell(cell))?;
        rows.push((number, cells));
    }
}

/// Our own exports put an apostrophe before what a spreadsheet would take for a formula; here it goes again.
fn bare(cell: &str) -> String {
    let formula = cell.strip_prefix('\'').filter(|rest| rest.starts_with(super::write::FORMULA_STARTS));
    formula.unwrap_or(cell).to_string()
}
