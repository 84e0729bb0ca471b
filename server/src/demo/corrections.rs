//! What goes wrong in every office: a line that was down, a subscriber who paid twice and wants his money back, and the
//! next run rehearsed for whoever looks at it.

use anyhow::Result;
use chrono::{Datelike, Months};
use domain::CustomerId;
use domain::billing::{InvoiceFilter, InvoiceState, PromoForm};
use domain::customers::{LineState, Paging};
use domain::documents::{BatchFormat, Paper};
use domain::expenses::ExpenseForm;
use domain::people::Caller;
use services::Services;
use services::corrections::{AdjustForm, CreditForm, RefundForm, adjust, credit_invoice, invoice_corrections, refund};
use services::documents::{Wanted, request_batch};
use services::expenses::{add_category, record_expense};
use services::promos::{RedeemForm, create_promo, redeem};
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
    codes(services, boss, page.rows.get(2).map(|bill| bill.customer_id)).await?;
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

/// Two codes, one of them used by somebody who asked what his next bill will be.
async fn codes(services: &Services, boss: &Caller, customer: Option<CustomerId>) -> Result<()> {
    let form = |code: &str, share: &str| PromoForm {
        code: code.into(),
        kind: "percent".into(),
        percent: share.into(),
        uses_per_customer: "1".into(),
        ..PromoForm::default()
    };
    create_promo(services, boss, &PromoForm { amount: "200".into(), uses_total: "500".into(), ..form("EID-MUBARAK", "15") }).await?;
    create_promo(services, boss, &PromoForm { periods: "3".into(), ..form("WELCOME-10", "10") }).await?;
    let Some(customer) = customer else { return Ok(()) };
    let lines = services::customers::customer(services, boss, customer).await?.services;
    if let Some(line) = lines.iter().find(|line| line.state == LineState::Active) {
        let form = RedeemForm { code: "WELCOME-10".into(), key: "demo-promo-code".into() };
        redeem(services, boss, line.id, &form).await?;
        services::billing::make_proforma(services, boss, customer, &Default::default()).await?;
    }
    Ok(())
}
