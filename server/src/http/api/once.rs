//! What is asked for twice under the asker's own key happens once and is answered twice (API-02). Refusals are answers
//! too; a fault of ours is none, and may be tried again.

use super::ask::Ask;
use super::operation::Operation;
use super::problem::{KIND, Refusal};
use axum::body::to_bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use domain::people::Caller;
use services::keys::{Answer, Known, begin_request, finish_request, give_up_request};
use sha2::{Digest, Sha256};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub async fn once(operation: &Operation, uri: &Uri, ask: Ask) -> Result<Response, Refusal> {
    let sent = ask.headers.get(&KEY).and_then(|key| key.to_str().ok()).map(|key| key.trim().to_owned());
    let plain = |key: &String| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
    let Some(key) = sent.filter(|key| (1..=200).contains(&key.len()) && plain(key)) else {
        let words = "Send an Idempotency-Key of 1 to 200 letters, digits and . _ : -, a new one for each new thing.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "key-missing").saying(words));
    };
    let (services, caller) = (ask.services.clone(), ask.caller.clone());
    let address = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let asked: [&[u8]; 3] = [operation.method.as_str().as_bytes(), address.as_bytes(), &ask.body];
    match begin_request(&services, &caller, &key, &asked).await? {
        Known::New => {}
        Known::AtWork => return Err(Refusal::new(StatusCode::CONFLICT, "key-at-work").after(TimeDelta::seconds(1))),
        Known::Another => return Err(Refusal::new(StatusCode::CONFLICT, "key-used")),
        Known::Answered(answer) => return Ok(again(answer)),
    }
    let ask = Ask { key: Some(own_key(&caller, &key)), ..ask };
    let response = match (operation.run)(ask).await {
        Ok(answer) => answer.into_response(),
        Err(refusal) => refusal.into_response(),
    };
    if response.status().is_server_error() {
        give_up_request(&services, &caller, &key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|error| services::Error::Internal(error.to_string()))?;
    let kept = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let answer = Answer {
        status: i32::from(parts.status.as_u16()),
        location: kept(header::LOCATION),
        etag: kept(header::ETAG),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    finish_request(&services, &caller, &key, &answer).await?;
    Ok(Response::from_parts(parts, body.into()))
}

/// The asker's key as one that no other asker has, and no form of a page.
fn own_key(caller: &Caller, key: &str) -> String {
    let owner = caller.actor_id().unwrap_or_default();
    let hash = Sha256::new_with_prefix(owner.as_bytes()).chain_update(key.as_bytes()).finalize();
    hash.iter().fold("api:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// The same answer as the first time.
fn again(answer: Answer) -> Response {
    let status = u16::try_from(answer.status).ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
    let kind = if status.is_success() { "application/json" } else { KIND };
    let mut response = (status, [(header::CONTENT_TYPE, kind)], answer.body).into_response();
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    for (name, value) in [(header::LOCATION, answer.location), (header::ETAG, answer.etag)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
