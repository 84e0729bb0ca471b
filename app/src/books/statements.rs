//! Statements of a subscriber and of a cash drawer: every line as it was written, with the balance up to it.

use super::parts::source_words;
use crate::UiError;
use crate::documents::PdfButtons;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::visit::use_visit;
use domain::books::{Statement, StatementLine};
use leptos::prelude::*;
use services::books::{Whose, statement};
use ui::prelude::*;
use uuid::Uuid;

pub async fn customer_statement(at: Drawing) -> Result<AnyView, UiError> {
    let id: Uuid = at.param("id")?;
    let found = statement(at.services(), at.caller()?, Whose::Customer(id), at.paging()).await?;
    let back = (format!("/customers/{id}"), found.name.clone());
    let paper = view! { <PdfButtons href=format!("/customers/{id}/statement.pdf")/> }.into_any();
    Ok(page(found, back, format!("/customers/{id}/statement.csv"), t("statement-owes"), paper))
}

pub async fn drawer_statement(at: Drawing) -> Result<AnyView, UiError> {
    let id: Uuid = at.param("id")?;
    let found = statement(at.services(), at.caller()?, Whose::Drawer(id), at.paging()).await?;
    let back = (format!("/books/cash/{id}"), found.name.clone());
    Ok(page(found, back, format!("/books/cash/{id}/statement.csv"), t("cash-in-drawer"), ().into_any()))
}

fn page(found: Statement, back: (String, String), file: String, balance: String, paper: AnyView) -> AnyView {
    let columns = vec![
        Column::new(t("common-date")),
        Column::new(t("books-source")),
        Column::new(t("books-memo")),
        Column::new(t("books-posted-at")),
        Column::new(t("common-amount")).numeric(),
        Column::new(t("books-balance")).numeric(),
    ];
    let sum = view! { <span class="row-line"><span class="muted">{balance}</span><MoneyText money=found.balance strong=true/></span> };
    let title = t_with("statement-lines", &[("count", found.page.total.into())]);
    let rows = found.page.rows.into_iter().map(line).collect();
    let empty = view! { <EmptyState icon="history" title=t("statement-empty-title") body=t("statement-empty-body")/> }.into_any();
    let table = match found.page.total {
        0 => view! { <DataTable caption=t("statement-title") columns=columns rows=rows empty=empty/> }.into_any(),
        total => view! { <DataTable caption=t("statement-title") columns=columns rows=rows total=count(total)/> }.into_any(),
    };
    view! {
        <PageHeader title=t("statement-title") subtitle=found.name back=back
            actions=view! { {paper} <LinkButton href=file label=t("action-export") icon="file-down" external=true/> }.into_any()/>
        <Card flush=true title=title actions=sum.into_any()>{table}</Card>
    }
    .into_any()
}

fn line(line: StatementLine) -> Row {
    let local = use_visit().local(line.at);
    let row = Row::new(line.entry_id, line.memo.clone());
    let row =
        if use_visit().may(domain::rights::Permission::LedgerView) { row.href(format!("/books/journal/{}", line.entry_id)) } else { row };
    row.cell(view! { <DateText date=line.business_date/> })
        .cell(source_words(&line.source))
        .cell(line.memo)
        .cell(view! { <TimeText at=local/> })
        .cell(view! { <MoneyText money=line.amount/> })
        .cell(view! { <MoneyText money=line.balance strong=true/> })
}
