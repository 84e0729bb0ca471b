//! The page of one person: who he is, what he may do, where he is signed in, what he did. Dangerous acts stand apart, and
//! only those that the reader may do.

use super::api::{
    EndSessions, HoldPerson, HoldToZones, LoginAs, PasswordPassedOn, ReinstatePerson, ResetFactor, ResetPassword, SuspendPerson,
};
use super::words::{preset_words, right_words, role_words, status_badge};
use super::zone_field::{ZoneWords, zone_field, zone_words};
use crate::UiError;
use crate::account::device;
use crate::audit::action_words;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use domain::AccountId;
use domain::people::{PersonDetail, PersonSession, PersonStatus, RightsView, Role, as_tree, held_to_zones};
use domain::rights::{Grade, Permission};
use leptos::prelude::*;
use services::accounts;
use ui::prelude::*;

const TABS: [&str; 4] = ["facts", "rights", "sessions", "activity"];

pub async fn show(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let id: AccountId = at.param("id")?;
    let person = accounts::person(services, caller, id).await?;
    let password = accounts::shown_first_password(services, caller, id).await?;
    let open = at.query().get("tab").and_then(|tab| TABS.into_iter().find(|known| *known == tab)).unwrap_or("facts");
    let body = match open {
        "rights" => rights(&at, accounts::rights_of(services, caller, id).await?),
        "sessions" => sessions(&at, &person, accounts::sessions_of(services, caller, id).await?),
        "activity" => activity(&at, accounts::activity_of(services, caller, id, at.paging()).await?),
        _ => facts(&at, &person).await?,
    };
    let tabs = TABS.map(|tab| TabItem::new(tab, t(&format!("person-tab-{tab}")))).to_vec();
    let view = view! {
        {head(&at, &person)}
        {password.map(|password| first_password(&person, password))}
        {suspended(&at, &person)}
        <Tabs items=tabs label=person.row.name.clone()/>
        {body}
    };
    Ok(view.into_any())
}

fn head(at: &Drawing, person: &PersonDetail) -> AnyView {
    let id = person.row.id;
    let preset = person.row.preset.map(|preset| format!(" · {}", preset_words(preset))).unwrap_or_default();
    let below = person.row.above.as_ref().map(|(_, name)| format!(" · {}", t_with("person-below", &[("name", name.into())])));
    let subtitle = format!("{}{preset}{}", role_words(at.visit(), person.row.role), below.unwrap_or_default());
    let sells = matches!(person.row.role, Role::Reseller | Role::SubReseller);
    let settings = (sells && at.visit().may(Permission::SettingsView)).then(|| {
        view! { <LinkButton href=format!("/settings?for=reseller:{id}") label=t("settings-title") icon="settings"/> }
    });
    let edit = person.manageable.then(|| view! { <LinkButton href=format!("/people/{id}/edit") label=t("action-edit") icon="pencil"/> });
    let rights = person.manageable.then(|| {
        view! { <LinkButton href=format!("/people/{id}/rights") label=t("person-tab-rights") icon="key-round" style=ButtonStyle::Primary/> }
    });
    view! {
        <PageHeader
            title=person.row.name.clone()
            subtitle=subtitle
            back=("/people".to_string(), t("people-title"))
            badge=status_badge(person.row.status)
            actions=view! { {settings} {edit} {rights} }.into_any()
        />
    }
    .into_any()
}

/// Seen by whoever made it, until he passed it on.
fn first_password(person: &PersonDetail, password: String) -> AnyView {
    let id = person.row.id.to_string();
    view! {
        <div class="mb-5">
            <Alert tone=Tone::Warning title=t("first-password-title") icon="key-round">
                <p>{t("first-password-lead")}</p>
                <p class="code my-3 text-lg select-all wrap-anywhere">{password}</p>
                <PostForm action={action::<PasswordPassedOn>()} done=t("first-password-gone")>
                    <HiddenField name="id" value=id/>
                    <SubmitButton label=t("first-password-passed") icon="check" style=ButtonStyle::Secondary/>
                </PostForm>
            </Alert>
        </div>
    }
    .into_any()
}

fn suspended(at: &Drawing, person: &PersonDetail) -> Option<AnyView> {
    let words = match (person.row.status, &person.suspended_why, person.suspended_at) {
        (PersonStatus::Suspended, Some(why), Some(since)) => {
            let since = locales::date_time(use_language(), at.visit().local(since));
            t_with("person-suspended-since", &[("time", since.into()), ("reason", why.into())])
        }
        (PersonStatus::Suspended, ..) => t("person-suspended"),
        (PersonStatus::WithTheOneAbove, ..) => t("person-suspended-above"),
        _ => return None,
    };
    let lift = (person.manageable && person.suspended_at.is_some()).then(|| {
        let id = person.row.id.to_string();
        view! {
            <PostForm action={action::<ReinstatePerson>()} done=t("person-reinstated")>
                <HiddenField name="id" value=id/>
                <SubmitButton label=t("person-reinstate") icon="play" style=ButtonStyle::Secondary/>
            </PostForm>
        }
    });
    Some(view! { <div class="mb-5"><Alert tone=Tone::Bad icon="ban" actions=lift.into_any()>{words}</Alert></div> }.into_any())
}

/// Which branches he is held to, to be changed.
async fn held(at: &Drawing, person: &PersonDetail) -> Result<Option<AnyView>, UiError> {
    let holdable = matches!(person.row.role, Role::Manager | Role::Staff) && person.owner_path == "/" && person.manageable;
    if !holdable || at.caller()?.owner_path.is_some() {
        return Ok(None);
    }
    let all = accounts::branches(at.services(), at.caller()?).await?;
    if all.len() < 2 {
        return Ok(None);
    }
    let id = person.row.id;
    let boxes: Vec<(String, String, bool)> = as_tree(&all)
        .into_iter()
        .map(|(depth, branch)| {
            let on = person.branches.iter().any(|(held, _)| *held == branch.id);
            (branch.id.to_string(), format!("{}{}", "– ".repeat(depth), branch.name), on)
        })
        .collect();
    let form = view! {
        <Card title=t("branch-held") subtitle=t("branch-held-lead") class="max-w-2xl">
            <PostForm action={action::<HoldPerson>()} done=t("branch-held-saved")>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                {boxes
                    .into_iter()
                    .map(|(branch, words, on)| view! { <CheckField name="branches[]" id=format!("branch-{branch}") value=branch label=words checked=on/> })
                    .collect_view()}
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
            </PostForm>
        </Card>
    };
    Ok(Some(form.into_any()))
}

/// Which zones he is held to: one more is named, and what is no longer ticked is left.
async fn held_zones(at: &Drawing, person: &PersonDetail) -> Result<Option<AnyView>, UiError> {
    if !held_to_zones(person.row.role) || !person.manageable || !at.caller()?.sees_whole_isp() {
        return Ok(None);
    }
    let all = accounts::zones(at.services(), at.caller()?).await?;
    if all.is_empty() {
        return Ok(None);
    }
    let id = person.row.id;
    let boxes = person.zones.iter().map(|(zone, _)| (zone.to_string(), zone_words(*zone, &all))).collect::<Vec<_>>();
    let words = ZoneWords { name: "add", label: t("zone-held-add"), none: t("common-none"), help: String::new() };
    let form = view! {
        <Card title=t("zone-held") subtitle=t("zone-held-lead") class="max-w-2xl">
            <PostForm action={action::<HoldToZones>()} done=t("branch-held-saved")>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                {boxes
                    .into_iter()
                    .map(|(zone, words)| view! { <CheckField name="zones[]" id=format!("zone-{zone}") value=zone label=words checked=true/> })
                    .collect_view()}
                {zone_field(words, &all, None, Vec::new())}
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
            </PostForm>
        </Card>
    };
    Ok(Some(form.into_any()))
}

async fn facts(at: &Drawing, person: &PersonDetail) -> Result<AnyView, UiError> {
    let held = (held(at, person).await?, held_zones(at, person).await?);
    let row = &person.row;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
    let seen = match row.signed_in_at {
        Some(seen) => view! { <TimeText at=at.visit().local(seen)/> }.into_any(),
        None => t("common-never").into_any(),
    };
    let mut items = vec![
        Definition::new(t("account-email"), text(&row.email)),
        Definition::new(t("account-username"), text(&row.username)),
        Definition::new(t("account-mobile"), row.mobile.as_deref().map(crate::customers::phone_text).unwrap_or_else(|| "–".into())),
        Definition::new(t("person-factor"), if row.second_factor { t("common-yes") } else { t("common-no") }),
        Definition::new(t("person-password"), if person.must_change { t("person-password-first") } else { t("person-password-own") }),
        Definition::new(t("person-signed-in"), seen),
        Definition::new(t("person-since"), view! { <TimeText at=at.visit().local(person.created_at)/> }),
    ];
    if let Some((above, name)) = &row.above {
        items.push(Definition::new(t("person-above"), view! { <a class="link" href=format!("/people/{above}")>{name.clone()}</a> }));
    }
    if let Some(customers) = person.customers {
        items.push(Definition::new(t("person-customers"), view! { <NumberText value=customers/> }));
        let href = format!("/people?below={}", row.id);
        items.push(Definition::new(t("person-people-below"), view! { <a class="link" href=href>{t("person-show-below")}</a> }));
    }
    if !person.branches.is_empty() {
        let names = person.branches.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
        items.push(Definition::new(t("branch-held"), names));
    }
    if !person.zones.is_empty() {
        let names = person.zones.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
        items.push(Definition::new(t("zone-held"), names));
    }
    let acts = (person.manageable || person.may_log_in_as).then(|| acts(person));
    let view =
        view! { <div class="flow"><Card title=t("person-tab-facts")><DefinitionList items=items/></Card>{held.0}{held.1}{acts}</div> };
    Ok(view.into_any())
}

/// What is done to him, apart from what is known of him.
fn acts(person: &PersonDetail) -> AnyView {
    let id = person.row.id;
    let login = (person.may_log_in_as && person.row.status == PersonStatus::Active).then(|| {
        view! {
            <Card title=t("login-as-title") subtitle=t("login-as-lead") class="max-w-2xl">
                <PostForm action={action::<LoginAs>()} class="grid gap-4">
                    <ErrorSummary/>
                    <HiddenField name="id" value=id.to_string()/>
                    <TextField name="reason" id="login-as-reason" label=t("person-reason") maxlength=500 autocomplete="off" help=t("login-as-reason-help")/>
                    <div class="form-actions"><SubmitButton label=t("login-as") icon="log-in" style=ButtonStyle::Secondary/></div>
                </PostForm>
            </Card>
        }
    });
    let manage = person.manageable.then(|| {
        let remove = format!("/people/{id}/remove");
        let factor = person.row.second_factor.then(|| {
            view! {
                <PostForm action={action::<ResetFactor>()} done=t("person-factor-gone")>
                    <HiddenField name="id" value=id.to_string()/>
                    <ConfirmButton label=t("person-reset-factor") body=t("person-reset-factor-words") icon="smartphone" style=ButtonStyle::Secondary/>
                </PostForm>
            }
        });
        let suspend = person.suspended_at.is_none().then(|| {
            let words = if sells(person.row.role) { t("person-suspend-seller-words") } else { t("person-suspend-words") };
            view! {
                <PostForm action={action::<SuspendPerson>()} class="grid gap-4 max-w-xl" done=t("person-suspend-done")>
                    <ErrorSummary/>
                    <HiddenField name="id" value=id.to_string()/>
                    <TextField name="reason" id="suspend-reason" label=t("person-reason") maxlength=500 autocomplete="off"/>
                    <div><ConfirmButton label=t("person-suspend") body=words icon="ban"/></div>
                </PostForm>
            }
        });
        view! {
            <Card title=t("person-danger") class="max-w-2xl">
                <div class="grid gap-5">
                    <div class="flex flex-wrap gap-3">
                        <PostForm action={action::<ResetPassword>()}>
                            <HiddenField name="id" value=id.to_string()/>
                            <ConfirmButton label=t("person-reset-password") body=t("person-reset-password-words") icon="key-round" style=ButtonStyle::Secondary/>
                        </PostForm>
                        {factor}
                        <LinkButton href=remove label=t("person-remove") icon="trash-2"/>
                    </div>
                    {suspend}
                </div>
            </Card>
        }
    });
    view! { {login} {manage} }.into_any()
}

fn sells(role: Role) -> bool {
    matches!(role, Role::Reseller | Role::SubReseller)
}

/// What he may do, read at a glance.
fn rights(at: &Drawing, view: RightsView) -> AnyView {
    let list = |title: &str, words: Vec<String>| {
        let empty = words.is_empty().then(|| view! { <p class="muted">{t("common-none")}</p> });
        let items = words.into_iter().map(|words| view! { <li>{words}</li> }).collect_view();
        view! { <Card title=t(title)>{empty}<ul class="grid gap-1 sm:grid-cols-2">{items}</ul></Card> }
    };
    let own = view.keys.iter().filter(|key| matches!(key.grade, Grade::Full | Grade::Own) && !key.closed);
    let given = view.keys.iter().filter(|key| key.grade == Grade::Granted && key.granted && !key.closed);
    let closed = view.keys.iter().filter(|key| key.closed);
    let words = |key: &domain::people::KeyView| right_words(key.permission);
    let (own, given, closed) =
        (own.map(words).collect::<Vec<_>>(), given.map(words).collect::<Vec<_>>(), closed.map(words).collect::<Vec<_>>());
    let closed = (!closed.is_empty()).then(|| list("rights-closed", closed));
    let special = super::rights::special_table(at, &view, false);
    view! { <div class="flow">{list("rights-of-role", own)}{list("rights-given", given)}{closed}{special}</div> }.into_any()
}

fn sessions(at: &Drawing, person: &PersonDetail, open: Vec<PersonSession>) -> AnyView {
    let columns = vec![
        Column::new(t("session-device")),
        Column::new(t("session-address")),
        Column::new(t("session-since")),
        Column::new(t("session-seen")),
        Column::new(t("session-end")).quiet(),
    ];
    let id = person.row.id;
    let any = !open.is_empty();
    let rows = open
        .into_iter()
        .map(|session| {
            let words = device::words(&session.agent);
            let one = session.id.to_string();
            let end = person.manageable.then(|| {
                view! {
                    <PostForm action={action::<EndSessions>()} key=one.clone() done=t("session-ended")>
                        <HiddenField name="id" value=id.to_string()/>
                        <HiddenField name="one" value=one/>
                        <SubmitButton label=t("session-end") style=ButtonStyle::Secondary icon="log-out"/>
                    </PostForm>
                }
            });
            Row::new(session.id, words.clone())
                .cell(words)
                .cell(session.ip.map(|ip| view! { <span class="code">{ip}</span> }))
                .cell(view! { <TimeText at=at.visit().local(session.since)/> })
                .cell(view! { <TimeText at=at.visit().local(session.seen)/> })
                .cell(end)
        })
        .collect();
    let all = (any && person.manageable).then(|| {
        view! {
            <PostForm action={action::<EndSessions>()} done=t("person-sessions-ended")>
                <HiddenField name="id" value=id.to_string()/>
                <ConfirmButton label=t("person-end-sessions") body=t("person-end-sessions-words") icon="log-out"/>
            </PostForm>
        }
    });
    let empty = view! { <EmptyState icon="log-in" title=t("person-sessions-none") body=t("person-sessions-none-words")/> }.into_any();
    view! {
        <div class="flow">
            <Card flush=true><DataTable caption=t("person-tab-sessions") columns=columns rows=rows empty=empty/></Card>
            {all}
        </div>
    }
    .into_any()
}

fn activity(at: &Drawing, page: domain::customers::Page<domain::trust::AuditRow>) -> AnyView {
    let columns = vec![
        Column::new(t("audit-time")),
        Column::new(t("audit-action")),
        Column::new(t("audit-subject")),
        Column::new(t("person-behind")),
    ];
    let total = page.total;
    let rows = page
        .rows
        .into_iter()
        .map(|entry| {
            let words = action_words(&entry.action);
            let about = entry.customer_id.map(|id| {
                let name = entry.customer_name.clone().unwrap_or_default();
                view! { <a class="link" href=format!("/customers/{id}")>{name}</a> }
            });
            Row::new(entry.id, words.clone())
                .cell(view! { <TimeText at=at.visit().local(entry.at)/> })
                .cell(words)
                .cell(about)
                .cell(entry.impersonator_name)
        })
        .collect();
    let empty = view! { <EmptyState icon="history" title=t("person-activity-none") body=t("audit-empty-words")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("person-tab-activity") columns=columns rows=rows total=count(total) empty=empty/></Card> }
        .into_any()
}
