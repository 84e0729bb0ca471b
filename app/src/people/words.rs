//! Names of roles, presets, rights and states, as this ISP and this reader call them.

use crate::Visit;
use domain::people::{Menu, PersonStatus, Preset, Role};
use domain::rights::{Permission, RightGroup};
use ui::prelude::*;

pub(crate) fn role_words(visit: &Visit, role: Role) -> String {
    visit.role_words(role)
}

pub(super) fn preset_words(preset: Preset) -> String {
    t(&format!("preset-{}", preset.slug().replace('_', "-")))
}

pub(super) fn group_words(group: RightGroup) -> String {
    t(&format!("right-group-{}", group.slug()))
}

pub(super) fn right_words(permission: Permission) -> String {
    t(&right_key(permission))
}

fn right_key(permission: Permission) -> String {
    format!("right-{}", permission.key().replace(['.', '_'], "-"))
}

pub(super) fn menu_words(menu: Menu) -> String {
    t(&format!("hidden-menu-{}", menu.slug()))
}

pub(super) fn status_words(status: PersonStatus) -> String {
    t(&format!("person-status-{}", status.slug()))
}

pub(super) fn status_badge(status: PersonStatus) -> leptos::prelude::AnyView {
    use leptos::prelude::*;
    let (tone, icon) = match status {
        PersonStatus::Active => (Tone::Good, "circle-check"),
        PersonStatus::Suspended => (Tone::Bad, "ban"),
        PersonStatus::WithTheOneAbove => (Tone::Warning, "circle-pause"),
        PersonStatus::Deleted => (Tone::Neutral, "circle-x"),
    };
    view! { <StatusBadge tone=tone label=status_words(status) icon=icon/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_its_words() {
        let rights = Permission::ALL.iter().map(|permission| right_key(*permission));
        let presets = Preset::ALL.into_iter().map(|preset| format!("preset-{}", preset.slug().replace('_', "-")));
        let menus = Menu::ALL.into_iter().map(|menu| format!("hidden-menu-{}", menu.slug()));
        let groups = RightGroup::ALL.into_iter().map(|group| format!("right-group-{}", group.slug()));
        let states = PersonStatus::ALL.into_iter().map(|status| format!("person-status-{}", status.slug()));
        let missing: Vec<String> =
            rights.chain(presets).chain(menus).chain(groups).chain(states).filter(|key| !locales::has_text(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
