//! Rows and their boxes. The page's script moves between them with the arrow keys, opens one by a click, ticks them all.

use leptos::prelude::*;

use crate::i18n::{t, t_with};

/// One record: its key, its cells, and where it opens.
pub struct Row {
    key: String,
    name: String,
    pub(super) href: Option<String>,
    cells: Vec<AnyView>,
}

impl Row {
    /// `name` is what a screen reader calls the row, for instance the subscriber's name.
    pub fn new(key: impl ToString, name: impl Into<String>) -> Self {
        Row { key: key.to_string(), name: name.into(), href: None, cells: Vec::new() }
    }

    /// The first cell becomes a link to here, and a click anywhere in the row follows it.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// The next cell. In a row with `href` the first one must hold no link of its own.
    pub fn cell(mut self, view: impl IntoAny) -> Self {
        self.cells.push(view.into_any());
        self
    }
}

pub(super) fn row(row: Row, labels: &[(String, bool, bool)], select_into: Option<&str>) -> AnyView {
    let Row { key, name, href, cells } = row;
    let opens = href.is_some();
    let mut href = href;
    let mut label = labels.iter();
    let cells = cells
        .into_iter()
        .map(|cell| {
            let (words, numeric, quiet) = label.next().cloned().unwrap_or_default();
            let cell = match href.take() {
                Some(href) => view! { <a class="row-link" href=href>{cell}</a> }.into_any(),
                None => cell,
            };
            view! { <td role="cell" class:numeric=numeric class:quiet=quiet data-label=words>{cell}</td> }
        })
        .collect_view();
    let select = select_into.map(|form| {
        let words = t_with("table-select-row", &[("name", name.as_str().into())]);
        view! {
            <td role="cell" class="select-cell">
                <label class="select-box">
                    <input
                        class="check-box"
                        type="checkbox"
                        name="id"
                        value=key.clone()
                        form=form.to_owned()
                        aria-label=words
                        data-select-row=""
                    />
                </label>
            </td>
        }
    });
    view! { <tr role="row" class:row-opens=opens data-key=key.clone()>{select}{cells}</tr> }.into_any()
}

pub(super) fn select_all() -> impl IntoView {
    view! {
        <th role="columnheader" scope="col" class="select-cell">
            <label class="select-box">
                <input class="check-box" type="checkbox" aria-label=t("table-select-all") data-select-all=""/>
            </label>
        </th>
    }
}

/// The form that selected rows belong to, with its buttons as children. Offers to take every match instead of only this page (`every=true`).
#[component]
pub fn BulkBar(
    /// The same as the table's `select_into`.
    #[prop(into)]
    form: String,
    #[prop(into)] action: String,
    total: u64,
    children: Children,
) -> AnyView {
    view! {
        <form id=form class="bulk-bar" method="post" action=action>
            <label class="field-check">
                <input class="check-box" type="checkbox" name="every" value="true"/>
                <span>{t_with("table-select-every", &[("count", total.into())])}</span>
            </label>
            <div class="bulk-actions">{children()}</div>
        </form>
    }
    .into_any()
}
