//! What became of a payment and what can be done about it: putting it to other bills, taking it back. Giving money back
//! belongs to the customer's own page of money.

use super::api::{Reallocate, ReversePayment};
use super::parts::{carried, danger};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::corrections::PaymentCorrections;
use domain::payments::Receipt;
use domain::rights::Permission;
use domain::{InvoiceId, Money};
use leptos::prelude::*;
use services::{corrections, payments};
use std::collections::BTreeMap;
use ui::prelude::*;

pub async fn correct_payment(at: Drawing) -> Result<AnyView, UiError> {
    let id = at.param("id")?;
    let receipt = payments::receipt(at.services(), at.caller()?, id).await?;
    let seen = corrections::payment_corrections(at.services(), at.caller()?, id).await?;
    let may = |permission| at.visit().may(permission);
    let number = receipt.payment.receipt_number.clone();
    let title = t_with("correct-payment-title", &[("number", number.as_str().into())]);
    let reversed = seen.reversed.as_ref().map(|reversed| {
        let day = locales::date(use_language(), reversed.business_date);
        let words = t_with(
            "correct-reversed-words",
            &[("date", day.into()), ("by", reversed.by.as_str().into()), ("reason", reversed.reason.as_str().into())],
        );
        view! { <Alert tone=Tone::Warning icon="undo-2">{words}</Alert> }
    });
    let live = seen.reversed.is_none();
    let put = (live && may(Permission::PaymentsAllocate)).then(|| put_form(&seen));
    let hidden = view! { <HiddenField name="payment" value=id_text(&seen)/> {carried(None)} }.into_any();
    let back = (live && may(Permission::PaymentsReverse)).then(|| {
        danger("reverse", action::<ReversePayment>(), t("correct-reverse"), t("correct-reverse-words"), t("correct-reverse"), hidden)
    });
    let money = (seen.credit.minor > 0 && may(Permission::PaymentsRefund)).then(|| {
        view! { <LinkButton href=format!("/customers/{}/money", seen.customer_id) label=t("correct-money") icon="wallet"/> }
    });
    let page = view! {
        <PageHeader title=title back=(format!("/payments/{}", seen.payment_id), number) actions=view! { {money} }.into_any()/>
        <div class="flow">
            {reversed}
            {facts(&receipt, &seen)}
            {put}
            {back}
        </div>
    };
    Ok(page.into_any())
}

fn id_text(seen: &PaymentCorrections) -> String {
    seen.payment_id.to_string()
}

fn facts(receipt: &Receipt, seen: &PaymentCorrections) -> AnyView {
    let payment = &receipt.payment;
    let money = |money: Money| view! { <MoneyText money=money/> };
    let items = vec![
        Definition::new(
            t("invoice-customer"),
            view! { <a href=format!("/customers/{}", payment.customer_id)>{payment.customer_name.clone()}</a> },
        ),
        Definition::new(t("payment-amount"), money(payment.amount)),
        Definition::new(t("invoice-issued-on"), view! { <DateText date=payment.business_date/> }),
        Definition::new(t("payment-collector"), payment.collector_name.clone()),
        Definition::new(t("correct-unallocated"), money(seen.unallocated)),
        Definition::new(t("correct-customer-credit"), money(seen.credit)),
    ];
    view! { <Card><DefinitionList items=items/></Card> }.into_any()
}

/// Every bill it pays or could pay, with how much; what stands in no field becomes credit.
fn put_form(seen: &PaymentCorrections) -> AnyView {
    let mut bills: BTreeMap<InvoiceId, (String, Money, Money)> = BTreeMap::new();
    for bill in &seen.open {
        bills.insert(bill.id, (bill.number.clone(), bill.due, Money::zero(bill.due.currency)));
    }
    for (id, number, part) in &seen.allocations {
        let entry = bills.entry(*id).or_insert_with(|| (number.clone(), Money::zero(part.currency), *part));
        // What it pays now comes off first, and could be put there again.
        *entry = (number.clone(), Money::new(entry.1.minor + part.minor, part.currency), *part);
    }
    let seen_minor: i64 = seen.allocations.iter().map(|(.., part)| part.minor).sum();
    let fields = bills
        .into_iter()
        .map(|(id, (number, most, now))| {
            let amount = locales::money(use_language(), most.minor, most.currency.code());
            let help = t_with("correct-put-most", &[("amount", amount.into())]);
            let value = (now.minor > 0).then_some(now);
            view! { <MoneyField name=format!("form[amounts][{id}]") label=number currency=most.currency value=value help=help optional=true/> }
        })
        .collect_view();
    let payment = id_text(seen);
    view! {
        <Card title=t("correct-put") subtitle=t("correct-put-words")>
            <PostForm action={action::<Reallocate>()}>
                <ErrorSummary/>
                <HiddenField name="payment" value=payment/>
                <HiddenField name="form[seen_minor]" value=seen_minor.to_string()/>
                {carried(None)}
                <div class="form-grid">{fields}</div>
                <div class="form-actions"><SubmitButton label=t("correct-put") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
