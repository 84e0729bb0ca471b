//! A drawn chart outside our pages: with plain colours instead of the theme's, and as PNG.

use crate::{Error, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, OnceLock};

/// The theme's colours by day.
const PAPER: [(&str, &str); 4] = [
    ("var(--color-primary)", "#1c6278"),
    ("var(--color-warning)", "#855a10"),
    ("var(--color-line)", "#e4e8ea"),
    ("var(--color-muted)", "#5a636b"),
];

/// The picture on white, as a file of its own.
pub fn on_paper(svg: &str, width: i32, height: i32) -> String {
    let named = PAPER.iter().fold(svg.to_string(), |svg, (theme, colour)| svg.replace(theme, colour));
    let head = format!("<svg width=\"{width}\" height=\"{height}\" font-family=\"Inter\" ");
    let named = named.replacen("<svg aria-hidden=\"true\" ", &head, 1);
    let ground = format!("><rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
    named.replacen('>', &ground, 1)
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = fontdb::Database::new();
        integrations::documents::FONTS.iter().for_each(|font| fonts.load_font_data(font.to_vec()));
        Arc::new(fonts)
    };
    FONTS.get_or_init(load).clone()
}

/// The picture as PNG, twice as fine as its size says.
pub fn png(svg: &str, width: i32, height: i32) -> Result<Vec<u8>> {
    let wrong = |what: String| Error::Internal(format!("png: {what}"));
    let options = Options { fontdb: fonts(), font_family: "Inter".into(), ..Options::default() };
    let tree = Tree::from_str(&on_paper(svg, width, height), &options).map_err(|error| wrong(error.to_string()))?;
    let side = |side: i32| u32::try_from(side * 2).map_err(|_| wrong("size".into()));
    let mut pixels = Pixmap::new(side(width)?, side(height)?).ok_or_else(|| wrong("size".into()))?;
    resvg::render(&tree, Transform::from_scale(2.0, 2.0), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::{Lines, lines};
    use super::*;

    #[test]
    fn a_picture_becomes_a_png() {
        let series = [vec![Some(1_000), Some(3_000), None, Some(2_000)]];
        let scale = |value: i64| format!("{value} bit/s");
        let drawing =
            lines(&Lines { series: &series, below: vec![(0, "12:00".into())], unit: 1_000, scale: &scale, width: 300, height: 120 })
                .unwrap();
        let svg = on_paper(&drawing.svg, 300, 120);
        assert!(svg.starts_with("<svg width=\"300\" height=\"120\"") && !svg.contains("var("), "{svg}");
        let image = png(&drawing.svg, 300, 120).unwrap();
        assert_eq!(image.get(1..4), Some(b"PNG".as_slice()));
        assert!(image.len() > 1_000);
    }
}
