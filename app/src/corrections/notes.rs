//! Credit notes: the list, and one of them laid out with its lines and where its money went.

use crate::UiError;
use crate::documents::PdfButtons;
use crate::drawn::Drawing;
use crate::lists::count;
use domain::corrections::{CreditNoteDetail, CreditNoteLine, CreditNoteRow, CreditState};
use leptos::prelude::*;
use services::corrections::{self, CreditNoteFilter};
use ui::prelude::*;

pub async fn credit_notes(at: Drawing) -> Result<AnyView, UiError> {
    let filter = CreditNoteFilter {
        search: ListQuery::from(at.query()).search,
        state: at.query().get("state").and_then(CreditState::from_slug),
        ..CreditNoteFilter::default()
    };
    let (page, sum) = corrections::credit_notes(at.services(), at.caller()?, &filter, at.paging()).await?;
    let states = CreditState::ALL.map(|state| FilterOption::new(state.slug(), state_words(state))).to_vec();
    let title = t_with("credit-notes-count", &[("count", page.total.into())]);
    let total = page.total;
    let sum = view! { <span class="row-line"><span class="muted">{t("common-total")}</span><MoneyText money=sum strong=true/></span> };
    let view = view! {
        <PageHeader title=t("credit-notes-title") back=("/invoices".to_string(), t("invoices-title"))/>
        <div class="list-tools">
            <SearchBox placeholder=t("invoice-search")/>
            <FilterChips name="state" label=t("common-status") options=states/>
        </div>
        <Card flush=true title=title actions=sum.into_any()>{table(page.rows, Some(count(total)))}</Card>
    };
    Ok(view.into_any())
}

fn state_words(state: CreditState) -> String {
    match state {
        CreditState::Due => t("credit-note-due"),
        CreditState::Refunded => t("credit-note-refunded"),
        CreditState::Applied => t("credit-note-applied"),
    }
}

fn mark(state: CreditState) -> AnyView {
    let (tone, icon) = match state {
        CreditState::Due => (Tone::Warning, "coins"),
        CreditState::Refunded => (Tone::Info, "undo-2"),
        CreditState::Applied => (Tone::Good, "circle-check"),
    };
    view! { <StatusBadge tone=tone icon=icon label=state_words(state)/> }.into_any()
}

/// The notes as a table; with `total` it is paged.
pub(super) fn table(rows: Vec<CreditNoteRow>, total: Option<u64>) -> AnyView {
    let columns = vec![
        Column::new(t("credit-note-number")),
        Column::new(t("invoice-number")),
        Column::new(t("invoice-customer")),
        Column::new(t("invoice-issued-on")),
        Column::new(t("common-status")),
        Column::new(t("correct-reason")),
        Column::new(t("invoice-total")).numeric(),
    ];
    let row = |note: CreditNoteRow| {
        Row::new(note.id, note.number.clone())
            .href(format!("/credit-notes/{}", note.id))
            .cell(note.number)
            .cell(view! { <span class="code">{note.invoice_number}</span> })
            .cell(note.customer_name)
            .cell(view! { <DateText date=note.business_date/> })
            .cell(mark(note.state))
            .cell(note.reason)
            .cell(view! { <MoneyText money=note.total/> })
    };
    let rows = rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="rotate-ccw" title=t("credit-notes-empty") body=t("credit-notes-empty-body")/> }.into_any();
    match total {
        Some(total) => view! { <DataTable caption=t("credit-notes-title") columns=columns rows=rows total=total empty=empty/> }.into_any(),
        None => view! { <DataTable caption=t("credit-notes-title") columns=columns rows=rows empty=empty/> }.into_any(),
    }
}

pub async fn credit_note(at: Drawing) -> Result<AnyView, UiError> {
    let note = corrections::credit_note(at.services(), at.caller()?, at.param("id")?).await?;
    let title = t_with("credit-note-title", &[("number", note.row.number.as_str().into())]);
    let kept = note.row.void.then(|| view! { <Alert tone=Tone::Info icon="ban">{t("credit-note-void")}</Alert> });
    let money = (note.row.state == CreditState::Due).then(|| {
        view! { <LinkButton href=format!("/customers/{}/money", note.row.customer_id) label=t("correct-money") icon="wallet"/> }
    });
    let page = view! {
        <PageHeader
            title=title
            back=("/credit-notes".to_string(), t("credit-notes-title"))
            badge=mark(note.row.state)
            actions=view! { <PdfButtons href=format!("/credit-notes/{}.pdf", note.row.id)/> {money} }.into_any()
        />
        <div class="flow">{kept} {facts(&note)} {lines(note.lines)}</div>
    };
    Ok(page.into_any())
}

fn facts(note: &CreditNoteDetail) -> AnyView {
    let row = &note.row;
    let refunds = note
        .refunds
        .iter()
        .map(|refund| view! { <span class="block">{refund.number.clone()}" "<MoneyText money=refund.amount/></span> })
        .collect_view();
    let mut items = vec![
        Definition::new(t("invoice-customer"), view! { <a href=format!("/customers/{}", row.customer_id)>{row.customer_name.clone()}</a> }),
        Definition::new(t("invoice-number"), view! { <a href=format!("/invoices/{}", row.invoice_id)>{row.invoice_number.clone()}</a> }),
        Definition::new(t("invoice-issued-on"), view! { <DateText date=row.business_date/> }),
        Definition::new(t("correct-reason"), row.reason.clone()),
        Definition::new(t("correct-by"), row.created_name.clone()),
        Definition::new(t("invoice-subtotal"), view! { <MoneyText money=row.net/> }),
        Definition::new(t("invoice-tax"), view! { <MoneyText money=row.tax/> }),
        Definition::new(t("invoice-total"), view! { <MoneyText money=row.total strong=true/> }),
        Definition::new(t("credit-note-freed"), view! { <MoneyText money=row.freed/> }),
    ];
    if !note.refunds.is_empty() {
        items.push(Definition::new(t("correct-refunds"), refunds));
    }
    view! { <Card><DefinitionList items=items/></Card> }.into_any()
}

fn lines(lines: Vec<CreditNoteLine>) -> AnyView {
    let columns =
        vec![Column::new(t("correct-what")), Column::new(t("invoice-subtotal")).numeric(), Column::new(t("invoice-tax")).numeric()];
    let row = |(n, line): (usize, CreditNoteLine)| {
        Row::new(n, line.description.clone())
            .cell(line.description)
            .cell(view! { <MoneyText money=line.net/> })
            .cell(view! { <MoneyText money=line.tax/> })
    };
    let rows = lines.into_iter().enumerate().map(row).collect();
    view! { <Card flush=true title=t("credit-note-lines")><DataTable caption=t("credit-note-lines") columns=columns rows=rows/></Card> }
        .into_any()
}
