//! Saved sets of rights for staff (spec section B.1): a job title and the keys that it begins with. A preset is where
//! somebody starts, never what he may do: that is what was granted to him.

use crate::rights::Permission;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    Accountant,
    BillingOps,
    Technician,
    Noc,
    Support,
    Sales,
    Collector,
}

impl Preset {
    pub const ALL: [Preset; 7] =
        [Preset::Accountant, Preset::BillingOps, Preset::Technician, Preset::Noc, Preset::Support, Preset::Sales, Preset::Collector];

    pub fn slug(self) -> &'static str {
        match self {
            Preset::Accountant => "accountant",
            Preset::BillingOps => "billing_ops",
            Preset::Technician => "technician",
            Preset::Noc => "noc",
            Preset::Support => "support",
            Preset::Sales => "sales",
            Preset::Collector => "collector",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.slug() == slug)
    }

    /// What he begins with. An accountant reads and exports, the network desk sees no money.
    pub fn keys(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Preset::Accountant => {
                &[P::CustomersView, P::BillingView, P::PaymentsView, P::LedgerView, P::ExpensesView, P::ReportsFinancial, P::ReportsExport]
            }
            Preset::BillingOps => &[
                P::CustomersView,
                P::CustomersCreate,
                P::CustomersUpdate,
                P::BillingView,
                P::BillingGenerate,
                P::BillingCredit,
                P::PaymentsView,
                P::PaymentsReceive,
                P::PaymentsAllocate,
                P::PaymentsRefund,
                P::CashDesk,
                P::MessagesView,
            ],
            Preset::Technician => &[P::CustomersView, P::SessionsView, P::NetworkView],
            Preset::Noc => &[P::NetworkView, P::NetworkEdit, P::SessionsView],
            Preset::Support => &[P::CustomersView, P::CustomersSuspend, P::BillingView, P::SessionsView, P::MessagesView],
            Preset::Sales => &[P::CustomersView, P::CustomersCreate, P::CustomersUpdate],
            Preset::Collector => &[P::CustomersView, P::BillingView, P::PaymentsView, P::PaymentsReceive, P::CashDesk],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Role;
    use crate::rights::Grade;

    #[test]
    fn every_key_of_a_preset_can_be_granted_to_staff() {
        for preset in Preset::ALL {
            for key in preset.keys() {
                assert_eq!(key.grade(Role::Staff), Grade::Granted, "{} of {}", key.key(), preset.slug());
                assert!(!key.is_special(), "{} wants a reason, and no preset has one", key.key());
            }
        }
    }

    #[test]
    fn an_accountant_changes_nothing_and_the_network_desk_sees_no_money() {
        let name = |preset: Preset| preset.keys().iter().map(|key| key.key()).collect::<Vec<_>>().join(" ");
        assert!(!["edit", "create", "receive", "generate"].iter().any(|word| name(Preset::Accountant).contains(word)));
        assert!(!["payments", "billing", "customers"].iter().any(|word| name(Preset::Noc).contains(word)));
    }
}
