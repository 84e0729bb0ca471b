//! The one reading of a subscribers list's query string: the page, its server function and the export all ask here, so
//! that a file holds exactly what the screen showed. Nonsense in the URL filters nothing.

use domain::customers::{LineState, MoneyFilter, SubscriberFilter, SubscriberSort};
use ui::prelude::{ListQuery, Query};

/// Which subscribers `?q=…&state=…&online=…&money=…&package=…&import=…&zone=…&sort=…` asks for.
pub fn subscriber_filter(query: &Query) -> SubscriberFilter {
    let list = ListQuery::from(query);
    let (sort, descending) = match list.sort.as_ref().map(|sort| (sort.key.as_str(), sort.descending)) {
        Some(("number", descending)) => (SubscriberSort::Number, descending),
        Some(("newest", descending)) => (SubscriberSort::Newest, descending),
        Some(("name", descending)) => (SubscriberSort::Name, descending),
        _ => (SubscriberSort::Name, false),
    };
    SubscriberFilter {
        search: list.search,
        state: query.get("state").and_then(LineState::from_slug),
        online: query.get("online").and_then(yes_or_no),
        money: query.get("money").and_then(money),
        package_id: query.get("package").and_then(|id| id.parse().ok()),
        import_id: query.get("import").and_then(|id| id.parse().ok()),
        zone: query.get("zone").and_then(|id| id.parse().ok()),
        sort,
        descending,
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn money(text: &str) -> Option<MoneyFilter> {
    match text {
        "due" => Some(MoneyFilter::Due),
        "overdue" => Some(MoneyFilter::Overdue),
        "clear" => Some(MoneyFilter::Clear),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_read() {
        let id = "0197f9a0-0000-7000-8000-000000000001";
        let filter = subscriber_filter(&Query::parse(&format!(
            "?q=%E0%A6%B0%E0%A6%B9%E0%A6%BF%E0%A6%AE&state=suspended&online=no&money=overdue&package={id}&import={id}&zone={id}&sort=-number&page=3"
        )));
        assert_eq!(filter.search, "রহিম");
        assert_eq!(filter.state, Some(LineState::Suspended));
        assert_eq!(filter.online, Some(false));
        assert_eq!(filter.money, Some(MoneyFilter::Overdue));
        assert_eq!(filter.package_id.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(filter.import_id.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(filter.zone.map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!((filter.sort, filter.descending), (SubscriberSort::Number, true));
    }

    #[test]
    fn nonsense_filters_nothing() {
        let filter = subscriber_filter(&Query::parse("state=asleep&online=maybe&money=lots&package=7&import=x&zone=y&sort=-shoe"));
        assert_eq!(filter, SubscriberFilter::default());
    }
}
