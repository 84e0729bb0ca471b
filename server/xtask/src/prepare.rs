//! The committed description of the checked queries (`.sqlx`): written from a database with all migrations applied,
//! or compared with it. Touches no database but a throw-away one.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::cluster::Cluster;
use crate::command;
use crate::layout::Layout;

/// The crates whose queries are checked while they compile.
const CRATES: [&str; 1] = ["storage"];

pub fn run(layout: &Layout, check: bool) -> Result<()> {
    let cluster = Cluster::start(layout)?;
    let database = "prepare";
    let url = cluster.create_database(database)?;
    for migration in migrations(&layout.root)? {
        cluster.apply(database, &migration).with_context(|| format!("applying {}", migration.display()))?;
    }
    let written = layout.cache.join("run").join(format!("sqlx-{}", std::process::id()));
    fs::create_dir_all(&written)?;
    for name in CRATES {
        describe(layout, name, &url, &written)?;
    }
    let (fresh, committed) = (contents(&written)?, contents(&layout.root.join(".sqlx"))?);
    fs::remove_dir_all(&written)?;
    if fresh == committed {
        return Ok(());
    }
    if check {
        let stale = differing(&fresh, &committed);
        bail!("{stale} of {} descriptions in .sqlx are stale; run ./dev prepare", fresh.len().max(committed.len()));
    }
    write(&layout.root.join(".sqlx"), &fresh, &committed)
}

fn migrations(root: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut found = crate::front::files(&root.join("migrations"))?;
    found.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    Ok(found)
}

/// Compiles the one crate again, with a database to ask. The extra setting makes cargo see it as changed.
fn describe(layout: &Layout, name: &str, url: &str, into: &Path) -> Result<()> {
    let mut cargo = command::cargo(&layout.root);
    cargo
        .args(["rustc", "--quiet", "--package", name, "--lib", "--profile", "check", "--"])
        .args(["--cfg", &format!("describing=\"{}\"", std::process::id())])
        .env("CARGO_TARGET_DIR", layout.target.join("describe"))
        .env("DATABASE_URL", url)
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", into);
    command::run(&mut cargo)
}

type Contents = BTreeMap<OsString, Vec<u8>>;

fn contents(folder: &Path) -> Result<Contents> {
    let mut found = Contents::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "json") {
            found.insert(entry.file_name(), fs::read(entry.path())?);
        }
    }
    Ok(found)
}

fn differing(one: &Contents, other: &Contents) -> usize {
    one.iter().filter(|(name, content)| other.get(*name) != Some(content)).count()
        + other.keys().filter(|name| !one.contains_key(*name)).count()
}

fn write(folder: &Path, fresh: &Contents, committed: &Contents) -> Result<()> {
    for (name, content) in fresh {
        fs::write(folder.join(name), content)?;
    }
    for name in committed.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    eprintln!("{} descriptions, {} changed", fresh.len(), differing(fresh, committed));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_extra_and_changed_descriptions_all_count() {
        let set = |pairs: &[(&str, &str)]| -> Contents {
            pairs.iter().map(|(name, content)| (OsString::from(name), content.as_bytes().to_vec())).collect()
        };
        let fresh = set(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert_eq!(differing(&fresh, &fresh), 0);
        assert_eq!(differing(&fresh, &set(&[("a", "1"), ("b", "old"), ("d", "4")])), 3);
    }
}
