//! The tab with a subscriber's sessions: when, where, how long and how much.

use crate::lists::count;
use crate::visit::use_visit;
use domain::customers::Page;
use domain::radius::SessionRow;
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn sessions(page: Page<SessionRow>) -> AnyView {
    let columns = vec![
        Column::new(t("radius-started")),
        Column::new(t("common-status")),
        Column::new(t("customer-session-length")),
        Column::new(t("radius-ip")),
        Column::new(t("customer-mac")),
        Column::new(t("radius-device")),
        Column::new(t("radius-downloaded")).numeric(),
        Column::new(t("radius-uploaded")).numeric(),
    ];
    let rows = page.rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="wifi-off" title=t("customer-sessions-empty-title") body=t("customer-sessions-empty-body")/> };
    view! { <Card flush=true><DataTable caption=t("customer-sessions") columns=columns rows=rows total=count(page.total) empty=empty.into_any()/></Card> }.into_any()
}

fn row(session: SessionRow) -> Row {
    let visit = use_visit();
    let language = use_language();
    let state = match (session.stopped_at, session.stop_cause) {
        (None, _) => view! { <StatusBadge tone=Tone::Good icon="wifi" label=t("status-online")/> }.into_any(),
        (Some(_), cause) => view! { <span class="muted">{cause_words(cause.as_deref())}</span> }.into_any(),
    };
    let figure = |text: String| view! { <span class="figure">{text}</span> };
    Row::new(session.id, session.username)
        .cell(view! { <TimeText at=visit.local(session.started_at)/> })
        .cell(state)
        .cell(figure(duration_words(language, session.seconds)))
        .cell(session.ip.map(|ip| figure(ip.to_string())))
        .cell(session.mac.map(figure))
        .cell(session.nas)
        .cell(figure(octet_words(language, session.output_octets)))
        .cell(figure(octet_words(language, session.input_octets)))
}

/// Why a session ended; a cause that has no words of ours is shown as it came.
pub(crate) fn cause_words(cause: Option<&str>) -> String {
    let Some(cause) = cause.filter(|cause| !cause.is_empty()) else { return t("customer-session-over") };
    let key = format!("radius-cause-{}", cause.replace('_', "-"));
    if locales::has_text(&key) { t(&key) } else { cause.to_string() }
}

/// `3 h 20 min`, or days for long ones.
pub(crate) fn duration_words(language: Language, seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let (key, first, second) = match (days, hours) {
        (0, 0) => ("session-length-minutes", minutes, 0),
        (0, _) => ("session-length-hours", hours, minutes),
        _ => ("session-length-days", days, hours),
    };
    locales::text_with(language, key, &[("first", first.into()), ("second", second.into())])
}

/// `1.25 GB`, as data plans are sold.
pub(crate) fn octet_words(language: Language, octets: i64) -> String {
    locales::octets(language, octets.max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_in_steps_of_a_thousand() {
        for (octets, words) in
            [(0, "0 kB"), (999, "0 kB"), (1_500, "1 kB"), (1_500_000, "1.50 MB"), (123_456_789, "123 MB"), (1_259_999_999, "1.25 GB")]
        {
            assert_eq!(octet_words(Language::English, octets), words);
        }
        assert_eq!(octet_words(Language::Bengali, 2_050_000_000_000), "২.০৫ TB");
        assert_eq!(octet_words(Language::English, -1), "0 kB");
    }

    #[test]
    fn durations_in_two_parts() {
        for (seconds, words) in [(59, "0 min"), (3_660, "1 h 1 min"), (90_000, "1 d 1 h")] {
            assert_eq!(duration_words(Language::English, seconds), words);
        }
    }
}
