//! The menu of a role: at the left of a desk, at the bottom of a phone. Same entries, same links.

use leptos::html::Details;
use leptos::prelude::*;

use crate::i18n::t;
use crate::icon::Icon;
use crate::place::use_current_url;

/// One place in the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    pub href: String,
    pub icon: &'static str,
    /// Key of its text.
    pub key: &'static str,
    /// Key of its group's text, empty for none. Entries of a group stand together.
    pub group: &'static str,
    /// A count beside it, already written for the reader.
    pub count: Option<String>,
}

impl MenuEntry {
    /// `MenuEntry::new("/customers", "users", "menu-customers", "menu-group-customers")`
    pub fn new(href: impl Into<String>, icon: &'static str, key: &'static str, group: &'static str) -> Self {
        MenuEntry { href: href.into(), icon, key, group, count: None }
    }

    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = Some(count.into());
        self
    }
}

/// The entry that `path` belongs to: the one whose address is the longest beginning of it.
pub fn current_entry(entries: &[MenuEntry], path: &str) -> Option<usize> {
    let belongs = |href: &str| path == href || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')));
    entries.iter().enumerate().filter(|(_, entry)| belongs(&entry.href)).max_by_key(|(_, entry)| entry.href.len()).map(|(index, _)| index)
}

fn current(entries: &[MenuEntry]) -> Memo<Option<usize>> {
    let url = use_current_url();
    let entries = entries.to_vec();
    Memo::new(move |_| url.path.with(|path| current_entry(&entries, path)))
}

fn link(entry: MenuEntry, index: usize, current: Memo<Option<usize>>, class: &'static str) -> AnyView {
    view! {
        <a class=class href=entry.href aria-current=move || (current.get() == Some(index)).then_some("page")>
            <Icon name=entry.icon/>
            <span class="menu-words">{t(entry.key)}</span>
            {entry.count.map(|count| view! { <span class="menu-count">{count}</span> })}
        </a>
    }
    .into_any()
}

/// Entries of one group behind each other, in their order.
fn groups(entries: impl IntoIterator<Item = (usize, MenuEntry)>) -> Vec<(&'static str, Vec<(usize, MenuEntry)>)> {
    let mut groups: Vec<(&'static str, Vec<(usize, MenuEntry)>)> = Vec::new();
    for (index, entry) in entries {
        match groups.iter_mut().find(|(group, _)| *group == entry.group) {
            Some((_, members)) => members.push((index, entry)),
            None => groups.push((entry.group, vec![(index, entry)])),
        }
    }
    groups
}

fn grouped(entries: impl IntoIterator<Item = (usize, MenuEntry)>, current: Memo<Option<usize>>) -> AnyView {
    groups(entries)
        .into_iter()
        .map(|(group, members)| {
            let links =
                members.into_iter().map(|(index, entry)| view! { <li>{link(entry, index, current, "menu-link")}</li> }).collect_view();
            let title = (!group.is_empty()).then(|| view! { <p class="menu-group">{t(group)}</p> });
            view! { <div class="menu-part">{title}<ul>{links}</ul></div> }
        })
        .collect_view()
        .into_any()
}

#[component]
pub(super) fn SideMenu(brand: String, home: String, entries: Vec<MenuEntry>) -> AnyView {
    let current = current(&entries);
    view! {
        <aside class="side">
            <a class="brand" href=home>
                <img class="brand-mark" src="/favicon.svg" alt="" width="28" height="28"/>
                <span class="brand-name">{brand}</span>
            </a>
            <nav class="side-menu" aria-label=t("frame-menu")>{grouped(entries.into_iter().enumerate(), current)}</nav>
        </aside>
    }
    .into_any()
}

const ON_THE_BAR: usize = 4;

#[component]
pub(super) fn PhoneBar(entries: Vec<MenuEntry>) -> AnyView {
    let url = use_current_url();
    let current = current(&entries);
    let sheet = NodeRef::<Details>::new();
    Effect::new(move |_| {
        url.path.track();
        if let Some(sheet) = sheet.get() {
            sheet.set_open(false);
        }
    });
    let first =
        entries.iter().take(ON_THE_BAR).cloned().enumerate().map(|(index, entry)| link(entry, index, current, "phone-link")).collect_view();
    let hidden_here = move || current.get().is_some_and(|index| index >= ON_THE_BAR).then_some("true");
    // Where everything is on the bar there is no more.
    let more = (entries.len() > ON_THE_BAR).then(|| {
        view! {
                <details class="phone-more" node_ref=sheet data-menu="">
                    <summary class="phone-link" aria-current=hidden_here>
                        <Icon name="menu"/><span class="menu-words">{t("frame-more")}</span>
                    </summary>
                    <div class="phone-sheet">{grouped(entries.into_iter().enumerate().skip(ON_THE_BAR), current)}</div>
                </details>
        }
    });
    view! { <nav class="phone-bar" aria-label=t("frame-menu")>{first}{more}</nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_address_wins_and_words_are_not_cut() {
        let entries = ["/", "/customers", "/customers/import", "/pay"].map(|href| MenuEntry::new(href, "house", "menu-home", ""));
        let at = |path| current_entry(&entries, path);
        assert_eq!(at("/"), Some(0));
        assert_eq!(at("/customers"), Some(1));
        assert_eq!(at("/customers/42/bill"), Some(1));
        assert_eq!(at("/customers/import"), Some(2));
        assert_eq!(at("/payments"), None);
    }

    #[test]
    fn groups_keep_their_order_and_gather_their_entries() {
        let entry = |href: &str, group| MenuEntry::new(href, "house", "menu-home", group);
        let found = groups([entry("/", ""), entry("/a", "menu-group-money"), entry("/b", "")].into_iter().enumerate());
        let shape = found.iter().map(|(group, members)| (*group, members.len())).collect::<Vec<_>>();
        assert_eq!(shape, [("", 2), ("menu-group-money", 1)]);
    }
}
