//! Forms of drawn pages, as a browser without JavaScript sends them and as the script does: what works leads on, what
//! is refused comes back with its reason and with what was typed, under an honest status.

use super::house::{House, house};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use domain::people::Role;
use tower::ServiceExt;

const WRONG: &str =
    "_at=%2Fbilling%2Fprofiles%2Fnew&form[name]=Late+payers&form[billing_day]=99&form[due_days]=7&form[grace_days]=3&form[time_zone]=";
const RIGHT: &str =
    "_at=%2Fbilling%2Fprofiles%2Fnew&form[name]=Late+payers&form[billing_day]=9&form[due_days]=7&form[grace_days]=3&form[time_zone]=";

async fn send(house: &House, path: &str, token: &str, header: (&str, &str), body: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::post(path)
        .header(header::HOST, "padma.test")
        .header(header::COOKIE, format!("lm_session={token}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header.0, header.1);
    let response = house.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000_000).await.unwrap();
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

const SAVE: &str = "/api/billing/save-profile";
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml");
const SCRIPT: (&str, &str) = ("x-drawn", "form");

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    for sender in [BROWSER, SCRIPT] {
        let (status, _, body) = send(&house, SAVE, &token, sender, WRONG).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(body.contains(r#"value="Late payers""#) && body.contains(r#"value="99""#), "what was typed is there: {body}");
        assert!(body.contains(r#"aria-invalid="true""#), "the field is marked: {body}");
        let whole = body.contains("<main");
        assert_eq!(whole, sender == BROWSER, "a browser gets a whole document, the script the page alone");
    }
}

#[tokio::test]
async fn a_form_that_works_leads_on() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let (status, headers, _) = send(&house, SAVE, &token, BROWSER, RIGHT).await;
    assert_eq!((status, headers[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/billing/profiles"));
    let (status, headers, _) = send(&house, SAVE, &token, SCRIPT, &RIGHT.replace("Late", "Early")).await;
    assert_eq!((status, headers["x-go"].to_str().unwrap()), (StatusCode::NO_CONTENT, "/billing/profiles"));
}

#[tokio::test]
async fn refusals_have_honest_codes() {
    let house = house().await;
    let admin = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let clerk = house.somebody(&house.world.padma, Role::Staff, &[]).await;
    let program = ("accept", "application/json");
    assert_eq!(send(&house, SAVE, &admin, program, WRONG).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send(&house, SAVE, &clerk, program, RIGHT).await.0, StatusCode::FORBIDDEN);
    assert_eq!(send(&house, SAVE, "made-up", program, RIGHT).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(send(&house, SAVE, "made-up", SCRIPT, RIGHT).await.0, StatusCode::UNAUTHORIZED);
    let nobodys = "customer=0197f9a0-0000-7000-8000-000000000001&amount=5&method=cash&key=nobody-1";
    assert_eq!(send(&house, "/api/payments/take", &admin, program, nobodys).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_answers_while_it_is_typed_and_saves_nothing() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let typed = format!("{RIGHT}&_action=%2Fapi%2Fbilling%2Fsave-profile");
    let (status, _, body) = send(&house, "/billing/profiles/new", &token, ("x-drawn", "live"), &typed).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(body.contains(r#"value="Late payers""#), "{body}");
    let profiles = services::billing::profiles(&house.world.services, &house.world.padma.admin).await.unwrap();
    assert!(profiles.iter().all(|profile| profile.name != "Late payers"));
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_by_a_form() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let foreign = WRONG.replace("%2Fbilling%2Fprofiles%2Fnew", "%2F%2Fevil.example%2F");
    let (status, headers, body) = send(&house, SAVE, &token, BROWSER, &foreign).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!headers.contains_key(header::LOCATION) && !body.contains("evil.example"), "{body}");
    assert!(body.contains("role=\"alert\""), "it is said on the first page: {body}");
    let (_, headers, _) = send(&house, SAVE, &token, BROWSER, &foreign.replace("billing_day]=99", "billing_day]=9")).await;
    assert_eq!(headers[header::LOCATION], "/billing/profiles");
}
