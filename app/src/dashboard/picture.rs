//! The picture of the last 30 days.

use crate::UiError;
use domain::billing::Dashboard;
use ui::prelude::ChartPicture;

/// The picture, with a date below every so many days, counted back from today.
pub(super) fn picture(
    language: locales::Language,
    figures: &Dashboard,
    width: i32,
    height: i32,
    days: usize,
) -> Result<ChartPicture, UiError> {
    let currency = figures.collected_today_sum.currency;
    let unit = 10i64.pow(currency.exponent());
    let values: Vec<i64> = figures.collected_by_day.iter().map(|(_, minor)| *minor).collect();
    let below = figures
        .collected_by_day
        .iter()
        .enumerate()
        .rev()
        .step_by(days)
        .map(|(index, (day, _))| (index, locales::day_and_month(language, *day)));
    let chart = services::charts::Columns {
        values: &values,
        below: below.collect(),
        unit,
        scale: &|minor| format!("{} {}", locales::currency_symbol(currency.code()), locales::number(language, minor / unit)),
        width,
        height,
    };
    let drawn = services::charts::columns(&chart)?;
    let shown = values.iter().map(|minor| locales::money(language, *minor, currency.code())).collect();
    Ok(ChartPicture {
        svg: drawn.svg,
        width: drawn.width,
        height: drawn.height,
        left: drawn.left,
        top: drawn.top,
        right: drawn.right,
        bottom: drawn.bottom,
        labels: figures.collected_by_day.iter().map(|(day, _)| locales::date(language, *day)).collect(),
        series: vec![ui::chart::ChartSeries {
            name: locales::text(language, "dashboard-collected"),
            at: drawn.at.into_iter().map(Some).collect(),
            shown,
        }],
    })
}
