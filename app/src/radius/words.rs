//! Words and parts that several pages about access share.

use crate::customers::duration_words;
use domain::access::{Decision, Gift, Reason, Step, Trace, Verdict};
use domain::radius::NasRow;
use leptos::prelude::*;
use ui::prelude::*;

/// The reason in words; a word of a newer server is shown as it is rather than hidden.
pub(crate) fn reason_text(reason: &str) -> String {
    let key = format!("radius-reason-{}", reason.replace('_', "-"));
    if locales::has_text(&key) { t(&key) } else { reason.to_owned() }
}

/// Reasons that a list can be narrowed to, those that are asked for most first.
pub(super) const REASONS: [Reason; 8] = [
    Reason::WrongPassword,
    Reason::UnknownUser,
    Reason::CutOff,
    Reason::Suspended,
    Reason::Expired,
    Reason::WrongDevice,
    Reason::AlreadyOnline,
    Reason::BlockListed,
];

/// What would happen now, in one sentence.
pub(super) fn outcome(decision: &Decision) -> AnyView {
    let (tone, icon, words) = match decision {
        Decision::Accept { .. } => (Tone::Good, "circle-check", t("network-would-accept")),
        Decision::Walled { reason, .. } => {
            (Tone::Warning, "shield", t_with("network-would-wall", &[("reason", reason_text(reason.slug()).into())]))
        }
        Decision::Reject(reason) => {
            (Tone::Bad, "circle-x", t_with("network-would-reject", &[("reason", reason_text(reason.slug()).into())]))
        }
    };
    view! { <Alert tone=tone icon=icon>{words}</Alert> }.into_any()
}

/// The questions in their order, each with its answer.
pub(super) fn steps(trace: Trace) -> AnyView {
    let rows = trace.steps.into_iter().map(step).collect_view();
    view! { <ol class="grid gap-2">{rows}</ol> }.into_any()
}

fn step(step: Step) -> AnyView {
    let (tone, icon, state) = match step.verdict {
        Verdict::Good => (Tone::Good, "check", "good"),
        Verdict::Bad => (Tone::Bad, "x", "bad"),
        Verdict::Open => (Tone::Neutral, "minus", "open"),
    };
    let label = match step.verdict {
        Verdict::Good => t("network-step-good"),
        Verdict::Bad => t("network-step-bad"),
        Verdict::Open => t("network-step-open"),
    };
    let question = t(&format!("network-step-{}", step.key));
    let detail = match (step.key, step.detail) {
        ("line", Some(reason)) => Some(reason_text(&reason)),
        (_, detail) => detail.filter(|detail| !detail.is_empty()),
    };
    // What to do about it.
    let remedy = (state == "bad").then(|| t(&format!("network-remedy-{}", step.key)));
    view! {
        <li class="flex items-start gap-3">
            <span class="shrink-0"><StatusBadge tone=tone label=label icon=icon/></span>
            <span class="min-w-0 flex-1">
                <span class="block font-medium">{question}</span>
                {detail.map(|detail| view! { <span class="block break-words">{detail}</span> })}
                {remedy.map(|remedy| view! { <span class="muted block">{remedy}</span> })}
            </span>
        </li>
    }
    .into_any()
}

/// What the answer would hold.
pub(super) fn gifts(gifts: Vec<Gift>) -> AnyView {
    if gifts.is_empty() {
        return view! { <p class="muted">{t("network-gives-nothing")}</p> }.into_any();
    }
    let language = use_language();
    let items = gifts.into_iter().map(|gift| {
        let value = match (gift.key, gift.value.parse::<i64>()) {
            ("timeout" | "interim", Ok(seconds)) => duration_words(language, seconds),
            _ => gift.value,
        };
        Definition::new(t(&format!("network-gift-{}", gift.key)), view! { <span class="figure break-all">{value}</span> })
    });
    let items = items.collect();
    view! { <DefinitionList items=items/> }.into_any()
}

/// A choice of one access server in a filter of a list.
pub(super) fn server_filter(clients: &[NasRow]) -> Vec<(String, String)> {
    clients.iter().filter(|client| client.active).map(|client| (client.id.to_string(), client.name.clone())).collect()
}
