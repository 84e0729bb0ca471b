//! What the typed amount settles, by the very rule that settles it: the ticked bills or else the oldest due first, the
//! rest becomes credit. It is
//! drawn again while one types; without JavaScript it shows what the amount that the form came with settles.

use crate::visit::Visit;
use domain::payments::{Allocation, OpenBill, OpenInvoice, allocate, allocate_to};
use domain::{Currency, InvoiceId, Money};
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn preview(bills: Vec<OpenBill>, typed: &str, chosen: &[String], visit: &Visit) -> AnyView {
    let (currency, language) = (visit.site.currency, use_language());
    let chosen: Vec<InvoiceId> = chosen.iter().filter_map(|id| id.parse().ok()).collect();
    let plan = Plan::of(typed, currency, bills.iter().map(OpenInvoice::from).collect(), &chosen);
    // One bill is no choice.
    let choose = bills.len() > 1;
    let owed: i64 = bills.iter().map(|bill| bill.due.minor).sum();
    let rows = bills.into_iter().map(|bill| bill_row(bill, &plan, choose.then_some(chosen.as_slice()), visit)).collect_view();
    let money = |minor: i64| locales::money(language, minor, currency.code());
    let credit = plan.0.as_ref().map_or(0, |plan| plan.credit_minor);
    let left = owed - plan.0.as_ref().map_or(0, |plan| plan.parts.iter().map(|(_, part)| part).sum::<i64>());
    view! {
        <section class="mt-5 rounded-box border border-line bg-base-200 px-4 py-3" aria-live="polite">
            <h3 class="font-semibold">{t("payment-settles")}</h3>
            <p class="muted text-[0.8125rem]">{t(if choose { "payment-choose-bills" } else { "payment-oldest-first" })}</p>
            <ul class="mt-2">{rows}</ul>
            <p class="muted py-2" hidden={owed != 0}>{t("payment-no-bills")}</p>
            <dl class="border-t border-line pt-2">
                <div class="flex justify-between gap-4 py-0.5 text-info" hidden={credit == 0}>
                    <dt class="row-line font-medium"><Icon name="coins"/>{t("payment-becomes-credit")}</dt><dd class="figure font-medium">{money(credit)}</dd>
                </div>
                <div class="flex justify-between gap-4 py-0.5"><dt class="muted">{t("payment-due-after")}</dt><dd class="figure font-semibold">{money(left)}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

/// What goes where, if the text is an amount.
struct Plan(Option<Allocation>);

impl Plan {
    fn of(typed: &str, currency: Currency, open: Vec<OpenInvoice>, chosen: &[InvoiceId]) -> Self {
        let amount = Money::parse(typed, currency).ok().filter(|amount| amount.minor > 0);
        Plan(amount.map(|amount| match chosen {
            [] => allocate(amount.minor, open),
            chosen => allocate_to(amount.minor, open, chosen),
        }))
    }

    fn part(&self, bill: &OpenBill) -> i64 {
        let parts = self.0.iter().flat_map(|plan| &plan.parts);
        parts.filter(|(id, _)| *id == bill.id).map(|(_, part)| part).sum()
    }
}

fn bill_row(bill: OpenBill, plan: &Plan, chosen: Option<&[InvoiceId]>, visit: &Visit) -> AnyView {
    let language = use_language();
    let (due, code) = (bill.due.minor, bill.due.currency.code());
    let late = bill.due_on < visit.today;
    let due_on =
        t_with(if late { "payment-bill-overdue" } else { "payment-bill-due" }, &[("date", locales::date(language, bill.due_on).into())]);
    let part = plan.part(&bill);
    let key = bill.number.clone();
    let box_ = chosen.map(|chosen| choice(&bill, chosen.contains(&bill.id)));
    let words = match part {
        0 => t("payment-bill-untouched"),
        part if part == due => t("payment-bill-settled"),
        part => t_with("payment-bill-part", &[("amount", locales::money(language, part, code).into())]),
    };
    view! {
        <li class="flex items-start justify-between gap-4 border-t border-line py-2 first:border-t-0" data-key=key>
            {box_}
            <span class="min-w-0 grow">
                <span class="code block font-medium">{bill.number}</span>
                <span class="block text-[0.8125rem]" class:text-error=late class:muted=!late>{due_on}</span>
            </span>
            <span class="flex shrink-0 flex-col items-end">
                <span class="figure">{locales::money(language, due, code)}</span>
                <span class="row-line text-[0.8125rem]" class:text-success={part == due} class:muted={part == 0}>
                    <span hidden={part != due}><Icon name="circle-check"/></span>{words}
                </span>
            </span>
        </li>
    }
    .into_any()
}

/// A box that narrows the payment to this bill and the others that are ticked.
fn choice(bill: &OpenBill, ticked: bool) -> AnyView {
    let label = t_with("payment-choose-bill", &[("number", bill.number.as_str().into())]);
    view! {
        <label class="-m-3 cursor-pointer p-3">
            <input class="check-box" type="checkbox" name="bills[]" id=format!("bill-{}", bill.id) value=bill.id.to_string() checked=ticked aria-label=label/>
        </label>
    }
    .into_any()
}
