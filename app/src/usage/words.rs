//! Policies and limits in words.

use crate::packages::speed;
use domain::fair_use::{Counted, Effect, Limit, Policy, WEEK, Window};
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn octets(octets: u64) -> String {
    locales::octets(use_language(), octets)
}

/// `10 GB`, `20 h`, `10 GB or 20 h`.
pub(super) fn limit_words(limit: Limit) -> String {
    let time = limit.minutes.map(|minutes| crate::customers::duration_words(use_language(), i64::from(minutes) * 60));
    match (limit.octets.map(octets), time) {
        (Some(data), Some(time)) => t_with("usage-either", &[("data", data.into()), ("time", time.into())]),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => t("common-none"),
    }
}

pub(super) fn window_words(window: Window) -> String {
    match window {
        Window::Day => t("usage-window-day"),
        Window::Week(day) => {
            let slug = WEEK.into_iter().find(|(known, _)| *known == day).map_or("sat", |(_, slug)| slug);
            t_with("usage-window-week-from", &[("day", t(&format!("usage-day-{slug}")).into())])
        }
        Window::Month(day) => t_with("usage-window-month-from", &[("day", i64::from(day).into())]),
        Window::Cycle => t("usage-window-cycle"),
    }
}

pub(super) fn counted_words(counted: Counted) -> String {
    match counted {
        Counted::Both => t("usage-counted-both"),
        Counted::Down => t("usage-counted-down"),
        Counted::Up => t("usage-counted-up"),
    }
}

/// Each step and the end of it, in the order in which they come.
pub(super) fn steps(policy: &Policy) -> Vec<String> {
    let steps = policy.steps.iter().map(|step| {
        let speed = speed(Some(step.up_kbps), Some(step.down_kbps));
        t_with("usage-step-words", &[("limit", limit_words(step.from).into()), ("speed", speed.into())])
    });
    let stop = policy.stop_at.map(|stop| t_with("usage-stop-words", &[("limit", limit_words(stop).into())]));
    steps.chain(stop).collect()
}

/// Everything else that a policy says.
pub(super) fn terms(policy: &Policy) -> Vec<String> {
    let mut terms = vec![window_words(policy.window), counted_words(policy.counted)];
    let clock = |time: chrono::NaiveTime| locales::digits(use_language(), &time.format("%H:%M").to_string());
    if let Some((from, to)) = policy.free {
        terms.push(t_with("usage-free-words", &[("from", clock(from).into()), ("to", clock(to).into())]));
    }
    if policy.weekend_percent > 100 && !policy.days_off.is_empty() {
        let days = WEEK.into_iter().filter(|(day, _)| policy.days_off.contains(day)).map(|(_, slug)| t(&format!("usage-day-{slug}")));
        let more = i64::from(policy.weekend_percent - 100);
        terms.push(t_with("usage-weekend-words", &[("days", days.collect::<Vec<_>>().join(", ").into()), ("more", more.into())]));
    }
    if policy.rollover_months > 0 {
        terms.push(t_with("usage-rollover-words", &[("count", i64::from(policy.rollover_months).into())]));
    }
    terms
}

pub(super) fn effect_words(effect: Effect) -> String {
    match effect {
        Effect::None => t("usage-effect-free"),
        Effect::Slow { step, up_kbps, down_kbps } => {
            let step = i64::try_from(step).unwrap_or(i64::MAX);
            t_with("usage-effect-slow", &[("step", step.into()), ("speed", speed(Some(up_kbps), Some(down_kbps)).into())])
        }
        Effect::Stop => t("usage-effect-stop"),
    }
}

pub(super) fn effect_mark(effect: Effect) -> AnyView {
    let (tone, icon) = match effect {
        Effect::None => (Tone::Good, "zap"),
        Effect::Slow { .. } => (Tone::Warning, "gauge"),
        Effect::Stop => (Tone::Bad, "circle-pause"),
    };
    view! { <StatusBadge tone=tone label=effect_words(effect) icon=icon/> }.into_any()
}
