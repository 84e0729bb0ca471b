//! One rehearsal: totals beside last month, a chip for every mark, the rows page by page with what needs a look first,
//! and the decision. Filtering, counting and paging are the server's.

use super::api::{ApproveRehearsal, BuildRehearsal, RejectRehearsal};
use super::list::badge;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use domain::Money;
use domain::billing::{Mark, Rehearsal, RehearsalRow, RehearsalState};
use domain::corrections::CorrectionRule;
use domain::customers::Page;
use domain::rights::Permission;
use leptos::prelude::*;
use services::rehearsal::{self as rehearsing, RowFilter};
use ui::prelude::*;

/// The one reading of the list's query string: `?mark=up&q=words`.
pub fn row_filter(query: &Query) -> RowFilter {
    RowFilter { mark: query.get("mark").and_then(Mark::from_slug), search: ListQuery::from(query).search }
}

pub async fn rehearsal(at: Drawing) -> Result<AnyView, UiError> {
    let id = at.param("id")?;
    let view = rehearsing::show(at.services(), at.caller()?, id, &row_filter(at.query()), at.paging()).await?;
    let head = view.head;
    let title = t_with("rehearsal-title", &[("date", locales::date(use_language(), head.business_date).into())]);
    let file = at.query().without(&["page", "size"]).href(&format!("/billing/rehearsals/{id}/rows.csv"));
    let export = view! { <LinkButton href=file label=t("action-export") icon="download" external=true/> };
    let options = head
        .counts
        .iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(mark, rows)| FilterOption::new(mark.slug(), mark_words(*mark)).count(locales::number(use_language(), *rows)))
        .collect::<Vec<_>>();
    let stale = stale(&head, view.stale);
    let verdict = view! { {figures(&head)} {decision(&at, &head, &view.rule)} };
    let page = view! {
        <PageHeader title=title back=("/billing/rehearsals".to_string(), t("rehearsals-title")) badge=badge(&head) actions=export.into_any()/>
        <div class="flow">
            {stale}
            <Card>{verdict}</Card>
            <div class="list-tools">
                <SearchBox placeholder=t("rehearsal-search")/>
                <FilterChips name="mark" label=t("rehearsal-marks") options=options/>
            </div>
            {table(&head, view.page)}
        </div>
    };
    Ok(page.into_any())
}

/// What was shown is not what would be billed any more.
fn stale(head: &Rehearsal, rows: i64) -> Option<AnyView> {
    let on = head.business_date.to_string();
    let again = view! {
        <PostForm action={action::<BuildRehearsal>()}>
            <HiddenField name="on" value=on/>
            <SubmitButton label=t("rehearsal-again") icon="refresh-cw" style=ButtonStyle::Secondary/>
        </PostForm>
    };
    let words = t_with("rehearsal-stale", &[("count", rows.into())]);
    (rows > 0).then(|| view! { <Alert tone=Tone::Warning icon="triangle-alert" actions=again.into_any()>{words}</Alert> }.into_any())
}

fn figures(head: &Rehearsal) -> AnyView {
    let money = |money: Money| locales::money(use_language(), money.minor, money.currency.code());
    let number = |value: i32| locales::number(use_language(), value.into());
    let difference = Money::new(head.total.minor - head.before.minor, head.total.currency);
    let figure = |label: String, value: String| {
        view! { <div><dt class="muted">{label}</dt><dd class="figure figure-strong">{value}</dd></div> }
    };
    view! {
        <dl class="grid grid-cols-2 gap-x-8 gap-y-3 md:flex md:flex-wrap">
            {figure(t("billing-services"), number(head.services))}
            {figure(t("billing-run-invoices"), number(head.invoices))}
            {figure(t("rehearsal-before"), money(head.before))}
            {figure(t("rehearsal-now"), money(head.total))}
            {figure(t("rehearsal-difference"), money(difference))}
        </dl>
    }
    .into_any()
}

/// Approve or reject, and what happens if nobody does.
fn decision(at: &Drawing, head: &Rehearsal, rule: &CorrectionRule) -> AnyView {
    let words = match (head.state, rule.rehearsal_required, rule.rehearsal_days) {
        (RehearsalState::Approved | RehearsalState::Rejected, ..) => {
            let by = head.decided_name.clone().unwrap_or_default();
            t_with("rehearsal-decided", &[("by", by.into())])
        }
        (_, false, _) => t("rehearsal-not-required"),
        (_, true, None) => t("rehearsal-waits"),
        (_, true, Some(days)) => t_with("rehearsal-waits-days", &[("days", i64::from(days).into())]),
    };
    let open = head.state == RehearsalState::Open && at.visit().may(Permission::BillingApprove);
    let buttons = open.then(|| {
        let amount = locales::money(use_language(), head.total.minor, head.total.currency.code());
        let body = t_with("rehearsal-approve-words", &[("count", i64::from(head.invoices).into()), ("amount", amount.into())]);
        let (id, same) = (head.id.to_string(), head.id.to_string());
        view! {
            <div class="flex flex-wrap gap-2">
                <PostForm action={action::<ApproveRehearsal>()}>
                    <HiddenField name="id" value=id/>
                    <ErrorSummary/>
                    <ConfirmButton label=t("rehearsal-approve") title=t("rehearsal-approve") body=body style=ButtonStyle::Primary icon="check"/>
                </PostForm>
                <PostForm action={action::<RejectRehearsal>()}>
                    <HiddenField name="id" value=same/>
                    <ConfirmButton label=t("rehearsal-reject") title=t("rehearsal-reject") body=t("rehearsal-reject-words") style=ButtonStyle::Ghost/>
                </PostForm>
            </div>
        }
    });
    view! { <div class="mt-4 flex flex-wrap items-center justify-between gap-4 border-t border-line pt-4"><p class="muted">{words}</p>{buttons}</div> }
        .into_any()
}

pub(super) fn mark_words(mark: Mark) -> String {
    match mark {
        Mark::Up => t("rehearsal-mark-up"),
        Mark::Down => t("rehearsal-mark-down"),
        Mark::Zero => t("rehearsal-mark-zero"),
        Mark::Duplicate => t("rehearsal-mark-duplicate"),
        Mark::NoPackage => t("rehearsal-mark-no-package"),
        Mark::New => t("rehearsal-mark-new"),
        Mark::Gone => t("rehearsal-mark-gone"),
        Mark::Held => t("rehearsal-mark-held"),
        Mark::Refused => t("rehearsal-mark-refused"),
        Mark::Partial => t("rehearsal-mark-partial"),
    }
}

pub(super) fn mark_badge(mark: Mark) -> AnyView {
    let (tone, icon) = match mark {
        Mark::Refused => (Tone::Bad, "circle-x"),
        Mark::Duplicate | Mark::NoPackage => (Tone::Bad, "circle-alert"),
        Mark::Zero | Mark::Down => (Tone::Warning, "arrow-down"),
        Mark::Up => (Tone::Warning, "arrow-up"),
        Mark::New => (Tone::Info, "plus"),
        Mark::Gone => (Tone::Info, "minus"),
        Mark::Held => (Tone::Neutral, "circle-pause"),
        Mark::Partial => (Tone::Info, "calendar"),
    };
    view! { <StatusBadge tone=tone icon=icon label=mark_words(mark)/> }.into_any()
}

fn table(head: &Rehearsal, page: Page<RehearsalRow>) -> AnyView {
    let columns = vec![
        Column::new(t("invoice-customer")),
        Column::new(t("customer-username")),
        Column::new(t("customer-package")),
        Column::new(t("rehearsal-marks")),
        Column::new(t("rehearsal-before")).numeric(),
        Column::new(t("rehearsal-now")).numeric(),
    ];
    let total = count(page.total);
    let id = head.id;
    let row = |row: RehearsalRow| {
        let looked = row.stale || !row.marks.is_empty();
        let marks = row.marks.iter().map(|mark| mark_badge(*mark)).collect_view();
        let stale = row.stale.then(|| view! { <StatusBadge tone=Tone::Warning icon="refresh-cw" label=t("rehearsal-mark-stale")/> });
        Row::new(row.service_id, row.customer_name.clone())
            .href(format!("/billing/rehearsals/{id}/{}", row.service_id))
            .cell(view! { {row.customer_name}" "<span class="muted font-normal">{row.customer_number}</span> })
            .cell(row.username)
            .cell(row.package)
            .cell(looked.then(|| view! { <span class="inline-flex flex-wrap gap-1">{stale}{marks}</span> }))
            .cell(view! { <MoneyText money=row.before/> })
            .cell(view! { <MoneyText money=row.total/> })
    };
    let rows = page.rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="calendar-clock" title=t("billing-nothing-due") body=t("rehearsal-nothing-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("rehearsals-title") columns=columns rows=rows total=total empty=empty/></Card> }
        .into_any()
}
