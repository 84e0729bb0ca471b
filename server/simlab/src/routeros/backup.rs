//! Files of a simulated router: binary backups, exports and their pieces.

use super::menus::{Kind, MENUS, Menu};
use super::tree::{Outcome, Refusal, Request, Tree};
use super::{Change, Device};
use integrations::routeros::Version;
use std::fmt::Write as _;
use std::sync::PoisonError;

/// A longer file shows no contents and has to be read in pieces.
const SHOWN: usize = 4_096;

impl Device {
    fn keep_file(&self, name: &str, kind: &str, size: usize, contents: &str) -> Result<(), Refusal> {
        if self.manner().disk_full {
            return Err(Refusal::new("failure: no space left on device"));
        }
        let mut tree = self.tree();
        tree.take("/file", |file| file.get("name") == name);
        let size = size.to_string();
        let values =
            [("name", name), ("type", kind), ("size", size.as_str()), ("contents", contents), ("creation-time", "2026-11-21 04:00:00")];
        tree.put("/file", &values, false);
        Ok(())
    }

    pub(super) fn save_backup(&self, request: &Request) -> Result<Outcome, Refusal> {
        let name = request.attribute("name").unwrap_or("backup");
        let name = format!("{}.backup", name.trim_end_matches(".backup"));
        let held = self.tree().clone();
        self.keep_file(&name, "backup", 24_576, "")?;
        let password = request.attribute("password").unwrap_or_default().to_owned();
        self.backups.lock().unwrap_or_else(PoisonError::into_inner).insert(name, (held, password));
        Ok(Outcome::Nothing)
    }

    /// The router starts again with what it held: what was added since is gone.
    pub(super) fn load_backup(&self, request: &Request) -> Result<Outcome, Refusal> {
        let name = format!("{}.backup", request.attribute("name").unwrap_or_default().trim_end_matches(".backup"));
        let held = self.backups.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let there = self.tree().rows("/file").iter().any(|file| file.get("name") == name);
        let (mut held, password) = held.filter(|_| there).ok_or_else(|| Refusal::new("failure: cannot open backup file"))?;
        if password != request.attribute("password").unwrap_or_default() {
            return Err(Refusal::new("failure: wrong password"));
        }
        let mut tree = self.tree();
        held.keep_files_of(&tree);
        *tree = held;
        drop(tree);
        let _ = self.changes.send(Change { path: "/system".into(), row: Vec::new(), dead: true });
        Ok(Outcome::Nothing)
    }

    pub(super) fn export(&self, request: &Request) -> Result<Outcome, Refusal> {
        let Some(name) = request.attribute("file") else { return Err(Refusal::new("missing =file=")) };
        let manner = *self.manner();
        let asked = |property: &str| request.attribute(property).is_some_and(|value| value != "no" && value != "false");
        let hides = if manner.version.hides_sensitive() { !asked("show-sensitive") } else { asked("hide-sensitive") };
        let text = export_text(&self.tree(), hides, &manner.version.to_string());
        let shown = if text.len() <= SHOWN { text.clone() } else { String::new() };
        self.keep_file(&format!("{name}.rsc"), "script", text.len(), &shown)?;
        self.exports.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{name}.rsc"), text);
        Ok(Outcome::Nothing)
    }

    /// A piece of a file, since 7.13.
    pub(super) fn read_file(&self, request: &Request) -> Result<Outcome, Refusal> {
        if self.manner().version < Version::new(7, 13, 0) {
            return Err(Refusal::new("no such command"));
        }
        let number = |name: &str| request.attribute(name).and_then(|value| value.parse::<usize>().ok());
        let exports = self.exports.lock().unwrap_or_else(PoisonError::into_inner);
        let text = exports.get(request.attribute("file").unwrap_or_default()).ok_or_else(|| Refusal::new("no such item"))?;
        let start = number("offset").unwrap_or(0).min(text.len());
        let end = (start + number("chunk-size").unwrap_or(SHOWN).min(32_768)).min(text.len());
        let piece = text.as_bytes().get(start..end).unwrap_or_default();
        Ok(Outcome::Rows(vec![vec![("data".into(), String::from_utf8_lossy(piece).into_owned())]]))
    }
}

/// Its settings as commands, menu by menu, leaving out what is as it came out of the box.
fn export_text(tree: &Tree, hides: bool, version: &str) -> String {
    let mut text = format!("# 2026-11-21 04:00:00 by RouterOS {version}\n# software id = SIML-0000\n#\n");
    for menu in MENUS.iter().filter(|menu| menu.kind != Kind::Live) {
        let lines: Vec<String> = tree.rows(menu.path).iter().filter_map(|item| line(menu, |name| item.get(name), hides)).collect();
        if !lines.is_empty() {
            let _ = writeln!(text, "{}\n{}", menu.path.replace('/', " ").trim_start().replacen("", "/", 1), lines.join("\n"));
        }
    }
    text
}

fn line<'a>(menu: &Menu, value: impl Fn(&str) -> &'a str, hides: bool) -> Option<String> {
    let secret = |name: &str| ["password", "secret"].contains(&name);
    let settings: Vec<String> = menu
        .defaults()
        .filter(|(name, default)| value(name) != *default && !(hides && secret(name)))
        .map(|(name, _)| format!("{name}={}", quoted(value(name))))
        .collect();
    let verb = if menu.kind == Kind::Single { "set" } else { "add" };
    (!settings.is_empty()).then(|| format!("{verb} {}", settings.join(" ")))
}

fn quoted(value: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.,:/*".contains(character);
    if !value.is_empty() && value.chars().all(plain) {
        return value.into();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"))
}
