//! A session that turns up in another network, over HTTP and from two addresses: what a stolen cookie opens there (SEC-06),
//! and whose word on an address is taken.

use super::house::{House, MARK, house};
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::TimeDelta;
use domain::people::Role;
use domain::trust::{OnMove, SignInRule};
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

const HOME: &str = "203.0.113.5";
const NEXT_DOOR: &str = "203.0.113.77";
const ELSEWHERE: &str = "198.51.100.1";
const PROXY: &str = "10.0.0.1";
const PASSWORD: &str = "Correct-horse-1";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    fn cookie(&self) -> Option<&str> {
        self.headers.get(header::SET_COOKIE).map(|cookie| cookie.to_str().unwrap())
    }

    fn token(&self) -> Option<String> {
        Some(self.cookie()?.strip_prefix("lm_session=")?.split(';').next()?.to_owned())
    }
}

/// One browser at one address.
struct Browser<'a> {
    house: &'a House,
    from: &'a str,
    headers: Vec<(&'static str, &'a str)>,
}

impl<'a> Browser<'a> {
    fn at(house: &'a House, from: &'a str) -> Self {
        Self { house, from, headers: vec![("accept", "text/html")] }
    }

    fn saying(mut self, name: &'static str, value: &'a str) -> Self {
        self.headers.push((name, value));
        self
    }

    async fn send(&self, token: Option<&str>, path: &str, form: Option<&str>) -> Answer {
        let request = if form.is_some() { Request::post(path) } else { Request::get(path) };
        let mut request = request.header(header::HOST, "padma.test").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header(header::COOKIE, format!("lm_session={token}"));
        }
        let mut request = request.body(Body::from(form.unwrap_or_default().to_owned())).unwrap();
        let peer = SocketAddr::new(self.from.parse::<IpAddr>().unwrap(), 4711);
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.house.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = String::from_utf8_lossy(&to_bytes(response.into_body(), 10_000_000).await.unwrap()).into_owned();
        Answer { status, headers, body }
    }

    async fn get(&self, token: &str, path: &str) -> Answer {
        self.send(Some(token), path, None).await
    }

    async fn sign_in(&self, login: &str, password: &str) -> String {
        let answer = self.send(None, "/sign-in", Some(&format!("login={login}&password={password}"))).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.token().unwrap_or_else(|| panic!("not let in: {}", answer.to()))
    }
}

async fn rule(house: &House, staff_moves: OnMove, customer_moves: OnMove, second_factor: bool) {
    let rule = SignInRule { second_factor, staff_moves, customer_moves, ..SignInRule::USUAL };
    let mut tx = house.world.services.db.isp(&house.world.padma.admin).await.unwrap();
    storage::sign_in_rules::set(&mut tx, Some(house.world.padma.id.0), &rule, house.world.services.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_stolen_cookie_opens_nothing_in_another_network_and_its_owner_takes_his_password_along() {
    let house = house().await;
    let name = house.account(&house.world.padma, Role::Admin, &[]).await;
    let (home, thief) = (Browser::at(&house, HOME), Browser::at(&house, ELSEWHERE));
    let token = home.sign_in(&name, PASSWORD).await;
    assert_eq!(Browser::at(&house, NEXT_DOOR).get(&token, "/customers").await.status, StatusCode::OK);

    let stolen = thief.get(&token, "/customers?q=a").await;
    assert_eq!((stolen.status, stolen.to()), (StatusCode::SEE_OTHER, "/sign-in/confirm?next=/customers%3Fq%3Da"));
    let call = Browser { house: &house, from: ELSEWHERE, headers: vec![("accept", "application/json")] };
    let call = call.send(Some(&token), "/api/packages/tax", Some("name=VAT&rate=5")).await;
    assert_eq!((call.status, call.body.as_str()), (StatusCode::UNAUTHORIZED, "\"SignIn\""));
    let stream = Browser { house: &house, from: ELSEWHERE, headers: vec![("accept", "text/event-stream")] };
    assert_eq!(stream.get(&token, "/radius/online/events").await.status, StatusCode::UNAUTHORIZED);
    for path in ["/customers/export.csv", "/account", "/account/security"] {
        assert!(thief.get(&token, path).await.to().starts_with("/sign-in/confirm"), "{path}");
    }
    for other in ["/sign-in/code", "/sign-in/enrol", "/sign-in/password"] {
        let form = "code=123456&new_password=Nodi-7-pakhi&again_password=Nodi-7-pakhi";
        let answer = thief.send(Some(&token), other, Some(form)).await;
        assert!(answer.token().is_none() && answer.to().contains("problem-form-stale"), "{other}: {}", answer.to());
    }
    let page = thief.get(&token, "/sign-in/confirm?next=/customers").await;
    assert!(page.body.contains("name=\"password\"") && !page.body.contains(MARK), "{}", page.body);
    let wrong = thief.send(Some(&token), "/sign-in/confirm", Some("password=guessed&next=%2Fcustomers")).await;
    assert_eq!(wrong.to(), "/sign-in/confirm?problem=problem-password-wrong&field=password&next=/customers");
    assert!(wrong.token().is_none());
    assert!(thief.get(&token, wrong.to()).await.body.contains("aria-invalid=\"true\""));
    // Whose it is notices nothing of that.
    assert_eq!(home.get(&token, "/customers").await.status, StatusCode::OK);

    let right = thief.send(Some(&token), "/sign-in/confirm", Some(&format!("password={PASSWORD}&next=%2Fcustomers"))).await;
    assert_eq!((right.status, right.to()), (StatusCode::SEE_OTHER, "/customers"));
    let next = right.token().unwrap();
    for from in [ELSEWHERE, HOME] {
        assert_eq!(Browser::at(&house, from).get(&next, "/customers").await.status, StatusCode::OK, "{from}");
    }
    assert!(Browser::at(&house, "192.0.2.1").get(&next, "/").await.to().starts_with("/sign-in/confirm"));
    house.world.clock.advance(TimeDelta::seconds(31));
    assert_eq!(home.get(&token, "/customers").await.to(), "/sign-in?next=/customers", "the cookie of before is over");
}

#[tokio::test]
async fn guessing_there_is_slowed_down_and_does_not_keep_the_session_awake() {
    let house = house().await;
    let name = house.account(&house.world.padma, Role::Staff, &[]).await;
    let token = Browser::at(&house, HOME).sign_in(&name, PASSWORD).await;
    let thief = Browser::at(&house, ELSEWHERE);
    for _ in 0..6 {
        thief.send(Some(&token), "/sign-in/confirm", Some("password=guessed")).await;
    }
    let slowed = thief.send(Some(&token), "/sign-in/confirm", Some(&format!("password={PASSWORD}"))).await;
    assert!(slowed.token().is_none() && slowed.to().contains("problem=problem-sign-in-wait"), "{}", slowed.to());
    for _ in 0..4 {
        house.world.clock.advance(TimeDelta::minutes(8));
        thief.get(&token, "/sign-in/confirm").await;
    }
    assert_eq!(Browser::at(&house, HOME).get(&token, "/").await.to(), "/sign-in", "half an hour without a click of his own");
}

#[tokio::test]
async fn a_password_given_there_is_no_proof_for_a_dangerous_act() {
    let house = house().await;
    let name = house.account(&house.world.padma, Role::Admin, &[]).await;
    let token = Browser::at(&house, HOME).sign_in(&name, PASSWORD).await;
    house.world.clock.advance(TimeDelta::minutes(16));
    let abroad = Browser::at(&house, ELSEWHERE);
    let next = abroad.send(Some(&token), "/sign-in/confirm", Some(&format!("password={PASSWORD}"))).await.token().unwrap();
    let form = house.arguments("_at=%2Fpeople%2F{person}&id={person}");
    let asked = abroad.send(Some(&next), "/api/people/end-sessions", Some(&form)).await;
    let refund = house.arguments("customer={customer}&form[amount]=1&form[method]=cash&form[reason]=as+it+is&form[key]=abroad-refund");
    let refund = abroad.send(Some(&next), "/api/corrections/refund", Some(&refund)).await;
    assert_eq!(refund.status, StatusCode::FORBIDDEN, "{} {}", asked.status, refund.body);
    assert!(refund.body.contains("name=\"_proof\""));
}

#[tokio::test]
async fn the_rules_may_end_such_a_session_or_let_it_be() {
    let house = house().await;
    let name = house.account(&house.world.padma, Role::Staff, &[]).await;
    let (home, abroad) = (Browser::at(&house, HOME), Browser::at(&house, ELSEWHERE));
    rule(&house, OnMove::Off, OnMove::Off, false).await;
    let token = home.sign_in(&name, PASSWORD).await;
    assert_eq!(abroad.get(&token, "/account").await.status, StatusCode::OK);
    rule(&house, OnMove::End, OnMove::Off, false).await;
    assert_eq!(home.get(&token, "/account").await.status, StatusCode::OK);
    assert_eq!(abroad.get(&token, "/account").await.to(), "/sign-in?next=/account");
    assert_eq!(home.get(&token, "/account").await.to(), "/sign-in?next=/account", "it is over everywhere");
}

#[tokio::test]
async fn a_subscribers_phone_changes_networks_unless_his_provider_is_strict() {
    let house = house().await;
    let (home, abroad) = (Browser::at(&house, HOME), Browser::at(&house, ELSEWHERE));
    let line = format!("{MARK}-line");
    rule(&house, OnMove::End, OnMove::Off, false).await;
    let token = home.sign_in(&line, "line-password").await;
    assert_eq!(abroad.get(&token, "/").await.status, StatusCode::OK);
    rule(&house, OnMove::Off, OnMove::Ask, false).await;
    assert_eq!(abroad.get(&token, "/").await.to(), "/sign-in/confirm");
    let wrong = abroad.send(Some(&token), "/sign-in/confirm", Some(&format!("password={PASSWORD}"))).await;
    assert!(wrong.token().is_none() && wrong.to().contains("problem-password-wrong"));
    let next = abroad.send(Some(&token), "/sign-in/confirm", Some("password=line-password")).await.token().unwrap();
    assert_eq!(abroad.get(&next, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_is_half_in_or_acts_as_another_begins_again() {
    let house = house().await;
    let name = house.account(&house.world.padma, Role::Admin, &[]).await;
    let (home, abroad) = (Browser::at(&house, HOME), Browser::at(&house, ELSEWHERE));
    let own = home.sign_in(&name, PASSWORD).await;
    let form = house.arguments("_at=%2Fpeople%2F{person}&id={person}&reason=Ticket+17");
    let borrowed = home.send(Some(&own), "/api/people/login-as", Some(&form)).await.token().unwrap();
    assert_eq!(home.get(&borrowed, "/account").await.status, StatusCode::OK);
    assert_eq!(abroad.get(&borrowed, "/account").await.to(), "/sign-in?next=/account");
    rule(&house, OnMove::Ask, OnMove::Off, true).await;
    let half = home.sign_in(&name, PASSWORD).await;
    assert_eq!(home.get(&half, "/").await.to(), "/sign-in/enrol");
    assert_eq!(abroad.get(&half, "/").await.to(), "/sign-in");
    assert_eq!(abroad.send(Some(&half), "/sign-in/enrol", Some("code=123456")).await.to(), "/sign-in?problem=error-session");
}

#[tokio::test]
async fn a_proxy_of_ours_is_believed_and_nobody_else() {
    let house = house().await;
    let name = house.account(&house.world.padma, Role::Staff, &[]).await;
    let behind = |client: &'static str| Browser::at(&house, PROXY).saying("x-forwarded-for", client);
    let token = behind(HOME).sign_in(&name, PASSWORD).await;
    assert_eq!(behind("127.0.0.1, 203.0.113.77").get(&token, "/account").await.status, StatusCode::OK);
    assert!(behind(ELSEWHERE).get(&token, "/account").await.to().starts_with("/sign-in/confirm"));
    assert!(behind("203.0.113.5, 198.51.100.1").get(&token, "/account").await.to().starts_with("/sign-in/confirm"), "written by himself");
    for (name, value) in [("x-forwarded-for", HOME), ("forwarded", "for=203.0.113.5"), ("x-real-ip", HOME)] {
        let liar = Browser::at(&house, ELSEWHERE).saying(name, value);
        assert!(liar.get(&token, "/account").await.to().starts_with("/sign-in/confirm"), "{name}");
    }
    assert_eq!(Browser::at(&house, HOME).get(&token, "/account").await.status, StatusCode::OK, "the same without a proxy");
}

#[tokio::test]
async fn tls_that_ends_at_a_proxy_of_ours_marks_cookies_and_tells_browsers_to_stay() {
    let house = house().await;
    let name = house.account(&house.world.padma, Role::Staff, &[]).await;
    let form = format!("login={name}&password={PASSWORD}");
    for (from, scheme, told) in [(PROXY, "https", true), (PROXY, "http", false), (ELSEWHERE, "https", false)] {
        let browser = Browser::at(&house, from).saying("x-forwarded-for", HOME).saying("x-forwarded-proto", scheme);
        let answer = browser.send(None, "/sign-in", Some(&form)).await;
        assert_eq!(answer.cookie().unwrap().ends_with("; Secure"), told, "{from} {scheme}");
        assert_eq!(answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), told, "{from} {scheme}");
    }
}
