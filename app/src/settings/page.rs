//! The page of settings: of the ISP with its fixed facts and the way to everything that has its own page, of one branch or
//! reseller; and the same above the ISPs.

use super::api::{SaveSettings, SaveSettingsAbove};
use super::cards::{Form, group_cards};
use crate::UiError;
use crate::dashboard::api::BringBackFirstSteps;
use crate::drawn::{Drawing, action};
use crate::platform::usage_bars;
use domain::TenantId;
use domain::rights::Permission;
use domain::settings::{Group, Level};
use leptos::prelude::*;
use services::require;
use services::settings::{self, At, SettingsPage};
use ui::prelude::*;

pub async fn settings(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    require(caller, Permission::SettingsView)?;
    let place = at.query().get("for").unwrap_or_default().to_string();
    let of = At::read(&place).ok_or(UiError::NotFound)?;
    let found = settings::page(at.services(), caller, of, &Group::ALL).await?;
    let (header, facts) = match found.level {
        Level::Isp => {
            let facts = facts(&at).await?;
            (view! { <PageHeader title=t("settings-title") subtitle=t("settings-lead")/> }.into_any(), Some(facts))
        }
        level => (head_of(&at, &found, level, of), None),
    };
    let cards = group_cards(&at, found, &Form { action: action::<SaveSettings>(), place });
    let page = view! { {header}<div class="flow">{facts}{cards}</div> };
    Ok(page.into_any())
}

fn head_of(at: &Drawing, found: &SettingsPage, level: Level, of: At) -> AnyView {
    let title = format!("{} · {}", found.name, t("settings-title"));
    let lead = t(&format!("settings-lead-{}", level.slug()));
    let back = match of {
        At::Reseller(id) if at.visit().may(Permission::PeopleView) => (format!("/people/{id}"), found.name.clone()),
        At::Branch(_) if at.visit().may(Permission::BranchesEdit) => ("/people/branches".to_string(), t("branches-title")),
        _ => ("/settings".to_string(), t("settings-title")),
    };
    view! { <PageHeader title=title subtitle=lead back=back/> }.into_any()
}

/// What cannot be changed any more, and where the rest is.
async fn facts(at: &Drawing) -> Result<AnyView, UiError> {
    let isp = at.services().isp(at.caller()?.isp_id).await?;
    let items = vec![
        Definition::new(t("settings-isp"), isp.name.clone()),
        Definition::new(t("settings-zone"), isp.zone.name()),
        Definition::new(t("settings-currency"), isp.currency.code()),
    ];
    let places = [
        ("/documents", "file-text", "documents-title", Permission::DocumentsEdit),
        ("/billing/profiles", "calendar-clock", "billing-profiles", Permission::BillingView),
        ("/billing/taxes", "landmark", "taxes-title", Permission::BillingView),
        ("/billing/rules", "receipt", "rules-title", Permission::BillingProfiles),
        ("/billing/dunning", "bell", "dunning-title", Permission::BillingView),
        ("/billing/dunning?tab=holidays", "calendar", "dunning-tab-holidays", Permission::BillingView),
        ("/messages/texts", "message-square", "messages-texts", Permission::MessagesView),
        ("/account/rules", "shield-check", "account-rules", Permission::PeopleManage),
        ("/people/branches", "building-2", "branches-title", Permission::BranchesEdit),
        ("/people/zones", "map-pin", "zones-title", Permission::BranchesEdit),
        ("/people/presets", "key-round", "presets-title", Permission::PeopleView),
        ("/people/titles", "users", "people-titles", Permission::PeopleManage),
    ];
    let links = places
        .into_iter()
        .filter(|(.., permission)| at.visit().may(*permission))
        .map(|(href, icon, words, _)| view! { <LinkButton href=href label=t(words) icon=icon/> })
        .collect_view();
    let plan = plan(at).await?;
    let list = services::first_steps::first_steps(at.services(), at.caller()?).await?;
    let back = (list.has_skipped() && at.visit().may(Permission::SettingsEdit)).then(|| {
        view! {
            <PostForm action={action::<BringBackFirstSteps>()} class="form-actions">
                <SubmitButton label=t("first-steps-back") icon="list-checks" style=ButtonStyle::Secondary/>
            </PostForm>
        }
    });
    let view = view! {
        <Card title=t("settings-company") subtitle=t("settings-company-lead")>
            <DefinitionList items=items/>
            <nav class="mt-4 flex flex-wrap gap-2" aria-label=t("settings-elsewhere")>{links}</nav>
            {back}
        </Card>
        {plan}
    };
    Ok(view.into_any())
}

/// How much of its plan is used, for whoever may be refused more of it. Without limits there is nothing to say.
async fn plan(at: &Drawing) -> Result<Option<AnyView>, UiError> {
    if !at.visit().may(Permission::PeopleManage) {
        return Ok(None);
    }
    let usage = services::platform::isp_usage(at.services(), at.caller()?).await?;
    let usage: Vec<_> = usage.into_iter().map(|(one, own)| (one, Some(own))).collect();
    Ok((!usage.is_empty())
        .then(|| view! { <Card title=t("plan-of-isp") subtitle=t("plan-of-isp-lead")>{usage_bars(usage)}</Card> }.into_any()))
}

/// Of the platform, or of one tenant.
pub async fn above(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    let tenant = match at.query().get("tenant") {
        None => caller.tenant_id,
        Some(id) => Some(id.parse::<TenantId>().map_err(|_| UiError::NotFound)?),
    };
    let found = settings::above(at.services(), caller, tenant).await?;
    let header = match (tenant, caller.tenant_id) {
        (Some(id), None) => {
            let title = format!("{} · {}", found.name, t("settings-title"));
            let back = (format!("/platform/tenants/{id}"), found.name.clone());
            view! { <PageHeader title=title subtitle=t("settings-lead-tenant") back=back/> }.into_any()
        }
        (Some(_), Some(_)) => view! { <PageHeader title=t("settings-title") subtitle=t("settings-lead-tenant")/> }.into_any(),
        (None, _) => {
            let rules = view! { <LinkButton href="/platform/rules" label=t("account-rules") icon="shield-check"/> }.into_any();
            view! { <PageHeader title=t("settings-title") subtitle=t("settings-lead-platform") actions=rules/> }.into_any()
        }
    };
    let place = tenant.map(|id| id.to_string()).unwrap_or_default();
    let cards = group_cards(&at, found, &Form { action: action::<SaveSettingsAbove>(), place });
    let page = view! { {header}<div class="flow">{cards}</div> };
    Ok(page.into_any())
}
