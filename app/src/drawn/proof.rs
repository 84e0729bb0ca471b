//! The small page between a dangerous act and its doing: it asks for the password or a code, keeps everything that was
//! sent, and sends it again with the answer. It decides nothing.

use super::draw::Drawn;
use crate::UiError;
use crate::visit::server::Request;
use domain::Problem;
use leptos::prelude::*;
use services::people::{Proof, proof_wanted};
use ui::forms::{AT, KEY};
use ui::prelude::*;

/// The field that holds the answer.
pub const PROOF: &str = "_proof";

/// Asks whoever sent `typed` to `action` from the page at `at`; `problems`: what was wrong with his last answer.
pub async fn draw_proof(request: &Request, at: &str, action: &str, typed: Query, problems: Vec<Problem>) -> Result<Drawn, UiError> {
    let wanted = proof_wanted(&request.services, request.who.as_ref().ok_or(UiError::SignIn)?).await?;
    let (path, query) = at.split_once('?').unwrap_or((at, ""));
    let owner = Owner::default();
    let title = TitleSlot::default();
    let html = owner.with(|| {
        provide_context(request.visit.clone());
        provide_language(request.visit.language());
        provide_current_url(CurrentUrl::fixed(path, query));
        provide_context(title.clone());
        provide_context(Sent::new(action, typed.clone(), problems));
        page(at.to_owned(), action.to_owned(), typed, wanted).to_html()
    });
    let title = title.take().unwrap_or_else(|| request.visit.site.name.clone());
    owner.cleanup();
    Ok(Drawn { status: UiError::Proof.status(), title, html, at: at.to_owned(), go: None })
}

fn page(at: String, action: String, typed: Query, wanted: Proof) -> AnyView {
    let key = typed.get(KEY).unwrap_or_default().to_owned();
    let kept: Vec<(String, String)> =
        typed.pairs().iter().filter(|(name, _)| !matches!(name.as_str(), AT | KEY | PROOF | "_action")).cloned().collect();
    let field = move || {
        match wanted {
        Proof::Password => {
            view! { <TextField name=PROOF kind="password" label=t("sign-in-password") autocomplete="current-password" maxlength=500 autofocus=true/> }
                .into_any()
        }
        Proof::Code => view! {
            <TextField name=PROOF label=t("sign-in-code") help=t("sign-in-code-help") autocomplete="one-time-code" maxlength=40 autofocus=true/>
        }
        .into_any(),
    }
    };
    view! {
        <PageHeader title=t("proof-title") subtitle=t("proof-lead")/>
        <Card class="max-w-xl">
            <PostForm action=action key=key class="grid gap-5">
                <ErrorSummary/>
                {kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
                {field()}
                <div class="form-actions">
                    <SubmitButton label=t("proof-go-on") icon="shield-check"/>
                    <LinkButton href=at label=t("action-cancel")/>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
