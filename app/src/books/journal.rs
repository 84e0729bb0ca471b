//! The journal and one entry of it: from a figure to its entries, from an entry to its papers, and back.

use super::accounts::source_options;
use super::parts::{account_words, books_bar, date_box, date_of, kept, source_words};
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::visit::use_visit;
use domain::EntryId;
use domain::books::{Document, EntryDetail, EntryRow, JournalFilter, JournalPage, PostingView, Side};
use domain::ledger::Account;
use leptos::prelude::*;
use services::books;
use ui::prelude::*;

fn filter(at: &Drawing) -> JournalFilter {
    let query = at.query();
    JournalFilter {
        from: date_of(at.query(), "from"),
        until: date_of(at.query(), "until"),
        account: query.get("account").and_then(Account::from_code).map(|account| account.code().to_string()),
        party: query.get("party").and_then(|id| id.parse().ok()),
        source: query.get("source").map(str::to_string),
        side: query.get("side").and_then(Side::from_slug),
    }
}

pub async fn journal(at: Drawing) -> Result<AnyView, UiError> {
    let filter = filter(&at);
    let found = books::journal(at.services(), at.caller()?, &filter, at.paging()).await?;
    let sources = books::journal_sources(at.services(), at.caller()?).await?;
    let accounts = Account::ALL
        .into_iter()
        .map(|account| {
            let selected = filter.account.as_deref() == Some(account.code());
            view! { <option value=account.code() selected=selected>{account_words(account.code())}</option> }
        })
        .collect_view();
    let party = filter.party.map(|_| {
        let href = at.query().remove("party").first_page().href("/books/journal");
        view! { <nav class="chips"><a class="chip chip-on" href=href aria-current="true">{t("books-of-one-party")}<span class="chip-off"><Icon name="x"/></span></a></nav> }
    });
    let page = view! {
        <PageHeader title=t("books-journal")/>
        {books_bar(&at)}
        <form method="get" action="/books/journal" class="list-tools">
            {kept(&at, &["from", "until", "account", "page"])}
            {date_box("from", t("common-from"), filter.from.map(|day| day.to_string()))}
            {date_box("until", t("common-to"), filter.until.map(|day| day.to_string()))}
            <FilterField label=t("books-account")><select class="input-plain" name="account">
                <option value="">{t("books-all-accounts")}</option>{accounts}
            </select></FilterField>
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
        <div class="list-tools">
            {party}
            <FilterChips name="source" label=t("books-source") options=source_options(sources)/>
            <FilterChips name="side" label=t("books-side") options=vec![FilterOption::new("debit", t("books-debit")), FilterOption::new("credit", t("books-credit"))]/>
        </div>
        {table(found)}
    };
    Ok(page.into_any())
}

fn table(found: JournalPage) -> AnyView {
    let columns = vec![
        Column::new(t("common-date")),
        Column::new(t("books-source")),
        Column::new(t("books-memo")),
        Column::new(t("books-posted-at")),
        Column::new(t("books-debit")).numeric(),
        Column::new(t("books-credit")).numeric(),
    ];
    let title = t_with("books-entries", &[("count", found.page.total.into())]);
    let sums = view! {
        <span class="row-line"><span class="muted">{t("books-debit")}</span><MoneyText money=found.debit strong=true/></span>
        <span class="row-line"><span class="muted">{t("books-credit")}</span><MoneyText money=found.credit strong=true/></span>
    };
    let rows = found.page.rows.into_iter().map(row).collect();
    view! {
        <Card flush=true title=title actions=sums.into_any()>
            <DataTable caption=t("books-journal") columns=columns rows=rows total=count(found.page.total)/>
        </Card>
    }
    .into_any()
}

fn row(entry: EntryRow) -> Row {
    let local = use_visit().local(entry.at);
    Row::new(entry.id, entry.memo.clone())
        .href(format!("/books/journal/{}", entry.id))
        .cell(view! { <DateText date=entry.business_date/> })
        .cell(source_words(&entry.source))
        .cell(entry.memo)
        .cell(view! { <TimeText at=local/> })
        .cell(view! { <MoneyText money=entry.debit/> })
        .cell(view! { <MoneyText money=entry.credit/> })
}

pub async fn entry(at: Drawing) -> Result<AnyView, UiError> {
    let id: EntryId = at.param("id")?;
    let entry = books::entry(at.services(), at.caller()?, id).await?;
    let local = at.visit().local(entry.at);
    let linked = |id: EntryId| view! { <a href=format!("/books/journal/{id}")>{t("books-entry")}</a> };
    let mut facts = vec![
        Definition::new(t("common-date"), view! { <DateText date=entry.business_date/> }),
        Definition::new(t("books-posted-at"), view! { <TimeText at=local/> }),
        Definition::new(t("books-memo"), entry.memo.clone()),
        Definition::new(t("books-made-by"), entry.made_by.clone().unwrap_or_else(|| t("books-made-by-system"))),
    ];
    facts.extend(entry.reverses.map(|id| Definition::new(t("books-reverses"), linked(id))));
    facts.extend(entry.reversed_by.map(|id| Definition::new(t("books-reversed-by"), linked(id))));
    let title = source_words(&entry.source);
    let papers = papers(&entry);
    let page = view! {
        <PageHeader title=title back=("/books/journal".to_string(), t("books-journal"))/>
        <div class="split">
            <Card flush=true title=t("books-postings")>{postings(entry.postings)}</Card>
            <div class="flow">
                <Card title=t("common-details")><DefinitionList items=facts/></Card>
                {papers}
            </div>
        </div>
    };
    Ok(page.into_any())
}

fn postings(lines: Vec<PostingView>) -> AnyView {
    let columns = vec![
        Column::new(t("books-account")),
        Column::new(t("books-party")),
        Column::new(t("books-debit")).numeric(),
        Column::new(t("books-credit")).numeric(),
    ];
    let rows = lines
        .into_iter()
        .enumerate()
        .map(|(n, line)| {
            let (debit, credit) = if line.amount.minor > 0 {
                (Some(line.amount), None)
            } else {
                (None, Some(domain::Money::new(-line.amount.minor, line.amount.currency)))
            };
            let money = |money: Option<domain::Money>| money.map(|money| view! { <MoneyText money=money/> });
            let party = match (line.party_id, line.party) {
                (Some(id), name) => {
                    let href = format!("/books/journal?account={}&party={id}", line.account);
                    view! { <a href=href>{name.unwrap_or_else(|| id.to_string())}</a> }.into_any()
                }
                (None, _) => ().into_any(),
            };
            Row::new(n, account_words(&line.account))
                .href(format!("/books/journal?account={}", line.account))
                .cell(account_words(&line.account))
                .cell(party)
                .cell(money(debit))
                .cell(money(credit))
        })
        .collect();
    view! { <DataTable caption=t("books-postings") columns=columns rows=rows/> }.into_any()
}

/// Where a paper is read. `None`: it has no page.
fn href(paper: &Document) -> Option<String> {
    match paper.kind.as_str() {
        "invoice" => Some(format!("/invoices/{}", paper.id)),
        "payment" => Some(format!("/payments/{}", paper.id)),
        "credit_note" => Some(format!("/credit-notes/{}", paper.id)),
        "expense" => Some(format!("/books/expenses/{}", paper.id)),
        "cash_desk" => Some(format!("/books/cash/{}", paper.id)),
        _ => None,
    }
}

fn papers(entry: &EntryDetail) -> Option<AnyView> {
    if entry.documents.is_empty() {
        return None;
    }
    let items = entry
        .documents
        .iter()
        .map(|paper| {
            let words = match href(paper) {
                Some(href) => view! { <a href=href>{paper.number.clone()}</a> }.into_any(),
                None => paper.number.clone().into_any(),
            };
            Definition::new(t(&format!("books-paper-{}", paper.kind.replace('_', "-"))), words)
        })
        .collect::<Vec<_>>();
    Some(view! { <Card title=t("books-papers")><DefinitionList items=items/></Card> }.into_any())
}
