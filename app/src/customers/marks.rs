//! States and reasons of a line as badges and words, the same on every page that names a subscriber.

use crate::visit::use_visit;
use domain::customers::{BlockReason, Coverage, LineState, phone_local};
use leptos::prelude::*;
use ui::prelude::*;

/// Colour, icon and word of a line's state.
pub(crate) fn line_mark(state: LineState) -> AnyView {
    let (tone, icon, words) = match state {
        LineState::Active => (Tone::Good, "circle-check", t("status-active")),
        LineState::Suspended => (Tone::Bad, "circle-pause", t("status-suspended")),
        LineState::Expired => (Tone::Warning, "clock", t("status-expired")),
        LineState::Pending => (Tone::Info, "circle-dot", t("status-pending")),
        LineState::Terminated => (Tone::Neutral, "ban", t("status-terminated")),
    };
    view! { <StatusBadge tone=tone icon=icon label=words/> }.into_any()
}

pub(crate) fn online_mark() -> AnyView {
    view! { <StatusBadge tone=Tone::Info icon="wifi" label=t("status-online")/> }.into_any()
}

/// Why a line is held down.
pub(crate) fn reason_words(reason: BlockReason) -> String {
    t(&format!("suspension-{}", reason.slug().replace('_', "-")))
}

/// A number as people at home write it, in their digits.
pub(crate) fn phone_text(mobile: &str) -> String {
    locales::digits(use_language(), &phone_local(mobile))
}

/// Until when somebody has paid: the figure and the line below it.
pub(crate) fn coverage_words(coverage: Coverage) -> (String, String, Tone) {
    let (language, today) = (use_language(), use_visit().today);
    match coverage {
        Coverage::NotBilled => ("–".into(), t("customer-not-billed"), Tone::Neutral),
        Coverage::PaidThrough(day) => (locales::date(language, day), locales::days_from(language, day, today), Tone::Good),
        Coverage::UnpaidSince(day) => {
            let last = day.pred_opt().unwrap_or(day);
            (locales::date(language, last), locales::days_from(language, last, today), Tone::Warning)
        }
    }
}
