//! A crowd with a past: subscribers from a list, then for each month a billing run and a collector's sheet.

use super::history::{back_then, months_before};
use super::{isps, people};
use anyhow::Result;
use chrono::{Days, NaiveTime};
use domain::people::Caller;
use domain::zones::at_time;
use services::Services;
use storage::isps::Isp;

/// An ISP with `count` subscribers and no bills yet, for figures.
pub async fn bench_isp(services: &Services, count: u32, hosts: &[&str]) -> Result<Isp> {
    let isp = isps::found_for_bench(services, hosts).await?;
    let caller = Caller::system(isp.id, "bench");
    let mut made = 0;
    while made < count {
        let part = LARGEST_LIST.min(count - made);
        isps::import(services, &caller, &format!("bench-{made}.csv"), people::list(&format!("u{made}-"), part).into_bytes()).await?;
        made += part;
    }
    Ok(isp)
}

/// So many more subscribers of an ISP that was made for figures.
pub async fn more_subscribers(services: &Services, isp: &Isp, count: u32) -> Result<()> {
    let caller = Caller::system(isp.id, "bench");
    isps::import(services, &caller, "bench-more.csv", people::list("more-", count).into_bytes()).await
}

/// The largest list that one import takes.
const LARGEST_LIST: u32 = 150_000;

/// `months` bills for each of `count` subscribers; of twenty subscribers nineteen pay each month.
pub async fn fill(services: &Services, isp: &Isp, caller: &Caller, count: u32, months: u32) -> Result<()> {
    let from = months_before(services.today(isp), months.saturating_sub(1));
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let (then, clock) = back_then(services, at_time(from, NaiveTime::MIN, isp.zone));
    let mut made = 0;
    while made < count {
        let part = LARGEST_LIST.min(count - made);
        isps::import(&then, caller, &format!("crowd-{made}.csv"), people::list(&format!("u{made}-"), part).into_bytes()).await?;
        made += part;
    }
    for month in 0..months {
        let first = from.checked_add_months(chrono::Months::new(month)).unwrap_or(from);
        clock.set(at_time(first, noon, isp.zone).min(services.now()));
        services::billing::run_billing(&then, caller, then.today(isp)).await?;
        let payday = at_time(first + Days::new(4), noon, isp.zone);
        clock.set(payday.min(services.now()));
        services::payments::settle_sheet(&then, caller, |number| {
            number.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 20 != 7
        })
        .await?;
        eprintln!("  {}: billed and collected", first.format("%B %Y"));
    }
    super::history::suspend(services, &Caller::system(isp.id, "demo")).await
}
