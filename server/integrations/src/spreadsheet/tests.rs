//! Files as they come, good and bad.

use super::*;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::io::Write;
use zip::write::SimpleFileOptions;

fn table(bytes: &[u8]) -> Table {
    read(bytes).unwrap()
}

fn cells(rows: &[Row]) -> Vec<(u32, &str)> {
    rows.iter().map(|(number, cells)| (*number, cells.first().map_or("", String::as_str))).collect()
}

#[test]
fn every_delimiter_and_encoding_gives_the_same_table() {
    let plain = "Username,Name,Mobile\r\nrahim,রহিম উদ্দিন,01711-123456\r\nkarim,\"Karim, Jr\",01811-123456\r\n";
    let expected = table(plain.as_bytes());
    assert_eq!(expected.header, ["Username", "Name", "Mobile"]);
    assert_eq!(expected.rows[1], (3, vec!["karim".into(), "Karim, Jr".into(), "01811-123456".into()]));
    assert!(expected.notes.is_empty());
    for delimiter in [";", "\t", "|"] {
        let text = plain.replace("Karim, Jr", "K").replace(',', delimiter);
        assert_eq!(table(text.as_bytes()).rows[0], expected.rows[0], "{delimiter:?}");
    }
    let little: Vec<u8> = std::iter::once(0xfeff).chain(plain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = std::iter::once(0xfeff).chain(plain.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for bytes in
        [[b"\xef\xbb\xbf", plain.as_bytes()].concat(), little, big, plain.replace("\r\n", "\r").into_bytes(), plain.trim_end().into()]
    {
        assert_eq!(table(&bytes), expected);
    }
    let announced = format!("sep=;\n{}", plain.replace("Karim, Jr", "K").replace(',', ";"));
    assert_eq!(table(announced.as_bytes()).rows[0].0, 3);
}

#[test]
fn other_letters_are_taken_with_a_note() {
    let table = table(b"Username,Name\nrene,Ren\xe9\n");
    assert_eq!(table.rows[0].1[1], "René");
    assert_eq!(table.notes[0].key, "import-note-encoding");
}

#[test]
fn rows_are_counted_as_the_person_sees_them() {
    let text = "Padma Net,,\nSubscriber list March 2026,,\n\nUser ID,Name,Address\na,A,\"House 1\nRoad 2\"\n\n,,\nb,B,x\n\"c\",C,\"1\n2\n3\"\nd,D,\n,,\n,,\n";
    let table = table(text.as_bytes());
    assert_eq!(table.header, ["User ID", "Name", "Address"]);
    assert_eq!(cells(&table.rows), [(5, "a"), (6, ""), (7, ""), (8, "b"), (9, "c"), (10, "d")]);
    assert_eq!(table.notes[0].args, [("rows".to_string(), "2".to_string())]);
}

#[test]
fn headers_nobody_knows_are_headers_too() {
    let table = table("Padma Net,Mirpur\nKod,Lok,Taka pabo,Thikana,Onno\n17,Rahim,500,Mirpur 10,x\n".as_bytes());
    assert_eq!(table.header, ["Kod", "Lok", "Taka pabo", "Thikana", "Onno"]);
}

#[test]
fn a_workbook_gives_figures_as_typed_and_dates_in_iso() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Empty").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("List").unwrap();
    sheet.merge_range(0, 0, 0, 5, "Padma Net: subscribers", &Format::new()).unwrap();
    for (column, name) in ["User ID", "Mobile", "Bill", "Connection date", "Name", "Due"].iter().enumerate() {
        sheet.write(2, column as u16, *name).unwrap();
    }
    sheet.write(3, 0, "rahim").unwrap();
    sheet.write(3, 1, 1_711_123_456_f64).unwrap();
    sheet.write(3, 2, 0.1 + 0.2).unwrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    sheet.write_with_format(3, 3, ExcelDateTime::from_ymd(2026, 3, 1).unwrap(), &date).unwrap();
    sheet.write(3, 4, "রহিম").unwrap();
    sheet.write_formula(3, 5, Formula::new("=C4*2").set_result("1200.5")).unwrap();
    sheet.write(5, 0, "karim").unwrap();
    sheet.write(5, 1, 19_912_345_678_901_u64).unwrap();
    let table = table(&book.save_to_buffer().unwrap());
    assert_eq!(table.header, ["User ID", "Mobile", "Bill", "Connection date", "Name", "Due"]);
    assert_eq!(table.rows[0], (4, ["rahim", "1711123456", "0.3", "2026-03-01", "রহিম", "1200.5"].map(String::from).to_vec()));
    assert_eq!((&table.rows[1], &table.rows[2]), (&(5, vec![]), &(6, vec!["karim".to_string(), "19912345678901".into()])));
    let keys: Vec<_> = table.notes.iter().map(|note| note.key.as_str()).collect();
    assert_eq!(keys, ["import-note-sheet", "import-note-title-rows"]);
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Overwrites the unpacked size of every part, in the local headers and in the directory.
fn lying(mut bytes: Vec<u8>, size: u32) -> Vec<u8> {
    for at in 0..bytes.len().saturating_sub(46) {
        let place = match &bytes[at..at + 4] {
            b"PK\x03\x04" => at + 22,
            b"PK\x01\x02" => at + 24,
            _ => continue,
        };
        bytes[place..place + 4].copy_from_slice(&size.to_le_bytes());
    }
    bytes
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let zeros = vec![b' '; 64 * 1024 * 1024];
    let bomb = packed(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &zeros)]);
    let liar = lying(bomb.clone(), 1000);
    let wide = vec!["x"; 201].join(",");
    let columns = format!("Name,Mobile\n{wide}\n");
    let long = format!("Name,Mobile\n{}", "a,b\n".repeat(MOST_ROWS + 1));
    let quote = format!("Name,Mobile\na,b\nc,\"d\n{}", "e,f\n".repeat(10_000));
    let utf16: Vec<u8> = "Name,Mobile\na,b\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", vec![], "import-file-empty"),
        ("blank lines", b" \n\n  \n".to_vec(), "import-file-empty"),
        ("200 MB", vec![b'a'; 200 * 1024 * 1024], "import-file-too-large"),
        ("PDF", b"%PDF-1.7 ...".to_vec(), "import-file-is-pdf"),
        ("PNG", b"\x89PNG\r\n\x1a\n".to_vec(), "import-file-is-image"),
        ("JPEG", b"\xff\xd8\xff\xe0".to_vec(), "import-file-is-image"),
        ("old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "import-file-is-old-excel"),
        ("web page called xls", b"\n <HTML><body><table>".to_vec(), "import-file-is-html"),
        ("another archive", packed(&[("word/document.xml", b"<x/>")]), "import-file-is-archive"),
        ("half an archive", bomb[..bomb.len() / 2].to_vec(), "import-file-damaged"),
        ("workbook without content", packed(&[("xl/workbook.xml", b"not xml at all <")]), "import-file-damaged"),
        ("bomb", bomb, "import-file-unpacks"),
        ("bomb that lies", liar, "import-file-damaged"),
        ("UTF-16 without its mark", utf16, "import-file-encoding"),
        ("noise", (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect(), "import-file-encoding"),
        ("open quote", quote.into_bytes(), "import-file-open-quote"),
        ("wide", columns.into_bytes(), "import-file-too-many-columns"),
        ("long", long.into_bytes(), "import-file-too-many-rows"),
        ("no header", b"1,2,3\n4,5,6\n".to_vec(), "import-file-no-header"),
        ("header alone", b"Name,Mobile\n,\n".to_vec(), "import-file-no-rows"),
    ];
    for (name, bytes, key) in cases {
        assert_eq!(read(&bytes).map_err(|error| error.problem().key), Err(key.to_string()), "{name}");
    }
}

#[test]
fn a_cell_at_the_far_end_does_not_fill_the_memory() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["Username", "Name"].iter().enumerate() {
        sheet.write(0, column as u16, *name).unwrap();
    }
    sheet.write(1, 0, "a").unwrap();
    sheet.write(1_048_575, 1, "stray").unwrap();
    assert_eq!(cells(&table(&book.save_to_buffer().unwrap()).rows), [(2, "a"), (1_048_576, "")]);
    let mut book = Workbook::new();
    book.add_worksheet().write(0, 16_383, "stray").unwrap();
    assert_eq!(read(&book.save_to_buffer().unwrap()), Err(Error::TooManyColumns));
}

#[test]
fn nothing_we_write_is_a_formula() {
    let header = ["Name".to_string(), "Mobile".into()];
    let rows = [
        ["=HYPERLINK(\"http://x\",\"y\")".to_string(), "+8801711123456".into()],
        ["@SUM(A1)".into(), "-5".into()],
        ["\tcmd".into(), "রহিম".into()],
    ];
    let csv = write_csv(&header, rows.iter().map(|row| row.as_slice())).unwrap();
    let text = String::from_utf8(csv.clone()).unwrap();
    assert!(text.starts_with("\u{feff}Name,Mobile\r\n\"'=HYPERLINK"));
    let raw: Vec<String> = csv::ReaderBuilder::new()
        .from_reader(text.as_bytes())
        .records()
        .flat_map(|row| row.unwrap().iter().map(String::from).collect::<Vec<_>>())
        .collect();
    assert!(raw.iter().all(|cell| !cell.starts_with(write::FORMULA_STARTS)), "{raw:?}");
    // Read back, the apostrophes are gone.
    let back: Vec<Vec<String>> = table(&csv).rows.into_iter().map(|(_, cells)| cells).collect();
    assert_eq!(back, rows);

    let xlsx = write_xlsx(&header, rows.iter().map(|row| row.as_slice())).unwrap();
    let back: Vec<Vec<String>> = table(&xlsx).rows.into_iter().map(|(_, cells)| cells).collect();
    assert_eq!(back, rows);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).unwrap();
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet).unwrap();
    assert!(!sheet.contains("<f>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What we write we read back, cell by cell, in both formats.
    #[test]
    fn lists_survive_the_way_out_and_in(rows in proptest::collection::vec(proptest::collection::vec("[-=+@'a-zক-হ,;\"| \n0-9]{1,12}[a-z]", 3), 1..8)) {
        let header = ["Username", "Name", "Address"].map(String::from);
        let written = rows.iter().map(|row| row.as_slice());
        for file in [write_csv(&header, written.clone()).unwrap(), write_xlsx(&header, written).unwrap()] {
            let table = read(&file).unwrap();
            prop_assert_eq!(&table.header, &header.to_vec());
            let back: Vec<Vec<String>> = table.rows.into_iter().map(|(_, cells)| cells).collect();
            // An apostrophe before a formula sign is ours, whoever wrote it.
            let plain = |rows: &[Vec<String>]| -> Vec<Vec<String>> { rows.iter().map(|row| row.iter().map(|cell| cell.trim_start_matches('\'').to_string()).collect()).collect() };
            prop_assert_eq!(plain(&back), plain(&rows));
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400), start in prop::sample::select(vec![b"".as_slice(), b"PK\x03\x04", b"Name,Mobile\n", b"\xff\xfe", b"sep=;\n\""])) {
        let _ = read(&[start, &bytes].concat());
    }
}
