//! Rows and what can be done with them: move with the arrow keys, open with Enter or a click, select for a bulk action.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent};

use crate::i18n::{t, t_with};

/// One record: its key, its cells, and where it opens.
pub struct Row {
    key: String,
    name: String,
    href: Option<String>,
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
    let toggle = move |event: leptos::ev::Event| {
        let checked = event_target_checked(&event);
        let Some(table) = event_target::<Element>(&event).closest("table").ok().flatten() else {
            return;
        };
        for input in all::<HtmlInputElement>(&table, "input[data-select-row]") {
            input.set_checked(checked);
        }
    };
    view! {
        <th role="columnheader" scope="col" class="select-cell">
            <label class="select-box">
                <input class="check-box" type="checkbox" aria-label=t("table-select-all") on:change=toggle/>
            </label>
        </th>
    }
}

fn all<T: JsCast>(within: &Element, selector: &str) -> Vec<T> {
    let Ok(list) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

/// Up and down walk the rows' links; Home and End jump. Enter is the link's own.
pub(super) fn move_focus(event: KeyboardEvent) {
    let (key, target) = (event.key(), event_target::<Element>(&event));
    if target.has_attribute("data-select-row") && key != "ArrowUp" && key != "ArrowDown" {
        return;
    }
    let (Ok(Some(body)), Ok(current)) = (target.closest("tbody"), target.closest("tr")) else {
        return;
    };
    let links = all::<HtmlElement>(&body, "a.row-link");
    let at = links.iter().position(|link| link.closest("tr").ok().flatten() == current);
    let next = match (key.as_str(), at) {
        ("ArrowDown", Some(at)) => at + 1,
        ("ArrowUp", Some(at)) => at.saturating_sub(1),
        ("Home", _) => 0,
        ("End", _) => links.len().saturating_sub(1),
        _ => return,
    };
    if let Some(link) = links.get(next) {
        event.prevent_default();
        // A link that is on the page takes the focus.
        let _ = link.focus();
    }
}

/// A click on plain text of a row opens it; links, buttons, boxes and text being selected keep their own meaning.
pub(super) fn open_row(event: MouseEvent) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let own = target.closest("a, button, input, select, label, summary, dialog").ok().flatten().is_some();
    let selecting = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    if own || selecting {
        return;
    }
    let link = target
        .closest("tr")
        .ok()
        .flatten()
        .and_then(|row| row.query_selector("a.row-link").ok().flatten())
        .and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        // Its click comes back to this very handler, which must have ended by then.
        queue_microtask(move || link.click());
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
