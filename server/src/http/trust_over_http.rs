//! A sign-in in steps and a dangerous act that asks again, as a browser does them: cookies, addresses, forms.

use super::house::{House, house};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::TimeDelta;
use domain::people::Role;
use domain::trust::SignInRule;
use tower::ServiceExt;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    /// The session that the answer gives.
    fn token(&self) -> Option<String> {
        let cookie = self.headers.get(header::SET_COOKIE)?.to_str().unwrap();
        Some(cookie.strip_prefix("lm_session=")?.split(';').next()?.to_owned())
    }

    fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }
}

async fn send(house: &House, token: Option<&str>, path: &str, header: (&str, &str), body: Option<&str>) -> Answer {
    let request = if body.is_some() { Request::post(path) } else { Request::get(path) };
    let mut request = request.header(header::HOST, "padma.test").header(header.0, header.1);
    request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(token) = token {
        request = request.header(header::COOKIE, format!("lm_session={token}"));
    }
    let body = Body::from(body.unwrap_or_default().to_owned());
    let response = house.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = String::from_utf8_lossy(&to_bytes(response.into_body(), 10_000_000).await.unwrap()).into_owned();
    Answer { status, headers, body }
}

const BROWSER: (&str, &str) = ("accept", "text/html");
const SCRIPT: (&str, &str) = ("x-drawn", "form");
const PROGRAM: (&str, &str) = ("accept", "application/json");

fn refund(house: &House, key: &str) -> String {
    let customer = house.arguments("{customer}");
    format!(
        "_at=%2Fcustomers%2F{customer}%2Fmoney&customer={customer}&form[amount]=12.50&form[method]=bank&form[reason]=He+moved+to+%22Sylhet%22&form[key]={key}"
    )
}

#[tokio::test]
async fn a_dangerous_act_asks_keeps_what_was_typed_and_goes_on() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    house.world.clock.advance(TimeDelta::minutes(16));
    let form = refund(&house, "proof-over-http");
    for sender in [BROWSER, SCRIPT] {
        let asked = send(&house, Some(&token), "/api/corrections/refund", sender, Some(&form)).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "{}", asked.body);
        assert_eq!(asked.body.contains("<main"), sender == BROWSER);
        for kept in ["name=\"form[amount]\" value=\"12.50\"", "He moved to &quot;Sylhet&quot;", "name=\"_proof\"", "name=\"_at\""] {
            assert!(asked.body.contains(kept), "{kept}: {}", asked.body);
        }
        assert!(asked.body.contains("action=\"/api/corrections/refund\""));
        let wrong = send(&house, Some(&token), "/api/corrections/refund", sender, Some(&format!("{form}&_proof=guessed"))).await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN);
        assert!(wrong.body.contains("aria-invalid=\"true\"") && wrong.body.contains("value=\"12.50\""), "{}", wrong.body);
        assert!(!wrong.body.contains("guessed"), "what was typed as a password is not given back");
        assert!(wrong.token().is_none());
    }
    let program = send(&house, Some(&token), "/api/corrections/refund", PROGRAM, Some(&form)).await;
    assert_eq!((program.status, program.body.as_str()), (StatusCode::FORBIDDEN, "\"Proof\""));
    let right = format!("{form}&_proof=Correct-horse-1");
    let done = send(&house, Some(&token), "/api/corrections/refund", BROWSER, Some(&right)).await;
    assert_eq!((done.status, done.to()), (StatusCode::SEE_OTHER, house.arguments("/customers/{customer}/money").as_str()), "{}", done.body);
    let next = done.token().unwrap();
    // From now on it goes through under the new cookie, without being asked.
    let again = send(&house, Some(&next), "/api/corrections/refund", BROWSER, Some(&refund(&house, "proof-once-more"))).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
}

#[tokio::test]
async fn what_is_wrong_with_the_act_itself_is_said_on_its_own_page() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    house.world.clock.advance(TimeDelta::minutes(16));
    let form = refund(&house, "proof-refused").replace("12.50", "no-money") + "&_proof=Correct-horse-1";
    let refused = send(&house, Some(&token), "/api/corrections/refund", BROWSER, Some(&form)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("value=\"no-money\"") && !refused.body.contains("_proof"), "{}", refused.body);
    assert!(refused.token().is_some(), "the proof counted");
}

#[tokio::test]
async fn who_owes_a_step_is_led_to_it_and_sees_nothing_else() {
    let house = house().await;
    let mut tx = house.world.services.db.isp(&house.world.padma.admin).await.unwrap();
    storage::sign_in_rules::set(&mut tx, Some(house.world.padma.id.0), &SignInRule::USUAL, house.world.services.now()).await.unwrap();
    tx.commit().await.unwrap();
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let led = send(&house, Some(&token), "/customers?q=a", BROWSER, None).await;
    assert_eq!((led.status, led.to()), (StatusCode::SEE_OTHER, "/sign-in/enrol?next=/customers%3Fq%3Da"));
    assert_eq!(send(&house, Some(&token), "/customers", ("x-drawn", "page"), None).await.status, StatusCode::UNAUTHORIZED);
    let call = send(&house, Some(&token), "/api/packages/tax", PROGRAM, Some("name=VAT&rate=5")).await;
    assert_eq!((call.status, call.body.as_str()), (StatusCode::UNAUTHORIZED, "\"SignIn\""));
    let page = send(&house, Some(&token), "/sign-in/enrol?next=/customers%3Fq%3Da", BROWSER, None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("<svg xmlns") && page.body.contains("name=\"next\" value=\"/customers?q=a\""), "{}", page.body);
    let wrong = send(&house, Some(&token), "/sign-in/enrol", BROWSER, Some("code=123456&next=%2Fcustomers")).await;
    assert_eq!(wrong.to(), "/sign-in/enrol?problem=problem-code-wrong&field=code&next=/customers");
    let page = send(&house, Some(&token), wrong.to(), BROWSER, None).await;
    assert!(page.body.contains("aria-invalid=\"true\""), "{}", page.body);
    // Another step than the one that is owed leads there; words in the address are not shown.
    assert_eq!(send(&house, Some(&token), "/sign-in/code", BROWSER, None).await.to(), "/sign-in/enrol");
    let foreign = send(&house, Some(&token), "/sign-in/enrol?problem=Call+0900&field=code", BROWSER, None).await;
    assert!(!foreign.body.contains("Call 0900"), "{}", foreign.body);
    assert_eq!(send(&house, None, "/sign-in/code", BROWSER, Some("code=123456")).await.to(), "/sign-in?problem=error-session");
}

#[tokio::test]
async fn acting_as_another_is_said_on_every_page_and_one_comes_back() {
    let house = house().await;
    let own = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    house.world.clock.advance(TimeDelta::minutes(16));
    let form = house.arguments("_at=%2Fpeople%2F{person}&id={person}&reason=Ticket+17");
    let asked = send(&house, Some(&own), "/api/people/login-as", BROWSER, Some(&form)).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN, "a fresh proof is wanted");
    let opened = send(&house, Some(&own), "/api/people/login-as", BROWSER, Some(&format!("{form}&_proof=Correct-horse-1"))).await;
    assert_eq!((opened.status, opened.to()), (StatusCode::SEE_OTHER, "/"), "{}", opened.body);
    let cookies: Vec<_> = opened.headers.get_all(header::SET_COOKIE).iter().collect();
    assert_eq!(cookies.len(), 1, "one session cookie, that of the other account: {cookies:?}");
    let token = opened.token().unwrap();
    for path in ["/", "/account", "/packages", "/no-such-page"] {
        let page = send(&house, Some(&token), path, BROWSER, None).await;
        assert!(page.body.contains("action=\"/leave\"") && page.body.contains("OnlyPadmaKnows person"), "{path}: {}", page.body);
    }
    let password = "form[old_password]=Correct-horse-1&form[new_password]=Nodi-7-pakhi&form[again_password]=Nodi-7-pakhi";
    assert_eq!(send(&house, Some(&token), "/api/account/password", PROGRAM, Some(password)).await.body, "\"Denied\"");
    let left = send(&house, Some(&token), "/leave", BROWSER, Some("")).await;
    assert_eq!((left.status, left.to()), (StatusCode::SEE_OTHER, "/"));
    let page = send(&house, left.token().as_deref(), "/people", BROWSER, None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("action=\"/leave\""));
    assert_eq!(send(&house, Some(&token), "/", BROWSER, None).await.to(), "/sign-in", "what was borrowed is over");
}

#[tokio::test]
async fn roles_are_shown_as_they_are_called_here() {
    let house = house().await;
    let token = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let set = send(&house, Some(&token), "/api/people/titles", PROGRAM, Some("form[titles][staff-en]=Colleague+of+ours")).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    for path in ["/people", "/people/rights", "/people/new", &house.arguments("/people/{person}")] {
        let page = send(&house, Some(&token), path, ("cookie", "lm_lang=en"), None).await;
        assert!(page.body.contains("Colleague of ours"), "{path}");
    }
    let clerk = house.somebody(&house.world.padma, Role::Staff, &[]).await;
    assert!(send(&house, Some(&clerk), "/account", BROWSER, None).await.body.contains("Colleague of ours"));
}
