//! What several forms of corrections share: the hidden facts they carry and the field for the reason.

use leptos::prelude::*;
use ui::prelude::*;

/// The key that makes a form count once, and the version that its sender saw.
pub(super) fn carried(version: Option<i32>) -> AnyView {
    let version = version.map(|version| view! { <HiddenField name="form[version]" value=version.to_string()/> });
    view! { <HiddenField name="form[key]" value=uuid::Uuid::now_v7().to_string()/> {version} }.into_any()
}

/// Why: asked by every correction. `id` keeps several on one page apart.
pub(super) fn reason(id: &str) -> AnyView {
    view! { <TextField name="form[reason]" id=format!("{id}-reason") label=t("correct-reason") help=t("correct-reason-help") maxlength=500/> }.into_any()
}

/// A dangerous action in a card of its own: what it does, why, and the question.
pub(super) fn danger(id: &'static str, action: &'static str, title: String, words: String, button: String, hidden: AnyView) -> AnyView {
    view! {
        <Card title=title.clone()>
            <PostForm action=action>
                <ErrorSummary/>
                {hidden}
                <p class="muted mb-3">{words.clone()}</p>
                {reason(id)}
                <div class="form-actions"><ConfirmButton label=button title=title body=words/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
