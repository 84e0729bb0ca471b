//! The page of one import: a wizard whose step follows the import's state, so that it can be left and taken up again at
//! any time. `?step=columns` leads back to the columns as long as nothing is written.

use super::api::{ImportView, MapImport, StartImport, UndoImport, show_import};
use super::columns::columns_step;
use super::outcome::{outcome_step, running_step};
use super::preview::preview_step;
use crate::UiError;
use crate::panels::Load;
use crate::poll;
use crate::visit::{Visit, use_visit};
use domain::ImportId;
use domain::imports::ImportState;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::prelude::*;

/// What can be done with an import.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub map: ServerAction<MapImport>,
    pub start: ServerAction<StartImport>,
    pub undo: ServerAction<UndoImport>,
}

impl Actions {
    fn new() -> Self {
        Self { map: ServerAction::new(), start: ServerAction::new(), undo: ServerAction::new() }
    }

    /// Grows each time that something was done; a refusal leaves the page, and what was chosen on it, as it is.
    fn done(self) -> Memo<usize> {
        Memo::new(move |before: Option<&usize>| {
            let went_well = [self.map.value().get(), self.start.value().get(), self.undo.value().get()];
            before.copied().unwrap_or(0) + usize::from(went_well.iter().flatten().any(Result::is_ok))
        })
    }

    fn problems(self) -> Signal<Vec<domain::Problem>> {
        Signal::derive(move || {
            let answers = [self.map.value().get(), self.start.value().get(), self.undo.value().get()];
            answers.into_iter().flatten().find_map(Result::err).map(|error| error.problems()).unwrap_or_default()
        })
    }
}

#[component]
pub fn ImportPage() -> impl IntoView {
    let params = use_params_map();
    let url = use_current_url();
    let actions = Actions::new();
    provide_problems(actions.problems());
    let done = actions.done();
    let source = move || {
        let id = params.read().get("id").and_then(|id| id.parse::<ImportId>().ok());
        let (fates, page, size) = url.query.with(|query| {
            let list = ListQuery::from(query);
            (query.all("fate").map(str::to_owned).collect::<Vec<_>>(), list.page, list.size)
        });
        (id, fates, page, size, done.get())
    };
    let import = Resource::new(source, |(id, fates, page, size, _)| async move {
        match id {
            Some(id) => show_import(id, fates, page, size).await,
            None => Err(UiError::NotFound),
        }
    });
    let going = StoredValue::new(false);
    poll::every(1, move || {
        if going.try_get_value() == Some(true) {
            import.refetch();
        }
    });
    let back_to_columns = Memo::new(move |_| url.query.with(|query| query.get("step") == Some("columns")));
    let visit = use_visit();
    let view = move |view: ImportView| {
        going.set_value(is_going(view.mapping.import.state));
        body(view, back_to_columns.get(), actions, &visit)
    };
    view! { <Load from=import view=view/> }
}

fn is_going(state: ImportState) -> bool {
    matches!(state, ImportState::Previewing | ImportState::Running | ImportState::Undoing)
}

fn body(view: ImportView, back_to_columns: bool, actions: Actions, visit: &Visit) -> AnyView {
    let state = view.mapping.import.state;
    let name = view.mapping.import.file_name.clone();
    let (step, content) = match state {
        ImportState::Mapping => (1, columns_step(view, actions)),
        ImportState::Previewed if back_to_columns => (1, columns_step(view, actions)),
        ImportState::Previewed => (2, preview_step(view, actions)),
        ImportState::Previewing => (2, running_step(&view)),
        ImportState::Running | ImportState::Undoing => (3, running_step(&view)),
        ImportState::Done | ImportState::Failed | ImportState::Undone => (4, outcome_step(view, actions, visit)),
    };
    view! {
        <PageHeader title=name back=("/imports".to_string(), t("imports-title")) badge=state_badge(state)/>
        <div class="grid items-start gap-5 lg:grid-cols-[10rem_minmax(0,1fr)] lg:gap-8">
            {steps(step)}
            <div class="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5"><ErrorSummary/>{content}</div>
        </div>
    }
    .into_any()
}

/// Where we are, on the left at a desk and on top on a phone.
fn steps(current: usize) -> AnyView {
    let names = [t("import-file"), t("import-mapping"), t("import-preview"), t("action-import")];
    let step = |(index, name): (usize, String)| {
        let here = (index == current).then_some("step");
        let (tone, mark) = match index.cmp(&current) {
            std::cmp::Ordering::Less => ("text-primary", view! { <Icon name="circle-check" class="size-5"/> }.into_any()),
            std::cmp::Ordering::Equal => ("font-semibold", view! { <Icon name="circle-dot" class="size-5 text-primary"/> }.into_any()),
            std::cmp::Ordering::Greater => ("muted", view! { <Icon name="circle-dot" class="size-5 opacity-40"/> }.into_any()),
        };
        view! { <li class=format!("row-line {tone}") aria-current=here>{mark}{name}</li> }
    };
    let items = names.into_iter().enumerate().map(step).collect_view();
    view! { <ol class="flex flex-wrap gap-x-5 gap-y-2 lg:flex-col lg:gap-3 lg:pt-2" aria-label=t("import-steps")>{items}</ol> }.into_any()
}

/// The state of an import as colour, icon and word.
pub(super) fn state_badge(state: ImportState) -> AnyView {
    let (tone, icon, label) = match state {
        ImportState::Mapping => (Tone::Warning, "list-checks", t("import-state-mapping")),
        ImportState::Previewing => (Tone::Info, "loader-circle", t("import-state-previewing")),
        ImportState::Previewed => (Tone::Info, "eye", t("import-state-previewed")),
        ImportState::Running => (Tone::Info, "loader-circle", t("import-state-running")),
        ImportState::Done => (Tone::Good, "circle-check", t("import-state-done")),
        ImportState::Failed => (Tone::Bad, "circle-x", t("import-state-failed")),
        ImportState::Undoing => (Tone::Info, "undo-2", t("import-state-undoing")),
        ImportState::Undone => (Tone::Neutral, "undo-2", t("import-state-undone")),
    };
    view! { <StatusBadge tone=tone label=label icon=icon/> }.into_any()
}
