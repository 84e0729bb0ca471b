//! What the tests of this door stand on: keys of people of any role, and requests with them.

use crate::http::house::House;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::AccountId;
use domain::keys::{KeyForm, scopes};
use domain::people::{Actor, Caller, Role, SessionMark};
use domain::rights::{Grade, Permission};
use serde_json::Value;
use testkit::TestIsp;
use tower::ServiceExt;
use uuid::Uuid;

pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A key with these scopes, of somebody new of this role with every key that the role can be given.
pub async fn key(house: &House, isp: &TestIsp, role: Role, wanted: &[Permission]) -> String {
    let services = &house.world.services;
    let id = AccountId(Uuid::now_v7());
    let grants: Vec<Permission> = Permission::ALL.iter().copied().filter(|key| key.grade(role) == Grade::Granted).collect();
    let name = format!("{}-{}", role.slug(), id.0.simple());
    let mut tx = services.db.isp(&Caller::system(isp.id, "test")).await.unwrap();
    let account = storage::accounts::NewAccount {
        id,
        role,
        name: &name,
        email: None,
        username: Some(&name),
        mobile: None,
        password_hash: "x",
        customer_id: None,
        grants: &grants,
    };
    storage::accounts::create(&mut tx, account).await.unwrap();
    let sells = matches!(role, Role::Reseller | Role::SubReseller);
    let owner_path = if sells { Some(storage::accounts::put_below(&mut tx, id, "/").await.unwrap()) } else { None };
    tx.commit().await.unwrap();
    let session = Some(SessionMark { id: Uuid::nil(), proved_at: services.now() });
    let caller = Caller { actor: Actor::Account { id, name }, role, grants, owner_path, session, ..Caller::system(isp.id, "test") };
    let scopes = wanted.iter().filter(|scope| caller.allowed(**scope)).map(|scope| scope.key().to_string()).collect();
    let form = KeyForm { name: "Test".into(), scopes, days: "90".into(), ..KeyForm::default() };
    services::keys::make_key(services, &caller, &form).await.unwrap();
    services::keys::shown_key(services, &caller).await.unwrap().unwrap().1
}

/// A key of an admin with everything.
pub async fn whole_key(house: &House, isp: &TestIsp) -> String {
    key(house, isp, Role::Admin, &scopes().collect::<Vec<_>>()).await
}

pub async fn ask(house: &House, host: &str, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answered {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let response = house.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000_000).await.unwrap();
    Answered { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&body).into_owned() }
}

pub async fn read(house: &House, key: &str, path: &str) -> Answered {
    ask(house, "padma.test", Method::GET, path, &[("authorization", &format!("Bearer {key}"))], None).await
}

pub async fn send(house: &House, key: &str, path: &str, once: &str, body: &Value) -> Answered {
    let headers = [("authorization", &*format!("Bearer {key}")), ("idempotency-key", once)];
    ask(house, "padma.test", Method::POST, path, &headers, Some(body)).await
}
