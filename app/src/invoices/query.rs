//! The one reading of an invoices list's query string. Nonsense in the URL filters nothing.

use domain::billing::{InvoiceFilter, InvoiceState};
use ui::prelude::{ListQuery, Query};

/// Which invoices `?q=…&state=…&due_by=2026-11-21&run=…` asks for.
pub fn invoice_filter(query: &Query) -> InvoiceFilter {
    InvoiceFilter {
        search: ListQuery::from(query).search,
        state: query.get("state").and_then(InvoiceState::from_slug),
        run_id: query.get("run").and_then(|id| id.parse().ok()),
        due_by: query.get("due_by").and_then(|day| day.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_read_and_nonsense_is_not() {
        let id = "0197f9a0-0000-7000-8000-000000000001";
        let filter = invoice_filter(&Query::parse(&format!("q=INV+7&state=partly_paid&due_by=2026-11-21&run={id}")));
        assert_eq!((filter.search.as_str(), filter.state), ("INV 7", Some(InvoiceState::PartlyPaid)));
        assert_eq!(filter.due_by.map(|day| day.to_string()).as_deref(), Some("2026-11-21"));
        assert_eq!(filter.run_id.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(invoice_filter(&Query::parse("state=lost&due_by=2026-02-31&run=5")), InvoiceFilter::default());
    }
}
