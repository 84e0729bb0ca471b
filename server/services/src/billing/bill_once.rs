//! A bill of one line for something that was sold a moment ago, in the transaction of what was sold. Pays it with what the
//! customer has ahead, as every bill.

use super::bill::refused;
use super::credit::apply_credit;
use super::issue::{Addressed, invoice_series, issue as issue_bills};
use crate::{Error, Result, Services};
use chrono::NaiveDate;
use domain::billing::{InvoiceDraft, LineDraft, LineKind, Refusal, cut_on};
use domain::calendar::add_days;
use domain::{CustomerId, InvoiceId, Money, ServiceId, TaxProfileId};
use storage::isps::Isp;
use storage::{IspTx, customer_terms, customers, numbers};

/// A customer who is about to be billed, locked.
pub(crate) struct Person {
    id: CustomerId,
    name: String,
    address: Option<String>,
    on: NaiveDate,
}

/// What was sold.
pub(crate) struct Sold<'a> {
    pub service_id: ServiceId,
    pub description: &'a str,
    pub price: Money,
    pub tax: Option<TaxProfileId>,
}

/// Stands in line at the series first, then at the customer: the same order as the run.
pub(crate) async fn lock(tx: &mut IspTx, on: NaiveDate, customer: CustomerId) -> Result<Person> {
    numbers::lock(tx, &invoice_series(on)).await?;
    let (name, address) = customers::lock(tx, customer).await?.ok_or(Error::NotFound)?;
    Ok(Person { id: customer, name, address, on })
}

/// Issues the bill; answers with its id and number.
pub(crate) async fn issue(tx: &mut IspTx, services: &Services, isp: &Isp, person: &Person, sold: Sold<'_>) -> Result<(InvoiceId, String)> {
    let profile = super::profiles::of_customer(tx, person.id).await?;
    let exempt = customer_terms::read(tx, person.id).await?.ok_or(Error::NotFound)?.tax_exempt;
    let due_on = add_days(person.on, profile.due_days.into()).unwrap_or(person.on);
    let taxes = storage::billing::taxes(tx).await?;
    let tax = sold.tax.filter(|_| !exempt).and_then(|id| taxes.get(&id.0)).map(|terms| terms.on(person.on));
    let line =
        LineDraft::plain(LineKind::OneTime, sold.description, 1, sold.price.minor, tax).ok_or_else(|| refused(Refusal::OutOfRange))?;
    let draft = InvoiceDraft {
        customer_id: person.id,
        issued_on: person.on,
        due_on,
        cut_on: cut_on(due_on, profile.grace_days).unwrap_or(due_on),
        currency: isp.currency,
        lines: vec![LineDraft { service_id: Some(sold.service_id), ..line }],
    };
    let bill = Addressed { draft, name: &person.name, address: person.address.as_deref() };
    let issued = issue_bills(tx, services, None, person.on, &[bill]).await?.into_iter().next().ok_or(Error::NotFound)?;
    apply_credit(tx, services, isp, person.on, &[person.id]).await?;
    Ok(issued)
}
