//! How states and limits of tenants and ISPs are shown.

use crate::drawn::Drawing;
use domain::AccountId;
use domain::platform::{Decided, Level, Limited, Near, Standing, Use};
use leptos::prelude::*;
use services::platform::shown_password;
use ui::prelude::*;

pub(super) fn standing_mark(standing: &Standing) -> AnyView {
    match standing {
        Standing::Open => view! { <StatusBadge tone=Tone::Good label=t("status-active") icon="check"/> }.into_any(),
        Standing::Suspended(suspension) => {
            let words = match suspension.by {
                Level::Tenant => t("isp-suspended-with-tenant"),
                Level::Isp => t("status-suspended"),
            };
            view! { <StatusBadge tone=Tone::Bad label=words icon="circle-pause"/> }.into_any()
        }
        Standing::Closed => view! { <StatusBadge tone=Tone::Neutral label=t("status-terminated") icon="ban"/> }.into_any(),
    }
}

pub(super) fn decided_mark(decided: &Decided) -> AnyView {
    match decided {
        Decided::Active => view! { <StatusBadge tone=Tone::Good label=t("status-active") icon="check"/> }.into_any(),
        Decided::Suspended { .. } => view! { <StatusBadge tone=Tone::Bad label=t("status-suspended") icon="circle-pause"/> }.into_any(),
        Decided::Ended => view! { <StatusBadge tone=Tone::Neutral label=t("tenant-deleted") icon="trash-2"/> }.into_any(),
    }
}

pub(super) fn limited_words(of: Limited) -> String {
    match of {
        Limited::Isps => t("limit-isps"),
        Limited::Users => t("limit-users"),
        Limited::Customers => t("limit-customers"),
        Limited::Routers => t("limit-routers"),
    }
}

/// `320 of 500`, with a mark when it comes near.
pub(super) fn use_mark(one: &Use) -> AnyView {
    let number = |value: i64| locales::number(use_language(), value);
    let Some(most) = one.most else { return view! { <span class="figure">{number(one.have)}</span> }.into_any() };
    let words = t_with("limit-of", &[("have", number(one.have).into()), ("most", number(most).into())]);
    match one.near() {
        Near::Far => view! { <span class="figure">{words}</span> }.into_any(),
        Near::Warn => view! { <StatusBadge tone=Tone::Warning label=words/> }.into_any(),
        Near::Full => view! { <StatusBadge tone=Tone::Bad label=words/> }.into_any(),
    }
}

/// Everything a plan limits, as facts.
pub(crate) fn usage_list(usage: &[Use]) -> AnyView {
    let items = usage
        .iter()
        .map(|one| {
            let warn = match (one.near(), one.percent()) {
                (Near::Warn, Some(percent)) => t_with("limit-warn", &[("percent", percent.into())]),
                (Near::Full, _) => t("limit-full"),
                _ => String::new(),
            };
            let warn = (!warn.is_empty()).then(|| view! { <span class="muted block text-[0.8125rem]">{warn}</span> });
            let unlimited = one.most.is_none().then(|| view! { <span class="muted">" · "{t("common-unlimited")}</span> });
            Definition::new(limited_words(one.of), view! { {use_mark(one)}{unlimited}{warn} })
        })
        .collect();
    view! { <DefinitionList items=items/> }.into_any()
}

/// Suspends a tenant or an ISP, with a reason.
pub(super) fn suspend_form(action: &'static str, id: String, label: String) -> AnyView {
    view! {
        <PostForm action=action class="grid gap-4">
            <ErrorSummary/>
            <HiddenField name="id" value=id/>
            <TextField name="reason" id="suspend-reason" label=t("common-reason") maxlength=500 help=t("suspend-reason-help")/>
            <div><ConfirmButton label=label body=t("tenant-suspend-words") icon="circle-pause"/></div>
        </PostForm>
    }
    .into_any()
}

/// Lifts its suspension.
pub(super) fn lift_form(action: &'static str, id: String) -> AnyView {
    view! {
        <PostForm action=action>
            <HiddenField name="id" value=id/>
            <ConfirmButton label=t("tenant-lift") body=t("tenant-lift-words") style=ButtonStyle::Primary icon="play"/>
        </PostForm>
    }
    .into_any()
}

/// The password that was just made for somebody, as long as its maker may see it.
pub(super) async fn password_card(at: &Drawing, account: AccountId, login: &str) -> Result<Option<AnyView>, crate::UiError> {
    let shown = shown_password(at.services(), at.platform()?, account).await?;
    let login = login.to_owned();
    Ok(shown.map(|password| {
        view! {
            <div class="mb-5">
                <Alert tone=Tone::Info title=t("platform-first-password")>
                    <p>{t_with("first-password-words", &[("login", login.into())])}</p>
                    <p class="code mt-2 wrap-anywhere" id="first-password">{password}</p>
                </Alert>
            </div>
        }
        .into_any()
    }))
}
