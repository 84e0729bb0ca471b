//! Files that go out: with the rights of who asks, named so that a person finds them again.

use super::Web;
use app::Request as Visitor;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::people::Caller;
use domain::{BackupId, ImportId, RehearsalId};
use locales::Language;
use services::Error;
use services::imports::FileFormat;
use services::people::Who;

pub(super) fn caller(visitor: &Visitor) -> Option<&Caller> {
    match &visitor.who {
        Some(Who::Isp { caller, .. }) => Some(caller),
        _ => None,
    }
}

pub(super) fn language(visitor: &Visitor) -> Language {
    Language::from_code(&visitor.visit.language).unwrap_or(Language::English)
}

pub(super) fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [(header::CONTENT_TYPE, kind.to_string()), (header::CONTENT_DISPOSITION, disposition), (header::CACHE_CONTROL, "no-store".into())],
        bytes,
    )
        .into_response()
}

pub(super) fn refusal(error: Error) -> Response {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND.into_response(),
        Error::Denied(_) => StatusCode::FORBIDDEN.into_response(),
        other => {
            tracing::error!(error = %other, "download");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

pub async fn import_problems_csv(web: State<Web>, visitor: Extension<Visitor>, id: Path<ImportId>) -> Response {
    import_problems(web, visitor, id, FileFormat::Csv, "text/csv; charset=utf-8", "csv").await
}

pub async fn import_problems_xlsx(web: State<Web>, visitor: Extension<Visitor>, id: Path<ImportId>) -> Response {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    import_problems(web, visitor, id, FileFormat::Xlsx, kind, "xlsx").await
}

async fn import_problems(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<ImportId>,
    format: FileFormat,
    kind: &'static str,
    ending: &str,
) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    match services::imports::problem_file(&web.services, caller, id, language(&visitor), format).await {
        Ok(bytes) => file(&format!("rows-to-mend.{ending}"), kind, bytes),
        Err(error) => refusal(error),
    }
}

/// The list of subscribers exactly as the page with the same query shows it.
pub async fn customers_csv(State(web): State<Web>, Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let filter = app::customers::subscriber_filter(&ui::prelude::Query::parse(query.as_deref().unwrap_or_default()));
    match services::customers::export(&web.services, caller, &filter, language(&visitor)).await {
        Ok(bytes) => file(&format!("subscribers-{}.csv", visitor.visit.today), "text/csv; charset=utf-8", bytes),
        Err(error) => refusal(error),
    }
}

/// The rows of a rehearsal exactly as the page with the same query shows them.
pub async fn rehearsal_csv(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<RehearsalId>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let filter = app::rehearsal::row_filter(&ui::prelude::Query::parse(query.as_deref().unwrap_or_default()));
    match services::rehearsal::export(&web.services, caller, id, &filter, language(&visitor)).await {
        Ok(bytes) => file(&format!("rehearsal-{}.csv", visitor.visit.today), "text/csv; charset=utf-8", bytes),
        Err(error) => refusal(error),
    }
}

/// The settings that a router exported, as `ID.rsc`.
pub async fn router_export(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Path(name): Path<String>) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let Some(id) = name.strip_suffix(".rsc").and_then(|id| id.parse::<BackupId>().ok()) else { return refusal(Error::NotFound) };
    match services::routers::read_backup(&web.services, caller, id).await {
        Ok((row, text)) => file(&format!("{}.rsc", row.name), "text/plain; charset=utf-8", text.into_bytes()),
        Err(error) => refusal(error),
    }
}
