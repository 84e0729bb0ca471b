//! Lists of records: the server searches, sorts and pages; the table shows one page of it and links to the rest.
//! Always a whole `<table>` with head and body, turned into cards on a phone by style alone.

mod filters;
mod paging;
mod rows;

pub use filters::{FilterChips, FilterField, FilterOption, SearchBox};
pub use paging::{Pagination, page_links};
pub use rows::{BulkBar, Row};

use leptos::prelude::*;

use crate::i18n::{t, t_with};
use crate::icon::Icon;
use crate::place::{CurrentUrl, use_current_url};
use crate::query::{ListQuery, Query};

/// A column: its label, and by which key the server can sort it.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    sort: Option<&'static str>,
    numeric: bool,
    quiet: bool,
}

impl Column {
    pub fn new(label: impl Into<String>) -> Self {
        Column { label: label.into(), sort: None, numeric: false, quiet: false }
    }

    /// The head becomes a link that sets `sort=key` and then `sort=-key`.
    pub fn sort(mut self, key: &'static str) -> Self {
        self.sort = Some(key);
        self
    }

    /// Right-aligned, tabular figures.
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    /// For a last column of buttons: the label is for screen readers only.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }
}

/// One page of a list. Page, size and sort are read from the URL; `total` counts the whole list.
#[component]
pub fn DataTable(
    /// What the table holds, for screen readers.
    #[prop(into)]
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// How many records match in all; without it there is no paging.
    #[prop(into, optional)]
    total: Option<u64>,
    /// What stands here when nothing matches.
    #[prop(optional)]
    empty: Option<AnyView>,
    /// Adds a box to each row that sends `id=KEY` with the form of this id (see `BulkBar`).
    #[prop(into, optional)]
    select_into: Option<String>,
) -> impl IntoView {
    let url = use_current_url();
    if rows.is_empty() {
        let empty = empty.unwrap_or_else(|| nothing_found(url).into_any());
        return view! { <div class="table-empty">{empty}</div> }.into_any();
    }
    let labels = columns.iter().map(|column| (column.label.clone(), column.numeric, column.quiet)).collect::<Vec<_>>();
    let selectable = select_into.is_some();
    let heads = columns.into_iter().map(|column| head(column, url)).collect_view();
    // Where no row is a link, the table itself takes the focus: whoever has no mouse must be able to scroll it.
    let still = rows.iter().all(|row| row.href.is_none());
    let body = rows.into_iter().map(|row| rows::row(row, &labels, select_into.as_deref())).collect_view();
    view! {
        <div class="table-frame">
            <div class="table-scroll" tabindex=still.then_some("0")>
                <table class="data-table" role="table">
                    <caption class="sr-only">{caption}</caption>
                    <thead role="rowgroup">
                        <tr role="row">{selectable.then(rows::select_all)}{heads}</tr>
                    </thead>
                    <tbody role="rowgroup">{body}</tbody>
                </table>
            </div>
            {total.map(|total| view! { <Pagination total=total/> })}
        </div>
    }
    .into_any()
}

fn nothing_found(url: CurrentUrl) -> impl IntoView {
    let clear = move || url.path.get();
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon name="search"/></span>
            <p class="empty-title">{t("empty-search-title")}</p>
            <p class="empty-body">{t("empty-search-body")}</p>
            <div class="empty-action"><a class="button button-secondary" href=clear>{t("table-clear-filters")}</a></div>
        </div>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

fn direction(query: &Query, key: &str) -> Option<Direction> {
    let sort = ListQuery::from(query).sort.filter(|sort| sort.key == key)?;
    Some(if sort.descending { Direction::Descending } else { Direction::Ascending })
}

fn head(column: Column, url: CurrentUrl) -> AnyView {
    let Column { label, sort, numeric, quiet } = column;
    let Some(key) = sort else {
        let words = if quiet { view! { <span class="sr-only">{label}</span> }.into_any() } else { label.into_any() };
        return view! { <th role="columnheader" scope="col" class:numeric=numeric>{words}</th> }.into_any();
    };
    let now = Signal::derive(move || url.query.with(|query| direction(query, key)));
    let aria = move || match now.get() {
        Some(Direction::Ascending) => "ascending",
        Some(Direction::Descending) => "descending",
        None => "none",
    };
    let href = move || {
        let next = if now.get() == Some(Direction::Ascending) { format!("-{key}") } else { key.to_owned() };
        url.query.get().set("sort", next).first_page().href(&url.path.get())
    };
    let icon = Signal::derive(move || {
        let name = match now.get() {
            Some(Direction::Ascending) => "arrow-up",
            Some(Direction::Descending) => "arrow-down",
            None => "chevrons-up-down",
        };
        name.to_owned()
    });
    let hint = t_with("table-sort-by", &[("column", label.as_str().into())]);
    view! {
        <th role="columnheader" scope="col" class:numeric=numeric aria-sort=aria>
            <a class="sort-link" href=href title=hint>{label}<Icon name=icon/></a>
        </th>
    }
    .into_any()
}
