//! Taking money at the counter. The form carries a key that the server made with it, so that a double click, a reload
//! or an impatient second press is the same payment; what it settles is shown before it is sent.

use super::api::{CounterView, TakePayment, open_counter};
use super::find::{FindBox, matches};
use super::method_words;
use super::preview::Preview;
use crate::customers::phone_text;
use crate::panels::Load;
use crate::visit::use_visit;
use domain::Money;
use domain::payments::{Counter, Method};
use leptos::form::ActionForm;
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn TakePaymentPage() -> impl IntoView {
    let url = use_current_url();
    let counter = Resource::new(move || url.query.with(Query::to_string), open_counter);
    let chosen = Memo::new(move |_| url.query.with(|query| query.get("customer").is_some()));
    let find = move || (!chosen.get()).then(|| view! { <FindBox/> });
    view! {
        <PageHeader title=t("payment-take") back=("/payments".to_string(), t("payments-title"))/>
        {find}
        <Load
            from=counter
            view=|view| match view {
                CounterView::Find(rows) => matches(rows),
                CounterView::Take { counter, key } => view! { <Take counter=counter key=key/> }.into_any(),
            }
        />
    }
    .into_any()
}

#[component]
fn Take(counter: Counter, key: String) -> AnyView {
    let currency = use_visit().site.currency;
    let take = ServerAction::<TakePayment>::new();
    provide_problems(Signal::derive(move || match take.value().get() {
        Some(Err(error)) => error.problems(),
        _ => Vec::new(),
    }));
    let first = Some(counter.due).filter(|due| due.minor > 0).unwrap_or(Money::zero(currency));
    let shown = if first.is_zero() { String::new() } else { first.plain() };
    let (typed, set_typed) = signal(shown);
    let on_amount = Callback::new(move |text: String| set_typed.set(text));
    let methods = Method::ALL.map(|method| (method.slug().to_string(), method_words(method))).to_vec();
    let labels = vec![
        ("amount".to_string(), t("payment-amount")),
        ("method".to_string(), t("payment-method")),
        ("note".to_string(), t("common-note")),
    ];
    let amount = match first.is_zero() {
        true => {
            view! { <MoneyField name="amount" label=t("payment-amount") currency=currency autofocus=true on_input=on_amount/> }.into_any()
        }
        false => {
            view! { <MoneyField name="amount" label=t("payment-amount") currency=currency value=first autofocus=true on_input=on_amount/> }
                .into_any()
        }
    };
    let payer = payer(&counter);
    let customer = counter.customer_id;
    view! {
        <ActionForm action=take>
            <Card class="max-w-3xl">
                {payer}
                <ErrorSummary labels=labels/>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="key" value=key/>
                <div class="form-grid">
                    {amount}
                    <SelectField name="method" label=t("payment-method") options=methods value="cash"/>
                    <div class="form-wide"><TextField name="note" label=t("common-note") maxlength=500 optional=true autocomplete="off"/></div>
                </div>
                <Preview bills=counter.bills typed=typed/>
                <div class="form-actions">
                    <SubmitButton label=t("payment-take") pending=take.pending() icon="hand-coins"/>
                    <LinkButton href="/payments/new" label=t("payment-other-customer") icon="search" style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </ActionForm>
    }
    .into_any()
}

/// Who stands at the counter, and what is between us.
fn payer(counter: &Counter) -> AnyView {
    let language = use_language();
    let facts =
        [Some(counter.number.clone()), counter.mobile.as_deref().map(phone_text)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let credit = (!counter.credit.is_zero()).then(|| {
        let amount = locales::money(language, counter.credit.minor, counter.credit.currency.code());
        view! { <span class="muted block text-[0.8125rem]">{t("customer-credit")}" "<span class="figure">{amount}</span></span> }
    });
    let href = format!("/customers/{}", counter.customer_id);
    view! {
        <div class="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-b border-line pb-4">
            <div>
                <h2 class="text-lg font-semibold"><a class="hover:text-primary" href=href>{counter.name.clone()}</a></h2>
                <p class="muted figure">{facts}</p>
            </div>
            <div class="sm:text-right">
                <span class="muted block text-[0.8125rem]">{t("customer-due")}</span>
                <MoneyText money=counter.due strong=true/>
                {credit}
            </div>
        </div>
    }
    .into_any()
}
