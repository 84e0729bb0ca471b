//! What the pages of the books share: the bar between them, names of accounts and sources, dates in a filter.

use crate::drawn::Drawing;
use domain::Money;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// Address, words and right of each part of the books.
const PARTS: &[(&str, &str, Permission)] = &[
    ("/books", "books-trial-balance", Permission::LedgerView),
    ("/books/journal", "books-journal", Permission::LedgerView),
    ("/books/ageing", "books-ageing", Permission::ReportsFinancial),
    ("/books/cash", "cash-desks", Permission::CashManage),
    ("/books/expenses", "expenses-title", Permission::ExpensesView),
    ("/books/reports", "report-revenue", Permission::ReportsFinancial),
    ("/books/bills", "report-billed-collected", Permission::ReportsFinancial),
    ("/books/periods", "books-periods", Permission::LedgerView),
];

/// The bar between the parts that this person may see.
pub(crate) fn books_bar(at: &Drawing) -> AnyView {
    let visit = at.visit();
    let here = at.path().to_string();
    let links = PARTS
        .iter()
        .filter(|(.., right)| visit.may(*right))
        .map(|(href, words, _)| {
            let current = (*href == here).then_some("page");
            view! { <a class="tab-link" href=*href aria-current=current>{t(words)}</a> }
        })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("books-title")>{links}</nav> }.into_any()
}

/// Name of an account of the chart.
pub(super) fn account_words(code: &str) -> String {
    t(&format!("account-{}", code.replace(['_', ':'], "-")))
}

/// What an entry came from, in words. An unknown source is shown as it is.
pub(super) fn source_words(source: &str) -> String {
    let key = format!("books-source-{}", source.replace(['.', '_'], "-"));
    if locales::has_text(&key) { t(&key) } else { source.to_string() }
}

/// A figure that opens what is behind it; nothing is a dash.
pub(super) fn figure(money: Money, href: String) -> AnyView {
    if money.is_zero() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    view! { <a href=href><MoneyText money=money/></a> }.into_any()
}

/// A date of a filter bar.
pub(super) fn date_box(name: &'static str, label: String, value: Option<String>) -> AnyView {
    view! { <FilterField label=label><input class="input-plain" type="date" name=name value=value.unwrap_or_default()/></FilterField> }
        .into_any()
}

/// Values of the query that a filter bar keeps beside its own.
pub(super) fn kept(at: &Drawing, but: &[&str]) -> AnyView {
    let kept = at.query().without(but);
    kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view().into_any()
}

pub(super) fn date_of(query: &Query, name: &str) -> Option<chrono::NaiveDate> {
    query.get(name).and_then(|text| text.parse().ok())
}
