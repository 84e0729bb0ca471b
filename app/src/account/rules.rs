//! How strict an ISP is with everybody who signs in.

use super::account_bar;
use super::api::SaveRules;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::trust::SignInRuleForm;
use leptos::prelude::*;
use services::people::sign_in_rule;
use ui::prelude::*;

pub async fn rules(at: Drawing) -> Result<AnyView, UiError> {
    let form = SignInRuleForm::of(&sign_in_rule(at.services(), at.caller()?).await?);
    let page = view! {
        <PageHeader title=t("account-rules") subtitle=t("account-rules-lead")/>
        {account_bar(&at)}
        <PostForm action={action::<SaveRules>()}>
            <Card>
                <ErrorSummary/>
                <CheckField name="form[second_factor]" label=t("rules-factor") checked=form.second_factor help=t("rules-factor-help")/>
                <div class="form-grid mt-4">
                    <TextField name="form[idle_minutes]" label=t("rules-idle") value=form.idle_minutes inputmode="numeric" maxlength=5 help=t("rules-idle-help")/>
                    <TextField name="form[most_sessions]" label=t("rules-most") value=form.most_sessions inputmode="numeric" maxlength=2 help=t("rules-most-help")/>
                    <TextField name="form[password_days]" label=t("rules-days") value=form.password_days inputmode="numeric" maxlength=3 optional=true help=t("rules-days-help")/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </Card>
        </PostForm>
    };
    Ok(page.into_any())
}
