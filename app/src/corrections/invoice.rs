//! What happened to a bill and what can be done about it: credit note, void, bad debt. Each action stands apart, with
//! its reason and its question.

use super::api::{CreditInvoice, ReverseWriteOff, VoidInvoice, WriteOff};
use super::notes;
use super::parts::{carried, danger, reason};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::invoices::state_mark;
use domain::Money;
use domain::billing::InvoiceDetail;
use domain::corrections::{AllocationRow, CreditableLine, InvoiceCorrections};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{billing, corrections};
use ui::prelude::*;

pub async fn correct_invoice(at: Drawing) -> Result<AnyView, UiError> {
    let id = at.param("id")?;
    let invoice = billing::invoice(at.services(), at.caller()?, id).await?;
    let seen = corrections::invoice_corrections(at.services(), at.caller()?, id).await?;
    let title = t_with("correct-invoice-title", &[("number", invoice.row.number.as_str().into())]);
    let may = |permission| at.visit().may(permission);
    let left = seen.lines.iter().any(|line| line.left.minor > 0);
    let credit = (may(Permission::BillingCredit) && left).then(|| credit_form(&seen));
    let hidden = |seen: &InvoiceCorrections| {
        view! { <HiddenField name="invoice" value=seen.invoice_id.to_string()/> {carried(Some(seen.version))} }.into_any()
    };
    let void = (may(Permission::BillingCredit) && seen.voidable)
        .then(|| danger("void", action::<VoidInvoice>(), t("correct-void"), t("correct-void-words"), t("correct-void"), hidden(&seen)));
    let give_up = (may(Permission::BillingWriteOff) && invoice.row.due.minor > 0).then(|| {
        danger(
            "write-off",
            action::<WriteOff>(),
            t("correct-write-off"),
            t("correct-write-off-words"),
            t("correct-write-off"),
            hidden(&seen),
        )
    });
    let take_up = (may(Permission::BillingWriteOff) && seen.write_off.is_some()).then(|| {
        danger(
            "take-up",
            action::<ReverseWriteOff>(),
            t("correct-take-up"),
            t("correct-take-up-words"),
            t("correct-take-up"),
            hidden(&seen),
        )
    });
    let notes = (!seen.credit_notes.is_empty()).then(|| {
        let rows = notes::table(seen.credit_notes.clone(), None);
        view! { <Card flush=true title=t("credit-notes-title")>{rows}</Card> }
    });
    let (facts, history) = (facts(&invoice, &seen), history(&at, seen.allocations.clone()));
    let page = view! {
        <PageHeader title=title back=(format!("/invoices/{id}"), invoice.row.number.clone()) badge=state_mark(invoice.row.state)/>
        <div class="flow">
            {facts}
            {history}
            {notes}
            {credit}
            {take_up}
            {void}
            {give_up}
        </div>
    };
    Ok(page.into_any())
}

fn facts(invoice: &InvoiceDetail, seen: &InvoiceCorrections) -> AnyView {
    let customer = view! { <a href=format!("/customers/{}", invoice.row.customer_id)>{invoice.row.customer_name.clone()}</a> };
    let money = |money: Money| view! { <MoneyText money=money/> };
    let mut items = vec![
        Definition::new(t("invoice-customer"), customer),
        Definition::new(t("invoice-issued-on"), view! { <DateText date=invoice.row.issued_on/> }),
        Definition::new(t("invoice-due-on"), view! { <DateText date=invoice.row.due_on/> }),
        Definition::new(t("invoice-total"), money(invoice.row.total)),
        Definition::new(t("invoice-amount-due"), money(invoice.row.due)),
        Definition::new(t("correct-customer-credit"), money(seen.credit)),
    ];
    if let Some((id, number)) = &seen.late_fee {
        items.push(Definition::new(t("correct-late-fee"), view! { <a href=format!("/invoices/{id}")>{number.clone()}</a> }));
    }
    view! { <Card><DefinitionList items=items/></Card> }.into_any()
}

/// Everything that ever moved against the bill.
fn history(at: &Drawing, rows: Vec<AllocationRow>) -> AnyView {
    let columns = vec![Column::new(t("correct-when")), Column::new(t("correct-what")), Column::new(t("common-amount")).numeric()];
    let row = |row: AllocationRow| {
        let what = match (row.origin.as_str(), row.reverses) {
            ("payment", false) => t_with("correct-moved-payment", &[("number", row.number.as_str().into())]),
            ("payment", true) => t_with("correct-back-payment", &[("number", row.number.as_str().into())]),
            ("credit_note", _) => t_with("correct-moved-note", &[("number", row.number.as_str().into())]),
            ("write_off", false) => t("correct-moved-write-off"),
            ("write_off", true) => t("correct-back-write-off"),
            (_, false) => t("correct-moved-credit"),
            (_, true) => t("correct-back-credit"),
        };
        let href = match (row.payment_id, row.credit_note_id) {
            (Some(id), _) => Some(format!("/payments/{id}")),
            (_, Some(id)) => Some(format!("/credit-notes/{id}")),
            _ => None,
        };
        let when = at.visit().local(row.at);
        let line =
            Row::new(row.id, what.clone()).cell(view! { <TimeText at=when/> }).cell(what).cell(view! { <MoneyText money=row.amount/> });
        match href {
            Some(href) => line.href(href),
            None => line,
        }
    };
    let rows = rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="history" title=t("correct-nothing-moved") body=t("correct-nothing-moved-body")/> }.into_any();
    view! { <Card flush=true title=t("correct-history")><DataTable caption=t("correct-history") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn credit_form(seen: &InvoiceCorrections) -> AnyView {
    let line = |line: &CreditableLine| {
        let left = locales::money(use_language(), line.left.minor, line.left.currency.code());
        let help = t_with("correct-line-left", &[("amount", left.into())]);
        view! {
            <MoneyField name=format!("form[amounts][{}]", line.line) label=line.description.clone() currency=line.left.currency help=help optional=true/>
        }
    };
    let lines = seen.lines.iter().filter(|one| one.left.minor > 0).map(line).collect_view();
    let extents = vec![("all".to_string(), t("correct-all")), ("part".to_string(), t("correct-part"))];
    let (id, version) = (seen.invoice_id.to_string(), seen.version);
    view! {
        <Card title=t("correct-credit-note") subtitle=t("correct-credit-note-words")>
            <PostForm action={action::<CreditInvoice>()}>
                <ErrorSummary/>
                <HiddenField name="invoice" value=id/>
                {carried(Some(version))}
                <div class="form-grid">
                    <SelectField name="form[extent]" label=t("correct-extent") options=extents value="all" help=t("correct-extent-help")/>
                    {reason("credit")}
                    {lines}
                    <CheckField name="form[apply]" label=t("correct-apply") help=t("correct-apply-help") checked=true/>
                </div>
                <div class="form-actions">
                    <ConfirmButton label=t("correct-credit-note") title=t("correct-credit-note") body=t("correct-credit-note-words") style=ButtonStyle::Primary icon="rotate-ccw"/>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
