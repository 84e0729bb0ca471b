//! The page of one import: a wizard whose step follows the import's state, so that it can be left and taken up again at
//! any time. `?step=columns` leads back to the columns as long as nothing is written.

use super::columns::columns_step;
use super::outcome::{outcome_step, running_step};
use super::preview::preview_step;
use crate::UiError;
use crate::drawn::Drawing;
use domain::customers::Page;
use domain::imports::{Fate, ImportState, MappingView, PreviewRow};
use domain::{ImportId, PackageId, RouterId};
use leptos::prelude::*;
use services::{imports, packages};
use ui::prelude::*;

/// Everything the page about one import needs.
pub(super) struct ImportView {
    pub mapping: MappingView,
    /// One page of rows, once they have fates.
    pub rows: Option<Page<PreviewRow>>,
    /// What is sold: for rows that name no package.
    pub packages: Vec<(PackageId, String)>,
    /// Where the rows come from, when it is no file.
    pub router: Option<RouterId>,
}

/// One import with a page of its rows, of the fates in the URL or of all.
pub async fn show(at: Drawing) -> Result<AnyView, UiError> {
    let view = view(&at, at.param("id")?).await?;
    Ok(page(view, &at))
}

/// State and steps of an import, for a page that says more about where its rows come from.
pub(crate) async fn steps_of(at: &Drawing, id: ImportId, router: Option<RouterId>) -> Result<(AnyView, AnyView), UiError> {
    let view = view(at, id).await?;
    let badge = state_badge(view.mapping.import.state);
    Ok((badge, content(ImportView { router, ..view }, at).1))
}

async fn view(at: &Drawing, id: ImportId) -> Result<ImportView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let mapping = imports::get(services, caller, id).await?;
    let fates: Vec<Fate> = at.query().all("fate").filter_map(Fate::from_slug).collect();
    let judged = matches!(mapping.import.state, ImportState::Previewed | ImportState::Done | ImportState::Failed | ImportState::Undone);
    let rows = match judged {
        true => Some(imports::preview_rows(services, caller, id, &fates, at.paging()).await?),
        false => None,
    };
    let choosing = matches!(mapping.import.state, ImportState::Mapping | ImportState::Previewing | ImportState::Previewed);
    let packages = if choosing { packages::list_packages(services, caller).await? } else { Vec::new() };
    let packages = packages.into_iter().filter(|package| !package.archived).map(|package| (package.id, package.name)).collect();
    Ok(ImportView { mapping, rows, packages, router: None })
}

fn page(view: ImportView, at: &Drawing) -> AnyView {
    let state = view.mapping.import.state;
    let name = view.mapping.import.file_name.clone();
    let (step, content) = content(view, at);
    view! {
        <PageHeader title=name back=("/imports".to_string(), t("imports-title")) badge=state_badge(state)/>
        <div class="grid items-start gap-5 lg:grid-cols-[10rem_minmax(0,1fr)] lg:gap-8">
            {steps(step)}
            {content}
        </div>
    }
    .into_any()
}

/// Which step it is at, and what that shows.
fn content(view: ImportView, at: &Drawing) -> (usize, AnyView) {
    let (step, content) = match view.mapping.import.state {
        ImportState::Mapping => (1, columns_step(view)),
        ImportState::Previewed if view.router.is_none() && at.query().has("step", "columns") => (1, columns_step(view)),
        ImportState::Previewed => (2, preview_step(view)),
        ImportState::Previewing => (2, running_step(&view)),
        ImportState::Running | ImportState::Undoing => (3, running_step(&view)),
        ImportState::Done | ImportState::Failed | ImportState::Undone => (4, outcome_step(view, at.visit())),
    };
    (step, view! { <div class="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">{content}</div> }.into_any())
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
