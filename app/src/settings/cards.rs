//! A group of settings as a card with its form. Whoever may not change it, or finds it fixed above, reads the values.

use crate::drawn::Drawing;
use chrono::{Datelike, Days, NaiveDate};
use domain::settings::{Key, Kind};
use leptos::prelude::*;
use services::settings::{GroupView, SettingView, SettingsPage, Source};
use ui::prelude::*;

/// Where the cards send what is typed, and for whom.
pub(crate) struct Form {
    pub action: &'static str,
    /// As the server function reads it.
    pub place: String,
}

/// All groups of a page.
pub(crate) fn group_cards(at: &Drawing, page: SettingsPage, form: &Form) -> AnyView {
    page.groups.into_iter().map(|group| card(at, group, form)).collect_view().into_any()
}

fn slug_words(key: Key) -> String {
    format!("setting-{}", key.slug().replace('_', "-"))
}

fn help_of(key: Key) -> Option<String> {
    let key_of_help = format!("{}-help", slug_words(key));
    let own = locales::has_text(&key_of_help).then(|| t(&key_of_help));
    let range = match key.def().kind {
        Kind::Number { least, most } | Kind::NumberOrNone { least, most } => {
            Some(t_with("setting-range", &[("least", least.into()), ("most", most.into())]))
        }
        _ => None,
    };
    match (own, range) {
        (Some(own), Some(range)) => Some(format!("{own} {range}")),
        (own, range) => own.or(range),
    }
}

fn weekday(day: i16) -> String {
    // A Monday, to name the days of the week after.
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    locales::weekday(use_language(), (monday + Days::new(u64::from(day.unsigned_abs().max(1)) - 1)).weekday())
}

/// A value in words.
fn value_words(key: Key, value: &str) -> String {
    match key.def().kind {
        Kind::YesNo => t(if value == "yes" { "setting-yes" } else { "setting-no" }),
        Kind::Choice(_) => t(&format!("{}-{value}", slug_words(key))),
        Kind::Weekdays if value.is_empty() => t("setting-no-days"),
        Kind::Weekdays => value.split(',').filter_map(|day| day.parse().ok()).map(weekday).collect::<Vec<_>>().join(", "),
        Kind::Number { .. } => value.parse::<i64>().map_or_else(|_| value.to_owned(), |number| locales::number(use_language(), number)),
        Kind::NumberOrNone { .. } if value.is_empty() => t(&format!("{}-none", slug_words(key))),
        Kind::NumberOrNone { .. } => {
            value.parse::<i64>().map_or_else(|_| value.to_owned(), |number| locales::number(use_language(), number))
        }
        Kind::Time | Kind::Word { .. } | Kind::Amount => value.to_owned(),
    }
}

fn source_words(source: Option<&Source>) -> String {
    match source {
        None => t("setting-level-usual"),
        Some(source) if source.name.is_empty() => t(&format!("setting-level-{}", source.level.slug())),
        Some(source) => format!("{}: {}", t(&format!("setting-level-{}", source.level.slug())), source.name),
    }
}

fn card(at: &Drawing, group: GroupView, form: &Form) -> AnyView {
    let slug = group.group.slug();
    let title = t(&format!("setting-group-{slug}"));
    let lead = t(&format!("setting-group-{slug}-lead"));
    let offset = at.visit().offset_minutes;
    if !group.may_change {
        let items = group.settings.iter().map(read_only).collect();
        return view! { <Card title=title subtitle=lead><DefinitionList items=items/></Card> }.into_any();
    }
    let labels: Vec<(String, String)> =
        group.settings.iter().map(|setting| (setting.key.slug().to_string(), t(&slug_words(setting.key)))).collect();
    let (place, action) = (form.place.clone(), form.action);
    let settings = group.settings;
    view! {
        <Card title=title subtitle=lead>
            <PostForm action=action key=slug.to_string()>
                <ErrorSummary labels=labels/>
                <HiddenField name="group" value=slug.to_string()/>
                <HiddenField name="place" value=place/>
                <div class="form-grid">{settings.into_iter().map(|setting| field(setting, offset)).collect_view()}</div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn read_only(setting: &SettingView) -> Definition {
    let words = value_words(setting.key, &setting.value);
    let source = source_words(setting.source.as_ref());
    Definition::new(
        t(&slug_words(setting.key)),
        view! { <span>{words}" "<span class="muted block text-[0.8125rem]">{t_with("setting-from", &[("source", source.into())])}</span></span> },
    )
}

/// One setting: its field, where the value comes from, and what can be done about that.
fn field(setting: SettingView, offset_minutes: i32) -> AnyView {
    let key = setting.key;
    if setting.fixed {
        let words = value_words(key, &setting.value);
        let by = source_words(setting.source.as_ref());
        return view! {
            <div class="field">
                <p class="field-label">{t(&slug_words(key))}</p>
                <p class="row-line"><Icon name="lock"/><span>{words}</span></p>
                <p class="field-help">{t_with("setting-fixed-by", &[("source", by.into())])}</p>
            </div>
        }
        .into_any();
    }
    let seen = setting.own.as_ref().map(|own| {
        let name = format!("form[seen][{}]", key.slug());
        let value = own.value.clone();
        view! { <HiddenField name=name value=value/> }
    });
    view! {
        <div class="min-w-0">
            {seen}
            {control(key, setting.value.clone())}
            {origin(&setting, offset_minutes)}
            {lock(&setting)}
        </div>
    }
    .into_any()
}

fn control(key: Key, value: String) -> AnyView {
    let name = format!("form[values][{}]", key.slug());
    let (label, help) = (t(&slug_words(key)), help_of(key).unwrap_or_default());
    let id = format!("field-{}", key.slug());
    match key.def().kind {
        Kind::Number { .. } => {
            view! { <TextField name=name id=id label=label value=value inputmode="numeric" maxlength=12 help=help autocomplete="off"/> }
                .into_any()
        }
        Kind::NumberOrNone { .. } => view! { <TextField name=name id=id label=label value=value inputmode="numeric" maxlength=12 optional=true help=help autocomplete="off"/> }.into_any(),
        Kind::Amount => {
            view! { <TextField name=name id=id label=label value=value inputmode="decimal" maxlength=20 help=help autocomplete="off"/> }
                .into_any()
        }
        Kind::Word { most } => {
            let most = u32::try_from(most).unwrap_or(60);
            view! { <TextField name=name id=id label=label value=value maxlength=most help=help autocomplete="off"/> }.into_any()
        }
        Kind::Time => view! { <TextField name=name id=id label=label value=value kind="time" help=help/> }.into_any(),
        Kind::YesNo => {
            let options = ["yes", "no"].map(|choice| (choice.to_string(), value_words(key, choice))).to_vec();
            view! { <SelectField name=name id=id label=label options=options value=value help=help/> }.into_any()
        }
        Kind::Choice(choices) => {
            let options = choices.iter().map(|choice| ((*choice).to_string(), value_words(key, choice))).collect();
            view! { <SelectField name=name id=id label=label options=options value=value help=help/> }.into_any()
        }
        Kind::Weekdays => {
            let ticks = (1i16..=7)
                .map(|day| {
                    let checked = value.split(',').any(|known| known == day.to_string());
                    let list = format!("form[lists][{}][]", key.slug());
                    view! { <CheckField name=list id=format!("{id}-{day}") value=day.to_string() label=weekday(day) checked=checked/> }
                })
                .collect_view();
            view! {
                <fieldset id=id class="field">
                    <legend class="field-label">{label}</legend>
                    <HiddenField name=name value="days".to_string()/>
                    <div class="flex flex-wrap gap-x-6">{ticks}</div>
                </fieldset>
            }
            .into_any()
        }
    }
}

fn origin(setting: &SettingView, offset_minutes: i32) -> AnyView {
    let Some(own) = &setting.own else {
        let source = source_words(setting.source.as_ref());
        return view! { <p class="field-help">{t_with("setting-from", &[("source", source.into())])}</p> }.into_any();
    };
    let without = value_words(setting.key, &setting.without);
    let by = source_words(setting.without_source.as_ref());
    let at = locales::date_time(use_language(), own.at.naive_utc() + chrono::TimeDelta::minutes(i64::from(offset_minutes)));
    let who = t_with("setting-own", &[("name", own.by.clone().into()), ("time", at.into())]);
    let without = t_with("setting-without", &[("value", without.into()), ("source", by.into())]);
    let slug = setting.key.slug().to_string();
    view! {
        <p class="field-help">{who}<span class="block">{without}</span></p>
        <SubmitButton label=t("setting-reset") icon="rotate-ccw" style=ButtonStyle::Ghost name="reset" value=slug/>
    }
    .into_any()
}

fn lock(setting: &SettingView) -> Option<AnyView> {
    let slug = setting.key.slug().to_string();
    let locked = setting.own.as_ref().is_some_and(|own| own.locked);
    setting.can_lock.then(|| {
        view! { <CheckField name="form[locked][]" id=format!("lock-{slug}") value=slug label=t("setting-lock") checked=locked/> }.into_any()
    })
}
