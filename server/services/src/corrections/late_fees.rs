//! Late fees (BIL-15, job billing.late_fee): once for a bill, some days after it was due, by the rule of the
//! customer's profile. Each bill is a transaction of its own: one that cannot be charged is reported and the rest goes
//! on.

use super::adjust::{Charge, charge_customer};
use super::money::{apply_credit, settled};
use crate::{Error, Result, Services, require};
use chrono::{Datelike, Days, NaiveDate};
use domain::corrections::{LateFee, LateFeeForm, late_fee, read_late_fee};
use domain::ledger::Account;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingProfileId, CustomerId, InvoiceId, Money};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::isps::Isp;
use storage::{audit, corrections, customers, numbers};

/// What a day's fees came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateFees {
    pub charged: i64,
    pub total_minor: i64,
    pub failed: i64,
}

/// More than any ISP has overdue at once.
const MOST: i64 = 1_000_000;

/// Charges what is to be charged by the business day `on`. Asked twice, it charges once.
pub async fn charge_late_fees(services: &Services, caller: &Caller, on: NaiveDate) -> Result<LateFees> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let mut bills = Vec::new();
    for (profile, _, rule) in corrections::late_fee_rules(&mut tx).await? {
        let Some(due_by) = rule.after_days().and_then(|days| on.checked_sub_days(Days::new(u64::from(days)))) else { continue };
        let found = corrections::without_late_fee(&mut tx, profile, due_by, MOST).await?;
        bills.extend(found.into_iter().map(|(invoice, customer)| (invoice, customer, rule)));
    }
    tx.rollback().await?;
    let mut done = LateFees::default();
    for (invoice, customer, rule) in bills {
        match charge_one(services, caller, &isp, on, invoice, customer, rule).await {
            Ok(Some(fee)) => {
                done.charged += 1;
                done.total_minor += fee;
            }
            Ok(None) => {}
            Err(away @ Error::Upstream(_)) => return Err(away),
            Err(error) => {
                done.failed += 1;
                tracing::error!(%error, %invoice, "a late fee could not be charged");
            }
        }
    }
    Ok(done)
}

async fn charge_one(
    services: &Services,
    caller: &Caller,
    isp: &Isp,
    on: NaiveDate,
    invoice: InvoiceId,
    customer: CustomerId,
    rule: LateFee,
) -> Result<Option<i64>> {
    let mut tx = services.begin(caller).await?;
    numbers::lock(&mut tx, &format!("invoice:{}", on.year())).await?;
    let (name, address) = customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let facts = corrections::lock_invoice(&mut tx, invoice).await?.ok_or(Error::NotFound)?;
    // Somebody may have paid, or another runner been here, since the list was made.
    let fee = late_fee(rule, facts.due_minor);
    let Some(fee) = fee.filter(|_| !facts.void) else { return Ok(None) };
    if corrections::late_fee_of(&mut tx, invoice).await?.is_some() {
        return Ok(None);
    }
    let description = format!("Late fee {}", facts.number);
    let charge = Charge { source: "late_fee", reference: invoice.to_string(), account: Account::LateFeeRevenue, description: &description };
    let amount = Money::new(fee, isp.currency);
    let (id, _) = charge_customer(&mut tx, services, isp, customer, (&name, address.as_deref()), on, amount, charge).await?;
    corrections::insert_late_fee(&mut tx, invoice, id, services.now()).await?;
    apply_credit(&mut tx, services, isp, customer).await?;
    settled(&mut tx, services, isp, customer).await?;
    let change = Change {
        action: "invoice.late_fee",
        object_kind: "invoice",
        object_id: Some(invoice.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "number": facts.number, "fee_minor": fee })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(Some(fee))
}

/// Every billing profile with its rule.
pub async fn late_fee_rules(services: &Services, caller: &Caller) -> Result<Vec<(BillingProfileId, String, LateFee)>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(corrections::late_fee_rules(&mut tx).await?)
}

/// Sets the rule of a profile. Fees that were charged stay.
pub async fn set_late_fee(services: &Services, caller: &Caller, profile: BillingProfileId, form: &LateFeeForm) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let rule = read_late_fee(form, isp.currency).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    let before = corrections::late_fee_rules(&mut tx).await?.into_iter().find(|(id, ..)| *id == profile);
    if !corrections::set_late_fee_rule(&mut tx, profile, rule).await? {
        return Err(Error::NotFound);
    }
    let change = Change {
        action: "billing_profile.late_fee",
        object_kind: "billing_profile",
        object_id: Some(profile.0),
        before: before.and_then(|(.., rule)| serde_json::to_value(rule).ok()),
        after: serde_json::to_value(rule).ok(),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
