//! Counting, rolling up and resetting the use of 100,000 lines, against the shortest SQL that keeps the same figures.

use super::print;
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use domain::fair_use::{FairUseForm, StepForm, Used};
use domain::people::Caller;
use domain::zones::business_day;
use services::Services;
use services::fair_use::{Moved, count, run_minute, save_policy};
use services::usage::{aggregate, clean_up};
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::bench::usage as bare;
use storage::isps::Isp;

const LINES: u32 = 100_000;
/// Reports that a writer of accounting takes together.
const BATCH: usize = 1_000;
const SLOTS: i32 = 3;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let isp = bench_isp(services, LINES, &[]).await?;
    let caller = Caller::system(isp.id, "bench");
    let mut tx = services.db.isp(&caller).await?;
    let lines = bare::lines(&mut tx).await?;
    drop(tx);
    // Not so near midnight that it would pass while this runs.
    let noon = domain::zones::start_of_day(services.today(&isp), isp.zone) + TimeDelta::hours(12);
    let without = rounds(services, &isp, &caller, &lines, noon).await?;
    let bare_took = bare_rounds(services, &isp, &caller, &lines, noon).await?;
    print("usage.count_per_s", (f64::from(LINES) / without.as_secs_f64()).round(), "reports/s");
    print("usage.count_over_sql", format!("{:.2}", without.as_secs_f64() / bare_took.0.as_secs_f64()), "ratio");
    let mut tx = services.db.isp(&caller).await?;
    let (octets, rows) = bare::slot_size(&mut tx).await?;
    drop(tx);
    print("usage.slot_row_octets", octets / rows.max(1), "octets");

    let started = Instant::now();
    let kept = clean_up(&at(services, noon + TimeDelta::days(10)), &caller, business_day(noon, isp.zone) + chrono::Days::new(10)).await?;
    let took = started.elapsed();
    ensure!(kept.hours >= u64::from(LINES), "{kept:?}");
    print("usage.rollup_s", format!("{:.2}", took.as_secs_f64()), "s");
    print("usage.rollup_ratio", format!("{:.2}", took.as_secs_f64() / bare_took.1.as_secs_f64()), "ratio");
    let started = Instant::now();
    aggregate(services, &caller, business_day(noon, isp.zone)).await?;
    print("usage.months_s", format!("{:.2}", started.elapsed().as_secs_f64()), "s");

    policy(services, &caller).await?;
    let later = noon + TimeDelta::hours(1);
    let with = rounds(services, &isp, &caller, &lines, later).await?;
    print("usage.count_with_policy_over_without", format!("{:.2}", with.as_secs_f64() / without.as_secs_f64()), "ratio");
    let midnight = at(services, noon + TimeDelta::hours(12));
    let started = Instant::now();
    let done = run_minute(&midnight, &caller).await?;
    ensure!(done.looked >= lines.len(), "{done:?}");
    print("usage.reset_100k_s", format!("{:.2}", started.elapsed().as_secs_f64()), "s");
    Ok(())
}

fn at(services: &Services, at: DateTime<Utc>) -> Services {
    Services::new(services.db.clone(), services.keys.clone(), Arc::new(services::ManualClock::at(at)))
}

async fn policy(services: &Services, caller: &Caller) -> Result<()> {
    let step = StepForm { gb: "1000".into(), up: "1".into(), down: "1".into(), ..StepForm::default() };
    let form = FairUseForm { name: "Bench".into(), window: "day".into(), steps: vec![step], ..FairUseForm::default() };
    let packages = services::packages::list_packages(services, caller).await?;
    let ids: Vec<_> = packages.iter().map(|package| package.id).collect();
    save_policy(services, caller, None, &form, &ids).await?;
    Ok(())
}

/// Every line reports, a few times; the time of one round, the first of which makes the rows.
async fn rounds(services: &Services, isp: &Isp, caller: &Caller, lines: &[domain::ServiceId], from: DateTime<Utc>) -> Result<Duration> {
    let started = Instant::now();
    for slot in 0..SLOTS {
        let (from, to) = (from + TimeDelta::minutes(5) * slot, from + TimeDelta::minutes(5) * (slot + 1));
        for batch in lines.chunks(BATCH) {
            let moved: Vec<Moved> =
                batch.iter().map(|id| Moved { service_id: *id, from, to, used: Used { up: 1_000, down: 2_000, seconds: 300 } }).collect();
            let mut tx = services.db.isp(caller).await?;
            count(&mut tx, isp.zone, &moved, to).await?;
            tx.commit().await?;
        }
    }
    Ok(started.elapsed() / SLOTS.unsigned_abs())
}

/// The same by bare SQL: counting, and rolling up.
async fn bare_rounds(
    services: &Services,
    isp: &Isp,
    caller: &Caller,
    lines: &[domain::ServiceId],
    hour: DateTime<Utc>,
) -> Result<(Duration, Duration)> {
    let mut tx = services.db.isp(caller).await?;
    bare::prepare(&mut tx).await?;
    let started = Instant::now();
    for slot in 0..SLOTS {
        for batch in lines.chunks(BATCH) {
            bare::bare_count(&mut tx, batch, hour, slot, business_day(hour, isp.zone)).await?;
        }
    }
    let counted = started.elapsed() / SLOTS.unsigned_abs();
    let started = Instant::now();
    bare::bare_roll_up(&mut tx).await?;
    Ok((counted, started.elapsed()))
}
