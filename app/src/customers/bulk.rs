//! Many lines at once: what would be done and who is left out, before anything happens; then the job, line by line.

use super::api::{CancelBulk, RetryBulk, StartBulk};
use super::{reason_words, subscriber_filter};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use chrono::NaiveDateTime;
use domain::bulk::{BulkAction, BulkFate, BulkJob, BulkPreview, BulkRow, BulkState, MOST, REASONS};
use domain::customers::BlockReason;
use leptos::prelude::*;
use services::customers;
use ui::prelude::*;
use uuid::Uuid;

const PATH: &str = "/customers/bulk";

/// Of the URL, what is about the job and not about the list.
const OWN: [&str; 4] = ["action", "reason", "page", "size"];

pub async fn bulk(at: Drawing) -> Result<AnyView, UiError> {
    let query = at.query();
    let what = query.get("action").and_then(BulkAction::from_slug).unwrap_or_default();
    let reason = query.get("reason").and_then(BlockReason::from_slug).filter(|reason| REASONS.contains(reason)).unwrap_or(REASONS[0]);
    let list = query.without(&OWN);
    let preview = customers::preview_bulk(at.services(), at.caller()?, &subscriber_filter(&list), what, reason).await?;
    let jobs = customers::bulk_jobs(at.services(), at.caller()?).await?;
    let now = at.visit().local(at.services().now());
    let page = view! {
        <PageHeader title=t("bulk-title") subtitle=t_with("bulk-lead", &[("count", i64::try_from(preview.matched).unwrap_or(i64::MAX).into())]) back=(list.href("/customers"), t("customers-title"))/>
        <div class="flow">
            {choose(&list, what, reason)}
            {what_happens(preview, &list, what, reason)}
            {(!jobs.is_empty()).then(|| last(jobs, now, &at))}
        </div>
    };
    Ok(page.into_any())
}

fn action_text(what: BulkAction) -> String {
    t(&format!("bulk-action-{}", what.slug()))
}

/// What to do and for which reason: a form that only changes the URL.
fn choose(list: &Query, what: BulkAction, reason: BlockReason) -> AnyView {
    let kept = list.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view();
    let option = |value: &'static str, words: String, selected: bool| view! { <option value=value selected=selected>{words}</option> };
    let actions = BulkAction::ALL.iter().map(|one| option(one.slug(), action_text(*one), *one == what)).collect_view();
    let reasons = REASONS.iter().map(|one| option(one.slug(), reason_words(*one), *one == reason)).collect_view();
    view! {
        <form method="get" action=PATH class="list-tools" data-live="">
            {kept}
            <span class="input-box input-box-select"><select class="input-plain" name="action" aria-label=t("bulk-action")>{actions}</select><Icon name="chevron-down"/></span>
            <span class="input-box input-box-select"><select class="input-plain" name="reason" aria-label=t("customer-suspend-reason")>{reasons}</select><Icon name="chevron-down"/></span>
            <noscript><button type="submit" class="button button-secondary">{t("action-apply")}</button></noscript>
        </form>
    }
    .into_any()
}

fn what_happens(preview: BulkPreview, list: &Query, what: BulkAction, reason: BlockReason) -> AnyView {
    let many = preview.lines.len();
    let number = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
    let key = if what == BulkAction::Suspend { "bulk-will-suspend" } else { "bulk-will-resume" };
    let words = t_with(key, &[("count", number(many).into()), ("reason", reason_words(reason).into())]);
    let left = preview.left_out.iter().map(|(why, many)| {
        view! { <li>{t_with(&format!("bulk-left-{}", why.slug().replace('_', "-")), &[("count", number(*many).into())])}</li> }
    });
    let left = (!preview.left_out.is_empty()).then(
        || view! { <div><p class="font-medium">{t("bulk-left-out")}</p><ul class="muted list-disc ps-5">{left.collect_view()}</ul></div> },
    );
    let more = (many > preview.examples.len()).then(|| {
        view! { <li class="muted">{t_with("bulk-more", &[("count", number(many - preview.examples.len()).into())])}</li> }
    });
    let examples = preview.examples.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
    let start = match many {
        0 => view! { <Alert tone=Tone::Info icon="users">{t("problem-bulk-nobody")}</Alert> }.into_any(),
        many if many > MOST => {
            let words = t_with("problem-bulk-too-many", &[("most", number(MOST).into()), ("count", number(many).into())]);
            view! { <Alert tone=Tone::Warning icon="users">{words}</Alert> }.into_any()
        }
        _ => start(many, list, what, reason),
    };
    view! {
        <Card title=words>
            <div class="flow">
                <ul class="grid gap-0.5">{examples}{more}</ul>
                {left}
                {start}
            </div>
        </Card>
    }
    .into_any()
}

fn start(many: usize, list: &Query, what: BulkAction, reason: BlockReason) -> AnyView {
    let number = i64::try_from(many).unwrap_or(i64::MAX);
    let (key, icon) = if what == BulkAction::Suspend { ("bulk-start-suspend", "circle-pause") } else { ("bulk-start-resume", "play") };
    let label = t_with(key, &[("count", number.into())]);
    let body = t_with(&format!("{key}-body"), &[("count", number.into()), ("reason", reason_words(reason).into())]);
    let (list, expected) = (list.to_string(), many.to_string());
    let style = if what == BulkAction::Suspend { ButtonStyle::Danger } else { ButtonStyle::Primary };
    view! {
        <PostForm action={action::<StartBulk>()}>
            <ErrorSummary/>
            <HiddenField name="list" value=list/>
            <HiddenField name="what" value=what.slug().to_string()/>
            <HiddenField name="reason" value=reason.slug().to_string()/>
            <HiddenField name="expected" value=expected/>
            <div class="form-narrow">
                <TextAreaField name="note" label=t("common-note") rows=2 optional={what == BulkAction::Resume} help=t("bulk-note-help")/>
            </div>
            <div class="form-actions"><ConfirmButton label=label body=body style=style icon=icon/></div>
        </PostForm>
    }
    .into_any()
}

fn state_mark(job: &BulkJob) -> AnyView {
    let (tone, icon) = match job.state {
        BulkState::Waiting => (Tone::Neutral, "clock"),
        BulkState::Running => (Tone::Info, "play"),
        BulkState::Done if job.failed > 0 => (Tone::Warning, "triangle-alert"),
        BulkState::Done => (Tone::Good, "circle-check"),
        BulkState::Cancelled => (Tone::Neutral, "circle-x"),
    };
    view! { <StatusBadge tone=tone label=t(&format!("bulk-state-{}", job.state.slug())) icon=icon/> }.into_any()
}

fn last(jobs: Vec<BulkJob>, now: NaiveDateTime, at: &Drawing) -> AnyView {
    let columns = vec![
        Column::new(t("bulk-action")),
        Column::new(t("common-status")),
        Column::new(t("bulk-fate-done")).numeric(),
        Column::new(t("bulk-fate-left")).numeric(),
        Column::new(t("bulk-fate-failed")).numeric(),
        Column::new(t("common-time")),
        Column::new(t("bulk-by")),
    ];
    let number = |many: i64| locales::number(use_language(), many);
    let rows = jobs.into_iter().map(|job| {
        let what = format!("{} · {}", action_text(job.action), reason_words(job.reason));
        Row::new(job.id, what.clone())
            .href(format!("{PATH}/{}", job.id))
            .cell(what)
            .cell(state_mark(&job))
            .cell(number(job.done))
            .cell(number(job.left))
            .cell(number(job.failed))
            .cell(view! { <TimeText at=at.visit().local(job.started_at) now=now/> })
            .cell(job.started_by)
    });
    let rows = rows.collect();
    view! { <Card flush=true title=t("bulk-last")><DataTable caption=t("bulk-last") columns=columns rows=rows/></Card> }.into_any()
}

pub async fn bulk_job(at: Drawing) -> Result<AnyView, UiError> {
    let id: Uuid = at.param("id")?;
    let fate = at.query().get("fate").and_then(BulkFate::from_slug);
    let (job, page) = customers::bulk_job(at.services(), at.caller()?, id, fate, at.paging()).await?;
    let now = at.visit().local(at.services().now());
    let poll = (!job.state.is_over()).then_some("2");
    let title = format!("{} · {}", action_text(job.action), reason_words(job.reason));
    let fates = [(BulkFate::Waiting, job.waiting), (BulkFate::Done, job.done), (BulkFate::Left, job.left), (BulkFate::Failed, job.failed)];
    let options = fates.iter().filter(|(_, many)| *many > 0).map(|(fate, many)| {
        FilterOption::new(fate.slug(), format!("{} ({})", t(&format!("bulk-fate-{}", fate.slug())), locales::number(use_language(), *many)))
    });
    let options = options.collect::<Vec<_>>();
    let progress = t_with("bulk-progress", &[("done", (job.total() - job.waiting).into()), ("total", job.total().into())]);
    let (value, most) = ((job.total() - job.waiting).to_string(), job.total().max(1).to_string());
    let body = view! {
        <PageHeader title=title subtitle=job.note.clone() back=(PATH.to_string(), t("bulk-title")) badge=state_mark(&job) actions=decide(&job)/>
        <div class="flow" data-poll=poll>
            <div><p class="muted mb-1">{progress.clone()}</p><progress class="progress progress-primary w-full max-w-xl" value=value max=most aria-label=progress></progress></div>
            <div class="list-tools"><FilterChips name="fate" label=t("bulk-fate") options=options/></div>
            {lines(page.rows, page.total, now, &at)}
        </div>
    };
    Ok(body.into_any())
}

fn decide(job: &BulkJob) -> AnyView {
    let id = job.id.to_string();
    if !job.state.is_over() {
        let body = t_with("bulk-cancel-body", &[("count", job.waiting.into())]);
        return view! {
            <PostForm action={action::<CancelBulk>()}>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("bulk-cancel") body=body style=ButtonStyle::Secondary icon="circle-x"/>
            </PostForm>
        }
        .into_any();
    }
    if job.failed == 0 || job.state != BulkState::Done {
        return ().into_any();
    }
    view! {
        <PostForm action={action::<RetryBulk>()}>
            <HiddenField name="id" value=id/>
            <SubmitButton label=t("bulk-retry") style=ButtonStyle::Secondary icon="refresh-cw"/>
        </PostForm>
    }
    .into_any()
}

fn lines(rows: Vec<BulkRow>, total: i64, now: NaiveDateTime, at: &Drawing) -> AnyView {
    let columns = vec![
        Column::new(t("customer-name")),
        Column::new(t("customer-username")),
        Column::new(t("bulk-fate")),
        Column::new(t("common-time")),
    ];
    let rows = rows.into_iter().map(|row| {
        let (tone, icon) = match row.fate {
            BulkFate::Waiting => (Tone::Neutral, "clock"),
            BulkFate::Done => (Tone::Good, "circle-check"),
            BulkFate::Left => (Tone::Neutral, "minus"),
            BulkFate::Failed => (Tone::Bad, "circle-alert"),
        };
        let label = t(&format!("bulk-fate-{}", row.fate.slug()));
        let why = row.problem.map(|why| {
            let words = t(&format!("bulk-why-{}", why.replace('_', "-")));
            view! { <span class="muted block text-[0.8125rem]">{words}</span> }
        });
        Row::new(row.service_id, row.customer.clone())
            .href(format!("/customers/{}?tab=line", row.customer_id))
            .cell(row.customer)
            .cell(view! { <span class="figure">{row.username}</span> })
            .cell(view! { <span class="block"><StatusBadge tone=tone label=label icon=icon/>{why}</span> })
            .cell(row.at.map(|when| view! { <TimeText at=at.visit().local(when) now=now/> }))
    });
    let rows = rows.collect();
    let title = t_with("bulk-lines", &[("count", total.into())]);
    view! { <Card flush=true title=title><DataTable caption=t("bulk-fate") columns=columns rows=rows total=count(total)/></Card> }
        .into_any()
}
