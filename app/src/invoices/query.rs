//! The one reading of an invoices list's query string. Nonsense in the URL filters nothing.

use domain::billing::{InvoiceFilter, InvoiceState};
use domain::{Currency, Money};
use ui::prelude::{ListQuery, Query};

/// Which invoices `?q=…&state=…&due_by=2026-11-21&run=…` asks for.
pub fn invoice_filter(query: &Query, currency: Currency) -> InvoiceFilter {
    InvoiceFilter {
        search: ListQuery::from(query).search,
        state: query.get("state").and_then(InvoiceState::from_slug),
        run_id: query.get("run").and_then(|id| id.parse().ok()),
        due_by: query.get("due_by").and_then(|day| day.parse().ok()),
        from: query.get("from").and_then(|day| day.parse().ok()),
        until: query.get("until").and_then(|day| day.parse().ok()),
        least: amount(query, "least", currency),
        most: amount(query, "most", currency),
    }
}

/// An amount of a filter as somebody typed it.
pub(crate) fn amount(query: &Query, name: &str, currency: Currency) -> Option<i64> {
    query.get(name).and_then(|text| Money::parse(text, currency).ok()).map(|money| money.minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_read_and_nonsense_is_not() {
        let id = "0197f9a0-0000-7000-8000-000000000001";
        let filter =
            invoice_filter(&Query::parse(&format!("q=INV+7&state=partly_paid&due_by=2026-11-21&run={id}&least=1,000")), Currency::Bdt);
        assert_eq!((filter.search.as_str(), filter.state), ("INV 7", Some(InvoiceState::PartlyPaid)));
        assert_eq!(filter.due_by.map(|day| day.to_string()).as_deref(), Some("2026-11-21"));
        assert_eq!((filter.least, filter.most), (Some(100_000), None));
        assert_eq!(filter.run_id.map(|id| id.to_string()).as_deref(), Some(id));
        let nonsense = Query::parse("state=lost&due_by=2026-02-31&run=5&most=much");
        assert_eq!(invoice_filter(&nonsense, Currency::Bdt), InvoiceFilter::default());
    }
}
