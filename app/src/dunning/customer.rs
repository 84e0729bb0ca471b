//! One subscriber: from when his line may be cut, what he promised, whether he is exempt, and what was done about his
//! bills.

use super::api::{EndExemption, ExemptCustomer, TakePromise, WithdrawPromise};
use super::overview::{action_words, day_words};
use crate::UiError;
use crate::customers::customer_bar;
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use chrono::NaiveDate;
use domain::CustomerId;
use domain::dunning::{CustomerDunning, Promise, StepDone};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{customers, dunning};
use ui::prelude::*;

pub async fn customer(at: Drawing) -> Result<AnyView, UiError> {
    let id: CustomerId = at.param("id")?;
    let person = customers::customer(at.services(), at.caller()?, id).await?;
    let facts = dunning::customer_dunning(at.services(), at.caller()?, id).await?;
    let visit = at.visit().clone();
    let may = at.caller()?.allowed_for(Permission::EditSuspendDate, id);
    let cut = match facts.cut_off_at {
        Some(at) => locales::date_time(use_language(), visit.local(at)),
        None => t("dunning-cut-off-never"),
    };
    let due = locales::money(use_language(), person.due.minor, person.due.currency.code());
    let glance = vec![Definition::new(t("customer-due"), due), Definition::new(t("dunning-cut-off"), cut)];
    let glance = view! { <DefinitionList items=glance/> };
    let (promise, exemption) = (promise_card(id, &facts, visit.today, may), exemption_card(id, &facts, visit.today, may));
    let made = (!facts.promises.is_empty()).then(|| {
        let made = promises(facts.promises);
        view! { <Card flush=true title=t("promise-past")>{made}</Card> }
    });
    let done = steps(facts.steps, &visit);
    let page = view! {
        <PageHeader title=t("dunning-customer-title") subtitle=format!("{} · {}", person.name, person.number) back=(format!("/customers/{id}"), person.name.clone())/>
        {customer_bar(id, "dunning")}
        <div class="mb-5"><Card>{glance}</Card></div>
        <div class="flow">
            <div class="split-even split">{promise}{exemption}</div>
            {made}
            <Card flush=true title=t("dunning-steps-done")>{done}</Card>
        </div>
    };
    Ok(page.into_any())
}

pub(super) fn open_words(promise: &Promise) -> String {
    let language = use_language();
    let amount = locales::money(language, promise.due.minor, promise.due.currency.code());
    t_with("promise-open-words", &[("amount", amount.into()), ("date", locales::date(language, promise.until_on).into())])
}

fn promise_card(id: CustomerId, facts: &CustomerDunning, today: NaiveDate, may: bool) -> AnyView {
    if let Some(open) = facts.promises.iter().find(|promise| promise.state == "open") {
        let withdraw = may.then(|| {
            view! {
                <PostForm action={action::<WithdrawPromise>()}>
                    <HiddenField name="customer" value=id.to_string()/>
                    <div class="form-actions"><ConfirmButton label=t("promise-withdraw") body=t("promise-withdraw-body")/></div>
                </PostForm>
            }
        });
        let words = open_words(open);
        return view! { <Card title=t("promise-title")><Alert tone=Tone::Good icon="badge-check">{words}</Alert>{withdraw}</Card> }
            .into_any();
    }
    let refusal = facts.refusal.as_ref().map(problem_words);
    let body = match (may, refusal) {
        (_, Some(words)) => view! { <p class="muted">{words}</p> }.into_any(),
        (false, None) => view! { <p class="muted">{t("promise-none")}</p> }.into_any(),
        (true, None) => {
            let (first, last) = (today + chrono::Days::new(1), facts.promise_until.unwrap_or(today));
            let help = t_with("promise-until-help", &[("date", locales::date(use_language(), last).into())]);
            view! {
                <PostForm action={action::<TakePromise>()}>
                    <ErrorSummary/>
                    <HiddenField name="customer" value=id.to_string()/>
                    <DateField name="until" id="promise-until" label=t("promise-until") value=first min=first max=last help=help/>
                    <TextField name="note" label=t("promise-note") maxlength=300 optional=true/>
                    <div class="form-actions"><SubmitButton label=t("promise-make") icon="check"/></div>
                </PostForm>
            }
            .into_any()
        }
    };
    view! { <Card title=t("promise-title") subtitle=t("promise-none-body")>{body}</Card> }.into_any()
}

fn exemption_card(id: CustomerId, facts: &CustomerDunning, today: NaiveDate, may: bool) -> AnyView {
    let body = match (&facts.exemption, may) {
        (Some(exemption), _) => {
            let until = exemption.until_on.map(|day| format!("{} {}", t("exemption-until"), locales::date(use_language(), day)));
            let end = may.then(|| {
                view! {
                    <PostForm action={action::<EndExemption>()}>
                        <HiddenField name="customer" value=id.to_string()/>
                        <div class="form-actions"><ConfirmButton label=t("exemption-end") body=t("exemption-end-body")/></div>
                    </PostForm>
                }
            });
            let words = t_with("exemption-words", &[("reason", exemption.reason.as_str().into())]);
            let by = t_with("exemption-set-by", &[("name", exemption.set_by.as_str().into())]);
            view! {
                <Alert tone=Tone::Info icon="shield">{words}</Alert>
                <p class="muted mt-2">{until} " " {by}</p>
                {end}
            }
            .into_any()
        }
        (None, false) => view! { <p class="muted">{t("common-none")}</p> }.into_any(),
        (None, true) => view! {
            <PostForm action={action::<ExemptCustomer>()}>
                <ErrorSummary/>
                <HiddenField name="customer" value=id.to_string()/>
                <TextField name="reason" label=t("exemption-reason") maxlength=300/>
                <DateField name="until" id="exempt-until" label=t("exemption-until") min=today help=t("exemption-until-help") optional=true/>
                <div class="form-actions"><SubmitButton label=t("exemption-set") style=ButtonStyle::Secondary/></div>
            </PostForm>
        }
        .into_any(),
    };
    view! { <Card title=t("exemption-title") subtitle=t("exemption-lead")>{body}</Card> }.into_any()
}

pub(super) fn promises(promises: Vec<Promise>) -> AnyView {
    let columns = vec![
        Column::new(t("promise-made-on")),
        Column::new(t("promise-until")),
        Column::new(t("common-status")),
        Column::new(t("promise-made-by")),
        Column::new(t("invoice-amount-due")).numeric(),
    ];
    let row = |promise: Promise| {
        let tone = match promise.state.as_str() {
            "open" => Tone::Info,
            "kept" => Tone::Good,
            "broken" => Tone::Bad,
            _ => Tone::Neutral,
        };
        let by = if promise.by_customer { t("promise-by-customer") } else { promise.made_by };
        let note = promise.note.map(|note| view! { <span class="muted block text-[0.8125rem]">{note}</span> });
        let day = locales::date(use_language(), promise.made_on);
        Row::new(promise.id, day.clone())
            .cell(day)
            .cell(view! { <DateText date=promise.until_on/> })
            .cell(view! { <StatusBadge tone=tone label=t(&format!("promise-state-{}", promise.state))/> })
            .cell(view! { {by}{note} })
            .cell(view! { <MoneyText money=promise.due/> })
    };
    let rows = promises.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="badge-check" title=t("promise-none") body=t("promise-none-body")/> }.into_any();
    view! { <DataTable caption=t("promise-title") columns=columns rows=rows empty=empty/> }.into_any()
}

fn steps(steps: Vec<StepDone>, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("invoice-number")),
        Column::new(t("dunning-step-day")),
        Column::new(t("dunning-step-action")),
        Column::new(t("job-result")),
        Column::new(t("common-date")),
    ];
    let row = |(index, step): (usize, StepDone)| {
        Row::new(index, step.invoice.clone())
            .href(format!("/invoices/{}", step.invoice_id))
            .cell(step.invoice)
            .cell(day_words(step.offset_days))
            .cell(action_words(step.action))
            .cell(t(&format!("dunning-result-{}", step.result.replace('_', "-"))))
            .cell(view! { <TimeText at=visit.local(step.at)/> })
    };
    let rows = steps.into_iter().enumerate().map(row).collect();
    let empty = view! { <EmptyState icon="bell" title=t("dunning-steps-none") body=t("dunning-steps-none-body")/> }.into_any();
    view! { <DataTable caption=t("dunning-steps-done") columns=columns rows=rows empty=empty/> }.into_any()
}
