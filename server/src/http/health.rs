//! Whether the process lives (asks nothing of anybody), whether it can serve (asks the database), and a place for the
//! browser half to report a fault.

use super::Web;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::time::Duration;

pub async fn live() -> &'static str {
    "live"
}

pub async fn ready(State(web): State<Web>) -> Response {
    let answered = tokio::time::timeout(Duration::from_secs(2), web.services.db.ping()).await;
    match answered {
        Ok(Ok(())) => Json(json!({ "status": "healthy" })).into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unhealthy", "database": "does not answer" }))).into_response(),
    }
}

/// Whether any server looks for work that is due: for whoever watches from outside that bills are made at all.
pub async fn schedule(State(web): State<Web>) -> Response {
    match tokio::time::timeout(Duration::from_secs(2), services::schedule::alive(&web.services)).await {
        Ok(Ok(true)) => Json(json!({ "status": "healthy" })).into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unhealthy", "schedule": "no server looks for work" })))
            .into_response(),
    }
}

/// A page that broke in somebody's hands: build, route and message, cut short.
pub async fn client_fault(body: String) -> StatusCode {
    let fault: String = body.chars().filter(|c| !c.is_control()).take(500).collect();
    tracing::warn!(fault, "a page broke in a browser");
    StatusCode::NO_CONTENT
}
