//! What pages show of fair use and of data beside it. Values alone.

use super::{AtEnd, Limit, Policy, Used};
use crate::{CustomerId, FairUseId, InvoiceId, Money, OfferId, PackageId, ServiceId, TaxProfileId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A policy as lists and its page show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    pub id: FairUseId,
    pub name: String,
    pub archived: bool,
    pub version: i32,
    pub since: DateTime<Utc>,
    pub policy: Policy,
    pub packages: Vec<PackageId>,
    pub lines: i64,
    pub slowed: i64,
    pub stopped: i64,
}

/// Something that happened to a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub policy: String,
    pub version: i32,
    pub step: Option<i16>,
    pub octets: i64,
}

/// A window that is over, as it ended, with what happened in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastWindow {
    pub begins: NaiveDate,
    /// The first day that was counted anew.
    pub ends: NaiveDate,
    pub policy: String,
    pub version: i32,
    pub used: Used,
    /// What of it counted against limits of data.
    pub octets: u64,
    /// The limit that was reached first, with all that was there.
    pub limit: Limit,
    /// 0: free, n: the step, -1: stopped.
    pub standing: i16,
    pub events: Vec<Event>,
}

/// Data beside what is included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub id: uuid::Uuid,
    /// `top_up` or `rollover`.
    pub source: String,
    pub octets: u64,
    pub left: u64,
    pub since: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Data for sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub id: OfferId,
    pub name: String,
    pub octets: u64,
    pub price: Money,
    pub tax_profile_id: Option<TaxProfileId>,
    /// 0: until the window ends in which it is bought.
    pub months: u8,
    pub in_portal: bool,
    pub archived: bool,
    pub version: i32,
    pub sold: i64,
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUp {
    pub at: DateTime<Utc>,
    pub name: String,
    pub octets: u64,
    pub price: Money,
    pub invoice_id: InvoiceId,
    /// `staff`, `portal` or `auto`.
    pub source: String,
}

/// One line's use, where it stands and what it has beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub username: String,
    pub today: Used,
    pub month: Used,
    /// Its policy with the window already resolved, what counts in it, and its first and last day.
    pub policy: Option<(String, Policy)>,
    pub begins: NaiveDate,
    pub ends: NaiveDate,
    pub used: Used,
    pub extra: u64,
    pub credits: Vec<Credit>,
    pub bought: Vec<TopUp>,
    pub events: Vec<Event>,
    /// The newest first.
    pub past: Vec<PastWindow>,
    pub at_end: AtEnd,
    /// The policy would stop it some day.
    pub may_end: bool,
    pub offers: Vec<Offer>,
    pub auto: Option<(OfferId, u8)>,
}

/// A row of the list of those who move the most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopUser {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub customer_number: String,
    pub username: String,
    pub package: String,
    pub used: Used,
    /// 0: free, n: the step, -1: stopped.
    pub standing: i16,
}
