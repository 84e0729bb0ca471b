//! Figures: `lastmile bench` prints `name value unit` lines on standard output and nothing else there. Ratios compare
//! with a reference of the same process and the same minute.

mod aaa;
mod billing;
mod documents;
mod freeradius;
mod ledger;
mod login;
mod pages;
mod processes;
mod rehearsal;
mod rights;
mod routeros;
mod search;
mod usage;

use crate::boot::{Booted, boot};
use crate::config::Config;
use anyhow::{Result, bail};
use std::process::ExitCode;

/// Runs the named benches, or all of them, on a database of their own under the data folder.
pub async fn bench(config: Config, names: &[String]) -> Result<ExitCode> {
    let known = ["billing", "documents", "aaa", "pages", "rehearsal", "ledger", "search", "usage", "rights", "login", "routeros"];
    let chosen: Vec<&str> = if names.is_empty() { known.to_vec() } else { names.iter().map(String::as_str).collect() };
    if let Some(unknown) = chosen.iter().find(|name| !known.contains(name)) {
        bail!("there is no bench {unknown}; known are {}", known.join(", "));
    }
    for name in chosen {
        let data = config.data.join(format!("bench-{name}"));
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let booted = boot(&Config { data: data.clone(), ..config.clone() }, 16).await?;
        let outcome = run(name, &booted, &config).await;
        let put_away = booted.shut_down().await;
        outcome?;
        put_away?;
        std::fs::remove_dir_all(&data)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn run(name: &str, booted: &Booted, config: &Config) -> Result<()> {
    match name {
        "billing" => billing::bench(booted).await,
        "documents" => documents::bench(booted).await,
        "aaa" => aaa::bench(booted, config).await,
        "rehearsal" => rehearsal::bench(booted).await,
        "ledger" => ledger::bench(booted).await,
        "search" => search::bench(booted).await,
        "usage" => usage::bench(booted).await,
        "rights" => rights::bench(booted).await,
        "login" => login::bench(booted).await,
        "routeros" => routeros::bench(booted).await,
        _ => pages::bench(booted, config).await,
    }
}

/// How many there are; `LASTMILE_BENCH_SIZE` makes it fewer while a bench is being written.
fn size(usual: u32) -> u32 {
    std::env::var("LASTMILE_BENCH_SIZE").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// One figure.
fn print(name: &str, value: impl std::fmt::Display, unit: &str) {
    println!("{name} {value} {unit}");
}
