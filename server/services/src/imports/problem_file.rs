//! The rows that were not imported, as a file to correct and send again: the person's own columns as they were, and one
//! more that says what is wrong.

use super::rows;
use crate::{Error, Result, Services, require};
use domain::imports::{Fate, Field, is_problem_header};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ImportId, Problem};
use integrations::spreadsheet::{write_csv, write_xlsx};
use locales::{Arg, Language, text, text_with};
use storage::imports;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    Csv,
    Xlsx,
}

/// Rows that are wrong or failed. Holds the passwords of the file: it is the person's own list going back to him.
pub async fn problem_file(services: &Services, caller: &Caller, id: ImportId, language: Language, format: FileFormat) -> Result<Vec<u8>> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let stored = imports::rows(&mut tx, id, &[Fate::Wrong, Fate::Failed], i64::MAX, 0).await?;
    drop(tx);
    // A file that was sent back once has our column already.
    let kept: Vec<usize> = (0..import.header.len()).filter(|column| !is_problem_header(&import.header[*column])).collect();
    let mut header: Vec<String> = kept.iter().map(|column| import.header[*column].clone()).collect();
    header.push(text(language, "import-problem"));
    let mut lines = Vec::with_capacity(stored.len());
    for row in stored {
        let cells = rows::open(&services.keys, id, row.row_number, &row.cells_sealed)?;
        let mut line: Vec<String> = kept.iter().map(|column| cells.get(*column).cloned().unwrap_or_default()).collect();
        line.push(row.problems.iter().map(|problem| sentence(language, problem)).collect::<Vec<_>>().join(" "));
        lines.push(line);
    }
    let written = lines.iter().map(Vec::as_slice);
    let bytes = match format {
        FileFormat::Csv => write_csv(&header, written),
        FileFormat::Xlsx => write_xlsx(&header, written),
    };
    bytes.map_err(|error| Error::Internal(error.to_string()))
}

/// `Mobile: “123” is not a mobile number…`
fn sentence(language: Language, problem: &Problem) -> String {
    let args: Vec<(&str, Arg)> = problem.args.iter().map(|(name, value)| (name.as_str(), Arg::from(value))).collect();
    let sentence = text_with(language, &problem.key, &args);
    match Field::from_slug(&problem.field) {
        Some(field) => format!("{}: {sentence}", text(language, &format!("import-field-{}", field.slug()))),
        None => sentence,
    }
}
