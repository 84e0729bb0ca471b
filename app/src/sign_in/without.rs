//! The doors for who has no password at hand: a link to a new one, and for subscribers a code by SMS. Plain forms that
//! say the same to everybody, whether or not a name is known.

use super::steps::{beside, problem_words};
use crate::UiError;
use crate::drawn::Drawing;
use domain::IspId;
use leptos::prelude::*;
use services::people::reset_is_open;
use ui::prelude::*;
use uuid::Uuid;

/// The ISP of this site. On the platform's own site nothing of this exists: who runs the server has its command line.
fn provider(at: &Drawing) -> Result<IspId, AnyView> {
    at.isp().ok_or_else(|| {
        let back = view! { <LinkButton href="/sign-in" label=t("sign-in-back") style=ButtonStyle::Primary/> }.into_any();
        view! {
            <PageHeader title=t("sign-in-forgot-title")/>
            <Card><EmptyState icon="key-round" title=t("sign-in-forgot-title") body=t("sign-in-platform-reset") action=back/></Card>
        }
        .into_any()
    })
}

/// A page with one form: what is wrong on top, where to go instead below.
fn door(at: &Drawing, title: String, lead: String, to: &'static str, body: AnyView, below: AnyView) -> AnyView {
    let above = problem_words(at).map(|(tone, words)| view! { <Alert tone=tone>{words}</Alert> });
    provide_problems(Signal::stored(beside(at)));
    view! {
        <PageHeader title=title subtitle=lead/>
        <Card>
            <form method="post" action=to class="grid gap-5" data-plain="">
                {above}
                {body}
            </form>
        </Card>
        <div class="mt-5 grid gap-2 text-center">{below}</div>
    }
    .into_any()
}

fn back() -> AnyView {
    view! { <p class="muted"><a href="/sign-in">{t("sign-in-back")}</a></p> }.into_any()
}

pub async fn forgot(at: Drawing) -> Result<AnyView, UiError> {
    if let Err(instead) = provider(&at) {
        return Ok(instead);
    }
    let login = at.query().get("login").unwrap_or_default().to_owned();
    let sent = at.query().get("sent").map(|_| view! { <Alert tone=Tone::Good>{t("sign-in-forgot-sent")}</Alert> });
    let body = view! {
        {sent}
        <TextField name="login" label=t("sign-in-login") value=login autocomplete="username" maxlength=200 autofocus=true/>
        <SubmitButton label=t("sign-in-forgot-send") icon="send" wide=true/>
    };
    Ok(door(&at, t("sign-in-forgot-title"), t("sign-in-forgot-lead"), "/sign-in/forgot", body.into_any(), back()))
}

pub async fn reset(at: Drawing) -> Result<AnyView, UiError> {
    let isp = match provider(&at) {
        Ok(isp) => isp,
        Err(instead) => return Ok(instead),
    };
    let key = at.query().get("key").unwrap_or_default().to_owned();
    if !reset_is_open(at.services(), isp, &key).await? {
        let again = view! { <LinkButton href="/sign-in/forgot" label=t("sign-in-ask-again") style=ButtonStyle::Primary/> }.into_any();
        let over = view! {
            <PageHeader title=t("sign-in-reset-title")/>
            <Card><EmptyState icon="clock" title=t("sign-in-reset-over") body=t("sign-in-reset-over-words") action=again/></Card>
        };
        return Ok(over.into_any());
    }
    let body = view! {
        <HiddenField name="key" value=key/>
        {crate::account::password_fields(false, "")}
        <SubmitButton label=t("password-change") icon="check" wide=true/>
    };
    Ok(door(&at, t("sign-in-reset-title"), t("sign-in-reset-lead"), "/sign-in/reset", body.into_any(), back()))
}

pub async fn mobile(at: Drawing) -> Result<AnyView, UiError> {
    if let Err(instead) = provider(&at) {
        return Ok(instead);
    }
    let asked = at.query().get("asked").and_then(|text| Uuid::parse_str(text).ok());
    let body = match asked {
        None => {
            let login = at.query().get("login").unwrap_or_default().to_owned();
            view! {
                <TextField name="login" label=t("sign-in-mobile-login") value=login inputmode="tel" autocomplete="tel" maxlength=200 autofocus=true/>
                <SubmitButton label=t("sign-in-mobile-send") icon="send" wide=true/>
            }
            .into_any()
        }
        Some(asked) => {
            let told = problem_words(&at).is_none().then(|| view! { <Alert tone=Tone::Good>{t("sign-in-mobile-sent")}</Alert> });
            view! {
                {told}
                <HiddenField name="asked" value=asked.to_string()/>
                <TextField name="code" label=t("sign-in-mobile-code") inputmode="numeric" autocomplete="one-time-code" maxlength=12 autofocus=true/>
                <SubmitButton label=t("sign-in-submit") icon="log-in" wide=true/>
            }
            .into_any()
        }
    };
    let again = asked.map(|_| view! { <p class="muted"><a href="/sign-in/mobile">{t("sign-in-mobile-again")}</a></p> });
    let below = view! { {again}{back()} }.into_any();
    Ok(door(&at, t("sign-in-mobile-title"), t("sign-in-mobile-lead"), "/sign-in/mobile", body, below))
}
