//! Rules around bills: what paying late costs by profile, from which amount a refund needs a second person, and whether
//! a run must be approved.

use super::api::SetLateFee;
use crate::UiError;
use crate::billing::billing_bar;
use crate::drawn::{Drawing, action};
use crate::settings::api::SaveSettings;
use crate::settings::{Form, group_cards};
use domain::corrections::{LateFee, LateFeeRule};
use domain::rights::Permission;
use domain::settings::Group;
use domain::{Currency, Money};
use leptos::prelude::*;
use services::settings::At;
use services::{corrections, require, settings};
use ui::prelude::*;

pub async fn rules(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::BillingProfiles)?;
    let checks = settings::page(at.services(), at.caller()?, At::Isp, &[Group::Checks]).await?;
    let checks = group_cards(&at, checks, &Form { action: action::<SaveSettings>(), place: String::new() });
    let fees = corrections::late_fee_rules(at.services(), at.caller()?).await?;
    let currency = at.services().isp(at.caller()?.isp_id).await?.currency;
    let taxes = services::billing::tax_profiles(at.services(), at.caller()?).await?;
    let choices: Vec<(String, String)> = taxes.into_iter().map(|tax| (tax.id.to_string(), tax.name)).collect();
    let fees = fees.into_iter().map(|rule| late_fee(rule, choices.clone(), currency)).collect_view();
    let page = view! {
        <PageHeader title=t("rules-title") subtitle=t("rules-lead")/>
        {billing_bar(&at)}
        <div class="flow">
            {checks}
            {fees}
        </div>
    };
    Ok(page.into_any())
}

fn late_fee(rule: LateFeeRule, taxes: Vec<(String, String)>, currency: Currency) -> AnyView {
    let LateFeeRule { profile_id: id, profile: name, fee, tax_profile_id } = rule;
    let tax = tax_profile_id.map(|id| id.to_string()).unwrap_or_default();
    let kinds = vec![
        ("none".to_string(), t("late-fee-none")),
        ("fixed".to_string(), t("late-fee-fixed")),
        ("percent".to_string(), t("late-fee-percent")),
    ];
    let (amount, percent) = match fee {
        LateFee::Fixed { minor, .. } => (Some(Money::new(minor, currency)), String::new()),
        LateFee::Percent { percent, .. } => (None, percent.to_string()),
        LateFee::None => (None, String::new()),
    };
    let days = fee.after_days().unwrap_or(7).to_string();
    let field = move |name: &str| format!("late-{id}-{name}");
    view! {
        <Card title=t_with("late-fee-title", &[("profile", name.into())]) subtitle=t("late-fee-words")>
            <PostForm action={action::<SetLateFee>()} key=id.to_string()>
                <ErrorSummary/>
                <HiddenField name="profile" value=id.to_string()/>
                <div class="form-grid">
                    <SelectField name="form[kind]" id=field("kind") label=t("late-fee-kind") options=kinds value=fee.slug()/>
                    <TextField name="form[after_days]" id=field("days") label=t("late-fee-days") value=days inputmode="numeric"/>
                    <MoneyField name="form[amount]" id=field("amount") label=t("late-fee-fixed") currency=currency value=amount optional=true/>
                    <TextField name="form[percent]" id=field("percent") label=t("late-fee-percent") value=percent suffix="%" inputmode="decimal" optional=true/>
                    <SelectField name="form[tax_profile_id]" id=field("tax") label=t("late-fee-tax") options=taxes value=tax empty=t("late-fee-untaxed") optional=true/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
