//! A chart drawn on the server, with a line and a reading under the pointer added in the browser by arithmetic.
//! Nothing is drawn twice: without the browser half the picture and its table are all there.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use serde::{Deserialize, Serialize};

use crate::i18n::t;

/// What the server drew, and where in it the values are. Coordinates are those of the SVG's view box.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartSeries {
    pub name: String,
    /// Vertical place of each point, `None` in a gap.
    pub at: Vec<Option<i32>>,
    /// The value of each point as the reader reads it.
    pub shown: Vec<String>,
}

impl ChartPicture {
    fn last(&self) -> usize {
        self.labels.len().saturating_sub(1)
    }

    fn x(&self, index: usize) -> i32 {
        let (index, last) = (index as i64, self.last().max(1) as i64);
        let span = i64::from(self.right - self.left);
        self.left + i32::try_from((span * index + last / 2) / last).unwrap_or_default()
    }

    /// The point nearest to `x` pixels of a picture shown `shown` pixels wide.
    fn nearest(&self, x: i32, shown: i32) -> usize {
        let inside = i64::from(x) * i64::from(self.width) / i64::from(shown.max(1)) - i64::from(self.left);
        let span = i64::from(self.right - self.left).max(1);
        let last = self.last() as i64;
        let index = (inside.clamp(0, span) * last + span / 2) / span;
        usize::try_from(index.clamp(0, last)).unwrap_or_default()
    }
}

/// The picture with its reading. Arrow keys move the reading too.
#[component]
pub fn Chart(picture: ChartPicture, #[prop(into)] label: String) -> AnyView {
    let svg = picture.svg.clone();
    let table = table(&picture);
    let last = picture.last();
    let picture = StoredValue::new(picture);
    let at = RwSignal::new(None::<usize>);
    let place = NodeRef::<Div>::new();
    let point = move |event: leptos::ev::PointerEvent| {
        if let Some(place) = place.get_untracked() {
            let bounds = place.unchecked_ref::<web_sys::Element>().get_bounding_client_rect();
            let x = event.client_x() - bounds.left() as i32;
            at.set(Some(picture.with_value(|picture| picture.nearest(x, bounds.width() as i32))));
        }
    };
    let step = move |event: leptos::ev::KeyboardEvent| {
        let now = at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowLeft" => Some(now.map_or(last, |index| index.saturating_sub(1))),
            "ArrowRight" => Some(now.map_or(0, |index| (index + 1).min(last))),
            "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        at.set(next);
    };
    view! {
        <figure class="chart">
            <div
                node_ref=place
                class="chart-place"
                role="group"
                tabindex="0"
                aria-label=label
                on:pointermove=point
                on:pointerleave=move |_| at.set(None)
                on:keydown=step
            >
                <div class="chart-picture" inner_html=svg></div>
                <Reading picture=picture at=at.into()/>
            </div>
            {table}
        </figure>
    }
    .into_any()
}

const BOX_WIDTH: i32 = 176;

/// The line, the dots and the box of words; empty until something is pointed at.
#[component]
fn Reading(picture: StoredValue<ChartPicture>, at: Signal<Option<usize>>) -> AnyView {
    let view_box = picture.with_value(|picture| format!("0 0 {} {}", picture.width, picture.height));
    let (top, bottom) = picture.with_value(|picture| (picture.top, picture.bottom));
    let x = move || picture.with_value(|picture| picture.x(at.get().unwrap_or_default()));
    let box_x = move || {
        let x = x();
        if x > picture.with_value(|picture| picture.width) / 2 { x - BOX_WIDTH - 12 } else { x + 12 }
    };
    let dots = move || {
        let index = at.get();
        picture.with_value(|picture| {
            let x = picture.x(index.unwrap_or_default());
            picture
                .series
                .iter()
                .filter_map(|series| series.at.get(index?).copied().flatten())
                .map(|y| view! { <circle class="chart-dot" cx=x cy=y r="4"></circle> })
                .collect_view()
        })
    };
    let words = move || {
        let index = at.get();
        picture.with_value(|picture| {
            let index = index?;
            let lines = picture
                .series
                .iter()
                .map(|series| {
                    let value = series.shown.get(index).cloned().unwrap_or_default();
                    view! { <p><span>{series.name.clone()}</span><strong class="figure">{value}</strong></p> }
                })
                .collect_view();
            Some(view! { <p class="chart-when">{picture.labels.get(index).cloned()}</p>{lines} })
        })
    };
    view! {
        <svg class="chart-reading" class:chart-reading-on=move || at.get().is_some() viewBox=view_box aria-hidden="true">
            <line class="chart-line" x1=x x2=x y1=top y2=bottom></line>
            {dots}
            <foreignObject x=box_x y=top width=BOX_WIDTH height=bottom - top>
                <div class="chart-box">{words}</div>
            </foreignObject>
        </svg>
        <p class="sr-only" aria-live="polite">{move || spoken(picture, at.get())}</p>
    }
    .into_any()
}

fn spoken(picture: StoredValue<ChartPicture>, at: Option<usize>) -> String {
    picture.with_value(|picture| {
        let Some(index) = at else {
            return String::new();
        };
        let mut words = picture.labels.get(index).cloned().unwrap_or_default();
        for series in &picture.series {
            let value = series.shown.get(index).map(String::as_str).unwrap_or_default();
            words.push_str(&format!(", {} {value}", series.name));
        }
        words
    })
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
            height: 200,
            left: 50,
            right: 550,
            top: 10,
            bottom: 180,
            labels: (0..points).map(|index| index.to_string()).collect(),
            ..ChartPicture::default()
        }
    }

    #[test]
    fn the_nearest_point_is_found_at_any_size() {
        let chart = picture(6);
        for (x, expected) in [(-20, 0), (50, 0), (99, 0), (101, 1), (349, 3), (550, 5), (9_999, 5)] {
            assert_eq!(chart.nearest(x, 600), expected, "{x}");
        }
        assert_eq!(chart.nearest(150, 300), 3, "half as wide on the screen");
        for index in 0..6 {
            assert_eq!(chart.nearest(chart.x(index), 600), index);
        }
    }

    #[test]
    fn one_point_or_none_does_no_harm() {
        assert_eq!(picture(1).nearest(300, 600), 0);
        assert_eq!(picture(0).nearest(300, 0), 0);
        assert_eq!(picture(1).x(0), 50);
    }
}
