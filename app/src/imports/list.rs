//! Earlier imports, and the form that sends a new file. What was wrong with a file comes back in the address as a key.

use super::api::{ImportsView, list_imports};
use super::detail::state_badge;
use crate::panels::Load;
use crate::visit::use_visit;
use domain::imports::ImportSummary;
use leptos::prelude::*;
use ui::prelude::*;

/// What the reader of files takes, told before and after.
const LARGEST: &str = "25 MB";
const MOST_ROWS: i64 = 200_000;
const MOST_COLUMNS: i64 = 200;

#[component]
pub fn ImportsPage() -> impl IntoView {
    let imports = Resource::new(|| (), |()| list_imports());
    view! {
        <PageHeader title=t("import-title") subtitle=t("import-lead")/>
        <div class="flow">
            <UploadForm/>
            <Load from=imports view=table/>
        </div>
    }
}

#[component]
fn UploadForm() -> impl IntoView {
    let url = use_current_url();
    let language = use_language();
    let problem = move || url.query.with(|query| refusal(language, query)).map(|words| view! { <Alert tone=Tone::Bad>{words}</Alert> });
    view! {
        <Card>
            <form method="post" action="/imports/upload" enctype="multipart/form-data" class="grid gap-4">
                {problem}
                <FileField name="file" label=t("import-file") accept=".csv,.xlsx,.txt" help=t_with("import-choose-help", &[("limit", LARGEST.into())])/>
                <div><SubmitButton label=t("import-upload") icon="upload"/></div>
            </form>
        </Card>
    }
}

/// The sentence for what the upload refused: only sentences of ours.
fn refusal(language: Language, query: &Query) -> Option<String> {
    let problem = query.get("problem")?;
    let ours = ["import-file-", "error-", "problem-"].iter().any(|start| problem.starts_with(start));
    let problem = if ours && locales::has_text(problem) { problem } else { "import-file-is-other" };
    let most: i64 = if problem == "import-file-too-many-columns" { MOST_COLUMNS } else { MOST_ROWS };
    Some(locales::text_with(language, problem, &[("limit", LARGEST.into()), ("most", most.into()), ("what", "".into())]))
}

fn table(view: ImportsView) -> AnyView {
    let visit = use_visit();
    let now = visit.local(view.now);
    let columns = vec![
        Column::new(t("import-file")),
        Column::new(t("common-status")),
        Column::new(t("import-rows")).numeric(),
        Column::new(t("import-fate-created")).numeric(),
        Column::new(t("import-fate-wrong")).numeric(),
        Column::new(t("import-sent")),
    ];
    let row = |import: ImportSummary| {
        Row::new(import.id, import.file_name.clone())
            .href(format!("/imports/{}", import.id))
            .cell(view! { <span class="break-all">{import.file_name.clone()}</span> })
            .cell(state_badge(import.state))
            .cell(view! { <NumberText value=import.rows/> })
            .cell(view! { <NumberText value=import.done/> })
            .cell(view! { <NumberText value=import.wrong + import.failed/> })
            .cell(view! { <TimeText at=visit.local(import.created_at) now=now/> })
    };
    let rows = view.imports.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="file-spreadsheet" title=t("import-empty-title") body=t("import-empty-body")/> }.into_any();
    view! { <Card title=t("imports-title") flush=true><DataTable caption=t("imports-title") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}
