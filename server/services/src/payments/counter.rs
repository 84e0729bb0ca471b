//! Before money is taken: finding who pays, and what he owes bill by bill. It reads only; taking is its own use case.

use crate::{Error, Result, Services, require};
use domain::CustomerId;
use domain::billing::InvoiceFilter;
use domain::customers::{Paging, SubscriberFilter, SubscriberRow};
use domain::payments::{Counter, OpenBill};
use domain::people::Caller;
use domain::rights::Permission;

/// More open bills than anybody has.
const MOST_BILLS: i64 = 1_000;
/// Whoever is not among them is found with one more word.
const MOST_MATCHES: i64 = 25;

/// Who may be meant by these words, each customer once.
pub async fn find_payers(services: &Services, caller: &Caller, search: &str) -> Result<Vec<SubscriberRow>> {
    require(caller, Permission::PaymentsReceive)?;
    if search.trim().is_empty() {
        return Ok(Vec::new());
    }
    let isp = services.isp(caller.isp_id).await?;
    let filter = SubscriberFilter { search: search.to_string(), ..SubscriberFilter::default() };
    let paging = Paging { page: 1, size: MOST_MATCHES };
    let mut tx = services.begin(caller).await?;
    let mut rows = storage::subscribers::page(&mut tx, &filter, paging, services.today(&isp), services.now()).await?.rows;
    // Lines of one customer stand beside each other in the order of names.
    rows.dedup_by_key(|row| row.customer_id);
    Ok(rows)
}

/// What the counter needs to know of the one who pays.
pub async fn counter(services: &Services, caller: &Caller, id: CustomerId) -> Result<Counter> {
    require(caller, Permission::PaymentsReceive)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let customer = storage::customers::detail(&mut tx, id, today, services.now()).await?.ok_or(Error::NotFound)?;
    let open = InvoiceFilter { due_by: Some(chrono::NaiveDate::MAX), ..InvoiceFilter::default() };
    let (page, _) = storage::invoices::page(&mut tx, &open, Some(id), Paging { page: 1, size: MOST_BILLS }, today).await?;
    let mut bills: Vec<_> = page
        .rows
        .into_iter()
        .map(|row| OpenBill { id: row.id, number: row.number, issued_on: row.issued_on, due_on: row.due_on, due: row.due })
        .collect();
    bills.sort_by_key(|bill| (bill.due_on, bill.issued_on, bill.id));
    Ok(Counter {
        customer_id: id,
        number: customer.number,
        name: customer.name,
        mobile: customer.mobile,
        due: customer.due,
        credit: customer.credit,
        bills,
    })
}
