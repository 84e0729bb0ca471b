//! One run: before it begins the plan as a readable difference, then its steps as they are done, and at the end what became
//! of it, with the way back.

use super::api::{BeginProvisioning, RehearseProvisioning, ResumeProvisioning, RollBackProvisioning};
use super::run_badge;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::provisioning::{Action, RunState, Setting, StepState};
use domain::rights::Permission;
use domain::{Problem, ProvisionRunId, RouterId};
use leptos::prelude::*;
use services::Error;
use services::provisioning::{self, Preview, RehearsalRow, RunRow, RunView};

use ui::prelude::*;

/// One line of the table: what happens to one object.
struct Line {
    key: i32,
    part: String,
    menu: String,
    name: String,
    action: Action,
    settings: Vec<Setting>,
    state: Option<StepState>,
}

pub async fn report(at: Drawing) -> Result<AnyView, UiError> {
    let (router, id): (RouterId, ProvisionRunId) = (at.param("id")?, at.param("run")?);
    let view = provisioning::run_view(at.services(), at.caller()?, id).await?;
    if view.run.router_id != router {
        return Err(UiError::NotFound);
    }
    let title = t_with("provision-title", &[("name", Arg::from(view.run.router_name.as_str()))]);
    let template = t_with(
        "provision-template-version",
        &[("name", view.run.template_name.clone().into()), ("version", i64::from(view.run.template_version).into())],
    );
    let body = if view.run.state == RunState::Draft { plan(&at, &view).await? } else { progress(&at, &view) };
    let page = view! {
        <PageHeader title=title subtitle=template back=(format!("/routers/{router}/provision"), t("provision-runs"))/>
        {body}
    };
    Ok(page.into_any())
}

async fn plan(at: &Drawing, view: &RunView) -> Result<AnyView, UiError> {
    let run = &view.run;
    if !at.visit().may(Permission::NetworkEdit) {
        return Ok(view! { <Alert tone=Tone::Info>{t("provision-not-begun")}</Alert> }.into_any());
    }
    let again = format!("/routers/{}/provision?template={}&from={}", run.router_id, run.template_id, run.id);
    let preview = match provisioning::preview_draft(at.services(), at.caller()?, run.id).await {
        Ok(preview) => preview,
        Err(Error::Invalid(problems)) => return Ok(refusal(&problems, again)),
        Err(Error::Conflict(problem)) => return Ok(refusal(&[problem], again)),
        Err(error) => return Err(error.into()),
    };
    let id = run.id.to_string();
    let begin = if preview.plan.is_empty() {
        view! { <Alert tone=Tone::Good icon="circle-check" title=t("provision-no-change")>{t("provision-no-change-body")}</Alert> }
            .into_any()
    } else {
        let minutes = [("minutes", Arg::from(i64::from(run.dead_man_seconds / 60)))];
        view! {
            <PostForm action={action::<BeginProvisioning>()} done=t("provision-begun")>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <div class="form-actions">
                    <ConfirmButton label=t("provision-begin") body=t_with("provision-begin-body", &minutes) style=ButtonStyle::Primary icon="play"/>
                    <LinkButton href=again label=t("provision-back") style=ButtonStyle::Ghost/>
                </div>
            </PostForm>
            {rehearse(run)}
        }
        .into_any()
    };
    let tried = view.rehearsal.as_ref().map(|row| rehearsed(at, row));
    Ok(view! { <div class="flow">{counts(&preview)}{tried}{begin}{table(plan_lines(preview))}</div> }.into_any())
}

fn rehearse(run: &RunRow) -> AnyView {
    let id = run.id.to_string();
    view! {
        <PostForm action={action::<RehearseProvisioning>()} done=t("provision-rehearsed")>
            <HiddenField name="id" value=id/>
            <div class="form-actions">
                <SubmitButton label=t("provision-rehearse") style=ButtonStyle::Secondary icon="shield"/>
                <span class="muted">{t("provision-rehearse-help")}</span>
            </div>
        </PostForm>
    }
    .into_any()
}

/// How it came out on a copy.
fn rehearsed(at: &Drawing, row: &RehearsalRow) -> AnyView {
    let when = locales::date_time(use_language(), at.visit().local(row.at));
    let args = [("when", when.into()), ("by", row.by_name.clone().into()), ("count", i64::from(row.written).into())];
    if row.is_well() {
        let title = t("provision-rehearsal-well");
        return view! { <Alert tone=Tone::Good icon="circle-check" title=title>{t_with("provision-rehearsal-well-body", &args)}</Alert> }
            .into_any();
    }
    let again = (row.again > 0).then(|| {
        let words = t_with("provision-rehearsal-again", &[("count", i64::from(row.again).into())]);
        view! { <li>{words}</li> }
    });
    let problems = row.problems.iter().map(|problem| view! { <li class="wrap-anywhere">{problem_words(problem)}</li> }).collect_view();
    view! {
        <Alert tone=Tone::Bad icon="circle-x" title=t("provision-rehearsal-bad")>
            <p>{t_with("provision-rehearsal-bad-body", &args)}</p>
            <ul class="list-disc ps-5">{problems}{again}</ul>
        </Alert>
    }
    .into_any()
}

fn refusal(problems: &[Problem], again: String) -> AnyView {
    let list = problems.iter().map(|problem| view! { <li>{problem_words(problem)}</li> }).collect_view();
    view! {
        <div class="flow">
            <Alert tone=Tone::Bad icon="circle-x" title=t("provision-cannot")><ul class="list-disc ps-5">{list}</ul></Alert>
            <div class="form-actions"><LinkButton href=again label=t("provision-back") icon="arrow-left"/></div>
        </div>
    }
    .into_any()
}

fn counts(preview: &Preview) -> AnyView {
    let count = |action| i64::try_from(preview.plan.count(action)).unwrap_or(i64::MAX);
    let words = t_with(
        "provision-counts",
        &[("add", count(Action::Add).into()), ("change", count(Action::Change).into()), ("keep", count(Action::Keep).into())],
    );
    let version = t_with("provision-routeros", &[("version", Arg::from(preview.routeros.as_str()))]);
    view! { <p class="muted">{words}" · "{version}</p> }.into_any()
}

fn plan_lines(preview: Preview) -> Vec<Line> {
    let line = |(item, key): (domain::provisioning::Item, i32)| Line {
        key,
        part: item.object.part.clone(),
        menu: item.object.menu.clone(),
        name: item.object.name(),
        action: item.action,
        settings: item.settings.iter().map(Setting::shown).collect(),
        state: None,
    };
    preview.plan.items.into_iter().zip(1..).map(line).collect()
}

fn progress(at: &Drawing, view: &RunView) -> AnyView {
    let run = &view.run;
    let moving = !run.state.is_over();
    let steps = view.steps.iter().filter(|step| step.state != StepState::Kept);
    let (all, done) = (steps.clone().count(), steps.filter(|step| matches!(step.state, StepState::Done | StepState::Undone)).count());
    let bar = (moving && all > 0).then(|| {
        view! { <ProgressBar label=t("provision-progress") value=done as u64 max=all as u64/> }
    });
    let lines = view.steps.iter().map(|step| Line {
        key: step.position,
        part: step.part.clone(),
        menu: step.menu.clone(),
        name: step.name.clone(),
        action: step.action,
        settings: step.shown.clone(),
        state: Some(step.state),
    });
    let lines = lines.collect();
    let poll = moving.then_some("2");
    let facts = facts(at, run);
    let (told, actions, table) = (told(run), actions(at, view), table(lines));
    view! {
        <div class="flow" data-poll=poll>
            <Card><DefinitionList items=facts/></Card>
            {bar}{told}{actions}{table}
        </div>
    }
    .into_any()
}

fn facts(at: &Drawing, run: &RunRow) -> Vec<Definition> {
    let mut items = vec![
        Definition::new(t("common-status"), run_badge(run.state)),
        Definition::new(t("provision-when"), view! { <TimeText at=at.visit().local(run.created_at)/> }),
        Definition::new(t("template-by"), run.asked_by.clone()),
    ];
    if let Some(ended) = run.ended_at {
        items.push(Definition::new(t("provision-ended"), view! { <TimeText at=at.visit().local(ended)/> }));
    } else if let Some(dead_man) = run.dead_man_at {
        items.push(Definition::new(t("provision-dead-man"), view! { <TimeText at=at.visit().local(dead_man)/> }));
    }
    items
}

/// Why it ended as it did, or what it waits for.
fn told(run: &RunRow) -> AnyView {
    let waits = run.waits_for.as_ref().filter(|_| !run.state.is_over()).map(|_| {
        view! { <Alert tone=Tone::Warning icon="clock" title=t("provision-waits")>{t("provision-waits-body")}</Alert> }
    });
    let problems = (!run.problems.is_empty()).then(|| {
        let list = run.problems.iter().map(|problem| view! { <li>{problem_words(problem)}</li> }).collect_view();
        let title = t(&format!("provision-told-{}", run.state.slug().replace('_', "-")));
        view! { <Alert tone=Tone::Bad icon="circle-x" title=title><ul class="list-disc ps-5">{list}</ul></Alert> }
    });
    let nothing = (run.state == RunState::Done && run.added == 0 && run.changed == 0).then(
        || view! { <Alert tone=Tone::Good icon="circle-check" title=t("provision-no-change")>{t("provision-no-change-body")}</Alert> },
    );
    view! { {waits}{problems}{nothing} }.into_any()
}

fn actions(at: &Drawing, view: &RunView) -> AnyView {
    if !at.visit().may(Permission::NetworkEdit) {
        return ().into_any();
    }
    let (id, run) = (view.run.id.to_string(), &view.run);
    if run.state == RunState::Done && view.newest && run.added + run.changed > 0 {
        return view! {
            <PostForm action={action::<RollBackProvisioning>()} done=t("provision-undo-asked")>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <div class="form-actions"><ConfirmButton label=t("provision-undo") body=t("provision-undo-body") icon="undo-2"/></div>
            </PostForm>
        }
        .into_any();
    }
    if !run.state.is_over() && run.waits_for.is_some() {
        return view! {
            <PostForm action={action::<ResumeProvisioning>()} done=t("provision-resumed")>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <div class="form-actions"><SubmitButton label=t("provision-resume") icon="play" style=ButtonStyle::Secondary/></div>
            </PostForm>
        }
        .into_any();
    }
    if run.state.is_over() && run.state != RunState::Done {
        let again = format!("/routers/{}/provision?template={}&from={}", run.router_id, run.template_id, run.id);
        return view! { <div class="form-actions"><LinkButton href=again label=t("provision-again") icon="rotate-ccw"/></div> }.into_any();
    }
    ().into_any()
}

fn table(lines: Vec<Line>) -> AnyView {
    let with_state = lines.iter().any(|line| line.state.is_some());
    let mut columns = vec![
        Column::new(t("provision-part")),
        Column::new(t("provision-object")),
        Column::new(t("provision-what")),
        Column::new(t("provision-difference")),
    ];
    if with_state {
        columns.push(Column::new(t("common-status")));
    }
    let rows = lines.into_iter().map(|line| {
        let object = format!("{} {}", line.menu, line.name);
        let row = Row::new(line.key, object.clone())
            .cell(t(&format!("provision-part-{}", line.part.replace('_', "-"))))
            .cell(view! { <span class="wrap-anywhere">{object}</span> })
            .cell(action_badge(line.action))
            .cell(difference(line.action, line.settings));
        match line.state {
            Some(state) => row.cell(step_badge(state)),
            None => row,
        }
    });
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return ().into_any();
    }
    view! { <Card title=t("provision-steps") flush=true><DataTable caption=t("provision-steps") columns=columns rows=rows/></Card> }
        .into_any()
}

fn action_badge(action: Action) -> AnyView {
    let (tone, icon) = match action {
        Action::Add => (Tone::Good, "plus"),
        Action::Change => (Tone::Warning, "pencil"),
        Action::Keep => (Tone::Neutral, "minus"),
    };
    view! { <StatusBadge tone=tone icon=icon label=t(&format!("provision-action-{}", action.slug()))/> }.into_any()
}

fn step_badge(state: StepState) -> AnyView {
    let (tone, icon) = match state {
        StepState::Waiting => (Tone::Neutral, "clock"),
        StepState::Writing => (Tone::Info, "loader-circle"),
        StepState::Done => (Tone::Good, "circle-check"),
        StepState::Kept => (Tone::Neutral, "minus"),
        StepState::Refused => (Tone::Bad, "circle-x"),
        StepState::Undone => (Tone::Warning, "undo-2"),
    };
    view! { <StatusBadge tone=tone icon=icon label=t(&format!("provision-step-{}", state.slug()))/> }.into_any()
}

/// `property: before → after`, one a line. What a router sent is text and nothing else.
fn difference(action: Action, settings: Vec<Setting>) -> AnyView {
    let line = |setting: Setting| {
        let before = (action == Action::Change).then(|| {
            let before = if setting.before.is_empty() { t("provision-nothing") } else { setting.before.clone() };
            view! { <del class="muted">{before}</del>" → " }
        });
        view! { <li class="wrap-anywhere"><span class="muted">{setting.property}": "</span>{before}<ins class="no-underline">{setting.after}</ins></li> }
    };
    view! { <ul class="text-sm">{settings.into_iter().map(line).collect_view()}</ul> }.into_any()
}
