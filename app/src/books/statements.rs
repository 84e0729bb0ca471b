//! Statements of a subscriber and of a cash drawer: every line of the days asked for, with the balance up to it.

use super::parts::{date_box, date_of, source_words};
use crate::UiError;
use crate::customers::customer_bar;
use crate::documents::PdfButtons;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::visit::use_visit;
use domain::books::{Days, Statement, StatementLine};
use domain::rights::Permission;
use leptos::prelude::*;
use services::books::{Whose, statement};
use ui::prelude::*;
use uuid::Uuid;

/// The days that `?from=…&to=…` asks for.
pub fn statement_days(query: &Query) -> Days {
    Days { from: date_of(query, "from"), until: date_of(query, "to") }
}

pub async fn customer_statement(at: Drawing) -> Result<AnyView, UiError> {
    let id: Uuid = at.param("id")?;
    let found = statement(at.services(), at.caller()?, Whose::Customer(id), statement_days(at.query()), at.paging()).await?;
    let back = (format!("/customers/{id}"), found.name.clone());
    let paper = view! { <PdfButtons href=in_days(at.query(), &format!("/customers/{id}/statement.pdf"))/> }.into_any();
    let bar = customer_bar(id.into(), "statement");
    Ok(page(&at, found, back, format!("/customers/{id}/statement"), Words { balance: t("statement-owes"), paper, bar }))
}

pub async fn drawer_statement(at: Drawing) -> Result<AnyView, UiError> {
    let id: Uuid = at.param("id")?;
    let found = statement(at.services(), at.caller()?, Whose::Drawer(id), statement_days(at.query()), at.paging()).await?;
    let back = (format!("/books/cash/{id}"), found.name.clone());
    let words = Words { balance: t("cash-in-drawer"), paper: ().into_any(), bar: ().into_any() };
    Ok(page(&at, found, back, format!("/books/cash/{id}/statement"), words))
}

/// A file of the same days.
fn in_days(query: &Query, path: &str) -> String {
    query.without(&["page", "size"]).href(path)
}

/// What differs between the two.
struct Words {
    balance: String,
    paper: AnyView,
    bar: AnyView,
}

fn page(at: &Drawing, found: Statement, back: (String, String), path: String, words: Words) -> AnyView {
    let days = statement_days(at.query());
    let narrowed = days != Days::default();
    let file = in_days(at.query(), &format!("{path}.csv"));
    let written = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let all = narrowed.then(|| view! { <LinkButton href=path.clone() label=t("table-clear-filters") style=ButtonStyle::Ghost/> });
    view! {
        <PageHeader title=t("statement-title") subtitle=found.name.clone() back=back
            actions=view! { {words.paper} <LinkButton href=file label=t("action-export") icon="file-down" external=true/> }.into_any()/>
        {words.bar}
        <form method="get" action=path.clone() class="list-tools">
            {date_box("from", t("common-from"), written(days.from))}
            {date_box("to", t("common-to"), written(days.until))}
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
            {all}
        </form>
        {table(found, words.balance, narrowed)}
    }
    .into_any()
}

fn table(found: Statement, balance: String, narrowed: bool) -> AnyView {
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
    let table = match found.page.total {
        0 => {
            let body = if narrowed { t("statement-empty-days") } else { t("statement-empty-body") };
            let empty = view! { <EmptyState icon="history" title=t("statement-empty-title") body=body/> }.into_any();
            view! { <DataTable caption=t("statement-title") columns=columns rows=rows empty=empty/> }.into_any()
        }
        total => view! { <DataTable caption=t("statement-title") columns=columns rows=rows total=count(total)/> }.into_any(),
    };
    view! { <Card flush=true title=title actions=sum.into_any()>{table}</Card> }.into_any()
}

fn line(line: StatementLine) -> Row {
    let local = use_visit().local(line.at);
    let row = Row::new(line.entry_id, line.memo.clone());
    let row = if use_visit().may(Permission::LedgerView) { row.href(format!("/books/journal/{}", line.entry_id)) } else { row };
    row.cell(view! { <DateText date=line.business_date/> })
        .cell(source_words(&line.source))
        .cell(line.memo)
        .cell(view! { <span class="muted"><TimeText at=local/></span> })
        .cell(view! { <MoneyText money=line.amount/> })
        .cell(view! { <MoneyText money=line.balance strong=true/> })
}
