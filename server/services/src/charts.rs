//! Pictures of figures, drawn as SVG with plotters. Knows no page: it answers with the picture and with the places of
//! its values, so that a page can add a reading. Colours leave as the theme's own variables, so that one picture is
//! right in light and in dark; it never writes a style attribute, which the policy of our pages would refuse.

mod lines;
mod picture;

pub use lines::{LineDrawing, Lines, lines};
pub use picture::{on_paper, png};

use crate::{Error, Result};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// What to draw: one column for each value, evenly spaced.
pub struct Columns<'a> {
    /// Not negative.
    pub values: &'a [i64],
    /// Words below some of the columns, by index.
    pub below: Vec<(usize, String)>,
    /// The scale goes in whole multiples of this: 100 for money in hundredths.
    pub unit: i64,
    /// How a line of the scale is written.
    pub scale: &'a dyn Fn(i64) -> String,
    pub width: i32,
    pub height: i32,
}

/// A drawn picture. Coordinates are those of its view box; columns stand evenly from `left` to `right`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    pub svg: String,
    pub width: i32,
    pub height: i32,
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
    /// The upper end of each column.
    pub at: Vec<i32>,
}

/// Stand for the theme's colours until the picture is written.
const ACCENT: RGBColor = RGBColor(1, 0, 0);
const GRID: RGBColor = RGBColor(0, 1, 0);
const WORDS: RGBColor = RGBColor(0, 0, 1);
const SECOND: RGBColor = RGBColor(2, 0, 0);
const THEME: [(&str, &str); 4] = [
    ("\"#010000\"", "\"var(--color-primary)\""),
    ("\"#000100\"", "\"var(--color-line)\""),
    ("\"#000001\"", "\"var(--color-muted)\""),
    ("\"#020000\"", "\"var(--color-warning)\""),
];

/// plotters writes a font smaller than it was asked for by this.
const FONT_FACTOR: f64 = 1.24;
const FONT_SIZE: f64 = 12.0;
const CHARACTER: i32 = 7;
const TOP: i32 = 12;
const FOOT: i32 = 26;
const SIDE: i32 = 24;
const LINES: i64 = 4;

/// Where everything stands.
struct Frame {
    left: i32,
    right: i32,
    bottom: i32,
    /// Value of the uppermost line.
    most: i64,
    last: i32,
}

impl Frame {
    fn x(&self, index: usize) -> i32 {
        let index = i32::try_from(index).unwrap_or(self.last);
        self.left + ((self.right - self.left) * index + self.last / 2) / self.last
    }

    fn y(&self, value: i64) -> i32 {
        let span = i128::from(self.bottom - TOP);
        let rise = span * i128::from(value.clamp(0, self.most)) / i128::from(self.most.max(1));
        self.bottom - i32::try_from(rise).unwrap_or(0)
    }
}

/// A few round figures from nothing up, their words, and the room that these take.
struct Scale {
    lines: Vec<(i64, String)>,
    most: i64,
    margin: i32,
}

impl Scale {
    /// Reaches `highest`.
    fn of(highest: i64, unit: i64, written: &dyn Fn(i64) -> String) -> Self {
        let highest = highest.max(1);
        let step = round_step(highest, unit);
        let count = highest / step + i64::from(highest % step != 0);
        let lines: Vec<_> = (0..=count).map(|line| line.saturating_mul(step)).map(|value| (value, written(value))).collect();
        let longest = lines.iter().map(|(_, words)| words.chars().count()).max().unwrap_or(1);
        let margin = i32::try_from(longest).unwrap_or(8) * CHARACTER + 8;
        Self { lines, most: count.saturating_mul(step), margin }
    }

    /// Each figure at the left of its line.
    fn draw(&self, area: &Area<'_>, frame: &Frame, width: i32) -> Drawn {
        for (value, label) in &self.lines {
            let y = frame.y(*value);
            area.draw(&PathElement::new([(self.margin, y), (width, y)], GRID))?;
            area.draw(&Text::new(label.clone(), (self.margin - 8, y), words(HPos::Right, VPos::Center)))?;
        }
        Ok(())
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

fn words(horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", FONT_SIZE * FONT_FACTOR)).color(&WORDS).pos(Pos::new(horizontal, vertical))
}

/// Draws columns over a scale of a few round figures.
pub fn columns(chart: &Columns<'_>) -> Result<Drawing> {
    let highest = chart.values.iter().copied().max().unwrap_or(0);
    let scale = Scale::of(highest, chart.unit, chart.scale);
    let frame = Frame {
        left: scale.margin + SIDE,
        right: chart.width - SIDE,
        bottom: chart.height - FOOT,
        most: scale.most,
        last: i32::try_from(chart.values.len().saturating_sub(1)).unwrap_or(1).max(1),
    };
    let mut svg = String::new();
    draw(chart, &frame, &scale, &mut svg).map_err(|error| Error::Internal(format!("chart: {error}")))?;
    let at = chart.values.iter().map(|value| frame.y(*value)).collect();
    Ok(Drawing {
        svg: themed(svg, chart.width, chart.height),
        width: chart.width,
        height: chart.height,
        left: frame.left,
        top: TOP,
        right: frame.right,
        bottom: frame.bottom,
        at,
    })
}

fn draw(chart: &Columns<'_>, frame: &Frame, scale: &Scale, svg: &mut String) -> Drawn {
    let size = (u32::try_from(chart.width)?, u32::try_from(chart.height)?);
    let area = SVGBackend::with_string(svg, size).into_drawing_area();
    scale.draw(&area, frame, chart.width)?;
    let half = ((frame.right - frame.left) / frame.last * 31 / 100).clamp(1, 18);
    for (index, value) in chart.values.iter().enumerate().filter(|(_, value)| **value > 0) {
        let (x, top) = (frame.x(index), frame.y(*value).min(frame.bottom - 1));
        area.draw(&Rectangle::new([(x - half, top), (x + half, frame.bottom)], ACCENT.filled()))?;
    }
    for (index, label) in &chart.below {
        // The last one would stand half outside.
        let last = index + 1 == chart.values.len();
        let (x, anchor) = if last { (chart.width, HPos::Right) } else { (frame.x(*index), HPos::Center) };
        area.draw(&Text::new(label.clone(), (x, frame.bottom + 8), words(anchor, VPos::Top)))?;
    }
    area.present()?;
    drop(area);
    Ok(())
}

/// One, two or five times a power of ten, so that at most `LINES` of them reach `highest`.
fn round_step(highest: i64, unit: i64) -> i64 {
    let unit = unit.max(1);
    let wanted = highest.max(0) / LINES / unit + i64::from(highest.max(0) % LINES.saturating_mul(unit) != 0);
    let mut decade = 1i64;
    loop {
        for factor in [1, 2, 5] {
            if decade.saturating_mul(factor) >= wanted {
                return decade.saturating_mul(factor).saturating_mul(unit).max(1);
            }
        }
        decade = decade.saturating_mul(10);
    }
}

/// The theme's colours for the stand-ins, and no fixed size: the page decides how wide a picture is.
fn themed(svg: String, width: i32, height: i32) -> String {
    let fixed = format!("<svg width=\"{width}\" height=\"{height}\" ");
    let mut svg = svg.replacen(&fixed, "<svg aria-hidden=\"true\" ", 1);
    for (stand_in, colour) in THEME {
        svg = svg.replace(stand_in, colour);
    }
    svg.replace('\n', "").replace(" opacity=\"1\"", "").replace(" font-family=\"sans-serif\"", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[i64]) -> Drawing {
        let last = values.len().saturating_sub(1);
        columns(&Columns {
            values,
            below: vec![(last, "21 Nov".into())],
            unit: 100,
            scale: &|minor| format!("{}", minor / 100),
            width: 800,
            height: 220,
        })
        .unwrap()
    }

    #[test]
    fn steps_are_round_and_few() {
        for (highest, step) in [(0, 100), (1, 100), (400, 100), (401, 200), (100_000, 50_000), (12_345_600, 5_000_000), (9, 100)] {
            assert_eq!(round_step(highest, 100), step, "{highest}");
        }
        assert!(round_step(i64::MAX, 100) > 0);
    }

    #[test]
    fn a_picture_is_only_theme_colours_and_no_style() {
        let drawing = chart(&[0, 50_000, 125_050]);
        assert!(drawing.svg.starts_with("<svg aria-hidden=\"true\" viewBox=\"0 0 800 220\""), "{}", &drawing.svg[..120]);
        assert!(!drawing.svg.contains("style=") && !drawing.svg.contains("=\"#"), "{}", drawing.svg);
        assert_eq!(drawing.svg.matches("<rect").count(), 2, "nothing is drawn where nothing was collected");
        assert!(drawing.svg.contains(">21 Nov</text>") && drawing.svg.ends_with("</svg>"));
    }

    #[test]
    fn values_stand_where_they_belong() {
        let drawing = chart(&[0, 100_000, 200_000]);
        assert_eq!((drawing.at[0], drawing.at[2]), (drawing.bottom, drawing.top));
        assert_eq!(drawing.at[1], (drawing.bottom + drawing.top) / 2);
        for values in [&[][..], &[7], &[i64::MAX, 0]] {
            let drawing = chart(values);
            assert_eq!(drawing.at.len(), values.len());
            assert!(drawing.at.iter().all(|y| (drawing.top..=drawing.bottom).contains(y)));
        }
    }
}
