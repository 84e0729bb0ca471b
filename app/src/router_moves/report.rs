//! One run: how far it is, wave by wave, who is missing, and the buttons that fit its state.

use super::api::{ClearRouterMove, GoOnRouterMove, ReturnRouterMove, StopRouterMove, TestRouterMoveAgain};
use super::plan::why_words;
use super::state_badge;
use crate::drawn::{Drawing, action};
use chrono::TimeDelta;
use domain::RouterMoveId;
use domain::router_moves::{DAYS_TO_KEEP, MoveState, SecretState};
use leptos::prelude::*;
use services::router_moves::{MoveRow, MoveView, SecretRow, WaveRow};
use ui::prelude::*;

pub(super) fn report(at: &Drawing, view: MoveView) -> AnyView {
    let run = &view.run;
    let poll = (!run.state.rests()).then_some("2");
    let moved = view.count(SecretState::Writing) + view.count(SecretState::Off) + view.count(SecretState::Back);
    let all = moved + view.count(SecretState::Waiting);
    let bar = (!run.state.is_over() && all > 0).then(|| {
        let note = t_with("move-progress-note", &[("done", moved.into()), ("all", all.into())]);
        view! { <ProgressBar label=t("move-progress") value=moved.unsigned_abs() max=all.unsigned_abs() note=note/> }
    });
    let (facts, told, actions) = (facts(at, run), told(run), actions(at, &view));
    let (waves, missing, apart) = (waves(at, view.waves), missing(view.missing), apart(view.apart));
    view! {
        <div class="flow" data-poll=poll>
            <Card><DefinitionList items=facts/></Card>
            {bar}{told}{actions}{waves}{missing}{apart}
        </div>
    }
    .into_any()
}

fn facts(at: &Drawing, run: &MoveRow) -> Vec<Definition> {
    let rule = [("percent", Arg::from(i64::from(run.percent))), ("minutes", i64::from(run.minutes).into())];
    let mut items = vec![
        Definition::new(t("common-status"), state_badge(run.state)),
        Definition::new(t("move-asked"), view! { <TimeText at=at.visit().local(run.created_at)/> }),
        Definition::new(t("move-by"), run.asked_by.clone()),
        Definition::new(t("move-rule"), t_with("move-rule-words", &rule)),
    ];
    if let Some(by) = &run.forced_by {
        items.push(Definition::new(t("move-forced"), by.clone()));
    }
    if let Some(ended) = run.ended_at {
        items.push(Definition::new(t("move-ended"), view! { <TimeText at=at.visit().local(ended)/> }));
    }
    items
}

/// What it waits for, and why it ended as it did.
fn told(run: &MoveRow) -> AnyView {
    let waits = run.waits_for.as_ref().filter(|_| !run.state.rests()).map(|what| {
        let (title, body) = if what == "router" { ("move-waits", "move-waits-body") } else { ("move-refuses", "move-refuses-body") };
        view! { <Alert tone=Tone::Warning icon="clock" title=t(title)>{t(body)}</Alert> }
    });
    let problems = (!run.problems.is_empty()).then(|| {
        let list = run.problems.iter().map(|problem| view! { <li>{problem_words(problem)}</li> }).collect_view();
        view! { <Alert tone=Tone::Bad icon="circle-x" title=t("move-told")><ul class="list-disc ps-5">{list}</ul></Alert> }
    });
    let stops =
        (run.stop_asked && !run.state.rests()).then(|| view! { <Alert tone=Tone::Info icon="circle-pause">{t("move-stop-asked")}</Alert> });
    let rests = match run.state {
        MoveState::Asking => Some((Tone::Warning, "circle-alert", t("move-asking-title"), t("move-asking-body"))),
        MoveState::Paused => Some((Tone::Info, "circle-pause", t("move-paused-title"), t("move-paused-body"))),
        MoveState::Done => {
            Some((Tone::Good, "circle-check", t("move-done-title"), t_with("move-done-body", &[("days", DAYS_TO_KEEP.into())])))
        }
        _ => None,
    };
    let rests = rests.map(|(tone, icon, title, body)| view! { <Alert tone=tone icon=icon title=title>{body}</Alert> });
    view! { {waits}{problems}{stops}{rests} }.into_any()
}

fn actions(at: &Drawing, view: &MoveView) -> AnyView {
    let (id, run) = (view.run.id, &view.run);
    let working = !run.state.rests() && run.state.can_return();
    let stop = (working && !run.stop_asked).then(|| {
        view! {
            <PostForm action={action::<StopRouterMove>()} done=t("move-stop-asked")>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <div class="form-actions"><SubmitButton label=t("move-stop") icon="circle-pause" style=ButtonStyle::Secondary/></div>
            </PostForm>
        }
    });
    let goes_on = match run.state {
        MoveState::Asking => Some(asking(id, run)),
        MoveState::Paused => Some(
            view! {
                <PostForm action={action::<GoOnRouterMove>()} done=t("move-went-on")>
                    <ErrorSummary/>
                    <HiddenField name="id" value=id.to_string()/>
                    <div class="form-actions"><SubmitButton label=t("move-go-on") icon="play"/></div>
                </PostForm>
            }
            .into_any(),
        ),
        MoveState::Done => Some(clear(at, view)),
        _ => None,
    };
    let back = run.state.can_return().then(|| {
        view! {
            <PostForm action={action::<ReturnRouterMove>()} done=t("move-back-asked")>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <div class="form-actions"><ConfirmButton label=t("move-back") body=t("move-back-body") icon="undo-2"/></div>
            </PostForm>
        }
    });
    view! { {goes_on}{stop}{back} }.into_any()
}

fn asking(id: RouterMoveId, run: &MoveRow) -> AnyView {
    let help = t_with("move-force-help", &[("name", run.router_name.as_str().into())]);
    view! {
        <PostForm action={action::<TestRouterMoveAgain>()} done=t("move-test-again-done")>
            <ErrorSummary/>
            <HiddenField name="id" value=id.to_string()/>
            <div class="form-actions"><SubmitButton label=t("move-test-again") icon="rotate-ccw"/></div>
        </PostForm>
        <PostForm action={action::<GoOnRouterMove>()} done=t("move-went-on")>
            <Card>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <TextField name="name" label=t("move-force-name") maxlength=60 autocomplete="off" help=help/>
                <div class="form-actions"><SubmitButton label=t("move-force") icon="play" style=ButtonStyle::Danger/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}

/// The old secrets may go at any time; before their days are over that is said.
fn clear(at: &Drawing, view: &MoveView) -> AnyView {
    let asleep = view.count(SecretState::Writing) + view.count(SecretState::Off) + view.count(SecretState::Back);
    let mut body = t_with("move-clear-body", &[("count", asleep.into())]);
    let (id, now) = (view.run.id.to_string(), at.services().now());
    if view.run.moved_at.is_some_and(|moved| now - moved < TimeDelta::days(DAYS_TO_KEEP)) {
        body = format!("{body} {}", t_with("move-clear-early", &[("days", DAYS_TO_KEEP.into())]));
    }
    view! {
        <PostForm action={action::<ClearRouterMove>()} done=t("move-clear-asked")>
            <ErrorSummary/>
            <HiddenField name="id" value=id/>
            <div class="form-actions"><ConfirmButton label=t("move-clear") body=body icon="trash-2"/></div>
        </PostForm>
    }
    .into_any()
}

fn waves(at: &Drawing, waves: Vec<WaveRow>) -> Option<AnyView> {
    if waves.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t("move-wave")),
        Column::new(t("move-wave-began")),
        Column::new(t("common-status")),
        Column::new(t("move-wave-lines")).numeric(),
        Column::new(t("move-wave-online")).numeric(),
        Column::new(t("move-wave-back")).numeric(),
    ];
    let rows = waves.into_iter().map(|wave| {
        let name = if wave.number == 0 { t("move-wave-test") } else { locales::number(use_language(), i64::from(wave.number)) };
        let (tone, icon, words) = match (wave.kicked_at, wave.ended_at) {
            (_, Some(_)) => (Tone::Neutral, "check", "move-wave-over"),
            (Some(_), None) => (Tone::Info, "clock", "move-wave-watched"),
            (None, None) => (Tone::Info, "loader-circle", "move-wave-going"),
        };
        Row::new(wave.number, name.clone())
            .cell(name)
            .cell(view! { <TimeText at=at.visit().local(wave.began_at)/> })
            .cell(view! { <StatusBadge tone=tone icon=icon label=t(words)/> })
            .cell(view! { <NumberText value=wave.size/> })
            .cell(view! { <NumberText value=wave.online/> })
            .cell(view! { <NumberText value=wave.back/> })
    });
    let rows: Vec<Row> = rows.collect();
    Some(view! { <Card title=t("move-waves") flush=true><DataTable caption=t("move-waves") columns=columns rows=rows/></Card> }.into_any())
}

fn missing(rows: Vec<SecretRow>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let columns = vec![Column::new(t("move-name")), Column::new(t("move-wave"))];
    let rows = rows.into_iter().map(|row| {
        let wave = row.wave.map(|wave| locales::number(use_language(), i64::from(wave))).unwrap_or_default();
        let wave = if row.wave == Some(0) { t("move-wave-test") } else { wave };
        Row::new(row.position, row.name.clone()).cell(view! { <span class="wrap-anywhere">{row.name}</span> }).cell(wave)
    });
    let rows: Vec<Row> = rows.collect();
    let table = view! {
        <Card title=t("move-missing") flush=true><DataTable caption=t("move-missing") columns=columns rows=rows/></Card>
        <p class="muted">{t("move-missing-help")}</p>
    };
    Some(table.into_any())
}

fn apart(rows: Vec<SecretRow>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let columns = vec![Column::new(t("move-name")), Column::new(t("move-what")), Column::new(t("move-why"))];
    let rows = rows.into_iter().map(|row| {
        Row::new(row.position, row.name.clone())
            .cell(view! { <span class="wrap-anywhere">{row.name}</span> })
            .cell(t(&format!("move-secret-{}", row.state.slug())))
            .cell(row.why.map(why_words).unwrap_or_default())
    });
    let rows: Vec<Row> = rows.collect();
    Some(view! { <Card title=t("move-apart") flush=true><DataTable caption=t("move-apart") columns=columns rows=rows/></Card> }.into_any())
}
