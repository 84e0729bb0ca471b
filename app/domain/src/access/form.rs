//! Forms of rules, of bound devices and of the block list: read, or every problem beside its field.

use super::{OnDuplicate, Prefix, read_template};
use crate::Problem;
use crate::radius::{router_name, station};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Rules of a package, or of a line where empty means "as the package says".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessForm {
    /// 0: as many as come.
    pub sessions: String,
    pub on_duplicate: String,
    /// `any`, `fixed` or `learn`.
    pub mac_rule: String,
    pub mac_most: String,
    /// `yes` or `no`.
    pub mac_replace: String,
    pub framed_pool: String,
    pub address_list: String,
    /// Of a line only.
    pub ipv6_prefix: String,
    pub delegated_prefix: String,
    pub reply_template: String,
}

/// What was understood; `None`: not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessDraft {
    pub sessions: Option<u16>,
    pub on_duplicate: Option<OnDuplicate>,
    pub mac_rule: Option<&'static str>,
    pub mac_most: Option<u16>,
    pub mac_replace: Option<bool>,
    pub framed_pool: Option<String>,
    pub address_list: Option<String>,
    pub ipv6_prefix: Option<Prefix>,
    pub delegated_prefix: Option<Prefix>,
    pub reply_template: String,
}

const MAC_RULES: [&str; 3] = ["any", "fixed", "learn"];
const MOST_SESSIONS: u16 = 100;
const MOST_MACS: u16 = 20;

struct Reading {
    problems: Vec<Problem>,
}

impl Reading {
    fn take<T>(&mut self, text: &str, read: impl FnOnce(&str) -> Option<T>, problem: impl FnOnce() -> Problem) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.problems.push(problem());
        }
        value
    }

    fn number(&mut self, field: &str, text: &str, least: u16, most: u16) -> Option<u16> {
        let within = |text: &str| text.parse().ok().filter(|number| (least..=most).contains(number));
        self.take(text, within, || Problem::new(field, "problem-number-range").with("least", least).with("most", most))
    }

    fn prefix(&mut self, field: &str, text: &str) -> Option<Prefix> {
        self.take(text, read_prefix, || Problem::new(field, "problem-ipv6-prefix"))
    }
}

/// `2001:db8:1::/48`, with nothing set behind its length.
fn read_prefix(text: &str) -> Option<Prefix> {
    let (address, length) = text.split_once('/')?;
    let (address, length) = (address.parse::<std::net::Ipv6Addr>().ok()?, length.parse::<u8>().ok()?);
    let behind = u128::MAX.checked_shr(u32::from(length)).unwrap_or(0);
    let fits = (1..=128).contains(&length) && u128::from(address) & behind == 0;
    fits.then_some(Prefix { address, length })
}

pub fn read_access(form: &AccessForm) -> Result<AccessDraft, Vec<Problem>> {
    let mut reading = Reading { problems: Vec::new() };
    let choice = |field: &'static str| move || Problem::new(field, "problem-choice");
    let draft = AccessDraft {
        sessions: reading.number("sessions", &form.sessions, 0, MOST_SESSIONS),
        on_duplicate: reading.take(&form.on_duplicate, OnDuplicate::from_slug, choice("on_duplicate")),
        mac_rule: reading.take(&form.mac_rule, |text| MAC_RULES.into_iter().find(|rule| *rule == text), choice("mac_rule")),
        mac_most: reading.number("mac_most", &form.mac_most, 1, MOST_MACS),
        mac_replace: reading.take(
            &form.mac_replace,
            |text| match text {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            choice("mac_replace"),
        ),
        framed_pool: name(&mut reading, "framed_pool", &form.framed_pool),
        address_list: name(&mut reading, "address_list", &form.address_list),
        ipv6_prefix: reading.prefix("ipv6_prefix", &form.ipv6_prefix),
        delegated_prefix: reading.prefix("delegated_prefix", &form.delegated_prefix),
        reply_template: form.reply_template.trim().replace('\r', ""),
    };
    if let Err(wrong) = read_template("reply_template", &draft.reply_template) {
        reading.problems.extend(wrong);
    }
    if reading.problems.is_empty() { Ok(draft) } else { Err(reading.problems) }
}

fn name(reading: &mut Reading, field: &str, text: &str) -> Option<String> {
    router_name(field, text).unwrap_or_else(|problem| {
        reading.problems.push(problem);
        None
    })
}

/// A device's address as it is kept. `None`: it is none.
pub fn read_mac(text: &str) -> Option<String> {
    let mac = station(text);
    let is_mac =
        mac.len() == 17 && mac.bytes().enumerate().all(|(at, octet)| if at % 3 == 2 { octet == b':' } else { octet.is_ascii_hexdigit() });
    is_mac.then_some(mac)
}

/// What an entry of the block list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    Mac,
    Mobile,
    Username,
}

impl BlockKind {
    pub const ALL: [BlockKind; 3] = [BlockKind::Mac, BlockKind::Mobile, BlockKind::Username];

    pub fn slug(self) -> &'static str {
        match self {
            BlockKind::Mac => "mac",
            BlockKind::Mobile => "mobile",
            BlockKind::Username => "username",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BlockForm {
    pub kind: String,
    pub value: String,
    pub note: String,
    /// Days; empty: for good.
    pub days: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockDraft {
    pub kind: BlockKind,
    pub value: String,
    pub note: String,
    pub until: Option<DateTime<Utc>>,
}

/// Reads an entry; values are kept the way they are compared later.
pub fn read_block(form: &BlockForm, now: DateTime<Utc>) -> Result<BlockDraft, Vec<Problem>> {
    let mut reading = Reading { problems: Vec::new() };
    let text = form.value.trim();
    let kind = BlockKind::from_slug(form.kind.trim());
    let value = match kind {
        None => {
            reading.problems.push(Problem::new("kind", "problem-choice"));
            None
        }
        Some(BlockKind::Mac) => read_mac(text),
        Some(BlockKind::Mobile) => crate::customers::phone(text).ok(),
        Some(BlockKind::Username) => (!text.is_empty() && text.len() <= 253).then(|| text.to_ascii_lowercase()),
    };
    if let (Some(kind), None) = (kind, &value) {
        let key = match kind {
            BlockKind::Mac => "problem-mac",
            BlockKind::Mobile => "problem-mobile",
            BlockKind::Username => "problem-username-empty",
        };
        reading.problems.push(Problem::new("value", key).with("value", text.chars().take(40).collect::<String>()));
    }
    let note = form.note.trim().to_string();
    if note.is_empty() || note.chars().count() > 300 {
        reading.problems.push(Problem::new("note", "problem-reason-needed").with("most", 300));
    }
    let days = reading.number("days", &form.days, 1, 3_650);
    match (kind, value) {
        (Some(kind), Some(value)) if reading.problems.is_empty() => {
            let until = days.map(|days| now + chrono::TimeDelta::days(i64::from(days)));
            Ok(BlockDraft { kind, value, note, until })
        }
        _ => Err(reading.problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys<T: std::fmt::Debug>(read: Result<T, Vec<Problem>>) -> Vec<(String, String)> {
        read.err().unwrap_or_default().into_iter().map(|problem| (problem.field, problem.key)).collect()
    }

    #[test]
    fn rules_are_read_or_every_field_is_named() {
        let form = AccessForm {
            sessions: "2".into(),
            on_duplicate: "refuse_new".into(),
            mac_rule: "learn".into(),
            mac_replace: "yes".into(),
            delegated_prefix: "2001:db8:1::/48".into(),
            ..AccessForm::default()
        };
        let draft = read_access(&form).unwrap();
        assert_eq!((draft.sessions, draft.mac_rule, draft.mac_most), (Some(2), Some("learn"), None));
        assert_eq!(draft.delegated_prefix.map(|prefix| prefix.length), Some(48));
        let wrong = AccessForm {
            sessions: "101".into(),
            on_duplicate: "both".into(),
            mac_most: "0".into(),
            framed_pool: "two words".into(),
            ipv6_prefix: "2001:db8::1/64".into(),
            ..AccessForm::default()
        };
        let fields: Vec<_> = keys(read_access(&wrong)).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["sessions", "on_duplicate", "mac_most", "framed_pool", "ipv6_prefix"]);
        assert_eq!(read_access(&AccessForm::default()).unwrap(), AccessDraft::default());
    }

    #[test]
    fn the_block_list_keeps_what_is_compared() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let form = |kind: &str, value: &str| BlockForm { kind: kind.into(), value: value.into(), note: "spam".into(), days: "2".into() };
        let value = |kind: &str, text: &str| read_block(&form(kind, text), now).map(|draft| draft.value);
        assert_eq!(value("mac", "aabb.cc00.1122").unwrap(), "AA:BB:CC:00:11:22");
        assert_eq!(value("username", " Rahim ").unwrap(), "rahim");
        assert_eq!(value("mobile", "01711234567").unwrap(), "+8801711234567");
        assert_eq!(keys(value("mac", "rahim")), [("value".to_string(), "problem-mac".to_string())]);
        assert_eq!(keys(read_block(&BlockForm::default(), now)).len(), 2);
    }
}
