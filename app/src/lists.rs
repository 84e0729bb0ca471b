//! What lists read in the same way from the query string and from what is typed. It knows no noun.

#[cfg(feature = "ssr")]
use domain::customers::Paging;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;
#[cfg(feature = "ssr")]
use ui::prelude::{ListQuery, Query};

/// Which page of a list the URL asks for.
#[cfg(feature = "ssr")]
pub(crate) fn paging(query: &Query) -> Paging {
    let list = ListQuery::from(query);
    Paging::new(list.page.into(), list.size.into())
}

/// A total as lists take it.
pub(crate) fn count(total: i64) -> u64 {
    u64::try_from(total).unwrap_or_default()
}

/// Runs `act` with what was typed last, once nothing was typed for a moment.
pub(crate) fn after_typing(act: impl Fn(String) + Clone + Send + Sync + 'static) -> Callback<String> {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let forget = move || {
        if let Some(Some(handle)) = waiting.try_get_value() {
            handle.clear();
        }
    };
    on_cleanup(forget);
    Callback::new(move |text: String| {
        forget();
        let act = act.clone();
        waiting.set_value(set_timeout_with_handle(move || act(text), Duration::from_millis(350)).ok());
    })
}
