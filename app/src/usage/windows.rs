//! Windows of a line that are over: which it was, what was used of which limit, where the line stood and what happened.

use super::words::{limit_words, octets};
use crate::visit::Visit;
use domain::fair_use::{Account, Event, Limit, PastWindow};
use leptos::prelude::*;
use ui::prelude::*;

/// The table; nothing while no window is over.
pub(super) fn past_windows(account: &Account, visit: &Visit) -> Option<AnyView> {
    if account.past.is_empty() {
        return None;
    }
    let rows = account.past.iter().map(|window| row(window, visit)).collect();
    let columns = vec![
        Column::new(t("usage-window-one")),
        Column::new(t("usage-window-used")).numeric(),
        Column::new(t("usage-window-limit")).numeric(),
        Column::new(t("usage-window-stood")),
        Column::new(t("usage-event")),
    ];
    Some(
        view! { <Card title=t("usage-windows") flush=true><DataTable caption=t("usage-windows") columns=columns rows=rows/></Card> }
            .into_any(),
    )
}

fn row(window: &PastWindow, visit: &Visit) -> Row {
    let language = use_language();
    let last = window.ends.pred_opt().unwrap_or(window.ends);
    let days = if last == window.begins {
        locales::date(language, window.begins)
    } else {
        t_with(
            "usage-window-days",
            &[("from", locales::date(language, window.begins).into()), ("to", locales::date(language, last).into())],
        )
    };
    let policy = t_with("usage-policy-version", &[("name", window.policy.as_str().into()), ("version", i64::from(window.version).into())]);
    let used = if window.limit.octets.is_none() && window.limit.minutes.is_some() {
        crate::customers::duration_words(language, i64::try_from(window.used.seconds).unwrap_or(i64::MAX))
    } else {
        octets(window.octets)
    };
    let limit = if window.limit == Limit::default() { t("usage-window-none") } else { limit_words(window.limit) };
    let (tone, icon, stood) = match window.standing {
        0 => (Tone::Good, "zap", t("usage-stood-free")),
        step if step > 0 => (Tone::Warning, "gauge", t_with("usage-stood-step", &[("step", i64::from(step).into())])),
        _ => (Tone::Bad, "circle-pause", t("usage-stood-stopped")),
    };
    let events = window.events.iter().map(|event| {
        let when = locales::date_time(language, visit.local(event.at));
        view! { <li><span class="figure">{when}</span>" · "{event_words(event)}</li> }
    });
    let events = (!window.events.is_empty()).then(|| view! { <ul class="muted">{events.collect_view()}</ul> });
    Row::new(format!("{}-{}", window.begins, window.policy), days.clone())
        .cell(view! { <span>{days}</span><span class="muted block">{policy}</span> })
        .cell(view! { <span class="figure">{used}</span> })
        .cell(view! { <span class="figure">{limit}</span> })
        .cell(view! { <StatusBadge tone=tone label=stood icon=icon/> })
        .cell(events)
}

pub(super) fn event_words(event: &Event) -> String {
    match event.step {
        Some(step) => t_with("usage-event-slowed", &[("step", i64::from(step).into())]),
        None => t(&format!("usage-event-{}", event.kind)),
    }
}
