//! Accounts as rules of values: who may make and manage whom (TEN-06), where in the tree somebody stands, and what a
//! form about a person must say. It knows no row: what is in scope is asked elsewhere.

use super::{Preset, Role};
use crate::rights::{Grade, Permission};
use crate::{AccountId, Problem};
use serde::{Deserialize, Serialize};

/// Whether somebody of this role may make and manage people of that one at all: lower ones, and those that the matrix
/// gives him (spec section B.3). A manager outranks no reseller; he needs the key that says so.
pub fn may_make(maker: Role, made: Role) -> bool {
    match maker {
        Role::Admin => matches!(made, Role::Reseller | Role::SubReseller | Role::Manager | Role::Staff | Role::CardDistributor),
        Role::Reseller => matches!(made, Role::SubReseller | Role::Staff),
        Role::Manager => matches!(made, Role::Reseller | Role::SubReseller),
        _ => false,
    }
}

/// The right that managing people of this role asks for.
pub fn management_right(role: Role) -> Permission {
    match role {
        Role::Reseller | Role::SubReseller => Permission::ManageOperators,
        _ => Permission::PeopleEdit,
    }
}

/// Is `path` in the subtree of `own`? `None` is the whole ISP.
pub fn is_below(own: Option<&str>, path: &str) -> bool {
    own.is_none_or(|own| path.starts_with(own))
}

/// Where a new person stands below `above`: whoever sells heads a branch of his own.
pub fn path_of_new(role: Role, id: AccountId, above: &str) -> String {
    match role {
        Role::Reseller | Role::SubReseller => format!("{above}{id}/"),
        _ => above.to_owned(),
    }
}

/// The keys that this role can be given.
pub fn grantable(role: Role) -> impl Iterator<Item = Permission> {
    Permission::ALL.iter().copied().filter(move |permission| permission.grade(role) == Grade::Granted)
}

/// Whether a key can be held there at all: whoever works for a seller has nothing that no seller can have, for what lies
/// behind it knows no branch.
pub fn can_hold(role: Role, owner_path: &str, permission: Permission) -> bool {
    let of_role = permission.grade(role) != Grade::No;
    of_role && (owner_path == "/" || !matches!(role, Role::Manager | Role::Staff) || permission.grade(Role::Reseller) != Grade::No)
}

/// A new person as the form sends him.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonForm {
    #[serde(default)]
    pub role: String,
    /// Id of the seller he stands below; empty: whoever makes him, or the ISP.
    #[serde(default)]
    pub above: String,
    #[serde(default)]
    pub preset: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub mobile: String,
    #[serde(default)]
    pub language: String,
}

/// What can be said of a person again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonEdit {
    pub name: String,
    pub email: Option<String>,
    pub username: Option<String>,
    pub mobile: Option<String>,
    pub language: Option<String>,
}

/// A person to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    pub role: Role,
    pub above: Option<AccountId>,
    pub preset: Option<Preset>,
    pub edit: PersonEdit,
}

const MOST_NAME: usize = 100;

impl PersonForm {
    /// Reads the whole form.
    pub fn read(&self) -> Result<NewPerson, Vec<Problem>> {
        let mut problems = Vec::new();
        let role = Role::from_slug(&self.role).filter(|role| Role::ALL.iter().any(|maker| may_make(*maker, *role)));
        if role.is_none() {
            problems.push(Problem::new("role", "problem-choice"));
        }
        let above = match self.above.trim() {
            "" => None,
            text => match text.parse() {
                Ok(id) => Some(id),
                Err(_) => {
                    problems.push(Problem::new("above", "problem-choice"));
                    None
                }
            },
        };
        let preset = match (role, self.preset.as_str()) {
            (Some(Role::Staff | Role::Manager), slug) if !slug.is_empty() => {
                let preset = Preset::from_slug(slug);
                if preset.is_none() {
                    problems.push(Problem::new("preset", "problem-choice"));
                }
                preset
            }
            _ => None,
        };
        match (self.read_edit(), role) {
            (Ok(edit), Some(role)) if problems.is_empty() => Ok(NewPerson { role, above, preset, edit }),
            (edit, _) => {
                problems.extend(edit.err().unwrap_or_default());
                Err(problems)
            }
        }
    }

    /// Reads what is the same for a new person and one who is changed.
    pub fn read_edit(&self) -> Result<PersonEdit, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = self.name.trim().to_owned();
        if !(1..=MOST_NAME).contains(&name.chars().count()) {
            problems.push(Problem::new("name", "problem-name-length").with("most", MOST_NAME));
        }
        let mut take = |text: &str, read: &dyn Fn(&str) -> Result<String, Problem>| match text.trim() {
            "" => None,
            text => read(text).map_err(|problem| problems.push(problem)).ok(),
        };
        let email = take(&self.email, &email);
        let username = take(&self.username, &|text| crate::customers::username(text).map(|name| name.to_lowercase()));
        let mobile = take(&self.mobile, &crate::customers::phone);
        let language = Some(self.language.clone()).filter(|language| !language.is_empty());
        if language.as_deref().is_some_and(|language| !matches!(language, "en" | "bn")) {
            problems.push(Problem::new("language", "problem-choice"));
        }
        if [&self.email, &self.username, &self.mobile].iter().all(|text| text.trim().is_empty()) {
            problems.push(Problem::new("email", "problem-no-login"));
        }
        if problems.is_empty() { Ok(PersonEdit { name, email, username, mobile, language }) } else { Err(problems) }
    }
}

/// An address that mail could reach, in small letters.
pub fn email(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let good = text.len() <= 254
        && !text.contains(char::is_whitespace)
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && !host.contains('@') && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
        });
    if good { Ok(text.to_lowercase()) } else { Err(Problem::new("email", "problem-email")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nobody_makes_his_equal_or_better() {
        for maker in Role::ALL {
            for made in Role::ALL.into_iter().filter(|made| may_make(maker, *made)) {
                let by_key = maker == Role::Manager && management_right(made).grade(maker) == Grade::Granted;
                assert!(made.rank() > maker.rank() || by_key, "{} makes {}", maker.slug(), made.slug());
                assert_ne!(management_right(made).grade(maker), Grade::No, "{} makes {} without a right", maker.slug(), made.slug());
            }
        }
        assert!(!may_make(Role::Admin, Role::Admin) && !may_make(Role::SubReseller, Role::Staff));
    }

    #[test]
    fn who_sells_heads_a_branch_and_who_works_stands_in_one() {
        let (one, two) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let reseller = path_of_new(Role::Reseller, one, "/");
        let sub = path_of_new(Role::SubReseller, two, &reseller);
        assert_eq!(sub, format!("/{one}/{two}/"));
        assert_eq!(path_of_new(Role::Staff, two, &reseller), reseller);
        assert!(is_below(Some(&reseller), &sub) && !is_below(Some(&sub), &reseller) && is_below(None, &reseller));
    }

    #[test]
    fn who_works_for_a_seller_holds_nothing_of_the_whole_isp() {
        for permission in [Permission::LedgerView, Permission::AuditView, Permission::CashManage, Permission::NetworkEdit] {
            assert!(can_hold(Role::Staff, "/", permission) && !can_hold(Role::Staff, "/x/", permission), "{}", permission.key());
        }
        assert!(can_hold(Role::Staff, "/x/", Permission::CustomersView) && can_hold(Role::Reseller, "/x/", Permission::ManageOperators));
    }

    #[test]
    fn a_form_is_read_whole_and_every_problem_named() {
        let form = PersonForm { role: "staff".into(), preset: "collector".into(), name: "Rina".into(), ..PersonForm::default() };
        let named = |form: &PersonForm| form.read().unwrap_err().into_iter().map(|problem| problem.field).collect::<Vec<_>>();
        assert_eq!(named(&form), ["email"], "he needs something to sign in with");
        let good = PersonForm { email: "Rina@Padma.example".into(), mobile: "01711-123456".into(), ..form.clone() };
        let read = good.read().unwrap();
        assert_eq!((read.preset, read.edit.email.as_deref()), (Some(Preset::Collector), Some("rina@padma.example")));
        assert_eq!(read.edit.mobile.as_deref(), Some("+8801711123456"));
        let bad =
            PersonForm { role: "admin".into(), above: "x".into(), email: "a@b".into(), language: "de".into(), ..PersonForm::default() };
        assert_eq!(named(&bad), ["role", "above", "name", "email", "language"]);
        assert_eq!(named(&PersonForm { preset: "king".into(), ..good }), ["preset"]);
    }
}
