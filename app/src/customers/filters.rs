//! What stands above the subscribers list: search and chips that only change the URL, and the choice of a package, a
//! small form that sends itself as soon as the browser half is there.

use domain::PackageId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ui::prelude::*;

/// A row of its own at a desk; on a phone one line that scrolls, instead of one for each filter.
const ONE_LINE_ON_A_PHONE: &str = "flex basis-full flex-wrap items-center gap-x-3 gap-y-2 max-md:-mx-4 max-md:flex-nowrap max-md:gap-1.5 \
    max-md:overflow-x-auto max-md:px-4 max-md:[scrollbar-width:none] max-md:[&_.chips]:mx-0 max-md:[&_.chips]:overflow-visible max-md:[&_.chips]:px-0";

/// Search, state, presence and money. It stays in place while the list below is fetched anew.
#[component]
pub(super) fn SubscriberFilters() -> AnyView {
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
            <ImportChip/>
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

/// Only those who came with one import: shown while the URL says so, and taken off with a click.
#[component]
fn ImportChip() -> AnyView {
    let url = use_current_url();
    let href = move || url.query.get().remove("import").first_page().href(&url.path.get());
    let words = t("customer-filter-import");
    let removal = t_with("table-filter-remove", &[("label", words.as_str().into())]);
    view! {
        <nav class="chips" aria-label=t("table-filters") hidden=move || url.query.with(|query| query.get("import").is_none())>
            <a class="chip chip-on" href=href title=removal aria-current="true">{words}<span class="chip-off"><Icon name="x"/></span></a>
        </nav>
    }
    .into_any()
}

/// One package, or all of them.
#[component]
pub(super) fn PackageFilter(packages: Vec<(PackageId, String)>) -> AnyView {
    let url = use_current_url();
    let hydrated = use_hydrated();
    let navigate = use_navigate();
    let here = url.query.get_untracked();
    let chosen = here.get("package").unwrap_or_default().to_string();
    let kept = here.without(&["package", "page"]);
    let others =
        kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view();
    let choose = move |event| {
        let query = url.query.get_untracked().set("package", event_target_value(&event)).first_page();
        navigate(&query.href(&url.path.get_untracked()), NavigateOptions::default());
    };
    let nothing = chosen.is_empty();
    let options = packages
        .into_iter()
        .map(|(id, name)| {
            let id = id.to_string();
            let selected = id == chosen;
            view! { <option value=id selected=selected>{name}</option> }
        })
        .collect_view();
    view! {
        <form method="get" action=url.path.get_untracked() class="row-line">
            {others}
            <span class="input-box input-box-select">
                <select class="input-plain" name="package" aria-label=t("customer-package") on:change=choose>
                    <option value="" selected=nothing>{t("customer-filter-packages")}</option>
                    {options}
                </select>
                <Icon name="chevron-down"/>
            </span>
            <button type="submit" class="button button-secondary" hidden=move || hydrated.get()>{t("action-apply")}</button>
        </form>
    }
    .into_any()
}
