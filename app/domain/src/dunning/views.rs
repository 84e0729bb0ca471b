//! What screens show of dunning: rows and figures, no rules.

use super::{BrakeCause, StepAction};
use crate::{BillingProfileId, BrakeId, CustomerId, InvoiceId, Money, PromiseId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Who uses which plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanUser {
    pub profile_id: BillingProfileId,
    pub profile: String,
    pub plan_id: Option<crate::DunningPlanId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub id: PromiseId,
    pub made_on: NaiveDate,
    pub until_on: NaiveDate,
    pub due: Money,
    /// `open`, `kept`, `broken` or `cancelled`.
    pub state: String,
    pub by_customer: bool,
    pub made_by: String,
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    pub reason: String,
    pub until_on: Option<NaiveDate>,
    pub set_by: String,
    pub set_at: DateTime<Utc>,
}

/// A step that was done about a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDone {
    pub invoice_id: InvoiceId,
    pub invoice: String,
    pub offset_days: i16,
    pub action: StepAction,
    pub at: DateTime<Utc>,
    /// `done`, `overtaken`, `no_address`, `exempt` or `promised`.
    pub result: String,
}

/// Everything about one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDunning {
    pub exemption: Option<Exemption>,
    pub promises: Vec<Promise>,
    pub steps: Vec<StepDone>,
    /// When his first line may be cut.
    pub cut_off_at: Option<DateTime<Utc>>,
    /// May he be given a promise now; otherwise the key of the reason.
    pub refusal: Option<crate::Problem>,
    /// The last day that a promise made now may name.
    pub promise_until: Option<NaiveDate>,
}

/// Somebody has to call, or to go there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    pub id: uuid::Uuid,
    /// `call` or `visit`.
    pub kind: String,
    pub state: String,
    pub made_on: NaiveDate,
    pub customer_id: CustomerId,
    pub customer: String,
    pub customer_number: String,
    pub mobile: Option<String>,
    pub address: Option<String>,
    pub invoice_id: InvoiceId,
    pub invoice: String,
    pub due: Money,
}

/// A run that was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrakeRow {
    pub id: BrakeId,
    pub business_date: NaiveDate,
    pub tripped_at: DateTime<Utc>,
    pub would_suspend: i32,
    pub active_base: i32,
    pub usual_tenths: i32,
    pub share_limit: i16,
    pub times_limit: i16,
    pub cause: BrakeCause,
    /// `open`, `released` or `dismissed`.
    pub state: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
    pub reason: Option<String>,
}

/// A customer on its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrakeItem {
    pub customer_id: CustomerId,
    pub customer: String,
    pub customer_number: String,
    pub due: Money,
    pub cut_on: NaiveDate,
    /// `held`, `released` or `spared`.
    pub state: String,
    pub spared_until: Option<NaiveDate>,
}

/// A message of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    pub id: crate::MessageId,
    pub template: String,
    pub language: String,
    pub channel: String,
    pub recipient: String,
    pub body: String,
    pub parts: i16,
    pub not_before: DateTime<Utc>,
    pub state: String,
    pub cancel_reason: Option<String>,
    pub customer_id: Option<CustomerId>,
    pub customer: Option<String>,
    pub invoice_id: Option<InvoiceId>,
    pub created_at: DateTime<Utc>,
}
