//! How an ISP calls its roles (TEN-11): words on a screen, without any effect on rights.

use super::Role;
use crate::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const MOST_TITLE: usize = 40;
const LANGUAGES: [&str; 2] = ["en", "bn"];

/// A name of a role in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleTitle {
    pub role: Role,
    pub language: String,
    pub title: String,
}

/// The names of one language; a role without one keeps the product's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Titles(pub Vec<(Role, String)>);

impl Titles {
    pub fn of(all: &[RoleTitle], language: &str) -> Self {
        Self(all.iter().filter(|title| title.language == language).map(|title| (title.role, title.title.clone())).collect())
    }

    pub fn get(&self, role: Role) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == role).map(|(_, title)| title.as_str())
    }
}

/// What the form sends: `reseller-en` and so on. Empty restores the product's own name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleForm {
    #[serde(default)]
    pub titles: BTreeMap<String, String>,
}

impl TitleForm {
    /// Roles that an ISP has people of.
    pub fn roles() -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(|role| !role.is_platform())
    }

    pub fn field(role: Role, language: &str) -> String {
        format!("{}-{language}", role.slug())
    }

    pub fn read(&self) -> Result<Vec<RoleTitle>, Vec<Problem>> {
        let (mut titles, mut problems) = (Vec::new(), Vec::new());
        for role in Self::roles() {
            for language in LANGUAGES {
                let field = Self::field(role, language);
                let title = self.titles.get(&field).map(|title| title.trim()).unwrap_or_default();
                if title.chars().count() > MOST_TITLE {
                    problems.push(Problem::new(&field, "problem-too-long").with("most", MOST_TITLE));
                } else if !title.is_empty() {
                    titles.push(RoleTitle { role, language: language.into(), title: title.into() });
                }
            }
        }
        if problems.is_empty() { Ok(titles) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_restores_and_a_long_one_is_refused() {
        let form = |text: &str| TitleForm { titles: BTreeMap::from([("reseller-en".to_string(), text.to_string())]) };
        let read = form(" POP ").read().unwrap();
        assert_eq!(Titles::of(&read, "en").get(Role::Reseller), Some("POP"));
        assert_eq!(Titles::of(&read, "bn").get(Role::Reseller), None);
        assert!(form("").read().unwrap().is_empty());
        assert_eq!(form(&"x".repeat(41)).read().unwrap_err()[0].field, "reseller-en");
        assert!(form(&"ক".repeat(40)).read().is_ok(), "letters are counted, not bytes");
    }
}
