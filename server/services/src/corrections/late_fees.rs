//! Late fees (BIL-15, job billing.late_fee): once for a bill, some days after it was due, by the rule of the
//! customer's profile. Each bill is a transaction of its own: one that cannot be charged is reported and the rest goes
//! on.

use super::adjust::{Charge, charge_customer};
use super::money::{apply_credit, settled};
use crate::{Error, Result, Services, require};
use chrono::{Datelike, Days, NaiveDate};
use domain::billing::Tax;
use domain::corrections::{LateFee, LateFeeForm, LateFeeRule, late_fee, read_late_fee};
use domain::ledger::Account;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingProfileId, CustomerId, InvoiceId, Money, Problem, TaxProfileId};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::isps::Isp;
use storage::{IspTx, audit, corrections, customer_terms, customers, numbers};

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
    let taxes = storage::billing::taxes(&mut tx).await?;
    for LateFeeRule { profile_id: profile, fee: rule, tax_profile_id, .. } in corrections::late_fee_rules(&mut tx).await? {
        let Some(due_by) = rule.after_days().and_then(|days| on.checked_sub_days(Days::new(u64::from(days)))) else { continue };
        let found = corrections::without_late_fee(&mut tx, profile, due_by, MOST).await?;
        let tax = tax_profile_id.and_then(|id| taxes.get(&id.0)).map(|terms| terms.on(on));
        bills.extend(found.into_iter().map(|(invoice, customer)| Late { invoice, customer, rule, tax }));
    }
    tx.rollback().await?;
    let mut done = LateFees::default();
    for late in bills {
        let invoice = late.invoice;
        match charge_one(services, caller, &isp, on, late).await {
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

/// A bill that was not paid in time, and what that costs.
struct Late {
    invoice: InvoiceId,
    customer: CustomerId,
    rule: LateFee,
    tax: Option<Tax>,
}

async fn charge_one(services: &Services, caller: &Caller, isp: &Isp, on: NaiveDate, late: Late) -> Result<Option<i64>> {
    let Late { invoice, customer, rule, tax } = late;
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
    let exempt = customer_terms::read(&mut tx, customer).await?.ok_or(Error::NotFound)?.tax_exempt;
    let tax = tax.filter(|_| !exempt);
    let account = Account::LateFeeRevenue;
    let charge = Charge { source: "late_fee", reference: invoice.to_string(), account, description: &description, tax };
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
pub async fn late_fee_rules(services: &Services, caller: &Caller) -> Result<Vec<LateFeeRule>> {
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
    let tax = read_tax(&mut tx, &form.tax_profile_id).await?;
    let before = corrections::late_fee_rules(&mut tx).await?.into_iter().find(|found| found.profile_id == profile);
    if before.as_ref().is_some_and(|before| before.fee == rule && before.tax_profile_id == tax) {
        return Ok(());
    }
    if !corrections::set_late_fee_rule(&mut tx, profile, rule, tax).await? {
        return Err(Error::NotFound);
    }
    let change = Change {
        action: "billing_profile.late_fee",
        object_kind: "billing_profile",
        object_id: Some(profile.0),
        before: before.map(|before| serde_json::json!({ "fee": before.fee, "tax": before.tax_profile_id })),
        after: Some(serde_json::json!({ "fee": rule, "tax": tax })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

async fn read_tax(tx: &mut IspTx, text: &str) -> Result<Option<TaxProfileId>> {
    let unknown = || Error::Invalid(vec![Problem::new("tax_profile_id", "problem-choice")]);
    match text.trim() {
        "" => Ok(None),
        id => {
            let id: TaxProfileId = id.parse().map_err(|_| unknown())?;
            let known = storage::billing::taxes(tx).await?.contains_key(&id.0);
            if known { Ok(Some(id)) } else { Err(unknown()) }
        }
    }
}
