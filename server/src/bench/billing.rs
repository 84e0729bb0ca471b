//! The billing run on 100,000 services, against raw SQL that inserts the same number of invoices, lines, entries and
//! postings into the same tables; the memory it took; and the run that finds nothing to do.

use super::print;
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::Result;
use domain::people::Caller;
use std::time::Instant;

const SERVICES: u32 = 100_000;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let isp = bench_isp(services, SERVICES, &[]).await?;
    let caller = Caller::system(isp.id, "bench");
    let today = services.today(&isp);

    forget_peak();
    let started = Instant::now();
    let (_, outcome) = services::billing::run_billing(services, &caller, today).await?;
    let full = started.elapsed();
    let memory = peak_mb();
    let started = Instant::now();
    services::billing::run_billing(services, &caller, today).await?;
    let again = started.elapsed();

    let mut tx = services.db.isp(&caller).await?;
    let started = Instant::now();
    storage::bench::raw_invoices(&mut tx, outcome.invoices).await?;
    tx.commit().await?;
    let raw = started.elapsed();

    print("billing.services", SERVICES, "services");
    print("billing.invoices", outcome.invoices, "invoices");
    print("billing.run_s", format!("{:.2}", full.as_secs_f64()), "s");
    print("billing.raw_sql_s", format!("{:.2}", raw.as_secs_f64()), "s");
    print("billing.run_over_raw_sql", format!("{:.2}", full.as_secs_f64() / raw.as_secs_f64()), "ratio");
    print("billing.rerun_share", format!("{:.4}", again.as_secs_f64() / full.as_secs_f64()), "ratio");
    if let Some(memory) = memory {
        print("billing.memory_mb", memory, "MB");
    }
    Ok(())
}

/// Megabytes that a line of the kernel's account of this process says.
fn megabytes(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1_024)
}

fn peak_mb() -> Option<u64> {
    megabytes("VmHWM:")
}

/// Lets the kernel count the peak anew. Where that is not allowed, the figure is the larger one of the whole life.
fn forget_peak() {
    if let Err(error) = std::fs::write("/proc/self/clear_refs", "5") {
        tracing::warn!(%error, "the peak of memory is that of the whole process");
    }
}
