//! Kinds of objects, states and problems in words.

use domain::wanted::{Finding, Kind, WantState};
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn kind_text(kind: Kind) -> String {
    t(&format!("want-kind-{}", kind.slug().replace('_', "-")))
}

pub(super) fn state_mark(state: WantState) -> AnyView {
    let (tone, icon) = match state {
        WantState::Waiting => (Tone::Info, "clock"),
        WantState::Done => (Tone::Good, "circle-check"),
        WantState::Stuck => (Tone::Bad, "circle-alert"),
        WantState::Left => (Tone::Neutral, "circle-x"),
    };
    view! { <StatusBadge tone=tone label=t(&format!("want-state-{}", state.slug())) icon=icon/> }.into_any()
}

pub(super) fn finding_mark(finding: Finding) -> AnyView {
    let (tone, icon) = match finding {
        Finding::Missing => (Tone::Bad, "circle-alert"),
        Finding::Differs => (Tone::Warning, "triangle-alert"),
        Finding::Leftover => (Tone::Warning, "minus"),
        Finding::Foreign => (Tone::Neutral, "user"),
    };
    view! { <StatusBadge tone=tone label=t(&format!("drift-{}", finding.slug())) icon=icon/> }.into_any()
}

/// What is wrong, what to do about it, and what the router said.
pub(super) fn problem(word: Option<&str>, said: Option<&str>) -> AnyView {
    let words = word.map(|word| {
        let key = format!("want-problem-{}", word.replace('_', "-"));
        if locales::has_text(&key) { t(&key) } else { t("want-problem-other") }
    });
    let said = said
        .filter(|said| !said.is_empty())
        .map(|said| view! { <span class="muted code block break-words text-[0.8125rem]">{said.to_owned()}</span> });
    view! { <span class="block max-w-96">{words}{said}</span> }.into_any()
}
