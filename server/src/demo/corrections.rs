//! What goes wrong in every office: a line that was down, a subscriber who paid twice and wants his money back, and the
//! next run rehearsed for whoever looks at it.

use anyhow::Result;
use chrono::{Datelike, Months};
use domain::billing::{InvoiceFilter, InvoiceState};
use domain::customers::Paging;
use domain::documents::{BatchFormat, Paper};
use domain::expenses::ExpenseForm;
use domain::people::Caller;
use services::Services;
use services::corrections::{AdjustForm, CreditForm, RefundForm, adjust, credit_invoice, invoice_corrections, refund};
use services::documents::{Wanted, request_batch};
use services::expenses::{add_category, record_expense};
use std::collections::BTreeMap;

/// Corrects one paid bill of `boss`'s ISP, has it printed, lets `counter` ask for a refund, and rehearses the first of the next month.
pub async fn correct(services: &Services, boss: &Caller, counter: &Caller) -> Result<()> {
    let paid = InvoiceFilter { state: Some(InvoiceState::Paid), ..InvoiceFilter::default() };
    let (page, _) = services::billing::invoices(services, boss, &paid, None, Paging::new(1, 25)).await?;
    if let Some(bill) = page.rows.first() {
        let form = CreditForm {
            reason: "The line was down for three days".into(),
            key: "demo-credit-note".into(),
            version: invoice_corrections(services, boss, bill.id).await?.version,
            extent: "part".into(),
            amounts: BTreeMap::from([("1".to_string(), "80".to_string())]),
            apply: None,
        };
        credit_invoice(services, boss, bill.id, &form).await?;
        let one = InvoiceFilter { search: bill.number.clone(), ..InvoiceFilter::default() };
        let wanted = Wanted { paper: Paper::A4, language: locales::Language::English, base: "http://padma.localhost".into() };
        request_batch(services, boss, &one, BatchFormat::Zip, &wanted).await?;
    }
    if let Some(bill) = page.rows.get(1) {
        let reason = "Paid twice before the books began here".to_string();
        let form = AdjustForm { direction: "credit".into(), amount: "6500".into(), reason: reason.clone(), key: "demo-adjustment".into() };
        adjust(services, boss, bill.customer_id, &form).await?;
        let form =
            RefundForm { amount: "6000".into(), method: "bank".into(), reason, key: "demo-refund-1".into(), ..RefundForm::default() };
        refund(services, counter, bill.customer_id, &form).await?;
    }
    let today = services.today(&services.isp(boss.isp_id).await?);
    let category = add_category(services, boss, "Upstream", "").await?;
    let bandwidth = ExpenseForm {
        category_id: category.to_string(),
        vendor: "Meghna Cable".into(),
        amount: "2300".into(),
        tax: "300".into(),
        spent_on: today.to_string(),
        paid_from: "bank".into(),
        key: "demo-expense-1".into(),
        ..ExpenseForm::default()
    };
    record_expense(services, boss, &bandwidth, None).await?;
    if let Some(next) = today.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))) {
        services::rehearsal::build(services, boss, next).await?;
    }
    Ok(())
}
