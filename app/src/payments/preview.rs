//! What the typed amount settles, by the very rule that settles it: oldest due first, the rest becomes credit. Without
//! the browser half it shows what the amount that the form came with settles.

use crate::visit::use_visit;
use domain::payments::{Allocation, OpenBill, OpenInvoice, allocate};
use domain::{Currency, Money};
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub(super) fn Preview(bills: Vec<OpenBill>, typed: ReadSignal<String>) -> AnyView {
    let currency = use_visit().site.currency;
    let language = use_language();
    let open: Vec<OpenInvoice> = bills.iter().map(OpenInvoice::from).collect();
    let plan = Memo::new(move |_| Plan::of(&typed.get(), currency, open.clone()));
    let owed: i64 = bills.iter().map(|bill| bill.due.minor).sum();
    let rows = bills.into_iter().map(|bill| bill_row(bill, plan, language)).collect_view();
    let money = move |minor: i64| locales::money(language, minor, currency.code());
    let credit = move || plan.with(|plan| plan.0.as_ref().map_or(0, |plan| plan.credit_minor));
    let left = move || owed - plan.with(|plan| plan.0.as_ref().map_or(0, |plan| plan.parts.iter().map(|(_, part)| part).sum::<i64>()));
    view! {
        <section class="mt-5 rounded-box border border-line bg-base-200 px-4 py-3" aria-live="polite">
            <h3 class="font-semibold">{t("payment-settles")}</h3>
            <p class="muted text-[0.8125rem]">{t("payment-oldest-first")}</p>
            <ul class="mt-2">{rows}</ul>
            <p class="muted py-2" hidden={owed != 0}>{t("payment-no-bills")}</p>
            <dl class="border-t border-line pt-2">
                <div class="flex justify-between gap-4 py-0.5 text-info" hidden=move || credit() == 0>
                    <dt class="row-line font-medium"><Icon name="coins"/>{t("payment-becomes-credit")}</dt><dd class="figure font-medium">{move || money(credit())}</dd>
                </div>
                <div class="flex justify-between gap-4 py-0.5"><dt class="muted">{t("payment-due-after")}</dt><dd class="figure font-semibold">{move || money(left())}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

/// What goes where, if the text is an amount.
#[derive(Clone, PartialEq)]
struct Plan(Option<Allocation>);

impl Plan {
    fn of(typed: &str, currency: Currency, open: Vec<OpenInvoice>) -> Self {
        Plan(Money::parse(typed, currency).ok().filter(|amount| amount.minor > 0).map(|amount| allocate(amount.minor, open)))
    }

    fn part(&self, bill: &OpenBill) -> i64 {
        let parts = self.0.iter().flat_map(|plan| &plan.parts);
        parts.filter(|(id, _)| *id == bill.id).map(|(_, part)| part).sum()
    }
}

fn bill_row(bill: OpenBill, plan: Memo<Plan>, language: Language) -> AnyView {
    let (due, code) = (bill.due.minor, bill.due.currency.code());
    let late = bill.due_on < use_visit().today;
    let due_on =
        t_with(if late { "payment-bill-overdue" } else { "payment-bill-due" }, &[("date", locales::date(language, bill.due_on).into())]);
    let number = bill.number.clone();
    let part = Memo::new(move |_| plan.with(|plan| plan.part(&bill)));
    let words = move || match part.get() {
        0 => locales::text(language, "payment-bill-untouched"),
        part if part == due => locales::text(language, "payment-bill-settled"),
        part => locales::text_with(language, "payment-bill-part", &[("amount", locales::money(language, part, code).into())]),
    };
    view! {
        <li class="flex items-start justify-between gap-4 border-t border-line py-2 first:border-t-0">
            <span class="min-w-0">
                <span class="figure block font-medium">{number}</span>
                <span class="block text-[0.8125rem]" class:text-error=late class:muted=!late>{due_on}</span>
            </span>
            <span class="flex shrink-0 flex-col items-end">
                <span class="figure">{locales::money(language, due, code)}</span>
                <span class="row-line text-[0.8125rem]" class:text-success=move || part.get() == due class:muted=move || part.get() == 0>
                    <span hidden=move || part.get() != due><Icon name="circle-check"/></span>{words}
                </span>
            </span>
        </li>
    }
    .into_any()
}
