//! A chart drawn on the server. The page's script adds a line and a reading under the pointer; without it the picture
//! and its table are all there.

use leptos::prelude::*;
use serde::Serialize;

use crate::i18n::t;

/// What the server drew, and where in it the values are. Coordinates are those of the SVG's view box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartPicture {
    /// A whole `<svg>` with a view box of `width` by `height`, without scripts and style attributes.
    pub svg: String,
    pub width: i32,
    pub height: i32,
    /// The plot area without axes.
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
    /// Words for each point on the horizontal axis; points are evenly spaced from `left` to `right`.
    pub labels: Vec<String>,
    pub series: Vec<ChartSeries>,
}

/// One line of the chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChartSeries {
    pub name: String,
    /// Vertical place of each point, `None` in a gap.
    pub at: Vec<Option<i32>>,
    /// The value of each point as the reader reads it.
    pub shown: Vec<String>,
}

/// What the script reads from.
#[derive(Serialize)]
struct Points<'a> {
    width: i32,
    /// Horizontal place of each point.
    at: Vec<i32>,
    labels: &'a [String],
    series: &'a [ChartSeries],
}

impl ChartPicture {
    fn x(&self, index: usize) -> i32 {
        let last = self.labels.len().saturating_sub(1).max(1) as i64;
        let span = i64::from(self.right - self.left);
        self.left + i32::try_from((span * index as i64 + last / 2) / last).unwrap_or_default()
    }

    fn points(&self) -> String {
        let at = (0..self.labels.len()).map(|index| self.x(index)).collect();
        serde_json::to_string(&Points { width: self.width, at, labels: &self.labels, series: &self.series }).unwrap_or_default()
    }
}

const BOX_WIDTH: i32 = 176;

/// The picture with its reading. Arrow keys move the reading too.
#[component]
pub fn Chart(picture: ChartPicture, #[prop(into)] label: String) -> AnyView {
    let (top, bottom) = (picture.top, picture.bottom);
    let view_box = format!("0 0 {} {}", picture.width, picture.height);
    view! {
        <figure class="chart">
            <div class="chart-place" role="group" tabindex="0" aria-label=label data-chart=picture.points()>
                <div class="chart-picture" inner_html=picture.svg.clone()></div>
                <svg class="chart-reading" viewBox=view_box aria-hidden="true">
                    <line class="chart-line" y1=top y2=bottom></line>
                    <g></g>
                    <foreignObject y=top width=BOX_WIDTH height=bottom - top><div class="chart-box"></div></foreignObject>
                </svg>
                <p class="sr-only" aria-live="polite"></p>
            </div>
            {table(&picture)}
        </figure>
    }
    .into_any()
}

fn table(picture: &ChartPicture) -> AnyView {
    let heads = picture.series.iter().map(|series| view! { <th scope="col" class="numeric">{series.name.clone()}</th> }).collect_view();
    let rows = picture
        .labels
        .iter()
        .enumerate()
        .map(|(index, label)| {
            let cells =
                picture.series.iter().map(|series| view! { <td class="numeric">{series.shown.get(index).cloned()}</td> }).collect_view();
            view! { <tr><th scope="row">{label.clone()}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <details class="chart-table">
            <summary>{t("chart-data")}</summary>
            <table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(points: usize) -> ChartPicture {
        ChartPicture {
            width: 600,
            left: 50,
            right: 550,
            labels: (0..points).map(|index| index.to_string()).collect(),
            ..Default::default()
        }
    }

    #[test]
    fn points_are_evenly_spaced_from_edge_to_edge() {
        let chart = picture(6);
        assert_eq!((0..6).map(|index| chart.x(index)).collect::<Vec<_>>(), [50, 150, 250, 350, 450, 550]);
    }

    #[test]
    fn one_point_or_none_does_no_harm() {
        assert_eq!(picture(1).x(0), 50);
        assert!(picture(0).points().contains("\"at\":[]"));
    }
}
