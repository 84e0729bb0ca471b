//! What happened to a subscriber, newest first, as sentences with links to what they speak of.

use super::reason_words;
use super::sessions::cause_words;
use crate::payments::method_words;
use crate::visit::use_visit;
use domain::customers::{BlockReason, TimelineItem};
use domain::payments::Method;
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn timeline(items: Vec<TimelineItem>) -> AnyView {
    if items.is_empty() {
        return view! { <Card><EmptyState icon="history" title=t("timeline-empty") body="".to_string()/></Card> }.into_any();
    }
    let items = items.into_iter().map(item).collect_view();
    view! { <Card class="max-w-4xl"><ol class="flex flex-col">{items}</ol></Card> }.into_any()
}

fn item(item: TimelineItem) -> AnyView {
    let at = use_visit().local(item.at);
    let (icon, tone) = face(&item.key);
    let words = sentence(&item);
    let href = match (item.invoice_id, item.payment_id) {
        (Some(id), _) => Some(format!("/invoices/{id}")),
        (_, Some(id)) => Some(format!("/payments/{id}")),
        _ => None,
    };
    let words = match href {
        Some(href) => view! { <a class="font-medium hover:text-primary" href=href>{words}</a> }.into_any(),
        None => view! { <span class="font-medium">{words}</span> }.into_any(),
    };
    let actor = item.actor.map(|actor| view! { <span>" · "{actor}</span> });
    let amount = item.amount.map(|money| view! { <MoneyText money=money/> });
    view! {
        <li class="group flex gap-3">
            <span class="flex flex-col items-center">
                <span class=format!("{} mt-0.5 grid size-7 shrink-0 place-items-center rounded-full bg-(--tone-wash) text-(--tone)", tone.class())><Icon name=icon/></span>
                <span class="w-px grow bg-line group-last:hidden"></span>
            </span>
            <span class="flex min-w-0 grow flex-wrap items-baseline justify-between gap-x-4 pb-5 pt-1 group-last:pb-0">
                <span class="min-w-0"><span class="block wrap-anywhere">{words}</span><span class="muted block text-[0.8125rem]"><TimeText at=at/>{actor}</span></span>
                {amount}
            </span>
        </li>
    }
    .into_any()
}

/// Icon and colour of what happened.
fn face(key: &str) -> (&'static str, Tone) {
    match key {
        "timeline-invoice" => ("receipt", Tone::Neutral),
        "timeline-payment" => ("hand-coins", Tone::Good),
        "timeline-session-start" => ("wifi", Tone::Info),
        "timeline-session-stop" => ("wifi-off", Tone::Neutral),
        "timeline-service-suspend" => ("circle-pause", Tone::Bad),
        "timeline-service-resume" => ("play", Tone::Good),
        "timeline-customer-create" => ("user-plus", Tone::Info),
        "timeline-import" => ("upload", Tone::Info),
        "timeline-service-expiry" => ("calendar-clock", Tone::Info),
        _ => ("pencil", Tone::Neutral),
    }
}

/// The sentence; something new that has no words yet is named by its own.
fn sentence(item: &TimelineItem) -> String {
    let arg = |name: &str| item.args.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (word, detail) = (arg("word"), arg("detail"));
    let detail = match item.key.as_str() {
        "timeline-service-suspend" | "timeline-service-resume" => {
            BlockReason::from_slug(detail).map_or_else(|| t("common-none"), reason_words)
        }
        "timeline-payment" => Method::from_slug(detail).map_or_else(String::new, method_words),
        "timeline-session-stop" => cause_words(Some(detail)),
        _ => detail.to_string(),
    };
    let args = [("word", Arg::from(word)), ("detail", Arg::from(detail.as_str()))];
    if locales::has_text(&item.key) { t_with(&item.key, &args) } else { t_with("timeline-other", &args) }
}

/// Sentences are named by what happened, so no source line names them.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_product_records_has_words() {
        let keys = [
            "service-suspend",
            "service-resume",
            "customer-create",
            "service-expiry",
            "service-override",
            "service-override-end",
            "service-move",
            "import",
            "invoice",
            "payment",
            "session-start",
            "session-stop",
            "other",
        ];
        for key in keys {
            assert!(locales::has_text(&format!("timeline-{key}")), "{key}");
        }
        assert_eq!(face("timeline-anything").0, "pencil");
    }
}
