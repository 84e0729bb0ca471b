//! The frame around any control: label, control, help and error, joined by ids so that a screen reader says them together.

use leptos::prelude::*;

use super::problems::problem_of;
use crate::i18n::t;
use crate::icon::Icon;

/// Ids and state that a control inside `Field` has to carry.
#[derive(Clone)]
pub(super) struct Described {
    pub id: String,
    pub by: String,
    pub error: Signal<Option<String>>,
}

impl Described {
    pub fn new(name: &str, id: Option<String>, help: bool, error: Option<Signal<Option<String>>>) -> Self {
        let id = id.unwrap_or_else(|| format!("field-{name}"));
        let by = if help { format!("{id}-help {id}-error") } else { format!("{id}-error") };
        Described { id, by, error: problem_of(name, error) }
    }

    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }
}

/// Wraps a control of one's own. The control needs `id="field-NAME"`, `name`, and
/// `aria-describedby="field-NAME-help field-NAME-error"`; the ready-made fields do that by themselves.
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] help: Option<String>,
    /// Overrides what `provide_problems` says about `name`.
    #[prop(into, optional)]
    error: Option<Signal<Option<String>>>,
    #[prop(into, optional)] id: Option<String>,
    /// Says so beside the label; what is not marked is required.
    #[prop(optional)]
    optional: bool,
    children: Children,
) -> impl IntoView {
    let described = Described::new(&name, id, help.is_some(), error);
    frame(described, label, help, optional, children().into_any())
}

pub(super) fn frame(described: Described, label: String, help: Option<String>, optional: bool, control: AnyView) -> AnyView {
    let Described { id, error, .. } = described;
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    view! {
        <div class="field" class:field-wrong=move || error.with(Option::is_some)>
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { <span class="field-optional">{t("form-optional")}</span> })}
            </label>
            {control}
            <p id=error_id class="field-error" hidden=move || error.with(Option::is_none)>
                <Icon name="circle-alert"/>
                <span>{move || error.get().unwrap_or_default()}</span>
            </p>
            {help.map(|words| view! { <p id=help_id class="field-help">{words}</p> })}
        </div>
    }
    .into_any()
}
