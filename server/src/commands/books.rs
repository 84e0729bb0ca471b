//! `lastmile billing …` and `lastmile ledger …`.

use super::{BillingCommand, LedgerCommand, isps, print_json};
use anyhow::Result;
use chrono::NaiveDate;
use domain::customers::Paging;
use domain::people::Caller;
use serde_json::{Value, json};
use services::Services;
use std::process::ExitCode;
use storage::isps::Isp;

pub async fn billing(services: &Services, command: BillingCommand) -> Result<ExitCode> {
    let (scope, on, run) = match command {
        BillingCommand::Run { scope, on } => (scope, on, true),
        BillingCommand::Preview { scope, on } => (scope, on, false),
    };
    let mut answers = Vec::new();
    for isp in isps(services, &scope).await? {
        let on = on.unwrap_or_else(|| services.today(&isp));
        let answer = if run { run_one(services, &isp, on).await? } else { preview_one(services, &isp, on).await? };
        if !scope.json {
            println!(
                "{} {}: {} invoices, {} {}, {} problems",
                isp.short_name,
                on,
                answer["invoices"],
                answer["total"].as_str().unwrap_or_default(),
                isp.currency.code(),
                answer["problems"]
            );
        }
        answers.push(answer);
    }
    print_json(&scope, Value::Array(answers))?;
    Ok(ExitCode::SUCCESS)
}

async fn run_one(services: &Services, isp: &Isp, on: NaiveDate) -> Result<Value> {
    let caller = Caller::system(isp.id, "billing.run");
    let (run, outcome) = services::billing::run_billing(services, &caller, on).await?;
    let total = domain::Money::new(outcome.total_minor, isp.currency).plain();
    Ok(
        json!({ "isp": isp.short_name, "run": run, "business_date": on, "invoices": outcome.invoices, "total": total, "problems": outcome.problems }),
    )
}

async fn preview_one(services: &Services, isp: &Isp, on: NaiveDate) -> Result<Value> {
    let caller = Caller::system(isp.id, "billing.preview");
    let preview = services::billing::preview(services, &caller, on, Paging::new(1, 25)).await?;
    Ok(json!({ "isp": isp.short_name, "business_date": on, "services": preview.services, "invoices": preview.invoices,
        "total": preview.total.plain(), "partial": preview.partial, "problems": preview.refused }))
}

pub async fn ledger(services: &Services, command: LedgerCommand) -> Result<ExitCode> {
    let LedgerCommand::Verify { scope } = command;
    let mut clean = true;
    let mut answers = Vec::new();
    for isp in isps(services, &scope).await? {
        let report = services::ledger::verify(services, &Caller::system(isp.id, "ledger.verify")).await?;
        clean &= report.is_clean();
        if !scope.json {
            let word = if report.is_clean() { "the books balance" } else { "THE BOOKS DISAGREE" };
            println!("{}: {} entries, {} postings: {word}", isp.short_name, report.entries, report.postings);
            if !report.is_clean() {
                println!("{report:#?}");
            }
        }
        answers.push(json!({ "isp": isp.short_name, "clean": report.is_clean(), "report": report }));
    }
    print_json(&scope, Value::Array(answers))?;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
