//! Server functions of moves to RADIUS: what the forms of a router's page send.

use crate::{Session, UiError};
use domain::router_moves::MoveForm;
use domain::{RouterId, RouterMoveId};
use leptos::prelude::*;
use services::router_moves;

/// The look was read: begin.
#[server(endpoint = "router-moves/begin")]
pub async fn begin_router_move(router: RouterId, #[server(default)] form: MoveForm) -> Result<(), UiError> {
    let session = Session::get()?;
    router_moves::begin(&session.services, session.caller()?, router, &form).await?;
    Ok(())
}

/// Rests after the wave that is under way.
#[server(endpoint = "router-moves/stop")]
pub async fn stop_router_move(id: RouterMoveId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(router_moves::stop(&session.services, session.caller()?, id).await?)
}

/// Goes on; without a test whoever asks writes the name of the router.
#[server(endpoint = "router-moves/go-on")]
pub async fn go_on_router_move(id: RouterMoveId, #[server(default)] name: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(router_moves::go_on(&session.services, session.caller()?, id, &name).await?)
}

#[server(endpoint = "router-moves/test-again")]
pub async fn test_router_move_again(id: RouterMoveId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(router_moves::test_again(&session.services, session.caller()?, id).await?)
}

/// Makes everything as it was.
#[server(endpoint = "router-moves/back")]
pub async fn return_router_move(id: RouterMoveId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(router_moves::go_back(&session.services, session.caller()?, id).await?)
}

/// Removes the old secrets from the router.
#[server(endpoint = "router-moves/clear")]
pub async fn clear_router_move(id: RouterMoveId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(router_moves::clear(&session.services, session.caller()?, id).await?)
}
