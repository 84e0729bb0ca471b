//! One signal that tells whether the browser half has taken over, for the few things that must not be in the first render.
//! Nothing else in the app may ask on which side it runs.

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Hydrated(RwSignal<bool>);

/// Call once, at the top of the app. Also sets `data-ready` on `<html>`, which tests wait for.
pub fn provide_hydrated() {
    let hydrated = RwSignal::new(false);
    provide_context(Hydrated(hydrated));
    Effect::new(move |_| {
        hydrated.set(true);
        if let Some(root) = document().document_element() {
            // Refused only by a detached document, and then nobody is waiting.
            let _ = root.set_attribute("data-ready", "");
        }
    });
}

/// False on the server and in the browser's first render, true from then on.
pub fn use_hydrated() -> Signal<bool> {
    match use_context::<Hydrated>() {
        Some(Hydrated(signal)) => signal.into(),
        None => Signal::stored(false),
    }
}
