//! Setting routers up on screen: the templates and their versions, filling one in for a router, reading what would
//! happen, and watching it happen.

pub mod api;
mod deploy;
mod fill;
mod report;
mod rollout;
mod templates;

pub(crate) use deploy::deploy;
pub(crate) use fill::fill;
pub(crate) use report::report;
pub(crate) use rollout::rollout;
pub(crate) use templates::{edit_template, list, new_template};

use domain::provisioning::RunState;
use leptos::prelude::*;
use ui::prelude::*;

/// How a run stands, in colour, picture and word.
pub(crate) fn run_badge(state: RunState) -> AnyView {
    let (tone, icon) = match state {
        RunState::Draft => (Tone::Neutral, "file-text"),
        RunState::Waiting | RunState::Arming | RunState::Applying | RunState::Disarming => (Tone::Info, "loader-circle"),
        RunState::Undoing => (Tone::Warning, "undo-2"),
        RunState::Done => (Tone::Good, "circle-check"),
        RunState::RolledBack | RunState::Reverted => (Tone::Warning, "undo-2"),
        RunState::Refused => (Tone::Bad, "circle-x"),
    };
    let words = t(&format!("provision-state-{}", state.slug().replace('_', "-")));
    view! { <StatusBadge tone=tone icon=icon label=words/> }.into_any()
}
