//! Looking again at what changes by itself: a run, an import, who is online. Only in the browser and only while the
//! page is seen; without the browser half a reload does the same.

use leptos::prelude::*;
use std::time::Duration;

/// Calls `look` every so often for as long as the page is there.
pub(crate) fn every(seconds: u64, look: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        let look = look.clone();
        let tick = move || {
            if !document().hidden() {
                look();
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(seconds)) {
            on_cleanup(move || handle.clear());
        }
    });
}
