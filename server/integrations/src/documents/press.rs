//! Turns a template and what a document says into pages, and pages into a PDF or pictures. The same job gives the same
//! bytes: the clock that a PDF wants to show is the document's own.

use super::desk::Desk;
use super::qr::code_svg;
use super::sheet::Sheet;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::layout::Abs;
use typst::{World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};
use typst_svg::SvgOptions;

/// Names this press in what is stored of a print: another one may set the same text a hair differently.
pub const PRESS: &str = "typst-0.15.1/1";
/// More than this is no document but a fault of its template.
const MOST_PAGES: usize = 500;
/// How many renders a shared result is kept after it was last of use.
const KEPT: usize = 8;

/// One document to be printed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub template: String,
    pub sheet: Sheet,
    #[serde(skip)]
    pub logo: Option<Arc<[u8]>>,
    /// What identifies the document for ever; becomes the identity inside the PDF.
    pub identity: String,
    /// When it was issued, in UTC: year, month, day, hour, minute, second.
    pub issued: (i32, u8, u8, u8, u8, u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Output {
    Pdf,
    /// All pages under one another, for a preview.
    Svg,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    pub bytes: Vec<u8>,
    pub pages: usize,
}

/// Where a template is wrong and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// From 1; nothing when the fault has no place.
    pub line: Option<usize>,
    pub column: Option<usize>,
    pub reason: String,
}

impl Complaint {
    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self { line: None, column: None, reason: reason.into() }
    }
}

/// Prints the job, or says where its template is wrong.
pub fn print(job: &Job, output: Output) -> Result<Printed, Complaint> {
    let printed = set(job).and_then(|document| {
        let pages = document.pages().len();
        let bytes = match output {
            Output::Pdf => pdf(&document, &job.identity, job.issued)?,
            Output::Svg => typst_svg::svg_merged(&document, &SvgOptions { render_bleed: false, pretty: false }, Abs::pt(12.0)).into_bytes(),
        };
        Ok(Printed { bytes, pages })
    });
    typst::comemo::evict(KEPT);
    printed
}

/// Prints several jobs one after the other into one PDF that holds each face once. Answers with the PDF and, for each
/// job, what was wrong with it; those are left out.
pub fn print_together(jobs: &[Job], identity: &str) -> Result<(Printed, Vec<Option<Complaint>>), Complaint> {
    let mut pages = Vec::new();
    let mut wrong = Vec::new();
    for job in jobs {
        match set(job) {
            Ok(document) => {
                pages.extend(document.pages().iter().cloned());
                wrong.push(None);
            }
            Err(complaint) => wrong.push(Some(complaint)),
        }
        typst::comemo::evict(KEPT);
    }
    let issued = jobs.iter().map(|job| job.issued).max().unwrap_or((2000, 1, 1, 0, 0, 0));
    let count = pages.len();
    let document = PagedDocument::new(pages.into_iter().collect(), Default::default());
    let bytes = pdf(&document, identity, issued)?;
    Ok((Printed { bytes, pages: count }, wrong))
}

fn set(job: &Job) -> Result<PagedDocument, Complaint> {
    let data = serde_json::to_vec(&job.sheet).map_err(|error| Complaint::whole(error.to_string()))?;
    let mut files: Vec<(&str, Arc<[u8]>)> = vec![("data.json", data.into())];
    if let Some(svg) = job.sheet.code.as_ref().and_then(|code| code_svg(&code.link)) {
        files.push(("code.svg", svg.into_bytes().into()));
    }
    if let (Some(name), Some(logo)) = (&job.sheet.sender.logo, &job.logo) {
        files.push((name, logo.clone()));
    }
    let desk = Desk::new(&job.template, files).ok_or_else(|| Complaint::whole("a file of the document has no proper name"))?;
    let document: PagedDocument = typst::compile(&desk).output.map_err(|faults| complaint(&desk, &faults))?;
    match document.pages().len() {
        0 => Err(Complaint::whole("the template makes no page")),
        pages if pages > MOST_PAGES => Err(Complaint::whole(format!("the template makes {pages} pages, at most {MOST_PAGES} are printed"))),
        _ => Ok(document),
    }
}

fn pdf(document: &PagedDocument, identity: &str, issued: (i32, u8, u8, u8, u8, u8)) -> Result<Vec<u8>, Complaint> {
    let (year, month, day, hour, minute, second) = issued;
    let options = PdfOptions {
        ident: Smart::Custom(identity.to_owned()),
        creator: Smart::Custom(Some("Lastmile".into())),
        timestamp: Datetime::from_ymd_hms(year, month, day, hour, minute, second).map(Timestamp::new_utc),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|faults| {
        let first = faults.first().map(|fault| fault.message.to_string());
        Complaint::whole(first.unwrap_or_else(|| "the pages could not be written".into()))
    })
}

/// The first fault, at the place in the template where it can be mended.
fn complaint(desk: &Desk, faults: &[SourceDiagnostic]) -> Complaint {
    let Some(fault) = faults.first() else { return Complaint::whole("the template could not be set") };
    let main = desk.main_source();
    let inside = |span: typst::syntax::DiagSpan| (span.id() == Some(desk.main())).then(|| desk.range(span)).flatten();
    let range = inside(fault.span).or_else(|| fault.trace.iter().find_map(|step| inside(step.span.into())));
    let place = range.and_then(|range| main.lines().byte_to_line_column(range.start));
    let mut reason = fault.message.to_string();
    for hint in &fault.hints {
        reason.push_str("; ");
        reason.push_str(&hint.v);
    }
    Complaint { line: place.map(|(line, _)| line + 1), column: place.map(|(_, column)| column + 1), reason }
}

/// Every word on the pages, in the order they were set: what a test reads.
#[cfg(test)]
pub(super) fn words(job: &Job) -> String {
    use typst::layout::{Frame, FrameItem};
    fn collect(frame: &Frame, into: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => collect(&group.frame, into),
                FrameItem::Text(text) => {
                    into.push_str(&text.text);
                    into.push('\n');
                }
                _ => {}
            }
        }
    }
    let document = set(job).expect("a proper template");
    let mut text = String::new();
    document.pages().iter().for_each(|page| collect(&page.frame, &mut text));
    text
}
