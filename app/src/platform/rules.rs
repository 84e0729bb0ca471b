//! How strict the platform is with its own people: what they sign in with, and from where.

use super::api::{SavePlatformNetworks, SavePlatformRules};
use crate::UiError;
use crate::account::{networks_card, rules_card};
use crate::drawn::{Drawing, action};
use domain::trust::SignInRuleForm;
use leptos::prelude::*;
use services::people::{platform_networks, platform_sign_in_rule};
use ui::prelude::*;

pub async fn rules(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    let form = SignInRuleForm::of(&platform_sign_in_rule(at.services(), caller).await?);
    let networks = platform_networks(at.services(), caller).await?;
    let rules = rules_card(action::<SavePlatformRules>(), form, false);
    let networks = networks_card(action::<SavePlatformNetworks>(), networks, caller.ip);
    let page = view! {
        <PageHeader title=t("account-rules") subtitle=t("platform-rules-lead") back=("/platform/settings".to_string(), t("settings-title"))/>
        <div class="flow">
            {rules}
            {networks}
        </div>
    };
    Ok(page.into_any())
}
