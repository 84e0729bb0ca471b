//! What a developer and a super admin see first: what waits for them, what is near its limit, what is suspended, and how
//! much there is. Counts only: no row of an ISP is shown.

use super::slots::requests_card;
use super::words::{limited_words, standing_mark, usage_list, use_mark};
use crate::UiError;
use crate::dashboard::when;
use crate::drawn::Drawing;
use domain::people::PlatformCaller;
use domain::platform::{Decided, Near, Standing, Use};
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, IspView, JobRow, TenantView};
use services::schedule::{JobState, platform_board};
use ui::prelude::*;

pub async fn home(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    let developer = caller.allowed(Permission::PlatformManage);
    let tenants = platform::tenants(at.services(), caller, false).await?;
    let isps = platform::isps(at.services(), caller).await?;
    let requests = platform::requests(at.services(), caller, true).await?;
    // Jobs of other tenants are among them: not for a super admin.
    let jobs = if developer { Some(platform::jobs(at.services(), caller).await?) } else { None };
    let board = if developer { platform_board(at.services(), caller).await?.0 } else { Vec::new() };
    let late = board.iter().filter(|job| matches!(job.state, JobState::Late | JobState::Failed)).count();
    let add = action_button(caller, &tenants);
    let figures = figures(&tenants, &isps, requests.len(), jobs.as_deref(), late, developer);
    let waiting = (!requests.is_empty()).then(|| requests_card(&at, requests, developer));
    let near = near(&tenants, developer);
    let own = (!developer).then(|| own_plan(&tenants));
    let page = view! {
        <PageHeader title=t("platform-home") subtitle=locales::date(use_language(), at.visit().today) actions=add/>
        <div class="flow" data-poll="30">
            <div class="tiles">{figures}</div>
            {waiting}
            {near}
            {own}
            {held(&isps)}
            {jobs.map(queue)}
        </div>
    };
    Ok(page.into_any())
}

fn action_button(caller: &PlatformCaller, tenants: &[TenantView]) -> AnyView {
    match (caller.allowed(Permission::PlatformManage), tenants.is_empty()) {
        (true, true) => {
            view! { <LinkButton href="/platform/tenants/new" label=t("tenant-add") icon="plus" style=ButtonStyle::Primary/> }.into_any()
        }
        _ => view! { <LinkButton href="/platform/isps/new" label=t("isp-add") icon="plus" style=ButtonStyle::Primary/> }.into_any(),
    }
}

fn figures(tenants: &[TenantView], isps: &[IspView], requests: usize, jobs: Option<&[JobRow]>, late: usize, developer: bool) -> AnyView {
    let number = |value: usize| locales::number(use_language(), i64::try_from(value).unwrap_or(i64::MAX));
    let alive: Vec<&IspView> = isps.iter().filter(|view| view.isp.active).collect();
    let subscribers: i64 = alive.iter().map(|view| view.customers).sum();
    let held = alive.iter().filter(|view| matches!(view.isp.standing, Standing::Suspended(_))).count();
    let failed = jobs.map(|jobs| jobs.iter().filter(|job| job.state == "failed").count());
    let tenant_card = developer.then(|| {
        let suspended = tenants.iter().filter(|view| matches!(view.tenant.decided, Decided::Suspended { .. })).count();
        let note = t_with("platform-suspended-count", &[("count", suspended.into())]);
        view! { <StatCard label=t("menu-tenants") value=number(tenants.len()) note=note href="/platform/tenants" icon="landmark" tone=when(suspended > 0, Tone::Warning)/> }
    });
    let held_note = t_with("platform-suspended-count", &[("count", held.into())]);
    let job_card = failed.map(|failed| {
        let bad = failed + late;
        let note = t_with("platform-late-count", &[("count", late.into())]);
        view! { <StatCard label=t("platform-jobs-failed") value=number(failed) note=note href="/platform/jobs" icon="list-checks" tone=when(bad > 0, Tone::Bad)/> }
    });
    let asked = if developer { "/platform/slots#requests" } else { "/platform/slots" };
    view! {
        {tenant_card}
        <StatCard label=t("menu-isps") value=number(alive.len()) note=held_note href="/platform/isps" icon="building-2" tone=when(held > 0, Tone::Warning)/>
        <StatCard label=t("platform-subscribers") value=locales::number(use_language(), subscribers) href="/platform/isps" icon="users"/>
        <StatCard label=t("platform-requests") value=number(requests) href=asked icon="message-square" tone=when(developer && requests > 0, Tone::Info)/>
        {job_card}
    }
    .into_any()
}

/// Who comes near a limit.
fn near(tenants: &[TenantView], developer: bool) -> AnyView {
    let near: Vec<(&TenantView, &Use)> = tenants
        .iter()
        .flat_map(|view| view.usage.iter().map(move |one| (view, one)))
        .filter(|(_, one)| one.near() != Near::Far && one.most != Some(0))
        .collect();
    if near.is_empty() {
        return ().into_any();
    }
    let items = near
        .into_iter()
        .map(|(view, one)| {
            let href = if developer { format!("/platform/tenants/{}", view.tenant.id) } else { "/platform/slots".to_string() };
            let name = view.tenant.name.clone();
            Definition::new(limited_words(one.of), view! { <a class="link" href=href>{name}</a>" "{use_mark(one)} })
        })
        .collect();
    view! { <Card title=t("platform-near") subtitle=t("platform-near-lead")><DefinitionList items=items/></Card> }.into_any()
}

fn own_plan(tenants: &[TenantView]) -> AnyView {
    tenants.first().map_or_else(
        || ().into_any(),
        |view| {
            let name = view.tenant.plan.as_ref().map_or_else(|| t("plan-none"), |(_, name)| name.clone());
            let list = usage_list(&view.usage);
            let more = view! { <LinkButton href="/platform/slots" label=t("plan-ask") icon="send"/> }.into_any();
            view! { <Card title=t("plan-yours") subtitle=name actions=more>{list}</Card> }.into_any()
        },
    )
}

/// What is suspended, and since when.
fn held(isps: &[IspView]) -> AnyView {
    let held: Vec<&IspView> = isps.iter().filter(|view| matches!(view.isp.standing, Standing::Suspended(_))).collect();
    if held.is_empty() {
        return ().into_any();
    }
    let items = held
        .into_iter()
        .map(|view| {
            let href = format!("/platform/isps/{}", view.isp.id);
            let why = match &view.isp.standing {
                Standing::Suspended(suspension) => suspension.why.clone(),
                _ => String::new(),
            };
            let name = view.isp.name.clone();
            Definition::new(
                view.tenant.clone(),
                view! { <a class="link" href=href>{name}</a>" "{standing_mark(&view.isp.standing)}<span class="muted block">{why}</span> },
            )
        })
        .collect();
    view! { <Card title=t("platform-held")><DefinitionList items=items/></Card> }.into_any()
}

fn queue(jobs: Vec<JobRow>) -> AnyView {
    let columns = vec![
        Column::new(t("job-task")),
        Column::new(t("job-state")),
        Column::new(t("job-attempts")).numeric(),
        Column::new(t("job-problem")),
    ];
    let row = |job: JobRow| {
        let (tone, words) = match job.state.as_str() {
            "running" => (Tone::Info, t("status-running")),
            "failed" => (Tone::Bad, t("status-failed")),
            _ => (Tone::Neutral, t("status-waiting")),
        };
        Row::new(job.id, job.task.clone())
            .cell(job.task)
            .cell(view! { <StatusBadge tone=tone label=words/> })
            .cell(view! { <NumberText value=i64::from(job.attempts)/> })
            .cell(view! { <span class="wrap-anywhere">{job.problem.unwrap_or_default()}</span> })
    };
    let rows = jobs.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="check" title=t("jobs-empty") body=t("platform-jobs-idle")/> }.into_any();
    view! { <Card flush=true title=t("jobs-queue")><DataTable caption=t("jobs-queue") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}
