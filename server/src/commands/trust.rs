//! `lastmile audit …`, and what the owner of the machine does for somebody who lost his phone.

use super::{AuditCommand, isps, print_json};
use anyhow::{Context, Result, bail};
use domain::people::Caller;
use serde_json::{Value, json};
use services::Services;
use services::audit::{Broken, Fault};
use std::process::ExitCode;

/// Checks the chains. Exit status 1 when an entry is not what it was.
pub async fn audit(services: &Services, command: AuditCommand) -> Result<ExitCode> {
    let AuditCommand::Verify { scope, head } = command;
    if head.is_some() && scope.isp.is_none() {
        bail!("--head is of one ISP: name it with --isp");
    }
    let (mut clean, mut answers) = (true, Vec::new());
    for isp in isps(services, &scope).await? {
        let report = services::audit::verify(services, &Caller::system(isp.id, "audit.verify"), head.as_deref()).await?;
        clean &= report.is_clean();
        if !scope.json {
            match &report.broken {
                None => println!("{}: {} entries, the chain is whole; head {}", isp.short_name, report.entries, report.head),
                Some(broken) => println!("{}: {} entries are good, then: {}", isp.short_name, report.entries, words(broken)),
            }
        }
        answers.push(json!({ "isp": isp.short_name, "clean": report.is_clean(), "report": report }));
    }
    print_json(&scope, Value::Array(answers))?;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn words(broken: &Broken) -> String {
    let what = match broken.fault {
        Fault::Changed => "was CHANGED",
        Fault::Missing => "is GONE, its link is left",
        Fault::Gap => "was TAKEN OUT of the chain",
        Fault::Unlinked => "was SLIPPED IN past the chain",
        Fault::CutOff => "the head that was noted is not there: the end was CUT OFF",
    };
    let number = broken.seq.map(|seq| format!("number {seq} ")).unwrap_or_default();
    let entry = broken.entry.map(|id| format!("(entry {id}) ")).unwrap_or_default();
    let says = match (&broken.at, &broken.actor, &broken.action) {
        (Some(at), Some(actor), Some(action)) => format!("; it says now: {at} {actor} {action}"),
        _ => String::new(),
    };
    format!("{number}{entry}{what}{says}")
}

/// Takes a second factor away.
pub async fn forget_second_factor(services: &Services, isp: Option<String>, email: &str) -> Result<ExitCode> {
    let isp = match isp {
        None => None,
        Some(name) => isps(services, &super::Scope { isp: Some(name), json: false }).await?.first().map(|isp| isp.id),
    };
    match services::people::forget_second_factor(services, isp, email).await {
        Err(services::Error::NotFound) => bail!("nobody signs in with {email} there"),
        other => other.context("the second factor could not be taken away")?,
    }
    println!("{email} signs in with the password alone, and is signed out everywhere.");
    Ok(ExitCode::SUCCESS)
}

/// Lets staff come from anywhere.
pub async fn open_networks(services: &Services, isp: Option<String>) -> Result<ExitCode> {
    let isp = match isp {
        None => None,
        Some(name) => isps(services, &super::Scope { isp: Some(name), json: false }).await?.first().map(|isp| isp.id),
    };
    let off = services::people::open_networks(services, isp).await?;
    println!("{off} networks hold nobody any more. They hold again when the list is saved.");
    Ok(ExitCode::SUCCESS)
}
