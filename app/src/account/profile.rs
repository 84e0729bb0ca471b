//! What is known of whoever is signed in: his names, his role, his language.

use super::account_bar;
use super::api::SaveOwn;
use crate::UiError;
use crate::drawn::{Drawing, action};
use leptos::prelude::*;
use services::people::{Address, OwnView, own_account};
use ui::prelude::*;

pub async fn profile(at: Drawing) -> Result<AnyView, UiError> {
    let own = own_account(at.services(), at.who()?).await?;
    let role = at.visit().role_words(own.role);
    let line = own.password_set_at.is_none();
    let mut facts = vec![Definition::new(t("account-role"), role)];
    facts.extend(own.email.clone().map(|email| Definition::new(t("account-email"), email)));
    facts.extend(own.username.clone().map(|name| Definition::new(t("account-username"), name)));
    facts.extend(own.mobile.clone().map(|mobile| Definition::new(t("account-mobile"), mobile)));
    let change = match line {
        true => view! { <Alert tone=Tone::Info>{t("account-of-line")}</Alert> }.into_any(),
        false => form(&own),
    };
    let proofs = at.isp().is_some().then(|| [Address::Email, Address::Mobile].map(|what| proof(&own, what)));
    let page = view! {
        <PageHeader title=t("account-title") subtitle=own.name/>
        {account_bar(&at)}
        <div class="flow">
            <Card title=t("account-sign-in-names")>
                <DefinitionList items=facts/>
                {proofs}
            </Card>
            {change}
        </div>
    };
    Ok(page.into_any())
}

/// Whether messages are known to reach him there.
fn proof(own: &OwnView, what: Address) -> Option<AnyView> {
    let (value, verified, label) = super::verify::address(own, what);
    value?;
    let name = t(label);
    let view = match verified {
        true => view! { <p class="row-line mt-3"><StatusBadge tone=Tone::Good label=format!("{name}: {}", t("account-verified")) icon="badge-check"/></p> }.into_any(),
        false => view! {
            <p class="row-line mt-3">
                <StatusBadge tone=Tone::Warning label=format!("{name}: {}", t("account-unverified")) icon="circle-alert"/>
                <a href=format!("/account/verify/{}", what.slug())>{t("account-verify")}" "<span class="sr-only">{name.clone()}</span></a>
            </p>
        }
        .into_any(),
    };
    Some(view)
}

fn form(own: &OwnView) -> AnyView {
    let languages = vec![("en".to_string(), "English".to_string()), ("bn".to_string(), "বাংলা".to_string())];
    let (name, version, language) = (own.name.clone(), own.version.to_string(), own.language.clone().unwrap_or_default());
    view! {
        <PostForm action={action::<SaveOwn>()}>
            <Card title=t("account-profile")>
                <ErrorSummary/>
                <HiddenField name="version" value=version/>
                <div class="form-grid">
                    <TextField name="name" label=t("common-name") value=name maxlength=100 autocomplete="name"/>
                    <SelectField name="language" label=t("account-language") options=languages value=language empty=t("account-language-any") optional=true help=t("account-language-help")/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}
