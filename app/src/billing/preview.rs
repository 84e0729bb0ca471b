//! The rehearsal of a run: what it would write, who needs a look first, and the button that starts it. Nothing is
//! written by looking.

use super::api::StartRun;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use chrono::NaiveDate;
use domain::billing::{PreviewRow, Refusal, RunRow};
use domain::rights::Permission;
use leptos::prelude::*;
use services::billing::{self, Preview};
use ui::prelude::*;

/// The rehearsal of `?on=`, today without it. `last` is the newest run, to say that billing is going.
pub(super) async fn tab(at: &Drawing, last: Option<RunRow>) -> Result<AnyView, UiError> {
    let on = at.query().get("on").and_then(|day| day.parse().ok()).unwrap_or(at.visit().today);
    let view = billing::preview(at.services(), at.caller()?, on, at.paging()).await?;
    Ok(body(view, last, at.visit()))
}

fn body(view: Preview, last: Option<RunRow>, visit: &Visit) -> AnyView {
    let going = last.filter(|run| run.state == "running").map(|run| {
        let follow = view! { <LinkButton href=format!("/billing/runs/{}", run.id) label=t("action-show")/> };
        view! { <Alert tone=Tone::Info icon="loader-circle" actions=follow.into_any()>{t("billing-going")}</Alert> }
    });
    let (day, run, sums) = (day_form(view.on), run_form(&view, visit), figures(&view));
    view! {
        <div class="flow">
            {going}
            <Card>
                <div class="flex flex-wrap items-end justify-between gap-4">{day}{run}</div>
                <div class="mt-5 border-t border-line pt-4">{sums}</div>
            </Card>
            {table(view)}
        </div>
    }
    .into_any()
}

/// Which day to rehearse: a form that only changes the address.
fn day_form(on: NaiveDate) -> AnyView {
    view! {
        <form method="get" action="/billing" class="flex flex-wrap items-end gap-2">
            <DateField name="on" label=t("billing-run-day") value=on/>
            <SubmitButton label=t("billing-preview") style=ButtonStyle::Secondary icon="eye"/>
        </form>
    }
    .into_any()
}

fn run_form(view: &Preview, visit: &Visit) -> AnyView {
    if !visit.may(Permission::BillingGenerate) || view.services == 0 {
        return ().into_any();
    }
    if view.on > visit.today {
        return view! { <p class="muted row-line"><Icon name="clock"/>{t("billing-not-yet")}</p> }.into_any();
    }
    let amount = locales::money(use_language(), view.total.minor, view.total.currency.code());
    let body = t_with("billing-run-confirm", &[("count", view.invoices.into()), ("amount", amount.into())]);
    let body = format!("{body} {}", t("billing-run-again"));
    let on = view.on.to_string();
    view! {
        <PostForm action={action::<StartRun>()} done=t("billing-going")>
            <ErrorSummary/>
            <HiddenField name="on" value=on/>
            <ConfirmButton label=t("billing-run-now") title=t("billing-run-question") body=body style=ButtonStyle::Primary icon="play"/>
        </PostForm>
    }
    .into_any()
}

fn figures(view: &Preview) -> AnyView {
    let language = use_language();
    let number = |value: i64| locales::number(language, value);
    let figure = |label: String, value: String, tone: Tone| {
        view! {
            <div class=tone.class()>
                <dt class="muted">{label}</dt>
                <dd class="figure figure-strong">{value}</dd>
            </div>
        }
    };
    let total = locales::money(language, view.total.minor, view.total.currency.code());
    let words = t_with("billing-preview-body", &[("date", locales::date(language, view.on).into())]);
    view! {
        <p class="muted mb-3">{words}</p>
        <dl class="grid grid-cols-2 gap-x-8 gap-y-3 md:flex md:flex-wrap">
            {figure(t("billing-services"), number(view.services), Tone::Neutral)}
            {figure(t("billing-run-invoices"), number(view.invoices), Tone::Neutral)}
            {figure(t("billing-run-amount"), total, Tone::Neutral)}
            {figure(t("billing-partial"), number(view.partial), Tone::Info)}
            {figure(t("billing-refused"), number(view.refused), Tone::Bad)}
        </dl>
    }
    .into_any()
}

fn table(view: Preview) -> AnyView {
    let columns = vec![
        Column::new(t("invoice-customer")),
        Column::new(t("customer-username")),
        Column::new(t("customer-package")),
        Column::new(t("invoice-period")),
        Column::new(t("common-note")),
        Column::new(t("common-amount")).numeric(),
    ];
    let total = u64::try_from(view.page.total).unwrap_or(0);
    let rows = view.page.rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="calendar-clock" title=t("billing-nothing-due") body=t("billing-nothing-due-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("billing-preview") columns=columns rows=rows total=total empty=empty/></Card> }.into_any()
}

fn row(row: PreviewRow) -> Row {
    let language = use_language();
    let period = if row.refusal.is_some() {
        locales::date(language, row.period_start)
    } else {
        let last = row.period_end.pred_opt().unwrap_or(row.period_end);
        t_with("common-period", &[("from", locales::date(language, row.period_start).into()), ("to", locales::date(language, last).into())])
    };
    let refused = row.refusal.map(|refusal| view! { <StatusBadge tone=Tone::Bad label=refusal_text(refusal.slug())/> });
    let several = (row.invoices > 1).then(|| {
        let words = t_with("billing-periods", &[("count", row.invoices.into())]);
        view! { <StatusBadge tone=Tone::Warning label=words icon="history"/> }
    });
    let partial = row.partial.then(|| view! { <StatusBadge tone=Tone::Info label=t("billing-part-of-month") icon="calendar"/> });
    let note = view! { <span class="inline-flex flex-wrap gap-1">{refused}{several}{partial}</span> };
    Row::new(row.service_id, row.customer_name.clone())
        .href(format!("/customers/{}", row.customer_id))
        .cell(view! { {row.customer_name}" "<span class="muted font-normal">{row.customer_number}</span> })
        .cell(row.username)
        .cell(row.package)
        .cell(view! { <span class="figure">{period}</span> })
        .cell(note)
        .cell(view! { <MoneyText money=row.total/> })
}

/// Why a service is left out, and what to do; an unknown word of an older server is shown as a plain refusal.
pub(crate) fn refusal_text(slug: &str) -> String {
    match slug {
        slug if slug == Refusal::OtherCurrency.slug() => t("billing-refusal-other-currency"),
        slug if slug == Refusal::TooFarBehind.slug() => t("billing-refusal-too-far-behind"),
        slug if slug == Refusal::OutOfRange.slug() => t("billing-refusal-out-of-range"),
        "changed" => t("billing-refusal-changed"),
        _ => t("billing-refusal-refused"),
    }
}
