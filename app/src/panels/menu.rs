//! Which entries each role has. An entry is shown when the person may use it; hiding is courtesy, the use case checks.

use crate::visit::Visit;
use domain::people::Role;
use domain::rights::Permission;
use ui::prelude::*;

/// Address, icon, text key, group key and the right that opens it.
const ADMIN: &[(&str, &str, &str, &str, Permission)] = &[
    ("/", "layout-dashboard", "menu-dashboard", "", Permission::DashboardView),
    ("/customers", "users", "menu-customers", "menu-group-customers", Permission::CustomersView),
    ("/payments/new", "hand-coins", "menu-take-payment", "menu-group-money", Permission::PaymentsReceive),
    ("/invoices", "receipt", "menu-invoices", "menu-group-money", Permission::BillingView),
    ("/payments", "wallet", "menu-payments", "menu-group-money", Permission::PaymentsView),
    ("/billing", "calendar-clock", "menu-billing", "menu-group-money", Permission::BillingView),
    ("/books", "landmark", "menu-books", "menu-group-money", Permission::LedgerView),
    ("/packages", "package", "menu-packages", "menu-group-customers", Permission::PackagesView),
    ("/routers", "router", "menu-routers", "menu-group-network", Permission::NetworkView),
    ("/radius", "network", "menu-radius", "menu-group-network", Permission::NetworkView),
    ("/addresses", "list", "addresses-title", "menu-group-network", Permission::NetworkView),
    ("/people", "user-check", "people-title", "menu-group-system", Permission::PeopleView),
    ("/settings", "settings", "settings-title", "menu-group-system", Permission::SettingsView),
    ("/audit", "history", "audit-title", "menu-group-system", Permission::AuditView),
];

/// The menu of whoever looks.
pub fn menu(visit: &Visit) -> Vec<MenuEntry> {
    let entry = |href: &str, icon: &'static str, key: &'static str, group: &'static str| MenuEntry::new(href, icon, key, group);
    match visit.role() {
        None => Vec::new(),
        Some(Role::Developer) => vec![
            entry("/", "layout-dashboard", "menu-dashboard", ""),
            entry("/platform/tenants", "landmark", "menu-tenants", "menu-group-platform"),
            entry("/platform/isps", "building-2", "menu-isps", "menu-group-platform"),
            entry("/platform/plans", "gauge", "menu-plans", "menu-group-platform"),
            entry("/platform/slots", "columns-3", "menu-slots", "menu-group-platform"),
            entry("/platform/notices", "bell", "notices-title", "menu-group-platform"),
            entry("/platform/jobs", "list-checks", "jobs-schedule", "menu-group-network"),
            entry("/platform/radius", "server", "network-nodes", "menu-group-network"),
            entry("/platform/settings", "settings", "settings-title", "menu-group-platform"),
            entry("/platform/log", "history", "menu-platform-log", "menu-group-platform"),
        ],
        Some(Role::SuperAdmin) => vec![
            entry("/", "layout-dashboard", "menu-dashboard", ""),
            entry("/platform/isps", "building-2", "menu-isps", ""),
            entry("/platform/slots", "columns-3", "menu-slots", ""),
            entry("/platform/notices", "bell", "notices-title", ""),
            entry("/platform/settings", "settings", "settings-title", ""),
            entry("/platform/log", "history", "menu-platform-log", ""),
        ],
        Some(Role::Customer) => vec![
            entry("/", "house", "menu-home", ""),
            entry("/my/invoices", "receipt", "menu-invoices", ""),
            entry("/my/promise", "calendar-clock", "my-promise-link", ""),
        ],
        Some(_) => ADMIN
            .iter()
            .filter(|(.., permission)| visit.may(*permission))
            .map(|(href, icon, key, group, _)| entry(href, icon, key, group))
            .collect(),
    }
}

/// What the command palette can do beside going somewhere.
pub fn actions(visit: &Visit) -> Vec<PaletteAction> {
    let all = [
        ("/payments/new", "hand-coins", "payment-take", Permission::PaymentsReceive),
        ("/customers/new", "user-plus", "customer-add", Permission::CustomersCreate),
        ("/imports", "upload", "import-upload", Permission::CustomersImport),
        ("/billing", "calendar-clock", "billing-run-now", Permission::BillingGenerate),
        ("/billing/rehearsals", "eye", "rehearsals-title", Permission::BillingView),
        ("/billing/dunning", "bell", "dunning-title", Permission::BillingView),
        ("/messages", "message-square", "messages-title", Permission::MessagesView),
        ("/jobs", "list-checks", "jobs-title", Permission::JobsView),
        ("/documents", "file-text", "documents-title", Permission::DocumentsEdit),
        ("/prints", "printer", "batch-title", Permission::BillingView),
        ("/credit-notes", "rotate-ccw", "credit-notes-title", Permission::BillingView),
        ("/books/journal", "landmark", "books-journal", Permission::LedgerView),
        ("/books/ageing", "history", "books-ageing", Permission::ReportsFinancial),
        ("/books/bills", "trending-up", "report-billed-collected", Permission::ReportsFinancial),
        ("/books/periods", "lock", "books-periods", Permission::LedgerView),
        ("/cash", "banknote", "cash-own-desk", Permission::CashDesk),
        ("/books/cash", "banknote", "cash-desks", Permission::CashManage),
        ("/books/expenses", "receipt", "expenses-title", Permission::ExpensesView),
        ("/books/reports", "trending-up", "report-revenue", Permission::ReportsFinancial),
        ("/radius/online", "wifi", "menu-sessions", Permission::SessionsView),
        ("/addresses/who", "history", "addresses-who", Permission::NetworkView),
    ];
    all.into_iter()
        .filter(|(.., permission)| visit.may(*permission))
        .map(|(href, icon, text, _)| PaletteAction::new(href, icon, text))
        .collect()
}
