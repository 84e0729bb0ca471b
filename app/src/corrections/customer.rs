//! A customer's money beside his bills: what he has ahead, giving it back, letting it pay, goodwill and demands.

use super::api::{Adjust, Refund, ReverseRefund, UseCredit};
use super::parts::{carried, reason};
use crate::UiError;
use crate::customers::customer_bar;
use crate::drawn::{Drawing, action};
use domain::corrections::RefundRow;
use domain::customers::CustomerDetail;
use domain::payments::Method;
use domain::rights::Permission;
use leptos::prelude::*;
use services::{corrections, customers};
use ui::prelude::*;

pub async fn customer_money(at: Drawing) -> Result<AnyView, UiError> {
    let id = at.param("id")?;
    let customer = customers::customer(at.services(), at.caller()?, id).await?;
    let may = |permission| at.visit().may(permission);
    let refunds = match may(Permission::PaymentsView) {
        true => corrections::refunds_of(at.services(), at.caller()?, id).await?,
        false => Vec::new(),
    };
    let ahead = customer.credit.minor > 0;
    let pay = (ahead && customer.due.minor > 0 && may(Permission::PaymentsAllocate)).then(|| use_form(&customer));
    let back = (ahead && may(Permission::PaymentsRefund)).then(|| refund_form(&customer));
    let adjust = may(Permission::BillingAdjust).then(|| adjust_form(&customer));
    let page = view! {
        <PageHeader title=t("correct-money") subtitle=format!("{} · {}", customer.name, customer.number) back=(format!("/customers/{id}"), customer.name.clone())/>
        {customer_bar(id, "money")}
        <div class="flow">
            <Card>
                <DefinitionList items=vec![
                    Definition::new(t("customer-due"), view! { <MoneyText money=customer.due/> }),
                    Definition::new(t("correct-customer-credit"), view! { <MoneyText money=customer.credit/> }),
                ]/>
                {pay}
            </Card>
            {back}
            {given(refunds, may(Permission::PaymentsRefund))}
            {adjust}
        </div>
    };
    Ok(page.into_any())
}

fn hidden(customer: &CustomerDetail) -> AnyView {
    view! { <HiddenField name="customer" value=customer.id.to_string()/> }.into_any()
}

fn use_form(customer: &CustomerDetail) -> AnyView {
    let hidden = hidden(customer);
    view! {
        <PostForm action={action::<UseCredit>()}>
            <ErrorSummary/>
            {hidden}
            <div class="form-actions"><SubmitButton label=t("correct-use-credit") icon="check" style=ButtonStyle::Secondary/></div>
        </PostForm>
    }
    .into_any()
}

fn refund_form(customer: &CustomerDetail) -> AnyView {
    let (hidden, credit) = (hidden(customer), customer.credit);
    let methods = Method::ALL.map(|method| (method.slug().to_string(), t(&format!("payment-method-{}", method.slug())))).to_vec();
    view! {
        <Card title=t("correct-refund") subtitle=t("correct-refund-words")>
            <PostForm action={action::<Refund>()}>
                <ErrorSummary/>
                {hidden}
                {carried(None)}
                <div class="form-grid">
                    <MoneyField name="form[amount]" id="refund-amount" label=t("common-amount") currency=credit.currency value=credit/>
                    <SelectField name="form[method]" id="refund-method" label=t("payment-method") options=methods value="cash"/>
                    {reason("refund")}
                </div>
                <div class="form-actions"><ConfirmButton label=t("correct-refund") title=t("correct-refund") body=t("correct-refund-words") icon="undo-2"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn given(refunds: Vec<RefundRow>, may_take_back: bool) -> Option<AnyView> {
    let columns = vec![
        Column::new(t("correct-refund-number")),
        Column::new(t("invoice-issued-on")),
        Column::new(t("payment-method")),
        Column::new(t("correct-reason")),
        Column::new(t("common-status")),
        Column::new(t("common-amount")).numeric(),
    ];
    let row = |refund: RefundRow| {
        let state = refund_state(&refund, may_take_back);
        Row::new(refund.id, refund.number.clone())
            .cell(refund.number)
            .cell(view! { <DateText date=refund.business_date/> })
            .cell(t(&format!("payment-method-{}", refund.method)))
            .cell(refund.reason)
            .cell(state)
            .cell(view! { <MoneyText money=refund.amount/> })
    };
    let rows: Vec<Row> = refunds.into_iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        view! { <Card flush=true title=t("correct-refunds")><DataTable caption=t("correct-refunds") columns=columns rows=rows/></Card> }
            .into_any()
    })
}

/// Paid, or why it came back; with the way to take it back.
fn refund_state(refund: &RefundRow, may_take_back: bool) -> AnyView {
    if let Some(back) = &refund.reversed {
        let day = locales::date(use_language(), back.business_date);
        let args: [(&str, Arg); 3] = [("date", day.into()), ("by", back.by.as_str().into()), ("reason", back.reason.as_str().into())];
        return view! { <StatusBadge tone=Tone::Neutral icon="undo-2" label=t_with("correct-refund-came-back", &args)/> }.into_any();
    }
    let id = refund.id.to_string();
    let form = may_take_back.then(|| {
        view! {
            <details><summary>{t("correct-refund-back")}</summary>
            <PostForm action={action::<ReverseRefund>()} key=id.clone()>
                <ErrorSummary/>
                <HiddenField name="refund" value=id.clone()/>
                {carried(None)}
                {reason(&format!("back-{id}"))}
                <div class="form-actions">
                    <ConfirmButton label=t("correct-refund-back") title=t("correct-refund-back") body=t("correct-refund-back-words") style=ButtonStyle::Secondary/>
                </div>
            </PostForm></details>
        }
    });
    view! { <StatusBadge tone=Tone::Good icon="circle-check" label=t("correct-refund-paid")/> {form} }.into_any()
}

fn adjust_form(customer: &CustomerDetail) -> AnyView {
    let (hidden, currency) = (hidden(customer), customer.credit.currency);
    let directions = vec![("credit".to_string(), t("correct-give")), ("debit".to_string(), t("correct-ask"))];
    view! {
        <Card title=t("correct-adjust") subtitle=t("correct-adjust-words")>
            <PostForm action={action::<Adjust>()}>
                <ErrorSummary/>
                {hidden}
                {carried(None)}
                <div class="form-grid">
                    <SelectField name="form[direction]" label=t("correct-direction") options=directions value="credit"/>
                    <MoneyField name="form[amount]" id="adjust-amount" label=t("common-amount") currency=currency/>
                    {reason("adjust")}
                </div>
                <div class="form-actions"><ConfirmButton label=t("correct-adjust-do") title=t("correct-adjust") body=t("correct-adjust-words") style=ButtonStyle::Primary icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
