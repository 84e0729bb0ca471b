//! The step of the columns: what each one holds, and a few choices for the whole file. Guesses are preselected; the
//! person decides.

use super::api::MapImport;
use super::detail::ImportView;
use super::rows::words;
use crate::drawn::action;
use domain::imports::{ColumnView, DateOrder, Field, ImportOptions, ImportState, MappingView};
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn columns_step(view: ImportView) -> AnyView {
    let ImportView { mapping, packages, .. } = view;
    let id = mapping.import.id.to_string();
    let packages: Vec<(String, String)> = packages.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let hints = hints(&mapping);
    let chosen = proposed(&mapping);
    view! {
        {hints}
        <PostForm action={action::<MapImport>()} done="">
            <ErrorSummary/>
            <HiddenField name="id" value=id/>
            <div class="flow">
                <Card title=t("import-mapping") subtitle=t("import-mapping-help") flush=true>{columns_table(mapping.columns)}</Card>
                <Card title=t("import-options")>{options(&chosen, packages)}</Card>
            </div>
            <div class="form-actions">
                <SubmitButton label=t("import-see-rows") icon="eye"/>
                <LinkButton href="/imports" label=t("action-cancel") style=ButtonStyle::Ghost/>
            </div>
        </PostForm>
    }
    .into_any()
}

/// What was chosen; for a file that is new, what most lists need. The preview shows what comes of it.
fn proposed(mapping: &MappingView) -> ImportOptions {
    if mapping.import.state != ImportState::Mapping {
        return mapping.options.clone();
    }
    let has_passwords = mapping.columns.iter().any(|column| column.field == Some(Field::Password));
    ImportOptions { create_packages: true, generate_passwords: !has_passwords, ..mapping.options.clone() }
}

/// What was noticed about the file as a whole.
fn hints(mapping: &MappingView) -> AnyView {
    let same = mapping.same_file.map(|other| {
        let look = view! { <LinkButton href=format!("/imports/{other}") label=t("action-show")/> };
        view! { <Alert tone=Tone::Warning actions=look.into_any()>{t("import-same-file")}</Alert> }
    });
    let notes = mapping
        .notes
        .iter()
        .map(|note| {
            let words = words(note);
            view! { <Alert tone=Tone::Info>{words}</Alert> }
        })
        .collect_view();
    view! { {same}{notes} }.into_any()
}

fn columns_table(columns: Vec<ColumnView>) -> AnyView {
    let heads = vec![Column::new(t("import-column")), Column::new(t("import-example")), Column::new(t("import-field"))];
    let rows = columns.into_iter().enumerate().map(|(index, column)| row(index, column)).collect();
    view! { <DataTable caption=t("import-mapping") columns=heads rows=rows/> }.into_any()
}

fn row(index: usize, column: ColumnView) -> Row {
    let name = if column.header.trim().is_empty() {
        t_with("import-column-without-name", &[("number", (index + 1).into())])
    } else {
        column.header
    };
    let samples = column.samples.into_iter().map(|sample| view! { <span class="block max-w-64 truncate">{sample}</span> }).collect_view();
    Row::new(index, name.clone())
        .cell(view! { <strong class="font-semibold break-words">{name.clone()}</strong> })
        .cell(view! { <span class="muted min-w-0">{samples}</span> })
        .cell(view! { <FieldSelect index=index column=name chosen=column.field/> })
}

/// Which field a column holds. The label is the column's own name, for screen readers.
#[component]
fn FieldSelect(index: usize, column: String, chosen: Option<Field>) -> impl IntoView {
    let error = problem_at(&index.to_string());
    let fields = Field::ALL
        .iter()
        .map(|field| view! { <option value=field.slug() selected=chosen == Some(*field)>{t(&format!("import-field-{}", field.slug()))}</option> })
        .collect_view();
    let (id, error_id) = (format!("field-{index}"), format!("field-{index}-error"));
    view! {
        <div class="field w-full md:w-60" class:field-wrong=move || error.with(Option::is_some)>
            <span class="input-box input-box-select">
                <select
                    id=id
                    class="input-plain"
                    name=format!("form[mapping][{index}]")
                    aria-label=t_with("import-field-of", &[("column", column.into())])
                    aria-describedby=error_id.clone()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                >
                    <option value="" selected=chosen.is_none()>{t("import-field-ignore")}</option>
                    {fields}
                </select>
                <Icon name="chevron-down"/>
            </span>
            <p id=error_id class="field-error" hidden=move || error.with(Option::is_none)>
                <Icon name="circle-alert"/>
                <span>{move || error.get().unwrap_or_default()}</span>
            </p>
        </div>
    }
}

fn options(options: &ImportOptions, packages: Vec<(String, String)>) -> AnyView {
    let orders = vec![("day_first".to_string(), t("import-day-first")), ("month_first".to_string(), t("import-month-first"))];
    let order = match options.date_order {
        Some(DateOrder::DayFirst) => "day_first",
        Some(DateOrder::MonthFirst) => "month_first",
        None => "",
    };
    let package = options.default_package.map(|id| id.to_string()).unwrap_or_default();
    let prices = super::preview::kept_prices(options);
    view! {
        {prices}
        <div class="form-grid">
            <CheckField name="form[create_packages]" label=t("import-create-packages") checked=options.create_packages help=t("import-create-packages-help")/>
            <CheckField name="form[generate_passwords]" label=t("import-generate-passwords") checked=options.generate_passwords help=t("import-generate-passwords-help")/>
            <CheckField name="form[skip_disabled]" label=t("import-skip-disabled") checked=options.skip_disabled/>
            <SelectField name="form[default_package]" label=t("import-default-package") options=packages value=package empty=t("common-none") optional=true help=t("import-default-package-help")/>
            <SelectField name="form[date_order]" label=t("import-date-order") options=orders value=order empty=t("import-date-order-auto") optional=true help=t("import-date-order-help")/>
        </div>
    }
    .into_any()
}
