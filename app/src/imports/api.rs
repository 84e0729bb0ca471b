//! Server functions of imports. The file itself comes as an ordinary upload, not through here.

use crate::{Session, UiError};
use domain::imports::{DateOrder, Field, ImportOptions, Mapping};
use domain::{ImportId, Problem};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use services::imports;

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
    pub skip_disabled: bool,
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
        skip_disabled: form.skip_disabled,
        default_package,
        date_order,
        package_prices: prices.filter(|(_, price)| !price.is_empty()).collect(),
    };
    Ok((mapping, options))
}

/// A problem of a field is shown at the last column that holds it: on screen there are columns, not fields.
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

/// The page that it stands on is drawn again: that of a file, or that of a router.
#[server(endpoint = "imports/start")]
pub async fn start_import(id: ImportId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(imports::start(&session.services, session.caller()?, id).await?)
}

#[server(endpoint = "imports/cancel")]
pub async fn cancel_import(id: ImportId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(imports::cancel(&session.services, session.caller()?, id).await?)
}

#[server(endpoint = "imports/go-on")]
pub async fn go_on_import(id: ImportId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(imports::go_on(&session.services, session.caller()?, id).await?)
}

#[server(endpoint = "imports/undo")]
pub async fn undo_import(id: ImportId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(imports::start_undo(&session.services, session.caller()?, id).await?)
}
