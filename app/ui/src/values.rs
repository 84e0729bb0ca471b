//! Amounts, numbers and dates as text for the reader: tabular figures, never broken across lines.
//! Instants arrive already moved to the ISP's zone; the relative form needs a `now` from the server, not a clock.

use chrono::{NaiveDate, NaiveDateTime};
use domain::Money;
use leptos::prelude::*;

use crate::i18n::use_language;

/// `৳ 1,23,456.00`.
#[component]
pub fn MoneyText(
    money: Money,
    /// Larger and heavier, for the one figure of a card.
    #[prop(optional)]
    strong: bool,
) -> impl IntoView {
    let text = locales::money(use_language(), money.minor, money.currency.code());
    view! { <span class="figure" class:figure-strong=strong>{text}</span> }
}

/// `1,23,456`.
#[component]
pub fn NumberText(#[prop(into)] value: i64) -> impl IntoView {
    view! { <span class="figure">{locales::number(use_language(), value)}</span> }
}

/// `21 Nov 2026`, and beside it how far that is from `today` when given.
#[component]
pub fn DateText(
    date: NaiveDate,
    /// The ISP's business day, from the server.
    #[prop(into, optional)]
    today: Option<NaiveDate>,
) -> impl IntoView {
    let language = use_language();
    let relative = today.map(|today| locales::days_from(language, date, today));
    view! {
        <span class="moment">
            <time datetime=date.to_string()>{locales::date(language, date)}</time>
            {relative.map(|words| view! { <span class="moment-relative">{words}</span> })}
        </span>
    }
}

/// `21 Nov 2026, 14:05`, and beside it how long ago when `now` is given. Both are local to the ISP's zone.
#[component]
pub fn TimeText(at: NaiveDateTime, #[prop(into, optional)] now: Option<NaiveDateTime>) -> impl IntoView {
    let language = use_language();
    let relative = now.map(|now| locales::relative(language, at, now));
    view! {
        <span class="moment">
            <time datetime=at.format("%Y-%m-%dT%H:%M").to_string()>{locales::date_time(language, at)}</time>
            {relative.map(|words| view! { <span class="moment-relative">{words}</span> })}
        </span>
    }
}
