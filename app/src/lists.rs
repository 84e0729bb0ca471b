//! What lists read in the same way from the query string. It knows no noun.

use domain::customers::Paging;
use ui::prelude::{ListQuery, Query};

/// Which page of a list the URL asks for.
pub(crate) fn paging(query: &Query) -> Paging {
    let list = ListQuery::from(query);
    Paging::new(list.page.into(), list.size.into())
}

/// A total as lists take it.
pub(crate) fn count(total: i64) -> u64 {
    u64::try_from(total).unwrap_or_default()
}
