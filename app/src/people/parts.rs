//! What the pages about people share: the bar between them, and the choice of a seller.

use super::words::role_words;
use crate::UiError;
use crate::drawn::Drawing;
use domain::packages::views::Seller;
use domain::rights::Permission;
use leptos::prelude::*;
use services::accounts::sellers_above;
use ui::prelude::*;

/// The bar between the parts.
pub(super) fn people_bar(at: &Drawing) -> AnyView {
    let all = [
        ("/people", "people-title", Permission::PeopleView),
        ("/people/rights", "people-grid", Permission::PeopleView),
        ("/people/presets", "presets-title", Permission::PeopleView),
        ("/people/branches", "branches-title", Permission::BranchesEdit),
        ("/people/zones", "zones-title", Permission::BranchesEdit),
        ("/people/titles", "people-titles", Permission::PeopleManage),
        ("/account/rules", "account-rules", Permission::PeopleManage),
        ("/settings", "settings-title", Permission::SettingsView),
        ("/audit", "audit-title", Permission::AuditView),
    ];
    let here = at.path().to_string();
    let links = all
        .into_iter()
        .filter(|(.., permission)| at.visit().may(*permission))
        .map(|(href, words, _)| {
            let current = (href == here).then_some("page");
            view! { <a class="tab-link" href=href aria-current=current>{t(words)}</a> }
        })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("people-title")>{links}</nav> }.into_any()
}

/// Sellers to choose from, each below the one he belongs to.
pub(super) async fn seller_options(at: &Drawing) -> Result<Vec<(String, String)>, UiError> {
    let sellers = sellers_above(at.services(), at.caller()?).await?;
    Ok(sellers.iter().map(|seller| (seller.id.to_string(), seller_words(at, seller))).collect())
}

fn seller_words(at: &Drawing, seller: &Seller) -> String {
    format!("{} · {}", seller.name, role_words(at.visit(), seller.role))
}

/// Who takes customers over: whoever asks himself, or a seller below him but for `but`.
pub(super) async fn taker_options(at: &Drawing, but: Option<domain::AccountId>) -> Result<Vec<(String, String)>, UiError> {
    let own = match at.caller()?.owner_path {
        None => at.visit().site.name.clone(),
        Some(_) => t("person-myself"),
    };
    let but = but.map(|id| id.to_string());
    let sellers = seller_options(at).await?.into_iter().filter(|(id, _)| Some(id) != but.as_ref());
    Ok(std::iter::once(("own".to_string(), own)).chain(sellers).collect())
}
