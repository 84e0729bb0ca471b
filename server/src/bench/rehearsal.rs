//! The rehearsal of 100,000 services beside a month that was billed: how long it takes to compute, and until the first
//! screen of it is there; and the last one, which is the worst.

use super::print;
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::{Result, anyhow};
use chrono::Months;
use domain::customers::Paging;
use domain::people::Caller;
use services::rehearsal::{RowFilter, build, show};
use std::time::Instant;

const SERVICES: u32 = 100_000;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let isp = bench_isp(services, SERVICES, &[]).await?;
    let caller = Caller::system(isp.id, "bench");
    let today = services.today(&isp);
    services::billing::run_billing(services, &caller, today).await?;
    let next = today.checked_add_months(Months::new(1)).ok_or_else(|| anyhow!("no next month"))?;

    let started = Instant::now();
    let id = build(services, &caller, next).await?;
    let built = started.elapsed();
    let started = Instant::now();
    let view = show(services, &caller, id, &RowFilter::default(), Paging::new(1, 50)).await?;
    let first = started.elapsed();
    let last_page = view.page.total / 50;
    let started = Instant::now();
    show(services, &caller, id, &RowFilter::default(), Paging::new(last_page, 50)).await?;
    let last = started.elapsed();

    print("rehearsal.services", view.head.services, "services");
    print("rehearsal.build_s", format!("{:.2}", built.as_secs_f64()), "s");
    print("rehearsal.first_screen_ms", first.as_millis(), "ms");
    print("rehearsal.last_screen_ms", last.as_millis(), "ms");
    Ok(())
}
