//! Cells at rest: sealed for their import and their row, because lists hold the passwords of lines.

use crate::{Error, Keyring, Result};
use domain::ImportId;
use domain::imports::{Field, Mapping, guess_mapping};

/// What stands in place of a password on screen.
const DOTS: &str = "••••••";

fn owner(id: ImportId, row_number: i32) -> Vec<u8> {
    [id.0.as_bytes().as_slice(), &row_number.to_be_bytes()].concat()
}

pub(super) fn seal(keys: &Keyring, id: ImportId, row_number: i32, cells: &[String]) -> Result<Vec<u8>> {
    let text = serde_json::to_vec(cells).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(keys.seal(&owner(id, row_number), &text)?)
}

pub(super) fn open(keys: &Keyring, id: ImportId, row_number: i32, sealed: &[u8]) -> Result<Vec<String>> {
    let text = keys.open(&owner(id, row_number), sealed)?;
    serde_json::from_slice(&text).map_err(|error| Error::Internal(format!("cells of import {id}, row {row_number}: {error}")))
}

/// Hides passwords: in the column that was named so, and in any that looks like one.
pub(super) struct Mask {
    hidden: Vec<bool>,
}

impl Mask {
    pub fn new(header: &[String], mapping: &Mapping) -> Self {
        let guessed = guess_mapping(header);
        let is_password = |mapping: &Mapping, column: usize| mapping.get(column) == Some(&Some(Field::Password));
        let hidden = (0..header.len()).map(|column| is_password(mapping, column) || is_password(&guessed, column)).collect();
        Self { hidden }
    }

    pub fn apply(&self, mut cells: Vec<String>) -> Vec<String> {
        for (cell, _) in cells.iter_mut().zip(&self.hidden).filter(|(cell, hidden)| **hidden && !cell.is_empty()) {
            *cell = DOTS.into();
        }
        cells
    }
}
