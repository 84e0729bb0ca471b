//! How somebody signs in: his password, his second factor and the codes for the day when his phone is gone.

use super::api::{BeginFactor, ChangePassword, CodesKept, ConfirmFactor, DropFactor, NewCodes};
use super::{account_bar, code_field, enrolment_picture, password_fields};
use crate::UiError;
use crate::drawn::{Drawing, action};
use leptos::prelude::*;
use services::people::{OwnView, own_account, pending_enrolment, shown_recovery_codes};
use ui::prelude::*;

pub async fn security(at: Drawing) -> Result<AnyView, UiError> {
    let own = own_account(at.services(), at.who()?).await?;
    let body = match own.password_set_at {
        None => view! { <Alert tone=Tone::Info>{t("account-of-line")}</Alert> }.into_any(),
        Some(set_at) => view! { {password(at.visit().local(set_at))} {factor(&at, &own)} }.into_any(),
    };
    let page = view! {
        <PageHeader title=t("account-security") subtitle=t("account-security-lead")/>
        {account_bar(&at)}
        <div class="flow">{body}</div>
    };
    Ok(page.into_any())
}

fn password(set_at: chrono::NaiveDateTime) -> AnyView {
    view! {
        <PostForm action={action::<ChangePassword>()} done=t("password-changed")>
            <Card title=t("password-title")>
                <ErrorSummary/>
                <p class="muted mb-4">{t("password-since")}" "<TimeText at=set_at/></p>
                <div class="form-grid">{password_fields(true, "form")}</div>
                <p class="muted mt-4">{t("password-ends-others")}</p>
                <div class="form-actions"><SubmitButton label=t("password-change") icon="key-round"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}

fn factor(at: &Drawing, own: &OwnView) -> AnyView {
    let Some(since) = own.factor_since else {
        return view! {
            <PostForm action={action::<BeginFactor>()}>
                <Card title=t("factor-title")>
                    <ErrorSummary/>
                    <p>{t("factor-off")}</p>
                    <div class="form-actions"><SubmitButton label=t("factor-begin") icon="smartphone"/></div>
                </Card>
            </PostForm>
        }
        .into_any();
    };
    let since = at.visit().local(since);
    let left = t_with("factor-codes-left", &[("count", own.codes_left.into())]);
    let low = (own.codes_left < 3).then(|| view! { <Alert tone=Tone::Warning>{t("factor-codes-low")}</Alert> });
    let off = match own.factor_forced {
        true => view! { <p class="muted">{t("factor-forced")}</p> }.into_any(),
        false => view! {
            <PostForm action={action::<DropFactor>()} done=t("factor-dropped")>
                <ErrorSummary/>
                <ConfirmButton label=t("factor-drop") body=t("factor-drop-words") icon="shield-alert"/>
            </PostForm>
        }
        .into_any(),
    };
    view! {
        <Card title=t("factor-title")>
            <p class="row-line"><StatusBadge tone=Tone::Good label=t("factor-on") icon="shield-check"/><span class="muted">{t("factor-since")}" "<TimeText at=since/></span></p>
            <p class="mt-3">{left}</p>
            {low}
            <div class="form-actions">
                <PostForm action={action::<NewCodes>()}>
                    <ErrorSummary/>
                    <ConfirmButton label=t("factor-codes-new") body=t("factor-codes-new-words") style=ButtonStyle::Secondary icon="refresh-cw"/>
                </PostForm>
                {off}
            </div>
        </Card>
    }
    .into_any()
}

/// The factor that waits to be proven; without one, the way to begin.
pub async fn second_factor(at: Drawing) -> Result<AnyView, UiError> {
    let own = own_account(at.services(), at.who()?).await?;
    let waiting = match own.password_set_at {
        None => None,
        Some(_) => pending_enrolment(at.services(), at.who()?).await?,
    };
    let body = match waiting {
        Some(enrolment) => view! {
            <PostForm action={action::<ConfirmFactor>()} done=t("factor-done")>
                <Card title=t("factor-title")>
                    <ErrorSummary/>
                    {enrolment_picture(enrolment)}
                    <div class="form-grid mt-4">{code_field(true)}</div>
                    <div class="form-actions"><SubmitButton label=t("factor-confirm") icon="check"/><LinkButton href="/account/security" label=t("action-cancel")/></div>
                </Card>
            </PostForm>
        }
        .into_any(),
        None if own.password_set_at.is_none() => view! { <Alert tone=Tone::Info>{t("account-of-line")}</Alert> }.into_any(),
        None => factor(&at, &own),
    };
    let page = view! {
        <PageHeader title=t("factor-title") subtitle=t("factor-lead") back=("/account/security".to_string(), t("account-security"))/>
        <div class="flow">{body}</div>
    };
    Ok(page.into_any())
}

/// The codes, until they were kept.
pub async fn recovery_codes(at: Drawing) -> Result<AnyView, UiError> {
    let line = own_account(at.services(), at.who()?).await?.password_set_at.is_none();
    let codes = if line { Vec::new() } else { shown_recovery_codes(at.services(), at.who()?).await? };
    let body = if codes.is_empty() {
        let back = view! { <LinkButton href="/account/security" label=t("account-security")/> }.into_any();
        view! { <Card><EmptyState icon="key-round" title=t("codes-none") body=t("codes-none-words") action=back/></Card> }.into_any()
    } else {
        let codes = codes.into_iter().map(|code| view! { <li class="code">{code}</li> }).collect_view();
        view! {
            <Alert tone=Tone::Warning>{t("codes-once")}</Alert>
            <PostForm action={action::<CodesKept>()} done=t("codes-gone")>
                <Card title=t("codes-title")>
                    <ErrorSummary/>
                    <ol class="grid gap-2 sm:grid-cols-2">{codes}</ol>
                    <div class="form-actions">
                        <SubmitButton label=t("codes-kept") icon="check"/>
                        <button type="button" class="button button-secondary" data-print=""><Icon name="printer"/>{t("action-print")}</button>
                    </div>
                </Card>
            </PostForm>
        }
        .into_any()
    };
    let page = view! {
        <PageHeader title=t("codes-title") subtitle=t("codes-lead") back=("/account/security".to_string(), t("account-security"))/>
        <div class="flow">{body}</div>
    };
    Ok(page.into_any())
}
