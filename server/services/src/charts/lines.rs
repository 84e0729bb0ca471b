//! Curves over time: the first one filled, the second as a line, and thin ones in their colours for the highest of each.
//! Where nothing was told there is no line at all.

use super::{ACCENT, Drawn, FOOT, Frame, SECOND, SIDE, Scale, TOP, themed, words};
use crate::{Error, Result};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// What to draw: a few series of as many evenly spaced points each.
pub struct Lines<'a> {
    /// One, two, or two and the highest of both in the same order. Not negative; `None` is a gap.
    pub series: &'a [Vec<Option<i64>>],
    /// Words below some of the points, by index.
    pub below: Vec<(usize, String)>,
    /// The scale goes in whole multiples of this.
    pub unit: i64,
    /// How a line of the scale is written.
    pub scale: &'a dyn Fn(i64) -> String,
    pub width: i32,
    pub height: i32,
}

/// A drawn picture and where its points are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDrawing {
    pub svg: String,
    pub width: i32,
    pub height: i32,
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
    /// For each series the height of each point.
    pub at: Vec<Vec<Option<i32>>>,
}

/// Draws curves over a scale of a few round figures.
pub fn lines(chart: &Lines<'_>) -> Result<LineDrawing> {
    let highest = chart.series.iter().flatten().flatten().copied().max().unwrap_or(0);
    let scale = Scale::of(highest, chart.unit, chart.scale);
    let points = chart.series.iter().map(Vec::len).max().unwrap_or(0);
    let frame = Frame {
        left: scale.margin + 4,
        right: chart.width - SIDE / 2,
        bottom: chart.height - FOOT,
        most: scale.most,
        last: i32::try_from(points.saturating_sub(1)).unwrap_or(1).max(1),
    };
    let mut svg = String::new();
    draw(chart, &frame, &scale, &mut svg).map_err(|error| Error::Internal(format!("chart: {error}")))?;
    let at = chart.series.iter().map(|values| values.iter().map(|value| value.map(|value| frame.y(value))).collect()).collect();
    Ok(LineDrawing {
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

/// Stretches without a gap, as points of the picture.
fn stretches(values: &[Option<i64>], frame: &Frame) -> Vec<Vec<(i32, i32)>> {
    let mut stretches = Vec::new();
    let mut open: Vec<(i32, i32)> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        match value {
            Some(value) => open.push((frame.x(index), frame.y(*value))),
            None if !open.is_empty() => stretches.push(std::mem::take(&mut open)),
            None => {}
        }
    }
    stretches.extend((!open.is_empty()).then_some(open));
    stretches
}

fn draw(chart: &Lines<'_>, frame: &Frame, scale: &Scale, svg: &mut String) -> Drawn {
    let size = (u32::try_from(chart.width)?, u32::try_from(chart.height)?);
    let area = SVGBackend::with_string(svg, size).into_drawing_area();
    scale.draw(&area, frame, chart.width)?;
    for (number, values) in chart.series.iter().enumerate() {
        for stretch in stretches(values, frame) {
            let (Some(first), Some(last)) = (stretch.first().copied(), stretch.last().copied()) else { continue };
            // A single point between two gaps would be no line.
            let stretch = if stretch.len() == 1 { vec![(first.0 - 1, first.1), (first.0 + 1, first.1)] } else { stretch };
            if number == 0 {
                let mut filled = stretch.clone();
                filled.extend([(last.0.max(first.0 + 1), frame.bottom), (first.0, frame.bottom)]);
                area.draw(&Polygon::new(filled, ACCENT.mix(0.18)))?;
                area.draw(&PathElement::new(stretch, ACCENT.stroke_width(2)))?;
            } else {
                let colour = if number % 2 == 0 { ACCENT } else { SECOND };
                area.draw(&PathElement::new(stretch, colour.stroke_width(if number < 2 { 2 } else { 1 })))?;
            }
        }
    }
    for (index, label) in &chart.below {
        let x = frame.x(*index);
        let anchor = if x > chart.width - 60 { HPos::Right } else { HPos::Center };
        area.draw(&Text::new(label.clone(), (x, frame.bottom + 8), words(anchor, VPos::Top)))?;
    }
    area.present()?;
    drop(area);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(series: &[Vec<Option<i64>>]) -> LineDrawing {
        lines(&Lines { series, below: vec![], unit: 1_000, scale: &|value| value.to_string(), width: 600, height: 200 }).unwrap()
    }

    #[test]
    fn a_gap_is_a_gap() {
        let drawing = chart(&[vec![Some(1_000), Some(2_000), None, Some(4_000)], vec![None; 4]]);
        assert_eq!(drawing.svg.matches("<polygon").count(), 2, "{}", drawing.svg);
        assert_eq!((drawing.at[0][2], drawing.at[0][3]), (None, Some(drawing.top)));
        assert!(!drawing.svg.contains("style=") && !drawing.svg.contains("=\"#"), "{}", drawing.svg);
        assert_eq!(drawing.svg.matches("<polyline").count(), 2 + 5, "lines of two stretches and of the scale");
    }

    #[test]
    fn the_highest_of_a_curve_is_a_thin_line_of_its_colour() {
        let drawing = chart(&[vec![Some(1), Some(2)], vec![Some(1), Some(1)], vec![Some(3), Some(3)], vec![Some(2), Some(2)]]);
        assert_eq!(drawing.svg.matches("stroke-width=\"2\"").count(), 2, "{}", drawing.svg);
        assert_eq!(drawing.at.len(), 4);
    }

    #[test]
    fn nothing_at_all_is_an_empty_picture() {
        for series in [vec![], vec![vec![]], vec![vec![None]], vec![vec![Some(i64::MAX)]]] {
            assert!(chart(&series).svg.ends_with("</svg>"));
        }
    }
}
