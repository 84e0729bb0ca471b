//! Every page that the server draws, asked by nobody, by each role, and by the admin of a sibling ISP with our ids in his
//! hands. The list comes from the program itself: a new page without a row here fails.

use super::house::{MARK, Needs, granted_to_staff, has, house, staff_with};
use axum::http::StatusCode;
use domain::people::Role;
use domain::rights::{Grade, Permission};
use std::collections::BTreeSet;

/// Open to everybody: the first page of a role, and the steps of a sign-in.
const DOORS: [&str; 9] = [
    "/",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/confirm",
    "/sign-in/enrol",
    "/sign-in/forgot",
    "/sign-in/mobile",
    "/sign-in/password",
    "/sign-in/reset",
];

/// Pattern, the page with `{…}` for Padma's ids, need.
pub(super) fn pages() -> Vec<(&'static str, &'static str, Needs)> {
    use Needs::{AllOf, AnyOf, Given, Right};
    use Permission as P;
    vec![
        ("/account", "/account", Needs::SignedIn),
        ("/account/keys", "/account/keys", Right(P::ApiKeys)),
        ("/account/recovery-codes", "/account/recovery-codes", Needs::SignedIn),
        ("/account/rules", "/account/rules", Right(P::PeopleManage)),
        ("/account/second-factor", "/account/second-factor", Needs::SignedIn),
        ("/account/security", "/account/security", Needs::SignedIn),
        ("/account/sessions", "/account/sessions", Needs::SignedIn),
        ("/account/verify/:what", "/account/verify/email", Needs::SignedIn),
        ("/addresses", "/addresses", Right(P::NetworkView)),
        ("/addresses/new", "/addresses/new", Right(P::NetworkEdit)),
        ("/addresses/who", "/addresses/who?q=10.77.0.9", Right(P::NetworkView)),
        ("/addresses/:id", "/addresses/{block}", Right(P::NetworkView)),
        ("/audit", "/audit", Right(P::AuditView)),
        ("/audit", "/audit?kind=customer&from=2026-11-01", Right(P::AuditView)),
        ("/billing", "/billing", Right(P::BillingView)),
        ("/billing", "/billing?days=all", Right(P::BillingView)),
        ("/billing/profiles", "/billing/profiles", Right(P::BillingView)),
        ("/billing/runs/:id", "/billing/runs/{run}", Right(P::BillingView)),
        ("/customers", "/customers", Right(P::CustomersView)),
        ("/customers/new", "/customers/new", Right(P::CustomersCreate)),
        ("/customers/bulk", "/customers/bulk?state=active", AllOf(&[P::CustomersSuspend, P::BulkOperations])),
        ("/customers/bulk/:id", "/customers/bulk/{bulk}", AllOf(&[P::CustomersSuspend, P::BulkOperations])),
        ("/customers/:id", "/customers/{customer}", Right(P::CustomersView)),
        ("/customers/:id", "/customers/{customer}?tab=line", Right(P::CustomersView)),
        ("/imports", "/imports", Right(P::CustomersImport)),
        ("/imports/:id", "/imports/{import}", Right(P::CustomersImport)),
        ("/invoices/:id", "/invoices/{invoice}", Right(P::BillingView)),
        ("/my/invoices", "/my/invoices", Right(P::OwnAccount)),
        ("/my/invoices/:id", "/my/invoices/{invoice}", Right(P::OwnAccount)),
        ("/payments/new", "/payments/new?q=a", Right(P::PaymentsReceive)),
        ("/payments/new", "/payments/new?customer={customer}", Right(P::PaymentsReceive)),
        ("/payments/:id", "/payments/{payment}", AnyOf(&[P::PaymentsView, P::PaymentsReceive])),
        ("/radius", "/radius", Right(P::NetworkView)),
        ("/radius/new", "/radius/new", Right(P::NetworkEdit)),
        ("/radius/online", "/radius/online", Right(P::SessionsView)),
        ("/radius/attempts", "/radius/attempts", Right(P::SessionsView)),
        ("/radius/history", "/radius/history", Right(P::SessionsView)),
        ("/radius/orders", "/radius/orders", Right(P::SessionsView)),
        ("/radius/blocks", "/radius/blocks", Right(P::NetworkView)),
        ("/radius/test", "/radius/test", Right(P::NetworkEdit)),
        ("/packages/:id/access", "/packages/{package}/access", Right(P::NetworkView)),
        ("/routers/waiting", "/routers/waiting", Right(P::NetworkView)),
        ("/routers/:id/drift", "/routers/{router}/drift", Right(P::NetworkView)),
        ("/customers/:id/connection", "/customers/{customer}/connection", AllOf(&[P::CustomersView, P::SessionsView])),
        ("/routers", "/routers", Right(P::NetworkView)),
        ("/routers/new", "/routers/new", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/:id", "/routers/{router}", Right(P::NetworkView)),
        ("/routers/:id/backups", "/routers/{router}/backups", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/:id/backups/:backup", "/routers/{router}/backups/{backup}", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/:id/edit", "/routers/{router}/edit", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/:id/sessions", "/routers/{router}/sessions", AllOf(&[P::NetworkView, P::SessionsView])),
        ("/routers/:id/import", "/routers/{router}/import", AllOf(&[P::NetworkView, P::CustomersImport])),
        ("/routers/:id/packages", "/routers/{router}/packages", Right(P::NetworkView)),
        ("/routers/imports/:id", "/routers/imports/{import}", Right(P::CustomersImport)),
        ("/routers/:id/test", "/routers/{router}/test", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/:id/traffic", "/routers/{router}/traffic?name=x", AllOf(&[P::NetworkView, P::SessionsView])),
        ("/radius/:id", "/radius/{nas}", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/billing/brakes/:id", "/billing/brakes/{brake}", Right(P::BillingView)),
        ("/billing/dunning", "/billing/dunning", Right(P::BillingView)),
        ("/billing/dunning/new", "/billing/dunning/new", Right(P::BillingProfiles)),
        ("/billing/dunning/:id", "/billing/dunning/{plan}", Right(P::BillingProfiles)),
        ("/customers/:id/dunning", "/customers/{customer}/dunning", Right(P::CustomersView)),
        ("/jobs", "/jobs", Right(P::JobsView)),
        ("/jobs/:name", "/jobs/ledger.verify", Right(P::JobsView)),
        ("/messages", "/messages", Right(P::MessagesView)),
        ("/messages/texts", "/messages/texts", Right(P::MessagesView)),
        ("/messages/texts/:template/:language", "/messages/texts/overdue/bn", Right(P::MessagesEdit)),
        ("/my/next-bill", "/my/next-bill", Right(P::OwnAccount)),
        ("/customers/:id/proforma", "/customers/{customer}/proforma", AllOf(&[P::CustomersView, P::BillingView])),
        ("/my/promise", "/my/promise", Right(P::OwnAccount)),
        ("/customers/:id/edit", "/customers/{customer}/edit", AllOf(&[P::CustomersView, P::CustomersUpdate])),
        ("/customers/:id/owner", "/customers/{customer}/owner", Right(P::CustomersView)),
        ("/people", "/people", Right(P::PeopleView)),
        ("/people", "/people?q=a&role=staff&status=active", Right(P::PeopleView)),
        ("/people/new", "/people/new", AnyOf(&[P::PeopleEdit, P::ManageOperators])),
        ("/people/:id", "/people/{person}", Right(P::PeopleView)),
        ("/people/:id", "/people/{person}?tab=rights", Right(P::PeopleView)),
        ("/people/:id", "/people/{person}?tab=sessions", Right(P::PeopleView)),
        ("/people/:id", "/people/{person}?tab=activity", Right(P::PeopleView)),
        ("/people/:id/edit", "/people/{person}/edit", AllOf(&[P::PeopleView, P::PeopleEdit])),
        ("/people/:id/remove", "/people/{person}/remove", AllOf(&[P::PeopleView, P::PeopleEdit])),
        ("/people/:id/rights", "/people/{person}/rights", Right(P::PeopleView)),
        ("/people/branches", "/people/branches", Right(P::BranchesEdit)),
        ("/people/zones", "/people/zones", Right(P::BranchesEdit)),
        ("/people/zones", "/people/zones?q=a", Right(P::BranchesEdit)),
        ("/people/presets", "/people/presets?edit=noc", Right(P::PeopleView)),
        ("/people/rights", "/people/rights", Right(P::PeopleView)),
        ("/people/titles", "/people/titles", Right(P::PeopleManage)),
        ("/platform/isps", "/platform/isps", Needs::Platform),
        ("/platform/isps", "/platform/isps?state=suspended&q=a", Needs::Platform),
        ("/platform/isps/new", "/platform/isps/new", Needs::Platform),
        ("/platform/isps/:id", "/platform/isps/{isp}", Needs::Platform),
        ("/platform/jobs", "/platform/jobs", Needs::Platform),
        ("/platform/log", "/platform/log", Needs::Platform),
        ("/platform/notices", "/platform/notices", Needs::Platform),
        ("/platform/notices/new", "/platform/notices/new", Needs::Platform),
        ("/platform/notices/:id", "/platform/notices/{notice}", Needs::Platform),
        ("/platform/plans", "/platform/plans", Needs::Platform),
        ("/platform/plans/new", "/platform/plans/new", Needs::Platform),
        ("/platform/plans/:id", "/platform/plans/{offered}", Needs::Platform),
        ("/platform/rules", "/platform/rules", Needs::Platform),
        ("/platform/settings", "/platform/settings", Needs::Platform),
        ("/platform/settings", "/platform/settings?tenant={tenant}", Needs::Platform),
        ("/platform/slots", "/platform/slots", Needs::Platform),
        ("/platform/tenants", "/platform/tenants?deleted=yes", Needs::Platform),
        ("/platform/tenants/new", "/platform/tenants/new", Needs::Platform),
        ("/platform/tenants/:id", "/platform/tenants/{tenant}", Needs::Platform),
        ("/platform/radius", "/platform/radius", Needs::Platform),
        ("/billing/profiles/new", "/billing/profiles/new", Right(P::BillingProfiles)),
        ("/billing/profiles/:id", "/billing/profiles/{profile}", Right(P::BillingProfiles)),
        ("/billing/promos", "/billing/promos", Right(P::BillingView)),
        ("/billing/taxes", "/billing/taxes", Right(P::BillingView)),
        ("/customers/:id/terms", "/customers/{customer}/terms", Right(P::BillingView)),
        ("/customers/:id/overrides", "/customers/{customer}/overrides", Right(P::CustomersView)),
        ("/invoices", "/invoices", Right(P::BillingView)),
        ("/packages", "/packages", Right(P::PackagesView)),
        ("/packages/masters", "/packages/masters", AnyOf(&[P::PackagesMaster, P::PackagesAssign])),
        ("/packages/masters/new", "/packages/masters/new", Right(P::PackagesMaster)),
        ("/packages/masters/:id", "/packages/masters/{master}", Given(&[P::PackagesMaster, P::PackagesAssign])),
        ("/packages/new", "/packages/new", AnyOf(&[P::PackagesEdit, P::PackagesRetail])),
        ("/packages/fair-use", "/packages/fair-use", Right(P::PackagesView)),
        ("/packages/fair-use/new", "/packages/fair-use/new", Right(P::PackagesEdit)),
        ("/packages/fair-use/:id", "/packages/fair-use/{fair}", Right(P::PackagesEdit)),
        ("/radius/usage", "/radius/usage", Right(P::SessionsView)),
        ("/routers/templates", "/routers/templates", Right(P::NetworkView)),
        ("/routers/templates/new", "/routers/templates/new", Right(P::NetworkEdit)),
        ("/routers/templates/:id", "/routers/templates/{router_template}", Right(P::NetworkView)),
        ("/routers/:id/migrate", "/routers/{moving}/migrate", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/templates/:id/deploy", "/routers/templates/{router_template}/deploy", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/rollouts/:id", "/routers/rollouts/{rollout}", Right(P::NetworkView)),
        ("/routers/:id/provision", "/routers/{set_up}/provision", AllOf(&[P::NetworkView, P::NetworkEdit])),
        ("/routers/:id/provision/:run", "/routers/{set_up}/provision/{provision_run}", Right(P::NetworkView)),
        ("/my/usage", "/my/usage", Right(P::OwnAccount)),
        ("/customers/:id", "/customers/{customer}?tab=usage", Right(P::CustomersView)),
        ("/packages/prices", "/packages/prices", Right(P::PackagesRetail)),
        ("/packages/proposals", "/packages/proposals", AnyOf(&[P::PackagesEdit, P::PackagesRetail])),
        ("/packages/:id", "/packages/{package}", Right(P::PackagesView)),
        ("/billing/rehearsals", "/billing/rehearsals", Right(P::BillingView)),
        ("/billing/rehearsals/:id", "/billing/rehearsals/{rehearsal}", Right(P::BillingView)),
        ("/billing/rehearsals/:id/:service", "/billing/rehearsals/{rehearsal}/{service}", Right(P::BillingView)),
        ("/billing/rules", "/billing/rules", Right(P::BillingProfiles)),
        ("/approvals", "/approvals", AnyOf(&[P::PaymentsRefund, P::PaymentsRefundApprove, P::LedgerReopen])),
        ("/credit-notes", "/credit-notes", Right(P::BillingView)),
        ("/credit-notes/:id", "/credit-notes/{note}", Right(P::BillingView)),
        ("/customers/:id/money", "/customers/{customer}/money", Right(P::CustomersView)),
        ("/books", "/books", Right(P::LedgerView)),
        ("/books/ageing", "/books/ageing", Right(P::ReportsFinancial)),
        ("/books/ageing/bills", "/books/ageing/bills", Right(P::ReportsFinancial)),
        ("/books/bills", "/books/bills", Right(P::ReportsFinancial)),
        ("/books/cash", "/books/cash", Right(P::CashManage)),
        ("/books/cash/:id", "/books/cash/{collector}", Right(P::CashManage)),
        ("/books/cash/:id/statement", "/books/cash/{collector}/statement", Right(P::CashManage)),
        ("/books/expenses", "/books/expenses", Right(P::ExpensesView)),
        ("/books/expenses/new", "/books/expenses/new", Right(P::ExpensesEdit)),
        ("/books/expenses/rules", "/books/expenses/rules", Right(P::ExpensesView)),
        ("/books/expenses/:id", "/books/expenses/{expense}", Right(P::ExpensesView)),
        ("/books/journal", "/books/journal", Right(P::LedgerView)),
        ("/books/journal/:id", "/books/journal/{entry}", Right(P::LedgerView)),
        ("/books/periods", "/books/periods", Right(P::LedgerView)),
        ("/books/reports", "/books/reports", Right(P::ReportsFinancial)),
        ("/cash", "/cash", Right(P::CashDesk)),
        ("/customers/:id/statement", "/customers/{customer}/statement", Right(P::PaymentsView)),
        ("/invoices/:id/correct", "/invoices/{invoice}/correct", Right(P::BillingView)),
        ("/payments", "/payments", Right(P::PaymentsView)),
        ("/payments/:id/correct", "/payments/{payment}/correct", AnyOf(&[P::PaymentsView, P::PaymentsReceive])),
        ("/documents", "/documents", Right(P::DocumentsEdit)),
        ("/documents/:kind/:paper", "/documents/invoice/a4", Right(P::DocumentsEdit)),
        ("/prints", "/prints", Right(P::BillingView)),
        ("/settings", "/settings", Right(P::SettingsView)),
        ("/prints/new", "/prints/new", Right(P::BillingView)),
        ("/prints/:id", "/prints/{batch}", Given(&[P::BillingView])),
    ]
}

#[test]
fn every_page_has_a_row_here() {
    let drawn: BTreeSet<&str> = app::drawn::patterns().collect();
    let known: BTreeSet<&str> = pages().into_iter().map(|(pattern, ..)| pattern).chain(DOORS).collect();
    assert_eq!(drawn, known);
}

/// Who comes in sees the first page of his role; the door is for those outside.
#[tokio::test]
async fn the_door_and_the_first_page() {
    let house = house().await;
    assert_eq!(house.page("padma.test", None, "/sign-in").await.0, StatusCode::OK);
    assert_eq!(house.page("padma.test", None, "/").await.0, StatusCode::UNAUTHORIZED);
    for role in [Role::Admin, Role::Reseller, Role::SubReseller, Role::Manager, Role::CardDistributor, Role::Staff, Role::Customer] {
        let token = house.somebody(&house.world.padma, role, &[]).await;
        let (status, body) = house.page("padma.test", Some(&token), "/").await;
        assert_eq!(status, StatusCode::OK, "{}: {body}", role.slug());
        assert_eq!(house.page("padma.test", Some(&token), "/sign-in").await.0, StatusCode::NO_CONTENT, "{}", role.slug());
        let (status, body) = house.page("padma.test", Some(&token), "/no-such-page").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{}: {body}", role.slug());
    }
    let token = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    let (_, body) = house.page("meghna.test", Some(&token), "/").await;
    assert!(!body.contains(MARK), "{body}");
    let token = house.developer().await;
    let (status, body) = house.page("platform.test", Some(&token), "/").await;
    assert!(status == StatusCode::OK && !body.contains(MARK), "{status} {body}");
}

#[tokio::test]
async fn nobody_sees_a_page() {
    let house = house().await;
    for (_, path, _) in pages() {
        let path = house.arguments(path);
        assert_eq!(house.page("padma.test", None, &path).await, (StatusCode::UNAUTHORIZED, String::new()), "{path}");
    }
}

#[tokio::test]
async fn who_runs_an_office_sees_what_the_grid_says() {
    roles_see_what_the_grid_says(&[Role::Admin, Role::Manager]).await;
}

#[tokio::test]
async fn sellers_see_what_the_grid_says() {
    roles_see_what_the_grid_says(&[Role::Reseller, Role::SubReseller]).await;
}

#[tokio::test]
async fn everybody_else_sees_what_the_grid_says() {
    roles_see_what_the_grid_says(&[Role::CardDistributor, Role::Staff, Role::Customer]).await;
}

async fn roles_see_what_the_grid_says(roles: &[Role]) {
    let house = house().await;
    for role in roles.iter().copied() {
        let token = house.somebody(&house.world.padma, role, &[]).await;
        for (_, path, needs) in pages() {
            let path = house.arguments(path);
            let (status, body) = house.page("padma.test", Some(&token), &path).await;
            let expected = match needs {
                Needs::Platform => StatusCode::NOT_FOUND,
                Needs::Given(keys) if needs.are_met(has(role)) && !keys.iter().any(|key| key.grade(role) == Grade::Full) => {
                    StatusCode::NOT_FOUND
                }
                _ if needs.are_met(has(role)) => StatusCode::OK,
                _ => StatusCode::FORBIDDEN,
            };
            assert_eq!(status, expected, "{} {path}: {body}", role.slug());
        }
    }
}

#[tokio::test]
async fn a_granted_page_opens_with_its_grant() {
    granted_pages_open(0).await;
}

#[tokio::test]
async fn another_granted_page_does_so_too() {
    granted_pages_open(1).await;
}

/// Every second key that staff can be given, from the first or from the second.
async fn granted_pages_open(from: usize) {
    let house = house().await;
    for permission in granted_to_staff().skip(from).step_by(2) {
        let token = house.somebody(&house.world.padma, Role::Staff, &[permission]).await;
        for (_, path, needs) in pages() {
            let path = house.arguments(path);
            if matches!(needs, Needs::Platform) {
                continue;
            }
            let expected = needs.are_met(staff_with(permission));
            let (status, body) = house.page("padma.test", Some(&token), &path).await;
            assert_eq!(status == StatusCode::OK, expected, "{} at {path}: {status} {body}", permission.key());
        }
    }
}

#[tokio::test]
async fn a_siblings_admin_sees_no_page_of_ours() {
    let house = house().await;
    let token = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
    for (_, template, _) in pages() {
        let path = house.arguments(template);
        let (status, body) = house.page("meghna.test", Some(&token), &path).await;
        assert!(!body.contains(MARK), "{path} shows {body}");
        if template.contains('{') {
            assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{path}: {status}");
        }
        let (status, _) = house.page("padma.test", Some(&token), &path).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}: a session of one ISP is none at another");
    }
}

#[tokio::test]
async fn the_platform_sees_no_page_of_an_isp() {
    let house = house().await;
    let token = house.developer().await;
    for (_, path, needs) in pages() {
        let path = house.arguments(path);
        let (status, body) = house.page("platform.test", Some(&token), &path).await;
        match needs {
            Needs::Platform | Needs::SignedIn => assert_eq!(status, StatusCode::OK, "{path}: {body}"),
            _ => assert_eq!(status, StatusCode::NOT_FOUND, "{path}: {body}"),
        }
        assert!(!body.contains(MARK), "{path} shows {body}");
    }
}
