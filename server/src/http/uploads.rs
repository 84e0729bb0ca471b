//! Files that come in. The limit is told before anything is read whole; the answer is a page, not a status code.

use super::Web;
use app::Request as Visitor;
use axum::Extension;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use services::Error;
use services::people::Who;

/// A subscriber list of 50,000 rows is about 10 MB.
const LARGEST: usize = 26 * 1024 * 1024;

pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST)
}

/// A subscriber list: on to its mapping, or back with the reason.
pub async fn import(State(web): State<Web>, Extension(visitor): Extension<Visitor>, mut form: Multipart) -> Response {
    let Some(Who::Isp { caller, .. }) = &visitor.who else { return Redirect::to("/sign-in").into_response() };
    let back = |key: &str| Redirect::to(&format!("/imports?problem={key}")).into_response();
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return back("import-file-missing"),
            Err(error) => return back(too_large_or_broken(&error)),
        };
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_string();
        let bytes = match field.bytes().await {
            Ok(bytes) => bytes,
            Err(error) => return back(too_large_or_broken(&error)),
        };
        if name.is_empty() || bytes.is_empty() {
            return back("import-file-missing");
        }
        return match services::imports::upload(&web.services, caller, &name, bytes.to_vec()).await {
            Ok(id) => Redirect::to(&format!("/imports/{id}")).into_response(),
            Err(Error::Invalid(problems)) => back(problems.first().map_or("import-file-broken", |problem| problem.key.as_str())),
            Err(Error::Conflict(problem)) => back(&problem.key),
            Err(Error::Denied(_)) => back("error-denied"),
            Err(error) => {
                tracing::error!(%error, "upload");
                back("error-away")
            }
        };
    }
}

fn too_large_or_broken(error: &axum::extract::multipart::MultipartError) -> &'static str {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { "import-file-too-large" } else { "import-file-broken" }
}
