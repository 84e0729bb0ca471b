//! The only error that crosses to the browser: what a person can do about it, and for faults of ours a reference
//! number that the log knows. Never a cause, never SQL.

use domain::Problem;
use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::ServerFnErrorErr;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UiError {
    /// Nobody is signed in (any more).
    SignIn,
    Denied,
    /// Right, but he must show first that it is he: by his password or a code.
    Proof,
    NotFound,
    /// Beside their fields.
    Invalid(Vec<Problem>),
    Conflict(Problem),
    /// The plan of the provider is used up.
    PlanLimit(Problem),
    /// The provider is suspended: everything may be read, nothing changed.
    ReadOnly,
    /// Something that is needed does not answer; nothing was changed.
    Away(String),
    /// A fault of ours, by the reference in the log.
    Internal(String),
    /// The browser could not reach the server.
    Offline,
}

impl UiError {
    /// What is wrong, field by field, for a form.
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            UiError::Invalid(problems) => problems.clone(),
            UiError::Conflict(problem) | UiError::PlanLimit(problem) => vec![problem.clone()],
            UiError::ReadOnly => vec![Problem::new("", "error-read-only")],
            UiError::SignIn => vec![Problem::new("", "error-sign-in")],
            UiError::Denied => vec![Problem::new("", "error-denied")],
            UiError::Proof => vec![Problem::new("", "error-proof")],
            UiError::NotFound => vec![Problem::new("", "error-not-found")],
            UiError::Away(what) => vec![Problem::new("", "error-away").with("what", what)],
            UiError::Internal(reference) => vec![Problem::new("", "error-internal").with("reference", reference)],
            UiError::Offline => vec![Problem::new("", "error-network")],
        }
    }
}

impl std::fmt::Display for UiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for UiError {}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => UiError::Offline,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => UiError::Invalid(vec![Problem::new("", "problem-form-stale")]),
            other => {
                tracing::error!(%other, "server function");
                #[cfg(not(feature = "ssr"))]
                let _ = other;
                UiError::Internal("-".into())
            }
        }
    }
}

impl From<services::Error> for UiError {
    fn from(error: services::Error) -> Self {
        match error {
            services::Error::Denied(_) => UiError::Denied,
            services::Error::Proof => UiError::Proof,
            services::Error::NotFound => UiError::NotFound,
            services::Error::Invalid(problems) => UiError::Invalid(problems),
            services::Error::Conflict(problem) => UiError::Conflict(problem),
            services::Error::PlanLimit(problem) => UiError::PlanLimit(problem),
            // A database that nobody can write to says the same.
            services::Error::ReadOnly if crate::visit::server::is_read_only() => UiError::ReadOnly,
            services::Error::ReadOnly => UiError::Away("database".into()),
            services::Error::Upstream(what) => UiError::Away(what.into()),
            services::Error::Internal(cause) => {
                let reference = uuid::Uuid::now_v7().simple().to_string();
                tracing::error!(%reference, %cause, "fault");
                UiError::Internal(reference)
            }
        }
    }
}

impl UiError {
    /// The HTTP status that it deserves, so that an answer with a refusal in it is no 200.
    pub fn status(&self) -> u16 {
        match self {
            UiError::SignIn => 401,
            UiError::Denied | UiError::Proof | UiError::ReadOnly => 403,
            UiError::PlanLimit(_) => 402,
            UiError::NotFound => 404,
            UiError::Invalid(_) => 422,
            // Somebody else was faster: what was seen is no longer so.
            UiError::Conflict(problem) if problem.key == "problem-changed-meanwhile" => 412,
            UiError::Conflict(_) => 409,
            UiError::Away(_) | UiError::Offline => 503,
            UiError::Internal(_) => 500,
        }
    }
}
