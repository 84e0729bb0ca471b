//! Server functions of cash desks: what their forms send.

use crate::{Session, UiError};
use leptos::prelude::*;
use services::cash;
use uuid::Uuid;

#[server(endpoint = "cash/propose")]
pub async fn propose_hand_over(receiver_id: String, amount: String, #[server(default)] note: String, key: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let form = cash::HandOverForm { receiver_id, amount, note, key };
    cash::propose(&session.services, session.caller()?, &form).await?;
    Ok(())
}

#[server(endpoint = "cash/count")]
pub async fn count_hand_over(id: Uuid, counted: String, #[server(default)] answer: String) -> Result<(), UiError> {
    let session = Session::get()?;
    cash::count(&session.services, session.caller()?, id, &counted, &answer).await?;
    Ok(())
}

#[server(endpoint = "cash/agree")]
pub async fn agree_hand_over(id: Uuid, seen: String) -> Result<(), UiError> {
    let session = Session::get()?;
    cash::agree(&session.services, session.caller()?, id, &seen).await?;
    Ok(())
}

#[server(endpoint = "cash/withdraw")]
pub async fn withdraw_hand_over(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    cash::withdraw(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "cash/move")]
pub async fn move_cash(
    drawer: Uuid,
    direction: String,
    counterpart: String,
    amount: String,
    #[server(default)] note: String,
    key: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let form = cash::MoveForm { direction, counterpart, amount, note, key };
    cash::move_cash(&session.services, session.caller()?, drawer, &form).await?;
    Ok(())
}

#[server(endpoint = "cash/close")]
pub async fn close_cash_day(drawer: Uuid, counted: String, book: String, #[server(default)] note: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let form = cash::CloseForm { counted, book, note };
    cash::close_day(&session.services, session.caller()?, drawer, &form).await?;
    Ok(())
}
