//! How strict an ISP is with everybody who signs in, and from which networks its staff may come.

use super::account_bar;
use super::api::{SaveNetworks, SaveRules};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::trust::{OnMove, SignInRuleForm};
use leptos::prelude::*;
use services::people::{ListedNetwork, networks, sign_in_rule};
use std::net::IpAddr;
use ui::prelude::*;

pub async fn rules(at: Drawing) -> Result<AnyView, UiError> {
    let form = SignInRuleForm::of(&sign_in_rule(at.services(), at.caller()?).await?);
    let listed = networks(at.services(), at.caller()?).await?;
    let rules = rules_card(action::<SaveRules>(), form, true);
    let networks = networks_card(action::<SaveNetworks>(), listed, at.caller()?.ip);
    let page = view! {
        <PageHeader title=t("account-rules") subtitle=t("account-rules-lead")/>
        {account_bar(&at)}
        <div class="flow">
            {rules}
            {networks}
        </div>
    };
    Ok(page.into_any())
}

/// How strict a sign-in is, to be changed; the platform has no subscribers of its own.
pub(crate) fn rules_card(action: &'static str, form: SignInRuleForm, subscribers: bool) -> AnyView {
    let choices = || OnMove::ALL.map(|on_move| (on_move.slug().to_owned(), t(&format!("rules-moves-{}", on_move.slug())))).to_vec();
    let of_subscribers = subscribers.then(|| {
        view! {
            <SelectField name="form[customer_moves]" label=t("rules-moves-customers") options=choices() value=form.customer_moves help=t("rules-moves-customers-help")/>
        }
    });
    view! {
        <PostForm action=action>
            <Card>
                <ErrorSummary/>
                <CheckField name="form[second_factor]" label=t("rules-factor") checked=form.second_factor help=t("rules-factor-help")/>
                <div class="form-grid mt-4">
                    <TextField name="form[idle_minutes]" label=t("rules-idle") value=form.idle_minutes inputmode="numeric" maxlength=5 help=t("rules-idle-help")/>
                    <TextField name="form[most_sessions]" label=t("rules-most") value=form.most_sessions inputmode="numeric" maxlength=2 help=t("rules-most-help")/>
                    <TextField name="form[password_days]" label=t("rules-days") value=form.password_days inputmode="numeric" maxlength=3 optional=true help=t("rules-days-help")/>
                    <SelectField name="form[staff_moves]" label=t("rules-moves-staff") options=choices() value=form.staff_moves help=t("rules-moves-help")/>
                    {of_subscribers}
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}

/// The networks from which staff may come, to be typed as a list.
pub(crate) fn networks_card(action: &'static str, listed: Vec<ListedNetwork>, own: Option<IpAddr>) -> AnyView {
    let off = !listed.is_empty() && listed.iter().all(|one| !one.active);
    let off = off.then(|| view! { <div class="mb-4"><Alert tone=Tone::Warning>{t("networks-off")}</Alert></div> });
    let lines: Vec<String> = listed.into_iter().map(|one| format!("{} {}", one.network, one.label).trim_end().to_string()).collect();
    let here = own.map(|own| t_with("networks-here", &[("address", own.to_canonical().to_string().into())])).unwrap_or_default();
    view! {
        <PostForm action=action>
            <Card title=t("networks-title") subtitle=t("networks-lead")>
                {off}
                <ErrorSummary/>
                <TextAreaField name="networks" label=t("networks-list") value=lines.join("\n") rows=5 optional=true help=t("networks-help")/>
                <p class="muted mt-2">{here}</p>
                <div class="form-actions"><ConfirmButton label=t("networks-save") body=t("networks-save-words") style=ButtonStyle::Primary icon="shield-check"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}
