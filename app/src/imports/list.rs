//! Earlier imports, and the form that sends a new file. What was wrong with a file comes back in the address as a key.

use super::detail::state_badge;
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use chrono::NaiveDateTime;
use domain::imports::ImportSummary;
use leptos::prelude::*;
use services::imports;
use ui::prelude::*;

/// What the reader of files takes, told before and after.
const LARGEST: &str = "25 MB";
const MOST_ROWS: i64 = 200_000;
const MOST_COLUMNS: i64 = 200;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let imports = imports::list(at.services(), at.caller()?).await?;
    let now = at.visit().local(at.services().now());
    let page = view! {
        <PageHeader title=t("import-title") subtitle=t("import-lead")/>
        <div class="flow">
            {upload_form(at.query())}
            {table(imports, now, at.visit())}
        </div>
    };
    Ok(page.into_any())
}

/// The browser sends it: files do not go through the script.
fn upload_form(query: &Query) -> AnyView {
    let problem = refusal(use_language(), query).map(|words| view! { <Alert tone=Tone::Bad>{words}</Alert> });
    view! {
        <Card>
            <form method="post" action="/imports/upload" enctype="multipart/form-data" class="grid gap-4">
                {problem}
                <FileField name="file" label=t("import-file") accept=".csv,.xlsx,.txt" help=t_with("import-choose-help", &[("limit", LARGEST.into())])/>
                <div><SubmitButton label=t("import-upload") icon="upload"/></div>
            </form>
        </Card>
    }
    .into_any()
}

/// The sentence for what the upload refused: only sentences of ours.
fn refusal(language: Language, query: &Query) -> Option<String> {
    let problem = query.get("problem")?;
    let ours = ["import-file-", "error-", "problem-"].iter().any(|start| problem.starts_with(start));
    let problem = if ours && locales::has_text(problem) { problem } else { "import-file-is-other" };
    let most: i64 = if problem == "import-file-too-many-columns" { MOST_COLUMNS } else { MOST_ROWS };
    Some(locales::text_with(language, problem, &[("limit", LARGEST.into()), ("most", most.into()), ("what", "".into())]))
}

fn table(imports: Vec<ImportSummary>, now: NaiveDateTime, visit: &Visit) -> AnyView {
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
    let rows = imports.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="file-spreadsheet" title=t("import-empty-title") body=t("import-empty-body")/> }.into_any();
    view! { <Card title=t("imports-title") flush=true><DataTable caption=t("imports-title") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}
