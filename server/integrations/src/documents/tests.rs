//! The press is looked at from outside: what its PDFs say, that they come out the same, and what it refuses.

use super::press::words;
use super::*;

fn invoice(language: &str) -> Sheet {
    let bengali = language == "bn";
    let pick = |en: &str, bn: &str| if bengali { bn.to_string() } else { en.to_string() };
    Sheet {
        kind: "invoice".into(),
        language: language.into(),
        title: pick("Invoice", "চালান"),
        number: "INV-2026-00042".into(),
        mark: Some(Mark { text: pick("OVERDUE", "মেয়াদোত্তীর্ণ"), tone: "bad".into() }),
        sender: Sender {
            name: pick("Padma Net", "পদ্মা নেট"),
            other_name: Some(pick("পদ্মা নেট", "Padma Net")),
            lines: vec![
                pick("House 12, Road 5, Mirpur 10, Dhaka 1216", "বাড়ি ১২, সড়ক ৫, মিরপুর ১০, ঢাকা ১২১৬"),
                pick("Phone 01711-000000", "ফোন ০১৭১১-০০০০০০"),
                "BIN 001234567-0101".into(),
            ],
            colour: "#0b6478".into(),
            logo: None,
            footer: Some(pick("Thank you for staying with us.", "আমাদের সঙ্গে থাকার জন্য ধন্যবাদ।")),
        },
        receiver: Some(Receiver {
            heading: pick("Billed to", "গ্রাহক"),
            name: pick("Md. Shafiqul Islam Chowdhury", "মোঃ শফিকুল ইসলাম চৌধুরী"),
            lines: vec!["C-000123".into(), pick("Kazipara, Dhaka", "কাজীপাড়া, ঢাকা")],
        }),
        facts: vec![
            (pick("Issued", "ইস্যুর তারিখ"), pick("1 Nov 2026", "১ নভেম্বর ২০২৬")),
            (pick("Due", "পরিশোধের শেষ তারিখ"), pick("8 Nov 2026", "৮ নভেম্বর ২০২৬")),
        ],
        columns: vec![
            Column { label: pick("Description", "বিবরণ"), numeric: false },
            Column { label: pick("VAT", "ভ্যাট"), numeric: true },
            Column { label: pick("Amount", "পরিমাণ"), numeric: true },
        ],
        rows: vec![Row {
            cells: vec![pick("Home 20 Mbit/s", "হোম ২০ এমবিপিএস প্যাকেজ"), pick("৳ 40.00", "৳ ৪০.০০"), pick("৳ 800.00", "৳ ৮০০.০০")],
            note: Some(pick("1 Nov 2026 to 30 Nov 2026", "১ নভেম্বর ২০২৬ থেকে ৩০ নভেম্বর ২০২৬")),
        }],
        totals: vec![
            Total { label: pick("Subtotal", "উপমোট"), value: pick("৳ 800.00", "৳ ৮০০.০০"), strong: false },
            Total { label: pick("VAT", "ভ্যাট"), value: pick("৳ 40.00", "৳ ৪০.০০"), strong: false },
            Total { label: pick("Total", "সর্বমোট"), value: pick("৳ 840.00", "৳ ৮৪০.০০"), strong: true },
        ],
        words: Some(pick("Eight hundred forty taka only", "আটশ চল্লিশ টাকা মাত্র")),
        notes: vec![pick(
            "Pay at the counter or to bKash 01711-000000 with your customer number as the reference.",
            "কাউন্টারে অথবা বিকাশ ০১৭১১-০০০০০০ নম্বরে গ্রাহক নম্বর রেফারেন্স দিয়ে পরিশোধ করুন।",
        )],
        code: Some(Code {
            link: "https://padma.example/pay/7Q2M4XK9B3T6W8Z1".into(),
            caption: pick("Scan to pay", "পরিশোধ করতে স্ক্যান করুন"),
        }),
        page: PageWords {
            text: pick("Page {page} of {pages}", "পৃষ্ঠা {page} / {pages}"), digits: pick("0123456789", "০১২৩৪৫৬৭৮৯")
        },
    }
}

fn job(template: &str, sheet: Sheet) -> Job {
    Job { template: template.into(), sheet, logo: None, identity: "invoice:42".into(), issued: (2026, 11, 1, 4, 0, 0) }
}

fn pdf(job: &Job) -> Vec<u8> {
    print(job, Output::Pdf).expect("a proper template").bytes
}

fn refused(template: &str) -> Complaint {
    print(&job(template, invoice("en")), Output::Pdf).expect_err("a broken template")
}

/// For looking at: `LASTMILE_WRITE_SHEETS=folder cargo nextest run -p integrations sheets_are_set`.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("LASTMILE_WRITE_SHEETS") {
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).expect("a folder to write to");
    }
}

#[test]
fn sheets_are_set_in_both_languages_on_both_papers() {
    for language in ["en", "bn"] {
        for (paper, template) in [("a4", A4), ("roll", ROLL)] {
            let printed = print(&job(template, invoice(language)), Output::Pdf).expect("the built-in template");
            keep(&format!("invoice-{language}-{paper}.pdf"), &printed.bytes);
            assert_eq!(printed.pages, 1, "{language} {paper}");
            assert!(printed.bytes.starts_with(b"%PDF-1."));
            assert!(printed.bytes.len() < 60_000, "{language} {paper}: {} bytes", printed.bytes.len());
        }
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for language in ["en", "bn"] {
        let job = job(A4, invoice(language));
        let first = pdf(&job);
        // Another document in between must leave no trace.
        pdf(&Job { identity: "invoice:43".into(), ..job.clone() });
        assert!(first == pdf(&job), "{language}");
    }
}

#[test]
fn a_long_document_has_its_header_on_every_page() {
    let mut sheet = invoice("en");
    let row = sheet.rows.remove(0);
    sheet.rows = (0..120)
        .map(|n| Row { cells: vec![format!("Line {n}"), row.cells[1].clone(), row.cells[2].clone()], note: row.note.clone() })
        .collect();
    let long = job(A4, sheet);
    let printed = print(&long, Output::Pdf).expect("a long document");
    keep("invoice-long.pdf", &printed.bytes);
    assert!(printed.pages >= 4, "{}", printed.pages);
    let text = words(&long);
    assert_eq!(text.matches("Description").count(), printed.pages, "{text}");
    for line in [0, 119] {
        assert!(text.contains(&format!("Line {line}")));
    }
    assert!(text.contains(&format!("Page {} of {}", printed.pages, printed.pages)));
}

#[test]
fn a_document_says_what_it_was_given() {
    let text = words(&job(A4, invoice("en")));
    for words in ["INV-2026-00042", "Md. Shafiqul Islam Chowdhury", "840.00", "OVERDUE", "BIN 001234567-0101", "Scan to pay", "Page 1 of 1"]
    {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
}

/// The face must be asked for conjuncts: ক্ষ, ন্ত and ন্দ as one glyph each, and the vowel sign that is written before
/// its consonant must have moved there.
#[test]
fn bengali_is_shaped_and_not_spelled_out() {
    let glyphs = |text: &str| {
        let source =
            format!("#set page(width: 100mm, height: 30mm)\n#set text(font: (\"Inter\", \"Noto Sans Bengali\"), lang: \"bn\")\n{text}");
        let svg = print(&job(&source, invoice("bn")), Output::Svg).expect("a line of Bengali").bytes;
        String::from_utf8(svg).expect("svg").matches("<use ").count()
    };
    assert_eq!(glyphs("ক"), 1);
    assert_eq!(glyphs("ক্ষ"), 1);
    assert_eq!(glyphs("ন্ত"), 1);
    assert_eq!(glyphs("স্ত্র"), 1);
    assert_eq!(glyphs("কি"), 2);
}

#[test]
fn a_broken_template_is_refused_with_line_column_and_reason() {
    let syntax = refused("#let a = 1\n#let b = (1, 2\nText");
    assert_eq!((syntax.line, syntax.column), (Some(2), Some(10)), "{syntax:?}");
    assert!(syntax.reason.contains("unclosed"), "{syntax:?}");
    let unknown = refused("#let data = json(\"data.json\")\n\n  #data.nonsense");
    assert_eq!(unknown.line, Some(3), "{unknown:?}");
    assert!(unknown.reason.contains("nonsense"), "{unknown:?}");
    assert_eq!(refused("#undefined-thing()").line, Some(1));
}

#[test]
fn a_template_reads_no_file_no_package_and_no_clock() {
    for template in
        ["#read(\"/etc/passwd\")", "#read(\"../../etc/passwd\")", "#image(\"http://example.org/a.png\")", "#include \"other.typ\""]
    {
        let complaint = refused(template);
        assert_eq!(complaint.line, Some(1), "{template}: {complaint:?}");
    }
    let package = refused("#import \"@preview/cetz:0.3.0\": canvas");
    assert!(package.reason.contains("cannot load packages"), "{package:?}");
    assert!(refused("#datetime.today().display()").reason.contains("date"));
}

#[test]
fn endless_pages_and_plain_endless_loops_are_refused() {
    assert!(refused("#let n = 0\n#while n < 1 { n = n - 1 }").reason.contains("infinite"));
    assert!(refused("#let f(x) = f(x + 1)\n#f(1)").reason.contains("depth"));
    let many = refused("#for n in range(600) { pagebreak(); [x] }");
    assert!(many.reason.contains("at most 500"), "{many:?}");
}

#[test]
fn several_documents_share_one_file_and_a_broken_one_is_left_out() {
    let jobs = [job(A4, invoice("en")), job("#nothing", invoice("en")), job(ROLL, invoice("bn"))];
    let (printed, wrong) = print_together(&jobs, "batch:1").expect("two of them");
    keep("together.pdf", &printed.bytes);
    assert_eq!(printed.pages, 2);
    assert_eq!(wrong.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
    assert!(printed.bytes == print_together(&jobs, "batch:1").expect("again").0.bytes);
}

#[test]
fn a_logo_is_told_by_its_bytes() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10".to_vec();
    assert_eq!(sniff_logo(&png), Ok(LogoKind::Png));
    png[18] = 0xff;
    assert_eq!(sniff_logo(&png), Err("problem-logo-too-many-pixels"));
    assert_eq!(sniff_logo(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), Ok(LogoKind::Svg));
    assert_eq!(sniff_logo(b"<svg><script>1</script></svg>"), Err("problem-logo-reaches-out"));
    assert_eq!(sniff_logo(b"GIF89a"), Err("problem-logo-kind"));
    assert_eq!(sniff_logo(b"\xff\xd8\xff\xe0"), Err("problem-logo-kind"));
    assert_eq!(sniff_logo(&vec![b'<'; LARGEST_LOGO + 1]), Err("problem-logo-too-large"));
    let mut sheet = invoice("en");
    sheet.sender.logo = Some("logo.svg".into());
    let logo = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\"><rect width=\"40\" height=\"20\" fill=\"#0b6478\"/></svg>"
        .to_vec();
    let with = Job { logo: Some(logo.into()), ..job(A4, sheet) };
    keep("invoice-logo.pdf", &pdf(&with));
}
