//! An invoice as a sheet of paper: the same on screen, in the subscriber's portal and in print.

use crate::visit::use_visit;
use domain::Money;
use domain::billing::{InvoiceDetail, InvoiceLineView, InvoiceState};
use leptos::prelude::*;
use ui::prelude::*;

/// Colour, icon and word of an invoice's state.
pub(crate) fn state_mark(state: InvoiceState) -> AnyView {
    let (tone, icon) = match state {
        InvoiceState::Open => (Tone::Info, "circle-dot"),
        InvoiceState::PartlyPaid => (Tone::Warning, "coins"),
        InvoiceState::Overdue => (Tone::Bad, "clock"),
        InvoiceState::Paid => (Tone::Good, "circle-check"),
        InvoiceState::Credited => (Tone::Neutral, "rotate-ccw"),
        InvoiceState::Void => (Tone::Neutral, "ban"),
        InvoiceState::WrittenOff => (Tone::Neutral, "circle-x"),
    };
    let label = t(&format!("status-{}", state.slug().replace('_', "-")));
    view! { <StatusBadge tone=tone icon=icon label=label/> }.into_any()
}

/// The document. `staff` gets links to the subscriber and to receipts.
#[component]
pub(crate) fn InvoiceSheet(invoice: InvoiceDetail, #[prop(optional)] staff: bool) -> AnyView {
    let InvoiceDetail { row, net, tax, customer_address, lines, paid_by, credited, written_off } = invoice;
    let customer = match staff {
        true => view! { <a class="hover:text-primary" href=format!("/customers/{}", row.customer_id)>{row.customer_name.clone()}</a> }
            .into_any(),
        false => row.customer_name.clone().into_any(),
    };
    let lines = lines.into_iter().map(sheet_line).collect_view();
    view! {
        <article class="sheet mx-auto max-w-3xl rounded-box border border-line bg-base-100 p-5 sm:p-10 print:max-w-none print:border-0 print:p-0">
            <header class="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
                <div>
                    <p class="text-lg font-semibold tracking-tight">{use_visit().site.name}</p>
                    <p class="muted">{t("invoice-word")}</p>
                </div>
                <div class="text-right max-sm:text-left">
                    <p class="code text-lg font-semibold">{row.number.clone()}</p>
                    {state_mark(row.state)}
                </div>
            </header>
            <div class="mt-8 grid grid-cols-2 gap-x-8 gap-y-5 sm:grid-cols-3">
                <div class="max-sm:col-span-2">
                    <p class="muted text-[0.8125rem]">{t("invoice-to")}</p>
                    <p class="font-medium">{customer}</p>
                    <p class="muted code">{row.customer_number.clone()}</p>
                    {customer_address.map(|address| view! { <p class="muted whitespace-pre-line">{address}</p> })}
                </div>
                <div><p class="muted text-[0.8125rem]">{t("invoice-issued-on")}</p><p><DateText date=row.issued_on/></p></div>
                <div><p class="muted text-[0.8125rem]">{t("invoice-due-on")}</p><p><DateText date=row.due_on/></p></div>
            </div>
            <ul class="mt-8 border-t border-line">{lines}</ul>
            <div class="mt-2 flex justify-end">
                <dl class="w-full sm:w-96 print:w-96">
                    {figure_line(t("invoice-subtotal"), net, false)}
                    {(!tax.is_zero()).then(|| figure_line(t("invoice-tax"), tax, false))}
                    {figure_line(t("invoice-total"), row.total, true)}
                    {paid_by.into_iter().map(|paid| paid_line(paid, staff)).collect_view()}
                    {reduced_by(t("invoice-credited"), credited)}
                    {reduced_by(t("invoice-written-off"), written_off)}
                </dl>
            </div>
            {owed(row.state, row.due)}
        </article>
    }
    .into_any()
}

/// One service on the invoice: what, for which days, how much.
pub(crate) fn sheet_line(line: InvoiceLineView) -> AnyView {
    let language = use_language();
    let period = line.period_start.zip(line.period_end).map(|(start, end)| {
        let end = end.pred_opt().unwrap_or(end);
        t_with("common-period", &[("from", locales::date(language, start).into()), ("to", locales::date(language, end).into())])
    });
    let part = line
        .days
        .zip(line.days_in_period)
        .filter(|(days, whole)| days != whole)
        .map(|(days, whole)| t_with("billing-prorated", &[("days", i64::from(days).into()), ("total", i64::from(whole).into())]));
    let tax = (!line.tax.is_zero()).then(|| {
        let amount = locales::money(language, line.tax.minor, line.tax.currency.code());
        t_with("invoice-line-tax", &[("rate", locales::digits(language, &line.tax_rate).into()), ("amount", amount.into())])
    });
    let notes = [period, part, tax].into_iter().flatten().map(|words| view! { <span class="muted block text-[0.8125rem]">{words}</span> });
    view! {
        <li class="flex items-start justify-between gap-6 border-b border-line py-3">
            <span class="min-w-0"><span class="block font-medium wrap-anywhere">{line.description}</span>{notes.collect_view()}</span>
            <MoneyText money=line.net/>
        </li>
    }
    .into_any()
}

pub(crate) fn figure_line(label: String, money: Money, heavy: bool) -> AnyView {
    let class =
        if heavy { "flex justify-between gap-6 border-t border-line py-2 font-semibold" } else { "flex justify-between gap-6 py-1.5" };
    view! { <div class=class><dt>{label}</dt><dd><MoneyText money=money/></dd></div> }.into_any()
}

/// A receipt that paid part of it, or credit that did.
fn paid_line((id, number, day, part): (Option<domain::PaymentId>, String, chrono::NaiveDate, Money), staff: bool) -> AnyView {
    let language = use_language();
    let day = locales::date(language, day);
    let what = match id {
        Some(_) => t_with("invoice-paid-with", &[("number", number.into()), ("date", day.into())]),
        None => t_with("invoice-paid-from-credit", &[("date", day.into())]),
    };
    let what = match id.filter(|_| staff) {
        Some(id) => view! { <a class="hover:text-primary" href=format!("/payments/{id}")>{what}</a> }.into_any(),
        None => what.into_any(),
    };
    let minus = Money::new(-part.minor, part.currency);
    view! { <div class="muted flex justify-between gap-6 py-1.5"><dt>{what}</dt><dd><MoneyText money=minus/></dd></div> }.into_any()
}

/// What came off without a payment.
fn reduced_by(label: String, money: Money) -> Option<AnyView> {
    let minus = Money::new(-money.minor, money.currency);
    (!money.is_zero()).then(|| {
        view! { <div class="muted flex justify-between gap-6 py-1.5"><dt>{label}</dt><dd><MoneyText money=minus/></dd></div> }.into_any()
    })
}

/// The one line that matters: what is still to pay, or that nothing is.
fn owed(state: InvoiceState, due: Money) -> AnyView {
    let (tone, icon, words) = match state {
        InvoiceState::Credited => (Tone::Neutral, "rotate-ccw", t("status-credited")),
        InvoiceState::Void => (Tone::Neutral, "ban", t("status-void")),
        InvoiceState::WrittenOff => (Tone::Neutral, "circle-x", t("status-written-off")),
        InvoiceState::Paid => (Tone::Good, "circle-check", t("invoice-settled")),
        InvoiceState::Overdue => (Tone::Bad, "clock", t("invoice-amount-due")),
        InvoiceState::Open | InvoiceState::PartlyPaid => (Tone::Info, "circle-dot", t("invoice-amount-due")),
    };
    let amount = (due.minor > 0).then(|| view! { <MoneyText money=due strong=true/> });
    view! {
        <div class=format!("{} mt-6 flex items-center justify-between gap-4 rounded-box bg-(--tone-wash) px-4 py-3 print:border print:border-line", tone.class())>
            <span class="row-line font-semibold text-(--tone)"><Icon name=icon/>{words}</span>
            {amount}
        </div>
    }
    .into_any()
}
