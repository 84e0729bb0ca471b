//! Where the reader is: the path and query string that links and menus are built from.
//! It comes from a context that whoever puts pages together provides.

use leptos::prelude::*;

use crate::query::Query;

/// The current path and query as signals.
#[derive(Clone, Copy)]
pub struct CurrentUrl {
    pub path: Signal<String>,
    pub query: Signal<Query>,
}

impl CurrentUrl {
    /// A fixed place, for pages outside the router and for tests.
    pub fn fixed(path: &str, query: &str) -> Self {
        CurrentUrl { path: Signal::stored(path.to_owned()), query: Signal::stored(Query::parse(query)) }
    }

    /// Path and query together, to come back to.
    pub fn here(&self) -> String {
        self.query.get().href(&self.path.get())
    }
}

/// Says where we are, once for everything below.
pub fn provide_current_url(url: CurrentUrl) {
    provide_context(url);
}

/// Where we are.
pub fn use_current_url() -> CurrentUrl {
    use_context::<CurrentUrl>().unwrap_or_else(|| CurrentUrl::fixed("/", ""))
}
