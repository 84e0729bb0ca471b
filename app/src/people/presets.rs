//! Sets of rights that staff begin with: what each holds, changing one, going back to the product's own, and who has
//! something else by now.

use super::api::{BringToPreset, RestorePreset, SavePreset};
use super::parts::people_bar;
use super::words::{group_words, preset_words, right_words};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::people::{Difference, Preset, Presets};
use domain::rights::{Permission, RightGroup};
use leptos::prelude::*;
use services::accounts::{self, Differing, PresetView};
use ui::prelude::*;

const PATH: &str = "/people/presets";
/// As many who differ are named; the rest stands on their own pages.
const MOST_NAMED: usize = 50;

pub async fn presets(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    let all = accounts::presets(at.services(), caller).await?;
    let may = caller.allowed(Permission::PeopleManage);
    let chosen = at.query().get("edit").filter(|_| may).and_then(Preset::from_slug);
    let held: Vec<Permission> = Presets::offered().filter(|key| caller.allowed(*key)).collect();
    let cards = all.into_iter().map(|view| if chosen == Some(view.preset) { form(view, &held) } else { card(view, may) }).collect_view();
    let view = view! {
        <PageHeader title=t("presets-title") subtitle=t("presets-lead")/>
        {people_bar(&at)}
        <div class="flow">{cards}</div>
    };
    Ok(view.into_any())
}

fn list(keys: &[Permission]) -> AnyView {
    let groups = RightGroup::sorted(keys, |key| key).into_iter().map(|(group, keys)| {
        let words = keys.into_iter().map(right_words).map(|words| view! { <li>{words}</li> }).collect_view();
        view! { <div><p class="font-medium">{group_words(group)}</p><ul class="muted">{words}</ul></div> }
    });
    let none = keys.is_empty().then(|| view! { <p class="muted">{t("common-none")}</p> });
    view! { <div class="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">{none}{groups.collect_view()}</div> }.into_any()
}

fn card(view: PresetView, may: bool) -> AnyView {
    let slug = view.preset.slug();
    let keys: Vec<Permission> = view.keys.iter().copied().collect();
    let people = i64::try_from(view.people).unwrap_or(i64::MAX);
    let badge = view.changed.then(|| view! { <StatusBadge tone=Tone::Info label=t("preset-changed") icon="pencil"/> });
    let edit = may
        .then(|| view! { <LinkButton href=format!("{PATH}?edit={slug}") label=t("action-edit") icon="pencil" style=ButtonStyle::Ghost/> });
    let restore = (may && view.changed).then(|| {
        view! {
            <PostForm action={action::<RestorePreset>()} key=slug.to_string() done=t("preset-restored")>
                <HiddenField name="preset" value=slug.to_string()/>
                <ConfirmButton label=t("preset-restore") body=t("preset-restore-words") icon="undo-2" style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    let differing = (!view.differing.is_empty()).then(|| differ(view.differing));
    view! {
        <Card title=preset_words(view.preset) subtitle=t_with("preset-people", &[("count", people.into())]) actions=view! { {badge} {edit} {restore} }.into_any()>
            {list(&keys)}
            {differing}
        </Card>
    }
    .into_any()
}

/// A right, whether the set has it, and whether whoever looks holds it.
type Offered = (Permission, bool, bool);

fn form(view: PresetView, held: &[Permission]) -> AnyView {
    let slug = view.preset.slug();
    let offered: Vec<Permission> = Presets::offered().collect();
    let groups: Vec<(RightGroup, Vec<Offered>)> = RightGroup::sorted(&offered, |key| key)
        .into_iter()
        .map(|(group, keys)| (group, keys.into_iter().map(|key| (key, view.keys.contains(&key), held.contains(&key))).collect()))
        .collect();
    let version = view.version.to_string();
    let field = |(key, on, held): (Permission, bool, bool)| {
        let words = right_words(key);
        if !held {
            let icon = if on { "check" } else { "minus" };
            return view! { <p class="row-line muted"><Icon name=icon/>{words}</p> }.into_any();
        }
        let slug = key.key();
        view! { <CheckField name="keys[]" id=format!("key-{slug}") value=slug.to_string() label=words checked=on/> }.into_any()
    };
    view! {
        <Card title=preset_words(view.preset) subtitle=t("preset-edit-lead")>
            <PostForm action={action::<SavePreset>()} class="flow">
                <ErrorSummary/>
                <HiddenField name="preset" value=slug.to_string()/>
                <HiddenField name="version" value=version/>
                {groups
                    .into_iter()
                    .map(|(group, keys)| super::grid::under(group, keys.into_iter().map(field).collect_view().into_any()))
                    .collect_view()}
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href=PATH label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// What somebody lacks of his set and what he has beside it.
pub(super) fn difference_words(difference: &Difference) -> AnyView {
    let part = |key: &str, rights: &[Permission]| {
        let words = rights.iter().copied().map(right_words).collect::<Vec<_>>().join(", ");
        (!rights.is_empty()).then(|| view! { <span class="block">{t_with(key, &[("rights", words.into())])}</span> })
    };
    view! { {part("preset-missing", &difference.missing)} {part("preset-more", &difference.more)} }.into_any()
}

/// The way to bring somebody to his set.
pub(super) fn bring(person: &Differing) -> Option<AnyView> {
    let id = person.id.to_string();
    person.manageable.then(|| {
        view! {
            <PostForm action={action::<BringToPreset>()} key=id.clone() done=t("preset-brought")>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("preset-bring") body=t("preset-bring-words") icon="refresh-cw" style=ButtonStyle::Secondary/>
            </PostForm>
        }
        .into_any()
    })
}

fn differ(people: Vec<Differing>) -> AnyView {
    let columns = vec![Column::new(t("person-name")), Column::new(t("preset-difference")), Column::new(t("preset-bring")).quiet()];
    let many = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let rows = people
        .into_iter()
        .take(MOST_NAMED)
        .map(|person| {
            let words = difference_words(&person.difference);
            Row::new(person.id, person.name.clone())
                .href(format!("/people/{}/rights", person.id))
                .cell(person.name.clone())
                .cell(words)
                .cell(bring(&person))
        })
        .collect();
    let title = t_with("preset-differing", &[("count", many.into())]);
    view! { <div class="mt-5"><p class="mb-2 font-medium">{title.clone()}</p><DataTable caption=title columns=columns rows=rows/></div> }
        .into_any()
}
