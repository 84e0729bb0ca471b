//! What was done above the ISPs, to read. A super admin sees what was about his tenant.

use super::{own, require_platform};
use crate::{Result, Services};
use chrono::{DateTime, Utc};
use domain::customers::{Page, Paging};
use domain::people::PlatformCaller;
use domain::rights::Permission;
use serde_json::Value;
use storage::platform_log;

/// One thing that somebody did.
#[derive(Clone, Debug)]
pub struct LogRow {
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    pub subject: String,
    /// Field, before, after.
    pub changes: Vec<(String, String, String)>,
    pub ip: Option<String>,
}

pub async fn log(services: &Services, caller: &PlatformCaller, paging: Paging) -> Result<Page<LogRow>> {
    require_platform(caller, Permission::PlatformView)?;
    let mut tx = services.db.platform(caller).await?;
    let (rows, total) = platform_log::entries(&mut tx, own(caller), paging.size, paging.offset()).await?;
    let rows = rows
        .into_iter()
        .map(|row| LogRow {
            at: row.at,
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            changes: changes(row.before.as_ref(), row.after.as_ref()),
            ip: row.ip.map(|ip| ip.ip().to_string()),
        })
        .collect();
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<(String, String, String)> {
    let fields = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (fields(before), fields(after));
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    names.into_iter().filter(differs).map(|name| (name.clone(), text(before.get(name)), text(after.get(name)))).collect()
}
