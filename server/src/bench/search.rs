//! Payments searched at 1,000,000 rows: by receipt, by name, by nothing, and the last page, each against the shortest SQL
//! that answers the same.

use super::print;
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::{Result, ensure};
use domain::customers::Paging;
use domain::payments::{Method, PaymentFilter};
use domain::people::Caller;
use std::time::{Duration, Instant};

const CUSTOMERS: u32 = 100_000;
const PAYMENTS: i64 = 1_000_000;
const BATCH: i64 = 100_000;
const ROUNDS: usize = 12;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let isp = bench_isp(services, CUSTOMERS, &[]).await?;
    let caller = Caller::system(isp.id, "bench");
    for from in (1..=PAYMENTS).step_by(BATCH as usize) {
        let mut tx = services.db.isp(&caller).await?;
        storage::bench::seed_receipts(&mut tx, from, from + BATCH - 1).await?;
        tx.commit().await?;
    }
    let mut tx = services.db.isp(&caller).await?;
    storage::bench::analyse(&mut tx).await?;
    tx.commit().await?;

    let search = |words: &str| PaymentFilter { search: words.into(), ..PaymentFilter::default() };
    let first = Paging::new(1, 50);
    let compared =
        [(search("RCT-2000-07654"), Some("RCT-2000-07654"), None), (search("rahman"), None, Some("rahman")), (search(""), None, None)];
    let mut all = Vec::new();
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    for (filter, begins, words) in &compared {
        for _ in 0..ROUNDS {
            let mut tx = services.db.isp(&caller).await?;
            let started = Instant::now();
            let (total, numbers) = storage::bench::raw_payment_search(&mut tx, *begins, *words).await?;
            bare += started.elapsed();
            drop(tx);
            let started = Instant::now();
            let (page, _) = services::payments::payments(services, &caller, filter, first).await?;
            let took = started.elapsed();
            ours += took;
            all.push(took);
            let found: Vec<_> = page.rows.into_iter().map(|row| row.payment.receipt_number).collect();
            ensure!(page.total == total && found == numbers, "{filter:?} finds {} and not {total}", page.total);
        }
    }
    let others = [
        (PaymentFilter { method: Some(Method::Bank), from: "2025-01-01".parse().ok(), ..search("") }, first),
        (PaymentFilter { method: Some(Method::Cash), ..search("islam") }, first),
        (search("TRX777"), first),
        (search(""), Paging::new(PAYMENTS / 50, 50)),
        (search(""), Paging::new(PAYMENTS / 100, 50)),
    ];
    for (filter, paging) in &others {
        for _ in 0..ROUNDS {
            let started = Instant::now();
            services::payments::payments(services, &caller, filter, *paging).await?;
            all.push(started.elapsed());
        }
    }
    all.sort_unstable();
    let worst = all[all.len() * 95 / 100];
    print("search.payments", PAYMENTS, "payments");
    print("search.payments_p95_ms", format!("{:.1}", worst.as_secs_f64() * 1000.0), "ms");
    print("search.payments_over_sql", format!("{:.2}", ours.as_secs_f64() / bare.as_secs_f64()), "ratio");
    Ok(())
}
