//! The one reading of a payments list's query string. Nonsense in the URL filters nothing.

use chrono::NaiveDate;
use domain::CustomerId;
use ui::prelude::{ListQuery, Query};

/// What `?q=…&on=2026-11-21&customer=…` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub search: String,
    pub on: Option<NaiveDate>,
    pub customer_id: Option<CustomerId>,
}

pub fn wanted(query: &Query) -> Wanted {
    Wanted {
        search: ListQuery::from(query).search,
        on: query.get("on").and_then(|day| day.parse().ok()),
        customer_id: query.get("customer").and_then(|id| id.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_read_and_nonsense_is_not() {
        let id = "0197f9a0-0000-7000-8000-000000000001";
        let found = wanted(&Query::parse(&format!("q=RCT&on=2026-11-21&customer={id}")));
        assert_eq!(found.on.map(|day| day.to_string()).as_deref(), Some("2026-11-21"));
        assert_eq!(found.customer_id.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(wanted(&Query::parse("on=today&customer=7")), Wanted::default());
    }
}
