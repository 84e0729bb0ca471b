//! Backups of routers (RTR-06). Two belong together: the router's own export without secrets, which we keep, read and
//! compare; and its binary backup, which stays on the router, encrypted with a word that only we know, and which alone it can
//! be brought back with. Before it is brought back, what it is now is backed up first.

use super::connect::{Link, connect};
use super::files::{file_size, read_file, try_to_remove};
use super::live::told;
use super::look::serial;
use crate::people::require_proof;
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::rights::Permission;
use domain::routers::RouterStatus;
use domain::{BackupId, Problem, RouterId};
use integrations::routeros::{Command, RouterError, Version};
use rand::Rng;
use serde_json::json;
use sha2::{Digest, Sha256};
use storage::audit::{self, Change};
use storage::routers::backups::{self, BackupRow};
use storage::routers::{self, watch};
use uuid::Uuid;

/// So long a backup is kept that nobody asked for by hand (RTR-06).
const KEPT: TimeDelta = TimeDelta::days(30);
/// So many of a router are listed.
const LISTED: i64 = 200;
/// Files of ours on a router begin so.
const FILE: &str = "lastmile-backup-";

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Manual,
    Scheduled,
    Change,
    Import,
    Restore,
}

impl Reason {
    fn slug(self) -> &'static str {
        match self {
            Reason::Manual => "manual",
            Reason::Scheduled => "scheduled",
            Reason::Change => "change",
            Reason::Import => "import",
            Reason::Restore => "restore",
        }
    }
}

/// Backs a router up now. Answers with the export, or, from a router too old to hand it over, with the binary.
pub async fn back_up(services: &Services, caller: &Caller, id: RouterId, reason: Reason) -> Result<BackupId> {
    require(caller, Permission::NetworkEdit)?;
    back_up_over(services, caller, &connect(services, caller, id).await?, reason).await
}

async fn back_up_over(services: &Services, caller: &Caller, link: &Link, reason: Reason) -> Result<BackupId> {
    let stamp = services.now().format("%Y%m%d-%H%M%S").to_string();
    let named = format!("{FILE}{stamp}");
    let taken = take(link, &named).await.map_err(|error| told(&link.router.name, &error))?;
    let row = |kind: &str, id: BackupId, inside: &[u8], bytes: usize| BackupRow {
        id,
        router_id: link.router.id,
        kind: kind.into(),
        reason: reason.slug().into(),
        taken_at: services.now(),
        taken_by: caller.actor_name().to_string(),
        routeros: taken.routeros.clone(),
        serial: taken.serial.clone(),
        name: named.clone(),
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        digest: Sha256::digest(inside).to_vec(),
        on_router: Some(format!("{named}.backup")).filter(|_| kind == "binary"),
    };
    let (binary, export) = (BackupId(Uuid::now_v7()), BackupId(Uuid::now_v7()));
    let mut tx = services.begin(caller).await?;
    let word = taken.password.as_bytes();
    backups::add(&mut tx, &row("binary", binary, word, taken.bytes), &services.keys.seal(binary.0.as_bytes(), word)?).await?;
    if let Some(text) = &taken.export {
        let sealed = services.keys.seal(export.0.as_bytes(), text.as_bytes())?;
        backups::add(&mut tx, &row("export", export, text.as_bytes(), text.len()), &sealed).await?;
    }
    let after = Some(json!({ "router": link.router.name, "reason": reason.slug(), "export": taken.export.is_some() }));
    let change = Change { action: "router.backup", object_kind: "router", object_id: Some(link.router.id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(if taken.export.is_some() { export } else { binary })
}

struct TakenBackup {
    /// `None`: the router cannot hand over a file of this length.
    export: Option<String>,
    /// Of the binary.
    password: String,
    bytes: usize,
    routeros: Option<String>,
    serial: Option<String>,
}

async fn take(link: &Link, named: &str) -> std::result::Result<TakenBackup, RouterError> {
    let resource = link.ask(&Command::new("/system/resource/print")).await?;
    let routeros = resource.rows.first().map(|row| row.text("version"));
    let version = routeros.as_deref().and_then(Version::parse).unwrap_or(Version::new(7, 0, 0));
    let serial = serial(link).await?;
    let password: String = (0..32).map(|_| char::from(rand::rng().sample(rand::distr::Alphanumeric))).collect();
    link.ask(&Command::new("/system/backup/save").with("name", named).with("password", &password)).await?;
    let export = Command::new("/export").with("file", named);
    // Since 7 secrets are left out unless they are asked for.
    let export = if version.hides_sensitive() { export } else { export.with("hide-sensitive", "") };
    link.ask(&export).await?;
    let script = format!("{named}.rsc");
    let text = read_file(link, &script).await?;
    try_to_remove(link, &script).await?;
    let bytes = file_size(link, &format!("{named}.backup")).await?;
    Ok(TakenBackup { export: text, password, bytes, routeros, serial })
}

/// The backups of a router, the newest first.
pub async fn list_backups(services: &Services, caller: &Caller, id: RouterId) -> Result<Vec<BackupRow>> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    routers::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    Ok(backups::list(&mut tx, id, LISTED).await?)
}

/// The text of an export, without what was secret in it: a backup may hold passwords so that it is whole, and nobody reads
/// them there.
pub async fn read_backup(services: &Services, caller: &Caller, id: BackupId) -> Result<(BackupRow, String)> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let (row, sealed) = backups::find(&mut tx, id).await?.filter(|(row, _)| row.kind == "export").ok_or(Error::NotFound)?;
    Ok((row, without_secrets(&services.keys.open_text(id.0, &sealed)?)))
}

/// Values of `password=`, `secret=`, `...-key=` and the like are left out, quoted or not, and of JSON's `"password": "..."`.
fn without_secrets(text: &str) -> String {
    const SECRET: [&str; 4] = ["password", "secret", "passphrase", "-key"];
    let (mut told, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = rest.split_at(at);
        let name = before.trim_end_matches('"');
        let name = name.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        let is_secret = SECRET.iter().any(|end| name.ends_with(end));
        let gap = 1 + after[1..].len() - after[1..].trim_start_matches(' ').len();
        told.push_str(before);
        if !is_secret {
            told.push_str(&after[..1]);
            rest = &after[1..];
            continue;
        }
        told.push_str(&after[..gap]);
        rest = &after[gap..];
        let length = value_length(rest);
        if length > 0 {
            told.push_str("***");
        }
        rest = &rest[length..];
    }
    told + rest
}

/// How long the value is that a text begins with: in quotes, where a backslash keeps the next sign, or up to a blank.
fn value_length(text: &str) -> usize {
    let Some(inner) = text.strip_prefix('"') else {
        return text.find([' ', '\n', '\r', ',', '}']).unwrap_or(text.len());
    };
    let mut escaped = false;
    let end = inner.char_indices().find(|(_, sign)| {
        let ends = *sign == '"' && !escaped;
        escaped = *sign == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 2)
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    Same(String),
    Gone(String),
    New(String),
    /// So many lines that are the same are left out here.
    Skipped(usize),
}

/// Lines that are the same are shown around each difference.
const AROUND: usize = 2;

/// What became different from one export to another of the same router. The lines with the moment of the export are left out:
/// they always differ.
pub async fn compare_backups(
    services: &Services,
    caller: &Caller,
    from: BackupId,
    to: BackupId,
) -> Result<(BackupRow, BackupRow, Vec<DiffLine>)> {
    let (before, old) = read_backup(services, caller, from).await?;
    let (after, new) = read_backup(services, caller, to).await?;
    if before.router_id != after.router_id {
        return Err(Error::NotFound);
    }
    Ok((before, after, compare(&old, &new)))
}

fn compare(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new) = (meant(old), meant(new));
    let diff = similar::TextDiff::from_lines(&old, &new);
    let mut lines = Vec::new();
    let mut shown = 0;
    for group in diff.grouped_ops(AROUND) {
        let first = group.first().map_or(0, |op| op.old_range().start);
        if first > shown {
            lines.push(DiffLine::Skipped(first - shown));
        }
        for op in &group {
            for change in diff.iter_changes(op) {
                let text = change.value().trim_end().to_string();
                lines.push(match change.tag() {
                    similar::ChangeTag::Equal => DiffLine::Same(text),
                    similar::ChangeTag::Delete => DiffLine::Gone(text),
                    similar::ChangeTag::Insert => DiffLine::New(text),
                });
            }
            shown = op.old_range().end;
        }
    }
    lines
}

fn meant(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// Brings a router back to a binary backup that lies on it, after backing up what it is now. It starts again by itself.
///
/// # Errors
/// `Conflict` when it is another device than the one the backup is of, or the file is no longer there.
pub async fn restore(services: &Services, caller: &Caller, id: BackupId) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    require_proof(services, caller)?;
    let mut tx = services.begin(caller).await?;
    let (row, sealed) = backups::find(&mut tx, id).await?.filter(|(row, _)| row.kind == "binary").ok_or(Error::NotFound)?;
    drop(tx);
    let word = services.keys.open_text(id.0, &sealed)?;
    let file = row.on_router.clone().ok_or(Error::NotFound)?;
    let link = connect(services, caller, row.router_id).await?;
    let wrong = |error: RouterError| told(&link.router.name, &error);
    if serial(&link).await.map_err(wrong)? != row.serial {
        return Err(Error::Conflict(Problem::new("", "problem-backup-other-router").with("name", &link.router.name)));
    }
    if file_size(&link, &file).await.map_err(wrong)? == 0 {
        return Err(Error::Conflict(Problem::new("", "problem-backup-gone").with("name", &link.router.name)));
    }
    back_up_over(services, caller, &link, Reason::Restore).await?;
    let mut tx = services.begin(caller).await?;
    let after = Some(json!({ "router": link.router.name, "backup": row.name }));
    let change = Change { action: "router.restore", object_kind: "router", object_id: Some(row.router_id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    match link.ask(&Command::new("/system/backup/load").with("name", &file).with("password", &word)).await {
        // It restarts before it has answered.
        Ok(_) | Err(RouterError::Broken | RouterError::Fatal(_)) => Ok(()),
        Err(error) => Err(told(&link.router.name, &error)),
    }
}

/// What a night's round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Night {
    pub taken: usize,
    pub failed: usize,
    pub forgotten: u64,
}

/// Backs up every router that answers, unless this night already did, and forgets what is old: here, and on the routers.
pub async fn back_up_all(services: &Services, caller: &Caller) -> Result<Night> {
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let routers = routers::list(&mut tx).await?;
    let states = watch::states(&mut tx, None).await?;
    let mut due = Vec::new();
    for router in routers.into_iter().filter(|router| router.active) {
        let answers = states.get(&router.id).is_some_and(|state| state.status != RouterStatus::Offline);
        let fresh = backups::list(&mut tx, router.id, 1).await?.first().is_some_and(|newest| now - newest.taken_at < TimeDelta::hours(12));
        if answers && !fresh {
            due.push(router.id);
        }
    }
    tx.commit().await?;
    let mut night = Night::default();
    for id in due {
        match back_up_and_tidy(services, caller, id).await {
            Ok(()) => night.taken += 1,
            Err(error) => {
                tracing::warn!(%error, router = %id, "a router could not be backed up");
                night.failed += 1;
            }
        }
    }
    let mut tx = services.begin(caller).await?;
    night.forgotten = backups::forget(&mut tx, now - KEPT).await?;
    night.forgotten += watch::forget(&mut tx, now - TimeDelta::days(365), now - TimeDelta::days(31)).await?;
    tx.commit().await?;
    Ok(night)
}

async fn back_up_and_tidy(services: &Services, caller: &Caller, id: RouterId) -> Result<()> {
    let link = connect(services, caller, id).await?;
    let taken = back_up_over(services, caller, &link, Reason::Scheduled).await;
    tidy(services, caller, &link).await;
    taken.map(drop)
}

/// Takes away files of ours on a router that no backup of ours speaks of any more. What fails is tried the next night.
async fn tidy(services: &Services, caller: &Caller, link: &Link) {
    let work = async {
        let mut tx = services.begin(caller).await?;
        let known: Vec<String> =
            backups::list(&mut tx, link.router.id, 10_000).await?.into_iter().filter_map(|row| row.on_router).collect();
        drop(tx);
        let files = link.ask(&Command::new("/file/print").only(&[".id", "name"])).await.map_err(|error| told(&link.router.name, &error))?;
        for file in files.rows {
            let name = file.text("name");
            if name.starts_with(FILE) && !known.contains(&name) {
                try_to_remove(link, &name).await.map_err(|error| told(&link.router.name, &error))?;
            }
        }
        Ok::<_, Error>(())
    };
    if let Err(error) = work.await {
        tracing::info!(%error, router = %link.router.id, "old backups on a router stay for another night");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_not_read() {
        let text = "/ppp secret\nadd name=rahim password=\"a \\\"b=c\" service=pppoe\nadd name=karim password=x\n/radius\nadd secret=y address=10.0.0.1\n";
        let told = "/ppp secret\nadd name=rahim password=*** service=pppoe\nadd name=karim password=***\n/radius\nadd secret=*** address=10.0.0.1\n";
        assert_eq!(without_secrets(text), told);
        assert_eq!(
            without_secrets(r#"{"name": "a", "password": "b", "wpa2-pre-shared-key":"c"}"#),
            r#"{"name": "a", "password": ***, "wpa2-pre-shared-key":***}"#
        );
        assert_eq!(without_secrets("add comment=secret password="), "add comment=secret password=");
        assert_eq!(without_secrets("password=\"never closed"), "password=***");
    }

    #[test]
    fn a_comparison_shows_what_differs_and_not_when_it_was_made() {
        let old = "# 2026-11-01 by RouterOS\n/ip pool\nadd name=a\nadd name=b\nadd name=c\nadd name=d\nadd name=e\n";
        let new = "# 2026-11-02 by RouterOS\n/ip pool\nadd name=a\nadd name=b\nadd name=c\nadd name=x\nadd name=e\n";
        let same = |text: &str| DiffLine::Same(text.into());
        let want = vec![
            DiffLine::Skipped(2),
            same("add name=b"),
            same("add name=c"),
            DiffLine::Gone("add name=d".into()),
            DiffLine::New("add name=x".into()),
            same("add name=e"),
        ];
        assert_eq!(compare(old, new), want);
        assert_eq!(compare(old, old), []);
    }
}
