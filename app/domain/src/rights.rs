//! Who may do what: one grid of roles and permissions (spec sections B.2 to B.4). Printed to a golden file that a
//! person who does not program can review. It decides rights, never which rows are in scope: that is the ISP lock.

mod groups;

pub use groups::RightGroup;

use crate::people::Role;
use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($variant:ident $key:literal),+ $(,)?) => {
        /// One right. The key is what is stored, granted and shown to developers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Permission { $(#[serde(rename = $key)] $variant),+ }

        impl Permission {
            pub const ALL: &'static [Permission] = &[$(Permission::$variant),+];

            pub fn key(self) -> &'static str {
                match self { $(Permission::$variant => $key),+ }
            }
        }
    };
}

permissions! {
    PlatformView "platform.view",
    PlatformManage "platform.manage",
    IspsManage "isps.manage",
    DashboardView "dashboard.view",
    CustomersView "customers.view",
    CustomersCreate "customers.create",
    CustomersUpdate "customers.update",
    CustomersSuspend "customers.suspend",
    CustomersImport "customers.import",
    CustomersExport "customers.export",
    BulkOperations "bulk_operations",
    PackagesView "packages.view",
    PackagesEdit "packages.edit",
    PackagesMaster "packages.master",
    PackagesAssign "packages.assign",
    PackagesRetail "packages.retail",
    OverridePackagePricing "override_package_pricing",
    BillingView "billing.view",
    BillingGenerate "billing.generate",
    BillingProfiles "billing.profiles",
    EditSuspendDate "edit_suspend_date",
    SuspensionRelease "suspension.release",
    MessagesView "messages.view",
    MessagesEdit "messages.edit",
    ManualDiscount "manual_discount",
    BillingApprove "billing.approve",
    BillingCredit "billing.credit",
    BillingWriteOff "billing.write_off",
    BillingAdjust "billing.adjust",
    PaymentsView "payments.view",
    PaymentsReceive "payments.receive",
    PaymentsBackdate "payments.backdate",
    PaymentsAllocate "payments.allocate",
    PaymentsReverse "reverse_transactions",
    PaymentsRefund "payments.refund_request",
    PaymentsRefundApprove "payments.refund_approve",
    CashDesk "cash.desk",
    CashManage "cash.manage",
    DocumentsEdit "documents.edit",
    LedgerView "ledger.view",
    LedgerClose "ledger.close",
    LedgerReopen "ledger.reopen",
    ExpensesView "expenses.view",
    ExpensesEdit "expenses.edit",
    ExpensesApprove "expenses.approve",
    ReportsFinancial "reports.financial",
    ReportsExport "reports.export",
    NetworkView "network.view",
    NetworkEdit "network.edit",
    SessionsView "sessions.view",
    AuditView "audit.view",
    JobsView "jobs.view",
    JobsManage "jobs.manage",
    PeopleManage "people.manage",
    PeopleView "people.view",
    PeopleEdit "people.edit",
    ManageOperators "manage_operators",
    ChangeOperator "change_operator",
    Impersonate "impersonate",
    BranchesEdit "branches.edit",
    ApiKeys "api_keys",
    AccessAllCustomers "access_all_customers",
    SettingsView "settings.view",
    SettingsEdit "settings.edit",
    OwnAccount "own.account",
}

/// How far a role's right goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// The whole scope of the role.
    Full,
    /// Own subtree, own rows: the row-level policies narrow it.
    Own,
    /// Only when the key was granted to this person.
    Granted,
    /// No.
    No,
}

impl Permission {
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.key() == key)
    }

    /// The grid itself.
    pub fn grade(self, role: Role) -> Grade {
        use Grade::{Full, Granted, No, Own};
        use Permission as P;
        match role {
            Role::Developer => match self {
                P::PlatformView | P::PlatformManage | P::IspsManage => Full,
                _ => No,
            },
            Role::SuperAdmin => match self {
                P::PlatformView | P::IspsManage => Own,
                _ => No,
            },
            Role::Admin => match self {
                P::PlatformView | P::PlatformManage | P::IspsManage | P::OwnAccount => No,
                _ => Full,
            },
            Role::Reseller | Role::SubReseller => match self {
                P::DashboardView
                | P::CustomersView
                | P::CustomersCreate
                | P::CustomersUpdate
                | P::CustomersSuspend
                | P::BillingView
                | P::BillingGenerate
                | P::PaymentsView
                | P::PaymentsReceive
                | P::CashDesk
                | P::MessagesView
                | P::SessionsView => Own,
                P::PackagesView | P::NetworkView | P::Impersonate => Own,
                P::PeopleView | P::PeopleEdit | P::ManageOperators if role == Role::Reseller => Own,
                P::ChangeOperator | P::ApiKeys if role == Role::Reseller => Granted,
                P::PaymentsBackdate | P::EditSuspendDate => Granted,
                P::PackagesAssign | P::PackagesRetail if role == Role::Reseller => Own,
                P::PackagesRetail | P::OverridePackagePricing | P::ManualDiscount => Granted,
                P::CustomersImport | P::CustomersExport | P::BulkOperations if role == Role::Reseller => Granted,
                _ => No,
            },
            Role::Manager | Role::Staff => match self {
                P::DashboardView | P::PackagesView => Full,
                P::CustomersView
                | P::CustomersCreate
                | P::CustomersUpdate
                | P::CustomersSuspend
                | P::CustomersImport
                | P::CustomersExport
                | P::BulkOperations
                | P::BillingView
                | P::BillingGenerate
                | P::EditSuspendDate
                | P::MessagesView
                | P::BillingApprove
                | P::BillingCredit
                | P::BillingWriteOff
                | P::BillingAdjust
                | P::PaymentsAllocate
                | P::PaymentsReverse
                | P::PaymentsRefund
                | P::PaymentsRefundApprove
                | P::PaymentsView
                | P::PaymentsReceive
                | P::PaymentsBackdate
                | P::CashDesk
                | P::CashManage
                | P::LedgerView
                | P::LedgerClose
                | P::LedgerReopen
                | P::ExpensesView
                | P::ExpensesEdit
                | P::ExpensesApprove
                | P::ReportsFinancial
                | P::ReportsExport
                | P::NetworkView
                | P::SessionsView
                | P::AuditView
                | P::OverridePackagePricing
                | P::ManualDiscount
                | P::ChangeOperator
                | P::AccessAllCustomers => Granted,
                P::PeopleView | P::ManageOperators | P::BranchesEdit | P::SettingsView | P::SettingsEdit if role == Role::Manager => {
                    Granted
                }
                P::NetworkEdit if role == Role::Staff => Granted,
                P::SuspensionRelease | P::MessagesEdit if role == Role::Manager => Granted,
                _ => No,
            },
            Role::CardDistributor => match self {
                P::DashboardView | P::ApiKeys => Own,
                _ => No,
            },
            Role::Customer => match self {
                P::OwnAccount => Own,
                _ => No,
            },
        }
    }

    /// Given with a reason, to one person (spec section B.4).
    pub fn is_special(self) -> bool {
        use Permission as P;
        matches!(
            self,
            P::OverridePackagePricing
                | P::BulkOperations
                | P::ManualDiscount
                | P::EditSuspendDate
                | P::SuspensionRelease
                | P::PaymentsBackdate
                | P::PaymentsReverse
                | P::PaymentsRefundApprove
                | P::BillingApprove
                | P::BillingWriteOff
                | P::ExpensesApprove
                | P::LedgerReopen
                | P::ManageOperators
                | P::ChangeOperator
                | P::AccessAllCustomers
                | P::AuditView
        )
    }

    /// Keys that a use case takes for one customer alone.
    pub fn is_for_one_customer(self) -> bool {
        matches!(self, Permission::EditSuspendDate | Permission::ManualDiscount)
    }

    /// What nobody does as somebody else: money out, other people's rights, sign-in rules, and acting on as a third.
    pub fn is_never_borrowed(self) -> bool {
        use Permission as P;
        matches!(
            self,
            P::PaymentsRefund
                | P::PaymentsRefundApprove
                | P::PaymentsReverse
                | P::PeopleEdit
                | P::PeopleManage
                | P::ManageOperators
                | P::Impersonate
                | P::ApiKeys
                | P::CashManage
                | P::ExpensesApprove
                | P::LedgerReopen
        )
    }

    /// May somebody of this role, with these keys granted, do this?
    pub fn allowed(self, role: Role, grants: &[Permission]) -> bool {
        match self.grade(role) {
            Grade::Full | Grade::Own => true,
            Grade::Granted => grants.contains(&self),
            Grade::No => false,
        }
    }
}

/// The grid as text, a row for each permission: what the golden file holds.
pub fn print_grid() -> String {
    let mut text = format!("{:<26}", "permission");
    for role in Role::ALL {
        text.push_str(&format!("{:<18}", role.slug()));
    }
    let mut lines = vec![text.trim_end().to_string()];
    for permission in Permission::ALL {
        let mut line = format!("{:<26}", permission.key());
        for role in Role::ALL {
            let word = match permission.grade(role) {
                Grade::Full => "full",
                Grade::Own => "own",
                Grade::Granted => "granted",
                Grade::No => "-",
            };
            line.push_str(&format!("{word:<18}"));
        }
        lines.push(line.trim_end().to_string());
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_the_one_that_was_reviewed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rights.golden.txt");
        if std::env::var_os("LASTMILE_WRITE_GOLDEN").is_some() {
            std::fs::write(path, print_grid()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), print_grid(), "run with LASTMILE_WRITE_GOLDEN=1 and review the change");
    }

    #[test]
    fn a_manager_starts_with_nothing_that_was_not_granted() {
        assert!(!Permission::PaymentsReceive.allowed(Role::Manager, &[]));
        assert!(Permission::PaymentsReceive.allowed(Role::Manager, &[Permission::PaymentsReceive]));
        assert!(!Permission::PaymentsReceive.allowed(Role::Manager, &[Permission::PaymentsView]));
    }

    #[test]
    fn a_grant_never_opens_what_a_role_can_never_have() {
        for permission in [Permission::PlatformManage, Permission::CustomersView] {
            assert!(!permission.allowed(Role::Customer, &[permission]));
        }
    }
}
