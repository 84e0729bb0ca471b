//! What comes between the right password and a whole session, as plain forms: the code, a second factor to take up, a
//! new password. Who owes nothing of it is told to begin at the door.

use super::words;
use crate::UiError;
use crate::account::{code_field, enrolment_picture, password_fields};
use crate::drawn::Drawing;
use domain::Problem;
use domain::trust::Owes;
use leptos::prelude::*;
use services::people::{Who, enrolment};
use ui::prelude::*;

/// The page of what is owed.
pub fn place(owes: Owes) -> &'static str {
    match owes {
        Owes::Code => "/sign-in/code",
        Owes::Enrol => "/sign-in/enrol",
        Owes::Password => "/sign-in/password",
        Owes::Confirm => "/sign-in/confirm",
    }
}

/// Whoever owes this; somebody else sees what to do instead.
fn owing(at: &Drawing, wanted: Owes) -> Result<Who, AnyView> {
    match at.half() {
        Some(who @ Who::Half { owes, .. }) if *owes == wanted => Ok(who.clone()),
        Some(Who::Half { owes, .. }) => Err(at.go(place(*owes).into())),
        _ if at.visit().person.is_some() => Err(at.go("/".into())),
        _ => {
            let again = view! { <LinkButton href="/sign-in" label=t("sign-in-submit") style=ButtonStyle::Primary/> }.into_any();
            Err(view! {
                <PageHeader title=t("sign-in-over") subtitle=t("sign-in-over-words")/>
                <Card><EmptyState icon="clock" title=t("sign-in-over") body=t("sign-in-over-words") action=again/></Card>
            }
            .into_any())
        }
    }
}

/// A form of this step: its problem on top, where to go on afterwards kept.
fn step(
    at: &Drawing,
    owes: Owes,
    title: String,
    lead: String,
    button: String,
    fields: impl FnOnce() -> AnyView + Send + 'static,
) -> AnyView {
    let query = at.query();
    let next = query.get("next").map(|next| view! { <input type="hidden" name="next" value=next.to_owned()/> });
    let above = problem_words(at).map(|(tone, words)| view! { <Alert tone=tone>{words}</Alert> });
    provide_problems(Signal::stored(beside(at)));
    view! {
        <PageHeader title=title subtitle=lead/>
        <Card>
            <form method="post" action=place(owes) class="grid gap-5" data-plain="">
                {above}
                {next}
                {fields()}
                <SubmitButton label=button icon="log-in" wide=true/>
            </form>
        </Card>
        <div class="mt-5"><p class="muted text-center"><a href="/sign-in">{t("sign-in-other")}</a></p></div>
    }
    .into_any()
}

/// What stands above the form: the problem in the address, unless it is about one field.
pub(super) fn problem_words(at: &Drawing) -> Option<(Tone, String)> {
    let query = at.query();
    let seconds = query.get("seconds").and_then(|text| text.parse().ok());
    words(query.get("problem")?, seconds).filter(|_| query.get("field").unwrap_or_default().is_empty())
}

/// What stands beside a field. Only what the product itself says is shown, never a text that somebody put into the address.
pub(super) fn beside(at: &Drawing) -> Vec<Problem> {
    let (field, key) = (at.query().get("field").unwrap_or_default(), at.query().get("problem").unwrap_or_default());
    (!field.is_empty() && KNOWN.contains(&key)).then(|| problem(field, key)).into_iter().collect()
}

/// Problems that a step may name in its address.
const KNOWN: &[&str] = &[
    "problem-code-wrong",
    "problem-password-wrong",
    "problem-password-short",
    "problem-password-kinds",
    "problem-password-common",
    "problem-password-name",
    "problem-password-used",
    "problem-password-again",
    "problem-too-long",
    "problem-required",
];

fn problem(field: &str, key: &str) -> Problem {
    Problem::new(field, key)
        .with("least", domain::trust::LEAST_LENGTH)
        .with("most", domain::trust::MOST_LENGTH)
        .with("count", domain::trust::PASSWORDS_KEPT)
}

pub async fn code(at: Drawing) -> Result<AnyView, UiError> {
    if let Err(instead) = owing(&at, Owes::Code) {
        return Ok(instead);
    }
    let fields = || {
        view! { <TextField name="code" label=t("sign-in-code") help=t("sign-in-code-help") autocomplete="one-time-code" maxlength=40 autofocus=true/> }
            .into_any()
    };
    Ok(step(&at, Owes::Code, t("sign-in-code-title"), t("sign-in-code-lead"), t("sign-in-submit"), fields))
}

pub async fn confirm(at: Drawing) -> Result<AnyView, UiError> {
    if let Err(instead) = owing(&at, Owes::Confirm) {
        return Ok(instead);
    }
    let fields = || {
        view! { <TextField name="password" kind="password" label=t("sign-in-password") autocomplete="current-password" maxlength=500 autofocus=true/> }
            .into_any()
    };
    Ok(step(&at, Owes::Confirm, t("sign-in-confirm-title"), t("sign-in-confirm-lead"), t("sign-in-confirm"), fields))
}

pub async fn enrol(at: Drawing) -> Result<AnyView, UiError> {
    let who = match owing(&at, Owes::Enrol) {
        Ok(who) => who,
        Err(instead) => return Ok(instead),
    };
    let enrolment = enrolment(at.services(), &who).await?;
    let fields = || view! { {enrolment_picture(enrolment)} {code_field(true)} }.into_any();
    Ok(step(&at, Owes::Enrol, t("factor-title"), t("sign-in-enrol-lead"), t("factor-confirm"), fields))
}

pub async fn password(at: Drawing) -> Result<AnyView, UiError> {
    if let Err(instead) = owing(&at, Owes::Password) {
        return Ok(instead);
    }
    let fields = || password_fields(false, "");
    Ok(step(&at, Owes::Password, t("password-title"), t("sign-in-password-lead"), t("password-change"), fields))
}
