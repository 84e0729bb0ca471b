//! The door: one plain form that works before anything is loaded. What was wrong comes back in the address as a key and
//! is shown as words; a key we do not know is shown as nothing, so that nobody can put words of his own on the page.

mod steps;
mod without;

pub use steps::{code, confirm, enrol, password, place};
pub use without::{forgot, mobile, reset};

use crate::UiError;
use crate::drawn::Drawing;
use leptos::prelude::*;
use ui::prelude::*;

pub async fn page(at: Drawing) -> Result<AnyView, UiError> {
    let (visit, query) = (at.visit(), at.query());
    if visit.person.is_some() {
        return Ok(at.go("/".into()));
    }
    let login = query.get("login").unwrap_or_default().to_owned();
    let known = !login.is_empty();
    let next = query.get("next").map(|next| view! { <input type="hidden" name="next" value=next.to_owned()/> });
    let seconds = query.get("seconds").and_then(|text| text.parse().ok());
    let problem = query.get("problem").and_then(|key| words(key, seconds)).map(|(tone, words)| view! { <Alert tone=tone>{words}</Alert> });
    let help = (!visit.site.platform).then(|| {
        view! {
            <p class="muted"><a href="/sign-in/forgot">{t("sign-in-forgot")}</a></p>
            <p class="muted"><a href="/sign-in/mobile">{t("sign-in-by-code")}</a></p>
        }
    });
    let page = view! {
        <PageHeader title=visit.site.name.clone() subtitle=t("sign-in-lead")/>
        <Card>
            <form method="post" action="/sign-in" class="grid gap-5">
                {problem}
                {next}
                <TextField name="login" label=t("sign-in-login") value=login autocomplete="username" maxlength=200 autofocus=!known/>
                <TextField name="password" kind="password" label=t("sign-in-password") autocomplete="current-password" maxlength=500 autofocus=known/>
                <SubmitButton label=t("sign-in-submit") icon="log-in" wide=true/>
            </form>
        </Card>
        <div class="mt-5 grid gap-2 text-center">{help}</div>
    };
    Ok(page.into_any())
}

/// The sentence for a key that the sign-in sends back.
fn words(key: &str, seconds: Option<i64>) -> Option<(Tone, String)> {
    match key.trim_start_matches("problem-").trim_start_matches("error-") {
        "sign-in" => Some((Tone::Bad, t("problem-sign-in"))),
        "sign-in-wait" => {
            let seconds = seconds.unwrap_or(60).clamp(1, 86_400);
            let words = if seconds < 90 {
                t_with("problem-sign-in-wait", &[("seconds", seconds.into())])
            } else {
                t_with("sign-in-throttled", &[("minutes", ((seconds + 59) / 60).into())])
            };
            Some((Tone::Warning, words))
        }
        "reset-done" => Some((Tone::Good, t("sign-in-reset-done"))),
        "code-wait" => Some((Tone::Warning, t_with("problem-code-wait", &[("seconds", seconds.unwrap_or(60).clamp(1, 86_400).into())]))),
        "code-many" => Some((Tone::Warning, t("problem-code-many"))),
        "code-over" => Some((Tone::Warning, t("problem-code-over"))),
        "link-over" => Some((Tone::Warning, t("problem-link-over"))),
        "signed-out" => Some((Tone::Good, t("sign-in-signed-out"))),
        "session" => Some((Tone::Info, t("error-sign-in"))),
        "unknown-host" => Some((Tone::Warning, t("sign-in-unknown-host"))),
        "form-stale" => Some((Tone::Warning, t("problem-form-stale"))),
        "away" | "upstream" => Some((Tone::Bad, t("sign-in-away"))),
        "internal" => Some((Tone::Bad, t("sign-in-failed"))),
        _ => None,
    }
}
