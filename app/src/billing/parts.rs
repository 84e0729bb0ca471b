//! The bar between the pages of billing: runs, rehearsals, what follows an unpaid bill, and the rules of all of it.

use crate::drawn::Drawing;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// Address, words and right of each part.
const PARTS: &[(&str, &str, Permission)] = &[
    ("/billing", "billing-runs", Permission::BillingView),
    ("/billing/rehearsals", "rehearsals-title", Permission::BillingView),
    ("/billing/dunning", "dunning-title", Permission::BillingView),
    ("/billing/profiles", "billing-profiles", Permission::BillingView),
    ("/billing/taxes", "billing-taxes", Permission::BillingView),
    ("/billing/promos", "promos-title", Permission::BillingView),
    ("/billing/rules", "rules-title", Permission::BillingProfiles),
];

/// The bar between the parts that this person may see.
pub(crate) fn billing_bar(at: &Drawing) -> AnyView {
    let here = at.path();
    let links = PARTS
        .iter()
        .filter(|(.., right)| at.visit().may(*right))
        .map(|(href, words, _)| {
            let current = (*href == here).then_some("page");
            view! { <a class="tab-link" href=*href aria-current=current>{t(words)}</a> }
        })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("billing-title")>{links}</nav> }.into_any()
}
