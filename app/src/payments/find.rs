//! Who pays: a search that answers while one types, and as a plain form without JavaScript.

use crate::customers::{due, line_mark, phone_text};
use domain::customers::SubscriberRow;
use leptos::prelude::*;
use ui::prelude::*;

/// The box to type into; Enter opens the only one that is found.
pub(super) fn find_box(asked: &str) -> AnyView {
    view! {
        <form method="get" action="/payments/new" role="search" data-live="" class="mb-5 flex max-w-2xl flex-wrap items-end gap-3">
            <div class="min-w-60 grow">
                <TextField name="q" label=t("payment-find-customer") value=asked.to_owned() autofocus=true autocomplete="off" help=t("payment-find-help")/>
            </div>
            <button type="submit" class="sr-only" name="go" value="yes">{t("action-search")}</button>
        </form>
    }
    .into_any()
}

/// Everybody who may be meant, and what each owes.
pub(super) fn matches(rows: Vec<SubscriberRow>) -> AnyView {
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
            .cell(view! { <span class="code">{subscriber.number}</span> })
            .cell(subscriber.mobile.map(|mobile| view! { <span class="code">{phone_text(&mobile)}</span> }))
            .cell(subscriber.username)
            .cell(line_mark(subscriber.state))
            .cell(due(subscriber.due))
    });
    let empty = view! { <EmptyState icon="search" title=t("empty-search-title") body=t("payment-find-none")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("customers-title") columns=columns rows=rows.collect() empty=empty/></Card> }.into_any()
}
