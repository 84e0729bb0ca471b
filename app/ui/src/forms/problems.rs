//! What the server refused, by field: fields find their own by name, the summary lists them all and takes the focus.

use domain::Problem;
use leptos::prelude::*;

use crate::hydrated::use_hydrated;
use crate::i18n::{problem_text, t_with, use_language};
use crate::icon::Icon;

#[derive(Clone, Copy)]
struct Problems(Signal<Vec<Problem>>);

/// Hands the problems of the last answer to every field below. An empty list when all is well.
pub fn provide_problems(problems: impl Into<Signal<Vec<Problem>>>) {
    provide_context(Problems(problems.into()));
}

/// The problems of the form around.
pub fn use_problems() -> Signal<Vec<Problem>> {
    match use_context::<Problems>() {
        Some(Problems(signal)) => signal,
        None => Signal::stored(Vec::new()),
    }
}

/// The sentence of the problem that speaks of exactly this place: parts of a row are named by row and part, not by the
/// field as it is sent.
pub fn problem_at(place: &str) -> Signal<Option<String>> {
    let language = use_language();
    let problems = use_problems();
    let place = place.to_owned();
    Signal::derive(move || {
        problems.with(|problems| problems.iter().find(|problem| problem.field == place).map(|problem| problem_text(language, problem)))
    })
}

/// The sentence for the field called `name`, if it has one.
pub(super) fn problem_of(name: &str, given: Option<Signal<Option<String>>>) -> Signal<Option<String>> {
    given.unwrap_or_else(|| problem_at(bare(name)))
}

/// A nested field is sent as `form[amount]`; its problem speaks of `amount`.
pub(super) fn bare(name: &str) -> &str {
    name.rsplit_once('[').map_or(name, |(_, inner)| inner.trim_end_matches(']'))
}

/// Lists every problem with a link to its field; takes the focus when problems arrive. Put it on top of the form.
#[component]
pub fn ErrorSummary(
    /// Names of fields and their labels, so that the list says which field it speaks of.
    #[prop(optional)]
    labels: Vec<(String, String)>,
) -> AnyView {
    let language = use_language();
    let problems = use_problems();
    let hydrated = use_hydrated();
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if hydrated.get()
            && problems.with(|problems| !problems.is_empty())
            && let Some(element) = place.get()
        {
            // Cannot fail on an element with a tab index.
            let _ = element.focus();
        }
    });
    let title = move || t_with("error-summary", &[("count", problems.with(Vec::len).into())]);
    let items = move || {
        problems
            .get()
            .into_iter()
            .map(|problem| {
                let words = problem_text(language, &problem);
                let label = labels.iter().find(|(field, _)| *field == problem.field).map(|(_, label)| label);
                let words = label.map_or_else(|| words.clone(), |label| format!("{label}: {words}"));
                if problem.field.is_empty() {
                    view! { <li>{words}</li> }.into_any()
                } else {
                    view! { <li><a href=format!("#field-{}", problem.field) rel="external">{words}</a></li> }.into_any()
                }
            })
            .collect_view()
    };
    view! {
        <div
            node_ref=place
            class="notice tone-bad error-summary"
            role="alert"
            tabindex="-1"
            hidden=move || problems.with(Vec::is_empty)
        >
            <Icon name="circle-alert"/>
            <div class="notice-words"><p class="notice-title">{title}</p><ul>{items}</ul></div>
        </div>
    }
    .into_any()
}
