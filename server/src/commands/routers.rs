//! `lastmile router …`: how the routers are, a test of each, what is different on them, a backup of each now.

use super::{RouterCommand, isps, print_json};
use crate::words::problem_words;
use anyhow::{Result, bail};
use domain::people::Caller;
use domain::routers::Router;
use domain::{Problem, RouterId};
use locales::{Arg, Language, text_with};
use serde_json::{Value, json};
use services::routers::{Check, CheckState, Reason, RouterView, back_up, list_routers, test_router};
use services::{Error, Services, wanted};
use std::process::ExitCode;

/// Works through the routers one by one; one that fails holds up none. Exit status 1 when any of them is not as it should be.
pub async fn router(services: &Services, command: RouterCommand) -> Result<ExitCode> {
    let scope = match &command {
        RouterCommand::List(scope) | RouterCommand::Test(scope) | RouterCommand::Differences(scope) | RouterCommand::Backup(scope) => scope,
    };
    let (mut good, mut found, mut known, mut answers) = (true, 0, Vec::new(), Vec::new());
    for isp in isps(services, &scope.scope).await? {
        let caller = Caller::system(isp.id, "command line");
        for view in list_routers(services, &caller).await? {
            if scope.router.as_ref().is_some_and(|name| *name != view.router.name) || !view.router.active {
                known.push(view.router.name);
                continue;
            }
            found += 1;
            let (fine, said) = match &command {
                RouterCommand::List(_) => (true, listed(services, &caller, &view).await?),
                RouterCommand::Test(_) => tested(services, &caller, view.router.id).await,
                RouterCommand::Differences(_) => compared(services, &caller, view.router.id).await,
                RouterCommand::Backup(_) => backed_up(services, &caller, view.router.id).await,
            };
            good &= fine;
            let mut answer = json!({ "isp": isp.short_name, "router": view.router.name, "good": fine });
            merge(&mut answer, said);
            if !scope.scope.json {
                print_plain(&isp.short_name, &view.router, &answer);
            }
            answers.push(answer);
        }
    }
    if let (Some(name), 0) = (&scope.router, found) {
        bail!("there is no router {name:?} in use; known are: {}", known.join(", "));
    }
    print_json(&scope.scope, Value::Array(answers))?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn merge(answer: &mut Value, said: Value) {
    if let (Some(answer), Value::Object(said)) = (answer.as_object_mut(), said) {
        answer.extend(said);
    }
}

/// The router on a line, and below it whatever there is to say in words.
fn print_plain(isp: &str, router: &Router, answer: &Value) {
    let figures = ["status", "version", "latency_ms", "sessions", "waiting", "stuck", "differences", "backup", "error"];
    let figures = figures.iter().filter_map(|name| Some((name, answer.get(name).filter(|value| !value.is_null())?)));
    let figures: Vec<String> =
        figures.map(|(name, value)| format!("{name} {}", value.as_str().map_or(value.to_string(), str::to_owned))).collect();
    println!("{isp} {}: {}", router.name, if figures.is_empty() { "tested".into() } else { figures.join(", ") });
    for check in answer["checks"].as_array().into_iter().flatten() {
        println!("  {:<8} {:<13} {}", word(&check["state"]), word(&check["name"]), word(&check["said"]));
    }
    for row in answer["rows"].as_array().into_iter().flatten() {
        println!("  {:<10} {} {}", word(&row["finding"]), word(&row["kind"]), word(&row["name"]));
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

async fn listed(services: &Services, caller: &Caller, view: &RouterView) -> Result<Value> {
    let queue = wanted::router_queue(services, caller, view.router.id).await?;
    Ok(json!({
        "host": view.router.host,
        "status": view.state.status.slug(),
        "why": view.state.why.map(|why| why.slug()),
        "seen_at": view.state.seen_at,
        "version": view.state.facts.routeros,
        "latency_ms": view.state.latency_us.map(|latency| latency / 1_000),
        "sessions": view.state.sessions,
        "waiting": queue.as_ref().map_or(0, |queue| queue.waiting),
        "stuck": queue.as_ref().map_or(0, |queue| queue.stuck),
    }))
}

async fn tested(services: &Services, caller: &Caller, id: RouterId) -> (bool, Value) {
    match test_router(services, caller, id).await {
        Ok(test) => (test.is_good(), json!({ "checks": test.checks.iter().map(check).collect::<Vec<_>>() })),
        Err(error) => failed(&error),
    }
}

fn check(check: &Check) -> Value {
    let state = match check.state {
        CheckState::Good => "good",
        CheckState::Warning => "warning",
        CheckState::Bad => "bad",
        CheckState::Skipped => "skipped",
    };
    let args: Vec<(&str, Arg)> = check.args.iter().map(|(name, value)| (*name, Arg::from(value.as_str()))).collect();
    json!({ "name": check.name, "state": state, "said": text_with(Language::English, check.said, &args) })
}

async fn compared(services: &Services, caller: &Caller, id: RouterId) -> (bool, Value) {
    let drift = async {
        let differences = wanted::audit_now(services, caller, id).await?;
        Ok::<_, Error>((differences, wanted::drift(services, caller, id, None).await?.rows))
    };
    match drift.await {
        Ok((differences, rows)) => {
            let row = |row: &domain::wanted::DriftRow| json!({ "kind": row.kind.slug(), "name": row.name, "finding": row.finding.slug() });
            (differences == 0, json!({ "differences": differences, "rows": rows.iter().map(row).collect::<Vec<_>>() }))
        }
        Err(error) => failed(&error),
    }
}

async fn backed_up(services: &Services, caller: &Caller, id: RouterId) -> (bool, Value) {
    match back_up(services, caller, id, Reason::Manual).await {
        Ok(backup) => (true, json!({ "backup": backup.to_string() })),
        Err(error) => failed(&error),
    }
}

/// In words, where it is something that a person may read.
fn failed(error: &Error) -> (bool, Value) {
    let words = |problem: &Problem| problem_words(Language::English, problem);
    let said = match error {
        Error::Conflict(problem) => words(problem),
        Error::Invalid(problems) => problems.iter().map(words).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    (false, json!({ "error": said }))
}
