//! Until when a customer has paid, as one of three things a person can be told. It knows no words and no clock.

use super::CustomerDetail;
use chrono::NaiveDate;

/// What can be said about paid time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// No bill was made yet.
    NotBilled,
    /// Everything billed is paid, this day included.
    PaidThrough(NaiveDate),
    /// From this day on a bill is open.
    UnpaidSince(NaiveDate),
}

impl CustomerDetail {
    /// A bill made ahead of its period leaves the customer paid until that period begins.
    pub fn coverage(&self, today: NaiveDate) -> Coverage {
        let never_billed = self.services.iter().all(|service| service.billed_until <= service.starts_on);
        match self.paid_until {
            None => Coverage::NotBilled,
            Some(_) if self.due.is_zero() && never_billed => Coverage::NotBilled,
            Some(open) if self.due.is_zero() || open > today => Coverage::PaidThrough(open.pred_opt().unwrap_or(open)),
            Some(open) => Coverage::UnpaidSince(open),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::{LineState, ServiceDetail};
    use crate::{BillingProfileId, Currency, CustomerId, Money, PackageId, ServiceId};
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn customer(due_minor: i64, starts_on: &str, billed_until: &str, paid_until: Option<&str>) -> CustomerDetail {
        let money = |minor| Money::new(minor, Currency::Bdt);
        let service = ServiceDetail {
            id: ServiceId(Uuid::nil()),
            username: "rahim".into(),
            package_id: PackageId(Uuid::nil()),
            package: "Home 10".into(),
            up_kbps: None,
            down_kbps: None,
            price: money(50_000),
            apart: Vec::new(),
            state: LineState::Active,
            blocks: Vec::new(),
            mac: None,
            static_ip: None,
            starts_on: day(starts_on),
            billed_until: day(billed_until),
            expires_at: None,
            cutoff_at: None,
            online_since: None,
            version: 1,
        };
        CustomerDetail {
            id: CustomerId(Uuid::nil()),
            number: "C-00001".into(),
            name: "Rahim".into(),
            mobile: None,
            email: None,
            national_id: None,
            zone: None,
            place: None,
            address: None,
            billing_profile_id: BillingProfileId(Uuid::nil()),
            billing_profile: "Monthly".into(),
            since: "2026-01-01T00:00:00Z".parse().unwrap(),
            due: money(due_minor),
            overdue: money(0),
            credit: money(0),
            paid_until: paid_until.map(day),
            services: vec![service],
            version: 1,
        }
    }

    #[test]
    fn paid_time_in_three_ways() {
        let today = day("2026-11-21");
        let of = |due, starts, billed, paid| customer(due, starts, billed, paid).coverage(today);
        assert_eq!(of(0, "2026-11-21", "2026-11-21", Some("2026-11-21")), Coverage::NotBilled);
        assert_eq!(of(0, "2026-10-01", "2026-12-01", Some("2026-12-01")), Coverage::PaidThrough(day("2026-11-30")));
        assert_eq!(of(0, "2026-10-01", "2026-11-01", Some("2026-11-01")), Coverage::PaidThrough(day("2026-10-31")));
        assert_eq!(of(500, "2026-10-01", "2026-12-01", Some("2026-11-01")), Coverage::UnpaidSince(day("2026-11-01")));
    }

    #[test]
    fn a_bill_made_ahead_leaves_the_days_before_it_paid() {
        let ahead = customer(500, "2026-10-01", "2027-01-01", Some("2026-12-01"));
        assert_eq!(ahead.coverage(day("2026-11-21")), Coverage::PaidThrough(day("2026-11-30")));
        assert_eq!(ahead.coverage(day("2026-12-01")), Coverage::UnpaidSince(day("2026-12-01")));
    }
}
