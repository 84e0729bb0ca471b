//! The one reading of a payments list's query string, for the page and for its file. Nonsense in the URL filters
//! nothing.

use crate::invoices::query::amount;
use chrono::NaiveDate;
use domain::Currency;
use domain::payments::{Method, PaymentFilter, PaymentState};
use ui::prelude::{ListQuery, Query};

/// What `?q=…&from=2026-11-01&until=…&method=cash&state=held&collector=…&least=…&customer=…` asks for; `on` is one day.
pub fn payment_filter(query: &Query, currency: Currency) -> PaymentFilter {
    let day = |name: &str| query.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let on = day("on");
    PaymentFilter {
        search: ListQuery::from(query).search,
        customer_id: query.get("customer").and_then(|id| id.parse().ok()),
        from: on.or(day("from")),
        until: on.or(day("until")),
        method: query.get("method").and_then(Method::from_slug),
        collector: query.get("collector").and_then(|id| id.parse().ok()),
        state: query.get("state").and_then(PaymentState::from_slug),
        least: amount(query, "least", currency),
        most: amount(query, "most", currency),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_read_and_nonsense_is_not() {
        let id = "0197f9a0-0000-7000-8000-000000000001";
        let query =
            format!("q=RCT&from=2026-11-01&until=2026-11-21&customer={id}&collector={id}&method=bank&state=reversed&least=5&most=1,000");
        let found = payment_filter(&Query::parse(&query), Currency::Bdt);
        assert_eq!((found.search.as_str(), found.method, found.state), ("RCT", Some(Method::Bank), Some(PaymentState::Reversed)));
        assert_eq!((found.least, found.most), (Some(500), Some(100_000)));
        assert_eq!(found.customer_id.map(|id| id.to_string()), found.collector.map(|id| id.to_string()));
        assert_eq!((found.from, found.until), ("2026-11-01".parse().ok(), "2026-11-21".parse().ok()));
        let one = payment_filter(&Query::parse("on=2026-11-05&from=2026-01-01"), Currency::Bdt);
        assert_eq!((one.from, one.until), ("2026-11-05".parse().ok(), "2026-11-05".parse().ok()));
        assert_eq!(payment_filter(&Query::parse("on=today&customer=7&method=gold&most=x"), Currency::Bdt), PaymentFilter::default());
    }
}
