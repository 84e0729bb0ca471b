//! What stands above the ISPs, as rules of values: what a suspension means below it, what a plan allows, and what the
//! forms of tenants, ISPs and plans must hold. Nothing here knows who asks.

mod forms;
mod notices;

pub use forms::{IspEdit, IspForm, IspOrder, PlanForm, TenantForm, TenantOrder, host_name};
pub use notices::{NoticeDraft, NoticeForm, NoticeKind};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long the data of a deleted tenant is kept.
pub const KEPT: TimeDelta = TimeDelta::days(90);
/// From this share of a limit on people are warned.
pub const WARN_PERCENT: i64 = 80;

/// Where a suspension was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    Tenant,
    Isp,
}

/// Why nothing can be changed at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    pub since: DateTime<Utc>,
    pub why: String,
    pub by: Level,
}

/// What was decided about one tenant, or one ISP, by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    Active,
    Suspended {
        since: DateTime<Utc>,
        why: String,
    },
    /// Deleted, or terminated.
    Ended,
}

/// What holds for the people of an ISP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// Staff read and change nothing; lines keep running.
    Suspended(Suspension),
    /// It is not there any more.
    Closed,
}

/// What holds below a tenant's own decision and an ISP's. Neither is copied onto the other, so lifting one leaves the
/// other exactly as it was.
pub fn standing(tenant: &Decided, isp: &Decided) -> Standing {
    match (tenant, isp) {
        (Decided::Ended, _) | (_, Decided::Ended) => Standing::Closed,
        (Decided::Suspended { since, why }, Decided::Suspended { since: earlier, .. }) => {
            Standing::Suspended(Suspension { since: *since.min(earlier), why: why.clone(), by: Level::Tenant })
        }
        (Decided::Suspended { since, why }, Decided::Active) => {
            Standing::Suspended(Suspension { since: *since, why: why.clone(), by: Level::Tenant })
        }
        (Decided::Active, Decided::Suspended { since, why }) => {
            Standing::Suspended(Suspension { since: *since, why: why.clone(), by: Level::Isp })
        }
        (Decided::Active, Decided::Active) => Standing::Open,
    }
}

/// What a plan limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    Isps,
    Users,
    Customers,
    Routers,
}

impl Limited {
    pub const ALL: [Limited; 4] = [Limited::Isps, Limited::Users, Limited::Customers, Limited::Routers];

    pub fn slug(self) -> &'static str {
        match self {
            Limited::Isps => "isps",
            Limited::Users => "users",
            Limited::Customers => "customers",
            Limited::Routers => "routers",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limited| limited.slug() == slug)
    }
}

/// How much there is of something, and how much there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    pub of: Limited,
    pub have: i64,
    pub most: Option<i64>,
}

/// How near a limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near {
    Far,
    Warn,
    Full,
}

impl Use {
    /// In whole percent, rounded down.
    pub fn percent(&self) -> Option<i64> {
        self.most.filter(|most| *most > 0).map(|most| self.have * 100 / most)
    }

    pub fn near(&self) -> Near {
        match self.most {
            Some(most) if self.have >= most => Near::Full,
            Some(most) if self.have * 100 >= most * WARN_PERCENT => Near::Warn,
            _ => Near::Far,
        }
    }
}

/// The limits of a plan; without one nothing is limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub isps: Option<i32>,
    pub users: Option<i32>,
    pub customers: Option<i32>,
    pub routers: Option<i32>,
}

impl Limits {
    pub fn of(&self, what: Limited) -> Option<i64> {
        match what {
            Limited::Isps => self.isps,
            Limited::Users => self.users,
            Limited::Customers => self.customers,
            Limited::Routers => self.routers,
        }
        .map(i64::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(day: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(i64::from(day) * 86_400, 0).unwrap()
    }

    fn decided() -> impl Strategy<Value = Decided> {
        prop_oneof![
            Just(Decided::Active),
            (0u32..1000).prop_map(|day| Decided::Suspended { since: at(day), why: format!("since {day}") }),
            Just(Decided::Ended),
        ]
    }

    proptest! {
        /// However often a tenant is suspended and lifted, an ISP stands afterwards as it stood before.
        #[test]
        fn lifting_restores_exactly_what_the_cascade_took(isp in decided(), held in decided()) {
            let before = standing(&Decided::Active, &isp);
            let during = standing(&held, &isp);
            prop_assert_eq!(standing(&Decided::Active, &isp), before.clone());
            if matches!(held, Decided::Suspended { .. }) {
                prop_assert!(!matches!(during, Standing::Open), "whoever is below a suspended tenant is not open");
            }
            if let (Standing::Suspended(own), Standing::Suspended(now)) = (before, during) {
                prop_assert!(now.since <= own.since, "a suspension of both counts from the first");
            }
        }

        #[test]
        fn a_limit_warns_before_it_is_full(have in 0i64..2000, most in 1i64..2000) {
            let near = Use { of: Limited::Customers, have, most: Some(most) }.near();
            prop_assert_eq!(near == Near::Full, have >= most);
            prop_assert_eq!(near == Near::Warn, have < most && have * 100 >= most * 80);
            prop_assert_eq!(Use { of: Limited::Customers, have, most: None }.near(), Near::Far);
        }
    }
}
