//! What the pages show of a customer's terms, and of taxes.

use super::{Charging, LineKind, TaxTerms};
use crate::{AddonId, BillingProfileId, ChargeId, DiscountId, HoldId, Money, PackageId, ServiceId, TaxProfileId};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A tax profile as its list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxView {
    pub id: TaxProfileId,
    pub name: String,
    /// What its rates come to today.
    pub rate: Decimal,
    pub packages: i64,
    pub terms: TaxTerms,
}

/// The terms of one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerTerms {
    pub name: String,
    pub billing_profile_id: BillingProfileId,
    /// His own; `None`: his profile's.
    pub credit_limit: Option<Money>,
    pub profile_credit_limit: Option<Money>,
    pub tax_exempt: bool,
    pub tax_exempt_reason: Option<String>,
    pub deposit: Money,
    pub credit: Money,
    /// What waits for the next bill.
    pub charges: Vec<ChargeView>,
    pub services: Vec<ServiceTerms>,
    pub version: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeView {
    pub id: ChargeId,
    pub kind: LineKind,
    pub description: String,
    pub quantity: i32,
    /// Of all, without a tax that comes on top.
    pub amount: Money,
}

/// The terms of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTerms {
    pub id: ServiceId,
    pub username: String,
    pub package_id: PackageId,
    pub package: String,
    pub auto_renew: bool,
    pub charging: Charging,
    /// From which day on which package.
    pub planned: Option<(NaiveDate, String)>,
    pub holds: Vec<HoldView>,
    pub addons: Vec<AddonView>,
    pub discounts: Vec<DiscountView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    pub id: HoldId,
    pub from_on: NaiveDate,
    /// Exclusive.
    pub to_on: NaiveDate,
    pub running: bool,
    pub over: bool,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddonView {
    pub id: AddonId,
    pub name: String,
    pub quantity: i32,
    pub price: Money,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountView {
    pub id: DiscountId,
    pub percent: Option<Decimal>,
    /// The fixed amount, or the most that the percentage takes off.
    pub amount: Option<Money>,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub reason: String,
}

/// What a change of package would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeQuote {
    pub package: String,
    pub effective_on: NaiveDate,
    pub lines: Vec<QuoteLine>,
    /// What is billed now.
    pub total: Money,
    /// What goes to the customer's credit instead.
    pub to_credit: Money,
    /// Too little for a bill of its own: it waits for the next one.
    pub waits: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    pub kind: LineKind,
    pub description: String,
    pub days: Option<i64>,
    pub days_in_period: Option<i64>,
    pub net: Money,
    pub tax: Money,
}

/// What prepaid time would cost, and until when it would last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeQuote {
    pub package: String,
    pub until: DateTime<Utc>,
    pub converted_minutes: i64,
    pub total: Money,
    /// What discounts took off it.
    pub off: Money,
    pub credit: Money,
}
