//! Server functions of imports. The file itself comes as an ordinary upload, not through here.

use crate::UiError;
use chrono::{DateTime, Utc};
use domain::customers::Page;
use domain::imports::{ImportSummary, MappingView, PreviewRow};
use domain::{ImportId, PackageId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::Session;
#[cfg(feature = "ssr")]
use domain::Problem;
#[cfg(feature = "ssr")]
use domain::customers::Paging;
#[cfg(feature = "ssr")]
use domain::imports::{DateOrder, Fate, Field, ImportOptions, ImportState, Mapping};
#[cfg(feature = "ssr")]
use services::imports;

/// Everything the page about one import needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportView {
    pub mapping: MappingView,
    /// One page of rows, once they have fates.
    pub rows: Option<Page<PreviewRow>>,
    /// What is sold: for rows that name no package.
    pub packages: Vec<(PackageId, String)>,
    pub now: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportsView {
    pub imports: Vec<ImportSummary>,
    pub now: DateTime<Utc>,
}

#[server(endpoint = "imports/list")]
pub async fn list_imports() -> Result<ImportsView, UiError> {
    let session = Session::get()?;
    let imports = imports::list(&session.services, session.caller()?).await?;
    Ok(ImportsView { imports, now: session.services.now() })
}

/// One import with a page of its rows, of the given fates or of all.
#[server(endpoint = "imports/show")]
pub async fn show_import(id: ImportId, #[server(default)] fates: Vec<String>, page: u32, size: u32) -> Result<ImportView, UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let mapping = imports::get(&session.services, caller, id).await?;
    let fates: Vec<Fate> = fates.iter().filter_map(|slug| Fate::from_slug(slug)).collect();
    let judged = matches!(mapping.import.state, ImportState::Previewed | ImportState::Done | ImportState::Failed | ImportState::Undone);
    let rows = match judged {
        true => Some(imports::preview_rows(&session.services, caller, id, &fates, Paging::new(page.into(), size.into())).await?),
        false => None,
    };
    let choosing = matches!(mapping.import.state, ImportState::Mapping | ImportState::Previewing | ImportState::Previewed);
    let packages = if choosing { services::packages::list_packages(&session.services, caller).await? } else { Vec::new() };
    let packages = packages.into_iter().filter(|package| !package.archived).map(|package| (package.id, package.name)).collect();
    Ok(ImportView { mapping, rows, packages, now: session.services.now() })
}

/// What the forms of the columns and of the preview send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoicesForm {
    /// For each column of the file the slug of a field, or nothing.
    #[serde(default)]
    pub mapping: Vec<String>,
    #[serde(default)]
    pub create_packages: bool,
    #[serde(default)]
    pub generate_passwords: bool,
    #[serde(default)]
    pub default_package: String,
    #[serde(default)]
    pub date_order: String,
    /// Prices of packages to be created: their keys, and as many amounts as typed.
    #[serde(default)]
    pub price_keys: Vec<String>,
    #[serde(default)]
    pub prices: Vec<String>,
}

/// Takes the columns and options and judges every row.
#[server(endpoint = "imports/map")]
pub async fn map_import(id: ImportId, form: ChoicesForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let (mapping, options) = choices(&form)?;
    let judged = imports::set_mapping(&session.services, caller, id, mapping.clone(), options).await;
    judged.map_err(|error| at_columns(error.into(), &mapping))?;
    leptos_axum::redirect(&format!("/imports/{id}"));
    Ok(())
}

#[cfg(feature = "ssr")]
fn choices(form: &ChoicesForm) -> Result<(Mapping, ImportOptions), UiError> {
    let mapping = form.mapping.iter().map(|slug| Field::from_slug(slug)).collect();
    let default_package = match form.default_package.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| UiError::Invalid(vec![Problem::new("default_package", "problem-choice")]))?),
    };
    let date_order = match form.date_order.as_str() {
        "day_first" => Some(DateOrder::DayFirst),
        "month_first" => Some(DateOrder::MonthFirst),
        _ => None,
    };
    let prices = form.price_keys.iter().cloned().zip(form.prices.iter().map(|price| price.trim().to_owned()));
    let options = ImportOptions {
        create_packages: form.create_packages,
        generate_passwords: form.generate_passwords,
        default_package,
        date_order,
        package_prices: prices.filter(|(_, price)| !price.is_empty()).collect(),
    };
    Ok((mapping, options))
}

/// A problem of a field is shown at the last column that holds it: on screen there are columns, not fields.
#[cfg(feature = "ssr")]
fn at_columns(error: UiError, mapping: &Mapping) -> UiError {
    let UiError::Invalid(problems) = error else { return error };
    let place = |mut problem: Problem| {
        if let Some(field) = Field::from_slug(&problem.field) {
            let column = mapping.iter().rposition(|mapped| *mapped == Some(field));
            problem.field = column.map(|column| column.to_string()).unwrap_or_default();
        }
        problem
    };
    UiError::Invalid(problems.into_iter().map(place).collect())
}

#[server(endpoint = "imports/start")]
pub async fn start_import(id: ImportId) -> Result<(), UiError> {
    let session = Session::get()?;
    imports::start(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect(&format!("/imports/{id}"));
    Ok(())
}

#[server(endpoint = "imports/undo")]
pub async fn undo_import(id: ImportId) -> Result<(), UiError> {
    let session = Session::get()?;
    imports::start_undo(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect(&format!("/imports/{id}"));
    Ok(())
}
