//! Sign-in, sign-out and preferences as plain form posts: they work without JavaScript and before the page has woken.

use super::Web;
use super::address::ClientAddress;
use super::visit::cookie;
use app::{Request as Visitor, SESSION_COOKIE, session_cookie, sign_in_step};
use axum::Extension;
use axum::extract::{Form, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::trust::Owes;
use serde::Deserialize;
use services::Error;
use services::people::{Attempt, SignedIn, Site, Who};

/// A page asked for without a session leads to the sign-in, and from there back to the page.
pub async fn send_to_sign_in(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let code = path.starts_with("/pay/") || path.starts_with("/receipt/");
    let open = code
        || path == "/sign-in"
        || path.starts_with("/sign-in/")
        || path == "/sign-out"
        || path == "/preferences"
        || path.starts_with("/api/")
        || path.starts_with("/pkg/")
        || looks_like_file(path);
    let signed_in = request.extensions().get::<Visitor>().is_some_and(|visitor| visitor.who.is_some());
    if open || signed_in {
        return next.run(request).await;
    }
    // A script does not follow to a form.
    let stream = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "text/event-stream");
    if stream || request.headers().contains_key("x-drawn") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let owed = request.extensions().get::<Visitor>().and_then(|visitor| visitor.half.as_ref()).map_or("/sign-in", step_of);
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    let target = if wanted == "/" || request.method() != axum::http::Method::GET {
        owed.to_string()
    } else {
        format!("{owed}?next={}", encode(wanted))
    };
    Redirect::to(&target).into_response()
}

/// Where somebody brings what he owes.
fn step_of(half: &Who) -> &'static str {
    match half {
        Who::Half { owes, .. } => sign_in_step(*owes),
        _ => "/sign-in",
    }
}

/// `/favicon.svg`, not `/customers/export.csv`: the loose files of the site lie at its top.
fn looks_like_file(path: &str) -> bool {
    path.rfind('/') == Some(0) && path.contains('.')
}

#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

pub async fn sign_in(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Extension(ClientAddress(ip)): Extension<ClientAddress>,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let site = visitor.isp.map_or(Site::Platform, Site::Isp);
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let attempt = Attempt { site, login: &form.login, password: &form.password, ip, agent };
    match services::people::sign_in(&web.services, &attempt).await {
        Ok(signed_in) => {
            // A session of before, fixed or forgotten, ends here.
            if let Some(old) = cookie(&headers, SESSION_COOKIE)
                && let Err(error) = services::people::sign_out(&web.services, &old).await
            {
                tracing::warn!(%error, "the session of before could not be ended");
            }
            came_in(&signed_in, &form.next)
        }
        Err(Error::Invalid(problems)) => back(&form, problems.first().map_or("problem-sign-in", |problem| problem.key.as_str()), None),
        Err(Error::Conflict(problem)) => {
            back(&form, &problem.key, problem.args.iter().find(|(name, _)| name == "seconds").map(|(_, seconds)| seconds.as_str()))
        }
        Err(error) => {
            tracing::error!(%error, "sign-in");
            back(&form, "error-away", None)
        }
    }
}

/// The session's cookie, and on: to what is still owed, or to where he wanted to go.
pub(super) fn came_in(signed_in: &SignedIn, next: &str) -> Response {
    let next = local(next);
    let target = match signed_in.owes {
        None => next,
        Some(owes) if next == "/" => sign_in_step(owes).to_string(),
        Some(owes) => format!("{}?next={}", sign_in_step(owes), encode(&next)),
    };
    let mut response = Redirect::to(&target).into_response();
    set_cookie(&mut response, &session_cookie(&signed_in.token));
    response
}

#[derive(Deserialize)]
pub struct StepForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    new_password: String,
    #[serde(default)]
    again_password: String,
    #[serde(default)]
    next: String,
}

pub async fn give_code(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Form(form): Form<StepForm>) -> Response {
    let Some(half) = &visitor.half else { return begin_again() };
    let answer = services::people::give_code(&web.services, half, &form.code).await;
    stepped(Owes::Code, &form.next, answer)
}

/// The password again, because he comes from another network.
pub async fn confirm_network(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Form(form): Form<StepForm>) -> Response {
    let Some(half) = &visitor.half else { return begin_again() };
    let answer = services::people::confirm_network(&web.services, half, &form.password).await;
    stepped(Owes::Confirm, &form.next, answer)
}

pub async fn finish_enrolment(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Form(form): Form<StepForm>) -> Response {
    let Some(half) = &visitor.half else { return begin_again() };
    let answer = services::people::finish_enrolment(&web.services, half, &form.code).await;
    // The recovery codes are seen before anything else.
    let next = if matches!(&answer, Ok(SignedIn { owes: None, .. })) { "/account/recovery-codes" } else { form.next.as_str() };
    stepped(Owes::Enrol, next, answer)
}

pub async fn choose_password(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Form(form): Form<StepForm>) -> Response {
    let Some(half) = &visitor.half else { return begin_again() };
    let answer = services::people::choose_password(&web.services, half, &form.new_password, &form.again_password).await;
    stepped(Owes::Password, &form.next, answer)
}

fn begin_again() -> Response {
    Redirect::to("/sign-in?problem=error-session").into_response()
}

/// On with the sign-in, or back to the step with what is wrong.
fn stepped(owes: Owes, next: &str, answer: services::Result<SignedIn>) -> Response {
    match answer {
        Ok(signed_in) => came_in(&signed_in, next),
        Err(error) => {
            let next = local(next);
            let next = (next != "/").then_some(("next", next.as_str()));
            back_to(sign_in_step(owes), next.as_slice(), error)
        }
    }
}

/// Back to a page of the door with what is wrong; `rest` is what else its address says.
pub(super) fn back_to(page: &str, rest: &[(&str, &str)], error: Error) -> Response {
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
            tracing::error!(%error, page, "sign-in");
            (String::new(), "error-away".into(), None)
        }
    };
    let mut target = format!("{page}?problem={}", encode(&key));
    let field = (!field.is_empty()).then_some(("field", field.as_str()));
    let seconds = seconds.as_deref().map(|seconds| ("seconds", seconds));
    for (name, value) in field.into_iter().chain(seconds).chain(rest.iter().copied()) {
        target.push_str(&format!("&{name}={}", encode(value)));
    }
    Redirect::to(&target).into_response()
}

/// Back to the form with what was typed, but for the password.
fn back(form: &SignInForm, problem: &str, seconds: Option<&str>) -> Response {
    let login: String = form.login.chars().take(200).collect();
    let mut target = format!("/sign-in?problem={}&login={}", encode(problem), encode(&login));
    if let Some(seconds) = seconds {
        target.push_str(&format!("&seconds={}", encode(seconds)));
    }
    if !form.next.is_empty() {
        target.push_str(&format!("&next={}", encode(&local(&form.next))));
    }
    Redirect::to(&target).into_response()
}

pub async fn sign_out(State(web): State<Web>, headers: HeaderMap) -> Response {
    if let Some(token) = cookie(&headers, SESSION_COOKIE)
        && let Err(error) = services::people::sign_out(&web.services, &token).await
    {
        tracing::error!(%error, "sign-out");
        return (StatusCode::SERVICE_UNAVAILABLE, "You are still signed in: the database does not answer. Please try again.")
            .into_response();
    }
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"));
    response
}

/// From somebody else's account back to one's own.
pub async fn leave(State(web): State<Web>, Extension(visitor): Extension<Visitor>) -> Response {
    let Some(who) = &visitor.who else { return begin_again() };
    match services::accounts::leave(&web.services, who).await {
        Ok(Some(token)) => {
            let mut response = Redirect::to("/").into_response();
            set_cookie(&mut response, &session_cookie(&token));
            response
        }
        // His own session is over too.
        Ok(None) => begin_again(),
        Err(Error::Conflict(_)) => Redirect::to("/").into_response(),
        Err(error) => {
            tracing::error!(%error, "leaving another account");
            (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer. Please try again.").into_response()
        }
    }
}

#[derive(Deserialize)]
pub struct PreferencesForm {
    theme: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    return_to: String,
}

/// Theme and language, kept by the browser.
pub async fn preferences(Form(form): Form<PreferencesForm>) -> Response {
    let mut response = Redirect::to(&local(&form.return_to)).into_response();
    let theme = form.theme.filter(|theme| matches!(theme.as_str(), "system" | "light" | "dark")).map(|theme| ("lm_theme", theme));
    let language = form.lang.filter(|language| matches!(language.as_str(), "en" | "bn")).map(|language| ("lm_lang", language));
    for (name, value) in [theme, language].into_iter().flatten() {
        set_cookie(&mut response, &format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=31536000"));
    }
    response
}

pub(super) fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// A path on this site and nothing that leads away from it.
pub(super) fn local(target: &str) -> String {
    let safe =
        target.starts_with('/') && !target.starts_with("//") && !target.contains(['\\', '\r', '\n']) && !target.starts_with("/sign-in");
    if safe { target.to_string() } else { "/".into() }
}

/// Percent-encodes everything that has a meaning in a query.
pub(super) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for target in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/sign-in"] {
            assert_eq!(local(target), "/", "{target}");
        }
        assert_eq!(local("/customers?page=2"), "/customers?page=2");
    }

    #[test]
    fn a_query_value_cannot_leave_its_place() {
        assert_eq!(encode("/a?b=c&d=é"), "/a%3Fb%3Dc%26d%3D%C3%A9");
    }
}
