//! The nine kinds of people (spec section B.1) and the rank between them.

mod accounts;
mod branches;
mod menus;
mod presets;
mod titles;
mod tree;
mod views;
mod zones;

pub use accounts::{NewPerson, PersonEdit, PersonForm, can_hold, email, grantable, is_below, management_right, may_make, path_of_new};
pub use branches::{Branch, BranchForm, BranchInput};
pub use menus::Menu;
pub use presets::{Difference, Preset, Presets};
pub use titles::{MOST_TITLE, RoleTitle, TitleForm, Titles};
pub use tree::{as_tree, with_below};
pub use views::{
    GrantView, KeyView, PersonDetail, PersonFilter, PersonRow, PersonSession, PersonStatus, RightsForm, RightsView, SpecialForm,
};
pub use zones::{MOST_LISTED, Zone, ZoneForm, ZoneInput, find_zone, held_to_zones, holding, zone_path};

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

/// Who acts inside an ISP: made by a session, a key or a job, and handed to every use case. It carries scope (which
/// rows exist for him) and rights (what he may do with them).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub isp_id: crate::IspId,
    pub actor: Actor,
    pub role: Role,
    pub grants: Vec<crate::rights::Permission>,
    /// Branch of the reseller tree (`/id/`), `None` for the whole ISP.
    pub owner_path: Option<String>,
    /// The portal: this customer and nobody else.
    pub customer_id: Option<crate::CustomerId>,
    pub ip: Option<std::net::IpAddr>,
    pub request_id: Option<uuid::Uuid>,
    /// The browser session behind it; a job, the command line and a key have none.
    pub session: Option<SessionMark>,
    /// His provider is suspended: he sees everything and changes nothing.
    pub read_only: bool,
    /// What narrows him, and what he was given for one customer alone.
    pub bounds: Bounds,
}

/// What holds for one person beside his role and his keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Closed whatever else says yes: for him, by a menu that is hidden, or because somebody else acts as he.
    pub closed: Vec<crate::rights::Permission>,
    /// Good for this one customer.
    pub for_one: Vec<(crate::rights::Permission, crate::CustomerId)>,
    /// Customers of these branches and of no other; `None`: of all.
    pub branches: Option<Vec<crate::BranchId>>,
    /// Customers of these zones and of no other; `None`: of all.
    pub zones: Option<Vec<crate::ZoneId>>,
    /// Who acts as this person.
    pub impersonator: Option<Impersonator>,
}

impl Bounds {
    /// Some of the customers whom his place in the tree would show are hidden from him.
    pub fn is_held(&self) -> bool {
        self.branches.is_some() || self.zones.is_some()
    }
}

/// Somebody who opened the account of a person below him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impersonator {
    pub id: crate::AccountId,
    pub name: String,
}

/// Which session somebody is in, and when he last gave his password or a code in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionMark {
    pub id: uuid::Uuid,
    pub proved_at: chrono::DateTime<chrono::Utc>,
}

/// The hand that did something, as the audit log names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Account {
        id: crate::AccountId,
        name: String,
    },
    /// A subscriber who signed in with the line's own password.
    Subscriber {
        id: crate::CustomerId,
        name: String,
    },
    /// A job or a command line, by its name.
    System(&'static str),
}

impl Actor {
    fn id(&self) -> Option<uuid::Uuid> {
        match self {
            Actor::Account { id, .. } => Some(id.0),
            Actor::Subscriber { id, .. } => Some(id.0),
            Actor::System(_) => None,
        }
    }

    fn name(&self) -> &str {
        match self {
            Actor::Account { name, .. } | Actor::Subscriber { name, .. } => name,
            Actor::System(name) => name,
        }
    }
}

impl Caller {
    /// The product itself at work inside one ISP: a job, RADIUS, the command line.
    pub fn system(isp_id: crate::IspId, name: &'static str) -> Self {
        Self {
            isp_id,
            actor: Actor::System(name),
            role: Role::Admin,
            grants: Vec::new(),
            owner_path: None,
            customer_id: None,
            ip: None,
            request_id: None,
            session: None,
            read_only: false,
            bounds: Bounds::default(),
        }
    }

    /// Sees all customers of his ISP.
    pub fn sees_whole_isp(&self) -> bool {
        self.owner_path.is_none() && self.customer_id.is_none() && !self.bounds.is_held()
    }

    /// No wins over yes.
    pub fn allowed(&self, permission: crate::rights::Permission) -> bool {
        !self.bounds.closed.contains(&permission) && permission.allowed(self.role, &self.grants)
    }

    /// The same about one customer, for whom alone a key may have been given.
    pub fn allowed_for(&self, permission: crate::rights::Permission, customer: crate::CustomerId) -> bool {
        let one = self.bounds.for_one.contains(&(permission, customer))
            && permission.grade(self.role) == crate::rights::Grade::Granted
            && !self.bounds.closed.contains(&permission);
        one || self.allowed(permission)
    }

    /// Id of the account behind it, `None` for the system.
    pub fn actor_id(&self) -> Option<uuid::Uuid> {
        self.actor.id()
    }

    pub fn actor_name(&self) -> &str {
        self.actor.name()
    }
}

/// Who acts on the platform itself, above every ISP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformCaller {
    pub actor: Actor,
    pub role: Role,
    /// A super admin's tenant; `None` for a developer and for the system.
    pub tenant_id: Option<crate::TenantId>,
    pub ip: Option<std::net::IpAddr>,
    pub session: Option<SessionMark>,
    /// His tenant is suspended: he sees everything and changes nothing.
    pub read_only: bool,
}

impl PlatformCaller {
    pub fn system(name: &'static str) -> Self {
        Self { actor: Actor::System(name), role: Role::Developer, tenant_id: None, ip: None, session: None, read_only: false }
    }

    pub fn allowed(&self, permission: crate::rights::Permission) -> bool {
        permission.allowed(self.role, &[])
    }

    /// Id of the account behind it, `None` for the system.
    pub fn actor_id(&self) -> Option<uuid::Uuid> {
        self.actor.id()
    }

    pub fn actor_name(&self) -> &str {
        self.actor.name()
    }
}
