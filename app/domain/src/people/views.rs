//! What the pages about people show, and what their forms send.

use super::{Preset, Role};
use crate::rights::{Grade, Permission};
use crate::{AccountId, BranchId, CustomerId, ZoneId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whether somebody may sign in, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PersonStatus {
    Active,
    /// Himself.
    Suspended,
    /// Because somebody above him is.
    WithTheOneAbove,
    Deleted,
}

impl PersonStatus {
    pub const ALL: [PersonStatus; 3] = [PersonStatus::Active, PersonStatus::Suspended, PersonStatus::WithTheOneAbove];

    pub fn slug(self) -> &'static str {
        match self {
            PersonStatus::Active => "active",
            PersonStatus::Suspended => "suspended",
            PersonStatus::WithTheOneAbove => "above",
            PersonStatus::Deleted => "deleted",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }
}

/// Which people are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFilter {
    pub search: String,
    pub role: Option<Role>,
    pub status: Option<PersonStatus>,
    /// Everybody in the subtree of this seller.
    pub below: Option<AccountId>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    pub id: AccountId,
    pub role: Role,
    pub preset: Option<Preset>,
    pub name: String,
    pub email: Option<String>,
    pub username: Option<String>,
    pub mobile: Option<String>,
    pub status: PersonStatus,
    /// The seller he stands below.
    pub above: Option<(AccountId, String)>,
    pub signed_in_at: Option<DateTime<Utc>>,
    pub second_factor: bool,
}

/// Everything about one person that somebody above him may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDetail {
    pub row: PersonRow,
    pub language: Option<String>,
    pub owner_path: String,
    pub created_at: DateTime<Utc>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub suspended_why: Option<String>,
    pub must_change: bool,
    /// Customers in his subtree, where he sells.
    pub customers: Option<i64>,
    pub branches: Vec<(BranchId, String)>,
    pub zones: Vec<(ZoneId, String)>,
    pub version: i32,
    /// The caller may change, suspend and reset him.
    pub manageable: bool,
    pub may_log_in_as: bool,
}

/// Where he is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSession {
    pub id: Uuid,
    pub agent: String,
    pub ip: Option<String>,
    pub since: DateTime<Utc>,
    pub seen: DateTime<Utc>,
}

/// A key given apart: until a day, for one customer, with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantView {
    pub id: Uuid,
    pub permission: Permission,
    pub customer: Option<(CustomerId, String)>,
    pub reason: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub granted_by: Option<String>,
    pub granted_at: DateTime<Utc>,
    pub over: bool,
}

/// One right of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyView {
    pub permission: Permission,
    pub grade: Grade,
    pub granted: bool,
    pub closed: bool,
    /// Whoever looks holds it himself, and may give and close it.
    pub held: bool,
}

/// The rights of one person, as whoever may change them sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RightsView {
    pub person: PersonRow,
    pub keys: Vec<KeyView>,
    pub special: Vec<GrantView>,
    /// For a reseller, and for the ISP alone: which menus are closed.
    pub menus: Option<Vec<super::Menu>>,
    pub manageable: bool,
}

/// Standing keys and closed ones, by their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsForm {
    #[serde(default)]
    pub keys: Vec<String>,
    #[serde(default)]
    pub closed: Vec<String>,
}

/// A key apart as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialForm {
    #[serde(default)]
    pub permission: String,
    /// The last day, `2026-11-21`; empty: until it is taken back.
    #[serde(default)]
    pub until: String,
    /// Number of the one customer; empty: all.
    #[serde(default)]
    pub customer: String,
    #[serde(default)]
    pub reason: String,
}
