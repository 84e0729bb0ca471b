//! What browsers are told with every kind of answer (SEC-11): a policy that lets nothing run but our own files and
//! scripts with this page's nonce, no frames, no guessing of types, no address given to others; over TLS, to stay there.

use super::house::{House, house, house_over};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::people::Role;
use tower::ServiceExt;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn ask(house: &House, host: &str, token: Option<&str>, (method, path): (Method, &str), header: (&str, &str)) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, host).header(header.0, header.1);
    if let Some(token) = token {
        request = request.header(header::COOKIE, format!("lm_session={token}"));
    }
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::empty()).unwrap();
    let response = house.router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = String::from_utf8_lossy(&to_bytes(response.into_body(), 10_000_000).await.unwrap()).into_owned();
    Answer { status, headers, body }
}

const BROWSER: (&str, &str) = ("accept", "text/html");
const SCRIPT: (&str, &str) = ("x-drawn", "page");

/// Who asks (`true`: the admin), host, method, address, as whom, status.
type Kind = (bool, &'static str, Method, &'static str, (&'static str, &'static str), StatusCode);

/// One of each kind of answer.
fn kinds() -> Vec<Kind> {
    let (padma, get) = ("padma.test", Method::GET);
    vec![
        (true, padma, get.clone(), "/customers", BROWSER, StatusCode::OK),
        (true, padma, get.clone(), "/customers", SCRIPT, StatusCode::OK),
        (true, padma, get.clone(), "/no-such-page", BROWSER, StatusCode::NOT_FOUND),
        (true, padma, get.clone(), "/customers/export.csv", BROWSER, StatusCode::OK),
        (true, padma, get.clone(), "/invoices/{invoice}.pdf", BROWSER, StatusCode::OK),
        (true, padma, get.clone(), "/imports/{import}/problems.xlsx", BROWSER, StatusCode::OK),
        (true, padma, Method::POST, "/api/packages/tax", BROWSER, StatusCode::UNPROCESSABLE_ENTITY),
        (true, padma, Method::POST, "/api/packages/tax", ("x-drawn", "form"), StatusCode::UNPROCESSABLE_ENTITY),
        (true, padma, Method::POST, "/api/packages/tax", ("accept", "application/json"), StatusCode::UNPROCESSABLE_ENTITY),
        (true, padma, Method::POST, "/api/packages/tax", ("origin", "https://evil.example"), StatusCode::FORBIDDEN),
        (false, padma, get.clone(), "/sign-in", BROWSER, StatusCode::OK),
        (false, padma, get.clone(), "/sign-in/code", BROWSER, StatusCode::OK),
        (false, padma, get.clone(), "/customers", BROWSER, StatusCode::SEE_OTHER),
        (false, padma, get.clone(), "/customers", SCRIPT, StatusCode::UNAUTHORIZED),
        (false, padma, Method::POST, "/sign-in", BROWSER, StatusCode::SEE_OTHER),
        (false, padma, get.clone(), "/pay/no-such-code", BROWSER, StatusCode::NOT_FOUND),
        (false, "unknown.test", get.clone(), "/", BROWSER, StatusCode::NOT_FOUND),
        (false, padma, get, "/health/live", BROWSER, StatusCode::OK),
    ]
}

#[tokio::test]
async fn every_kind_of_answer_tells_browsers_to_be_careful() {
    for https in [false, true] {
        let house = house_over(https).await;
        let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
        for (admin, host, method, path, header, status) in kinds() {
            let path = house.arguments(path);
            let answer = ask(&house, host, admin.then_some(token.as_str()), (method, &path), header).await;
            let what = format!("{path} {header:?}");
            assert_eq!(answer.status, status, "{what}: {}", answer.body);
            let told = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
            let policy = told("content-security-policy");
            for part in ["default-src '", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
                assert!(policy.contains(part), "{what}: {policy}");
            }
            // What browsers show PDFs with brings styles of its own, and runs nothing of ours.
            let unsafe_words = policy.replace("default-src 'none'; style-src 'unsafe-inline'; object-src 'self'", "").contains("'unsafe-");
            assert!(!unsafe_words, "{what}: {policy}");
            assert_eq!(told("x-content-type-options"), "nosniff", "{what}");
            assert_eq!(told("x-frame-options"), "DENY", "{what}");
            // A link on paper is a key: its address is told to nobody at all.
            let referrer = if path.starts_with("/pay/") { "no-referrer" } else { "same-origin" };
            assert_eq!(told("referrer-policy"), referrer, "{what}");
            assert_eq!(told("cross-origin-opener-policy"), "same-origin", "{what}");
            assert!(told("permissions-policy").contains("camera=()"), "{what}");
            assert_eq!(told("strict-transport-security").contains("max-age=31536000"), https, "{what}");
            if let Some(cookie) = answer.headers.get(header::SET_COOKIE) {
                assert_eq!(cookie.to_str().unwrap().contains("; Secure"), https, "{what}");
            }
        }
    }
}

/// Everything between `<` and `>` that opens an element.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next()).filter(|tag| !tag.starts_with(['/', '!'])).collect()
}

#[tokio::test]
async fn a_page_holds_no_script_but_with_its_own_nonce_and_no_nonce_comes_twice() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let mut nonces = Vec::new();
    for path in ["/", "/customers", "/customers/{customer}", "/account/security", "/billing", "/books", "/no-such-page"] {
        let path = house.arguments(path);
        let answer = ask(&house, "padma.test", Some(&token), (Method::GET, &path), BROWSER).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 16, "{nonce}");
        let tags = tags(&answer.body);
        let scripts: Vec<&&str> = tags.iter().filter(|tag| tag.starts_with("script")).collect();
        assert!(!scripts.is_empty(), "{path}");
        for script in scripts {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{path}: {script}");
        }
        for tag in &tags {
            let handler = tag.split_whitespace().skip(1).any(|word| word.starts_with("on") && word.contains("=\""));
            assert!(!handler && !tag.contains("javascript:") && !tag.contains(" style="), "{path}: {tag}");
        }
        assert!(!nonces.contains(&nonce), "used before");
        nonces.push(nonce);
    }
}
