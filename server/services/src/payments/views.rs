//! Receipts, found again.

use crate::{Error, Result, Services, require};
use domain::customers::{Page, Paging};
use domain::payments::{FoundPayment, PaymentFilter, Receipt};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Money, PaymentId};
use integrations::spreadsheet::write_csv;
use locales::{Language, text};
use storage::audit::{self, Change};
use storage::payment_search;
use uuid::Uuid;

/// One page of receipts and the sum of all that match.
pub async fn payments(services: &Services, caller: &Caller, filter: &PaymentFilter, paging: Paging) -> Result<(Page<FoundPayment>, Money)> {
    require(caller, Permission::PaymentsView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(payment_search::page(&mut tx, filter, paging, isp.currency).await?)
}

/// Who has taken payments.
pub async fn collectors(services: &Services, caller: &Caller) -> Result<Vec<(Uuid, String)>> {
    require(caller, Permission::PaymentsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(payment_search::collectors(&mut tx).await?)
}

/// Exactly the filtered list as a CSV. That it was taken is recorded.
pub async fn payments_file(services: &Services, caller: &Caller, filter: &PaymentFilter, language: Language) -> Result<Vec<u8>> {
    require(caller, Permission::PaymentsView)?;
    require(caller, Permission::ReportsExport)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let everything = Paging { page: 1, size: i64::MAX };
    let (page, sum) = payment_search::page(&mut tx, filter, everything, isp.currency).await?;
    let after = serde_json::json!({ "rows": page.total, "sum_minor": sum.minor, "filter": filter });
    audit::record(
        &mut tx,
        services.now(),
        Change { action: "payments.export", object_kind: "payment", after: Some(after), ..Change::default() },
    )
    .await?;
    tx.commit().await?;
    let word = |key: &str| text(language, key);
    let header = [
        "payment-receipt-number",
        "common-date",
        "customer-number",
        "invoice-customer",
        "payment-method",
        "payment-reference",
        "payment-collector",
        "common-amount",
        "customer-currency",
        "common-status",
        "common-note",
    ]
    .map(word);
    let cells = |found: FoundPayment| {
        let payment = found.payment;
        [
            payment.receipt_number,
            payment.business_date.to_string(),
            payment.customer_number,
            payment.customer_name,
            word(&format!("payment-method-{}", payment.method.slug())),
            found.reference.unwrap_or_default(),
            payment.collector_name,
            payment.amount.plain(),
            payment.amount.currency.code().to_string(),
            word(if found.reversed { "payment-state-reversed" } else { "payment-state-held" }),
            payment.note.unwrap_or_default(),
        ]
    };
    let rows: Vec<[String; 11]> = page.rows.into_iter().map(cells).collect();
    write_csv(&header, rows.iter().map(<[String; 11]>::as_slice)).map_err(|error| Error::Internal(error.to_string()))
}

/// A receipt. Who may take money may also hand out what he took it for.
pub async fn receipt(services: &Services, caller: &Caller, id: PaymentId) -> Result<Receipt> {
    if !caller.allowed(Permission::PaymentsReceive) {
        require(caller, Permission::PaymentsView)?;
    }
    let mut tx = services.begin(caller).await?;
    storage::payments::receipt(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// Receipts behind `after`, for whoever walks through all of them. Words are not searched for here.
pub async fn payments_behind(
    services: &Services,
    caller: &Caller,
    filter: &PaymentFilter,
    after: Uuid,
    limit: i64,
) -> Result<Vec<FoundPayment>> {
    require(caller, Permission::PaymentsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(payment_search::behind(&mut tx, filter, after, limit).await?)
}
