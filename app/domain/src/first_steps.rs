//! What a new ISP does first. Whether a step is done is seen from the data, never ticked; only that somebody does not want it
//! is remembered.

use crate::rights::Permission;

/// One thing to do, in the order in which it makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FirstStep {
    SecondFactor,
    Company,
    BillingProfile,
    Package,
    Router,
    RouterSpeaks,
    Customers,
    FirstBill,
    FirstPayment,
    SecondAdmin,
}

impl FirstStep {
    pub const ALL: [FirstStep; 10] = [
        FirstStep::SecondFactor,
        FirstStep::Company,
        FirstStep::BillingProfile,
        FirstStep::Package,
        FirstStep::Router,
        FirstStep::RouterSpeaks,
        FirstStep::Customers,
        FirstStep::FirstBill,
        FirstStep::FirstPayment,
        FirstStep::SecondAdmin,
    ];

    /// Name in the database and in the locales (`first-step-…`).
    pub fn slug(self) -> &'static str {
        match self {
            FirstStep::SecondFactor => "second_factor",
            FirstStep::Company => "company",
            FirstStep::BillingProfile => "billing_profile",
            FirstStep::Package => "package",
            FirstStep::Router => "router",
            FirstStep::RouterSpeaks => "router_speaks",
            FirstStep::Customers => "customers",
            FirstStep::FirstBill => "first_bill",
            FirstStep::FirstPayment => "first_payment",
            FirstStep::SecondAdmin => "second_admin",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// Opens the page where it is done.
    pub fn permission(self) -> Option<Permission> {
        match self {
            FirstStep::SecondFactor => None,
            FirstStep::Company => Some(Permission::DocumentsEdit),
            FirstStep::BillingProfile => Some(Permission::BillingProfiles),
            FirstStep::Package => Some(Permission::PackagesEdit),
            FirstStep::Router => Some(Permission::NetworkEdit),
            FirstStep::RouterSpeaks => Some(Permission::NetworkView),
            FirstStep::Customers => Some(Permission::CustomersImport),
            FirstStep::FirstBill => Some(Permission::BillingView),
            FirstStep::FirstPayment => Some(Permission::PaymentsReceive),
            FirstStep::SecondAdmin => Some(Permission::PeopleEdit),
        }
    }
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    Done,
    /// Not wanted here.
    Skipped,
    Open,
}

/// Percent of the steps that are wanted, rounded down; nothing wanted is all done.
pub fn progress(states: &[StepState]) -> u8 {
    let of = |state: StepState| states.iter().filter(|known| **known == state).count();
    let (done, open) = (of(StepState::Done), of(StepState::Open));
    (done * 100).checked_div(done + open).and_then(|share| u8::try_from(share).ok()).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_skipped_step_is_not_in_the_way() {
        use StepState::{Done, Open, Skipped};
        assert_eq!(progress(&[Done, Open]), 50);
        assert_eq!(progress(&[Done, Skipped, Open, Open]), 33);
        assert_eq!((progress(&[Done, Skipped]), progress(&[])), (100, 100));
        assert!(FirstStep::ALL.iter().all(|step| FirstStep::from_slug(step.slug()) == Some(*step)));
    }

    proptest! {
        #[test]
        fn it_is_whole_only_when_nothing_is_open(states in prop::collection::vec(0u8..3, 0..20)) {
            let states: Vec<StepState> =
                states.into_iter().map(|state| [StepState::Done, StepState::Skipped, StepState::Open][usize::from(state)]).collect();
            prop_assert_eq!(progress(&states) == 100, !states.contains(&StepState::Open));
        }
    }
}
