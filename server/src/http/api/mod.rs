//! The machine's door, `/api/v1`: parse, call the use case that a page would call, serialise. Only keys open it; a session
//! cookie means nothing here, so no other site can ask on somebody's behalf. Routes, document and the tests of rights are
//! made from one list of operations.

mod ask;
mod billing;
mod customers;
mod docs;
mod document;
mod network;
mod office;
mod once;
mod operation;
mod problem;
#[cfg(test)]
mod rights_of_every_operation;
#[cfg(test)]
mod schemathesis;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod stories;
mod wire;

use super::Web;
use super::address::{ClientAddress, Secure};
use super::rates::{Class, Rates, stranger};
use super::visit;
use ask::Ask;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, any, get, on};
use operation::Operation;
use problem::Refusal;
use services::keys::Held;
use std::net::IpAddr;
use std::sync::Arc;

/// The largest body that a program may send.
const LARGEST: usize = 64 * 1024;
const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"Lastmile\"");

/// Everything that can be asked for.
pub(super) fn operations() -> Vec<Operation> {
    [customers::operations(), billing::operations(), network::operations(), office::operations()].into_iter().flatten().collect()
}

pub(super) fn routes() -> Router<Web> {
    let mut router = Router::new()
        .route("/api/v1/openapi.json", get(docs::document).fallback(no_such_method))
        .route("/api/v1/docs", get(docs::page).fallback(no_such_method))
        .route("/api/v1", any(unknown))
        .route("/api/v1/", any(unknown))
        .route("/api/v1/{*rest}", any(unknown));
    let mut paths: Vec<&'static str> = Vec::new();
    for operation in operations() {
        let filter = match operation.method {
            Method::POST => MethodFilter::POST,
            Method::PATCH => MethodFilter::PATCH,
            _ => MethodFilter::GET,
        };
        let path = format!("/api/v1{}", operation.path);
        let first = !paths.contains(&operation.path);
        paths.push(operation.path);
        let operation = Arc::new(operation);
        let handler = move |State(web): State<Web>, parameters: RawPathParams, request: Request| {
            let operation = operation.clone();
            async move { answer(&web, Some((&operation, &parameters)), request).await }
        };
        let method = on(filter, handler);
        router = router.route(&path, if first { method.fallback(no_such_method) } else { method });
    }
    router
}

async fn unknown(State(web): State<Web>, request: Request) -> Response {
    answer(&web, None, request).await
}

async fn no_such_method(method: Method) -> Response {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method").saying(format!("{method} is not known here; see /api/v1/docs.")).into_response()
}

/// Where a request comes from.
fn client(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ClientAddress>().and_then(|client| client.0)
}

/// One request: who asks, whether he asks too often, what for; whatever goes wrong comes out as a problem.
async fn answer(web: &Web, wanted: Option<(&Operation, &RawPathParams)>, request: Request) -> Response {
    let ip = client(&request);
    let held = match who(web, request.headers(), ip).await {
        Ok(held) => held,
        Err(refusal) => return refused_stranger(&web.rates, web, ip, refusal),
    };
    let class = if held.premium { Class::PremiumKey } else { Class::Key };
    let taken = web.rates.take(class, held.key.to_string(), web.services.now());
    let mut response = match (&taken, wanted) {
        (Some(taken), _) if !taken.allowed => Refusal::too_many(taken.wait).into_response(),
        (_, None) => Refusal::new(StatusCode::NOT_FOUND, "not-found").into_response(),
        (_, Some((operation, parameters))) => match carry_out(web, &held, operation, parameters, request).await {
            Ok(response) => response,
            Err(refusal) => refusal.into_response(),
        },
    };
    if let Some(taken) = taken {
        taken.tell(response.headers_mut());
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Nobody that we know: he is counted by his address, so that keys are not tried by the thousand.
fn refused_stranger(rates: &Rates, web: &Web, ip: Option<IpAddr>, refusal: Refusal) -> Response {
    let taken = rates.take(Class::Public, stranger(ip), web.services.now());
    let mut response = match &taken {
        Some(taken) if !taken.allowed => Refusal::too_many(taken.wait).into_response(),
        _ => refusal.into_response(),
    };
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, BEARER);
    }
    if let Some(taken) = taken {
        taken.tell(response.headers_mut());
    }
    response
}

async fn who(web: &Web, headers: &HeaderMap, ip: Option<IpAddr>) -> Result<Held, Refusal> {
    let site = match visit::find_site(web, &visit::host(headers), ip).await {
        Ok(Some(site)) => site.isp.map(|isp| isp.id),
        Ok(None) => return Err(Refusal::new(StatusCode::NOT_FOUND, "not-found").saying("No provider answers at this address.")),
        Err(error) => return Err(services::Error::from(error).into()),
    };
    let nobody = || Refusal::new(StatusCode::UNAUTHORIZED, "sign-in").saying("Send a key that is good: Authorization: Bearer KEY.");
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = sent.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, key) = key.ok_or_else(nobody)?;
    services::keys::recognise_key(&web.services, key.trim(), site, ip).await?.ok_or_else(nobody)
}

async fn carry_out(
    web: &Web,
    held: &Held,
    operation: &Operation,
    parameters: &RawPathParams,
    request: Request,
) -> Result<Response, Refusal> {
    // The use case asks as well. Whoever may not do it at all is told so before what he sent is looked at.
    if let Some(missing) = operation.scopes.iter().find(|scope| !held.caller.allowed(**scope)) {
        return Err(services::Error::Denied(*missing).into());
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"))?;
    let scheme = if parts.extensions.get::<Secure>().is_some_and(|secure| secure.0) { "https" } else { "http" };
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_lowercase();
    let ask = Ask {
        services: web.services.clone(),
        caller: held.caller.clone(),
        path: parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        query: ask::pairs(parts.uri.query().unwrap_or_default()),
        body,
        headers: parts.headers,
        base: format!("{scheme}://{host}"),
        key: None,
    };
    match operation.method {
        Method::POST => once::once(operation, &parts.uri, ask).await,
        _ => Ok((operation.run)(ask).await?.into_response()),
    }
}
