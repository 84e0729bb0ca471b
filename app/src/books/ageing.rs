//! What is owed and for how long, on any day of the past, and the bills behind each figure.

use super::parts::{books_bar, date_box, date_of, figure, kept};
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use domain::books::{Age, AgedInvoice, Ageing};
use domain::customers::Page;
use domain::rights::Permission;
use domain::{CustomerId, Money};
use leptos::prelude::*;
use services::books::{self, AsOf};
use ui::prelude::*;

/// The instant that `?on=` asks for.
pub fn as_of(query: &Query) -> AsOf {
    date_of(query, "on").map_or(AsOf::Now, AsOf::Day)
}

fn age_words(age: Age) -> String {
    t(&format!("age-{}", age.slug()))
}

pub async fn ageing(at: Drawing) -> Result<AnyView, UiError> {
    let found = books::ageing(at.services(), at.caller()?, as_of(at.query()), at.paging()).await?;
    let subtitle = t_with("books-as-of", &[("date", locales::date(use_language(), found.on).into())]);
    let file = at.visit().may(Permission::ReportsExport).then(|| {
        let href = at.query().without(&["page", "size"]).href("/books/ageing.csv");
        view! { <LinkButton href=href label=t("action-export") icon="file-down" external=true/> }
    });
    let page = view! {
        <PageHeader title=t("books-ageing") subtitle=subtitle actions=file.into_any()/>
        {books_bar(&at)}
        <form method="get" action="/books/ageing" class="list-tools">
            {date_box("on", t("books-until"), date_of(at.query(), "on").map(|day| day.to_string()))}
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
        {figures(&found, &at)}
        {table(found, &at)}
    };
    Ok(page.into_any())
}

fn behind(at: &Drawing, age: Option<Age>, customer: Option<CustomerId>) -> String {
    let mut query = at.query().without(&["page", "size"]);
    if let Some(age) = age {
        query = query.set("age", age.slug());
    }
    if let Some(customer) = customer {
        query = query.set("customer", customer.to_string());
    }
    query.href("/books/ageing/bills")
}

fn figures(found: &Ageing, at: &Drawing) -> AnyView {
    let written = |minor| locales::money(use_language(), minor, found.total.currency.code());
    let tiles = Age::ALL
        .into_iter()
        .zip(found.ages)
        .map(|(age, minor)| view! { <StatCard label=age_words(age) value=written(minor) href=behind(at, Some(age), None)/> })
        .collect_view();
    let check = match found.total == found.books {
        true => view! { <StatusBadge tone=Tone::Good label=t("books-receivable-agrees") icon="badge-check"/> }.into_any(),
        false => {
            let words = t_with("books-receivable-differs", &[("amount", written(found.books.minor).into())]);
            view! { <Alert tone=Tone::Bad>{words}</Alert> }.into_any()
        }
    };
    view! {
        <div class="tiles">{tiles}</div>
        <p class="my-3 flex flex-wrap items-center gap-2"><span class="muted">{t("books-owed-in-all")}</span><MoneyText money=found.total strong=true/>{check}</p>
    }
    .into_any()
}

fn table(found: Ageing, at: &Drawing) -> AnyView {
    let mut columns = vec![Column::new(t("invoice-customer")), Column::new(t("customer-number"))];
    columns.extend(Age::ALL.map(|age| Column::new(age_words(age)).numeric()));
    columns.push(Column::new(t("common-total")).numeric());
    let rows = found
        .page
        .rows
        .into_iter()
        .map(|debtor| {
            let id = debtor.customer_id;
            let mut row = Row::new(id, debtor.name.clone())
                .href(behind(at, None, Some(id)))
                .cell(debtor.name)
                .cell(view! { <span class="code">{debtor.number}</span> });
            for (age, minor) in Age::ALL.into_iter().zip(debtor.ages) {
                row = row.cell(figure(Money::new(minor, debtor.total.currency), behind(at, Some(age), Some(id))));
            }
            row.cell(view! { <MoneyText money=debtor.total strong=true/> })
        })
        .collect();
    let title = t_with("books-debtors", &[("count", found.page.total.into())]);
    view! {
        <Card flush=true title=title><DataTable caption=t("books-ageing") columns=columns rows=rows total=count(found.page.total)/></Card>
    }
    .into_any()
}

pub async fn aged_bills(at: Drawing) -> Result<AnyView, UiError> {
    let age = at.query().get("age").and_then(Age::from_slug);
    let customer = at.query().get("customer").and_then(|id| id.parse().ok());
    let (bills, sum) = books::aged_invoices(at.services(), at.caller()?, as_of(at.query()), age, customer, at.paging()).await?;
    let ages = Age::ALL.map(|age| FilterOption::new(age.slug(), age_words(age))).to_vec();
    let back = at.query().without(&["page", "size", "age", "customer"]).href("/books/ageing");
    let page = view! {
        <PageHeader title=t("books-aged-bills") back=(back, t("books-ageing"))/>
        <form method="get" action="/books/ageing/bills" class="list-tools">
            {kept(&at, &["on", "page"])}
            {date_box("on", t("books-until"), date_of(at.query(), "on").map(|day| day.to_string()))}
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
        <div class="list-tools"><FilterChips name="age" label=t("books-age") options=ages/></div>
        {bill_table(bills, sum)}
    };
    Ok(page.into_any())
}

fn bill_table(bills: Page<AgedInvoice>, sum: Money) -> AnyView {
    let columns = vec![
        Column::new(t("invoice-number")),
        Column::new(t("invoice-customer")),
        Column::new(t("invoice-issued-on")),
        Column::new(t("invoice-due-on")),
        Column::new(t("books-age")),
        Column::new(t("invoice-amount-due")).numeric(),
    ];
    let rows = bills
        .rows
        .into_iter()
        .map(|bill| {
            Row::new(bill.id, bill.number.clone())
                .href(format!("/invoices/{}", bill.id))
                .cell(bill.number)
                .cell(bill.customer_name)
                .cell(view! { <DateText date=bill.issued_on/> })
                .cell(view! { <DateText date=bill.due_on/> })
                .cell(age_words(bill.age))
                .cell(view! { <MoneyText money=bill.due/> })
        })
        .collect();
    let title = t_with("invoice-count", &[("count", bills.total.into())]);
    let sum = view! { <span class="row-line"><span class="muted">{t("common-total")}</span><MoneyText money=sum strong=true/></span> };
    view! {
        <Card flush=true title=title actions=sum.into_any()>
            <DataTable caption=t("books-aged-bills") columns=columns rows=rows total=count(bills.total)/>
        </Card>
    }
    .into_any()
}
