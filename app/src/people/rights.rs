//! What one person may do, to be changed: keys to tick, keys to close, special keys with a reason and perhaps a day, and
//! menus closed for a reseller. Only what the reader holds himself can be touched; the rest is shown.

use super::api::{GiveSpecial, HideMenus, SaveRights, TakeSpecial};
use super::grid::under;
use super::presets::{bring, difference_words};
use super::words::{menu_words, preset_words, right_words, role_words};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::AccountId;
use domain::people::{KeyView, Menu, Preset, RightsView, Role};
use domain::rights::{Grade, Permission, RightGroup};
use leptos::prelude::*;
use services::accounts;
use std::collections::BTreeSet;
use ui::prelude::*;

pub async fn rights(at: Drawing) -> Result<AnyView, UiError> {
    let id: AccountId = at.param("id")?;
    let view = accounts::rights_of(at.services(), at.caller()?, id).await?;
    let back = (format!("/people/{id}"), view.person.name.clone());
    let preset = view.person.preset.map(|preset| format!(" · {}", preset_words(preset))).unwrap_or_default();
    let subtitle = format!("{} · {}{preset}", view.person.name, role_words(at.visit(), view.person.role));
    let still = (!view.manageable).then(|| view! { <Alert tone=Tone::Info>{t("rights-read-only")}</Alert> });
    let chosen = match at.query().get("preset").and_then(Preset::from_slug).filter(|_| view.manageable) {
        Some(preset) => Some(accounts::preset_keys(at.services(), at.caller()?).await?.keys(preset)),
        None => None,
    };
    let differs = accounts::difference_of(at.services(), at.caller()?, id).await?.filter(|person| !person.difference.is_none());
    let differs = differs.map(|person| {
        let actions = bring(&person).into_any();
        view! { <Alert tone=Tone::Info title=t("preset-differs") icon="info" actions=actions>{difference_words(&person.difference)}</Alert> }
    });
    let menus = view.menus.clone().filter(|_| view.manageable).map(|hidden| menu_form(id, &hidden));
    let give = view.manageable.then(|| special_form(id, &view)).flatten();
    let page = view! {
        <PageHeader title=t("person-tab-rights") subtitle=subtitle back=back/>
        <div class="flow">
            {still}
            {presets(&view)}
            {differs}
            {keys(id, &view, chosen)}
            {special_table(&at, &view, view.manageable)}
            {give}
            {menus}
        </div>
    };
    Ok(page.into_any())
}

/// Fill the boxes from a saved set, to be changed and saved.
fn presets(view: &RightsView) -> Option<AnyView> {
    let staff = matches!(view.person.role, Role::Staff | Role::Manager) && view.manageable;
    let links = Preset::ALL
        .into_iter()
        .map(|preset| {
            view! { <a class="chip" href=format!("/people/{}/rights?preset={}", view.person.id, preset.slug())>{preset_words(preset)}</a> }
        })
        .collect_view();
    staff.then(|| view! { <Card title=t("preset-fill") subtitle=t("preset-fill-lead")><nav class="chips" aria-label=t("preset-fill")>{links}</nav></Card> }.into_any())
}

fn keys(id: AccountId, view: &RightsView, preset: Option<BTreeSet<Permission>>) -> AnyView {
    let standard = view.keys.iter().filter(|key| key.grade == Grade::Granted && !key.permission.is_special());
    let ticked = |key: &KeyView| preset.as_ref().map_or(key.granted, |preset| preset.contains(&key.permission));
    let boxes: Vec<(KeyView, bool)> = standard.map(|key| (*key, ticked(key))).collect();
    let closable: Vec<(KeyView, bool)> =
        view.keys.iter().filter(|key| matches!(key.grade, Grade::Full | Grade::Own)).map(|key| (*key, key.closed)).collect();
    let may = view.manageable;
    let field = move |name: &'static str, (key, on): (KeyView, bool)| {
        let words = right_words(key.permission);
        // What the reader does not hold himself is shown and not sent.
        if !may || !key.held {
            let mark = if on { view! { <Icon name="check"/> }.into_any() } else { view! { <Icon name="minus"/> }.into_any() };
            return view! { <p class="row-line muted">{mark}{words}</p> }.into_any();
        }
        let slug = key.permission.key();
        view! { <CheckField name=name id=format!("{name}-{slug}") value=slug.to_string() label=words checked=on/> }.into_any()
    };
    let save = may.then(|| view! { <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div> });
    let given = (!boxes.is_empty()).then(|| {
        view! {
            <Card title=t("rights-given") subtitle=t("rights-given-lead")>
                <div class="flow">{grouped(&boxes, &|one| field("form[keys][]", one))}</div>
            </Card>
        }
    });
    view! {
        <PostForm action={action::<SaveRights>()} class="flow" done=t("rights-saved")>
            <ErrorSummary/>
            <HiddenField name="id" value=id.to_string()/>
            {given}
            <Card title=t("rights-closed") subtitle=t("rights-closed-lead")>
                <div class="flow">{grouped(&closable, &|one| field("form[closed][]", one))}</div>
                {save}
            </Card>
        </PostForm>
    }
    .into_any()
}

fn grouped(boxes: &[(KeyView, bool)], field: &dyn Fn((KeyView, bool)) -> AnyView) -> AnyView {
    let groups = RightGroup::sorted(boxes, |(key, _)| key.permission);
    groups.into_iter().map(|(group, keys)| under(group, keys.into_iter().map(field).collect_view().into_any())).collect_view().into_any()
}

/// Keys apart, with the way to take one back.
pub(super) fn special_table(at: &Drawing, view: &RightsView, may: bool) -> AnyView {
    let columns = vec![
        Column::new(t("special-key")),
        Column::new(t("special-for")),
        Column::new(t("special-until")),
        Column::new(t("person-reason")),
        Column::new(t("special-by")),
        Column::new(t("special-take")).quiet(),
    ];
    let id = view.person.id;
    let rows = view
        .special
        .iter()
        .map(|grant| {
            let words = right_words(grant.permission);
            let until = match grant.expires_at {
                None => t("special-always").into_any(),
                Some(until) => {
                    // The day before the instant at which it is over.
                    let day = (at.visit().local(until) - chrono::TimeDelta::seconds(1)).date();
                    let over = grant.over.then(|| view! { " "<StatusBadge tone=Tone::Neutral label=t("special-over") icon="clock"/> });
                    view! { <DateText date=day/> {over} }.into_any()
                }
            };
            let whom = match &grant.customer {
                None => t("special-everybody").into_any(),
                Some((customer, name)) => view! { <a class="link" href=format!("/customers/{customer}")>{name.clone()}</a> }.into_any(),
            };
            let one = grant.id.to_string();
            let take = may.then(|| {
                view! {
                    <PostForm action={action::<TakeSpecial>()} key=one.clone() done=t("special-taken")>
                        <HiddenField name="id" value=id.to_string()/>
                        <HiddenField name="grant" value=one/>
                        <SubmitButton label=t("special-take") style=ButtonStyle::Secondary icon="x"/>
                    </PostForm>
                }
            });
            let by = view! { <span class="block">{grant.granted_by.clone()}</span> <span class="muted"><TimeText at=at.visit().local(grant.granted_at)/></span> };
            Row::new(grant.id, words.clone()).cell(words).cell(whom).cell(until).cell(grant.reason.clone()).cell(by).cell(take)
        })
        .collect();
    let empty = view! { <EmptyState icon="key-round" title=t("special-none") body=t("special-none-words")/> }.into_any();
    view! { <Card flush=true title=t("special-title")><DataTable caption=t("special-title") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}

fn special_form(id: AccountId, view: &RightsView) -> Option<AnyView> {
    let mut offered: Vec<&KeyView> = view.keys.iter().filter(|key| key.grade == Grade::Granted && key.held).collect();
    // The special ones first: the others are ticked above.
    offered.sort_by_key(|key| !key.permission.is_special());
    let options: Vec<(String, String)> =
        offered.iter().map(|key| (key.permission.key().to_string(), right_words(key.permission))).collect();
    if options.is_empty() {
        return None;
    }
    let form = view! {
        <Card title=t("special-give") subtitle=t("special-give-lead") class="max-w-4xl">
            <PostForm action={action::<GiveSpecial>()}>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <div class="form-grid">
                    <SelectField name="form[permission]" label=t("special-key") options=options empty=t("form-choose")/>
                    <DateField name="form[until]" label=t("special-until") optional=true help=t("special-until-help")/>
                    <TextField name="form[customer]" label=t("special-customer") optional=true maxlength=40 autocomplete="off" help=t("special-customer-help")/>
                    <TextField name="form[reason]" label=t("person-reason") maxlength=500 autocomplete="off"/>
                </div>
                <div class="form-actions"><SubmitButton label=t("special-give") icon="key-round" style=ButtonStyle::Secondary/></div>
            </PostForm>
        </Card>
    };
    Some(form.into_any())
}

fn menu_form(id: AccountId, hidden: &[Menu]) -> AnyView {
    let boxes: Vec<(Menu, bool)> = Menu::ALL.into_iter().map(|menu| (menu, hidden.contains(&menu))).collect();
    view! {
        <Card title=t("hidden-menus") subtitle=t("hidden-menus-lead") class="max-w-4xl">
            <PostForm action={action::<HideMenus>()} done=t("rights-saved")>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                {boxes
                    .into_iter()
                    .map(|(menu, on)| view! { <CheckField name="menus[]" id=format!("menu-{}", menu.slug()) value=menu.slug().to_string() label=menu_words(menu) checked=on/> })
                    .collect_view()}
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
