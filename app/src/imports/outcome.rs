//! The last two steps: the work while it goes on, and what came of it. What came of it can be taken back for a day.

use super::api::{CancelImport, GoOnImport, UndoImport};
use super::detail::ImportView;
use super::rows::{fate_chips, problem_rows, rows_table, words};
use crate::drawn::action;
use crate::visit::Visit;
use domain::imports::{ImportState, MappingView};
use leptos::prelude::*;
use ui::prelude::*;

/// How far it is. The page looks again by itself; leaving it changes nothing.
pub(super) fn running_step(view: &ImportView) -> AnyView {
    let import = &view.mapping.import;
    let totals = view.mapping.totals;
    let (label, done, total) = match import.state {
        ImportState::Undoing => (t("import-state-undoing"), totals.undone + totals.kept, totals.undone + totals.kept + totals.created),
        ImportState::Previewing => (t("import-state-previewing"), import.rows - totals.unread, import.rows),
        _ => (t("import-state-running"), import.done + import.failed, import.ready),
    };
    let unsigned = |value: i64| u64::try_from(value).unwrap_or(0);
    let note = t_with("import-progress", &[("done", done.into()), ("total", total.into())]);
    let here = match view.router {
        Some(_) => format!("/routers/imports/{}", import.id),
        None => format!("/imports/{}", import.id),
    };
    let id = import.id.to_string();
    let stop = (import.state == ImportState::Running).then(|| {
        view! {
            <PostForm action={action::<CancelImport>()} done="">
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("import-cancel") body=t("import-cancel-body") style=ButtonStyle::Secondary icon="circle-pause"/>
            </PostForm>
        }
    });
    view! {
        <div data-poll="1"><Card>
            <ProgressBar label=label value=Signal::stored(unsigned(done)) max=Signal::stored(unsigned(total)) note=Signal::stored(note)/>
            <div class="mt-3 flex flex-wrap items-center justify-between gap-2">
                <p class="muted">{t("job-leave")}</p>
                <noscript><LinkButton href=here label=t("action-refresh") icon="refresh-cw"/></noscript>
                {stop}
            </div>
        </Card></div>
    }
    .into_any()
}

pub(super) fn outcome_step(view: ImportView, visit: &Visit) -> AnyView {
    let ImportView { mapping, rows, .. } = view;
    let totals = mapping.totals;
    let summary = summary(&mapping);
    let undo = undo_card(&mapping, visit);
    let go_on = go_on(&mapping);
    let problems = problem_rows(mapping.import.id, totals.wrong + totals.failed);
    let chips = fate_chips(totals);
    let rows = rows.map(rows_table);
    view! {
        {summary}
        {go_on}
        {problems}
        <div>
            <div class="list-tools">{chips}</div>
            <Card flush=true>{rows}</Card>
        </div>
        {undo}
    }
    .into_any()
}

fn summary(mapping: &MappingView) -> AnyView {
    let import = &mapping.import;
    let totals = mapping.totals;
    let open = (totals.created > 0).then(|| {
        view! { <LinkButton href=format!("/customers?import={}", import.id) label=t("import-open-created") icon="users" style=ButtonStyle::Primary/> }
    });
    let (tone, title) = match import.state {
        ImportState::Failed => (Tone::Bad, t("import-failed")),
        ImportState::Undone => (Tone::Info, t_with("import-undone", &[("count", totals.undone.into())])),
        _ => (Tone::Good, t_with("import-done", &[("count", totals.created.into())])),
    };
    let words = match (&import.problem, import.state) {
        (Some(problem), _) => words(problem),
        (None, ImportState::Undone) if totals.kept > 0 => t_with("import-kept", &[("count", totals.kept.into())]),
        (None, ImportState::Undone) => t("import-undone-body"),
        (None, _) => t("import-done-body"),
    };
    view! { <Alert tone=tone title=title actions=open.into_any()>{words}</Alert> }.into_any()
}

/// What a stopped import left, and what failed, can be tried again.
fn go_on(mapping: &MappingView) -> AnyView {
    let left = mapping.totals.new + mapping.totals.failed;
    if left == 0 || mapping.import.state != ImportState::Done {
        return ().into_any();
    }
    let id = mapping.import.id.to_string();
    view! {
        <PostForm action={action::<GoOnImport>()} done="">
            <ErrorSummary/>
            <HiddenField name="id" value=id/>
            <ConfirmButton label=t("import-go-on") body=t("import-go-on-body") style=ButtonStyle::Secondary icon="play"/>
        </PostForm>
    }
    .into_any()
}

fn undo_card(mapping: &MappingView, visit: &Visit) -> AnyView {
    let Some(until) = mapping.import.undo_until else { return ().into_any() };
    let until = locales::date_time(use_language(), visit.local(until));
    let body = t_with("import-undo-body", &[("until", until.into())]);
    let id = mapping.import.id.to_string();
    view! {
        <Card title=t("import-undo")>
            <PostForm action={action::<UndoImport>()} done="">
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <p class="muted mb-3">{body.clone()}</p>
                <ConfirmButton label=t("import-undo") body=body icon="undo-2"/>
            </PostForm>
        </Card>
    }
    .into_any()
}
