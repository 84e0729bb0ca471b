//! Slots: what a tenant has and uses, asking for more, what was asked and answered, and every change there was.

use super::api::{AnswerRequest, AskForMore};
use super::words::{limited_words, usage_list};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use domain::platform::Limited;
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform;
use ui::prelude::*;

pub async fn slots(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    let developer = caller.allowed(Permission::PlatformManage);
    let history = platform::slot_history(at.services(), caller, at.paging()).await?;
    let requests = platform::requests(at.services(), caller, false).await?;
    let own = match developer {
        true => None,
        false => Some(platform::own_tenant(at.services(), caller).await?),
    };
    let asking = own.map(|own| {
        let plan = own.tenant.plan.as_ref().map_or_else(|| t("plan-none"), |(_, name)| name.clone());
        view! {
            <div class="split">
                <Card title=t("plan-yours") subtitle=plan>{usage_list(&own.usage)}</Card>
                <Card title=t("plan-ask") subtitle=t("plan-ask-lead")>{ask()}</Card>
            </div>
        }
    });
    let requests = (!requests.is_empty()).then(|| requests_card(&at, requests, developer));
    let page = view! {
        <PageHeader title=t("menu-slots") subtitle=t("slots-lead")/>
        <div class="flow">{asking}{requests}{table(&at, history, developer)}</div>
    };
    Ok(page.into_any())
}

fn ask() -> AnyView {
    let options = Limited::ALL.into_iter().map(|of| (of.slug().to_string(), limited_words(of))).collect();
    view! {
        <PostForm action={action::<AskForMore>()} class="grid gap-4" done=t("plan-asked")>
            <ErrorSummary/>
            <SelectField name="what" label=t("plan-ask-what") options=options/>
            <TextAreaField name="words" label=t("plan-ask-words") help=t("plan-ask-words-help")/>
            <div class="form-actions"><SubmitButton label=t("plan-ask") icon="send"/></div>
        </PostForm>
    }
    .into_any()
}

/// What was asked, and the answers; a developer answers here.
pub(super) fn requests_card(at: &Drawing, requests: Vec<RequestRow>, developer: bool) -> AnyView {
    let items = requests
        .into_iter()
        .map(|one| {
            let what = Limited::from_slug(&one.what).map(limited_words).unwrap_or_default();
            let id = one.id.to_string();
            let href = format!("/platform/tenants/{}", one.tenant_id);
            let tenant = one.tenant.clone();
            let whose = developer.then(|| view! { <a class="link" href=href>{tenant}</a>" · " });
            let answer = match (one.answered_at, developer) {
                (Some(when), _) => view! { <p class="mt-1"><StatusBadge tone=Tone::Good label=t("status-done") icon="check"/>" "{one.answer.clone().unwrap_or_default()}" "<span class="muted"><TimeText at=at.visit().local(when)/></span></p> }.into_any(),
                (None, false) => view! { <p class="mt-1"><StatusBadge tone=Tone::Info label=t("status-waiting") icon="clock"/></p> }.into_any(),
                (None, true) => view! {
                    <PostForm action={action::<AnswerRequest>()} key=id.clone() class="mt-2 grid gap-3">
                        <ErrorSummary/>
                        <HiddenField name="id" value=id.clone()/>
                        <TextField name="words" id=format!("answer-{id}") label=t("plan-answer") maxlength=1000/>
                        <div><SubmitButton label=t("plan-answer-send") icon="send" style=ButtonStyle::Secondary/></div>
                    </PostForm>
                }
                .into_any(),
            };
            let when = at.visit().local(one.at);
            Definition::new(what, view! { {whose}{one.actor.clone()}", "<TimeText at=when/><p class="wrap-anywhere">{one.words.clone()}</p>{answer} })
        })
        .collect();
    view! { <Card title=t("platform-requests")><div id="requests"><DefinitionList items=items/></div></Card> }.into_any()
}

type RequestRow = platform::RequestView;

fn table(at: &Drawing, page: domain::customers::Page<platform::SlotView>, developer: bool) -> AnyView {
    let mut columns = vec![Column::new(t("common-time"))];
    columns.extend(developer.then(|| Column::new(t("tenant-one"))));
    columns.extend([
        Column::new(t("slots-what")),
        Column::new(t("slots-change")).numeric(),
        Column::new(t("slots-title")).numeric(),
        Column::new(t("common-reason")),
        Column::new(t("audit-actor")),
    ]);
    let total = page.total;
    let row = |one: platform::SlotView| {
        let what = match one.kind.as_str() {
            "assign" => t("slots-assign"),
            "free" => t("slots-free"),
            "transfer" => t("slots-transfer"),
            _ => t("slots-by-plan"),
        };
        let what = match &one.other {
            Some(other) => format!("{what}: {other}"),
            None => what,
        };
        let change = i64::from(one.change);
        let written = format!("{}{}", if change > 0 { "+" } else { "−" }, locales::number(use_language(), change.abs()));
        let mut row = Row::new(one.id, one.tenant.clone()).cell(view! { <TimeText at=at.visit().local(one.at)/> });
        if developer {
            row = row.cell(one.tenant);
        }
        row.cell(what)
            .cell(view! { <span class="figure">{written}</span> })
            .cell(view! { <NumberText value=i64::from(one.slots)/> })
            .cell(view! { <span class="wrap-anywhere">{one.reason}</span> })
            .cell(one.actor)
    };
    let rows = page.rows.into_iter().map(row).collect();
    let table = if total == 0 {
        let empty = view! { <EmptyState icon="columns-3" title=t("slots-history-empty") body=t("slots-help")/> }.into_any();
        view! { <DataTable caption=t("slots-history") columns=columns rows=rows empty=empty/> }.into_any()
    } else {
        view! { <DataTable caption=t("slots-history") columns=columns rows=rows total=count(total)/> }.into_any()
    };
    view! { <Card flush=true title=t("slots-history")>{table}</Card> }.into_any()
}
