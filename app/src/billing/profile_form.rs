//! The form of a billing profile, with the rule in words while it is typed. A change holds for bills to come. What gives
//! its customers another rule, or deletes it, stands apart below.

use super::api::SaveProfile;
use super::profiles::{words, zone_help};
use super::rules_api::{DeleteProfile, ReplaceProfile};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::billing::{
    BillingProfile, BillingProfileForm, ChangeRefund, ChargeIn, FirstPeriod, ProfileKind, SuspendedCharging, read_billing_profile,
};
use domain::rights::Permission;
use domain::{BillingProfileId, Currency, Money};
use leptos::prelude::*;
use services::{billing, require};
use ui::prelude::*;

pub async fn new_profile(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::BillingProfiles)?;
    let isp = at.services().isp(at.caller()?.isp_id).await?;
    let usual = BillingProfile::usual(BillingProfileId(uuid::Uuid::nil()), "").with_defaults(&isp.settings);
    Ok(page(&at, t("billing-profile-add"), &usual, None, ().into_any()))
}

pub async fn edit_profile(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::BillingProfiles)?;
    let id: BillingProfileId = at.param("id")?;
    let profiles = billing::profiles(at.services(), at.caller()?).await?;
    let profile = profiles.iter().find(|profile| profile.id == id).cloned().ok_or(UiError::NotFound)?;
    let customers = billing::profile_customers(at.services(), at.caller()?).await?;
    let customers = customers.into_iter().find(|(found, _)| *found == id).map_or(0, |(_, n)| n);
    let apart = danger(&profile, &profiles, customers);
    Ok(page(&at, profile.name.clone(), &profile, Some(id), apart))
}

/// The profile as it is typed now, when all of it can be read.
fn typed(at: &Drawing, profile: &BillingProfile) -> Option<BillingProfile> {
    at.typed("form[name]")?;
    let text = |field: &str| at.typed(&format!("form[{field}]")).unwrap_or_default().to_string();
    let checked = |field: &str| at.typed(&format!("form[{field}]")).map(str::to_string);
    let form = BillingProfileForm {
        name: "–".into(),
        kind: text("kind"),
        charge_in: text("charge_in"),
        billing_day: text("billing_day"),
        due_days: text("due_days"),
        grace_days: text("grace_days"),
        cycle_ends_with_month: checked("cycle_ends_with_month"),
        auto_suspend: checked("auto_suspend"),
        ..BillingProfileForm::default()
    };
    read_billing_profile(&form, profile.id, Currency::Bdt).ok()
}

fn page(at: &Drawing, title: String, profile: &BillingProfile, id: Option<BillingProfileId>, apart: AnyView) -> AnyView {
    let hidden = id.map(
        |id| view! { <HiddenField name="id" value=id.to_string()/><HiddenField name="form[version]" value=profile.version.to_string()/> },
    );
    let (own_zone, currency) = (zone_help(at.visit()), at.visit().site.currency);
    let rule = match (at.typed("form[name]"), typed(at, profile)) {
        (None, _) => words(profile),
        (_, Some(typed)) => words(&typed),
        _ => t("billing-rule-unclear"),
    };
    let profile = profile.clone();
    view! {
        <PageHeader title=title back=("/billing/profiles".to_string(), t("billing-profiles"))/>
        <PostForm action={action::<SaveProfile>()} live=true>
            <div class="flow">
                <ErrorSummary/>
                {hidden}
                {cycle(profile.clone(), own_zone, currency)}
                {cut(profile.clone(), currency)}
                {changes(profile.clone(), currency)}
                {prepaid(profile)}
                <p class="notice tone-info" aria-live="polite"><Icon name="info"/><span class="notice-words">{rule}</span></p>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/billing/profiles" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </div>
        </PostForm>
        {apart}
    }
    .into_any()
}

fn choices<T: Copy>(all: &[T], slug: fn(T) -> &'static str, prefix: &str) -> Vec<(String, String)> {
    all.iter().map(|choice| (slug(*choice).to_string(), t(&format!("{prefix}-{}", slug(*choice).replace('_', "-"))))).collect()
}

/// A sum in a field: nothing for nothing.
fn sum(currency: Currency, minor: i64) -> Option<Money> {
    (minor != 0).then(|| Money::new(minor, currency))
}

fn cycle(profile: BillingProfile, own_zone: String, currency: Currency) -> AnyView {
    let generate = vec![("auto".to_string(), t("billing-generate-auto")), ("manual".to_string(), t("billing-generate-manual"))];
    let generated = if profile.auto_generate { "auto" } else { "manual" };
    let minimum = sum(currency, profile.minimum_invoice_minor);
    view! {
        <Card title=t("billing-section-cycle")>
            <div class="form-grid">
                <TextField name="form[name]" label=t("common-name") value=profile.name.clone() maxlength=60 autofocus=true/>
                <SelectField name="form[kind]" label=t("billing-kind") options=choices(ProfileKind::ALL, ProfileKind::slug, "billing-kind") value=profile.kind.slug()/>
                <SelectField name="form[charge_in]" label=t("billing-charge-in") options=choices(ChargeIn::ALL, ChargeIn::slug, "billing-charge-in") value=profile.charge_in.slug()/>
                <TextField name="form[billing_day]" label=t("billing-day") value=profile.billing_day.to_string() inputmode="numeric" help=t("billing-day-help")/>
                <CheckField name="form[cycle_ends_with_month]" label=t("billing-by-month") checked=profile.cycle_ends_with_month help=t("billing-by-month-help")/>
                <TextField name="form[billing_time]" label=t("billing-time") value=profile.billing_time.format("%H:%M").to_string() kind="time"/>
                <SelectField name="form[generate]" label=t("billing-generate") options=generate value=generated/>
                <TextField name="form[due_days]" label=t("billing-due-days") value=profile.due_days.to_string() inputmode="numeric" help=t("billing-due-days-help")/>
                <SelectField name="form[first_period]" label=t("billing-first") options=choices(FirstPeriod::ALL, FirstPeriod::slug, "billing-first") value=profile.first_period.slug()/>
                <MoneyField name="form[minimum_invoice]" label=t("billing-minimum") currency=currency value=minimum optional=true help=t("billing-minimum-help")/>
                <TextField name="form[time_zone]" label=t("billing-zone") value=profile.time_zone.clone().unwrap_or_default() optional=true help=own_zone autocomplete="off"/>
            </div>
        </Card>
    }
    .into_any()
}

fn cut(profile: BillingProfile, currency: Currency) -> AnyView {
    let limit = profile.credit_limit_minor.map(|minor| Money::new(minor, currency));
    let tolerance = sum(currency, profile.tolerance_minor);
    view! {
        <Card title=t("billing-section-cut")>
            <div class="form-grid">
                <CheckField name="form[auto_suspend]" label=t("billing-suspend-auto") checked=profile.auto_suspend help=t("billing-suspend-help")/>
                <TextField name="form[grace_days]" label=t("billing-grace-days") value=profile.grace_days.to_string() inputmode="numeric" help=t("billing-grace-days-help")/>
                <TextField name="form[suspend_time]" label=t("billing-suspend-time") value=profile.suspend_time.format("%H:%M").to_string() kind="time"/>
                <MoneyField name="form[tolerance]" label=t("billing-tolerance") currency=currency value=tolerance optional=true/>
                <MoneyField name="form[credit_limit]" label=t("billing-credit-limit") currency=currency value=limit optional=true help=t("billing-credit-limit-help")/>
                <div>
                    <CheckField name="form[skip_weekends]" label=t("billing-skip-weekends") checked=profile.skip_weekends/>
                    <CheckField name="form[skip_holidays]" label=t("billing-skip-holidays") checked=profile.skip_holidays/>
                </div>
                <SelectField name="form[suspended_charging]" label=t("billing-suspended") options=choices(SuspendedCharging::ALL, SuspendedCharging::slug, "billing-suspended") value=profile.suspended_charging.slug()/>
                <TextField name="form[suspended_periods]" label=t("billing-suspended-periods") value=profile.suspended_periods.to_string() inputmode="numeric"/>
            </div>
        </Card>
    }
    .into_any()
}

fn changes(profile: BillingProfile, currency: Currency) -> AnyView {
    let (up, down, hold) =
        (sum(currency, profile.change_fee_up_minor), sum(currency, profile.change_fee_down_minor), sum(currency, profile.hold_fee_minor));
    view! {
        <Card title=t("billing-section-change")>
            <div class="form-grid">
                <SelectField name="form[change_refund]" label=t("billing-refund") options=choices(ChangeRefund::ALL, ChangeRefund::slug, "billing-refund") value=profile.change_refund.slug()/>
                <MoneyField name="form[change_fee_up]" label=t("billing-fee-up") currency=currency value=up optional=true/>
                <MoneyField name="form[change_fee_down]" label=t("billing-fee-down") currency=currency value=down optional=true/>
                <MoneyField name="form[hold_fee]" label=t("billing-hold-fee") currency=currency value=hold optional=true/>
                <TextField name="form[hold_days_a_year]" label=t("billing-hold-days") value=profile.hold_days_a_year.to_string() inputmode="numeric"/>
            </div>
        </Card>
    }
    .into_any()
}

fn prepaid(profile: BillingProfile) -> AnyView {
    let remaining = vec![("converted".to_string(), t("billing-remaining-converted")), ("lost".to_string(), t("billing-remaining-lost"))];
    let kept = if profile.convert_remaining { "converted" } else { "lost" };
    view! {
        <Card title=t("billing-section-prepaid")>
            <div class="form-grid">
                <TextField name="form[daily_base]" label=t("billing-daily-base") value=profile.daily_base.to_string() inputmode="numeric" help=t("billing-daily-base-help")/>
                <TextField name="form[minimum_days]" label=t("billing-minimum-days") value=profile.minimum_days.to_string() inputmode="numeric"/>
                <SelectField name="form[remaining]" label=t("billing-remaining") options=remaining value=kept/>
            </div>
        </Card>
    }
    .into_any()
}

/// Another rule for everybody who has this one; deleting it once nobody has it.
fn danger(profile: &BillingProfile, all: &[BillingProfile], customers: i64) -> AnyView {
    let id = profile.id.to_string();
    let others: Vec<(String, String)> =
        all.iter().filter(|other| other.id != profile.id).map(|other| (other.id.to_string(), other.name.clone())).collect();
    let replace = (customers > 0 && !others.is_empty()).then(|| {
        let body = t_with("billing-profile-replace-body", &[("count", customers.into())]);
        let from = id.clone();
        view! {
            <Card title=t("billing-profile-replace")>
                <PostForm action={action::<ReplaceProfile>()}>
                    <ErrorSummary/>
                    <HiddenField name="from" value=from/>
                    <SelectField name="to" label=t("billing-profile-replace-to") options=others/>
                    <div class="form-actions"><ConfirmButton label=t("billing-profile-replace") body=body/></div>
                </PostForm>
            </Card>
        }
    });
    let delete = (customers == 0 && !profile.is_default).then(|| {
        view! {
            <PostForm action={action::<DeleteProfile>()}>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("billing-profile-delete") body=t("billing-profile-delete-body") icon="trash-2"/>
            </PostForm>
        }
    });
    view! { <div class="flow mt-6">{replace}{delete}</div> }.into_any()
}
