//! A link as a square code, drawn as one path: sharp at any size and a few hundred bytes in a PDF.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// The quiet zone that readers need around it, in modules.
const MARGIN: i32 = 2;

/// The code as SVG, or nothing when the link is longer than any code can hold.
pub fn code_svg(link: &str) -> Option<String> {
    let code = QrCode::encode_text(link, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}h{}v1h-{}z", start + MARGIN, y + MARGIN, x - start, x - start);
            }
            x += 1;
        }
    }
    let side = size + 2 * MARGIN;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\"><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}
