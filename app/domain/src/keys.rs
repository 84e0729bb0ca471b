//! Keys with which programs act as the person who made them (SEC-08): what a form may ask for, how long one lasts, and in
//! which state one is. A key is narrower than its owner, never wider; how its secret looks is not known here.

use crate::Problem;
use crate::rights::Permission;
use crate::trust::{Network, read_networks};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Days that a key may be good for.
pub const LIFETIMES: [i64; 4] = [30, 90, 180, 365];
/// Before its end a key's owner is reminded once.
pub const REMINDED_BEFORE: TimeDelta = TimeDelta::days(30);
/// So long a key and the one that takes its place are good at once.
pub const OVERLAP: TimeDelta = TimeDelta::days(7);
/// Keys of one person that are good at once.
pub const MOST_KEYS: usize = 20;
const MOST_NAME: usize = 60;

/// A new key as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyForm {
    pub name: String,
    pub scopes: Vec<String>,
    pub days: String,
    /// One a line; nothing means from anywhere.
    pub networks: String,
    pub premium: bool,
}

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    pub name: String,
    pub scopes: BTreeSet<Permission>,
    pub lasts: TimeDelta,
    pub networks: Vec<Network>,
    pub premium: bool,
}

/// What a key may ever open: what its owner does with his own keys, sessions and second factor he does himself.
pub fn scopes() -> impl Iterator<Item = Permission> {
    let own = |permission: &Permission| matches!(permission, Permission::ApiKeys | Permission::OwnAccount | Permission::Impersonate);
    let platform =
        |permission: &Permission| matches!(permission, Permission::PlatformView | Permission::PlatformManage | Permission::IspsManage);
    Permission::ALL.iter().copied().filter(move |permission| !own(permission) && !platform(permission))
}

impl KeyForm {
    pub fn read(&self) -> Result<NewKey, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = self.name.trim().to_owned();
        if !(1..=MOST_NAME).contains(&name.chars().count()) {
            problems.push(Problem::new("name", "problem-name-length").with("most", MOST_NAME));
        }
        let mut wanted = BTreeSet::new();
        for scope in &self.scopes {
            match Permission::from_key(scope).filter(|scope| scopes().any(|known| known == *scope)) {
                Some(scope) => {
                    wanted.insert(scope);
                }
                None => problems.push(Problem::new("scopes", "problem-choice")),
            }
        }
        if self.scopes.is_empty() {
            problems.push(Problem::new("scopes", "problem-key-scopes"));
        }
        let days = self.days.trim().parse().ok().filter(|days| LIFETIMES.contains(days));
        if days.is_none() {
            problems.push(Problem::new("days", "problem-choice"));
        }
        let networks = read_networks(&self.networks, None).map_err(|found| problems.extend(found)).unwrap_or_default();
        match days {
            Some(days) if problems.is_empty() => Ok(NewKey {
                name,
                scopes: wanted,
                lasts: TimeDelta::days(days),
                networks: networks.into_iter().map(|(network, _)| network).collect(),
                premium: self.premium,
            }),
            _ => Err(problems),
        }
    }
}

/// What a key is good for at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    Good,
    /// Good for less than a month more.
    Ending,
    Expired,
    Revoked,
}

impl KeyState {
    pub fn of(expires_at: DateTime<Utc>, revoked: bool, now: DateTime<Utc>) -> Self {
        match expires_at - now {
            _ if revoked => KeyState::Revoked,
            left if left <= TimeDelta::zero() => KeyState::Expired,
            left if left <= REMINDED_BEFORE => KeyState::Ending,
            _ => KeyState::Good,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            KeyState::Good => "good",
            KeyState::Ending => "ending",
            KeyState::Expired => "expired",
            KeyState::Revoked => "revoked",
        }
    }

    pub fn is_live(self) -> bool {
        matches!(self, KeyState::Good | KeyState::Ending)
    }
}

/// A key as its owner sees it; its secret is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    pub id: Uuid,
    pub name: String,
    pub scopes: Vec<Permission>,
    pub networks: Vec<Network>,
    pub premium: bool,
    pub made_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub used_from: Option<String>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// The key it takes the place of.
    pub replaces: Option<Uuid>,
    /// There is one that takes its place.
    pub replaced: bool,
}

impl KeyRow {
    pub fn state(&self, now: DateTime<Utc>) -> KeyState {
        KeyState::of(self.expires_at, self.revoked_at.is_some(), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> KeyForm {
        KeyForm { name: " Website ".into(), scopes: vec!["customers.view".into()], days: "90".into(), ..KeyForm::default() }
    }

    #[test]
    fn a_key_is_named_narrow_and_ends() {
        let read = good().read().unwrap();
        assert_eq!((read.name.as_str(), read.lasts), ("Website", TimeDelta::days(90)));
        assert_eq!(read.scopes.into_iter().collect::<Vec<_>>(), [Permission::CustomersView]);
        let bad = KeyForm { name: String::new(), scopes: Vec::new(), days: "9999".into(), networks: "x/99".into(), premium: false };
        let named: Vec<String> = bad.read().unwrap_err().into_iter().map(|problem| problem.field).collect();
        assert_eq!(named, ["name", "scopes", "days", "networks"]);
    }

    #[test]
    fn no_key_makes_keys_or_acts_as_somebody_else() {
        for scope in ["api_keys", "impersonate", "platform.manage", "own.account", "nonsense"] {
            let form = KeyForm { scopes: vec![scope.into()], ..good() };
            assert_eq!(form.read().unwrap_err()[0].field, "scopes", "{scope}");
        }
    }

    #[test]
    fn a_key_ends_at_its_instant_and_warns_a_month_before() {
        let now: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().unwrap();
        let at = |days: i64| KeyState::of(now + TimeDelta::days(days), false, now);
        assert_eq!([at(31), at(30), at(0)], [KeyState::Good, KeyState::Ending, KeyState::Expired]);
        assert_eq!(KeyState::of(now + TimeDelta::days(90), true, now), KeyState::Revoked);
    }
}
