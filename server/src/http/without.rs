//! The plain forms of who has no password at hand: a link to a new one, a code by SMS. The answer is the same whether or
//! not anybody has the name.

use super::Web;
use super::address::ClientAddress;
use super::people::{back_to, came_in};
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
        Err(error) => back_to("/sign-in/forgot", &[("login", &short(&form.login))], error),
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
        Err(error) => back_to("/sign-in/reset", &[("key", &short(&form.key))], error),
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
            Err(error) => back_to("/sign-in/mobile", &[("login", &short(&form.login))], error),
        };
    };
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    match people::sign_in_with_code(&web.services, isp, asked, &form.code, (ip, agent)).await {
        Ok(signed_in) => came_in(&signed_in, "/"),
        // That code is worth nothing any more: begin again.
        Err(error @ Error::Conflict(_)) => back_to("/sign-in/mobile", &[], error),
        Err(error) => back_to("/sign-in/mobile", &[("asked", &asked.to_string())], error),
    }
}
