//! The settings there are: each with its kind, range, usual value, the levels that may set it and the right that changes it.
//! What holds is found from the platform down to the nearest level. Lists and things of their own (profiles, taxes, days of
//! rest, texts) are no settings.

mod kinds;
mod save;
mod values;

pub use kinds::Kind;
pub use save::{At, Change, SettingsForm, changes};
pub use values::{Layer, Standing, Values, standing};

use crate::rights::Permission;
use serde::{Deserialize, Serialize};

/// Who sets a value; the further down, the nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Platform,
    Tenant,
    Isp,
    Branch,
    Reseller,
}

impl Level {
    pub const ALL: [Level; 5] = [Level::Platform, Level::Tenant, Level::Isp, Level::Branch, Level::Reseller];

    /// Name in the database and in the locales (`setting-level-…`).
    pub fn slug(self) -> &'static str {
        match self {
            Level::Platform => "platform",
            Level::Tenant => "tenant",
            Level::Isp => "isp",
            Level::Branch => "branch",
            Level::Reseller => "reseller",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.slug() == slug)
    }
}

/// What stands together on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Group {
    General,
    Billing,
    Quiet,
    Promise,
    Brake,
    Network,
    Checks,
    Expenses,
    Arrears,
}

impl Group {
    pub const ALL: [Group; 9] = [
        Group::General,
        Group::Billing,
        Group::Quiet,
        Group::Promise,
        Group::Brake,
        Group::Checks,
        Group::Expenses,
        Group::Network,
        Group::Arrears,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Group::General => "general",
            Group::Billing => "billing",
            Group::Quiet => "quiet",
            Group::Promise => "promise",
            Group::Brake => "brake",
            Group::Checks => "checks",
            Group::Expenses => "expenses",
            Group::Network => "network",
            Group::Arrears => "arrears",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.slug() == slug)
    }

    /// Opens the group, beside the right to see all settings.
    pub fn looks(self) -> Permission {
        match self {
            Group::General | Group::Arrears => Permission::SettingsView,
            Group::Billing | Group::Quiet | Group::Promise | Group::Brake | Group::Checks => Permission::BillingView,
            Group::Expenses => Permission::ExpensesView,
            Group::Network => Permission::NetworkView,
        }
    }

    /// Changes what is in it, inside an ISP.
    pub fn changes(self) -> Permission {
        match self {
            Group::General | Group::Arrears => Permission::SettingsEdit,
            Group::Billing | Group::Quiet | Group::Promise | Group::Brake | Group::Checks => Permission::BillingProfiles,
            // Only who may approve expenses decides which of them need it.
            Group::Expenses => Permission::ExpensesApprove,
            Group::Network => Permission::NetworkEdit,
        }
    }

    pub fn keys(self) -> impl Iterator<Item = Key> {
        Key::ALL.iter().copied().filter(move |key| key.def().group == self)
    }

    /// Whether this level may set anything in it.
    pub fn is_for(self, level: Level) -> bool {
        self.keys().any(|key| key.def().levels.contains(&level))
    }
}

/// Everything about one setting.
#[derive(Clone, Copy, Debug)]
pub struct Def {
    pub group: Group,
    pub kind: Kind,
    /// Holds until somebody says otherwise; the weekend's comes from the country.
    pub usual: &'static str,
    pub levels: &'static [Level],
}

const ABOVE: &[Level] = &[Level::Platform, Level::Tenant];
const TO_ISP: &[Level] = &[Level::Platform, Level::Tenant, Level::Isp];
const TO_ALL: &[Level] = &Level::ALL;

macro_rules! settings {
    ($($variant:ident $key:literal $group:ident $usual:literal $levels:ident $kind:expr;)+) => {
        /// One setting. The slug is what is stored.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Key { $($variant),+ }

        impl Key {
            pub const ALL: &'static [Key] = &[$(Key::$variant),+];

            pub fn slug(self) -> &'static str {
                match self { $(Key::$variant => $key),+ }
            }

            pub fn def(self) -> Def {
                match self { $(Key::$variant => Def { group: Group::$group, kind: $kind, usual: $usual, levels: $levels }),+ }
            }
        }
    };
}

settings! {
    Language "language" General "en" TO_ISP Kind::Choice(&["en", "bn"]);
    Weekend "weekend" General "" TO_ISP Kind::Weekdays;
    ProfileDay "profile_billing_day" Billing "1" TO_ISP Kind::Number { least: 1, most: 28 };
    ProfileDue "profile_due_days" Billing "7" TO_ISP Kind::Number { least: 0, most: 90 };
    ProfileGrace "profile_grace_days" Billing "3" TO_ISP Kind::Number { least: 0, most: 90 };
    QuietFrom "quiet_from" Quiet "21:00" TO_ALL Kind::Time;
    QuietUntil "quiet_until" Quiet "08:00" TO_ALL Kind::Time;
    PromiseDays "promise_days" Promise "7" TO_ALL Kind::Number { least: 1, most: 30 };
    PromisePerCycle "promise_per_cycle" Promise "1" TO_ALL Kind::Number { least: 0, most: 30 };
    PromisePerYear "promise_per_year" Promise "3" TO_ALL Kind::Number { least: 0, most: 100 };
    PromiseByCustomer "promise_by_customer" Promise "yes" TO_ALL Kind::YesNo;
    BrakeShare "brake_share" Brake "20" TO_ISP Kind::Number { least: 0, most: 100 };
    BrakeTimes "brake_times" Brake "3" TO_ISP Kind::Number { least: 0, most: 100 };
    BrakeLeast "brake_least" Brake "5" TO_ISP Kind::Number { least: 1, most: 1_000_000 };
    RefundLimit "refund_limit" Checks "5000" TO_ISP Kind::Amount;
    RehearsalRequired "rehearsal_required" Checks "no" TO_ISP Kind::YesNo;
    RehearsalDays "rehearsal_days" Checks "" TO_ISP Kind::NumberOrNone { least: 0, most: 30 };
    ExpenseLimit "expense_limit" Expenses "5000" TO_ISP Kind::Amount;
    SuspendedAccess "suspended_access" Network "walled" TO_ISP Kind::Choice(&["walled", "reject"]);
    WalledList "walled_list" Network "lastmile-suspended" TO_ISP Kind::Word { most: 60 };
    InterimSeconds "interim_seconds" Network "300" TO_ISP Kind::Number { least: 60, most: 3600 };
    AddressRestHours "address_rest_hours" Network "24" TO_ISP Kind::Number { least: 0, most: 8760 };
    LineGraceDays "line_grace_days" Arrears "7" ABOVE Kind::Number { least: 0, most: 365 };
    LineAfterGrace "line_after_grace" Arrears "keep" ABOVE Kind::Choice(&["keep", "reject"]);
}

impl Key {
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_value_is_one_that_could_be_typed() {
        for key in Key::ALL.iter().filter(|key| **key != Key::Weekend) {
            let def = key.def();
            assert_eq!(def.kind.read(key.slug(), def.usual).as_deref(), Ok(def.usual), "{}", key.slug());
        }
        assert_eq!(Key::ALL.len(), Group::ALL.iter().map(|group| group.keys().count()).sum::<usize>());
    }

    #[test]
    fn slugs_name_one_thing() {
        for key in Key::ALL {
            assert_eq!(Key::from_slug(key.slug()), Some(*key));
        }
        for level in Level::ALL {
            assert_eq!(Level::from_slug(level.slug()), Some(level));
        }
        for group in Group::ALL {
            assert_eq!(Group::from_slug(group.slug()), Some(group));
        }
    }
}
