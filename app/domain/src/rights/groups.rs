//! Rights under headings, so that nobody reads sixty of them in one list. A heading decides nothing.

use super::Permission;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RightGroup {
    Customers,
    Packages,
    Billing,
    Payments,
    Books,
    Network,
    People,
    Company,
}

impl RightGroup {
    pub const ALL: [RightGroup; 8] = [
        RightGroup::Customers,
        RightGroup::Packages,
        RightGroup::Billing,
        RightGroup::Payments,
        RightGroup::Books,
        RightGroup::Network,
        RightGroup::People,
        RightGroup::Company,
    ];

    /// `right-group-` before it is the key in the locales.
    pub fn slug(self) -> &'static str {
        match self {
            RightGroup::Customers => "customers",
            RightGroup::Packages => "packages",
            RightGroup::Billing => "billing",
            RightGroup::Payments => "payments",
            RightGroup::Books => "books",
            RightGroup::Network => "network",
            RightGroup::People => "people",
            RightGroup::Company => "company",
        }
    }

    /// These under their headings, in the order of the grid; nothing stands under a heading that has none.
    pub fn sorted<T: Copy>(all: &[T], right: impl Fn(T) -> Permission) -> Vec<(RightGroup, Vec<T>)> {
        let of = |group: RightGroup| all.iter().copied().filter(|one| right(*one).group() == group).collect::<Vec<T>>();
        Self::ALL.into_iter().map(|group| (group, of(group))).filter(|(_, rights)| !rights.is_empty()).collect()
    }
}

impl Permission {
    pub fn group(self) -> RightGroup {
        use Permission as P;
        use RightGroup::{Billing, Books, Company, Customers, Network, Packages, Payments, People};
        match self {
            P::CustomersView
            | P::CustomersCreate
            | P::CustomersUpdate
            | P::CustomersSuspend
            | P::CustomersImport
            | P::CustomersExport
            | P::BulkOperations
            | P::SuspensionRelease
            | P::EditSuspendDate
            | P::ChangeOperator
            | P::AccessAllCustomers
            | P::MessagesView
            | P::MessagesEdit => Customers,
            P::PackagesView | P::PackagesEdit | P::PackagesMaster | P::PackagesAssign | P::PackagesRetail | P::OverridePackagePricing => {
                Packages
            }
            P::BillingView
            | P::BillingGenerate
            | P::BillingProfiles
            | P::BillingApprove
            | P::BillingCredit
            | P::BillingWriteOff
            | P::BillingAdjust
            | P::ManualDiscount
            | P::DocumentsEdit => Billing,
            P::PaymentsView
            | P::PaymentsReceive
            | P::PaymentsBackdate
            | P::PaymentsAllocate
            | P::PaymentsReverse
            | P::PaymentsRefund
            | P::PaymentsRefundApprove
            | P::CashDesk
            | P::CashManage => Payments,
            P::LedgerView
            | P::LedgerClose
            | P::LedgerReopen
            | P::ExpensesView
            | P::ExpensesEdit
            | P::ExpensesApprove
            | P::ReportsFinancial
            | P::ReportsExport => Books,
            P::NetworkView | P::NetworkEdit | P::SessionsView => Network,
            P::PeopleManage
            | P::PeopleView
            | P::PeopleEdit
            | P::ManageOperators
            | P::Impersonate
            | P::BranchesEdit
            | P::ApiKeys
            | P::OwnAccount => People,
            P::PlatformView
            | P::PlatformManage
            | P::IspsManage
            | P::DashboardView
            | P::AuditView
            | P::JobsView
            | P::JobsManage
            | P::SettingsView
            | P::SettingsEdit => Company,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_stands_under_one_heading_and_none_has_too_many() {
        let groups = RightGroup::sorted(Permission::ALL, |right| right);
        assert_eq!(groups.iter().map(|(_, rights)| rights.len()).sum::<usize>(), Permission::ALL.len());
        assert_eq!(groups.len(), RightGroup::ALL.len());
        assert!(groups.iter().all(|(_, rights)| rights.len() <= 13), "{groups:?}");
        let few = RightGroup::sorted(&[Permission::CashDesk, Permission::CustomersView], |right| right);
        assert_eq!(few, [(RightGroup::Customers, vec![Permission::CustomersView]), (RightGroup::Payments, vec![Permission::CashDesk])]);
    }
}
