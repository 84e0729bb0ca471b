//! The bar between all pages of one subscriber: the tabs of his page and the pages beside it stand in one row, so that
//! nobody has to know which is which.

use crate::visit::use_visit;
use domain::CustomerId;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// A part: its id, its words, the right that opens it, and whether it is a tab of the subscriber's own page.
struct Part {
    id: &'static str,
    words: &'static str,
    right: Permission,
    tab: bool,
}

const fn tab(id: &'static str, words: &'static str, right: Permission) -> Part {
    Part { id, words, right, tab: true }
}

const fn page(id: &'static str, words: &'static str, right: Permission) -> Part {
    Part { id, words, right, tab: false }
}

const PARTS: [Part; 10] = [
    tab("bill", "customer-bill", Permission::BillingView),
    tab("payments", "payments-title", Permission::PaymentsView),
    page("statement", "statement-title", Permission::PaymentsView),
    page("terms", "terms-open", Permission::BillingView),
    page("money", "correct-money", Permission::CustomersView),
    page("dunning", "dunning-customer-link", Permission::CustomersView),
    tab("line", "customer-line", Permission::CustomersView),
    tab("usage", "portal-usage", Permission::SessionsView),
    tab("sessions", "customer-sessions", Permission::SessionsView),
    tab("timeline", "customer-timeline", Permission::CustomersView),
];

/// The tab that the URL names if it may be opened, otherwise the first that may.
pub(super) fn open_tab(wanted: Option<&str>, may: impl Fn(Permission) -> bool) -> &'static str {
    let open = || PARTS.iter().filter(|part| part.tab && may(part.right)).map(|part| part.id);
    open().find(|id| Some(*id) == wanted).or_else(|| open().next()).unwrap_or("line")
}

/// The bar; `here` is the id of what is open.
pub(crate) fn customer_bar(customer: CustomerId, here: &'static str) -> AnyView {
    let visit = use_visit();
    let links = PARTS
        .iter()
        .filter(|part| visit.may(part.right))
        .map(|part| {
            let href = match part.tab {
                true => format!("/customers/{customer}?tab={}", part.id),
                false => format!("/customers/{customer}/{}", part.id),
            };
            let current = (part.id == here).then_some("page");
            view! { <a class="tab-link" href=href aria-current=current>{t(part.words)}</a> }
        })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("customer-parts")>{links}</nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_opens_only_for_those_who_may() {
        assert_eq!(open_tab(None, |_| true), "bill");
        assert_eq!(open_tab(Some("sessions"), |_| true), "sessions");
        assert_eq!(open_tab(Some("nonsense"), |_| true), "bill");
        let collector = |permission| matches!(permission, Permission::CustomersView | Permission::PaymentsView);
        assert_eq!(open_tab(None, collector), "payments");
        assert_eq!(open_tab(Some("bill"), collector), "payments");
    }
}
