//! Menus that an ISP may close for a reseller (spec section B.4). Closing one closes its rights, not only its entry: the
//! reseller, his sub-resellers and his staff are refused by the use cases too.

use crate::rights::Permission;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Menu {
    Resellers,
    Network,
    Customers,
    Money,
    Expenses,
}

impl Menu {
    pub const ALL: [Menu; 5] = [Menu::Resellers, Menu::Network, Menu::Customers, Menu::Money, Menu::Expenses];

    pub fn slug(self) -> &'static str {
        match self {
            Menu::Resellers => "resellers",
            Menu::Network => "network",
            Menu::Customers => "customers",
            Menu::Money => "money",
            Menu::Expenses => "expenses",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|menu| menu.slug() == slug)
    }

    /// What is closed with it.
    pub fn rights(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Menu::Resellers => &[P::PeopleView, P::PeopleEdit, P::ManageOperators, P::ChangeOperator, P::Impersonate],
            Menu::Network => &[
                P::NetworkView,
                P::NetworkEdit,
                P::SessionsView,
                P::PackagesView,
                P::PackagesEdit,
                P::PackagesMaster,
                P::PackagesAssign,
                P::PackagesRetail,
                P::OverridePackagePricing,
            ],
            Menu::Customers => &[
                P::CustomersView,
                P::CustomersCreate,
                P::CustomersUpdate,
                P::CustomersSuspend,
                P::CustomersImport,
                P::CustomersExport,
                P::BulkOperations,
            ],
            Menu::Money => &[
                P::BillingView,
                P::BillingGenerate,
                P::BillingCredit,
                P::BillingAdjust,
                P::EditSuspendDate,
                P::ManualDiscount,
                P::PaymentsView,
                P::PaymentsReceive,
                P::PaymentsBackdate,
                P::PaymentsAllocate,
                P::PaymentsReverse,
                P::PaymentsRefund,
            ],
            Menu::Expenses => &[P::ExpensesView, P::ExpensesEdit, P::CashDesk],
        }
    }
}
