//! Server functions of somebody's own account: what the forms of its pages send.

use crate::{Session, UiError};
use domain::keys::KeyForm;
use domain::trust::SignInRuleForm;
use leptos::prelude::*;
use leptos_axum::redirect;
use services::people::{self, PasswordForm};
use uuid::Uuid;

#[server(endpoint = "account/save")]
pub async fn save_own(name: String, #[server(default)] language: String, version: i32) -> Result<(), UiError> {
    let session = Session::get()?;
    people::save_own_account(&session.services, session.who()?, &name, &language, version).await?;
    Ok(())
}

#[server(endpoint = "account/password")]
pub async fn change_password(form: PasswordForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let token = people::change_password(&session.services, session.who()?, &form).await?;
    session.renew(&token);
    redirect("/account/security");
    Ok(())
}

#[server(endpoint = "account/verify-ask")]
pub async fn ask_verification(what: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let address = people::Address::from_slug(&what).ok_or(UiError::NotFound)?;
    people::ask_verification(&session.services, session.who()?, address).await?;
    redirect(&format!("/account/verify/{what}?sent=1"));
    Ok(())
}

#[server(endpoint = "account/verify")]
pub async fn verify_address(what: String, code: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let address = people::Address::from_slug(&what).ok_or(UiError::NotFound)?;
    people::verify_address(&session.services, session.who()?, address, &code).await?;
    redirect("/account");
    Ok(())
}

#[server(endpoint = "account/end-session")]
pub async fn end_session(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    people::end_session(&session.services, session.who()?, id).await?;
    Ok(())
}

#[server(endpoint = "account/end-others")]
pub async fn end_others() -> Result<(), UiError> {
    let session = Session::get()?;
    people::end_other_sessions(&session.services, session.who()?).await?;
    Ok(())
}

#[server(endpoint = "account/factor-begin")]
pub async fn begin_factor() -> Result<(), UiError> {
    let session = Session::get()?;
    people::begin_second_factor(&session.services, session.who()?).await?;
    redirect("/account/second-factor");
    Ok(())
}

#[server(endpoint = "account/factor-confirm")]
pub async fn confirm_factor(code: String) -> Result<(), UiError> {
    let session = Session::get()?;
    people::confirm_second_factor(&session.services, session.who()?, &code).await?;
    redirect("/account/recovery-codes");
    Ok(())
}

#[server(endpoint = "account/factor-drop")]
pub async fn drop_factor() -> Result<(), UiError> {
    let session = Session::get()?;
    people::drop_second_factor(&session.services, session.who()?).await?;
    redirect("/account/security");
    Ok(())
}

#[server(endpoint = "account/codes-new")]
pub async fn new_codes() -> Result<(), UiError> {
    let session = Session::get()?;
    people::new_recovery_codes(&session.services, session.who()?).await?;
    redirect("/account/recovery-codes");
    Ok(())
}

#[server(endpoint = "account/codes-kept")]
pub async fn codes_kept() -> Result<(), UiError> {
    let session = Session::get()?;
    people::keep_recovery_codes(&session.services, session.who()?).await?;
    redirect("/account/security");
    Ok(())
}

#[server(endpoint = "account/rules")]
pub async fn save_rules(form: SignInRuleForm) -> Result<(), UiError> {
    let session = Session::get()?;
    people::set_sign_in_rule(&session.services, session.caller()?, &form).await?;
    Ok(())
}

#[server(endpoint = "account/networks")]
pub async fn save_networks(#[server(default)] networks: String) -> Result<(), UiError> {
    let session = Session::get()?;
    people::set_networks(&session.services, session.caller()?, &networks).await?;
    Ok(())
}

#[server(endpoint = "account/key-make")]
pub async fn make_key(form: KeyForm) -> Result<(), UiError> {
    let session = Session::get()?;
    services::keys::make_key(&session.services, session.caller()?, &form).await?;
    redirect("/account/keys");
    Ok(())
}

#[server(endpoint = "account/key-rotate")]
pub async fn rotate_key(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    services::keys::rotate_key(&session.services, session.caller()?, id).await?;
    redirect("/account/keys");
    Ok(())
}

#[server(endpoint = "account/key-revoke")]
pub async fn revoke_key(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    services::keys::revoke_key(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "account/key-copied")]
pub async fn copied_key() -> Result<(), UiError> {
    let session = Session::get()?;
    services::keys::forget_shown(&session.services, session.caller()?).await?;
    redirect("/account/keys");
    Ok(())
}
