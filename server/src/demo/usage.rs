//! Fair use in the demo: a policy, data for sale, and a month of traffic that has its evenings and its quiet nights.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::fair_use::{FairUseForm, OfferForm, StepForm, Used};
use domain::people::Caller;
use domain::{PackageId, ServiceId};
use services::Services;
use services::fair_use::{Moved, add_offer, count, save_policy};
use storage::isps::Isp;

const LINES: usize = 60;
const DAYS: i64 = 30;
/// How much of an evening each hour of the day is, in hundredths.
const HOURS: [u64; 24] = [30, 16, 9, 6, 5, 6, 10, 18, 26, 32, 36, 40, 44, 42, 40, 42, 48, 56, 68, 84, 97, 100, 82, 52];

/// The policy holds for the cheaper packages.
pub async fn fill(services: &Services, isp: &Isp, boss: &Caller, packages: &[PackageId]) -> Result<()> {
    let step = |gb: &str, speed: &str| StepForm { gb: gb.into(), up: speed.into(), down: speed.into(), ..StepForm::default() };
    let form = FairUseForm {
        name: "Home fair use".into(),
        window: "month".into(),
        month_day: "1".into(),
        steps: vec![step("150", "8"), step("300", "4")],
        stop_gb: "600".into(),
        free_from: "02:00".into(),
        free_to: "06:00".into(),
        weekend_more: "20".into(),
        days_off: vec!["fri".into(), "sat".into()],
        rollover_months: "1".into(),
        ..FairUseForm::default()
    };
    save_policy(services, boss, None, &form, packages.get(..2).unwrap_or(packages)).await?;
    for (gb, price, months) in [("20", "100", "0"), ("50", "200", "1"), ("100", "350", "2")] {
        let form = OfferForm {
            name: format!("{gb} GB"),
            gb: gb.into(),
            price: price.into(),
            months: months.into(),
            in_portal: Some("true".into()),
            ..OfferForm::default()
        };
        add_offer(services, boss, &form).await?;
    }
    let mut tx = services.db.isp(&Caller::system(isp.id, "demo")).await?;
    let lines: Vec<ServiceId> =
        storage::customers::line_secrets(&mut tx, 1_000).await?.into_iter().map(|(id, ..)| id).take(LINES).collect();
    drop(tx);
    let now = services.now();
    let mut from = now - TimeDelta::days(DAYS);
    while from < now {
        // The last day in five minutes, what lies before in hours.
        let step = if now - from > TimeDelta::days(1) { TimeDelta::hours(1) } else { TimeDelta::minutes(5) };
        let until = (from + TimeDelta::hours(6)).min(now);
        let mut moved = Vec::new();
        while from < until {
            let to = (from + step).min(until);
            moved.extend(lines.iter().enumerate().filter_map(|(number, id)| at(isp, number, *id, from, to)));
            from = to;
        }
        let mut tx = services.db.isp(&Caller::system(isp.id, "demo")).await?;
        count(&mut tx, isp.zone, &moved, until).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// What a line moves in a stretch; every now and then it is off, which is a gap.
fn at(isp: &Isp, number: usize, service_id: ServiceId, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Moved> {
    let seconds = (to - from).num_seconds().unsigned_abs();
    let local = from.with_timezone(&isp.zone);
    let dice = noise(number as u64 ^ from.timestamp().unsigned_abs());
    if noise(number as u64 * 31 + u64::from(local.hour()) + from.timestamp().unsigned_abs() / 86_400).is_multiple_of(40) {
        return None;
    }
    let hour = HOURS.get(local.hour() as usize).copied().unwrap_or(50);
    // Octets a second on an evening: from a quiet household to a busy one.
    let pace = 20_000 + noise(number as u64) % 330_000;
    let down = pace * hour / 100 * seconds * (60 + dice % 80) / 100;
    Some(Moved { service_id, from, to, used: Used { up: down / (7 + dice % 5), down, seconds } })
}

/// The same for the same number, and without a pattern that one sees.
fn noise(seed: u64) -> u64 {
    let mixed = (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33
}
