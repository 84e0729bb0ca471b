//! Pages that the server draws, and the forms on them. A browser that asks for a page gets the whole document, the
//! script on a page asks with `x-drawn` and gets the page's text alone. A form is answered in the same two ways: on
//! success it is sent on, a refusal is its own page again with what was typed and what is wrong.

use super::{Web, headers};
use app::Request as Visitor;
use app::drawn::{Drawn, PROOF, draw, draw_proof, is_drawn};
use app::shell;
use app::{SESSION_COOKIE, UiError, session_cookie};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use ui::prelude::{Query, Sent};

/// Which kind of answer the script wants: `page`, `live` or `form`.
const WANTED: HeaderName = HeaderName::from_static("x-drawn");
/// Where the script goes on after a form that worked.
const GO: HeaderName = HeaderName::from_static("x-go");
const BUILD: HeaderName = HeaderName::from_static("x-build");
/// The largest form: a few pages of notes.
const LARGEST: usize = 256 * 1024;

fn wanted(headers: &HeaderMap) -> &str {
    headers.get(WANTED).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Every address that is no route of its own: the page there, alone for the script, as a document for everybody else.
pub async fn page(State(web): State<Web>, request: Request) -> Response {
    let at = request.uri().path_and_query().map_or("/", |at| at.as_str()).to_owned();
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else { return StatusCode::UNAUTHORIZED.into_response() };
    match (request.method(), wanted(request.headers())) {
        (&Method::POST, "live") => live(&web, &visitor, &at, request).await,
        (&Method::GET | &Method::HEAD, "page") => fragment(&web, draw(&visitor, &at, None).await),
        (&Method::GET | &Method::HEAD, _) => {
            let drawn = draw(&visitor, &at, None).await;
            match drawn.go {
                Some(to) => Redirect::to(&to).into_response(),
                None => document(&web, request.into_parts().0, drawn).await,
            }
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// The page again with what is typed so far. Nothing is done with it but drawing.
async fn live(web: &Web, visitor: &Visitor, at: &str, request: Request) -> Response {
    let Ok(body) = to_bytes(request.into_body(), LARGEST).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let typed = form(&body);
    let action = typed.get("_action").unwrap_or_default().to_owned();
    fragment(web, draw(visitor, at, Some(Sent::new(action, typed, Vec::new()))).await)
}

fn form(body: &[u8]) -> Query {
    Query::parse(&String::from_utf8_lossy(body))
}

fn fragment(web: &Web, drawn: Drawn) -> Response {
    if let Some(to) = drawn.go.and_then(|to| HeaderValue::from_str(&to).ok()) {
        return (StatusCode::NO_CONTENT, [(GO, to)]).into_response();
    }
    let title = drawn.title.replace('&', "&amp;").replace('<', "&lt;");
    let body = format!("<!DOCTYPE html><title>{title}</title><body>{}", drawn.html);
    let build = HeaderValue::from_str(&web.build).unwrap_or(HeaderValue::from_static(""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (WANTED, HeaderValue::from_static("page")),
        (BUILD, build),
    ];
    (status(drawn.status), headers, body).into_response()
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Who sent a form: the script, a browser without it, or a program that reads the answer itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    Script,
    Browser,
    Program,
}

fn sender(method: &Method, headers: &HeaderMap) -> Sender {
    let html = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    match wanted(headers) {
        "form" => Sender::Script,
        _ if html && *method == Method::POST => Sender::Browser,
        _ => Sender::Program,
    }
}

/// Around every server function. Its refusal has an honest status; a form's refusal is the form's own page.
pub async fn functions(State(web): State<Web>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let sender = sender(request.method(), request.headers());
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let (body, answer) = without_proof(&body);
    let mut cookie = None;
    if let Some(answer) = answer
        && let Some(visitor) = parts.extensions.get::<Visitor>().cloned()
        && let Some(who) = &visitor.who
    {
        match services::people::prove(&web.services, who, &answer).await {
            Ok(token) => {
                let who = who.clone().proven(web.services.now());
                parts.extensions.insert(Visitor { who: Some(who), ..visitor });
                cookie = Some(session_cookie(&token));
            }
            Err(error) => return refused(&web, sender, parts.clone(), &body, stands_at(&parts, &body), Refusal::Proof(error.into())).await,
        }
    }
    let mut response = carry_out(&web, sender, parts, body, next).await;
    // An act that gives a session of its own, such as acting as somebody else, has the last word.
    let given =
        response.headers().get_all(header::SET_COOKIE).iter().any(|cookie| cookie.as_bytes().starts_with(SESSION_COOKIE.as_bytes()));
    if let Some(cookie) = cookie.filter(|_| !given) {
        super::people::set_cookie(&mut response, &cookie);
    }
    response
}

/// Takes the answer to "is it really you?" out of a form: what was asked for goes on as it was sent first.
fn without_proof(body: &Bytes) -> (Bytes, Option<String>) {
    let Some(answer) = form(body).get(PROOF).map(str::to_owned) else { return (body.clone(), None) };
    let text = String::from_utf8_lossy(body);
    let rest: Vec<&str> = text.split('&').filter(|pair| pair.split('=').next() != Some(PROOF)).collect();
    (Bytes::from(rest.join("&")), Some(answer))
}

async fn carry_out(web: &Web, sender: Sender, mut parts: Parts, body: Bytes, next: Next) -> Response {
    let asked = parts.clone();
    // With it the answer would be a redirect that has forgotten what was wrong.
    parts.headers.remove(header::ACCEPT);
    let response = next.run(Request::from_parts(parts, Body::from(body.clone()))).await;
    let worked = response.status().is_success();
    let at = stands_at(&asked, &body);
    match (sender, worked) {
        (Sender::Program, true) => response,
        (Sender::Program, false) => honest(response).await.0,
        (_, true) => done(sender, &response, &at),
        (_, false) => {
            let (_, error) = honest(response).await;
            refused(web, sender, asked, &body, at, Refusal::Action(error)).await
        }
    }
}

/// The same answer with the status of the refusal in it.
async fn honest(response: Response) -> (Response, UiError) {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let error = serde_json::from_slice(&body).unwrap_or(UiError::Internal("-".into()));
    if parts.status == StatusCode::INTERNAL_SERVER_ERROR {
        parts.status = status(error.status());
    }
    (Response::from_parts(parts, Body::from(body)), error)
}

/// The page on which the form stands: it says so itself; without that the browser does.
fn stands_at(asked: &Parts, body: &Bytes) -> String {
    let said = form(body).get(ui::forms::AT).map(str::to_owned);
    let referer = || {
        let uri: Uri = asked.headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
        Some(uri.path_and_query()?.as_str().to_owned())
    };
    super::people::local(&said.or_else(referer).unwrap_or_else(|| "/".into()))
}

fn done(sender: Sender, response: &Response, at: &str) -> Response {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or(at);
    let mut answer = match (sender, HeaderValue::from_str(to)) {
        (Sender::Script, Ok(to)) => (StatusCode::NO_CONTENT, [(GO, to)]).into_response(),
        _ => Redirect::to(to).into_response(),
    };
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        answer.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    answer
}

/// What was refused: the act itself, or the proof that came with it.
enum Refusal {
    Action(UiError),
    Proof(UiError),
}

async fn refused(web: &Web, sender: Sender, asked: Parts, body: &Bytes, at: String, refusal: Refusal) -> Response {
    let Some(visitor) = asked.extensions.get::<Visitor>().cloned() else { return StatusCode::UNAUTHORIZED.into_response() };
    let (error, ask) = match refusal {
        Refusal::Action(UiError::Proof) => (UiError::Proof, Some(Vec::new())),
        Refusal::Proof(error) => (UiError::Proof, Some(error.problems())),
        Refusal::Action(error) => (error, None),
    };
    if sender == Sender::Program {
        return (status(error.status()), axum::Json(error)).into_response();
    }
    if error == UiError::SignIn {
        return match sender {
            Sender::Script => StatusCode::UNAUTHORIZED.into_response(),
            _ => Redirect::to("/sign-in?problem=error-session").into_response(),
        };
    }
    if !is_drawn(at.split('?').next().unwrap_or_default()) {
        return Redirect::to(&at).into_response();
    }
    let drawn = match ask {
        Some(problems) => draw_proof(&visitor, &at, asked.uri.path(), form(body), problems).await,
        None => {
            let sent = Sent::new(asked.uri.path(), form(body), error.problems());
            Ok(Drawn { status: error.status(), ..draw(&visitor, &at, Some(sent)).await })
        }
    };
    let drawn = match drawn {
        Ok(drawn) => drawn,
        Err(error) => return (status(error.status()), axum::Json(error)).into_response(),
    };
    match sender {
        Sender::Script => fragment(web, drawn),
        _ => document(web, asked, drawn).await,
    }
}

/// The whole document around a page that is drawn already.
async fn document(web: &Web, asked: Parts, drawn: Drawn) -> Response {
    let Ok(uri) = drawn.at.parse::<Uri>() else { return Redirect::to("/").into_response() };
    let mut parts = asked;
    (parts.method, parts.uri) = (Method::GET, uri);
    parts.extensions.insert(Arc::new(drawn));
    let options = web.options.clone();
    let render = leptos_axum::render_app_async_with_context(headers::page_policy, move || shell(options.clone()));
    render(Request::from_parts(parts, Body::empty())).await
}

/// The script of drawn pages, under a name that changes with it.
pub async fn script() -> impl IntoResponse {
    let kept = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, kept)], app::drawn::SCRIPT)
}
