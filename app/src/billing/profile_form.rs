//! The form of a billing profile, with the rule in words while it is typed. A change holds for bills to come.

use super::api::SaveProfile;
use super::profiles::rule;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::BillingProfileId;
use domain::billing::BillingProfile;
use domain::rights::Permission;
use leptos::prelude::*;
use services::{billing, require};
use ui::prelude::*;

pub async fn new_profile(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::BillingProfiles)?;
    Ok(page(&at, t("billing-profile-add"), None))
}

pub async fn edit_profile(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::BillingProfiles)?;
    let id: BillingProfileId = at.param("id")?;
    let profiles = billing::profiles(at.services(), at.caller()?).await?;
    let profile = profiles.into_iter().find(|profile| profile.id == id).ok_or(UiError::NotFound)?;
    Ok(page(&at, profile.name.clone(), Some(profile)))
}

fn page(at: &Drawing, title: String, profile: Option<BillingProfile>) -> AnyView {
    let id = profile.as_ref().map(|profile| view! { <HiddenField name="id" value=profile.id.to_string()/> });
    let (name, day, due, grace, zone, cuts) = match profile {
        Some(p) => (p.name, p.billing_day, p.due_days, p.grace_days, p.time_zone.unwrap_or_default(), p.auto_suspend),
        None => (String::new(), 1, 7, 3, String::new(), true),
    };
    let number = |field: &str, first: i64| match at.typed(field) {
        Some(text) => domain::money::ascii_digits(text.trim()).parse::<i64>().ok(),
        None => Some(first),
    };
    let typed = (number("form[billing_day]", day.into()), number("form[due_days]", due.into()), number("form[grace_days]", grace.into()));
    let cutting = if at.typed("form[name]").is_some() { at.typed("form[auto_suspend]").is_some() } else { cuts };
    let words = match typed {
        (Some(day @ 1..=28), Some(due), Some(grace)) => rule(day, due, grace, cutting),
        _ => t("billing-rule-unclear"),
    };
    let own_zone = t_with("billing-zone-help", &[("zone", at.visit().site.time_zone.as_str().into())]);
    view! {
        <PageHeader title=title back=("/billing/profiles".to_string(), t("billing-profiles"))/>
        <PostForm action={action::<SaveProfile>()} live=true>
            <Card>
                <ErrorSummary/>
                {id}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("common-name") value=name maxlength=60 autofocus=true/>
                    <TextField name="form[billing_day]" label=t("billing-day") value=day.to_string() inputmode="numeric" help=t("billing-day-help")/>
                    <TextField name="form[due_days]" label=t("billing-due-days") value=due.to_string() inputmode="numeric" help=t("billing-due-days-help")/>
                    <TextField name="form[grace_days]" label=t("billing-grace-days") value=grace.to_string() inputmode="numeric" help=t("billing-grace-days-help")/>
                    <TextField name="form[time_zone]" label=t("billing-zone") value=zone optional=true help=own_zone autocomplete="off"/>
                    <CheckField name="form[auto_suspend]" label=t("billing-suspend-auto") checked=cuts help=t("billing-suspend-help")/>
                </div>
                <p class="notice tone-info mt-5" aria-live="polite"><Icon name="info"/><span class="notice-words">{words}</span></p>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/billing/profiles" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}
