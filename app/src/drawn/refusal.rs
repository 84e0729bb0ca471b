//! A refusal instead of a page, in words.

use crate::UiError;
use domain::Problem;
use leptos::prelude::*;
use ui::prelude::*;

/// The page for an error, with the way home.
pub(super) fn refusal(error: &UiError) -> AnyView {
    let title = match error {
        UiError::NotFound => t("error-not-found-title"),
        UiError::Denied | UiError::SignIn | UiError::Proof => t("error-denied-title"),
        _ => t("error-title"),
    };
    let icon = match error {
        UiError::NotFound => "search-x",
        UiError::Denied | UiError::SignIn | UiError::Proof => "lock",
        _ => "triangle-alert",
    };
    let home = view! { <LinkButton href="/" label=t("action-home")/> }.into_any();
    view! {
        <PageHeader title=title.clone()/>
        <EmptyState icon=icon title=title body=words(&error.problems()) action=home/>
    }
    .into_any()
}

/// What is wrong, in sentences.
pub(super) fn words(problems: &[Problem]) -> String {
    problems.iter().map(problem_words).collect::<Vec<_>>().join(" ")
}
