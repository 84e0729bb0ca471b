//! What programs do here: walk through lists that grow, ask again after a broken line, change what they have read, and
//! ask too often.

use super::stage::{ask, key, read, send, whole_key};
use crate::http::house::{House, house, house_with};
use crate::http::rates::Limits;
use axum::http::{Method, StatusCode};
use domain::people::{PlatformCaller, Role};
use domain::rights::Permission;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn new_customer(house: &House, n: usize) -> Value {
    json!({ "name": format!("Customer {n}"), "username": format!("walk-{n}"), "password": "secret", "package_id": house.arguments("{package}") })
}

#[tokio::test]
async fn a_script_lists_all_customers_while_others_are_added() {
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let mut made = 0;
    for _ in 0..7 {
        made += 1;
        let answer = send(&house, &key, "/api/v1/customers", &format!("walk-{made}"), &new_customer(&house, made)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let at = answer.header("location").unwrap().to_string();
        assert_eq!(read(&house, &key, &at).await.json()["name"], format!("Customer {made}"));
    }
    let mut seen: Vec<String> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = read(&house, &key, &format!("/api/v1/customers?limit=3&fields=id,name{cursor}")).await.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3 && items.iter().all(|item| item.as_object().unwrap().len() == 2), "{page}");
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_string()));
        if made < 10 {
            made += 1;
            send(&house, &key, "/api/v1/customers", &format!("walk-{made}"), &new_customer(&house, made)).await;
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let different: BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), different.len()), (11, 11), "each once: ten that were made, and the one there was");
}

#[tokio::test]
async fn the_same_question_happens_once() {
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let body = |minor: i64| {
        let amount = json!({ "minor": minor, "currency": "BDT" });
        json!({ "customer_id": house.arguments("{customer}"), "amount": amount, "method": "cash", "note": "by a program" })
    };
    let count = || async { read(&house, &key, "/api/v1/payments?limit=200").await.json()["items"].as_array().unwrap().len() };
    let before = count().await;
    let first = send(&house, &key, "/api/v1/payments", "order-1", &body(500)).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let again = send(&house, &key, "/api/v1/payments", "order-1", &body(500)).await;
    assert_eq!((again.status, &again.text, again.header("location")), (first.status, &first.text, first.header("location")));
    assert_eq!((again.header("idempotency-replayed"), count().await), (Some("true"), before + 1));
    let other = send(&house, &key, "/api/v1/payments", "order-1", &body(700)).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.text);
    let wrong = send(&house, &key, "/api/v1/payments", "order-2", &body(0)).await;
    let same = send(&house, &key, "/api/v1/payments", "order-2", &body(0)).await;
    assert_eq!((wrong.status, &wrong.text), (StatusCode::UNPROCESSABLE_ENTITY, &same.text), "a refusal is an answer too");
    let bearer = format!("Bearer {key}");
    let without = ask(&house, "padma.test", Method::POST, "/api/v1/payments", &[("authorization", &bearer)], Some(&body(1))).await;
    assert_eq!(without.status, StatusCode::BAD_REQUEST);
    house.world.clock.advance(chrono::TimeDelta::hours(25));
    let system = domain::people::Caller::system(house.world.padma.id, "test");
    assert_eq!(services::keys::upkeep(&house.world.services, &system).await.unwrap().forgotten, 2);
    let late = send(&house, &key, "/api/v1/payments", "order-1", &body(500)).await;
    assert_eq!(
        (late.header("idempotency-replayed"), count().await),
        (None, before + 1),
        "the money's own key holds for good: {}",
        late.text
    );
}

#[tokio::test]
async fn two_at_once_with_one_key_take_the_money_once() {
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let amount = json!({ "minor": 900, "currency": "BDT" });
    let body = json!({ "customer_id": house.arguments("{customer}"), "amount": amount, "method": "bank" });
    let one = || send(&house, &key, "/api/v1/payments", "twice", &body);
    let (a, b, c) = tokio::join!(one(), one(), one());
    for answer in [&a, &b, &c] {
        assert!(matches!(answer.status.as_u16(), 201 | 409), "{} {}", answer.status, answer.text);
    }
    let found = read(&house, &key, "/api/v1/payments?method=bank").await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let errors = |text: &Value| text["errors"].clone();
    let body = json!({ "name": "N", "username": "u-1", "password": "secret", "package_id": house.arguments("{package}"), "colour": "red" });
    let answer = send(&house, &key, "/api/v1/customers", "bad-1", &body).await;
    assert_eq!((answer.status.as_u16(), errors(&answer.json())), (422, json!({ "colour": ["api-unknown"] })));
    let answer = send(&house, &key, "/api/v1/customers", "bad-2", &json!({ "name": "N" })).await;
    assert_eq!(errors(&answer.json()), json!({ "username": ["required"] }));
    let answer = send(&house, &key, "/api/v1/customers", "bad-3", &json!({ "name": 7 })).await;
    assert_eq!(errors(&answer.json()), json!({ "name": ["api-value"] }));
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=%00", "cursor"),
        ("colour=red", "colour"),
        ("fields=secret", "fields"),
        ("search=a&search=b", "search"),
        ("search=%00", "search"),
    ] {
        let answer = read(&house, &key, &format!("/api/v1/customers?{query}")).await;
        assert_eq!(answer.status.as_u16(), 422, "{query}: {}", answer.text);
        assert!(answer.json()["errors"][field].is_array(), "{query}: {}", answer.text);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
    let unknown = read(&house, &key, "/api/v1/nothing").await;
    assert_eq!((unknown.status.as_u16(), unknown.json()["status"].clone()), (404, json!(404)));
    let bearer = format!("Bearer {key}");
    let method = ask(&house, "padma.test", Method::DELETE, "/api/v1/customers", &[("authorization", &bearer)], None).await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    let long = json!({ "name": "x".repeat(70_000) });
    assert_eq!(send(&house, &key, "/api/v1/customers", "bad-4", &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_not_overwritten() {
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let path = format!("/api/v1/people/{}", house.arguments("{person}"));
    let etag = read(&house, &key, &path).await.header("etag").unwrap().to_string();
    let bearer = format!("Bearer {key}");
    let body = json!({ "name": "Renamed" });
    let change = |etag: &'static str| {
        let (house, path, bearer, body) = (&house, &path, &bearer, &body);
        async move { ask(house, "padma.test", Method::PATCH, path, &[("authorization", bearer), ("if-match", etag)], Some(body)).await }
    };
    let etag: &'static str = Box::leak(etag.into_boxed_str());
    let done = change(etag).await;
    assert_eq!((done.status, done.json()["name"].clone()), (StatusCode::OK, json!("Renamed")), "{}", done.text);
    assert_eq!(change(etag).await.status, StatusCode::PRECONDITION_FAILED, "that version is gone");
    let without = ask(&house, "padma.test", Method::PATCH, &path, &[("authorization", &bearer)], Some(&body)).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED);
}

#[tokio::test]
async fn a_suspended_provider_is_read_and_not_changed() {
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let system = PlatformCaller::system("test");
    services::platform::suspend_isp(&house.world.services, &system, house.world.padma.id, "unpaid").await.unwrap();
    assert_eq!(read(&house, &key, "/api/v1/customers").await.status, StatusCode::OK);
    let refused = send(&house, &key, "/api/v1/customers", "held-1", &new_customer(&house, 1)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    assert!(refused.text.contains("problem-suspended"), "{}", refused.text);
}

/// The limits as they are when nobody says anything else.
async fn limited() -> House {
    let (_, usual, _) = crate::config::SETTINGS.iter().find(|(name, ..)| *name == "LASTMILE_RATE_LIMITS").unwrap();
    house_with(false, Limits::parse(usual).unwrap()).await
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_ask_again() {
    let house = limited().await;
    let one = key(&house, &house.world.padma, Role::Admin, &[Permission::CustomersView]).await;
    for left in (0..60).rev() {
        let answer = read(&house, &one, "/api/v1/customers?limit=1").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.header("ratelimit-remaining"), Some(&*left.to_string()));
    }
    let refused = read(&house, &one, "/api/v1/customers?limit=1").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, Some("1")));
    assert_eq!(refused.header("ratelimit-policy"), Some("\"minute\";q=60;w=60"));
    assert_eq!(refused.header("ratelimit"), Some("\"minute\";r=0;t=60"));
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    let other = key(&house, &house.world.padma, Role::Admin, &[Permission::CustomersView]).await;
    assert_eq!(read(&house, &other, "/api/v1/customers").await.status, StatusCode::OK, "each key has its own");
    house.world.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(read(&house, &one, "/api/v1/customers").await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_asks_thirty_times_and_a_person_a_hundred_and_twenty() {
    let house = limited().await;
    let page = |cookie: Option<String>, path: &'static str| {
        let house = &house;
        async move {
            let cookie = cookie.unwrap_or_default();
            ask(house, "padma.test", Method::GET, path, &[("cookie", &cookie), ("accept", "text/html")], None).await
        }
    };
    for _ in 0..30 {
        assert_ne!(page(None, "/payments").await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let refused = page(None, "/payments").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text.contains("<h1>") && refused.header("retry-after").is_some(), "{}", refused.text);
    let made_up = ask(&house, "padma.test", Method::GET, "/api/v1/customers", &[("authorization", "Bearer lm_made.up")], None).await;
    assert_eq!(made_up.status, StatusCode::TOO_MANY_REQUESTS, "keys are not tried by the thousand");
    let cookie = format!("lm_session={}", house.somebody(&house.world.padma, Role::Admin, &[]).await);
    for _ in 0..120 {
        assert_eq!(page(Some(cookie.clone()), "/account/sessions").await.status, StatusCode::OK);
    }
    assert_eq!(page(Some(cookie.clone()), "/account/sessions").await.status, StatusCode::TOO_MANY_REQUESTS);
    let file = format!("/{}", app::drawn::script_name());
    let script = ask(&house, "padma.test", Method::GET, &file, &[("cookie", &cookie)], None).await;
    assert_eq!(script.status, StatusCode::OK, "files are not counted");
}

#[tokio::test]
async fn a_customer_is_changed_field_by_field() {
    let house = house().await;
    let key = whole_key(&house, &house.world.padma).await;
    let (path, bearer) = (format!("/api/v1/customers/{}", house.arguments("{customer}")), format!("Bearer {key}"));
    let change = |etag: String, body: Value| {
        let (house, path, bearer) = (&house, &path, &bearer);
        async move { ask(house, "padma.test", Method::PATCH, path, &[("authorization", bearer), ("if-match", &etag)], Some(&body)).await }
    };
    let before = read(&house, &key, &path).await;
    let (name, etag) = (before.json()["name"].clone(), before.header("etag").unwrap().to_string());
    let zone = house.arguments("{zone}");
    let body =
        json!({ "email": "Rahim@Example.com", "zone_id": zone, "latitude": 23.8103, "longitude": 90.4125, "national_id": "19801234" });
    let done = change(etag.clone(), body.clone()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let now = done.json();
    assert_eq!((&now["name"], &now["email"], &now["zone_id"]), (&name, &json!("rahim@example.com"), &json!(zone)));
    assert_eq!((&now["latitude"], &now["longitude"]), (&json!(23.8103), &json!(90.4125)));
    assert_eq!(change(etag, body.clone()).await.status, StatusCode::PRECONDITION_FAILED, "that version is gone");

    let etag = done.header("etag").unwrap().to_string();
    let same = change(etag.clone(), body).await;
    assert_eq!((same.status, same.header("etag")), (StatusCode::OK, Some(&*etag)), "the same once more changes nothing");
    let taken = change(etag.clone(), json!({ "email": null, "latitude": null, "longitude": null })).await.json();
    assert_eq!((&taken["email"], &taken["latitude"], &taken["national_id"]), (&Value::Null, &Value::Null, &json!("19801234")));
    let found = read(&house, &key, &format!("/api/v1/customers?zone_id={zone}")).await.json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");

    let etag = read(&house, &key, &path).await.header("etag").unwrap().to_string();
    let wrong =
        change(etag.clone(), json!({ "name": "", "mobile": "12", "latitude": 95.5, "zone_id": house.arguments("{package}") })).await;
    let errors = wrong.json()["errors"].clone();
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    for field in ["name", "mobile", "latitude", "longitude", "zone_id"] {
        assert!(errors[field].is_array(), "{field}: {errors}");
    }
    let unknown = change(etag.clone(), json!({ "number": "C-1" })).await;
    assert_eq!((unknown.status.as_u16(), &unknown.json()["errors"]), (422, &json!({ "number": ["api-unknown"] })));
    let mine = self::key(&house, &house.world.padma, Role::Admin, &[Permission::CustomersView]).await;
    let bearer = format!("Bearer {mine}");
    let refused =
        ask(&house, "padma.test", Method::PATCH, &path, &[("authorization", &bearer), ("if-match", &etag)], Some(&json!({}))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
}
