//! Rows of a file with their fates: chips that count and filter them, the table, and the way to take the wrong ones home
//! as a file.

use crate::customers::phone_text;
use domain::Problem;
use domain::customers::Page;
use domain::imports::{Fate, FateTotals, Field, ParsedRow, PreviewRow};
use domain::{CustomerId, ImportId};
use leptos::prelude::*;
use ui::prelude::*;

/// A chip for each fate that some row has.
pub(super) fn fate_chips(totals: FateTotals) -> AnyView {
    let language = use_language();
    let some = Fate::ALL.iter().filter(|fate| totals.of(**fate) > 0);
    let options =
        some.map(|fate| FilterOption::new(fate.slug(), fate_text(*fate)).count(locales::number(language, totals.of(*fate)))).collect();
    view! { <FilterChips name="fate" label=t("common-status") options=options many=true/> }.into_any()
}

/// The wrong rows as a file of just those rows.
pub(super) fn problem_rows(id: ImportId, count: i64) -> AnyView {
    if count == 0 {
        return ().into_any();
    }
    let files = view! {
        <LinkButton href=format!("/imports/{id}/problems.xlsx") label="XLSX" icon="download" external=true/>
        <LinkButton href=format!("/imports/{id}/problems.csv") label="CSV" icon="download" external=true/>
    };
    let title = t_with("import-problem-rows", &[("count", count.into())]);
    view! { <Alert tone=Tone::Warning title=title actions=files.into_any()>{t("import-problem-rows-body")}</Alert> }.into_any()
}

pub(super) fn rows_table(page: Page<PreviewRow>) -> AnyView {
    let columns = vec![
        Column::new(t("import-row")).numeric(),
        Column::new(t("common-status")),
        Column::new(t("import-subscriber")),
        Column::new(t("customer-package")),
        Column::new(t("import-remarks")),
    ];
    let total = u64::try_from(page.total).unwrap_or(0);
    let rows = page.rows.into_iter().map(row).collect();
    view! { <DataTable caption=t("import-preview") columns=columns rows=rows total=total/> }.into_any()
}

fn row(row: PreviewRow) -> Row {
    let number = locales::number(use_language(), i64::from(row.row_number));
    let name = t_with("import-row-number", &[("number", i64::from(row.row_number).into())]);
    let notes = row.parsed.as_ref().map(|parsed| parsed.notes.clone()).unwrap_or_default();
    Row::new(row.row_number, name)
        .cell(view! { <span class="code">{number}</span> })
        .cell(fate_badge(row.fate))
        .cell(subscriber(row.parsed.as_ref(), &row.cells, row.customer_id))
        .cell(row.parsed.as_ref().map(package))
        .cell(remarks(row.problems, notes))
}

/// Who it is; of a row that was not understood what stands in its first cells.
fn subscriber(parsed: Option<&ParsedRow>, cells: &[String], customer: Option<CustomerId>) -> AnyView {
    let Some(parsed) = parsed else {
        let cells = cells.iter().filter(|cell| !cell.trim().is_empty()).take(4).cloned().collect::<Vec<_>>().join(" · ");
        return view! { <span class="muted break-words">{cells}</span> }.into_any();
    };
    let name = parsed.name.clone();
    let name = match customer {
        Some(id) => view! { <a class="font-semibold hover:text-primary" href=format!("/customers/{id}")>{name}</a> }.into_any(),
        None => view! { <strong class="font-semibold">{name}</strong> }.into_any(),
    };
    let mobile = parsed.mobile.as_deref().map(|mobile| view! { " · "<span class="figure">{phone_text(mobile)}</span> });
    view! { <span>{name}<span class="muted block">{parsed.username.clone()}{mobile}</span></span> }.into_any()
}

fn package(parsed: &ParsedRow) -> AnyView {
    let price = parsed.price.map(|price| view! { <span class="muted block"><MoneyText money=price/></span> });
    view! { <span class="md:whitespace-nowrap">{parsed.package_name.clone()}{price}</span> }.into_any()
}

/// What is wrong, column by column with what to do, and what is merely worth knowing.
fn remarks(problems: Vec<Problem>, notes: Vec<Problem>) -> AnyView {
    let wrong = problems.into_iter().map(|problem| view! { <li>{sentence(&problem)}</li> }).collect_view();
    let notes = notes.into_iter().map(|note| view! { <li class="muted">{sentence(&note)}</li> }).collect_view();
    view! { <ul class="min-w-0 text-left">{wrong}{notes}</ul> }.into_any()
}

/// What stood in a cell, and names and numbers of people, are quoted as they are: 01711 is no amount.
pub(super) fn words(problem: &Problem) -> String {
    let arg = |(name, value): &(String, String)| match (name.as_str(), value.parse::<i64>()) {
        ("value" | "name" | "names" | "number" | "username" | "price", _) | (_, Err(_)) => (name.clone(), Arg::from(value)),
        (_, Ok(number)) => (name.clone(), Arg::from(number)),
    };
    let args: Vec<(String, Arg)> = problem.args.iter().map(arg).collect();
    let args: Vec<(&str, Arg)> = args.iter().map(|(name, arg)| (name.as_str(), arg.clone())).collect();
    t_with(&problem.key, &args)
}

fn sentence(problem: &Problem) -> AnyView {
    let words = words(problem);
    let field = Field::from_slug(&problem.field)
        .map(|field| view! { <strong class="font-semibold">{t(&format!("import-field-{}", field.slug()))}</strong>": " });
    view! { {field}{words} }.into_any()
}

fn fate_text(fate: Fate) -> String {
    t(&format!("import-fate-{}", fate.slug()))
}

fn fate_badge(fate: Fate) -> AnyView {
    let (tone, icon) = match fate {
        Fate::New => (Tone::Good, "plus"),
        Fate::Created => (Tone::Good, "check"),
        Fate::Same => (Tone::Info, "user-check"),
        Fate::Wrong | Fate::Failed => (Tone::Bad, "circle-alert"),
        Fate::Duplicate => (Tone::Warning, "copy"),
        Fate::Kept => (Tone::Info, "lock"),
        Fate::Blank | Fate::Unread | Fate::Skipped => (Tone::Neutral, "minus"),
        Fate::Undone => (Tone::Neutral, "undo-2"),
    };
    view! { <StatusBadge tone=tone label=fate_text(fate) icon=icon/> }.into_any()
}
