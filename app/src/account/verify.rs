//! The proof that messages reach somebody: a code goes to his email or mobile, and is typed here.

use super::account_bar;
use super::api::{AskVerification, VerifyAddress};
use crate::UiError;
use crate::drawn::{Drawing, action};
use leptos::prelude::*;
use services::people::{Address, OwnView, own_account};
use ui::prelude::*;

/// The address, whether it is proven, and what it is called.
pub(super) fn address(own: &OwnView, what: Address) -> (Option<&String>, bool, &'static str) {
    match what {
        Address::Email => (own.email.as_ref(), own.email_verified, "account-email"),
        Address::Mobile => (own.mobile.as_ref(), own.mobile_verified, "account-mobile"),
    }
}

pub async fn verify(at: Drawing) -> Result<AnyView, UiError> {
    let what = Address::from_slug(&at.param::<String>("what")?).ok_or(UiError::NotFound)?;
    let own = own_account(at.services(), at.who()?).await?;
    let (value, verified, label) = address(&own, what);
    let value = value.cloned();
    // On the platform's own site nothing is sent.
    let body = match value.filter(|_| at.isp().is_some()) {
        None => view! { <Card><EmptyState icon="mail" title=t("account-verify-nothing") body=t("account-verify-nothing-words")/></Card> }
            .into_any(),
        Some(value) if verified => view! {
            <Card><DefinitionList items=vec![Definition::new(t(label), value)]/><p class="mt-3">{t("account-verify-done")}</p></Card>
        }
        .into_any(),
        Some(value) => forms(&at, what, t(label), value),
    };
    let page = view! {
        <PageHeader title=t("account-verify-title") subtitle=t("account-verify-lead")/>
        {account_bar(&at)}
        <div class="flow">{body}</div>
    };
    Ok(page.into_any())
}

fn forms(at: &Drawing, what: Address, label: String, value: String) -> AnyView {
    let sent = at.query().get("sent").is_some();
    let slug = what.slug();
    let code = sent.then(|| {
        view! {
            <PostForm action={action::<VerifyAddress>()}>
                <ErrorSummary/>
                <HiddenField name="what" value=slug.to_string()/>
                <TextField name="code" label=t("account-verify-code") inputmode="numeric" autocomplete="one-time-code" maxlength=12 autofocus=true/>
                <div class="form-actions"><SubmitButton label=t("account-verify") icon="check"/></div>
            </PostForm>
        }
    });
    let (ask, style) = match sent {
        true => (t("account-verify-again"), ButtonStyle::Secondary),
        false => (t("account-verify-send"), ButtonStyle::Primary),
    };
    view! {
        <Card>
            <DefinitionList items=vec![Definition::new(label, value)]/>
            <div class="flow mt-4">
                {code}
                <PostForm action={action::<AskVerification>()}>
                    <ErrorSummary/>
                    <HiddenField name="what" value=slug.to_string()/>
                    <div class="form-actions"><SubmitButton label=ask style=style icon="send"/></div>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}
