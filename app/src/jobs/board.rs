//! The board: every job of this ISP with how it stands, and the work that waits in the queue.

use super::api::{DismissTask, RetryTask};
use super::words::{cadence, job_name, result, state_mark, when};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use domain::rights::Permission;
use leptos::prelude::*;
use services::schedule::{self, JobView};
use ui::prelude::*;

/// A piece of queued work, as the storage tells it.
struct Task {
    id: i64,
    task: String,
    attempts: i32,
    failed: bool,
    running: bool,
    problem: String,
    run_at: chrono::DateTime<chrono::Utc>,
}

pub async fn board(at: Drawing) -> Result<AnyView, UiError> {
    let board = schedule::board(at.services(), at.caller()?).await?;
    let may = at.visit().may(Permission::JobsManage);
    let dead = board.last_beat.is_none_or(|beat| board.now - beat > chrono::TimeDelta::seconds(60));
    let alarm =
        dead.then(|| view! { <div class="mb-5"><Alert tone=Tone::Bad title=t("jobs-dead-title")>{t("jobs-dead-body")}</Alert></div> });
    let tasks: Vec<Task> = board
        .queue
        .into_iter()
        .map(|job| Task {
            id: job.id,
            failed: !job.running && job.attempts >= job.max_attempts,
            task: job.task,
            attempts: job.attempts,
            running: job.running,
            problem: job.last_error.unwrap_or_default(),
            run_at: job.run_at,
        })
        .collect();
    let (jobs, queue) = (jobs(board.jobs, at.visit()), queue(tasks, at.visit(), may));
    let page = view! {
        <PageHeader title=t("jobs-title") subtitle=t("jobs-lead")/>
        {alarm}
        <div class="flow" data-poll="10">
            <Card flush=true title=t("jobs-schedule")>{jobs}</Card>
            <Card flush=true title=t("jobs-queue")>{queue}</Card>
        </div>
    };
    Ok(page.into_any())
}

fn jobs(jobs: Vec<JobView>, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("job-task")),
        Column::new(t("job-state")),
        Column::new(t("job-last")),
        Column::new(t("job-result")),
        Column::new(t("job-next")),
    ];
    let row = |job: JobView| {
        let name = job_name(job.name);
        let last = job.last.as_ref().map(|run| when(run, visit));
        let done = job.last.as_ref().map(result).unwrap_or_default();
        let next = match (&job.paused, job.next_at) {
            (Some((_, by, _)), _) => {
                view! { <span class="muted">{t_with("job-paused-by", &[("name", by.as_str().into())])}</span> }.into_any()
            }
            (None, Some(at)) => view! { <TimeText at=visit.local(at)/> }.into_any(),
            (None, None) => ().into_any(),
        };
        let behind = (job.behind > 1).then(|| {
            view! { <span class="muted block">{t_with("job-behind", &[("count", job.behind.into())])}</span> }
        });
        Row::new(job.name, name.clone())
            .href(format!("/jobs/{}", job.name))
            .cell(view! { {name}<span class="muted block text-[0.8125rem]">{cadence(&job)}</span> })
            .cell(view! { {state_mark(job.state)}{behind} })
            .cell(last)
            .cell(view! { <span class="wrap-anywhere">{done}</span> })
            .cell(next)
    };
    let rows = jobs.into_iter().map(row).collect();
    view! { <DataTable caption=t("jobs-schedule") columns=columns rows=rows/> }.into_any()
}

fn queue(tasks: Vec<Task>, visit: &Visit, may: bool) -> AnyView {
    let columns = vec![
        Column::new(t("job-task")),
        Column::new(t("job-state")),
        Column::new(t("job-attempts")).numeric(),
        Column::new(t("job-problem")),
        Column::new(t("job-started")),
        Column::new(t("common-actions")).quiet(),
    ];
    let row = |task: Task| {
        let (tone, words) = match (task.running, task.failed) {
            (true, _) => (Tone::Info, t("status-running")),
            (_, true) => (Tone::Bad, t("status-failed")),
            _ => (Tone::Neutral, t("status-waiting")),
        };
        let buttons = (may && !task.running).then(|| {
            view! {
                <span class="row-line">
                    <PostForm action={action::<RetryTask>()} key=task.id.to_string()>
                        <HiddenField name="id" value=task.id.to_string()/>
                        <SubmitButton label=t("action-retry") style=ButtonStyle::Secondary icon="rotate-ccw"/>
                    </PostForm>
                    <PostForm action={action::<DismissTask>()} key=task.id.to_string()>
                        <HiddenField name="id" value=task.id.to_string()/>
                        <ConfirmButton label=t("job-dismiss") body=t("job-dismiss-body") style=ButtonStyle::Ghost/>
                    </PostForm>
                </span>
            }
        });
        let name = job_name(&task.task);
        Row::new(task.id, name.clone())
            .cell(name)
            .cell(view! { <StatusBadge tone=tone label=words/> })
            .cell(view! { <NumberText value=i64::from(task.attempts)/> })
            .cell(view! { <span class="muted wrap-anywhere">{task.problem}</span> })
            .cell(view! { <TimeText at=visit.local(task.run_at)/> })
            .cell(buttons)
    };
    let rows = tasks.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="list-checks" title=t("jobs-empty") body=t("platform-jobs-idle")/> }.into_any();
    view! { <DataTable caption=t("jobs-queue") columns=columns rows=rows empty=empty/> }.into_any()
}
