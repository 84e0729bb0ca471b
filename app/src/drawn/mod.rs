//! Pages that the server draws: their text is made by views that only the server has, and the frame in the browser
//! swaps it. `pages` says which there are, `draw` makes one, `script.js` moves between them and sends their forms.

mod place;

#[cfg(feature = "ssr")]
mod draw;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod proof;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
mod script;

pub(crate) use place::{DrawnPage, provide_place};

#[cfg(feature = "ssr")]
pub(crate) use draw::of_request;
#[cfg(feature = "ssr")]
pub use draw::{Drawing, Drawn, draw};
#[cfg(feature = "ssr")]
pub use pages::{is_drawn, patterns};
#[cfg(feature = "ssr")]
pub use proof::{PROOF, draw_proof};
#[cfg(feature = "ssr")]
pub(crate) use script::Script;
#[cfg(feature = "ssr")]
pub use script::{SCRIPT, script_name};

/// Where a form is sent that calls the server function `T`.
#[cfg(feature = "ssr")]
pub(crate) fn action<T: leptos::server_fn::ServerFn>() -> &'static str {
    T::PATH
}
