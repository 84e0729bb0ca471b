//! Somebody's own account: what is known of him, how he signs in, where he is signed in; and the rules that an ISP sets
//! for all of its people. Other people's accounts are not here.

mod api;
pub(crate) mod device;
mod keys;
mod profile;
mod rules;
mod security;
mod sessions;
mod verify;

pub(crate) use keys::keys;
pub(crate) use profile::profile;
pub(crate) use rules::{networks_card, rules, rules_card};
pub(crate) use security::{recovery_codes, second_factor, security};
pub(crate) use sessions::sessions;
pub(crate) use verify::verify;

use crate::drawn::Drawing;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// The bar between the parts of it.
fn account_bar(at: &Drawing) -> AnyView {
    let rules = at.visit().may(Permission::PeopleManage).then_some(("/account/rules", "account-rules"));
    let log = at.visit().may(Permission::AuditView).then_some(("/audit", "audit-title"));
    let settings = at.visit().may(Permission::SettingsView).then_some(("/settings", "settings-title"));
    let people = at.visit().may(Permission::PeopleView).then_some(("/people", "people-title"));
    let parts = [("/account", "account-profile"), ("/account/security", "account-security"), ("/account/sessions", "account-sessions")];
    let keys = at.visit().may(Permission::ApiKeys).then_some(("/account/keys", "keys-title"));
    let here = at.path().to_string();
    let links = parts
        .into_iter()
        .chain(keys)
        .chain(settings)
        .chain(people)
        .chain(rules)
        .chain(log)
        .map(|(href, words)| {
            let current = (href == here).then_some("page");
            view! { <a class="tab-link" href=href aria-current=current>{t(words)}</a> }
        })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("account-title")>{links}</nav> }.into_any()
}

/// The square that an authenticator reads, on white in both themes, and the same to be typed.
pub(crate) fn enrolment_picture(enrolment: services::people::Enrolment) -> AnyView {
    view! {
        <div class="flex flex-wrap items-center gap-5">
            <div class="code-square" role="img" aria-label=t("factor-square") inner_html=enrolment.svg></div>
            <div class="min-w-0 grow basis-56">
                <p>{t("factor-scan")}</p>
                <p class="muted mt-2">{t("factor-type")}</p>
                <p class="code mt-1 wrap-anywhere">{enrolment.seed}</p>
            </div>
        </div>
    }
    .into_any()
}

/// The field for the first code.
pub(crate) fn code_field(autofocus: bool) -> AnyView {
    view! { <TextField name="code" label=t("factor-code") inputmode="numeric" autocomplete="one-time-code" maxlength=12 autofocus=autofocus/> }
        .into_any()
}

/// The three fields of a new password; `old`: the one that holds is asked for too.
pub(crate) fn password_fields(old: bool, prefix: &str) -> AnyView {
    let name = |field: &str| if prefix.is_empty() { field.to_owned() } else { format!("{prefix}[{field}]") };
    let id = |field: &str| format!("field-{field}");
    let old = old.then(|| {
        view! { <TextField name=name("old_password") id=id("old_password") kind="password" label=t("password-old") autocomplete="current-password" maxlength=500/> }
    });
    view! {
        {old}
        <TextField name=name("new_password") id=id("new_password") kind="password" label=t("password-new") help=t("password-help") autocomplete="new-password" maxlength=200/>
        <TextField name=name("again_password") id=id("again_password") kind="password" label=t("password-again") autocomplete="new-password" maxlength=200/>
    }
    .into_any()
}
