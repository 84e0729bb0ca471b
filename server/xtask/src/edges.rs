//! The direction of dependencies: who may use whom, what only one crate may use, and what must never reach a browser.
//! Reads cargo's own description; changes nothing.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;
use crate::layout::Layout;

/// Who may use whom. A crate that is not named here is refused, so that its place is decided once and in the open.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("locales", &[]),
    ("ui", &["domain", "locales"]),
    ("storage", &["domain"]),
    ("integrations", &["domain"]),
    ("services", &["domain", "locales", "storage", "integrations"]),
    ("jobs", &["domain", "locales", "storage", "integrations", "services"]),
    ("aaa", &["domain", "storage", "integrations", "services"]),
    ("app", &["domain", "locales", "ui", "services"]),
    ("frontend", &["app"]),
    ("simlab", &["domain", "integrations"]),
    ("testkit", &["domain", "storage", "services"]),
    ("server", &["domain", "locales", "ui", "storage", "integrations", "services", "jobs", "aaa", "app", "simlab"]),
    ("xtask", &[]),
    ("fuzz", &["integrations"]),
];
/// Helpers of tests, which any crate but the pure ones may use in its tests.
const TEST_HELPERS: [&str; 2] = ["testkit", "simlab"];
const PURE: [&str; 3] = ["domain", "locales", "ui"];
/// What only the named crates may depend on.
const RESERVED: [(&str, &[&str]); 3] = [("sqlx", &["storage", "testkit"]), ("typst", &["integrations"]), ("xtask", &[])];
const NOT_IN_A_BROWSER: [&str; 6] = ["sqlx", "tokio", "reqwest", "argon2", "plotters", "typst"];

pub fn check(layout: &Layout) -> Result<()> {
    let mut cargo = command::cargo(&layout.root);
    cargo.args(["metadata", "--format-version", "1", "--no-deps", "--locked"]);
    let metadata: Value = serde_json::from_str(&command::output(&mut cargo)?)?;
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().context("cargo names no packages")? {
        wrong.extend(wrong_edges(package)?);
    }
    let mut cargo = command::cargo(&layout.root);
    cargo.args(["tree", "--package", "frontend", "--target", "wasm32-unknown-unknown", "--edges", "normal"]);
    cargo.args(["--prefix", "none", "--format", "{p}", "--locked"]);
    wrong.extend(unfit_for_browsers(&command::output(&mut cargo)?));
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{}", wrong.join("\n"));
}

fn wrong_edges(package: &Value) -> Result<Vec<String>> {
    let name = package["name"].as_str().context("a package without a name")?;
    let places: BTreeMap<_, _> = MAY_USE.into_iter().collect();
    let Some(allowed) = places.get(name) else {
        return Ok(vec![format!("{name} has no place yet: add it to MAY_USE in server/xtask/src/edges.rs")]);
    };
    let mut wrong = Vec::new();
    for dependency in package["dependencies"].as_array().context("a package without dependencies")? {
        let used = dependency["name"].as_str().context("a dependency without a name")?;
        let in_tests = dependency["kind"].as_str() == Some("dev");
        let reserved = RESERVED.into_iter().find(|(reserved, _)| *reserved == used);
        // A test may look at the tables behind the back of what it tests.
        let behind_the_back = in_tests && !PURE.contains(&name);
        if reserved.is_some_and(|(_, users)| !users.contains(&name)) && !behind_the_back {
            wrong.push(format!("{name} must not depend on {used}"));
        }
        let helper = in_tests && TEST_HELPERS.contains(&used) && !PURE.contains(&name);
        if places.contains_key(used) && !dependency["path"].is_null() && !allowed.contains(&used) && !helper {
            wrong.push(format!("{name} must not use {used}"));
        }
    }
    Ok(wrong)
}

fn unfit_for_browsers(tree: &str) -> Vec<String> {
    let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| NOT_IN_A_BROWSER.contains(name))
        .map(|name| format!("{name} has reached the browser: cargo tree -p frontend --target wasm32-unknown-unknown -i {name}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, used: &[(&str, &str)]) -> Value {
        let dependencies: Vec<Value> = used
            .iter()
            .map(|(used, kind)| {
                let ours = MAY_USE.iter().any(|(name, _)| name == used);
                json!({"name": used, "kind": if kind.is_empty() { Value::Null } else { json!(kind) },
                       "path": if ours { json!("/somewhere") } else { Value::Null }})
            })
            .collect();
        json!({"name": name, "dependencies": dependencies})
    }

    fn verdict(name: &str, used: &[(&str, &str)]) -> Vec<String> {
        wrong_edges(&package(name, used)).unwrap()
    }

    #[test]
    fn an_edge_against_the_direction_is_named() {
        assert_eq!(verdict("storage", &[("services", "")]), ["storage must not use services"]);
        assert_eq!(verdict("storage", &[("integrations", "")]), ["storage must not use integrations"]);
        assert!(verdict("services", &[("storage", ""), ("integrations", ""), ("serde", "")]).is_empty());
    }

    #[test]
    fn only_storage_and_the_test_helpers_touch_sql() {
        assert_eq!(verdict("services", &[("sqlx", "")]), ["services must not depend on sqlx"]);
        assert!(verdict("storage", &[("sqlx", "")]).is_empty());
        assert!(verdict("services", &[("sqlx", "dev")]).is_empty());
        assert_eq!(verdict("domain", &[("sqlx", "dev")]), ["domain must not depend on sqlx"]);
    }

    #[test]
    fn tests_may_use_helpers_unless_the_crate_is_pure() {
        assert!(verdict("storage", &[("testkit", "dev")]).is_empty());
        assert_eq!(verdict("storage", &[("testkit", "")]), ["storage must not use testkit"]);
        assert_eq!(verdict("domain", &[("testkit", "dev")]), ["domain must not use testkit"]);
    }

    #[test]
    fn a_crate_without_a_place_is_refused() {
        assert_eq!(verdict("helpers", &[]).len(), 1);
    }

    #[test]
    fn what_has_reached_the_browser_is_told_once_and_by_its_whole_name() {
        let tree = "frontend v0.1.0 (/x)\ntokio v1.48.0\ntokio-util v0.7\ntokio v1.48.0 (*)\nleptos v0.8.23\n";
        let told = unfit_for_browsers(tree);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("tokio has reached"));
    }
}
