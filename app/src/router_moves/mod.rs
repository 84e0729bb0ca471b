//! Moving a router to RADIUS on screen: what would happen, the run while it works, and what a person may want of it.

pub mod api;
mod page;
mod plan;
mod report;

pub(crate) use page::{button, migrate};

use domain::router_moves::MoveState;
use leptos::prelude::*;
use ui::prelude::*;

/// How a run stands, in colour, picture and word.
fn state_badge(state: MoveState) -> AnyView {
    let (tone, icon) = match state {
        MoveState::Waiting | MoveState::Preparing | MoveState::Testing | MoveState::Moving | MoveState::Finishing | MoveState::Clearing => {
            (Tone::Info, "loader-circle")
        }
        MoveState::Asking => (Tone::Warning, "circle-alert"),
        MoveState::Paused => (Tone::Warning, "circle-pause"),
        MoveState::Done | MoveState::Cleared => (Tone::Good, "circle-check"),
        MoveState::Returning | MoveState::Returned => (Tone::Warning, "undo-2"),
        MoveState::Refused => (Tone::Bad, "circle-x"),
    };
    view! { <StatusBadge tone=tone icon=icon label=t(&format!("move-state-{}", state.slug()))/> }.into_any()
}
