//! What goes over the wire: shapes of their own, so that a page's view may change and a program's answer does not.

use super::ask::Item;
use domain::customers::{CustomerDetail, ServiceDetail};
use domain::payments::PaymentRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::customers::CustomerHead;
use uuid::Uuid;

type Instant = chrono::DateTime<chrono::Utc>;
type Day = chrono::NaiveDate;

/// An amount: whole minor units (paisa, cents) and their currency.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units: 1234 is 12.34 where the currency has two digits.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

impl From<domain::Money> for Money {
    fn from(money: domain::Money) -> Self {
        Self { minor: money.minor, currency: money.currency.code().to_string() }
    }
}

/// A choice of yes and no in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Flag {
    True,
    False,
}

macro_rules! items {
    ($($name:ident $(by $version:ident)?),+ $(,)?) => {$(
        impl Item for $name {
            fn key(&self) -> String {
                self.id.to_string()
            }
            $(fn version(&self) -> Option<i32> {
                Some(self.$version)
            })?
        }
    )+};
}

items! {
    Customer by version, Service by version, Package by version, Invoice, InvoiceWhole, Payment, PaymentWhole, Session, Attempt,
    Usage, Router by version, Person, PersonWhole by version, Branch by version, Zone by version, AddressBlock by version, PromoCode by version, RestDay, Entry, Job, Profile, Tax,
}

/// A customer. His lines are services of their own.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Customer {
    pub id: Uuid,
    /// The number by which he is called, such as C-00042.
    pub number: String,
    pub name: String,
    /// With country code.
    pub mobile: Option<String>,
    pub email: Option<String>,
    pub national_id: Option<String>,
    pub address: Option<String>,
    pub zone_id: Option<Uuid>,
    /// Degrees, north and east.
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub billing_profile_id: Uuid,
    pub since: Instant,
    /// What is due on all his bills, and what of it is past its day.
    pub due: Money,
    pub overdue: Money,
    /// What he has ahead.
    pub credit: Money,
    pub version: i32,
}

/// Millionths as maps write them.
fn degrees(value: i32) -> f64 {
    f64::from(value) / 1_000_000.0
}

impl From<CustomerHead> for Customer {
    fn from(head: CustomerHead) -> Self {
        Self {
            id: head.id.0,
            number: head.number,
            name: head.name,
            mobile: head.mobile,
            email: head.email,
            national_id: head.national_id,
            address: head.address,
            zone_id: head.zone.map(|zone| zone.0),
            latitude: head.place.map(|place| degrees(place.latitude)),
            longitude: head.place.map(|place| degrees(place.longitude)),
            billing_profile_id: head.billing_profile_id.0,
            since: head.since,
            due: head.due.into(),
            overdue: head.overdue.into(),
            credit: head.credit.into(),
            version: head.version,
        }
    }
}

impl From<CustomerDetail> for Customer {
    fn from(detail: CustomerDetail) -> Self {
        Self {
            id: detail.id.0,
            number: detail.number,
            name: detail.name,
            mobile: detail.mobile,
            email: detail.email,
            national_id: detail.national_id,
            address: detail.address,
            zone_id: detail.zone.map(|(zone, _)| zone.0),
            latitude: detail.place.map(|place| degrees(place.latitude)),
            longitude: detail.place.map(|place| degrees(place.longitude)),
            billing_profile_id: detail.billing_profile_id.0,
            since: detail.since,
            due: detail.due.into(),
            overdue: detail.overdue.into(),
            credit: detail.credit.into(),
            version: detail.version,
        }
    }
}

/// Why a line is held down, and since when.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Block {
    /// `non_payment`, `volume`, `time`, `abuse`, `request`, `maintenance`, `admin` or `hold`.
    pub reason: String,
    pub since: Instant,
}

/// A line of a customer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Service {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub username: String,
    pub package_id: Uuid,
    pub package: String,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub price: Money,
    /// `active`, `suspended`, `expired`, `pending` or `terminated`.
    pub state: String,
    pub blocks: Vec<Block>,
    pub mac: Option<String>,
    pub static_ip: Option<String>,
    pub starts_on: Day,
    /// The first day that no bill covers yet.
    pub billed_until: Day,
    pub expires_at: Option<Instant>,
    pub online_since: Option<Instant>,
    pub version: i32,
}

impl Service {
    pub fn of(customer: domain::CustomerId, line: ServiceDetail) -> Self {
        let block = |(reason, since): (domain::customers::BlockReason, Instant)| Block { reason: reason.slug().into(), since };
        Self {
            id: line.id.0,
            customer_id: customer.0,
            username: line.username,
            package_id: line.package_id.0,
            package: line.package,
            up_kbps: line.up_kbps,
            down_kbps: line.down_kbps,
            price: line.price.into(),
            state: line.state.slug().into(),
            blocks: line.blocks.into_iter().map(block).collect(),
            mac: line.mac,
            static_ip: line.static_ip,
            starts_on: line.starts_on,
            billed_until: line.billed_until,
            expires_at: line.expires_at,
            online_since: line.online_since,
            version: line.version,
        }
    }
}

/// What a line costs and how fast it is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Package {
    pub id: Uuid,
    pub name: String,
    pub price: Money,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub archived: bool,
    /// Lines that have it now.
    pub services: i64,
    pub version: i32,
}

/// A bill.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Invoice {
    pub id: Uuid,
    pub number: String,
    pub customer_id: Uuid,
    pub customer_number: String,
    pub customer_name: String,
    pub issued_on: Day,
    pub due_on: Day,
    pub total: Money,
    pub due: Money,
    /// `open`, `partly_paid`, `overdue`, `paid`, `credited`, `void` or `written_off`.
    pub state: String,
}

impl From<domain::billing::InvoiceRow> for Invoice {
    fn from(row: domain::billing::InvoiceRow) -> Self {
        Self {
            id: row.id.0,
            number: row.number,
            customer_id: row.customer_id.0,
            customer_number: row.customer_number,
            customer_name: row.customer_name,
            issued_on: row.issued_on,
            due_on: row.due_on,
            total: row.total.into(),
            due: row.due.into(),
            state: row.state.slug().into(),
        }
    }
}

/// One line of a bill.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InvoiceLine {
    pub kind: String,
    pub description: String,
    pub service_id: Option<Uuid>,
    pub period_start: Option<Day>,
    /// The day after the last one.
    pub period_end: Option<Day>,
    pub net: Money,
    pub tax: Money,
}

/// A bill with its lines.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InvoiceWhole {
    pub id: Uuid,
    pub number: String,
    pub customer_id: Uuid,
    pub customer_number: String,
    pub customer_name: String,
    pub issued_on: Day,
    pub due_on: Day,
    pub total: Money,
    pub due: Money,
    pub state: String,
    pub net: Money,
    pub tax: Money,
    pub credited: Money,
    pub written_off: Money,
    pub lines: Vec<InvoiceLine>,
}

/// A receipt.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Payment {
    pub id: Uuid,
    pub receipt_number: String,
    pub customer_id: Uuid,
    pub customer_number: String,
    pub customer_name: String,
    /// `cash`, `bank`, `cheque` or `other`.
    pub method: String,
    pub amount: Money,
    pub business_date: Day,
    pub received_at: Instant,
    pub collector_name: String,
    pub reference: Option<String>,
    pub note: Option<String>,
    /// Taken back: it counts no more.
    pub reversed: bool,
}

impl Payment {
    pub fn of(row: PaymentRow, reference: Option<String>, reversed: bool) -> Self {
        Self {
            id: row.id.0,
            receipt_number: row.receipt_number,
            customer_id: row.customer_id.0,
            customer_number: row.customer_number,
            customer_name: row.customer_name,
            method: row.method.slug().into(),
            amount: row.amount.into(),
            business_date: row.business_date,
            received_at: row.received_at,
            collector_name: row.collector_name,
            reference,
            note: row.note,
            reversed,
        }
    }
}

/// What of a payment went to a bill.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Part {
    pub invoice_id: Uuid,
    pub invoice_number: String,
    pub amount: Money,
}

/// A receipt with where the money went.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaymentWhole {
    pub id: Uuid,
    pub receipt_number: String,
    pub customer_id: Uuid,
    pub customer_name: String,
    pub method: String,
    pub amount: Money,
    pub business_date: Day,
    pub received_at: Instant,
    pub collector_name: String,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub reversed: bool,
    pub parts: Vec<Part>,
    /// What was left and stays ahead.
    pub credit: Money,
    /// What the customer still owes.
    pub still_due: Money,
}

/// One thing that happened between the ISP and a customer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementLine {
    /// The journal entry.
    pub id: Uuid,
    pub at: Instant,
    pub business_date: Day,
    pub source: String,
    pub memo: String,
    /// Positive: he owes more by it.
    pub amount: Money,
    /// What he owed after it.
    pub balance: Money,
}

impl Item for StatementLine {
    fn key(&self) -> String {
        format!("{:020} {}", self.at.timestamp_micros(), self.id)
    }
}

/// A line online, or that was.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Session {
    pub id: Uuid,
    pub username: String,
    pub service_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    pub router_id: Uuid,
    pub router: String,
    pub mac: Option<String>,
    pub ip: Option<String>,
    pub started_at: Instant,
    pub updated_at: Instant,
    pub stopped_at: Option<Instant>,
    pub stop_cause: Option<String>,
    pub seconds: i64,
    /// From the subscriber, and to him.
    pub input_octets: i64,
    pub output_octets: i64,
}

/// Somebody tried to come in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Attempt {
    pub id: Uuid,
    pub at: Instant,
    pub username: String,
    pub service_id: Option<Uuid>,
    pub router: String,
    pub mac: Option<String>,
    /// `accept`, `walled` or `reject`.
    pub outcome: String,
    pub reason: String,
}

/// What a line moved on one day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Usage {
    /// The day.
    pub id: Day,
    pub input_octets: i64,
    pub output_octets: i64,
}

/// An access server.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Router {
    pub id: Uuid,
    pub name: String,
    pub address: String,
    pub vendor: String,
    pub active: bool,
    pub last_seen: Option<Instant>,
    pub online: i64,
    pub version: i32,
}

/// Somebody who works here or sells.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Person {
    pub id: Uuid,
    /// `admin`, `reseller`, `sub_reseller`, `manager`, `card_distributor` or `staff`.
    pub role: String,
    pub name: String,
    pub email: Option<String>,
    pub username: Option<String>,
    pub mobile: Option<String>,
    /// `active`, `suspended` or `above` (somebody above him is suspended).
    pub status: String,
    /// The seller he stands below.
    pub above_id: Option<Uuid>,
    pub signed_in_at: Option<Instant>,
    pub second_factor: bool,
}

/// A zone of the tree.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Zone {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub name: String,
    pub version: i32,
}

/// The same with his version, to be changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PersonWhole {
    pub id: Uuid,
    pub role: String,
    pub name: String,
    pub email: Option<String>,
    pub username: Option<String>,
    pub mobile: Option<String>,
    pub language: Option<String>,
    pub status: String,
    pub since: Instant,
    pub version: i32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Branch {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub name: String,
    pub is_default: bool,
    pub customers: i64,
    pub people: i64,
    pub version: i32,
}

/// One entry of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entry {
    pub id: Uuid,
    /// Its place in the chain.
    pub seq: Option<i64>,
    pub at: Instant,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    /// Who acted as he.
    pub impersonator_name: Option<String>,
    pub action: String,
    pub object_kind: String,
    pub object_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    /// JSON as text.
    pub before: Option<String>,
    pub after: Option<String>,
    pub ip: Option<String>,
}

/// A job of the schedule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Job {
    /// Its name.
    pub id: String,
    /// `paused`, `running`, `failed`, `late`, `fine` or `new`.
    pub state: String,
    pub late_since: Option<Instant>,
    pub next_at: Option<Instant>,
    pub last_started_at: Option<Instant>,
    pub last_state: Option<String>,
    pub failed: u64,
}

/// When and how bills are made.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Profile {
    pub id: Uuid,
    pub name: String,
    pub billing_day: u16,
    pub due_days: u16,
    pub grace_days: u16,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Tax {
    pub id: Uuid,
    pub name: String,
    /// Percent, as text.
    pub rate: String,
    pub packages: i64,
}

/// A network and what its addresses are for.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AddressBlock {
    pub id: Uuid,
    /// Empty: the one that everybody shares.
    pub vrf: String,
    /// Such as 10.0.0.0/24.
    pub network: String,
    pub name: String,
    pub category: String,
    pub gateway: Option<String>,
    /// Of a delegation: how long the pieces are.
    pub piece: Option<u8>,
    /// The pool on the routers that hands it out.
    pub pool: Option<String>,
    pub version: i32,
}

/// A code that makes bills cheaper, by percent or by an amount.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PromoCode {
    pub id: Uuid,
    pub code: String,
    /// Such as 12.5.
    pub percent: Option<String>,
    pub amount: Option<Money>,
    pub starts_on: Day,
    /// The last day.
    pub ends_on: Option<Day>,
    pub uses_total: Option<i32>,
    pub uses_per_customer: Option<i32>,
    pub minimum: Money,
    /// Bills that it makes cheaper.
    pub periods: u16,
    /// Their names; empty: all.
    pub packages: Vec<String>,
    pub used: i64,
    pub version: i32,
}

/// A day on which nobody is cut.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RestDay {
    pub id: Day,
    pub name: String,
}
