//! The forms of tenants, ISPs and plans, read once and refused with every problem beside its field.

use super::Limits;
use crate::{Currency, Problem};
use serde::{Deserialize, Serialize};

/// A form's text, trimmed; empty is nothing.
fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn name(field: &str, text: &str, most: usize, problems: &mut Vec<Problem>) -> String {
    let text = text.trim();
    if !(1..=most).contains(&text.chars().count()) {
        problems.push(Problem::new(field, "problem-name-length").with("most", most));
    }
    text.to_owned()
}

fn email(field: &str, text: &str, problems: &mut Vec<Problem>) -> String {
    let text = text.trim().to_lowercase();
    let good = text.len() <= 200
        && !text.contains(char::is_whitespace)
        && text.split_once('@').is_some_and(|(left, right)| !left.is_empty() && right.contains('.') && !right.contains('@'));
    if !good {
        problems.push(Problem::new(field, "problem-email"));
    }
    text
}

fn short_name(field: &str, text: &str, problems: &mut Vec<Problem>) -> String {
    let text = text.trim().to_lowercase();
    let good = (2..=31).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    if !good {
        problems.push(Problem::new(field, "problem-short-name"));
    }
    text
}

/// A host name in the form that is stored: lower case, without scheme, path and port; `None`: it cannot be one.
pub fn host_name(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    ((1..=253).contains(&text.len()) && text.split('.').all(label)).then_some(text)
}

fn host(field: &str, text: &str, problems: &mut Vec<Problem>) -> String {
    host_name(text).unwrap_or_else(|| {
        problems.push(Problem::new(field, "problem-host").with("value", text.trim()));
        String::new()
    })
}

fn finish<T>(read: T, problems: Vec<Problem>) -> Result<T, Vec<Problem>> {
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

/// A tenant as it is typed. The administrator's fields count when it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantForm {
    pub name: String,
    #[serde(default)]
    pub domain: String,
    #[serde(default)]
    pub subdomain: String,
    /// Empty: without limits.
    #[serde(default)]
    pub plan: String,
    #[serde(default)]
    pub slots: String,
    #[serde(default)]
    pub admin_name: String,
    #[serde(default)]
    pub admin_email: String,
}

/// The same, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantOrder {
    pub name: String,
    pub domain: Option<String>,
    pub subdomain: Option<String>,
    pub plan: Option<uuid::Uuid>,
    /// Of a new one.
    pub slots: i32,
    /// Of a new one: name and email.
    pub admin: (String, String),
}

impl TenantForm {
    pub fn read(&self, new: bool) -> Result<TenantOrder, Vec<Problem>> {
        let mut problems = Vec::new();
        let found = &mut problems;
        let read = TenantOrder {
            name: name("name", &self.name, 100, found),
            domain: some(&self.domain).map(|text| host("domain", &text, found)),
            subdomain: some(&self.subdomain).map(|text| short_name("subdomain", &text, found)),
            plan: some(&self.plan).and_then(|id| match id.parse() {
                Ok(id) => Some(id),
                Err(_) => {
                    found.push(Problem::new("plan", "problem-choice"));
                    None
                }
            }),
            slots: if new { number("slots", &self.slots, 0, 10_000, found).unwrap_or(0) } else { 0 },
            admin: match new {
                true => (name("admin_name", &self.admin_name, 100, found), email("admin_email", &self.admin_email, found)),
                false => Default::default(),
            },
        };
        finish(read, problems)
    }
}

fn number(field: &str, text: &str, least: i32, most: i32, problems: &mut Vec<Problem>) -> Option<i32> {
    let read = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    if read.is_none() {
        problems.push(Problem::new(field, "problem-number-range").with("least", least).with("most", most));
    }
    read
}

/// A new ISP as it is typed, with its first administrator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IspForm {
    /// Whose it is; a super admin's is his own.
    #[serde(default)]
    pub tenant: String,
    pub name: String,
    #[serde(default)]
    pub native_name: String,
    pub short_name: String,
    pub host: String,
    pub time_zone: String,
    pub currency: String,
    pub language: String,
    /// `walled` or `reject`.
    #[serde(default)]
    pub suspended_access: String,
    pub admin_name: String,
    pub admin_email: String,
}

/// The same, read. The zone is checked by whoever knows zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IspOrder {
    pub name: String,
    pub native_name: Option<String>,
    pub short_name: String,
    pub host: String,
    pub currency: Currency,
    pub language: String,
    pub walled: bool,
    pub admin: (String, String),
}

impl IspForm {
    pub fn read(&self) -> Result<IspOrder, Vec<Problem>> {
        let mut problems = Vec::new();
        let found = &mut problems;
        let currency = Currency::from_code(self.currency.trim());
        if currency.is_none() {
            found.push(Problem::new("currency", "problem-choice"));
        }
        if !matches!(self.language.as_str(), "en" | "bn") {
            found.push(Problem::new("language", "problem-choice"));
        }
        let native_name = some(&self.native_name);
        if native_name.as_ref().is_some_and(|name| name.chars().count() > 100) {
            found.push(Problem::new("native_name", "problem-name-length").with("most", 100));
        }
        let read = IspOrder {
            name: name("name", &self.name, 100, found),
            native_name,
            short_name: short_name("short_name", &self.short_name, found),
            host: host("host", &self.host, found),
            currency: currency.unwrap_or(Currency::Bdt),
            language: self.language.clone(),
            walled: self.suspended_access != "reject",
            admin: (name("admin_name", &self.admin_name, 100, found), email("admin_email", &self.admin_email, found)),
        };
        finish(read, problems)
    }
}

/// What of an ISP may be changed from above: its name and where it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IspEdit {
    pub name: String,
    #[serde(default)]
    pub native_name: String,
    /// One a line.
    #[serde(default)]
    pub hosts: String,
}

impl IspEdit {
    /// Name, own name, host names.
    pub fn read(&self) -> Result<(String, Option<String>, Vec<String>), Vec<Problem>> {
        let mut problems = Vec::new();
        let title = name("name", &self.name, 100, &mut problems);
        let native = some(&self.native_name);
        let mut hosts: Vec<String> =
            self.hosts.split([',', '\n', ' ', '\r']).filter_map(some).map(|text| host("hosts", &text, &mut problems)).collect();
        hosts.sort();
        hosts.dedup();
        if hosts.is_empty() || hosts.len() > 20 {
            problems.push(Problem::new("hosts", "problem-hosts"));
        }
        finish((title, native, hosts), problems)
    }
}

/// A plan as it is typed; an empty limit is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanForm {
    pub name: String,
    #[serde(default)]
    pub isps: String,
    #[serde(default)]
    pub users: String,
    #[serde(default)]
    pub customers: String,
    #[serde(default)]
    pub routers: String,
    #[serde(default)]
    pub archived: bool,
}

impl PlanForm {
    pub fn of(name: &str, limits: &Limits, archived: bool) -> Self {
        let text = |limit: Option<i32>| limit.map(|limit| limit.to_string()).unwrap_or_default();
        Self {
            name: name.into(),
            isps: text(limits.isps),
            users: text(limits.users),
            customers: text(limits.customers),
            routers: text(limits.routers),
            archived,
        }
    }

    pub fn read(&self) -> Result<(String, Limits), Vec<Problem>> {
        let mut problems = Vec::new();
        let title = name("name", &self.name, 60, &mut problems);
        let mut limit = |field: &str, text: &str, most: i32| some(text).and_then(|text| number(field, &text, 1, most, &mut problems));
        let limits = Limits {
            isps: limit("isps", &self.isps, 10_000),
            users: limit("users", &self.users, 1_000_000),
            customers: limit("customers", &self.customers, 100_000_000),
            routers: limit("routers", &self.routers, 1_000_000),
        };
        finish((title, limits), problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>) -> Vec<String> {
        read.unwrap_err().into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn hosts_are_folded_and_nonsense_is_no_host() {
        assert_eq!(host_name(" Padma.Example. ").as_deref(), Some("padma.example"));
        for wrong in ["", "http://x", "a b", "-a.example", "a..b", "a/b", "a:80", "é.example"] {
            assert_eq!(host_name(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_a_host_stays_the_same_host(text in "[a-zA-Z0-9.-]{1,40}") {
            if let Some(once) = host_name(&text) {
                prop_assert_eq!(host_name(&once), Some(once.clone()));
            }
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let form = TenantForm { domain: "a b".into(), subdomain: "9".into(), plan: "x".into(), slots: "-1".into(), ..Default::default() };
        assert_eq!(fields(form.read(true)), ["name", "domain", "subdomain", "plan", "slots", "admin_name", "admin_email"]);
        let form = IspForm { language: "fr".into(), currency: "X".into(), ..Default::default() };
        assert_eq!(fields(form.read()), ["currency", "language", "name", "short_name", "host", "admin_name", "admin_email"]);
        assert_eq!(fields(PlanForm { customers: "0".into(), ..Default::default() }.read()), ["name", "customers"]);
        assert_eq!(fields(IspEdit { name: "A".into(), hosts: "ok.example, no good!".into(), ..Default::default() }.read()), ["hosts"]);
    }

    #[test]
    fn an_empty_limit_is_none() {
        let form = PlanForm { name: " Small ".into(), customers: "500".into(), ..Default::default() };
        assert_eq!(form.read(), Ok(("Small".into(), Limits { customers: Some(500), ..Limits::default() })));
    }
}
