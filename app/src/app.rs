//! The interface as both halves have it: the frame, and in it the place of a page that the server draws.

use crate::drawn::{DrawnPage, provide_place};
use crate::panels::Frame;
use crate::visit::provide_visit;
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn App() -> impl IntoView {
    let visit = provide_visit();
    provide_language(visit.language());
    provide_place();
    provide_hydrated();
    view! { <Frame><DrawnPage/></Frame> }
}
