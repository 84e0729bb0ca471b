//! What a file is, by its first bytes. Names and MIME types of uploads are wishes.

use super::Error;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Text,
}

const MAGIC: [(&[u8], &str); 14] = [
    (b"%PDF", "import-file-is-pdf"),
    (b"\x89PNG", "import-file-is-image"),
    (b"\xff\xd8\xff", "import-file-is-image"),
    (b"GIF8", "import-file-is-image"),
    (b"BM\0", "import-file-is-image"),
    // Compound files: Excel before 2007, and any newer workbook under a password.
    (b"\xd0\xcf\x11\xe0", "import-file-is-old-excel"),
    (b"\x09\x08\x10\x00", "import-file-is-old-excel"),
    (b"{\\rtf", "import-file-is-other"),
    (b"\x1f\x8b", "import-file-is-archive"),
    (b"Rar!", "import-file-is-archive"),
    (b"7z\xbc\xaf", "import-file-is-archive"),
    (b"\x7fELF", "import-file-is-other"),
    (b"MZ\x90", "import-file-is-other"),
    (b"SQLite format", "import-file-is-other"),
];

pub(super) fn sniff(bytes: &[u8]) -> Result<Kind, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    if let Some((_, key)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Error::OtherType(key));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Xlsx);
    }
    let start: Vec<u8> =
        bytes.iter().skip_while(|b| b.is_ascii_whitespace() || **b >= 0x80).take(200).map(u8::to_ascii_lowercase).collect();
    if [b"<html".as_slice(), b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta"].iter().any(|tag| start.starts_with(tag)) {
        // Many programs call a web page .xls; Excel opens it and hides the difference.
        return Err(Error::OtherType("import-file-is-html"));
    }
    Ok(Kind::Text)
}
