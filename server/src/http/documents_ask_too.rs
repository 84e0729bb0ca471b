//! Documents and lists as files, asked for over a real connection by nobody, by the wrong people and by the right ones.
//! What the codes on paper lead to is a story of `services`.

use super::house::{House, MARK, house};
use domain::people::Role;
use domain::rights::Permission;
use services::people::{Attempt, Site, sign_in};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A file, every right it asks for, and whether its own subscriber may have it.
pub(super) const FILES: [(&str, &[Permission], bool); 13] = [
    ("/invoices/{invoice}.pdf", &[Permission::BillingView], true),
    ("/invoices/{invoice}.pdf?size=80mm&lang=bn", &[Permission::BillingView], true),
    ("/payments/{payment}.pdf?size=80mm&lang=bn", &[Permission::PaymentsView], true),
    ("/credit-notes/{note}.pdf", &[Permission::BillingView], false),
    ("/proformas/{proforma}.pdf", &[Permission::BillingView], true),
    ("/customers/{customer}/statement.pdf", &[Permission::BillingView], true),
    ("/customers/{customer}/statement.csv", &[Permission::PaymentsView], false),
    ("/prints/{batch}/file", &[Permission::BillingView], false),
    ("/billing/rehearsals/{rehearsal}/rows.csv", &[Permission::BillingView], false),
    ("/customers/export.csv", &[Permission::CustomersExport], false),
    ("/payments/export.csv", &[Permission::PaymentsView, Permission::ReportsExport], false),
    ("/books/ageing.csv", &[Permission::ReportsFinancial, Permission::ReportsExport], false),
    ("/books/expenses.csv", &[Permission::ExpensesView, Permission::ReportsExport], false),
];

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

/// One connection, one question.
async fn get(server: SocketAddr, host: &str, token: Option<&str>, path: &str) -> Answer {
    let cookie = token.map(|token| format!("Cookie: lm_session={token}\r\n")).unwrap_or_default();
    let question = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}\r\n");
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(question.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: all[end + 4..].to_vec() }
}

async fn serve(house: &House) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    at
}

/// Another subscriber of the same ISP, who owes for a month, signed in.
async fn neighbour(house: &House) -> String {
    let (services, padma) = (&house.world.services, &house.world.padma);
    let form = services::customers::CustomerForm {
        name: format!("{MARK} neighbour"),
        username: "neighbour".into(),
        password: "line-password".into(),
        package_id: house.arguments("{package}"),
        ..Default::default()
    };
    services::customers::create_customer(services, &padma.admin, &form).await.unwrap();
    services::billing::run_billing(services, &padma.admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let attempt = Attempt { site: Site::Isp(padma.id), login: "neighbour", password: "line-password", ip: None, agent: "" };
    sign_in(services, &attempt).await.unwrap().token
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_to_whom_it_concerns_and_to_nobody_else() {
    let house = house().await;
    let batch = house.arguments("{batch}").parse().unwrap();
    services::documents::run_batch(&house.world.services, &house.world.padma.admin, batch).await.unwrap();
    let server = serve(&house).await;
    let admin = house.somebody(&house.world.padma, Role::Admin, &[]).await;
    let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    let nobodys_clerk = house.somebody(&house.world.padma, Role::Staff, &[]).await;
    let (subscriber, neighbour) = (house.somebody(&house.world.padma, Role::Customer, &[]).await, neighbour(&house).await);
    for (path, rights, own) in FILES {
        let (one, path) = (path.contains('{'), house.arguments(path));
        let asked = async |host: &str, token: &str| get(server, host, Some(token), &path).await;
        let home = "padma.test";

        let nobody = get(server, home, None, &path).await;
        assert!(nobody.status == 303 && nobody.head.contains("location: /sign-in"), "{path}: {}", nobody.head);
        assert_eq!(asked(home, &stranger).await.status, 303, "{path}: a session of another ISP is none here");
        let sibling = asked("meghna.test", &stranger).await;
        let empty = sibling.status == 200 && !String::from_utf8_lossy(&sibling.body).contains(MARK);
        assert!(if one { sibling.status == 404 } else { empty }, "{path}: {}", sibling.head);

        let everything_else: Vec<Permission> = Permission::ALL.iter().copied().filter(|right| !covers(rights, *right)).collect();
        let wrong_clerk = house.somebody(&house.world.padma, Role::Staff, &everything_else).await;
        for token in [&nobodys_clerk, &wrong_clerk] {
            assert_eq!(asked(home, token).await.status, 403, "{path}");
        }
        assert!(matches!(asked(home, &neighbour).await.status, 403 | 404), "{path}: another subscriber");
        if !own {
            assert!(matches!(asked(home, &subscriber).await.status, 403 | 404), "{path}: a subscriber");
        }
        let right_clerk = house.somebody(&house.world.padma, Role::Staff, rights).await;
        for token in [Some(&admin), Some(&right_clerk), Some(&subscriber).filter(|_| own)].into_iter().flatten() {
            let sent = asked(home, token).await;
            assert_eq!(sent.status, 200, "{path}: {}", sent.head);
            assert!(sent.head.contains("content-disposition: ") && sent.head.contains("no-store"), "{path}: {}", sent.head);
            match () {
                () if path.contains(".pdf") => assert!(sent.body.starts_with(b"%PDF"), "{path}"),
                () if path.contains(".csv") => assert!(String::from_utf8_lossy(&sent.body).contains(MARK), "{path}"),
                () => assert!(sent.body.windows(2).any(|two| two == b"PK"), "{path}"),
            }
        }
    }
    assert_eq!(get(server, "padma.test", Some(&subscriber), "/my/statement.pdf").await.status, 200);
    assert_eq!(get(server, "padma.test", Some(&admin), "/my/statement.pdf").await.status, 404);
    let unknown = "/invoices/00000000-0000-7000-8000-000000000000.pdf";
    assert_eq!(get(server, "padma.test", Some(&admin), unknown).await.status, 404);
}

/// Whoever takes payments may read a receipt as well.
fn covers(rights: &[Permission], right: Permission) -> bool {
    rights.contains(&right) || (rights == [Permission::PaymentsView] && right == Permission::PaymentsReceive)
}
