//! Who pays: a search that answers while one types, and as a plain form without the browser half.

use crate::customers::{due, line_mark, phone_text};
use crate::lists::after_typing;
use domain::customers::SubscriberRow;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::prelude::*;

/// The box to type into. It stays in place while matches come and go; Enter opens the only one.
#[component]
pub(super) fn FindBox() -> AnyView {
    let url = use_current_url();
    let navigate = use_navigate();
    let typed = after_typing(move |text| {
        let query = url.query.get_untracked().set("q", text.trim()).remove("go");
        navigate(&query.href(&url.path.get_untracked()), NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    let first = url.query.with_untracked(|query| query.get("q").unwrap_or_default().to_string());
    view! {
        <form method="get" action=url.path.get_untracked() role="search" class="mb-5 flex max-w-2xl flex-wrap items-end gap-3">
            <HiddenField name="go" value="yes".to_string()/>
            <div class="min-w-60 grow">
                <TextField name="q" label=t("payment-find-customer") value=first autofocus=true autocomplete="off" help=t("payment-find-help") on_input=typed/>
            </div>
        </form>
    }
    .into_any()
}

/// Everybody who may be meant, and what each owes.
pub(super) fn matches(rows: Vec<SubscriberRow>) -> AnyView {
    let asked = use_current_url().query.with_untracked(|query| query.get("q").is_some());
    if !asked {
        return ().into_any();
    }
    let columns = vec![
        Column::new(t("customer-name")),
        Column::new(t("customer-number")),
        Column::new(t("customer-mobile")),
        Column::new(t("customer-username")),
        Column::new(t("customer-status")),
        Column::new(t("customer-due")).numeric(),
    ];
    let rows = rows.into_iter().map(|subscriber| {
        Row::new(subscriber.customer_id, subscriber.name.clone())
            .href(format!("/payments/new?customer={}", subscriber.customer_id))
            .cell(subscriber.name)
            .cell(view! { <span class="figure">{subscriber.number}</span> })
            .cell(subscriber.mobile.map(|mobile| view! { <span class="figure">{phone_text(&mobile)}</span> }))
            .cell(subscriber.username)
            .cell(line_mark(subscriber.state))
            .cell(due(subscriber.due))
    });
    let empty = view! { <EmptyState icon="search" title=t("empty-search-title") body=t("payment-find-none")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("customers-title") columns=columns rows=rows.collect() empty=empty/></Card> }.into_any()
}
