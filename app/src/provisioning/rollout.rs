//! One template on many routers: what would happen to each, and once it has begun how far each is.

use super::api::{BeginRollout, ReadRollout, StopRollout};
use super::run_badge;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::RolloutId;
use domain::provisioning::{Outlook, RolloutState, RunState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::provisioning::{self, MemberRow, RolloutRow, RolloutView};
use ui::prelude::*;

pub(super) fn state_badge(state: RolloutState) -> AnyView {
    let (tone, icon) = match state {
        RolloutState::Reading | RolloutState::Running => (Tone::Info, "loader-circle"),
        RolloutState::Ready => (Tone::Neutral, "eye"),
        RolloutState::Stopped => (Tone::Warning, "ban"),
        RolloutState::Done => (Tone::Good, "circle-check"),
    };
    view! { <StatusBadge tone=tone icon=icon label=t(&format!("rollout-state-{}", state.slug()))/> }.into_any()
}

pub async fn rollout(at: Drawing) -> Result<AnyView, UiError> {
    let id: RolloutId = at.param("id")?;
    let view = provisioning::rollout(at.services(), at.caller()?, id).await?;
    let row = &view.rollout;
    let title = t_with("rollout-title", &[("name", Arg::from(row.template_name.as_str()))]);
    let template = t_with(
        "provision-template-version",
        &[("name", row.template_name.clone().into()), ("version", i64::from(row.template_version).into())],
    );
    let back = (format!("/routers/templates/{}", row.template_id), row.template_name.clone());
    let poll = matches!(row.state, RolloutState::Reading | RolloutState::Running).then_some("2");
    let may = at.visit().may(Permission::NetworkEdit);
    let (told, bar, buttons) = (told(&view), bar(&view), may.then(|| buttons(&view)));
    let (facts, table) = (facts(&at, row), table(&at, view.members));
    let page = view! {
        <PageHeader title=title subtitle=template back=back/>
        <div class="flow" data-poll=poll>
            <Card><DefinitionList items=facts/></Card>
            {told}{bar}{buttons}{table}
        </div>
    };
    Ok(page.into_any())
}

fn facts(at: &Drawing, row: &RolloutRow) -> Vec<Definition> {
    let pace = if row.first_alone { "rollout-pace-first" } else { "rollout-pace-all" };
    let mut items = vec![
        Definition::new(t("common-status"), state_badge(row.state)),
        Definition::new(t("provision-when"), view! { <TimeText at=at.visit().local(row.created_at)/> }),
        Definition::new(t("template-by"), row.asked_by.clone()),
        Definition::new(t("rollout-pace"), t_with(pace, &[("count", i64::from(row.at_once).into())])),
    ];
    if let Some(ended) = row.ended_at {
        items.push(Definition::new(t("provision-ended"), view! { <TimeText at=at.visit().local(ended)/> }));
    }
    items
}

fn begun(member: &MemberRow) -> Option<RunState> {
    member.run_state.filter(|state| *state != RunState::Draft)
}

/// Why it stands as it does.
fn told(view: &RolloutView) -> AnyView {
    let first = view.members.iter().find(|member| member.outlook == Outlook::Ready);
    let first_failed = view.rollout.first_alone && first.and_then(begun).is_some_and(|state| state.is_over() && state != RunState::Done);
    match view.rollout.state {
        RolloutState::Reading => view! { <Alert tone=Tone::Info icon="loader-circle">{t("rollout-reading")}</Alert> }.into_any(),
        RolloutState::Stopped if first_failed => {
            let name = first.map(|member| member.router_name.clone()).unwrap_or_default();
            let words = t_with("rollout-first-failed", &[("name", name.into())]);
            view! { <Alert tone=Tone::Bad icon="circle-x">{words}</Alert> }.into_any()
        }
        RolloutState::Ready if first.is_none() => {
            view! { <Alert tone=Tone::Info icon="circle-check">{t("problem-rollout-nothing")}</Alert> }.into_any()
        }
        _ => ().into_any(),
    }
}

fn bar(view: &RolloutView) -> AnyView {
    let (label, done, all) = match view.rollout.state {
        RolloutState::Reading => {
            let read = view.members.iter().filter(|member| member.outlook != Outlook::Waiting).count();
            (t("rollout-read"), read, view.members.len())
        }
        RolloutState::Running => {
            let part = || view.members.iter().filter(|member| member.outlook == Outlook::Ready);
            let over = part().filter(|member| begun(member).is_some_and(RunState::is_over)).count();
            (t("rollout-progress"), over, part().count())
        }
        _ => return ().into_any(),
    };
    view! { <ProgressBar label=label value=done as u64 max=all.max(1) as u64/> }.into_any()
}

fn buttons(view: &RolloutView) -> AnyView {
    let id = view.rollout.id.to_string();
    let (to_read, to_stop) = (id.clone(), id.clone());
    let count = view.members.iter().filter(|member| member.outlook == Outlook::Ready).count();
    let state = view.rollout.state;
    let begin = (state == RolloutState::Ready && count > 0).then(|| {
        let body = t_with("rollout-begin-body", &[("count", i64::try_from(count).unwrap_or(i64::MAX).into())]);
        view! {
            <PostForm action={action::<BeginRollout>()} done=t("provision-begun")>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("rollout-begin") body=body style=ButtonStyle::Primary icon="play"/>
            </PostForm>
        }
    });
    let again = (state == RolloutState::Ready).then(|| {
        view! {
            <PostForm action={action::<ReadRollout>()} done=t("provision-resumed")>
                <HiddenField name="id" value=to_read/>
                <SubmitButton label=t("rollout-read-again") style=ButtonStyle::Secondary icon="rotate-ccw"/>
            </PostForm>
        }
    });
    let stop = (!matches!(state, RolloutState::Stopped | RolloutState::Done)).then(|| {
        view! {
            <PostForm action={action::<StopRollout>()} done=t("rollout-stopped")>
                <HiddenField name="id" value=to_stop/>
                <ConfirmButton label=t("rollout-stop") body=t("rollout-stop-body") icon="ban"/>
            </PostForm>
        }
    });
    view! { <ErrorSummary/><div class="form-actions">{begin}{again}{stop}</div> }.into_any()
}

fn table(at: &Drawing, members: Vec<MemberRow>) -> AnyView {
    let columns = vec![
        Column::new(t("router-name")),
        Column::new(t("rollout-would")),
        Column::new(t("provision-added")).numeric(),
        Column::new(t("provision-changed")).numeric(),
        Column::new(t("provision-action-keep")).numeric(),
        Column::new(t("common-status")),
    ];
    let may = at.visit().may(Permission::NetworkEdit);
    let rows = members.into_iter().map(|member| {
        let state = begun(&member);
        let name = member.router_name.clone();
        let row = Row::new(member.position, name.clone());
        // A plan that was not begun is read from the router anew, by whoever may.
        let row = match member.run_id.filter(|_| state.is_some() || may && member.outlook != Outlook::Waiting) {
            Some(run) => row.href(format!("/routers/{}/provision/{run}", member.router_id)),
            None => row,
        };
        let count = |value: i32| view! { <NumberText value=i64::from(value)/> };
        row.cell(name)
            .cell(outlook(&member))
            .cell(count(member.adds))
            .cell(count(member.changes))
            .cell(count(member.keeps))
            .cell(state.map(|state| standing(state, member.waits)))
    });
    let rows = rows.collect();
    view! { <Card title=t("rollout-routers") flush=true><DataTable caption=t("rollout-routers") columns=columns rows=rows/></Card> }
        .into_any()
}

/// What would happen, and why it does not or went wrong.
fn outlook(member: &MemberRow) -> AnyView {
    let (tone, icon) = match member.outlook {
        Outlook::Waiting => (Tone::Neutral, "clock"),
        Outlook::Ready => (Tone::Info, "pencil"),
        Outlook::Same => (Tone::Good, "circle-check"),
        Outlook::Refused => (Tone::Bad, "circle-x"),
    };
    let problems = member.problems.iter().map(|problem| view! { <li class="wrap-anywhere">{problem_words(problem)}</li> }).collect_view();
    view! {
        <StatusBadge tone=tone icon=icon label=t(&format!("rollout-outlook-{}", member.outlook.slug()))/>
        <ul class="text-sm">{problems}</ul>
    }
    .into_any()
}

fn standing(state: RunState, waits: bool) -> AnyView {
    let waits = (waits && !state.is_over()).then(|| view! { <span class="muted text-sm">{t("provision-waits")}</span> });
    view! { <span class="row-line">{run_badge(state)}{waits}</span> }.into_any()
}
