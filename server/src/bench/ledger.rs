//! `lastmile ledger verify` over 2,000,000 postings, against bare SQL that sums them by entry.

use super::print;
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::{Result, ensure};
use domain::people::Caller;
use std::time::{Duration, Instant};

const CUSTOMERS: u32 = 20_000;
/// Five postings each.
const BILLS: i64 = 400_000;
const BATCH: i64 = 50_000;
const ROUNDS: usize = 3;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let isp = bench_isp(services, CUSTOMERS, &[]).await?;
    let caller = Caller::system(isp.id, "bench");
    for from in (1..=BILLS).step_by(BATCH as usize) {
        let mut tx = services.db.isp(&caller).await?;
        storage::bench::seed_paid_bills(&mut tx, from, from + BATCH - 1).await?;
        tx.commit().await?;
    }
    let mut tx = services.db.isp(&caller).await?;
    storage::bench::analyse(&mut tx).await?;
    tx.commit().await?;

    let (mut verify, mut bare) = (Vec::new(), Vec::new());
    let mut postings = 0;
    for _ in 0..ROUNDS {
        let mut tx = services.db.isp(&caller).await?;
        let started = Instant::now();
        ensure!(storage::bench::sum_by_entry(&mut tx).await? == 0, "the seed balances");
        bare.push(started.elapsed());
        drop(tx);
        let started = Instant::now();
        let report = services::ledger::verify(services, &caller).await?;
        verify.push(started.elapsed());
        ensure!(report.is_clean(), "{report:?}");
        postings = report.postings;
    }
    let (verify, bare) = (middle(verify), middle(bare));
    print("ledger.postings", postings, "postings");
    print("ledger.verify_s", format!("{:.2}", verify.as_secs_f64()), "s");
    print("ledger.sql_s", format!("{:.2}", bare.as_secs_f64()), "s");
    print("ledger.verify_over_sql", format!("{:.2}", verify.as_secs_f64() / bare.as_secs_f64()), "ratio");
    Ok(())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
