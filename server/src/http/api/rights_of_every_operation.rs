//! Everything that a program can ask for, asked by nobody, with a made-up key, with a session's cookie, with each scope
//! missing, by a sibling's admin and from another subtree. The list comes from the document that is served: an operation
//! without a row here fails.

use super::stage::{Answered, ask, key, read, whole_key};
use super::{Operation, operations};
use crate::http::house::{House, MARK, house};
use axum::http::{Method, StatusCode};
use domain::keys::scopes;
use domain::people::Role;
use domain::rights::Permission;
use serde_json::{Value, json};

/// What stands for `{id}`, and what is sent.
fn example(house: &House, operation: &Operation) -> (String, Option<Value>) {
    let id = |name: &str| house.arguments(&format!("{{{name}}}"));
    let (of, body) = match operation.id {
        "list_customers"
        | "list_services"
        | "list_packages"
        | "list_invoices"
        | "list_payments"
        | "list_billing_profiles"
        | "list_taxes"
        | "list_sessions"
        | "list_sign_in_attempts"
        | "list_routers"
        | "list_people"
        | "list_branches"
        | "list_zones"
        | "list_address_blocks"
        | "list_promo_codes"
        | "list_holidays"
        | "list_audit"
        | "list_jobs" => ("none", None),
        "get_customer" | "list_statement" => ("customer", None),
        "get_service" | "list_usage" => ("service", None),
        "get_package" => ("package", None),
        "get_invoice" | "print_invoice" => ("invoice", None),
        "get_payment" | "print_payment" => ("payment", None),
        "get_person" => ("person", None),
        "create_customer" => {
            let body = json!({ "name": "New", "username": "api-new", "password": "secret", "package_id": id("package") });
            ("none", Some(body))
        }
        "change_customer" => ("customer", Some(json!({ "address": "Somewhere else" }))),
        "create_payment" => {
            let amount = json!({ "minor": 100, "currency": "BDT" });
            ("none", Some(json!({ "customer_id": id("customer"), "amount": amount, "method": "cash" })))
        }
        "suspend_service" => ("service", Some(json!({ "reason": "abuse", "note": "because" }))),
        "resume_service" => ("service", Some(json!({ "reason": "abuse" }))),
        "change_package" => ("service", Some(json!({ "package_id": id("package"), "when": "now" }))),
        "change_person" => ("person", Some(json!({ "name": format!("{MARK} person") }))),
        other => panic!("{other} has no row here"),
    };
    (format!("/api/v1{}", operation.path.replace("{id}", &id(of))), body)
}

async fn call(house: &House, host: &str, operation: &Operation, headers: &[(&str, &str)]) -> Answered {
    let (path, body) = example(house, operation);
    let once = uuid::Uuid::now_v7().to_string();
    let all = [headers, &[("idempotency-key", &*once), ("if-match", "\"1\"")]].concat();
    ask(house, host, operation.method.clone(), &path, &all, body.as_ref()).await
}

async fn with_key(house: &House, host: &str, operation: &Operation, key: &str) -> Answered {
    call(house, host, operation, &[("authorization", &format!("Bearer {key}"))]).await
}

#[tokio::test]
async fn the_document_names_every_operation_and_no_other() {
    let house = house().await;
    let answer = ask(&house, "padma.test", Method::GET, "/api/v1/openapi.json", &[], None).await;
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut named: Vec<String> = Vec::new();
    for methods in document["paths"].as_object().unwrap().values() {
        named.extend(methods.as_object().unwrap().values().map(|one| one["operationId"].as_str().unwrap().to_string()));
    }
    let mut known: Vec<String> = operations().iter().map(|operation| operation.id.to_string()).collect();
    named.sort();
    known.sort();
    assert_eq!(named, known);
    assert!(operations().iter().all(|operation| !operation.scopes.is_empty() && !example(&house, operation).0.contains("{id}")));
    let page = ask(&house, "padma.test", Method::GET, "/api/v1/docs", &[], None).await;
    assert!(page.status == StatusCode::OK && !page.text.contains("<script") && known.iter().all(|id| page.text.contains(id.as_str())));
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'; style-src 'nonce-"));
}

#[tokio::test]
async fn nobody_gets_anything_and_a_cookie_is_no_key() {
    let house = house().await;
    let cookie = format!("lm_session={}", house.somebody(&house.world.padma, Role::Admin, &[]).await);
    let stranger = whole_key(&house, &house.world.meghna).await;
    let stranger = format!("Bearer {stranger}");
    for operation in operations() {
        let tries: [&[(&str, &str)]; 4] =
            [&[], &[("authorization", "Bearer lm_made.up")], &[("cookie", &cookie)], &[("authorization", &stranger)]];
        for headers in tries {
            let answer = call(&house, "padma.test", &operation, headers).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} with {headers:?}: {}", operation.id, answer.text);
            assert!(answer.header("www-authenticate").is_some() && !answer.text.contains(MARK));
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        }
    }
}

#[tokio::test]
async fn each_scope_opens_its_own_doors_and_a_missing_one_closes_them() {
    let house = house().await;
    let padma = &house.world.padma;
    for operation in operations() {
        for missing in operation.scopes {
            let others: Vec<Permission> = scopes().filter(|scope| scope != missing).collect();
            let key = key(&house, padma, Role::Admin, &others).await;
            let answer = with_key(&house, "padma.test", &operation, &key).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} without {}: {}", operation.id, missing.key(), answer.text);
            assert!(answer.text.contains(missing.key()), "{}", answer.text);
        }
        let key = key(&house, padma, Role::Admin, operation.scopes).await;
        let answer = with_key(&house, "padma.test", &operation, &key).await;
        let refused = matches!(answer.status.as_u16(), 409 | 412 | 422) && operation.method != Method::GET;
        assert!(answer.status.is_success() || refused, "{}: {} {}", operation.id, answer.status, answer.text);
    }
}

#[tokio::test]
async fn a_siblings_key_finds_nothing_of_ours() {
    let house = house().await;
    let key = whole_key(&house, &house.world.meghna).await;
    for operation in operations() {
        let answer = with_key(&house, "meghna.test", &operation, &key).await;
        assert!(!answer.text.contains(MARK), "{} shows {}", operation.id, answer.text);
        if operation.path.contains("{id}") {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}: {}", operation.id, answer.text);
        }
        if operation.method == Method::GET && !operation.path.contains("{id}") {
            assert_eq!(answer.status, StatusCode::OK, "{}: {}", operation.id, answer.text);
        }
    }
}

#[tokio::test]
async fn another_subtree_sees_no_customer_of_the_isp() {
    let house = house().await;
    let all: Vec<Permission> = scopes().collect();
    let key = key(&house, &house.world.padma, Role::Reseller, &all).await;
    // Whom he makes is his own.
    for operation in operations().into_iter().filter(|operation| operation.id != "create_customer") {
        let answer = with_key(&house, "padma.test", &operation, &key).await;
        let closed = matches!(answer.status.as_u16(), 403 | 404);
        // Packages, routers and zones of the ISP are seen by whoever sells.
        let of_the_isp = ["list_packages", "get_package", "list_routers", "list_zones", "list_address_blocks"].contains(&operation.id);
        if operation.path.contains("{id}") && !of_the_isp {
            assert!(closed, "{}: {} {}", operation.id, answer.status, answer.text);
        }
        assert!(of_the_isp || !answer.text.contains(MARK), "{} shows {}", operation.id, answer.text);
    }
    let mine = read(&house, &key, "/api/v1/customers").await.json();
    assert_eq!(mine["items"], json!([]));
}
