//! The books, read: trial balance, and the proof that everything adds up.

use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::ledger::{LedgerReport, TrialBalanceLine};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Currency, Money};

/// The trial balance of everything that was ever posted.
pub async fn trial_balance(services: &Services, caller: &Caller) -> Result<Vec<TrialBalanceLine>> {
    trial_balance_on(services, caller, None).await
}

/// The trial balance at the end of a business day: debits and credits are equal on every one.
pub async fn trial_balance_on(services: &Services, caller: &Caller, day: Option<NaiveDate>) -> Result<Vec<TrialBalanceLine>> {
    require(caller, Permission::LedgerView)?;
    let mut tx = services.begin(caller).await?;
    storage::ledger::trial_balance(&mut tx, day)
        .await?
        .into_iter()
        .map(|(account, kind, currency, debit, credit)| {
            let currency = Currency::from_code(&currency).ok_or_else(|| Error::Internal(format!("currency {currency}")))?;
            Ok(TrialBalanceLine { account, kind, debit: Money::new(debit, currency), credit: Money::new(credit, currency) })
        })
        .collect()
}

/// Recomputes every entry, bill, receivable and number series of the ISP and reports what does not agree.
pub async fn verify(services: &Services, caller: &Caller) -> Result<LedgerReport> {
    require(caller, Permission::LedgerView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::ledger_check::verify(&mut tx).await?)
}
