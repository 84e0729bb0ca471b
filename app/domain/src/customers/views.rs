//! What lists and pages show of a customer. No view holds a secret.

use super::{BlockReason, LineState};
use crate::places::Place;
use crate::{BillingProfileId, CustomerId, InvoiceId, Money, PackageId, PaymentId, ServiceId, ZoneId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A line of the subscribers list: a customer and one of his services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberRow {
    pub customer_id: CustomerId,
    pub service_id: ServiceId,
    pub number: String,
    pub name: String,
    pub mobile: Option<String>,
    pub username: String,
    pub package: String,
    pub state: LineState,
    pub online: bool,
    pub due: Money,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Which subscribers a list wants; all of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberFilter {
    /// Words to find in name, number, mobile or user name.
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub state: Option<LineState>,
    /// `true`: online now, `false`: not.
    #[serde(default)]
    pub online: Option<bool>,
    /// Owes something, or owes something past its due date.
    #[serde(default)]
    pub money: Option<MoneyFilter>,
    #[serde(default)]
    pub package_id: Option<PackageId>,
    #[serde(default)]
    pub import_id: Option<crate::ImportId>,
    /// This one, or one below it.
    #[serde(default)]
    pub zone: Option<ZoneId>,
    #[serde(default)]
    pub sort: SubscriberSort,
    #[serde(default)]
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyFilter {
    Due,
    Overdue,
    Clear,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriberSort {
    #[default]
    Name,
    Number,
    Newest,
}

/// A page of any list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub total: i64,
    /// Counted from 1.
    pub page: i64,
    pub size: i64,
}

impl<T> Page<T> {
    /// The same page of something else.
    pub fn map<U>(self, to: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(to).collect(), total: self.total, page: self.page, size: self.size }
    }
}

/// Which page of a list, made safe: size is one of 25, 50, 100, 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    pub page: i64,
    pub size: i64,
}

impl Paging {
    pub fn new(page: i64, size: i64) -> Self {
        let size = [25, 50, 100, 200].into_iter().find(|allowed| *allowed == size).unwrap_or(50);
        Self { page: page.clamp(1, 1_000_000), size }
    }

    pub fn offset(self) -> i64 {
        (self.page - 1) * self.size
    }
}

/// The head of a subscriber's page, and his lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDetail {
    pub id: CustomerId,
    pub number: String,
    pub name: String,
    pub mobile: Option<String>,
    pub email: Option<String>,
    pub national_id: Option<String>,
    pub address: Option<String>,
    pub zone: Option<(ZoneId, String)>,
    pub place: Option<Place>,
    pub billing_profile_id: BillingProfileId,
    pub billing_profile: String,
    pub since: DateTime<Utc>,
    pub due: Money,
    pub overdue: Money,
    pub credit: Money,
    /// First day that no paid invoice covers, when anything was billed.
    pub paid_until: Option<NaiveDate>,
    pub services: Vec<ServiceDetail>,
    pub version: i32,
}

/// One line of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDetail {
    pub id: ServiceId,
    pub username: String,
    pub package_id: PackageId,
    pub package: String,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub price: Money,
    /// What it has apart from its package now: `price`, `speed`, …
    pub apart: Vec<String>,
    pub state: LineState,
    pub blocks: Vec<(BlockReason, DateTime<Utc>)>,
    pub mac: Option<String>,
    pub static_ip: Option<String>,
    pub starts_on: NaiveDate,
    pub billed_until: NaiveDate,
    pub expires_at: Option<DateTime<Utc>>,
    pub cutoff_at: Option<DateTime<Utc>>,
    /// Since when it is online, if it is.
    pub online_since: Option<DateTime<Utc>>,
    pub version: i32,
}

/// One thing that happened, newest first on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineItem {
    pub at: DateTime<Utc>,
    /// Key of the sentence in the locales, `timeline-…`.
    pub key: String,
    pub args: Vec<(String, String)>,
    pub actor: Option<String>,
    pub amount: Option<Money>,
    pub invoice_id: Option<InvoiceId>,
    pub payment_id: Option<PaymentId>,
}
