//! Weighs a packed workbook before anybody unpacks it: what its directory promises, then what really comes out, stopped
//! at the limit. A bomb costs one pass over a few hundred megabytes and no memory.

use super::Error;
use std::io::{Cursor, Read};

/// All parts of a workbook together, unpacked.
const MOST_BYTES: u64 = 400 * 1024 * 1024;
/// Real sheets pack 5 to 60 times; only what is made to harm packs better.
const MOST_RATIO: u64 = 200;
/// The ratio says nothing of small parts.
const SMALL: u64 = 4 * 1024 * 1024;
const MOST_PARTS: usize = 2_000;

/// Refuses what is no XLSX workbook or unpacks to too much.
pub(super) fn weigh(bytes: &[u8]) -> Result<(), Error> {
    let damaged = |error: zip::result::ZipError| Error::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(Error::Unpacks);
    }
    let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(|name| name.to_lowercase()).collect();
    if !names.iter().any(|name| name.trim_start_matches('/').replace('\\', "/") == "xl/workbook.xml") {
        return Err(Error::OtherType("import-file-is-archive"));
    }
    let mut promised: u64 = 0;
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(damaged)?;
        promised = promised.saturating_add(part.size());
        let ratio = part.size() / part.compressed_size().max(1);
        if promised > MOST_BYTES || (part.size() > SMALL && ratio > MOST_RATIO) {
            return Err(Error::Unpacks);
        }
    }
    let mut unpacked: u64 = 0;
    for at in 0..archive.len() {
        let packed = archive.by_index_raw(at).map_err(damaged)?.compressed_size();
        let most = (MOST_BYTES - unpacked).min((packed * MOST_RATIO).max(SMALL));
        // Directories lie: what counts is what comes out.
        let part = archive.by_index(at).map_err(damaged)?;
        let came = std::io::copy(&mut part.take(most + 1), &mut std::io::sink()).map_err(|error| Error::Damaged(error.to_string()))?;
        if came > most {
            return Err(Error::Unpacks);
        }
        unpacked += came;
    }
    Ok(())
}
