//! Where the page stands in the frame, and where the reader is. The script goes from page to page and says so; here is
//! what the frame needs to follow it.

use leptos::prelude::*;
use ui::prelude::*;

/// The place of a page in the frame. The server puts the text into it; in the browser the script does.
#[component]
pub(crate) fn DrawnPage() -> impl IntoView {
    let (html, at) = text();
    view! { <div id="page" class="drawn" data-at=at inner_html=html></div> }
}

#[cfg(feature = "ssr")]
fn text() -> (String, String) {
    super::of_request().map(|drawn| (drawn.html.clone(), drawn.at.clone())).unwrap_or_default()
}

/// Waking up touches neither.
#[cfg(not(feature = "ssr"))]
fn text() -> (String, String) {
    Default::default()
}

/// Says where the reader is, once for everything below.
#[cfg(feature = "ssr")]
pub(crate) fn provide_place() {
    let at = super::of_request().map(|drawn| drawn.at.clone()).unwrap_or_default();
    let (path, query) = at.split_once('?').unwrap_or((&at, ""));
    provide_current_url(CurrentUrl::fixed(path, query));
}

#[cfg(not(feature = "ssr"))]
pub(crate) fn provide_place() {
    let (path, query) = (RwSignal::new(String::new()), RwSignal::new(Query::default()));
    let look = move || {
        let place = window().location();
        path.set(place.pathname().unwrap_or_default());
        query.set(Query::parse(&place.search().unwrap_or_default()));
    };
    look();
    provide_current_url(CurrentUrl { path: path.into(), query: query.into() });
    // The app lives as long as its page: nothing has to be taken back.
    let _ = window_event_listener_untyped("lastmile:moved", move |_| look());
}
