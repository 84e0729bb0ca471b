//! One job: how it stands, what a person may do with it, and what its runs did.

use super::api::{PauseJob, ResumeJob, RetryJob, RunJobNow};
use super::words::{cadence, job_name, result, run_mark, state_mark, when};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use crate::visit::Visit;
use domain::customers::Page;
use domain::rights::Permission;
use leptos::prelude::*;
use services::schedule::{self, JobView, RunView};
use ui::prelude::*;

pub async fn history(at: Drawing) -> Result<AnyView, UiError> {
    let name: String = at.param("name")?;
    let (job, runs) = schedule::history(at.services(), at.caller()?, &name, at.paging()).await?;
    let may = at.visit().may(Permission::JobsManage);
    let title = job_name(job.name);
    let held = job.paused.as_ref().map(|(since, by, reason)| {
        let since = locales::date_time(use_language(), at.visit().local(*since));
        let words = t_with("job-paused-words", &[("name", by.as_str().into()), ("time", since.into()), ("reason", reason.as_str().into())]);
        view! { <div class="mb-5"><Alert tone=Tone::Warning title=t("job-state-paused") icon="circle-pause">{words}</Alert></div> }
    });
    let (buttons, runs) = (may.then(|| buttons(&job, at.visit())), table(runs, at.visit()));
    let page = view! {
        <PageHeader title=title subtitle=cadence(&job) back=("/jobs".to_string(), t("jobs-title")) badge=state_mark(job.state)/>
        {held}
        <div class="flow" data-poll="10">
            {buttons}
            <Card flush=true title=t("job-history")>{runs}</Card>
        </div>
    };
    Ok(page.into_any())
}

fn buttons(job: &JobView, visit: &Visit) -> AnyView {
    let name = job.name;
    let day = job.any_day.then(|| view! { <DateField name="on" label=t("job-for-day") value=visit.today max=visit.today/> });
    let retry = (job.failed > 0).then(|| {
        view! {
            <PostForm action={action::<RetryJob>()}>
                <HiddenField name="name" value=name/>
                <SubmitButton label=t("job-retry-now") style=ButtonStyle::Secondary icon="rotate-ccw"/>
            </PostForm>
        }
    });
    let hold = match job.paused.is_some() {
        true => view! {
            <PostForm action={action::<ResumeJob>()}>
                <HiddenField name="name" value=name/>
                <p class="muted">{t("job-resume-body")}</p>
                <div class="form-actions"><SubmitButton label=t("job-resume") icon="play"/></div>
            </PostForm>
        }
        .into_any(),
        false => view! {
            <PostForm action={action::<PauseJob>()}>
                <ErrorSummary/>
                <HiddenField name="name" value=name/>
                <TextField name="reason" label=t("job-pause-reason") maxlength=300 help=t("job-pause-help")/>
                <div class="form-actions">
                    <ConfirmButton label=t("job-pause") body=t("job-pause-body") style=ButtonStyle::Secondary icon="circle-pause"/>
                </div>
            </PostForm>
        }
        .into_any(),
    };
    view! {
        <div class="split">
            <Card title=t("job-run-now")>
                <PostForm action={action::<RunJobNow>()} done=t("job-asked")>
                    <ErrorSummary/>
                    <HiddenField name="name" value=name/>
                    {day}
                    <p class="muted">{t("job-run-now-body")}</p>
                    <div class="form-actions"><SubmitButton label=t("job-run-now") style=ButtonStyle::Primary icon="play"/></div>
                </PostForm>
                {retry}
            </Card>
            <Card title=t("job-hold")>{hold}</Card>
        </div>
    }
    .into_any()
}

fn table(page: Page<RunView>, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("job-business-day")),
        Column::new(t("job-state")),
        Column::new(t("job-last")),
        Column::new(t("job-result")),
        Column::new(t("job-attempts")).numeric(),
    ];
    let row = |(index, run): (usize, RunView)| {
        let day = run.business_date.map(|day| locales::date(use_language(), day)).unwrap_or_else(|| t("common-none"));
        let asked = run.asked_by.as_ref().map(|by| {
            view! { <span class="muted block">{t_with("job-asked-by", &[("name", by.as_str().into())])}</span> }
        });
        let again = run.retry_at.map(|at| {
            let time = locales::date_time(use_language(), visit.local(at));
            view! { <span class="muted block">{t_with("job-retry-at", &[("time", time.into())])}</span> }
        });
        let (mark, began, done) = (run_mark(&run), when(&run, visit), result(&run));
        Row::new(index, day.clone())
            .cell(view! { {day}{asked} })
            .cell(mark)
            .cell(began)
            .cell(view! { <span class="wrap-anywhere">{done}</span>{again} })
            .cell(view! { <NumberText value=i64::from(run.attempts)/> })
    };
    let rows = page.rows.into_iter().enumerate().map(row).collect();
    let empty = view! { <EmptyState icon="history" title=t("job-state-new") body=t("job-new-body")/> }.into_any();
    match page.total {
        0 => view! { <DataTable caption=t("job-history") columns=columns rows=rows empty=empty/> }.into_any(),
        total => view! { <DataTable caption=t("job-history") columns=columns rows=rows total=count(total)/> }.into_any(),
    }
}
