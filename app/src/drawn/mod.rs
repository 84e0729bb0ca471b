//! Pages that the server draws: their text is made by views that only the server has, and the frame in the browser
//! swaps it. `pages` says which there are, `draw` makes one, `script.js` moves between them and sends their forms.

#[cfg(feature = "ssr")]
mod draw;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod script;

#[cfg(feature = "ssr")]
pub use draw::{Drawing, Drawn, draw};
#[cfg(feature = "ssr")]
pub use pages::{is_drawn, patterns};
#[cfg(feature = "ssr")]
pub(crate) use script::Script;
#[cfg(feature = "ssr")]
pub use script::{SCRIPT, script_name};

use leptos::prelude::*;
use ui::prelude::*;

/// The place of a drawn page in the frame. The server puts the text into it; in the browser it only says when the
/// address has changed, and the script does the rest.
#[component]
pub fn DrawnPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    let (html, at) = draw::of_request();
    #[cfg(not(feature = "ssr"))]
    let (html, at) = (String::new(), String::new());
    let url = use_current_url();
    Effect::new(move |_| moved(&url.here()));
    view! { <div id="page" class="drawn" data-at=at inner_html=html></div> }
}

/// Where a form is sent that calls the server function `T`.
#[cfg(feature = "ssr")]
pub(crate) fn action<T: leptos::server_fn::ServerFn>() -> &'static str {
    T::PATH
}

#[cfg(feature = "hydrate")]
fn moved(to: &str) {
    let detail = web_sys::CustomEventInit::new();
    detail.set_detail(&to.into());
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("lastmile:moved", &detail) {
        // Fails only for an event that is being dispatched already.
        let _ = window().dispatch_event(&event);
    }
}

#[cfg(not(feature = "hydrate"))]
fn moved(_: &str) {}
