//! What a form of settings asks to be changed at one level: only what differs from what was shown there becomes a value of
//! its own, and what a level above has locked is refused.

use super::{Key, Level};
use crate::Problem;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A group as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsForm {
    /// By slug.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Ticks, for those that are lists; a list that is there in `values` and not here has none.
    #[serde(default)]
    pub lists: BTreeMap<String, Vec<String>>,
    /// Slugs that nobody below may change.
    #[serde(default)]
    pub locked: Vec<String>,
    /// The own values as they were shown; without one the key is missing.
    #[serde(default)]
    pub seen: BTreeMap<String, String>,
}

/// What is written at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub key: Key,
    pub value: String,
    pub locked: bool,
}

/// One setting as it stands at the level that is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    pub key: Key,
    /// The level's own value and whether it is locked.
    pub own: Option<(String, bool)>,
    /// What would hold without it.
    pub without: String,
    /// A level above says so for everybody.
    pub fixed: bool,
}

/// Reads the form against what stands there. An own value that somebody else changed meanwhile is a conflict of its field.
pub fn changes(form: &SettingsForm, level: Level, standing: &[At]) -> Result<Vec<Change>, Vec<Problem>> {
    let (mut problems, mut changes) = (Vec::new(), Vec::new());
    let locked: BTreeSet<&str> = form.locked.iter().map(String::as_str).collect();
    for at in standing {
        let (slug, def) = (at.key.slug(), at.key.def());
        let Some(typed) = form.values.get(slug) else { continue };
        let typed = if def.kind == super::Kind::Weekdays {
            form.lists.get(slug).map(|days| days.join(",")).unwrap_or_default()
        } else {
            typed.clone()
        };
        let lock = locked.contains(slug) && def.levels.iter().any(|below| *below > level);
        let value = match def.kind.read(slug, &typed) {
            Ok(value) => value,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let wanted = match &at.own {
            Some((own, was_locked)) => (*own != value || *was_locked != lock).then_some(()),
            None => (at.without != value || lock).then_some(()),
        };
        if wanted.is_none() {
            continue;
        }
        if at.fixed || !def.levels.contains(&level) {
            problems.push(Problem::new(slug, "problem-setting-fixed"));
        } else if form.seen.get(slug) != at.own.as_ref().map(|(own, _)| own) {
            problems.push(Problem::new(slug, "problem-changed-meanwhile"));
        } else {
            changes.push(Change { key: at.key, value, locked: lock });
        }
    }
    if problems.is_empty() { Ok(changes) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(own: Option<(&str, bool)>, fixed: bool) -> At {
        At { key: Key::PromiseDays, own: own.map(|(own, locked)| (own.to_string(), locked)), without: "7".into(), fixed }
    }

    fn form(value: &str, locked: bool, seen: Option<&str>) -> SettingsForm {
        let slug = Key::PromiseDays.slug().to_string();
        SettingsForm {
            values: BTreeMap::from([(slug.clone(), value.to_string())]),
            locked: if locked { vec![slug.clone()] } else { Vec::new() },
            seen: seen.map(|seen| (slug, seen.to_string())).into_iter().collect(),
            ..SettingsForm::default()
        }
    }

    fn outcome(form: SettingsForm, level: Level, at: At) -> Result<usize, String> {
        changes(&form, level, &[at]).map(|changes| changes.len()).map_err(|problems| problems[0].key.clone())
    }

    #[test]
    fn saving_what_is_shown_makes_nothing_ones_own() {
        assert_eq!(outcome(form("7", false, None), Level::Isp, at(None, false)), Ok(0));
        assert_eq!(outcome(form("7", false, None), Level::Isp, at(None, true)), Ok(0), "nor is a fixed value touched");
        assert_eq!(outcome(form("9", false, Some("9")), Level::Isp, at(Some(("9", false)), false)), Ok(0));
        assert_eq!(outcome(form("9", false, None), Level::Isp, at(None, false)), Ok(1));
        assert_eq!(outcome(form("7", true, None), Level::Isp, at(None, false)), Ok(1), "what is locked must be one's own");
        assert_eq!(outcome(form("7", true, None), Level::Reseller, at(None, false)), Ok(0), "nobody is below a reseller");
    }

    #[test]
    fn what_is_fixed_or_changed_meanwhile_is_refused_at_its_field() {
        assert_eq!(outcome(form("9", false, None), Level::Isp, at(None, true)), Err("problem-setting-fixed".into()));
        assert_eq!(outcome(form("9", false, None), Level::Isp, at(Some(("8", false)), false)), Err("problem-changed-meanwhile".into()));
        assert_eq!(outcome(form("31", false, None), Level::Isp, at(None, false)), Err("problem-number-range".into()));
    }
}
