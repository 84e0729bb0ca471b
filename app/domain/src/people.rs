//! The nine kinds of people (spec section B.1) and the rank between them.

use serde::{Deserialize, Serialize};

/// Who somebody is. What a role may do stands in `rights`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Developer,
    SuperAdmin,
    Admin,
    Reseller,
    SubReseller,
    Manager,
    CardDistributor,
    Staff,
    Customer,
}

impl Role {
    pub const ALL: [Role; 9] = [
        Role::Developer,
        Role::SuperAdmin,
        Role::Admin,
        Role::Reseller,
        Role::SubReseller,
        Role::Manager,
        Role::CardDistributor,
        Role::Staff,
        Role::Customer,
    ];

    /// Name in the database, in URLs and in the locales (`role-…`).
    pub fn slug(self) -> &'static str {
        match self {
            Role::Developer => "developer",
            Role::SuperAdmin => "super_admin",
            Role::Admin => "admin",
            Role::Reseller => "reseller",
            Role::SubReseller => "sub_reseller",
            Role::Manager => "manager",
            Role::CardDistributor => "card_distributor",
            Role::Staff => "staff",
            Role::Customer => "customer",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.slug() == slug)
    }

    /// Smaller outranks larger (spec section B.1).
    pub fn rank(self) -> u8 {
        match self {
            Role::Developer => 0,
            Role::SuperAdmin => 10,
            Role::Admin => 20,
            Role::Reseller => 30,
            Role::SubReseller => 40,
            Role::Manager => 50,
            Role::CardDistributor => 60,
            Role::Staff => 80,
            Role::Customer => 100,
        }
    }

    /// Works for the platform or a tenant, not inside one ISP.
    pub fn is_platform(self) -> bool {
        matches!(self, Role::Developer | Role::SuperAdmin)
    }
}

/// What a sign-in name looks like to the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    Email(String),
    Mobile(String),
    Username(String),
}

impl Login {
    /// An `@` means email, digits that make a phone number mean mobile, anything else is a username. Folded to the
    /// stored form. A PPPoE user name may hold an `@` too: the caller tries it as a username after the email.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text.contains('@') {
            return Login::Email(text.to_lowercase());
        }
        match crate::customers::phone(text) {
            Ok(mobile) => Login::Mobile(mobile),
            Err(_) => Login::Username(text.to_lowercase()),
        }
    }
}
