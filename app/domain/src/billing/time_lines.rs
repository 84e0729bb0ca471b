//! The lines of time that is bought: the time itself, and under it what each discount takes off the part of it that lies
//! in the discount's days. Reads no clock; what was bought is told.

use super::{Billable, Discount, DiscountRule, LineDraft, LineKind, Refusal, Term, TimePrice};
use crate::calendar::Period;
use crate::money::round_line;
use crate::zones::{Tz, business_day, start_of_day};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;

/// The days that so many minutes from a moment on touch.
pub fn time_days(from: DateTime<Utc>, minutes: i64, zone: Tz) -> Option<Period> {
    let last = from.checked_add_signed(TimeDelta::try_minutes(minutes.checked_sub(1)?)?)?;
    Period::new(business_day(from, zone), business_day(last, zone).succ_opt()?)
}

/// `bought`: from when, and how many minutes are paid for.
pub fn time_lines(
    service: &Billable,
    term: &Term,
    price: TimePrice,
    bought: (DateTime<Utc>, i64),
    zone: Tz,
    on: NaiveDate,
) -> Result<Vec<LineDraft>, Refusal> {
    let gross = price.cost(bought.1).ok_or(Refusal::OutOfRange)?;
    let tax = service.tax(term.tax.as_ref(), on);
    let line = |kind, words: &str, minor| LineDraft::plain(kind, words, 1, minor, tax).ok_or(Refusal::OutOfRange);
    let mut lines = vec![LineDraft { service_id: Some(service.service_id), ..line(LineKind::Prepaid, &term.description, gross)? }];
    let mut left = gross;
    for discount in &service.discounts {
        let Some((from, minutes)) = part_of(discount, bought, zone) else { continue };
        let wanted = match discount.rule {
            DiscountRule::Percent { percent, most_minor } => {
                let part = price.cost(minutes).ok_or(Refusal::OutOfRange)?;
                round_line(Decimal::from(part) * percent / Decimal::ONE_HUNDRED).map(|off| most_minor.map_or(off, |most| off.min(most)))
            }
            DiscountRule::Fixed { amount_minor } => TimePrice { price_minor: amount_minor, ..price }.cost(minutes),
        };
        let off = wanted.ok_or(Refusal::OutOfRange)?.clamp(0, left);
        if off > 0 {
            left -= off;
            let days = time_days(from, minutes, zone).ok_or(Refusal::OutOfRange)?;
            let line = line(LineKind::Discount, &discount.reason, -off)?;
            lines.push(line.over(service.service_id, days, days.days(), days.days()));
        }
    }
    Ok(lines)
}

/// The part of what was bought that lies in the discount's days.
fn part_of(discount: &Discount, (from, minutes): (DateTime<Utc>, i64), zone: Tz) -> Option<(DateTime<Utc>, i64)> {
    let until = from.checked_add_signed(TimeDelta::try_minutes(minutes)?)?;
    let from = from.max(start_of_day(discount.starts_on, zone));
    let until = discount.ends_on.map_or(until, |end| until.min(start_of_day(end, zone)));
    let minutes = (until - from).num_minutes();
    (minutes > 0).then_some((from, minutes))
}
