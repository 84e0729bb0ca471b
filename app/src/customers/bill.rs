//! The tabs with a subscriber's money: bills that were made and payments that came in, each a page of its list.

use super::list::due;
use crate::invoices::state_mark;
use crate::lists::count;
use crate::payments::method_words;
use domain::Money;
use domain::billing::InvoiceRow;
use domain::customers::Page;
use domain::payments::PaymentRow;
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn invoices(page: Page<InvoiceRow>) -> AnyView {
    let columns = vec![
        Column::new(t("invoice-number")),
        Column::new(t("invoice-issued-on")),
        Column::new(t("invoice-due-on")),
        Column::new(t("common-status")),
        Column::new(t("invoice-total")).numeric(),
        Column::new(t("invoice-amount-due")).numeric(),
    ];
    let rows = page.rows.into_iter().map(|invoice| {
        Row::new(invoice.id, invoice.number.clone())
            .href(format!("/invoices/{}", invoice.id))
            .cell(invoice.number)
            .cell(view! { <DateText date=invoice.issued_on/> })
            .cell(view! { <DateText date=invoice.due_on/> })
            .cell(state_mark(invoice.state))
            .cell(view! { <MoneyText money=invoice.total/> })
            .cell(due(invoice.due))
    });
    let empty = view! { <EmptyState icon="receipt" title=t("invoice-empty-title") body=t("invoice-empty-body")/> };
    view! { <Card flush=true><DataTable caption=t("invoices-title") columns=columns rows=rows.collect() total=count(page.total) empty=empty.into_any()/></Card> }.into_any()
}

pub(super) fn payments(page: Page<PaymentRow>, sum: Money) -> AnyView {
    let columns = vec![
        Column::new(t("payment-receipt-number")),
        Column::new(t("common-date")),
        Column::new(t("payment-method")),
        Column::new(t("payment-collector")),
        Column::new(t("common-note")),
        Column::new(t("common-amount")).numeric(),
    ];
    let title = t_with("payment-sum", &[("amount", locales::money(use_language(), sum.minor, sum.currency.code()).into())]);
    let nothing = page.total == 0;
    let rows = page.rows.into_iter().map(|payment| {
        Row::new(payment.id, payment.receipt_number.clone())
            .href(format!("/payments/{}", payment.id))
            .cell(payment.receipt_number)
            .cell(view! { <DateText date=payment.business_date/> })
            .cell(method_words(payment.method))
            .cell(payment.collector_name)
            .cell(payment.note)
            .cell(view! { <MoneyText money=payment.amount/> })
    });
    let rows = rows.collect();
    let empty = view! { <EmptyState icon="wallet" title=t("payment-empty-title") body=t("payment-empty-body")/> }.into_any();
    let table = view! { <DataTable caption=t("payments-title") columns=columns rows=rows total=count(page.total) empty=empty/> };
    match nothing {
        true => view! { <Card flush=true>{table}</Card> }.into_any(),
        false => view! { <Card flush=true title=title>{table}</Card> }.into_any(),
    }
}
