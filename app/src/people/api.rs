//! Server functions of people: what the forms of their pages send.

use crate::{Session, UiError};
use domain::people::{BranchInput, PersonForm, Preset, RightsForm, SpecialForm, TitleForm, ZoneInput};
use domain::{AccountId, BranchId, CustomerId, Problem, ZoneId};
use leptos::prelude::*;
use leptos_axum::redirect;
use services::accounts;
use uuid::Uuid;

/// Makes somebody and opens his page, where his first password is seen.
#[server(endpoint = "people/create")]
pub async fn create_person(form: PersonForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = accounts::create_person(&session.services, session.caller()?, &form).await?;
    redirect(&format!("/people/{id}"));
    Ok(())
}

#[server(endpoint = "people/update")]
pub async fn update_person(id: AccountId, version: i32, form: PersonForm) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::update_person(&session.services, session.caller()?, id, version, &form).await?;
    redirect(&format!("/people/{id}"));
    Ok(())
}

#[server(endpoint = "people/suspend")]
pub async fn suspend_person(id: AccountId, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::suspend(&session.services, session.caller()?, id, &reason).await?;
    Ok(())
}

#[server(endpoint = "people/reinstate")]
pub async fn reinstate_person(id: AccountId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::reinstate(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "people/reset-password")]
pub async fn reset_password(id: AccountId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::reset_password(&session.services, session.caller()?, id).await?;
    redirect(&format!("/people/{id}"));
    Ok(())
}

#[server(endpoint = "people/password-passed-on")]
pub async fn password_passed_on(id: AccountId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::forget_first_password(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "people/reset-factor")]
pub async fn reset_factor(id: AccountId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::reset_second_factor(&session.services, session.caller()?, id).await?;
    redirect(&format!("/people/{id}"));
    Ok(())
}

/// One of his sessions, or all.
#[server(endpoint = "people/end-sessions")]
pub async fn end_sessions(id: AccountId, one: Option<Uuid>) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::end_sessions_of(&session.services, session.caller()?, id, one).await?;
    Ok(())
}

#[server(endpoint = "people/rights")]
pub async fn save_rights(id: AccountId, #[server(default)] form: RightsForm) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::save_rights(&session.services, session.caller()?, id, &form).await?;
    Ok(())
}

#[server(endpoint = "people/grant")]
pub async fn give_special(id: AccountId, form: SpecialForm) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::give_special(&session.services, session.caller()?, id, &form).await?;
    redirect(&format!("/people/{id}/rights"));
    Ok(())
}

#[server(endpoint = "people/revoke")]
pub async fn take_special(id: AccountId, grant: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::take_special(&session.services, session.caller()?, id, grant).await?;
    Ok(())
}

#[server(endpoint = "people/menus")]
pub async fn hide_menus(id: AccountId, #[server(default)] menus: Vec<String>) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::hide_menus(&session.services, session.caller()?, id, &menus).await?;
    Ok(())
}

#[server(endpoint = "people/delete")]
pub async fn delete_person(id: AccountId, #[server(default)] to: String) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::delete_person(&session.services, session.caller()?, id, taker(&to)?).await?;
    redirect("/people");
    Ok(())
}

/// Everybody of a seller's branch goes to another.
#[server(endpoint = "people/move-customers")]
pub async fn move_all(id: AccountId, #[server(default)] to: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let to = taker(&to)?.ok_or_else(|| unchosen("to"))?;
    accounts::move_all_customers(&session.services, session.caller()?, id, to).await?;
    redirect(&format!("/people/{id}"));
    Ok(())
}

/// One customer goes to another seller.
#[server(endpoint = "customers/move")]
pub async fn move_customer(customer: CustomerId, #[server(default)] to: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let to = taker(&to)?.ok_or_else(|| unchosen("to"))?;
    accounts::move_customers(&session.services, session.caller()?, &[customer], to).await?;
    Ok(())
}

fn unchosen(field: &str) -> UiError {
    UiError::Invalid(vec![Problem::new(field, "problem-choice")])
}

/// `own` is the caller himself, nothing is nobody.
fn taker(text: &str) -> Result<Option<Option<AccountId>>, UiError> {
    match text {
        "" => Ok(None),
        "own" => Ok(Some(None)),
        id => Ok(Some(Some(id.parse().map_err(|_| unchosen("to"))?))),
    }
}

#[server(endpoint = "people/titles")]
pub async fn save_titles(#[server(default)] form: TitleForm) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::set_role_titles(&session.services, session.caller()?, &form).await?;
    Ok(())
}

/// Opens somebody's account, in a session that says so on every page.
#[server(endpoint = "people/login-as")]
pub async fn login_as(id: AccountId, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let token = accounts::login_as(&session.services, session.caller()?, id, &reason).await?;
    session.renew(&token);
    redirect("/");
    Ok(())
}

/// Opens a subscriber's portal the same way.
#[server(endpoint = "customers/login-as")]
pub async fn login_as_customer(customer: CustomerId, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let token = accounts::login_as_customer(&session.services, session.caller()?, customer, &reason).await?;
    session.renew(&token);
    redirect("/");
    Ok(())
}

/// Makes a branch, or with `id` and `version` changes one.
#[server(endpoint = "people/branch")]
pub async fn save_branch(id: Option<BranchId>, version: Option<i32>, #[server(default)] form: BranchInput) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::save_branch(&session.services, session.caller()?, id.zip(version), &form).await?;
    redirect("/people/branches");
    Ok(())
}

#[server(endpoint = "people/branch-delete")]
pub async fn delete_branch(id: BranchId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::delete_branch(&session.services, session.caller()?, id).await?;
    redirect("/people/branches");
    Ok(())
}

/// Holds somebody to these branches; none is all of them.
#[server(endpoint = "people/hold")]
pub async fn hold_person(id: AccountId, #[server(default)] branches: Vec<BranchId>) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::hold_to_branches(&session.services, session.caller()?, id, &branches).await?;
    Ok(())
}

#[server(endpoint = "customers/branch")]
pub async fn move_to_branch(customer: CustomerId, branch: BranchId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::move_to_branch(&session.services, session.caller()?, customer, branch).await?;
    Ok(())
}

/// Makes a zone, or with `id` and `version` changes one.
#[server(endpoint = "people/zone")]
pub async fn save_zone(id: Option<ZoneId>, version: Option<i32>, #[server(default)] form: ZoneInput) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::save_zone(&session.services, session.caller()?, id.zip(version), &form).await?;
    redirect("/people/zones");
    Ok(())
}

#[server(endpoint = "people/zone-delete")]
pub async fn delete_zone(id: ZoneId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::delete_zone(&session.services, session.caller()?, id).await?;
    redirect("/people/zones");
    Ok(())
}

/// Holds somebody to these zones and the one that is named; none is all of them.
#[server(endpoint = "people/hold-zones")]
pub async fn hold_to_zones(id: AccountId, #[server(default)] zones: Vec<ZoneId>, #[server(default)] add: String) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::hold_to_zones(&session.services, session.caller()?, id, &zones, &add).await?;
    Ok(())
}

fn preset_of(slug: &str) -> Result<Preset, UiError> {
    Preset::from_slug(slug).ok_or(UiError::NotFound)
}

/// What a set of rights holds from now on.
#[server(endpoint = "people/preset")]
pub async fn save_preset(preset: String, version: i32, #[server(default)] keys: Vec<String>) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::save_preset(&session.services, session.caller()?, preset_of(&preset)?, version, &keys).await?;
    redirect("/people/presets");
    Ok(())
}

#[server(endpoint = "people/preset-restore")]
pub async fn restore_preset(preset: String) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::restore_preset(&session.services, session.caller()?, preset_of(&preset)?).await?;
    Ok(())
}

/// Somebody has what his set holds.
#[server(endpoint = "people/preset-bring")]
pub async fn bring_to_preset(id: AccountId) -> Result<(), UiError> {
    let session = Session::get()?;
    accounts::bring_to_preset(&session.services, session.caller()?, id).await?;
    Ok(())
}
