//! Subscribers that live on a router: its pools, profiles and secrets as they were read, and how they become rows of an
//! import. Which package a profile means is said by a person; a router is never written to here.

use crate::addresses::{Ranges, read_ranges};
use crate::imports::{Field, Mapping};
use crate::{ImportId, PackageId, RouterId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A pool of a router.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSeen {
    pub name: String,
    /// As the router writes them.
    pub ranges: String,
    /// Secrets that get their address from it.
    pub secrets: u64,
}

impl PoolSeen {
    /// `None`: written in a way that is not understood.
    pub fn addresses(&self) -> Option<Ranges> {
        read_ranges("ranges", &self.ranges).ok()
    }

    pub fn capacity(&self) -> Option<u64> {
        self.addresses().map(|ranges| u64::try_from(ranges.count()).unwrap_or(u64::MAX))
    }

    /// More lines than addresses.
    pub fn is_short(&self) -> bool {
        self.capacity().is_some_and(|capacity| self.secrets > capacity)
    }
}

/// A profile of a router.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileSeen {
    pub name: String,
    pub rate_limit: String,
    /// A pool, an address or nothing.
    pub remote: String,
    pub secrets: u64,
    /// What a person chose for it; `None`: its secrets are left out.
    pub package: Option<PackageId>,
}

/// A secret of a router, with its password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretSeen {
    pub name: String,
    pub password: String,
    pub profile: String,
    pub remote: String,
    pub caller_id: String,
    pub comment: String,
    pub disabled: bool,
}

/// What was read, without passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    pub pools: Vec<PoolSeen>,
    pub profiles: Vec<ProfileSeen>,
    pub secrets: u64,
    pub disabled: u64,
    /// Secrets whose password the router did not show.
    pub hidden: u64,
}

impl Read {
    pub fn of(pools: Vec<PoolSeen>, profiles: Vec<ProfileSeen>, secrets: &[SecretSeen]) -> Self {
        let (mut pools, mut profiles) = (pools, profiles);
        for secret in secrets {
            let profile = profiles.iter_mut().find(|profile| profile.name == secret.profile);
            let from = match (&profile, secret.remote.as_str()) {
                (Some(profile), "") => profile.remote.clone(),
                (_, remote) => remote.to_string(),
            };
            match profile {
                Some(profile) => profile.secrets += 1,
                None => profiles.push(ProfileSeen { name: secret.profile.clone(), secrets: 1, ..ProfileSeen::default() }),
            }
            if let Some(pool) = pools.iter_mut().find(|pool| pool.name == from) {
                pool.secrets += 1;
            }
        }
        let count = |of: fn(&SecretSeen) -> bool| secrets.iter().filter(|secret| of(secret)).count() as u64;
        let (disabled, hidden) = (count(|secret| secret.disabled), count(|secret| secret.password.is_empty()));
        Self { pools, profiles, secrets: secrets.len() as u64, disabled, hidden }
    }

    /// The pool that a profile hands out from, when it is one that the router has.
    pub fn pool_of(&self, profile: &ProfileSeen) -> Option<&PoolSeen> {
        self.pools.iter().find(|pool| pool.name == profile.remote)
    }
}

/// What a person chose before the rows are judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChoiceForm {
    /// Names of profiles, and as many packages; nothing leaves the profile out.
    pub profiles: Vec<String>,
    pub packages: Vec<String>,
    pub skip_disabled: bool,
    pub generate_passwords: bool,
    /// First day that is not paid; nothing: today.
    pub paid_until: String,
}

/// Columns of an import from a router, and what each of them is.
pub const COLUMNS: [(&str, Option<Field>); 9] = [
    ("name", Some(Field::Username)),
    ("password", Some(Field::Password)),
    ("package", Some(Field::Package)),
    ("profile", None),
    ("remote-address", Some(Field::StaticIp)),
    ("caller-id", Some(Field::Mac)),
    ("comment", Some(Field::Note)),
    ("disabled", Some(Field::Disabled)),
    ("paid until", Some(Field::PaidUntil)),
];

pub fn header() -> Vec<String> {
    COLUMNS.iter().map(|(name, _)| name.to_string()).collect()
}

pub fn mapping() -> Mapping {
    COLUMNS.iter().map(|(_, field)| *field).collect()
}

/// The secret as a row. A remote address that is a pool's name is none: the profile says it, and so does ours.
pub fn row(secret: &SecretSeen, packages: &BTreeMap<String, String>, paid_until: Option<NaiveDate>) -> Vec<String> {
    let fixed = secret.remote.parse::<IpAddr>().is_ok();
    vec![
        secret.name.clone(),
        secret.password.clone(),
        packages.get(&secret.profile).cloned().unwrap_or_default(),
        secret.profile.clone(),
        if fixed { secret.remote.clone() } else { String::new() },
        secret.caller_id.clone(),
        secret.comment.clone(),
        if secret.disabled { "yes" } else { "no" }.to_string(),
        paid_until.map(|day| day.to_string()).unwrap_or_default(),
    ]
}

/// What was read as a script that a router of the same make reads back.
pub fn script(pools: &[PoolSeen], profiles: &[ProfileSeen], secrets: &[SecretSeen]) -> String {
    let mut lines = vec!["/ip pool".to_string()];
    lines.extend(pools.iter().map(|pool| format!("add name={} ranges={}", quoted(&pool.name), quoted(&pool.ranges))));
    lines.push("/ppp profile".into());
    let profile = |profile: &ProfileSeen| {
        format!("add name={} remote-address={} rate-limit={}", quoted(&profile.name), quoted(&profile.remote), quoted(&profile.rate_limit))
    };
    lines.extend(profiles.iter().map(profile));
    lines.push("/ppp secret".into());
    let secret = |secret: &SecretSeen| {
        format!(
            "add name={} password={} profile={} remote-address={} caller-id={} comment={} disabled={}",
            quoted(&secret.name),
            quoted(&secret.password),
            quoted(&secret.profile),
            quoted(&secret.remote),
            quoted(&secret.caller_id),
            quoted(&secret.comment),
            if secret.disabled { "yes" } else { "no" }
        )
    };
    lines.extend(secrets.iter().map(secret));
    lines.push(String::new());
    lines.join("\n")
}

/// A text in the quotes of a RouterOS script: `$` and `"` mean nothing in it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' | '$' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The page of an import from a router, beside what it shows of any import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouterImport {
    pub import: ImportId,
    pub router: RouterId,
    pub router_name: String,
    pub day: NaiveDate,
    pub read: Read,
    pub read_at: DateTime<Utc>,
    /// Another one of the same router on the same day.
    pub same_day: Option<ImportId>,
    /// How many customers the ISP's plan still has room for; `None`: as many as come.
    pub room: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str, profile: &str, remote: &str) -> SecretSeen {
        SecretSeen { name: name.into(), password: "p".into(), profile: profile.into(), remote: remote.into(), ..SecretSeen::default() }
    }

    #[test]
    fn pools_count_those_who_draw_from_them() {
        let pool = |name: &str, ranges: &str| PoolSeen { name: name.into(), ranges: ranges.into(), secrets: 0 };
        let profile = ProfileSeen { name: "home".into(), remote: "pool1".into(), ..ProfileSeen::default() };
        let secrets = [
            secret("a", "home", ""),
            secret("b", "home", "pool2"),
            secret("c", "home", "10.0.0.9"),
            secret("d", "gone", ""),
            secret("e", "home", ""),
        ];
        let read = Read::of(vec![pool("pool1", "10.0.0.2-10.0.0.2"), pool("pool2", "10.0.1.10-20,10.0.2.0/30")], vec![profile], &secrets);
        assert_eq!(
            read.pools.iter().map(|pool| (pool.secrets, pool.capacity(), pool.is_short())).collect::<Vec<_>>(),
            [(2, Some(1), true), (1, Some(15), false)]
        );
        assert_eq!(
            read.profiles.iter().map(|profile| (profile.name.as_str(), profile.secrets)).collect::<Vec<_>>(),
            [("home", 4), ("gone", 1)]
        );
        assert_eq!((read.secrets, read.disabled, read.hidden), (5, 0, 0));
    }

    #[test]
    fn a_secret_becomes_a_row_and_a_line_of_a_script() {
        let packages = BTreeMap::from([("home".to_string(), "Home 10".to_string())]);
        let day = NaiveDate::from_ymd_opt(2026, 11, 1);
        let mut one = secret("ra\"him", "home", "10.0.0.9");
        one.disabled = true;
        assert_eq!(row(&one, &packages, day), ["ra\"him", "p", "Home 10", "home", "10.0.0.9", "", "", "yes", "2026-11-01"]);
        assert_eq!(row(&secret("b", "gold", "pool1"), &packages, None)[2..5], ["", "gold", ""]);
        let script = script(&[], &[], &[SecretSeen { comment: "$(x)\n\\".into(), ..one }]);
        assert!(script.contains(r#"name="ra\"him""#) && script.contains(r#"comment="\$(x)\n\\""#), "{script}");
        assert_eq!(header().len(), mapping().len());
    }
}
