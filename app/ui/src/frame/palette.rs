//! The command palette on Ctrl+K: go somewhere, do something, or search. A native dialog, filtered while typing.
//! It is a shortcut only: everything in it is also a link elsewhere.

use leptos::ev;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::MenuEntry;
use crate::i18n::{t, use_language};
use crate::icon::Icon;
use crate::query::Query;

/// Something to do from anywhere: a page that does it, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteAction {
    pub href: String,
    pub icon: &'static str,
    /// Key of its text.
    pub key: &'static str,
}

impl PaletteAction {
    /// `PaletteAction::new("/payments/new", "hand-coins", "payment-take")`
    pub fn new(href: impl Into<String>, icon: &'static str, key: &'static str) -> Self {
        PaletteAction { href: href.into(), icon, key }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    href: String,
    icon: &'static str,
    words: String,
    kind: String,
}

/// Entries that hold every word typed, in any order and case.
fn matching(entries: &[Entry], typed: &str) -> Vec<Entry> {
    let words = typed.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let fits = |entry: &&Entry| {
        let text = entry.words.to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    entries.iter().filter(fits).cloned().collect()
}

fn entries(menu: Vec<MenuEntry>, actions: Vec<PaletteAction>) -> Vec<Entry> {
    let (go_to, act) = (t("palette-go-to"), t("palette-actions"));
    let actions = actions.into_iter().map(|action| Entry { href: action.href, icon: action.icon, words: t(action.key), kind: act.clone() });
    let places = menu.into_iter().map(|place| Entry { href: place.href, icon: place.icon, words: t(place.key), kind: go_to.clone() });
    actions.chain(places).collect()
}

#[component]
pub(super) fn Palette(menu: Vec<MenuEntry>, actions: Vec<PaletteAction>, search: Option<String>, open: RwSignal<bool>) -> AnyView {
    let language = use_language();
    let dialog = NodeRef::<Dialog>::new();
    let input = NodeRef::<Input>::new();
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let all = StoredValue::new(entries(menu, actions));
    let found = Memo::new(move |_| {
        let typed = typed.get();
        let mut found = all.with_value(|all| matching(all, &typed));
        let query = typed.trim();
        if let Some(search) = search.as_ref().filter(|_| !query.is_empty()) {
            found.push(Entry {
                href: Query::default().set("q", query).href(search),
                icon: "search",
                words: locales::text_with(language, "palette-search-for", &[("query", query.into())]),
                kind: String::new(),
            });
        }
        found
    });
    open_on_request(open, dialog, input, typed, chosen);
    let move_choice = move |event: ev::KeyboardEvent| {
        let count = found.with(Vec::len);
        let now = chosen.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.set((now + 1) % count),
            "ArrowUp" if count > 0 => chosen.set((now + count - 1) % count),
            "Enter" => follow(now),
            _ => return,
        }
        event.prevent_default();
        request_animation_frame(move || {
            if let Some(item) = item(chosen.get_untracked()) {
                item.scroll_into_view_with_bool(false);
            }
        });
    };
    let items = move || {
        found
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, entry)| {
                let selected = move || if chosen.get() == index { "true" } else { "false" };
                view! {
                    <a
                        id=format!("palette-{index}")
                        class="palette-item"
                        role="option"
                        tabindex="-1"
                        href=entry.href
                        aria-selected=selected
                        on:click=move |_| open.set(false)
                        on:pointermove=move |_| chosen.set(index)
                    >
                        <Icon name=entry.icon/><span>{entry.words}</span><span class="palette-kind">{entry.kind}</span>
                    </a>
                }
            })
            .collect_view()
    };
    let nothing = move || locales::text_with(language, "palette-empty", &[("query", typed.get().into())]);
    view! {
        <dialog node_ref=dialog class="palette" aria-label=t("palette-title") on:close=move |_| open.set(false) on:click=move |event| leave(event, open)>
            <div class="palette-body">
                <div class="palette-ask">
                    <Icon name="search"/>
                    <input
                        node_ref=input
                        class="palette-input"
                        type="text"
                        role="combobox"
                        aria-expanded="true"
                        aria-controls="palette-list"
                        aria-activedescendant=move || format!("palette-{}", chosen.get())
                        aria-label=t("palette-placeholder")
                        placeholder=t("palette-placeholder")
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || typed.get()
                        on:input=move |event| {
                            typed.set(event_target_value(&event));
                            chosen.set(0);
                        }
                        on:keydown=move_choice
                    />
                    <kbd class="key" aria-hidden="true">"Esc"</kbd>
                </div>
                <div id="palette-list" class="palette-list" role="listbox" aria-label=t("palette-title")>{items}</div>
                <p class="palette-none" hidden=move || !found.with(Vec::is_empty)>{nothing}</p>
            </div>
        </dialog>
    }
    .into_any()
}

/// Ctrl+K or Cmd+K toggles; `open` drives the dialog.
fn open_on_request(open: RwSignal<bool>, dialog: NodeRef<Dialog>, input: NodeRef<Input>, typed: RwSignal<String>, chosen: RwSignal<usize>) {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open.update(|open| *open = !*open);
            }
        });
        on_cleanup(move || handle.remove());
    });
    Effect::new(move |_| {
        let (wanted, Some(dialog)) = (open.get(), dialog.get()) else {
            return;
        };
        match (wanted, dialog.open()) {
            (true, false) => {
                typed.set(String::new());
                chosen.set(0);
                if dialog.show_modal().is_ok()
                    && let Some(input) = input.get_untracked()
                {
                    // An input in an open dialog takes the focus.
                    let _ = input.focus();
                }
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
}

fn item(index: usize) -> Option<web_sys::HtmlElement> {
    document().get_element_by_id(&format!("palette-{index}"))?.dyn_into().ok()
}

fn follow(index: usize) {
    if let Some(item) = item(index) {
        item.click();
    }
}

/// A click on the backdrop lands on the dialog itself.
fn leave(event: ev::MouseEvent, open: RwSignal<bool>) {
    let on_dialog = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok()).is_some();
    if on_dialog {
        open.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_typed_word_has_to_be_there() {
        let entry = |words: &str| Entry { href: "/".into(), icon: "x", words: words.into(), kind: String::new() };
        let all = [entry("Take payment"), entry("Payments"), entry("গ্রাহক ইমপোর্ট")];
        let words = |typed| matching(&all, typed).into_iter().map(|entry| entry.words).collect::<Vec<_>>();
        assert_eq!(words("pay"), ["Take payment", "Payments"]);
        assert_eq!(words("PAYMENT take"), ["Take payment"]);
        assert_eq!(words("ইমপোর্ট"), ["গ্রাহক ইমপোর্ট"]);
        assert_eq!(words("").len(), 3);
        assert!(words("zzz").is_empty());
    }
}
