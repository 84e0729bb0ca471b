//! The list of ISPs and the queue. Counts only: no row of an ISP is shown here.

use crate::UiError;
use crate::drawn::Drawing;
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, IspRow, JobRow};
use ui::prelude::*;

pub async fn home(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    let found = platform::isps(at.services(), caller).await?;
    // Jobs of other tenants are among them: not for a super admin.
    let jobs = match caller.allowed(Permission::PlatformManage) {
        true => Some(queue(platform::jobs(at.services(), caller).await?)),
        false => None,
    };
    let page = view! {
        <PageHeader title=t("menu-isps") subtitle=t("platform-lead") actions=view! { <LinkButton href="/platform/radius" label=t("network-nodes") icon="server"/><LinkButton href="/platform/jobs" label=t("jobs-schedule") icon="list-checks"/> }.into_any()/>
        <div class="flow" data-poll="15">{isps(found)}{jobs}</div>
    };
    Ok(page.into_any())
}

fn isps(isps: Vec<IspRow>) -> AnyView {
    let columns = vec![
        Column::new(t("common-name")),
        Column::new(t("platform-short-name")),
        Column::new(t("customer-services")).numeric(),
        Column::new(t("status-suspended")).numeric(),
        Column::new(t("settings-zone")),
        Column::new(t("common-status")),
    ];
    let row = |isp: IspRow| {
        let status = if isp.active {
            view! { <StatusBadge tone=Tone::Good label=t("status-active") icon="check"/> }
        } else {
            view! { <StatusBadge tone=Tone::Bad label=t("status-disabled") icon="ban"/> }
        };
        Row::new(isp.id, isp.name.clone())
            .cell(view! { <strong class="font-semibold">{isp.name}</strong> })
            .cell(isp.short_name)
            .cell(view! { <NumberText value=isp.services/> })
            .cell(view! { <NumberText value=isp.suspended/> })
            .cell(isp.time_zone)
            .cell(status)
    };
    let rows = isps.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="building-2" title=t("platform-empty-title") body=t("platform-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("menu-isps") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn queue(jobs: Vec<JobRow>) -> AnyView {
    let columns = vec![
        Column::new(t("job-task")),
        Column::new(t("job-state")),
        Column::new(t("job-attempts")).numeric(),
        Column::new(t("job-problem")),
    ];
    let row = |job: JobRow| {
        let (tone, label) = match job.state.as_str() {
            "running" => (Tone::Info, t("status-running")),
            "failed" => (Tone::Bad, t("status-failed")),
            _ => (Tone::Neutral, t("status-waiting")),
        };
        Row::new(job.id, job.task.clone())
            .cell(job.task)
            .cell(view! { <StatusBadge tone=tone label=label/> })
            .cell(view! { <NumberText value=i64::from(job.attempts)/> })
            .cell(view! { <span class="muted break-words">{job.problem.unwrap_or_default()}</span> })
    };
    let rows = jobs.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="list-checks" title=t("jobs-empty") body=t("platform-jobs-idle")/> }.into_any();
    view! { <Card title=t("jobs-title") flush=true><DataTable caption=t("jobs-title") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}
