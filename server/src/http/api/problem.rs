//! What is wrong, as RFC 9457 says it: type, title, status, detail, and for fields the codes of what is wrong with each.
//! Codes are the keys of the product's own texts, so a program sees what a person would.

use crate::words::problem_words;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use domain::Problem;
use locales::{Language, text};
use schemars::JsonSchema;
use serde::Serialize;
use services::Error;
use std::collections::BTreeMap;

pub const KIND: &str = "application/problem+json";

/// What an answer that is none looks like.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemBody {
    /// Names the kind of problem: an address in this documentation.
    pub r#type: String,
    /// The kind in words, always the same.
    pub title: String,
    pub status: u16,
    /// What is wrong this time.
    pub detail: String,
    /// Codes of what is wrong, by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub errors: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    /// The end of the type: `conflict`.
    kind: &'static str,
    detail: Option<String>,
    problems: Vec<Problem>,
    wait: Option<TimeDelta>,
}

/// Every kind there is, with its title.
pub const KINDS: &[(&str, &str)] = &[
    ("sign-in", "No good key was sent"),
    ("permission", "This key may not do that"),
    ("suspended", "The provider is suspended: everything can be read, nothing changed"),
    ("plan", "The provider's plan allows no more"),
    ("not-found", "There is no such thing here"),
    ("method", "That cannot be done here"),
    ("conflict", "Not in this state"),
    ("changed", "Somebody else changed it meanwhile"),
    ("invalid", "Something that was sent is wrong"),
    ("json", "The body cannot be read"),
    ("media-type", "The body is of another kind"),
    ("too-large", "The body is too large"),
    ("if-match", "Which version do you mean?"),
    ("key-missing", "An Idempotency-Key is missing"),
    ("key-used", "This Idempotency-Key was used for something else"),
    ("key-at-work", "The first request with this Idempotency-Key is still at work"),
    ("too-many", "Too many requests"),
    ("away", "Something that is needed does not answer"),
    ("internal", "A fault of ours"),
];

impl Refusal {
    pub fn new(status: StatusCode, kind: &'static str) -> Self {
        Self { status, kind, detail: None, problems: Vec::new(), wait: None }
    }

    pub fn saying(self, words: impl Into<String>) -> Self {
        Self { detail: Some(words.into()), ..self }
    }

    pub fn after(self, wait: TimeDelta) -> Self {
        Self { wait: Some(wait), ..self }
    }

    pub fn too_many(wait: TimeDelta) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many").after(wait)
    }

    fn about(self, problems: Vec<Problem>) -> Self {
        Self { problems, ..self }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let new = Refusal::new;
        match error {
            Error::Denied(permission) => {
                new(StatusCode::FORBIDDEN, "permission").saying(format!("It needs the scope {}.", permission.key()))
            }
            Error::Proof => new(StatusCode::FORBIDDEN, "permission").saying("This asks for a person's own proof, which a key cannot give."),
            Error::ReadOnly => new(StatusCode::FORBIDDEN, "suspended"),
            Error::NotFound => new(StatusCode::NOT_FOUND, "not-found"),
            Error::Invalid(problems) => new(StatusCode::UNPROCESSABLE_ENTITY, "invalid").about(problems),
            Error::PlanLimit(problem) => new(StatusCode::PAYMENT_REQUIRED, "plan").about(vec![problem]),
            Error::Conflict(problem) if problem.key == "problem-changed-meanwhile" => {
                new(StatusCode::PRECONDITION_FAILED, "changed").about(vec![problem])
            }
            Error::Conflict(problem) => new(StatusCode::CONFLICT, "conflict").about(vec![problem]),
            Error::Upstream(what) => {
                new(StatusCode::SERVICE_UNAVAILABLE, "away").saying(format!("{what} does not answer.")).after(TimeDelta::seconds(30))
            }
            Error::Internal(cause) => {
                let reference = uuid::Uuid::now_v7().simple().to_string();
                tracing::error!(%reference, %cause, "fault");
                new(StatusCode::INTERNAL_SERVER_ERROR, "internal").saying(format!("It is in the log under {reference}."))
            }
        }
    }
}

fn words(problem: &Problem) -> String {
    problem_words(Language::English, problem)
}

impl Refusal {
    pub fn body(&self) -> ProblemBody {
        let title = KINDS.iter().find(|(kind, _)| *kind == self.kind).map_or(self.kind, |(_, title)| *title);
        let said: Vec<String> = self.problems.iter().map(words).collect();
        let detail = match (&self.detail, said.is_empty()) {
            (Some(detail), _) => detail.clone(),
            (None, false) => said.join(" "),
            (None, true) => text(
                Language::English,
                match self.kind {
                    "suspended" => "error-read-only",
                    "not-found" => "error-not-found",
                    _ => return self.bare(title),
                },
            ),
        };
        ProblemBody { detail, ..self.bare(title) }
    }

    fn bare(&self, title: &str) -> ProblemBody {
        let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for problem in &self.problems {
            let code = problem.key.trim_start_matches("problem-").to_string();
            errors.entry(problem.field.clone()).or_default().push(code);
        }
        let kind = format!("/api/v1/docs#problem-{}", self.kind);
        ProblemBody { r#type: kind, title: title.into(), status: self.status.as_u16(), detail: format!("{title}."), errors }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self.body()).unwrap_or_default();
        let mut response = (self.status, [(header::CONTENT_TYPE, KIND)], body).into_response();
        if let Some(wait) = self.wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.num_seconds().max(1)));
        }
        response
    }
}
