//! `./dev test`: every part in turn, whatever the ones before it found, with one line for each and a closing count.
//! A part is a command and its exit code; none reads another's output.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::cluster::Cluster;
use crate::command::{bound, cargo, run};
use crate::layout::Layout;
use crate::{e2e, edges, front, prepare, security, source};

#[derive(Args)]
pub struct Test {
    /// fmt, clippy, deny, edges, source, sqlx, nextest, wasm, e2e; all when none is named.
    parts: Vec<String>,
    /// Handed to the one part that is named: nextest or e2e.
    #[arg(last = true)]
    arguments: Vec<String>,
}

type Part = (&'static str, fn(&Layout, &[String]) -> Result<()>);

/// The quick ones first: a slip in the formatting should not wait for a browser.
const PARTS: [Part; 9] = [
    ("fmt", fmt),
    ("edges", |layout, _| edges::check(layout)),
    ("source", |layout, _| source::check(layout).and_then(|()| security::check(layout))),
    ("deny", deny),
    ("clippy", clippy),
    ("sqlx", |layout, _| prepare::run(layout, true)),
    ("nextest", nextest),
    ("wasm", wasm),
    ("e2e", journeys),
];

fn run_parts(layout: &Layout, chosen: &[Part], arguments: &[String]) -> Vec<(&'static str, Duration, bool)> {
    let mut results = Vec::new();
    for (name, part) in chosen {
        println!("\n=== {name}");
        let started = Instant::now();
        let result = part(layout, arguments);
        if let Err(error) = &result {
            println!("{error:#}");
        }
        results.push((*name, started.elapsed(), result.is_ok()));
    }
    results
}

/// False when a part did not pass.
pub fn run_suite(layout: &Layout, test: &Test) -> Result<bool> {
    let chosen = choose(&test.parts)?;
    let results = run_parts(layout, &chosen, &test.arguments);
    println!();
    for (name, took, passed) in &results {
        let verdict = if *passed { "passed" } else { "FAILED" };
        println!("{name:<8} {verdict} {:>7.1} s", took.as_secs_f64());
    }
    let failed = results.iter().filter(|(_, _, passed)| !passed).count();
    println!("{} passed, {failed} failed", results.len() - failed);
    Ok(failed == 0)
}

fn choose(names: &[String]) -> Result<Vec<Part>> {
    if names.is_empty() {
        return Ok(PARTS.to_vec());
    }
    let known = PARTS.map(|(name, _)| name);
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no part {unknown:?}; there are {}", known.join(", "));
    }
    Ok(PARTS.into_iter().filter(|(name, _)| names.iter().any(|chosen| chosen == name)).collect())
}

fn fmt(layout: &Layout, _: &[String]) -> Result<()> {
    run(cargo(&layout.root).args(["fmt", "--all", "--check"]))
}

/// Both halves: `app` means different code on either side. Where the ordinary compiler cannot reach WASM, the browser's
/// half is read as if for this machine.
fn clippy(layout: &Layout, _: &[String]) -> Result<()> {
    run(cargo(&layout.root).args(["clippy", "--locked", "--all-targets", "--", "-D", "warnings"]))?;
    let mut browser = cargo(&layout.root);
    browser.args(["clippy", "--locked", "--package", "frontend", "--package", "app", "--package", "ui"]);
    browser.args(["--features", "app/hydrate,ui/hydrate"]);
    if std::env::var_os("LASTMILE_WASM_TOOLCHAIN_BIN").is_none() && ordinary_compiler_has_wasm() {
        browser.args(["--target", "wasm32-unknown-unknown"]);
    }
    run(browser.args(["--", "-D", "warnings"]))
}

fn ordinary_compiler_has_wasm() -> bool {
    std::process::Command::new("rustc")
        .args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"])
        .output()
        .is_ok_and(|output| std::path::Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// Advisories are left out: their list is not served by a package registry, and a build must not depend on it.
fn deny(layout: &Layout, _: &[String]) -> Result<()> {
    let mut deny = cargo(&layout.root);
    deny.args(["deny", "--log-level", "warn", "--config", ".config/deny.toml", "check"]);
    run(deny.args(["licenses", "bans", "sources"]))
}

fn nextest(layout: &Layout, arguments: &[String]) -> Result<()> {
    let cluster = Cluster::start(layout)?;
    let profile = if std::env::var_os("CI").is_some() { "ci" } else { "default" };
    let mut nextest = bound("cargo");
    nextest.current_dir(&layout.root).args(["nextest", "run", "--locked", "--profile", profile]).args(arguments);
    // `./dev` has installed the foreign clients by now: without them a test must fail rather than be skipped.
    if std::env::var_os("LASTMILE_PYTHON").is_some() {
        nextest.env("LASTMILE_REQUIRE_PEERS", "1");
    }
    run(nextest.env("LASTMILE_TEST_DATABASE_URL", cluster.url("postgres")))
}

fn wasm(layout: &Layout, _: &[String]) -> Result<()> {
    front::ensure(layout)?;
    let sizes = front::sizes(layout)?;
    sizes.print();
    sizes.check()
}

fn journeys(layout: &Layout, arguments: &[String]) -> Result<()> {
    front::ensure(layout)?;
    e2e::journeys(layout, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(parts: &[&str]) -> Result<Vec<&'static str>> {
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        Ok(choose(&parts)?.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn parts_run_in_their_own_order_and_all_when_none_is_named() {
        assert_eq!(names(&["wasm", "fmt"]).unwrap(), ["fmt", "wasm"]);
        assert_eq!(names(&[]).unwrap().len(), PARTS.len());
    }

    #[test]
    fn an_unknown_part_is_an_error_and_not_a_run_of_nothing() {
        assert!(names(&["nexttest"]).is_err());
    }

    #[test]
    fn a_failing_part_does_not_keep_the_next_from_running() {
        let layout = Layout { root: "/".into(), cache: "/".into(), target: "/".into(), build: "/".into() };
        let parts: [Part; 2] = [("one", |_, _| bail!("no")), ("two", |_, _| Ok(()))];
        let passed: Vec<bool> = run_parts(&layout, &parts, &[]).into_iter().map(|(_, _, passed)| passed).collect();
        assert_eq!(passed, [false, true]);
    }
}
