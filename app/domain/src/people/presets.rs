//! Saved sets of rights for staff (spec section B.1): a job title and the keys that it begins with. A preset is where
//! somebody starts, never what he may do: that is what was granted to him.

use super::{Role, can_hold};
use crate::rights::{Grade, Permission};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

    /// What he begins with where the ISP says nothing else. An accountant reads and exports, the network desk sees no money.
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

/// The sets as one ISP has them: what it changed, and the product's own for the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presets {
    pub changed: BTreeMap<Preset, BTreeSet<Permission>>,
}

/// How somebody's keys differ from the set that he began with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// In the set, and not his.
    pub missing: Vec<Permission>,
    /// His, and not in the set.
    pub more: Vec<Permission>,
}

impl Difference {
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.more.is_empty()
    }
}

impl Presets {
    /// What can be in a set at all: keys that staff are given, without a reason of their own.
    pub fn offered() -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(|key| key.grade(Role::Staff) == Grade::Granted && !key.is_special())
    }

    pub fn keys(&self, preset: Preset) -> BTreeSet<Permission> {
        self.changed.get(&preset).cloned().unwrap_or_else(|| preset.keys().iter().copied().collect())
    }

    /// What of a set somebody of this role can have where he stands.
    pub fn keys_for(&self, preset: Preset, role: Role, owner_path: &str) -> BTreeSet<Permission> {
        let fits = |key: &Permission| key.grade(role) == Grade::Granted && can_hold(role, owner_path, *key);
        self.keys(preset).into_iter().filter(fits).collect()
    }

    /// `given`: his standing keys. Special ones have their own reasons and are no difference.
    pub fn difference(&self, preset: Preset, role: Role, owner_path: &str, given: &BTreeSet<Permission>) -> Difference {
        let wanted = self.keys_for(preset, role, owner_path);
        Difference {
            missing: wanted.difference(given).copied().collect(),
            more: given.difference(&wanted).copied().filter(|key| !key.is_special()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_set_of_an_isp_takes_the_place_of_the_products_own() {
        use Permission as P;
        let mut presets = Presets::default();
        assert_eq!(presets.keys(Preset::Noc), BTreeSet::from([P::NetworkView, P::NetworkEdit, P::SessionsView]));
        presets.changed.insert(Preset::Noc, BTreeSet::from([P::NetworkView, P::NetworkEdit, P::LedgerView]));
        let of = |role, path: &str| presets.keys_for(Preset::Noc, role, path);
        assert_eq!(of(Role::Staff, "/").len(), 3);
        assert!(!of(Role::Manager, "/").contains(&P::NetworkEdit), "no manager can be given it");
        assert!(!of(Role::Staff, "/0/").contains(&P::LedgerView), "nor who works for a seller the books");
        let given = BTreeSet::from([P::NetworkView, P::SessionsView, P::ManualDiscount]);
        let difference = presets.difference(Preset::Noc, Role::Staff, "/", &given);
        assert_eq!((difference.missing, difference.more), (vec![P::LedgerView, P::NetworkEdit], vec![P::SessionsView]));
        assert!(presets.difference(Preset::Noc, Role::Staff, "/", &of(Role::Staff, "/")).is_none());
    }
}
