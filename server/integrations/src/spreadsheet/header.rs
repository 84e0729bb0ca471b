//! Where the list begins: the row with the names of the columns, below whatever title a person put above it.

use super::{Error, MOST_ROWS, Row};
use domain::imports::recognise;

/// The header is looked for this far down.
const DEEPEST: usize = 40;
/// Longer gaps are a stray cell at the far end of a sheet, not blank lines of a list.
const LONGEST_GAP: u32 = 1_000;

/// Header, rows below it, and how many rows stood above it. Blank rows within the list are kept, after it they go.
pub(super) fn split(rows: Vec<Row>) -> Result<(Vec<String>, Vec<Row>, usize), Error> {
    let at = find(&rows).ok_or(Error::NoHeader)?;
    let above = rows[..at].iter().filter(|(_, cells)| !blank(cells)).count();
    let mut rows = rows.into_iter().skip(at);
    let (number, header) = rows.next().ok_or(Error::NoHeader)?;
    let below = with_gaps(rows.collect(), number)?;
    if below.iter().all(|(_, cells)| blank(cells)) {
        return Err(Error::NoRows);
    }
    let width = below.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0).max(header.len());
    let named = (0..width).map(|column| match header.get(column).map(|name| name.trim()) {
        Some(name) if !name.is_empty() => domain::imports::clean(name).chars().take(100).collect(),
        _ => letter(column),
    });
    Ok((named.collect(), below, above))
}

fn blank(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

/// The first row with two names we know; failing that, the first of two or more words and no figures.
fn find(rows: &[Row]) -> Option<usize> {
    let top = || rows.iter().take(DEEPEST).enumerate();
    let known = |cells: &[String]| cells.iter().filter(|cell| recognise(cell)).count();
    let word = |cell: &&String| {
        let cell = cell.trim();
        cell.chars().any(char::is_alphabetic)
            && !cell.contains('@')
            && cell.chars().filter(char::is_ascii_digit).count() < 3
            && cell.chars().count() <= 60
    };
    let worded = |cells: &[String]| {
        let filled: Vec<&String> = cells.iter().filter(|cell| !cell.trim().is_empty()).collect();
        filled.len() >= 2 && filled.iter().all(word)
    };
    let by_names = top().find(|(_, (_, cells))| known(cells) >= 2).map(|(at, _)| at);
    // A header of words must be followed by at least as wide a list, or it is a title in two cells.
    let by_words = || {
        let widest = rows.iter().take(DEEPEST).map(|(_, cells)| cells.len()).max().unwrap_or(0);
        top().find(|(_, (_, cells))| worded(cells) && cells.len() * 2 > widest).map(|(at, _)| at)
    };
    by_names.or_else(by_words)
}

/// Blank lines that the readers did not deliver, so that the count of rows is the one the person sees.
fn with_gaps(rows: Vec<Row>, header: u32) -> Result<Vec<Row>, Error> {
    let mut filled: Vec<Row> = Vec::with_capacity(rows.len());
    let mut next = header.saturating_add(1);
    for (number, cells) in rows {
        if blank(&cells) {
            continue;
        }
        if number.saturating_sub(next) <= LONGEST_GAP {
            filled.extend((next..number).map(|missing| (missing, Vec::new())));
        }
        if filled.len() >= MOST_ROWS {
            return Err(Error::TooManyRows);
        }
        next = number.saturating_add(1);
        filled.push((number, cells));
    }
    Ok(filled)
}

/// The name that spreadsheet programs give a column.
fn letter(mut column: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            return name;
        }
        column = column / 26 - 1;
    }
}
