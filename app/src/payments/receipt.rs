//! A receipt: on screen, on A4 and on an 80 mm roll. The sheet takes the width of its paper.

use super::method_words;
use crate::UiError;
use crate::documents::PdfButtons;
use crate::drawn::Drawing;
use crate::visit::use_visit;
use domain::Money;
use domain::payments::Receipt;
use domain::rights::Permission;
use leptos::prelude::*;
use services::payments;
use ui::prelude::*;

pub async fn receipt(at: Drawing) -> Result<AnyView, UiError> {
    let receipt = payments::receipt(at.services(), at.caller()?, at.param("id")?).await?;
    Ok(page(receipt, at.query().has("taken", "yes")))
}

fn page(receipt: Receipt, just_taken: bool) -> AnyView {
    let visit = use_visit();
    let payment = &receipt.payment;
    let amount = locales::money(use_language(), payment.amount.minor, payment.amount.currency.code());
    let done = t_with("payment-done", &[("amount", amount.into()), ("number", payment.receipt_number.as_str().into())]);
    let notice = just_taken.then(|| view! { <div class="print-hidden mx-auto mb-5 max-w-md"><Alert tone=Tone::Good>{done}</Alert></div> });
    let next = visit
        .may(Permission::PaymentsReceive)
        .then(|| view! { <LinkButton href="/payments/new" label=t("payment-next") icon="hand-coins" style=ButtonStyle::Primary/> });
    let customer = visit.may(Permission::CustomersView).then(|| {
        let href = format!("/customers/{}", payment.customer_id);
        view! { <LinkButton href=href label=t("invoice-customer") icon="user"/> }
    });
    view! {
        <div class="print-hidden">
            <PageHeader
                title=t_with("payment-receipt-title", &[("number", payment.receipt_number.as_str().into())])
                back=("/payments".to_string(), t("payments-title"))
                actions=view! { {customer} <LinkButton href=format!("/payments/{}/correct", payment.id) label=t("correct") icon="pencil"/> <PdfButtons href=format!("/payments/{}.pdf", payment.id)/> {next} }.into_any()
            />
        </div>
        {notice}
        {sheet(receipt)}
    }
    .into_any()
}

fn sheet(receipt: Receipt) -> AnyView {
    let visit = use_visit();
    let Receipt { payment, reference, parts, credit, still_due, reversed } = receipt;
    let at = visit.local(payment.received_at);
    // Written down on another day than it counts for.
    let dated = payment.business_date != at.date();
    // Printed again later it says what is due then, so it names the day.
    let due_as_of = t_with("payment-still-due", &[("date", locales::date(use_language(), visit.today).into())]);
    let customer = match visit.may(Permission::CustomersView) {
        true => {
            let href = format!("/customers/{}", payment.customer_id);
            view! { <a class="font-medium hover:text-primary" href=href>{payment.customer_name}</a> }.into_any()
        }
        false => view! { <span class="font-medium">{payment.customer_name}</span> }.into_any(),
    };
    let fact = |label: String, value: AnyView| view! { <div class="flex justify-between gap-4 py-1"><dt class="muted">{label}</dt><dd class="text-right">{value}</dd></div> };
    let reversed = reversed.map(|reversed| {
        let day = locales::date(use_language(), reversed.business_date);
        let words = t_with("payment-reversed-words", &[("date", day.into()), ("reason", reversed.reason.as_str().into())]);
        view! { <p class="mt-3 rounded-box border border-line p-2 font-medium text-error">{words}</p> }
    });
    let bills = parts.into_iter().map(|(id, number, part)| bill_line(id, number, part)).collect_view();
    let credit = (!credit.is_zero()).then(|| sum_line(t("payment-becomes-credit"), credit, false));
    view! {
        <article class="receipt mx-auto max-w-md rounded-box border border-line bg-base-100 p-6 print:max-[24rem]:border-0 print:max-[24rem]:p-0">
            <header class="border-b border-dashed border-line pb-4 text-center">
                <p class="text-lg font-semibold tracking-tight">{visit.site.name}</p>
                <p class="muted">{t("payment-receipt-word")}</p>
                <p class="code mt-1 font-medium">{payment.receipt_number}</p>
                {reversed}
            </header>
            <div class="border-b border-dashed border-line py-5 text-center">
                <p class="muted text-[0.8125rem]">{t("payment-amount")}</p>
                <p class="figure text-3xl font-semibold tracking-tight">{locales::money(use_language(), payment.amount.minor, payment.amount.currency.code())}</p>
            </div>
            <dl class="border-b border-dashed border-line py-3">
                {fact(t("invoice-customer"), customer)}
                {fact(t("customer-number"), view! { <span class="code">{payment.customer_number}</span> }.into_any())}
                {fact(t("payment-time"), view! { <TimeText at=at/> }.into_any())}
                {fact(t("payment-method"), method_words(payment.method).into_any())}
                {reference.map(|reference| fact(t("payment-reference"), view! { <span class="wrap-anywhere">{reference}</span> }.into_any()))}
                {dated.then(|| fact(t("payment-received-on"), view! { <DateText date=payment.business_date/> }.into_any()))}
                {fact(t("payment-collector"), payment.collector_name.into_any())}
                {payment.note.map(|note| fact(t("common-note"), note.into_any()))}
            </dl>
            <div class="py-3">
                <p class="muted pb-1 text-[0.8125rem]">{t("payment-allocated")}</p>
                <dl>{bills}{credit}{sum_line(due_as_of, still_due, true)}</dl>
            </div>
            <p class="muted border-t border-dashed border-line pt-4 text-center">{t("payment-thanks")}</p>
        </article>
    }
    .into_any()
}

/// A bill that it paid, and the way there.
fn bill_line(id: domain::InvoiceId, number: String, part: Money) -> AnyView {
    let name = match use_visit().may(Permission::BillingView) {
        true => view! { <a class="code hover:text-primary" href=format!("/invoices/{id}")>{number}</a> }.into_any(),
        false => number.into_any(),
    };
    view! { <div class="flex justify-between gap-4 py-1"><dt>{name}</dt><dd><MoneyText money=part/></dd></div> }.into_any()
}

fn sum_line(label: String, money: Money, heavy: bool) -> AnyView {
    let class =
        if heavy { "mt-1 flex justify-between gap-4 border-t border-line pt-2 font-semibold" } else { "flex justify-between gap-4 py-1" };
    view! { <div class=class><dt>{label}</dt><dd><MoneyText money=money/></dd></div> }.into_any()
}
