//! Taking money at the counter. The form carries a key that the server made with it, so that a double click, a reload
//! or an impatient second press is the same payment; what it settles is shown before it is sent.

use super::api::TakePayment;
use super::find::{find_box, matches};
use super::method_words;
use super::preview::preview;
use crate::UiError;
use crate::customers::phone_text;
use crate::drawn::{Drawing, action};
use chrono::{Days, NaiveDate};
use domain::payments::{Counter, Method};
use domain::rights::Permission;
use domain::{Currency, CustomerId, Money};
use leptos::prelude::*;
use services::payments;
use ui::prelude::*;

/// The counter for `?customer=…`, or the matches of `?q=…`; with `go=yes` the only match is opened.
pub async fn take(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let body = match at.query().get("customer") {
        Some(id) => {
            let id: CustomerId = id.parse().map_err(|_| UiError::NotFound)?;
            let counter = payments::counter(services, caller, id).await?;
            form(counter, &at)
        }
        None => {
            let asked = at.query().get("q").unwrap_or_default();
            let found = payments::find_payers(services, caller, asked).await?;
            if let ([only], true) = (found.as_slice(), at.query().has("go", "yes")) {
                return Ok(at.go(format!("/payments/new?customer={}", only.customer_id)));
            }
            let found = (!asked.is_empty()).then(|| matches(found));
            view! { {find_box(asked)} {found} }.into_any()
        }
    };
    let page = view! {
        <PageHeader title=t("payment-take") back=("/payments".to_string(), t("payments-title"))/>
        {body}
    };
    Ok(page.into_any())
}

fn form(counter: Counter, at: &Drawing) -> AnyView {
    let currency = at.visit().site.currency;
    let first = Some(counter.due).filter(|due| due.minor > 0).unwrap_or(Money::zero(currency));
    let shown = if first.is_zero() { String::new() } else { first.plain() };
    let typed = at.typed("amount").map_or(shown, str::to_owned);
    // The server makes the key with the form, so that sending it twice is one payment.
    let key = uuid::Uuid::now_v7().to_string();
    let methods = Method::ALL.map(|method| (method.slug().to_string(), method_words(method))).to_vec();
    let labels = vec![
        ("amount".to_string(), t("payment-amount")),
        ("method".to_string(), t("payment-method")),
        ("reference".to_string(), t("payment-reference")),
        ("received_on".to_string(), t("payment-received-on")),
        ("note".to_string(), t("common-note")),
    ];
    let payer = payer(&counter);
    let customer = counter.customer_id;
    let method = at.typed("method").unwrap_or("cash").to_owned();
    // Cash has no number of its own: there it stands with what few need.
    let beside = method != "cash";
    let (seen, chosen) = (seen_due(counter.due), at.ticked("bills[]"));
    let settles = preview(counter.bills, &typed, &chosen, at.visit());
    let may_date = at.visit().may(Permission::PaymentsBackdate);
    let opened = ["note", "received_on", "reference"].iter().any(|field| at.typed(field).is_some_and(|typed| !typed.is_empty()));
    let today = at.visit().today;
    view! {
        <PostForm action={action::<TakePayment>()} live=true done="">
            <Card class="max-w-3xl">
                {payer}
                <ErrorSummary labels=labels/>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="key" value=key/>
                {seen}
                <div class="form-grid">
                    {amount(first, currency)}
                    <SelectField name="method" label=t("payment-method") options=methods value=method/>
                    {beside.then(|| view! { <div class="form-wide">{reference()}</div> })}
                </div>
                {settles}
                <details class="fold mt-3" open=opened>
                    <summary>{more_words(beside, may_date)}</summary>
                    <div class="form-grid">
                        {(!beside).then(reference)}
                        {may_date.then(|| received_on(today))}
                        <div class="form-wide"><TextField name="note" label=t("common-note") maxlength=500 optional=true autocomplete="off"/></div>
                    </div>
                </details>
                <div class="form-actions">
                    <SubmitButton label=t("payment-take") icon="hand-coins"/>
                    <LinkButton href="/payments/new" label=t("payment-other-customer") icon="search" style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}

/// What is shown as due. Its id changes with it, so that a form that was refused because of it is sent with the new one.
fn seen_due(due: Money) -> AnyView {
    view! { <input type="hidden" id=format!("seen-due-{}", due.minor) name="seen_due" value=due.minor.to_string()/> }.into_any()
}

fn reference() -> AnyView {
    view! { <TextField name="reference" label=t("payment-reference") help=t("payment-reference-help") maxlength=100 optional=true autocomplete="off"/> }
        .into_any()
}

fn received_on(today: NaiveDate) -> AnyView {
    let earliest = today.checked_sub_days(Days::new(payments::MOST_DAYS_BACK)).unwrap_or(today);
    view! {
        <DateField name="received_on" label=t("payment-received-on") value=today min=earliest max=today help=t("payment-received-on-help") optional=true/>
    }
    .into_any()
}

/// What is folded away, by name.
fn more_words(beside: bool, may_date: bool) -> String {
    let mut words = Vec::new();
    if !beside {
        words.push(t("payment-reference"));
    }
    if may_date {
        words.push(t("common-date"));
    }
    words.push(t("common-note"));
    t_with("payment-more", &[("fields", words.join(", ").into())])
}

fn amount(first: Money, currency: Currency) -> AnyView {
    let label = t("payment-amount");
    match first.is_zero() {
        true => view! { <MoneyField name="amount" label=label currency=currency autofocus=true/> }.into_any(),
        false => view! { <MoneyField name="amount" label=label currency=currency value=first autofocus=true/> }.into_any(),
    }
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
                <p class="muted code">{facts}</p>
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
