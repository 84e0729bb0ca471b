//! Documents as files, asked for by nobody, by the wrong people and by the right ones. What the codes on paper lead to
//! is a story of `services`.

use super::rights_of_every_endpoint::{House, house};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use domain::people::Role;
use domain::rights::Permission;
use tower::ServiceExt;

async fn get(house: &House, host: &str, token: Option<&str>, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(path).header(header::HOST, host);
    if let Some(token) = token {
        request = request.header(header::COOKIE, format!("lm_session={token}"));
    }
    let response = house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, to_bytes(response.into_body(), 10_000_000).await.unwrap().to_vec())
}

#[tokio::test]
async fn a_document_is_sent_to_whom_it_concerns_and_to_nobody_else() {
    let house = house().await;
    let admin = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    let clerk = house.somebody(&house.world.padma, Role::Staff, &[]).await;
    let billing = house.somebody(&house.world.padma, Role::Staff, &[Permission::BillingView, Permission::PaymentsView]).await;
    let subscriber = house.somebody(&house.world.padma, Role::Customer, &[]).await;
    for path in ["/invoices/{invoice}.pdf", "/payments/{payment}.pdf?size=80mm&lang=bn", "/customers/{customer}/statement.pdf"] {
        let path = house.arguments(path);
        assert_eq!(get(&house, "padma.test", None, &path).await.0, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(get(&house, "meghna.test", Some(&stranger), &path).await.0, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(get(&house, "padma.test", Some(&clerk), &path).await.0, StatusCode::FORBIDDEN, "{path}");
        for token in [&admin, &billing, &subscriber] {
            let (status, headers, body) = get(&house, "padma.test", Some(token), &path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert_eq!(headers[header::CONTENT_TYPE], "application/pdf");
            assert!(headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("inline; filename=\""), "{path}");
            assert!(body.starts_with(b"%PDF"), "{path}");
        }
    }
    assert_eq!(get(&house, "padma.test", Some(&subscriber), "/my/statement.pdf").await.0, StatusCode::OK);
    assert_eq!(get(&house, "padma.test", Some(&admin), "/my/statement.pdf").await.0, StatusCode::NOT_FOUND);
    let unknown = "/invoices/00000000-0000-7000-8000-000000000000.pdf";
    assert_eq!(get(&house, "padma.test", Some(&admin), unknown).await.0, StatusCode::NOT_FOUND);
}
