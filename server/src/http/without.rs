//! The plain forms of who has no password at hand: a link to a new one, a code by SMS. The answer is the same whether or
//! not anybody has the name.

use super::Web;
use super::address::ClientAddress;
use super::people::{came_in, encode};
use app::Request as Visitor;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use services::Error;
use services::people::{self, Asking};
use uuid::Uuid;

#[derive(Deserialize)]
pub struct AskForm {
    #[serde(default)]
    login: String,
}

fn to(target: &str) -> Response {
    Redirect::to(target).into_response()
}

/// Back to a page of these with what is wrong; `rest` is what else its address says.
fn back(page: &str, rest: &[(&str, &str)], error: Error) -> Response {
    let (field, key, seconds) = match error {
        Error::Invalid(problems) => {
            let problem = problems.into_iter().next().unwrap_or_else(|| domain::Problem::new("", "problem-form-stale"));
            (problem.field, problem.key, None)
        }
        Error::Conflict(problem) => {
            let seconds = problem.args.iter().find(|(name, _)| name == "seconds").map(|(_, seconds)| seconds.clone());
            (String::new(), problem.key, seconds)
        }
        error => {
            tracing::error!(%error, page, "without a password");
            (String::new(), "error-away".into(), None)
        }
    };
    let mut target = format!("{page}?problem={}", encode(&key));
    let field = (!field.is_empty()).then_some(("field", field.as_str()));
    let seconds = seconds.as_deref().map(|seconds| ("seconds", seconds));
    for (name, value) in field.into_iter().chain(seconds).chain(rest.iter().copied()) {
        target.push_str(&format!("&{name}={}", encode(value)));
    }
    to(&target)
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

pub async fn ask_reset(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Extension(ClientAddress(ip)): Extension<ClientAddress>,
    Form(form): Form<AskForm>,
) -> Response {
    let Some(isp) = visitor.isp else { return to("/sign-in") };
    match people::ask_reset(&web.services, &Asking { isp, login: &form.login, ip }, &visitor.base).await {
        Ok(()) => to("/sign-in/forgot?sent=1"),
        Err(error) => back("/sign-in/forgot", &[("login", &short(&form.login))], error),
    }
}

#[derive(Deserialize)]
pub struct ResetForm {
    #[serde(default)]
    key: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    again_password: String,
}

pub async fn reset(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Form(form): Form<ResetForm>) -> Response {
    let Some(isp) = visitor.isp else { return to("/sign-in") };
    match people::reset_password(&web.services, isp, &form.key, &form.new_password, &form.again_password).await {
        Ok(()) => to("/sign-in?problem=reset-done"),
        Err(error) => back("/sign-in/reset", &[("key", &short(&form.key))], error),
    }
}

#[derive(Deserialize)]
pub struct MobileForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    code: String,
    asked: Option<Uuid>,
}

pub async fn by_mobile(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Extension(ClientAddress(ip)): Extension<ClientAddress>,
    headers: HeaderMap,
    Form(form): Form<MobileForm>,
) -> Response {
    let Some(isp) = visitor.isp else { return to("/sign-in") };
    let Some(asked) = form.asked else {
        return match people::ask_sign_in_code(&web.services, &Asking { isp, login: &form.login, ip }).await {
            Ok(asked) => to(&format!("/sign-in/mobile?asked={asked}")),
            Err(error) => back("/sign-in/mobile", &[("login", &short(&form.login))], error),
        };
    };
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    match people::sign_in_with_code(&web.services, isp, asked, &form.code, (ip, agent)).await {
        Ok(signed_in) => came_in(&signed_in, "/"),
        // That code is worth nothing any more: begin again.
        Err(error @ Error::Conflict(_)) => back("/sign-in/mobile", &[], error),
        Err(error) => back("/sign-in/mobile", &[("asked", &asked.to_string())], error),
    }
}
