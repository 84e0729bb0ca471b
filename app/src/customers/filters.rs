//! What stands above the subscribers list: search and chips that only change the URL, and the choice of a package, a
//! small form that sends itself.

use leptos::prelude::*;
use ui::prelude::*;

/// A row of its own at a desk; on a phone one line that scrolls, instead of one for each filter.
const ONE_LINE_ON_A_PHONE: &str = "flex basis-full flex-wrap items-center gap-x-3 gap-y-2 max-md:-mx-4 max-md:flex-nowrap max-md:gap-1.5 \
    max-md:overflow-x-auto max-md:px-4 max-md:[scrollbar-width:none] max-md:[&_.chips]:mx-0 max-md:[&_.chips]:overflow-visible max-md:[&_.chips]:px-0";

/// Search, state, presence and money; `zone`: one that no list offers.
pub(super) fn filters(zone: Option<String>, query: &Query) -> AnyView {
    let states = ["active", "suspended", "expired", "pending", "terminated"];
    let states = states.map(|state| FilterOption::new(state, t(&format!("status-{state}")))).to_vec();
    let online = vec![FilterOption::new("yes", t("status-online")), FilterOption::new("no", t("status-offline"))];
    let money = vec![
        FilterOption::new("due", t("customer-filter-due")),
        FilterOption::new("overdue", t("customer-filter-overdue")),
        FilterOption::new("clear", t("customer-filter-clear")),
    ];
    view! {
        <div class="list-tools">
            <SearchBox placeholder=t("frame-search-customers")/>
            {query.get("import").map(|_| chip("import", t("customer-filter-import"), query))}
            {zone.map(|words| chip("zone", words, query))}
            <div class=ONE_LINE_ON_A_PHONE>
                <FilterChips name="state" label=t("customer-status") options=states/>
                <span class="h-5 w-px bg-line max-md:hidden"></span>
                <FilterChips name="online" label=t("customer-filter-online") options=online/>
                <span class="h-5 w-px bg-line max-md:hidden"></span>
                <FilterChips name="money" label=t("customer-filter-money") options=money/>
            </div>
        </div>
    }
    .into_any()
}

/// Only those of one import, or one zone, until it is taken off with a click.
fn chip(name: &'static str, words: String, query: &Query) -> AnyView {
    let href = query.remove(name).first_page().href("/customers");
    let removal = t_with("table-filter-remove", &[("label", words.as_str().into())]);
    view! {
        <nav class="chips" aria-label=t("table-filters")>
            <a class="chip chip-on" href=href title=removal aria-current="true">{words}<span class="chip-off"><Icon name="x"/></span></a>
        </nav>
    }
    .into_any()
}

/// One of these, or `all` of them.
pub(super) fn one_of(name: &'static str, (label, all): (String, String), options: Vec<(String, String)>, query: &Query) -> AnyView {
    let chosen = query.get(name).unwrap_or_default();
    let nothing = chosen.is_empty();
    let kept = query.without(&[name, "page"]);
    let others =
        kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view();
    let options = options.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    let options = options.collect_view();
    view! {
        <form method="get" action="/customers" class="row-line" data-live="">
            {others}
            <span class="input-box input-box-select">
                <select class="input-plain" name=name aria-label=label>
                    <option value="" selected=nothing>{all}</option>
                    {options}
                </select>
                <Icon name="chevron-down"/>
            </span>
            <noscript><button type="submit" class="button button-secondary">{t("action-apply")}</button></noscript>
        </form>
    }
    .into_any()
}
