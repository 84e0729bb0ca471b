//! Browser safety on every answer (SEC-11): no framing, no sniffing, a policy without inline scripts, and no state
//! change asked for by another site.

use super::address::Secure;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The policy of a page: our own files, and scripts that carry this page's nonce. WebAssembly counts as a script.
pub fn page_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Headers that every answer has; whatever set its own policy keeps it. Over TLS cookies stay there.
pub async fn safe_headers(request: Request, next: Next) -> Response {
    let secure = request.extensions().get::<Secure>().is_some_and(|secure| secure.0);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(self)");
    if secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
        let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().filter_map(kept_on_tls).collect();
        headers.remove(header::SET_COOKIE);
        for cookie in cookies {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn kept_on_tls(cookie: &HeaderValue) -> Option<HeaderValue> {
    HeaderValue::from_bytes(&[cookie.as_bytes(), b"; Secure"].concat()).ok()
}

/// Refuses a state change that another site's page asked for. Browsers say where a request comes from; programs that
/// are no browsers send neither header and carry no cookie by accident.
pub async fn same_origin_only(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    if is_foreign(request.headers()) {
        return (StatusCode::FORBIDDEN, "This request came from another site and was not carried out.").into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text("host").unwrap_or_default();
    let other = |origin: &str| origin.split_once("://").is_none_or(|(_, authority)| !authority.eq_ignore_ascii_case(host));
    matches!(text("sec-fetch-site"), Some("cross-site" | "same-site")) || text("origin").is_some_and(other)
}
