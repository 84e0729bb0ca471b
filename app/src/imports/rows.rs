//! Rows of a file with their fates: chips that count and filter them, the table, and the way to take the wrong ones home
//! as a file.

use crate::customers::phone_text;
use domain::ImportId;
use domain::customers::Page;
use domain::imports::{Fate, FateTotals, Field, PreviewRow};
use domain::Problem;
use leptos::prelude::*;
use ui::prelude::*;

/// A chip for each fate that some row has.
pub(super) fn fate_chips(totals: FateTotals) -> AnyView {
    let language = use_language();
    let some = Fate::ALL.iter().filter(|fate| totals.of(**fate) > 0);
    let options = some.map(|fate| FilterOption::new(fate.slug(), fate_text(*fate)).count(locales::number(language, totals.of(*fate)))).collect();
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
        Column::new(t("customer-mobile")),
        Column::new(t("customer-package")),
        Column::new(t("package-price")).numeric(),
        Column::new(t("import-remarks")),
    ];
    let total = u64::try_from(page.total).unwrap_or(0);
    let rows = page.rows.into_iter().map(row).collect();
    view! { <DataTable caption=t("import-preview") columns=columns rows=rows total=total/> }.into_any()
}

fn row(row: PreviewRow) -> Row {
    let language = use_language();
    let number = locales::number(language, i64::from(row.row_number));
    let notes = row.parsed.as_ref().map(|parsed| parsed.notes.clone()).unwrap_or_default();
    let remarks = remarks(row.problems, notes);
    let parsed = row.parsed;
    let subscriber = match &parsed {
        Some(parsed) => {
            let words = view! { <strong class="font-semibold">{parsed.name.clone()}</strong>" "<span class="muted">{parsed.username.clone()}</span> };
            match row.customer_id {
                Some(id) => view! { <a class="hover:text-primary" href=format!("/customers/{id}")>{words}</a> }.into_any(),
                None => words.into_any(),
            }
        }
        None => {
            let cells = row.cells.iter().filter(|cell| !cell.trim().is_empty()).take(4).cloned().collect::<Vec<_>>().join(" · ");
            view! { <span class="muted break-words md:inline-block md:min-w-44">{cells}</span> }.into_any()
        }
    };
    let mobile = parsed.as_ref().and_then(|parsed| parsed.mobile.as_deref()).map(phone_text).unwrap_or_default();
    let package = parsed.as_ref().map(|parsed| parsed.package_name.clone()).unwrap_or_default();
    let price = parsed.and_then(|parsed| parsed.price).map(|price| view! { <MoneyText money=price/> });
    Row::new(row.row_number, t_with("import-row-number", &[("number", i64::from(row.row_number).into())]))
        .cell(view! { <span class="figure">{number}</span> })
        .cell(fate_badge(row.fate))
        .cell(subscriber)
        .cell(view! { <span class="figure">{mobile}</span> })
        .cell(package)
        .cell(price)
        .cell(remarks)
}

/// What is wrong, column by column with what to do, and what is merely worth knowing.
fn remarks(problems: Vec<Problem>, notes: Vec<Problem>) -> AnyView {
    let wrong = problems.into_iter().map(|problem| view! { <li>{sentence(&problem)}</li> }).collect_view();
    let notes = notes.into_iter().map(|note| view! { <li class="muted">{sentence(&note)}</li> }).collect_view();
    view! { <ul class="min-w-0 text-left md:min-w-64">{wrong}{notes}</ul> }.into_any()
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
    let field = Field::from_slug(&problem.field).map(|field| view! { <strong class="font-semibold">{t(&format!("import-field-{}", field.slug()))}</strong>": " });
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
        Fate::Blank | Fate::Unread => (Tone::Neutral, "minus"),
        Fate::Undone => (Tone::Neutral, "undo-2"),
    };
    view! { <StatusBadge tone=tone label=fate_text(fate) icon=icon/> }.into_any()
}
