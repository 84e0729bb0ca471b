//! Documents on paper: templates set by Typst into PDF, in English and Bengali. Knows nothing of invoices or rights; a
//! template sees one document's words, its code and its logo, and nothing of this machine.

mod apart;
mod desk;
mod logo;
mod press;
mod qr;
mod sheet;
#[cfg(test)]
mod tests;

pub use apart::{LARGEST_FRAME, Order, order_frames, read_answer, serve_apart};
pub use desk::FONTS;
pub use logo::{LARGEST_LOGO, LogoKind, sniff_logo};
pub use press::{Complaint, Job, Output, PRESS, Printed, print, print_together};
pub use qr::code_svg;
pub use sheet::{Code, Column, Mark, PageWords, Receiver, Row, Sender, Sheet, Total};

/// The template that comes with the product, for A4.
pub const A4: &str = include_str!("templates/a4.typ");
/// The template that comes with the product, for a roll of 80 mm.
pub const ROLL: &str = include_str!("templates/roll.typ");
