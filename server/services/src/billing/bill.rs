//! A bill made on the spot for one service: issued, paid from the customer's credit as far as it goes. Also what becomes
//! of lines that are too little for a bill of their own.

use super::credit::apply_credit;
use super::issue::{Addressed, issue};
use crate::{Error, Result, Services};
use chrono::NaiveDate;
use domain::billing::{InvoiceDraft, LineDraft, LineKind, Refusal, Term};
use domain::{ChargeId, InvoiceId, Problem};
use storage::billing::ToBill;
use storage::charges::NewCharge;
use storage::isps::Isp;
use storage::{IspTx, charges};
use uuid::Uuid;

pub(super) struct Bill<'a> {
    pub service: &'a ToBill,
    pub lines: Vec<LineDraft>,
    pub on: NaiveDate,
}

/// A figure that left its range while a person waits for it.
pub(super) fn refused(_: Refusal) -> Error {
    Error::Invalid(vec![Problem::new("", "problem-amount-too-large")])
}

/// Issues a bill of these lines, if there are any, and lets the customer's credit pay. The customer is locked.
pub(super) async fn bill_lines(tx: &mut IspTx, services: &Services, isp: &Isp, bill: Bill<'_>) -> Result<Option<InvoiceId>> {
    if bill.lines.iter().all(|line| line.net_minor == 0 && line.tax_minor == 0) {
        return Ok(None);
    }
    let draft = InvoiceDraft::of(&bill.service.billable, bill.lines, isp.currency, bill.on).map_err(refused)?;
    let customer = draft.customer_id;
    let addressed = Addressed { draft, name: &bill.service.customer_name, address: bill.service.customer_address.as_deref() };
    let issued = issue(tx, services, None, bill.on, &[addressed]).await?;
    apply_credit(tx, services, isp, bill.on, &[customer]).await?;
    Ok(issued.into_iter().next().map(|(id, _)| id))
}

/// Lets lines wait for the next bill, one charge each, taxed there as the package is.
pub(super) async fn line_charges(tx: &mut IspTx, services: &Services, service: &ToBill, term: &Term, lines: &[LineDraft]) -> Result<()> {
    let inclusive = term.tax.as_ref().is_some_and(|tax| tax.inclusive) && !service.billable.tax_exempt;
    for line in lines.iter().filter(|line| line.net_minor != 0) {
        let charge = NewCharge {
            id: ChargeId(Uuid::now_v7()),
            customer_id: service.billable.customer_id,
            service_id: Some(service.billable.service_id),
            kind: if line.kind == LineKind::Fee { LineKind::Fee } else { LineKind::Adjustment },
            description: &line.description,
            quantity: 1,
            price_minor: if inclusive { line.total_minor() } else { line.net_minor },
            tax_profile_id: term.tax_profile,
        };
        charges::create(tx, &charge, services.now()).await?;
    }
    Ok(())
}
