//! The step before anything is written: how many rows come to what, which packages would be made, every row with its
//! fate, and the one button that starts.

use super::api::{MapImport, StartImport};
use super::detail::ImportView;
use super::rows::{fate_chips, problem_rows, rows_table};
use crate::drawn::action;
use crate::visit::use_visit;
use domain::RouterId;
use domain::imports::{DateReading, ImportOptions, MappingView, NewPackage};
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn preview_step(view: ImportView) -> AnyView {
    let ImportView { mapping, rows, router, .. } = view;
    let start = start_card(&mapping, router);
    let readings = readings(&mapping.readings);
    let packages = packages_card(&mapping);
    let problems = problem_rows(mapping.import.id, mapping.totals.wrong);
    let chips = fate_chips(mapping.totals);
    let rows = rows.map(rows_table);
    view! {
        {start}
        {packages}
        {readings}
        {problems}
        <div>
            <div class="list-tools">{chips}</div>
            <Card flush=true>{rows}</Card>
        </div>
    }
    .into_any()
}

fn start_card(mapping: &MappingView, router: Option<RouterId>) -> AnyView {
    let totals = mapping.totals;
    let id = mapping.import.id;
    let ready = t_with("import-ready", &[("count", totals.new.into())]);
    let rest = t_with("import-left-out", &[("count", (totals.rows() - totals.new).into())]);
    let columns = match router {
        Some(router) => {
            view! { <LinkButton href=format!("/routers/{router}/import") label=t("router-import-choose-again") icon="list-checks"/> }
        }
        None => view! { <LinkButton href=format!("/imports/{id}?step=columns") label=t("import-change-columns") icon="list-checks"/> },
    };
    let commit = (totals.new > 0).then(|| {
        let label = t_with("import-commit", &[("count", totals.new.into())]);
        let body = t_with("import-commit-body", &[("count", totals.new.into())]);
        view! {
            <PostForm action={action::<StartImport>()} done="">
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <ConfirmButton label=label body=body style=ButtonStyle::Primary icon="check"/>
            </PostForm>
        }
    });
    let nothing = (totals.new == 0).then(|| view! { <p class="muted mt-1">{t("import-nothing-new")}</p> });
    view! {
        <Card>
            <div class="flex flex-wrap items-center justify-between gap-4">
                <div>
                    <p class="text-base font-semibold">{ready}</p>
                    <p class="muted">{rest}" "{t("import-preview-body")}</p>
                    {nothing}
                </div>
                <div class="flex flex-wrap gap-2">{columns}{commit}</div>
            </div>
        </Card>
    }
    .into_any()
}

/// How the dates of the file are read, where it could be either.
fn readings(readings: &[DateReading]) -> AnyView {
    let unclear = readings.iter().filter(|reading| reading.ambiguous > 0 && reading.day_first == 0 && reading.month_first == 0);
    unclear
        .map(|reading| {
            let field = t(&format!("import-field-{}", reading.field.slug()));
            let words = t_with("import-dates-unclear", &[("field", field.into()), ("count", reading.ambiguous.into())]);
            view! { <Alert tone=Tone::Warning>{words}</Alert> }
        })
        .collect_view()
        .into_any()
}

/// The packages that the import would make, with the prices that only a person can know.
fn packages_card(mapping: &MappingView) -> AnyView {
    if mapping.new_packages.is_empty() || !mapping.options.create_packages {
        return ().into_any();
    }
    let heads = vec![
        Column::new(t("package-name")),
        Column::new(t("package-speed")),
        Column::new(t("import-rows")).numeric(),
        Column::new(t("package-price")),
        Column::new(t("common-note")),
    ];
    let packages = mapping.new_packages.clone();
    let rows = packages.into_iter().enumerate().map(|(index, package)| package_row(index, package)).collect();
    let id = mapping.import.id.to_string();
    let kept = kept_choices(mapping);
    view! {
        <PostForm action={action::<MapImport>()} key="prices" done="">
            <ErrorSummary/>
            <HiddenField name="id" value=id/>
            {kept}
            <Card title=t("import-new-packages") subtitle=t("import-new-packages-body") flush=true>
                <DataTable caption=t("import-new-packages") columns=heads rows=rows/>
                <div class="border-t border-line px-5 py-3"><SubmitButton label=t("import-set-prices") style=ButtonStyle::Secondary icon="refresh-cw"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}

fn package_row(index: usize, package: NewPackage) -> Row {
    let language = use_language();
    let currency = use_visit().site.currency;
    let typed = package.price.map(|price| locales::money_plain(price.minor, price.currency.code())).unwrap_or_default();
    let label = t_with("import-price-of", &[("name", package.name.as_str().into())]);
    let note = match (package.price, package.other_prices.len()) {
        (None, _) => view! { <StatusBadge tone=Tone::Bad label=t("import-price-missing")/> }.into_any(),
        (Some(_), 0) => ().into_any(),
        (Some(_), _) => {
            let others =
                package.other_prices.iter().map(|price| locales::money(language, price.minor, price.currency.code())).collect::<Vec<_>>();
            view! { <span class="muted">{t_with("import-other-prices", &[("prices", others.join(", ").into())])}</span> }.into_any()
        }
    };
    let price = view! {
        <input type="hidden" name=format!("form[price_keys][{index}]") value=package.key.clone()/>
        <span class="input-box input-box-money w-44">
            <span class="input-affix">{locales::currency_symbol(currency.code()).to_owned()}</span>
            <input class="input-plain" type="text" inputmode="decimal" autocomplete="off" name=format!("form[prices][{index}]") value=typed aria-label=label/>
        </span>
    };
    Row::new(package.key.clone(), package.name.clone())
        .cell(view! { <strong class="font-semibold">{package.name.clone()}</strong> })
        .cell(crate::packages::speed(package.up_kbps, package.down_kbps))
        .cell(view! { <NumberText value=i64::from(package.rows)/> })
        .cell(price)
        .cell(note)
}

/// The columns and options as they are, so that a form about prices alone changes nothing else.
fn kept_choices(mapping: &MappingView) -> AnyView {
    let hidden = |name: String, value: String| view! { <input type="hidden" name=name value=value/> };
    let options = &mapping.options;
    let columns = mapping.columns.iter().enumerate().map(|(index, column)| {
        let slug = column.field.map(|field| field.slug().to_owned()).unwrap_or_default();
        hidden(format!("form[mapping][{index}]"), slug)
    });
    let columns = columns.collect_view();
    let flags = [
        ("create_packages", options.create_packages),
        ("generate_passwords", options.generate_passwords),
        ("skip_disabled", options.skip_disabled),
    ];
    let flags = flags.into_iter().filter(|(_, on)| *on).map(|(name, _)| hidden(format!("form[{name}]"), "true".into())).collect_view();
    let order = match options.date_order {
        Some(domain::imports::DateOrder::DayFirst) => "day_first",
        Some(domain::imports::DateOrder::MonthFirst) => "month_first",
        None => "",
    };
    let package = options.default_package.map(|id| id.to_string()).unwrap_or_default();
    view! { {columns}{flags}{hidden("form[date_order]".into(), order.into())}{hidden("form[default_package]".into(), package)} }.into_any()
}

/// Prices that were set before, so that another look at the columns keeps them.
pub(super) fn kept_prices(options: &ImportOptions) -> AnyView {
    let price = |(index, (key, price)): (usize, (&String, &String))| {
        view! {
            <input type="hidden" name=format!("form[price_keys][{index}]") value=key.clone()/>
            <input type="hidden" name=format!("form[prices][{index}]") value=price.clone()/>
        }
    };
    options.package_prices.iter().enumerate().map(price).collect_view().into_any()
}
