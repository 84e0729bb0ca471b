//! All networks as a tree with how full each is. A search by address shows the networks that hold it.

use super::{category_words, fill};
use crate::UiError;
use crate::drawn::Drawing;
use domain::addresses::{BlockView, Category};
use domain::rights::Permission;
use leptos::prelude::*;
use services::addresses;
use std::net::IpAddr;
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let all = addresses::list_blocks(at.services(), at.caller()?).await?;
    let may = at.visit().may(Permission::NetworkEdit);
    let add = may.then(|| view! { <LinkButton href="/addresses/new" label=t("addresses-add") icon="plus" style=ButtonStyle::Primary/> });
    let ways = view! { <LinkButton href="/addresses/who" label=t("addresses-who") icon="history" style=ButtonStyle::Secondary/> {add} };
    let header = view! { <PageHeader title=t("addresses-title") subtitle=t("addresses-lead") actions=ways.into_any()/> };
    if all.is_empty() {
        let add =
            may.then(|| view! { <LinkButton href="/addresses/new" label=t("addresses-add") icon="plus" style=ButtonStyle::Primary/> });
        let empty = view! { <EmptyState icon="network" title=t("addresses-empty") body=t("addresses-empty-body") action=add.into_any()/> };
        return Ok(view! { {header}<Card>{empty}</Card> }.into_any());
    }
    let search = ListQuery::from(at.query()).search;
    let categories: Vec<&str> = at.query().all("category").collect();
    let options = Category::ALL.iter().filter(|category| all.iter().any(|view| view.block.category == **category));
    let options = options.map(|category| FilterOption::new(category.slug(), category_words(*category))).collect();
    let found: Vec<&BlockView> = all
        .iter()
        .filter(|view| matches(view, &search) && (categories.is_empty() || categories.contains(&view.block.category.slug())))
        .collect();
    // Cut out of the tree, depth says nothing.
    let flat = found.len() < all.len();
    let rows = found.into_iter().map(|view| row(view, flat)).collect();
    let columns = vec![
        Column::new(t("address-network")),
        Column::new(t("address-name")),
        Column::new(t("address-category")),
        Column::new(t("address-used")).numeric(),
        Column::new(t("address-resting")).numeric(),
        Column::new(t("address-full")),
    ];
    let none = view! { <EmptyState icon="search-x" title=t("addresses-none-found") body=t("addresses-none-found-body")/> }.into_any();
    let page = view! {
        {header}
        <div class="list-tools">
            <SearchBox placeholder=t("addresses-search")/>
            <FilterChips name="category" label=t("address-category") options=options many=true/>
        </div>
        <Card flush=true><DataTable caption=t("addresses-title") columns=columns rows=rows empty=none/></Card>
    };
    Ok(page.into_any())
}

/// By an address that it holds, or by its name, its pool or how it is written.
fn matches(view: &BlockView, search: &str) -> bool {
    let (words, block) = (search.trim().to_lowercase(), &view.block);
    if let Ok(address) = words.parse::<IpAddr>() {
        return block.network.contains(address);
    }
    let pool = block.pool.as_deref().unwrap_or_default();
    words.is_empty()
        || [&block.name, &block.vrf, &block.network.to_string(), pool].iter().any(|text: &&str| text.to_lowercase().contains(&words))
}

fn row(view: &BlockView, flat: bool) -> Row {
    let block = &view.block;
    let depth = if flat { 0 } else { view.depth.min(6) };
    let indent = ["", "pl-5", "pl-10", "pl-14", "pl-18", "pl-22", "pl-26"][depth];
    let vrf = (!block.vrf.is_empty()).then(|| view! { <span class="muted">" "{block.vrf.clone()}</span> });
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let pool = block.pool.clone().map(|pool| view! { <span class="muted block text-[0.8125rem]">{pool}</span> });
    Row::new(block.id, block.network.to_string())
        .href(format!("/addresses/{}", block.id))
        .cell(view! { <span class=indent><span class="figure font-semibold">{block.network.to_string()}</span>{vrf}</span> })
        .cell(view! { <span>{block.name.clone()}{pool}</span> })
        .cell(category_words(block.category))
        .cell(view! { <NumberText value=number(view.used)/> })
        .cell(view! { <NumberText value=number(view.resting)/> })
        .cell(fill(view))
}
