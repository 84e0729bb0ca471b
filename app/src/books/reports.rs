//! Reports: revenue that ties to the ledger, and bills against money, each as picture, table and file.

use super::parts::{books_bar, date_box, date_of, kept};
use crate::UiError;
use crate::drawn::Drawing;
use domain::Money;
use domain::reports::{BillsReport, Grain, RevenueReport, Share, growth_tenths};
use domain::rights::Permission;
use leptos::prelude::*;
use services::charts::{Columns, columns};
use services::reports::{self, Range};
use ui::prelude::*;

/// What the query string asks for, as far as it makes sense.
pub fn report_range(query: &Query, today: chrono::NaiveDate) -> Range {
    let grain = query.get("grain").and_then(Grain::from_slug).unwrap_or_default();
    Range::new(grain, date_of(query, "from"), date_of(query, "until"), today)
}

/// Name of a column: the day it begins, or its month or year.
fn column_words(grain: Grain, start: chrono::NaiveDate) -> String {
    let language = use_language();
    match grain {
        Grain::Day | Grain::Week => locales::date(language, start),
        Grain::Month => locales::month_and_year(language, start),
        Grain::Year => locales::digits(language, &start.format("%Y").to_string()),
    }
}

fn tools(at: &Drawing, range: Range, path: &'static str) -> AnyView {
    // One of them always holds, so none can be taken off.
    let grains = Grain::ALL.map(|grain| {
        let href = at.query().set("grain", grain.slug()).href(path);
        let here = (grain == range.grain).then_some("true");
        view! { <a class="chip" class:chip-on=grain == range.grain href=href aria-current=here>{t(&format!("report-grain-{}", grain.slug()))}</a> }
    });
    let grains = grains.collect_view();
    view! {
        <nav class="chips mb-3" aria-label=t("report-grain")>{grains}</nav>
        <form method="get" action=path class="list-tools">
            {kept(at, &["from", "until"])}
            {date_box("from", t("common-from"), Some(range.from.to_string()))}
            {date_box("until", t("common-to"), Some(range.until.to_string()))}
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
    }
    .into_any()
}

fn files(at: &Drawing, name: &str) -> Option<AnyView> {
    at.visit().may(Permission::ReportsExport).then(|| {
        let [csv, xlsx] = ["csv", "xlsx"].map(|kind| at.query().href(&format!("/books/{name}.{kind}")));
        view! {
            <LinkButton href=csv label="CSV" icon="file-down" external=true/>
            <LinkButton href=xlsx label="XLSX" icon="file-spreadsheet" external=true/>
        }
        .into_any()
    })
}

/// The columns as a picture; what goes below nothing stays at nothing there, the table has its figure.
fn picture(grain: Grain, figures: &[(chrono::NaiveDate, i64)], currency: domain::Currency) -> Result<AnyView, UiError> {
    let language = use_language();
    let unit = 10i64.pow(currency.exponent());
    let values: Vec<i64> = figures.iter().map(|(_, minor)| (*minor).max(0)).collect();
    let step = figures.len().div_ceil(6).max(1);
    let below = figures.iter().enumerate().step_by(step).map(|(n, (start, _))| {
        let words = match grain {
            Grain::Day | Grain::Week => locales::day_and_month(language, *start),
            Grain::Month | Grain::Year => column_words(grain, *start),
        };
        (n, words)
    });
    let chart = Columns {
        values: &values,
        below: below.collect(),
        unit,
        scale: &|minor| format!("{} {}", locales::currency_symbol(currency.code()), locales::number(language, minor / unit)),
        width: 840,
        height: 240,
    };
    let drawn = columns(&chart)?;
    Ok(view! { <div class="chart-scroll" tabindex="0" inner_html=drawn.svg></div> }.into_any())
}

fn growth(now: Money, before: Money) -> String {
    match change(now.minor, before.minor) {
        None => t("report-no-growth"),
        Some(written) => t_with("report-growth", &[("change", written.into())]),
    }
}

/// `+4.2%`, if there was anything before.
fn change(now: i64, before: i64) -> Option<String> {
    let tenths = growth_tenths(now, before)?;
    let sign = if tenths < 0 { "−" } else { "+" };
    let written = format!("{sign}{}.{}%", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    Some(locales::digits(use_language(), &written))
}

pub async fn revenue(at: Drawing) -> Result<AnyView, UiError> {
    let range = report_range(at.query(), at.visit().today);
    let report = reports::revenue(at.services(), at.caller()?, range).await?;
    let written = |money: Money| locales::money(use_language(), money.minor, money.currency.code());
    let behind = format!("/books/journal?from={}&until={}", range.from, range.until);
    let chart = picture(range.grain, &report.columns, report.total.currency)?;
    let page = view! {
        <PageHeader title=t("report-revenue") actions=files(&at, "revenue").into_any()/>
        {books_bar(&at)}
        {tools(&at, range, "/books/reports")}
        <div class="tiles">
            <StatCard label=t("report-revenue") value=written(report.total) href=format!("{behind}&account=service_revenue") icon="trending-up" note=growth(report.total, report.before)/>
            <StatCard label=t("report-before") value=written(report.before) href=behind icon="history"/>
            <StatCard label=t("report-collected") value=written(report.collected) href=format!("/payments?from={}&until={}", range.from, range.until) icon="wallet"/>
        </div>
        <div class="mt-5"><Card title=t("report-revenue")>{chart}</Card></div>
        <div class="split split-even mt-5">
            {column_table(&report)}
            <div class="flow">
                {shares(t("report-by-package"), report.by_package, report.total)}
                {shares(t("report-by-method"), report.by_method, report.collected)}
            </div>
        </div>
    };
    Ok(page.into_any())
}

fn column_table(report: &RevenueReport) -> AnyView {
    let heads = vec![Column::new(t("report-from")), Column::new(t("report-revenue")).numeric(), Column::new(t("report-change")).numeric()];
    let currency = report.total.currency;
    let mut before = None;
    let mut rows: Vec<Row> = report
        .columns
        .iter()
        .map(|(start, minor)| {
            let last = report.grain.next(*start).pred_opt().unwrap_or(*start);
            let (from, until) = ((*start).max(report.from), last.min(report.until));
            let change = before.and_then(|before| change(*minor, before)).unwrap_or_else(|| "–".to_string());
            before = Some(*minor);
            let words = column_words(report.grain, *start);
            Row::new(*start, words.clone())
                .href(format!("/books/journal?from={from}&until={until}&account=service_revenue"))
                .cell(words)
                .cell(view! { <MoneyText money=Money::new(*minor, currency)/> })
                .cell(change)
        })
        .collect();
    rows.push(
        Row::new("total", t("common-total"))
            .cell(view! { <strong>{t("common-total")}</strong> })
            .cell(view! { <MoneyText money=report.total strong=true/> })
            .cell(""),
    );
    view! { <Card flush=true title=t("report-revenue")><DataTable caption=t("report-revenue") columns=heads rows=rows/></Card> }.into_any()
}

fn shares(title: String, parts: Vec<Share>, total: Money) -> AnyView {
    let heads = vec![Column::new(t("common-name")), Column::new(t("report-count")).numeric(), Column::new(t("common-amount")).numeric()];
    let mut rows: Vec<Row> = parts
        .into_iter()
        .enumerate()
        .map(|(n, share)| {
            let method = format!("payment-method-{}", share.name);
            let name = [share.name.clone(), method].into_iter().find(|key| locales::has_text(key)).map_or(share.name, |key| t(&key));
            Row::new(n, name.clone())
                .cell(name)
                .cell(view! { <NumberText value=share.count/> })
                .cell(view! { <MoneyText money=share.amount/> })
        })
        .collect();
    rows.push(
        Row::new("total", t("common-total"))
            .cell(view! { <strong>{t("common-total")}</strong> })
            .cell("")
            .cell(view! { <MoneyText money=total strong=true/> }),
    );
    view! { <Card flush=true title=title.clone()><DataTable caption=title columns=heads rows=rows/></Card> }.into_any()
}

pub async fn bills(at: Drawing) -> Result<AnyView, UiError> {
    let range = report_range(at.query(), at.visit().today);
    let report = reports::bills(at.services(), at.caller()?, range).await?;
    let written = |money: Money| locales::money(use_language(), money.minor, money.currency.code());
    let days = format!("from={}&until={}", range.from, range.until);
    let billed: Vec<_> = report.columns.iter().map(|column| (column.start, column.billed)).collect();
    let chart = picture(range.grain, &billed, report.billed.currency)?;
    let page = view! {
        <PageHeader title=t("report-billed-collected") subtitle=t("report-billed-lead")
            actions=files(&at, "bills").into_any()/>
        {books_bar(&at)}
        {tools(&at, range, "/books/bills")}
        <div class="tiles">
            <StatCard label=t("report-billed") value=written(report.billed) href=format!("/invoices?{days}") icon="receipt"/>
            <StatCard label=t("report-collected") value=written(report.collected) href=format!("/payments?{days}") icon="wallet"/>
            <StatCard label=t("report-discounts") value=written(report.discounts) href=format!("/books/journal?account=discount_given&{days}") icon="percent"/>
            <StatCard label=t("report-due-now") value=written(report.due_now) href="/books/ageing" icon="clock"/>
        </div>
        <div class="mt-5"><Card title=t("report-billed")>{chart}</Card></div>
        <div class="flow mt-5">
            {billed_table(&report)}
            <div class="split split-even">{late(&report)}{states(&report)}</div>
        </div>
    };
    Ok(page.into_any())
}

fn billed_table(report: &BillsReport) -> AnyView {
    let heads = vec![
        Column::new(t("report-from")),
        Column::new(t("report-bills")).numeric(),
        Column::new(t("report-billed")).numeric(),
        Column::new(t("report-receipts")).numeric(),
        Column::new(t("report-collected")).numeric(),
        Column::new(t("report-discounts")).numeric(),
    ];
    let money = |minor| Money::new(minor, report.billed.currency);
    let rows = report
        .columns
        .iter()
        .map(|column| {
            let last = report.grain.next(column.start).pred_opt().unwrap_or(column.start);
            let days = format!("from={}&until={}", column.start.max(report.from), last.min(report.until));
            let words = column_words(report.grain, column.start);
            Row::new(column.start, words.clone())
                .href(format!("/invoices?{days}"))
                .cell(words)
                .cell(view! { <NumberText value=column.bills/> })
                .cell(view! { <MoneyText money=money(column.billed)/> })
                .cell(view! { <NumberText value=column.receipts/> })
                .cell(view! { <a href=format!("/payments?{days}")><MoneyText money=money(column.collected)/></a> })
                .cell(view! { <MoneyText money=money(column.discounts)/> })
        })
        .collect();
    view! { <Card flush=true title=t("report-billed-collected")><DataTable caption=t("report-billed-collected") columns=heads rows=rows/></Card> }
        .into_any()
}

fn states(report: &BillsReport) -> AnyView {
    let heads = vec![
        Column::new(t("common-status")),
        Column::new(t("report-bills")).numeric(),
        Column::new(t("invoice-total")).numeric(),
        Column::new(t("invoice-amount-due")).numeric(),
    ];
    let rows = report
        .states
        .iter()
        .map(|state| {
            let words = t(&format!("status-{}", state.state.slug().replace('_', "-")));
            Row::new(state.state.slug(), words.clone())
                .href(format!("/invoices?state={}&from={}&until={}", state.state.slug(), report.from, report.until))
                .cell(words)
                .cell(view! { <NumberText value=state.bills/> })
                .cell(view! { <MoneyText money=state.total/> })
                .cell(view! { <MoneyText money=state.due/> })
        })
        .collect();
    view! { <Card flush=true title=t("report-summary")><DataTable caption=t("report-summary") columns=heads rows=rows/></Card> }.into_any()
}

fn late(report: &BillsReport) -> AnyView {
    let heads = vec![
        Column::new(t("invoice-customer")),
        Column::new(t("customer-number")),
        Column::new(t("report-late-bills")).numeric(),
        Column::new(t("report-late-days")).numeric(),
        Column::new(t("report-overdue")).numeric(),
    ];
    let rows = report
        .late
        .iter()
        .map(|payer| {
            let bills = t_with("report-late-of", &[("late", payer.late.into()), ("bills", payer.bills.into())]);
            Row::new(payer.customer_id, payer.name.clone())
                .href(format!("/customers/{}", payer.customer_id))
                .cell(payer.name.clone())
                .cell(view! { <span class="code">{payer.number.clone()}</span> })
                .cell(bills)
                .cell(view! { <NumberText value=payer.days_late/> })
                .cell(view! { <MoneyText money=payer.overdue/> })
        })
        .collect();
    let empty = view! { <EmptyState icon="badge-check" title=t("report-nobody-late") body=t("report-nobody-late-body")/> }.into_any();
    view! { <Card flush=true title=t("report-late-payers")><DataTable caption=t("report-late-payers") columns=heads rows=rows empty=empty/></Card> }
        .into_any()
}
