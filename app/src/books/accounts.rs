//! The trial balance: every account with what was debited and credited, on any day, each figure a link to its entries.

use super::parts::{account_words, books_bar, date_box, date_of, figure, source_words};
use crate::UiError;
use crate::drawn::Drawing;
use domain::Money;
use domain::ledger::TrialBalanceLine;
use leptos::prelude::*;
use services::ledger;
use ui::prelude::*;

pub async fn trial_balance(at: Drawing) -> Result<AnyView, UiError> {
    let day = date_of(at.query(), "on");
    let lines = ledger::trial_balance_on(at.services(), at.caller()?, day).await?;
    let shown = day.unwrap_or(at.visit().today);
    let subtitle = t_with("books-as-of", &[("date", locales::date(use_language(), shown).into())]);
    let page = view! {
        <PageHeader title=t("books-title") subtitle=subtitle/>
        {books_bar(&at)}
        <form method="get" action="/books" class="list-tools">
            {date_box("on", t("books-until"), day.map(|day| day.to_string()))}
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
        {table(lines, day.map(|day| day.to_string()), at.visit().site.currency)}
    };
    Ok(page.into_any())
}

fn table(lines: Vec<TrialBalanceLine>, day: Option<String>, currency: domain::Currency) -> AnyView {
    let sum = |figure: fn(&TrialBalanceLine) -> i64| Money::new(lines.iter().map(figure).sum(), currency);
    let (debit, credit) = (sum(|line| line.debit.minor), sum(|line| line.credit.minor));
    let balanced = match debit == credit {
        true => view! { <StatusBadge tone=Tone::Good label=t("books-balanced") icon="badge-check"/> }.into_any(),
        false => view! { <StatusBadge tone=Tone::Bad label=t("books-not-balanced") icon="triangle-alert"/> }.into_any(),
    };
    let columns = vec![
        Column::new(t("books-account")),
        Column::new(t("books-kind")),
        Column::new(t("books-debit")).numeric(),
        Column::new(t("books-credit")).numeric(),
        Column::new(t("books-balance")).numeric(),
    ];
    let behind = |account: &str, side: &str| {
        let until = day.as_ref().map(|day| format!("&until={day}")).unwrap_or_default();
        let side = if side.is_empty() { String::new() } else { format!("&side={side}") };
        format!("/books/journal?account={account}{side}{until}")
    };
    let mut rows: Vec<Row> = lines
        .iter()
        .map(|line| {
            let balance = Money::new(line.debit.minor - line.credit.minor, currency);
            Row::new(line.account.clone(), account_words(&line.account))
                .href(behind(&line.account, ""))
                .cell(account_words(&line.account))
                .cell(t(&format!("books-kind-{}", line.kind)))
                .cell(figure(line.debit, behind(&line.account, "debit")))
                .cell(figure(line.credit, behind(&line.account, "credit")))
                .cell(sided(balance))
        })
        .collect();
    if !rows.is_empty() {
        rows.push(
            Row::new("total", t("common-total"))
                .cell(view! { <strong>{t("common-total")}</strong> })
                .cell("")
                .cell(view! { <MoneyText money=debit strong=true/> })
                .cell(view! { <MoneyText money=credit strong=true/> })
                .cell(sided(Money::new(debit.minor - credit.minor, currency))),
        );
    }
    let empty = view! { <EmptyState icon="landmark" title=t("books-empty-title") body=t("books-empty-body")/> }.into_any();
    view! {
        <Card flush=true title=t("books-trial-balance") actions=balanced>
            <DataTable caption=t("books-trial-balance") columns=columns rows=rows empty=empty/>
        </Card>
    }
    .into_any()
}

/// A balance and the side it stands on: what is owed by us is no negative thing.
fn sided(balance: Money) -> AnyView {
    let side = match balance.minor {
        0 => String::new(),
        1.. => t("books-dr"),
        _ => t("books-cr"),
    };
    let amount = Money::new(balance.minor.abs(), balance.currency);
    view! { <MoneyText money=amount strong=true/><span class="muted inline-block w-8 text-left pl-1.5">{side}</span> }.into_any()
}

/// Options of the journal's filter by source.
pub(super) fn source_options(sources: Vec<String>) -> Vec<FilterOption> {
    sources.into_iter().map(|source| FilterOption::new(source.clone(), source_words(&source))).collect()
}
