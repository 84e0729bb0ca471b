//! Documents on paper: printing one or many, how they look, what their codes lead to. What was issued keeps the look it
//! was issued with.

mod batch;
mod compose;
mod link;
mod look;
mod press;
mod print;
mod settings;

pub use batch::{Archive, BATCH_TASK, Download, archive_next, batch, batches, download, expire, request_batch, run_batch};
pub use link::look_up;
pub use press::{Failure, PATIENCE, Press};
pub use print::{PdfFile, Wanted, credit_note_pdf, invoice_pdf, proforma_pdf, receipt_pdf, statement_pdf};
pub use settings::{NewLogo, branding, preview, put_logo, reset_template, save_branding, save_template, template};
