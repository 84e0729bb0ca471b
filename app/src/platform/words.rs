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

/// Everything a plan limits, each with a bar.
pub(crate) fn usage_list(usage: &[Use]) -> AnyView {
    usage_bars(usage.iter().map(|one| (*one, None)).collect())
}

/// The same for one ISP among others of its tenant: what of it is its own.
pub(crate) fn usage_bars(usage: Vec<(Use, Option<i64>)>) -> AnyView {
    let bars = usage.into_iter().map(|(one, own)| bar(one, own)).collect_view();
    view! { <div class="grid gap-5">{bars}</div> }.into_any()
}

fn bar(one: Use, own: Option<i64>) -> AnyView {
    let (near, warn) = match (one.near(), one.percent()) {
        (Near::Warn, Some(percent)) => ("warn", Some(t_with("limit-warn", &[("percent", percent.into())]))),
        (Near::Full, _) => ("full", Some(t("limit-full"))),
        _ => ("far", None),
    };
    let label = limited_words(one.of);
    let own = own.filter(|own| *own != one.have).map(|own| {
        let own = locales::number(use_language(), own);
        view! { <p class="muted text-[0.8125rem]">{t_with("limit-own", &[("own", own.into())])}</p> }
    });
    let warn = warn.map(|words| view! { <p class="row-line text-[0.8125rem]"><Icon name="triangle-alert"/>{words}</p> });
    let unlimited = one.most.is_none().then(|| view! { <span class="muted">" · "{t("common-unlimited")}</span> });
    let bar = one.most.map(|most| {
        let (max, value) = (most.max(1).to_string(), one.have.clamp(0, most.max(1)).to_string());
        view! { <progress class=format!("progress-bar progress-{near}") max=max value=value aria-label=label.clone()></progress> }
    });
    view! {
        <div class="grid gap-1.5">
            <div class="progress-words"><span>{label.clone()}</span><span>{use_mark(&one)}{unlimited}</span></div>
            {bar}
            {own}
            {warn}
        </div>
    }
    .into_any()
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
