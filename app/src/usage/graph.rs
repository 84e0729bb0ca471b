//! The traffic graph: down filled, up as a line, maxima as thin lines, gaps as gaps. Ranges and the way back in time are
//! links, so that a view can be sent to a colleague.

use crate::UiError;
use crate::visit::Visit;
use chrono::{DateTime, Utc};
use domain::usage::{Point, Range};
use leptos::prelude::*;
use locales::Language;
use services::charts::{LineDrawing, Lines, lines};
use services::usage::Graph;
use ui::prelude::*;

/// `1.2 Mbps`, of bits a second.
pub(crate) fn rate_words(language: Language, bits: u64) -> String {
    let units = [("Gbps", 1_000_000_000_u64), ("Mbps", 1_000_000), ("kbps", 1_000)];
    let (unit, size) = units.into_iter().find(|(_, size)| bits >= *size).unwrap_or(("kbps", 1_000));
    let (whole, tenths) = (bits / size, bits % size / (size / 10));
    let text = if whole >= 10 || tenths == 0 { whole.to_string() } else { format!("{whole}.{tenths}") };
    format!("{} {unit}", locales::digits(language, &text))
}

fn label(language: Language, range: Range, point: &Point, visit: &Visit) -> String {
    let local = visit.local(point.at);
    match range {
        Range::Month | Range::Year => locales::date(language, local.date()),
        _ => locales::date_time(language, local),
    }
}

/// Words below some of the points.
fn below(language: Language, graph: &Graph, visit: &Visit, marks: usize) -> Vec<(usize, String)> {
    let step = (graph.points.len() / marks.max(1)).max(1);
    let points = graph.points.iter().enumerate().skip(step / 2).step_by(step);
    let words = |point: &Point| {
        let local = visit.local(point.at);
        match graph.range {
            Range::Hour | Range::Day => locales::time(language, local),
            _ => locales::day_and_month(language, local.date()),
        }
    };
    points.map(|(index, point)| (index, words(point))).collect()
}

fn rates(graph: &Graph, of: fn(&Point) -> Option<u64>) -> Vec<Option<u64>> {
    graph.points.iter().map(|point| of(point).map(|octets| point.rate(octets))).collect()
}

fn whole(values: &[Option<u64>]) -> Vec<Option<i64>> {
    values.iter().map(|value| value.map(|value| i64::try_from(value).unwrap_or(i64::MAX))).collect()
}

/// Bits a second in the busiest five minutes of each point.
fn peaks(graph: &Graph, of: fn(&Point) -> Option<u64>) -> Vec<Option<u64>> {
    graph.points.iter().map(|point| of(point).map(Point::rate_of_slot)).collect()
}

/// The curves, with their names: down and up on average, and where a point is longer than five minutes, their maximum.
fn curves(graph: &Graph) -> Vec<(&'static str, Vec<Option<u64>>)> {
    let mut curves = vec![("usage-down", rates(graph, |point| point.down)), ("usage-up", rates(graph, |point| point.up))];
    if graph.range.has_most() {
        curves.push(("usage-down-most", peaks(graph, |point| point.down_most)));
        curves.push(("usage-up-most", peaks(graph, |point| point.up_most)));
    }
    curves
}

/// The picture alone, for files.
pub fn drawing(language: Language, graph: &Graph, visit: &Visit, width: i32, height: i32) -> services::Result<LineDrawing> {
    let series: Vec<Vec<Option<i64>>> = curves(graph).iter().map(|(_, values)| whole(values)).collect();
    let scale = |bits: i64| rate_words(language, bits.max(0).unsigned_abs());
    let marks = if width > 500 { 8 } else { 4 };
    lines(&Lines { series: &series, below: below(language, graph, visit, marks), unit: 1_000, scale: &scale, width, height })
}

fn picture(language: Language, graph: &Graph, visit: &Visit, width: i32, height: i32) -> Result<ChartPicture, UiError> {
    let drawn = drawing(language, graph, visit, width, height)?;
    let shown = |rate: Option<u64>| rate.map_or_else(|| locales::text(language, "usage-gap"), |rate| rate_words(language, rate));
    let series = curves(graph).into_iter().zip(drawn.at).map(|((key, values), at)| ui::chart::ChartSeries {
        name: locales::text(language, key),
        at,
        shown: values.into_iter().map(shown).collect(),
    });
    let series = series.collect();
    Ok(ChartPicture {
        svg: drawn.svg,
        width: drawn.width,
        height: drawn.height,
        left: drawn.left,
        top: drawn.top,
        right: drawn.right,
        bottom: drawn.bottom,
        labels: graph.points.iter().map(|point| label(language, graph.range, point, visit)).collect(),
        series,
    })
}

/// Name of a file of a graph.
pub fn file_name(graph: &Graph, ending: &str) -> String {
    format!("traffic-{}.{ending}", graph.range.slug())
}

/// The moment up to which the URL asks to look.
pub(super) fn until(query: &Query) -> Option<DateTime<Utc>> {
    query.get("until").and_then(|text| text.parse().ok())
}

pub(super) fn range(query: &Query) -> Range {
    query.get("range").and_then(Range::from_slug).unwrap_or_default()
}

/// The graph with its ranges, the way back and forth, and its files.
pub(super) fn card(graph: &Graph, username: &str, path: &str, query: &Query, visit: &Visit) -> Result<AnyView, UiError> {
    let language = use_language();
    let wide = picture(language, graph, visit, 960, 260)?;
    let narrow = picture(language, graph, visit, 400, 220)?;
    let base = query.without(&["until", "line"]).set("line", graph.service_id);
    let ranges = Range::ALL.map(|range| {
        let current = (range == graph.range).then_some("page");
        view! { <a class="tab-link" href=base.set("range", range.slug()).href(path) aria-current=current>{t(&format!("usage-range-{}", range.slug()))}</a> }
    });
    let (first, last) = (graph.points.first().map(|point| point.at), graph.points.last().map(|point| point.at));
    let span = first.zip(last).map(|(first, last)| last - first).unwrap_or_default();
    let earlier = first.map(|first| base.set("until", first.format("%Y-%m-%dT%H:%M:%SZ")).href(path));
    let later = until(query).map(|until| base.set("until", (until + span).format("%Y-%m-%dT%H:%M:%SZ")).href(path));
    let earlier =
        earlier.map(|href| view! { <LinkButton href=href label=t("usage-earlier") icon="chevron-left" style=ButtonStyle::Ghost/> });
    let later = later.map(|href| view! { <LinkButton href=href label=t("usage-later") icon="chevron-right" style=ButtonStyle::Ghost/> });
    let tail = until(query).map(|until| format!("?until={}", until.format("%Y-%m-%dT%H:%M:%SZ"))).unwrap_or_default();
    let files = ["png", "svg", "json"].map(|ending| {
        let href = format!("/usage/{}/{}.{ending}{tail}", graph.service_id, graph.range.slug());
        view! { <a class="link" href=href rel="external" download="">{ending.to_uppercase()}</a> }
    });
    let peak = |of: fn(&Point) -> Option<u64>| rate_words(language, peaks(graph, of).into_iter().flatten().max().unwrap_or(0));
    let facts = [
        ("usage-down", "text-primary", locales::octets(language, graph.down), peak(|point| point.down_most)),
        ("usage-up", "tone-warning text-(--tone)", locales::octets(language, graph.up), peak(|point| point.up_most)),
    ];
    let facts = facts.map(|(key, tone, moved, peak)| {
        let words = t_with("usage-sum-words", &[("moved", moved.into()), ("peak", peak.into())]);
        view! { <p class="row-line"><span class=tone><Icon name="activity"/></span><span class="font-medium">{t(key)}</span><span class="figure">{words}</span></p> }
    });
    let label = t_with("usage-graph-of", &[("name", username.into())]);
    let told = graph.points.iter().any(|point| point.up.is_some() || point.down.is_some());
    let body = if told {
        view! {
            <div class="my-3 flex flex-wrap gap-x-8 gap-y-1">{facts.collect_view()}</div>
            <div class="hidden md:block"><Chart picture=wide label=label.clone()/></div>
            <div class="md:hidden"><Chart picture=narrow label=label.clone()/></div>
        }
        .into_any()
    } else {
        view! { <EmptyState icon="activity" title=t("usage-graph-none") body=t("usage-graph-none-body")/> }.into_any()
    };
    Ok(view! {
        <Card title=label>
            <nav class="tab-bar" aria-label=t("usage-range")>{ranges.collect_view()}</nav>
            {body}
            <div class="mt-3 flex flex-wrap items-center gap-3">{earlier}{later}<span class="muted row-line ml-auto"><Icon name="download"/>{files.collect_view()}</span></div>
        </Card>
    }
    .into_any())
}
