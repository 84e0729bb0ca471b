//! Notices from above the ISPs to their people: what kind, for whom, for how long.

use crate::{Problem, TenantId};
use serde::{Deserialize, Serialize};

/// How loud it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    #[default]
    News,
    Maintenance,
    Problem,
}

impl NoticeKind {
    pub const ALL: [NoticeKind; 3] = [NoticeKind::News, NoticeKind::Maintenance, NoticeKind::Problem];

    pub fn slug(self) -> &'static str {
        match self {
            NoticeKind::News => "news",
            NoticeKind::Maintenance => "maintenance",
            NoticeKind::Problem => "problem",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// What a form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeForm {
    #[serde(default)]
    pub kind: String,
    pub title: String,
    #[serde(default)]
    pub words: String,
    /// Of one tenant; empty: of all.
    #[serde(default)]
    pub tenant: String,
    /// Whole days; empty: until it is ended.
    #[serde(default)]
    pub days: String,
}

/// A form that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDraft {
    pub kind: NoticeKind,
    pub title: String,
    pub words: String,
    pub tenant: Option<TenantId>,
    pub days: Option<i64>,
}

impl NoticeForm {
    pub fn read(&self) -> Result<NoticeDraft, Vec<Problem>> {
        let mut problems = Vec::new();
        let (title, words) = (self.title.trim().to_string(), self.words.trim().replace('\r', ""));
        if !(1..=120).contains(&title.chars().count()) {
            problems.push(Problem::new("title", "problem-notice-title").with("most", 120));
        }
        if words.chars().count() > 2_000 {
            problems.push(Problem::new("words", "problem-notice-words").with("most", 2_000));
        }
        let kind = if self.kind.is_empty() { Some(NoticeKind::News) } else { NoticeKind::from_slug(&self.kind) };
        if kind.is_none() {
            problems.push(Problem::new("kind", "problem-choice"));
        }
        let tenant = Some(self.tenant.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose();
        if tenant.is_err() {
            problems.push(Problem::new("tenant", "problem-choice"));
        }
        let days = Some(self.days.trim()).filter(|text| !text.is_empty());
        let days = days.map(|text| text.parse::<i64>().ok().filter(|days| (1..=365).contains(days)));
        if days == Some(None) {
            problems.push(Problem::new("days", "problem-notice-days"));
        }
        match (kind, tenant, problems.is_empty()) {
            (Some(kind), Ok(tenant), true) => Ok(NoticeDraft { kind, title, words, tenant: tenant.map(TenantId), days: days.flatten() }),
            _ => Err(problems),
        }
    }
}
