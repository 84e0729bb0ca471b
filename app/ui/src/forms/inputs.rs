//! The ready-made fields. Each is an ordinary input with its first value from the server; typing stays the browser's business.

use domain::{Currency, Money};
use leptos::prelude::*;

use super::field::{Described, frame};
use super::problems::{bare, problem_of};
use super::sent::{ticked, typed};
use crate::i18n::t;
use crate::icon::Icon;

type ErrorSignal = Option<Signal<Option<String>>>;
type OnInput = Option<Callback<String>>;

fn tell(listener: OnInput, value: String) {
    if let Some(listener) = listener {
        listener.run(value);
    }
}

/// A line of text.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] value: String,
    #[prop(into, optional)] help: Option<String>,
    #[prop(into, optional)] error: ErrorSignal,
    #[prop(into, optional)] id: Option<String>,
    /// `text`, `email`, `tel`, `password`, `number`, `url`.
    #[prop(into, default = "text".into())]
    kind: String,
    #[prop(into, optional)] autocomplete: Option<String>,
    #[prop(into, optional)] inputmode: Option<String>,
    #[prop(into, optional)] placeholder: Option<String>,
    /// Shown inside the box before and after what is typed.
    #[prop(into, optional)]
    prefix: Option<String>,
    #[prop(into, optional)] suffix: Option<String>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(into, optional)] on_input: OnInput,
) -> impl IntoView {
    let described = Described::new(&name, id, help.is_some(), error);
    let secret = kind == "password" || bare(&name) == "password";
    let value = if secret { value } else { typed(&name).unwrap_or(value) };
    let control = view! {
        <span class="input-box">
            {prefix.map(|words| view! { <span class="input-affix">{words}</span> })}
            <input
                id=described.id.clone()
                class="input-plain"
                type=kind
                name=name
                value=value
                required=!optional
                readonly=readonly
                autofocus=autofocus
                autocomplete=autocomplete
                inputmode=inputmode
                placeholder=placeholder
                maxlength=maxlength.map(|length| length.to_string())
                aria-describedby=described.by.clone()
                aria-invalid=described.invalid()
                on:input=move |event| tell(on_input, event_target_value(&event))
            />
            {suffix.map(|words| view! { <span class="input-affix">{words}</span> })}
        </span>
    };
    frame(described, label, help, optional, control.into_any())
}

/// Several lines of text.
#[component]
pub fn TextAreaField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] value: String,
    #[prop(into, optional)] help: Option<String>,
    #[prop(into, optional)] error: ErrorSignal,
    #[prop(into, optional)] id: Option<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] on_input: OnInput,
) -> impl IntoView {
    let described = Described::new(&name, id, help.is_some(), error);
    let value = typed(&name).unwrap_or(value);
    // Not as a child: an empty text has no node in the server's HTML, and hydration would look for one.
    let text = value.replace('&', "&amp;").replace('<', "&lt;");
    let control = view! {
        <span class="input-box input-box-tall">
            <textarea
                id=described.id.clone()
                class="input-plain"
                name=name
                rows=rows.to_string()
                required=!optional
                aria-describedby=described.by.clone()
                aria-invalid=described.invalid()
                on:input=move |event| tell(on_input, event_target_value(&event))
                inner_html=text
            ></textarea>
        </span>
    };
    frame(described, label, help, optional, control.into_any())
}

/// One of a few: pairs of value and label.
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    #[prop(into, optional)] value: String,
    #[prop(into, optional)] help: Option<String>,
    #[prop(into, optional)] error: ErrorSignal,
    #[prop(into, optional)] id: Option<String>,
    /// Offers an empty first choice with these words; without it something is always chosen.
    #[prop(into, optional)]
    empty: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] on_input: OnInput,
) -> impl IntoView {
    let described = Described::new(&name, id, help.is_some(), error);
    let value = typed(&name).unwrap_or(value);
    let nothing = value.is_empty();
    let choices = options
        .into_iter()
        .map(|(choice, words)| {
            let selected = !nothing && choice == value;
            view! { <option value=choice selected=selected>{words}</option> }
        })
        .collect_view();
    let control = view! {
        <span class="input-box input-box-select">
            <select
                id=described.id.clone()
                class="input-plain"
                name=name
                required=!optional
                aria-describedby=described.by.clone()
                aria-invalid=described.invalid()
                on:change=move |event| tell(on_input, event_target_value(&event))
            >
                {empty.map(|words| view! { <option value="" selected=nothing>{words}</option> })}
                {choices}
            </select>
            <Icon name="chevron-down"/>
        </span>
    };
    frame(described, label, help, optional, control.into_any())
}

/// An amount. Sends what was typed: `domain::Money::parse` reads it, Bengali digits and separators included.
#[component]
pub fn MoneyField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    currency: Currency,
    #[prop(into, optional_no_strip)] value: Option<Money>,
    #[prop(into, optional)] help: Option<String>,
    #[prop(into, optional)] error: ErrorSignal,
    #[prop(into, optional)] id: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(into, optional)] on_input: OnInput,
) -> impl IntoView {
    let described = Described::new(&name, id, help.is_some(), error);
    let first = || value.map(|money| locales::money_plain(money.minor, money.currency.code())).unwrap_or_default();
    let first = typed(&name).unwrap_or_else(first);
    let control = view! {
        <span class="input-box input-box-money">
            <span class="input-affix">{locales::currency_symbol(currency.code())}</span>
            <input
                id=described.id.clone()
                class="input-plain"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                name=name
                value=first
                required=!optional
                autofocus=autofocus
                aria-describedby=described.by.clone()
                aria-invalid=described.invalid()
                on:input=move |event| tell(on_input, event_target_value(&event))
            />
            <span class="input-affix">{currency.code()}</span>
        </span>
    };
    frame(described, label, help, optional, control.into_any())
}

/// A day, as the browser asks for one. Sends `2026-11-21`.
#[component]
pub fn DateField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] value: Option<chrono::NaiveDate>,
    #[prop(into, optional)] min: Option<chrono::NaiveDate>,
    #[prop(into, optional)] max: Option<chrono::NaiveDate>,
    #[prop(into, optional)] help: Option<String>,
    #[prop(into, optional)] error: ErrorSignal,
    #[prop(into, optional)] id: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] on_input: OnInput,
) -> impl IntoView {
    let described = Described::new(&name, id, help.is_some(), error);
    let value = typed(&name).or_else(|| value.map(|day| day.to_string()));
    let control = view! {
        <span class="input-box">
            <input
                id=described.id.clone()
                class="input-plain"
                type="date"
                name=name
                value=value
                min=min.map(|day| day.to_string())
                max=max.map(|day| day.to_string())
                required=!optional
                aria-describedby=described.by.clone()
                aria-invalid=described.invalid()
                on:input=move |event| tell(on_input, event_target_value(&event))
            />
        </span>
    };
    frame(described, label, help, optional, control.into_any())
}

/// Yes or no. Sends `true`, or nothing at all: read it with `#[server(default)]`.
#[component]
pub fn CheckField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] checked: bool,
    #[prop(into, optional)] help: Option<String>,
    #[prop(into, optional)] error: ErrorSignal,
    #[prop(into, optional)] id: Option<String>,
    #[prop(into, optional)] value: Option<String>,
    #[prop(into, optional)] on_change: Option<Callback<bool>>,
) -> AnyView {
    let error = problem_of(&name, error);
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let value = value.unwrap_or_else(|| "true".to_owned());
    let checked = ticked(&name, &value).unwrap_or(checked);
    view! {
        <div class="field" class:field-wrong=move || error.with(Option::is_some)>
            <label class="field-check" for=id.clone()>
                <input
                    id=id.clone()
                    class="check-box"
                    type="checkbox"
                    name=name
                    value=value
                    checked=checked
                    aria-describedby=format!("{help_id} {error_id}")
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:change=move |event| {
                        if let Some(listener) = on_change {
                            listener.run(event_target_checked(&event));
                        }
                    }
                />
                <span>{label}</span>
            </label>
            <p id=error_id.clone() class="field-error" hidden=move || error.with(Option::is_none)>
                <Icon name="circle-alert"/>
                <span>{move || error.get().unwrap_or_default()}</span>
            </p>
            <p id=help_id.clone() class="field-help" hidden=help.is_none()>{help.clone().unwrap_or_default()}</p>
        </div>
    }
    .into_any()
}

/// A file. The form around needs `enctype="multipart/form-data"`.
#[component]
pub fn FileField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// What may be chosen: `.csv,.xlsx`.
    #[prop(into)]
    accept: String,
    #[prop(into, optional)] help: Option<String>,
    #[prop(into, optional)] error: ErrorSignal,
    #[prop(into, optional)] id: Option<String>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let described = Described::new(&name, id, help.is_some(), error);
    let control = view! {
        <span class="drop-zone">
            <Icon name="upload"/>
            <span class="drop-words">{t("import-choose")}</span>
            <input
                id=described.id.clone()
                class="drop-input"
                type="file"
                name=name
                accept=accept
                required=!optional
                aria-describedby=described.by.clone()
                aria-invalid=described.invalid()
            />
        </span>
    };
    frame(described, label, help, optional, control.into_any())
}

/// A value that goes along unseen.
#[component]
pub fn HiddenField(#[prop(into)] name: String, #[prop(into)] value: Signal<String>) -> impl IntoView {
    // A form that came back is the same attempt: its key and its version stay.
    let value = typed(&name).map(Signal::stored).unwrap_or(value);
    view! { <input type="hidden" name=name value=move || value.get()/> }
}
