//! The list of packages, and a seller's own price list.

use super::words::{field_words, kind_words, speed, state, validity_text};
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use domain::Money;
use domain::packages::margin::margin;
use domain::packages::{Package, PackageKind};
use domain::rights::Permission;
use leptos::prelude::*;
use services::packages::{PriceRow, all_proposals, list_packages, my_prices};
use services::require;
use std::collections::HashMap;
use ui::prelude::*;

/// The ways between the pages of packages, with how many proposals wait.
pub(super) fn ways(at: &Drawing, open: usize) -> AnyView {
    let visit = at.visit();
    let way = |href: &'static str, label: String, icon: &'static str| {
        view! { <LinkButton href=href label=label icon=icon style=ButtonStyle::Secondary/> }
    };
    let masters = (visit.may(Permission::PackagesMaster) || visit.may(Permission::PackagesAssign))
        .then(|| way("/packages/masters", t("master-title"), "layout-dashboard"));
    let prices = visit.may(Permission::PackagesRetail).then(|| way("/packages/prices", t("price-list"), "tag"));
    let fair_use = visit.may(Permission::PackagesView).then(|| way("/packages/fair-use", t("usage-policies"), "gauge"));
    let proposals = (open > 0).then(|| {
        way("/packages/proposals", t_with("proposal-open-count", &[("count", i64::try_from(open).unwrap_or(i64::MAX).into())]), "bell")
    });
    let may_add = visit.may(Permission::PackagesEdit) || visit.may(Permission::PackagesRetail);
    let add = may_add.then(|| view! { <LinkButton href="/packages/new" label=t("package-add") icon="plus"/> });
    view! { {proposals}{masters}{fair_use}{prices}{add} }.into_any()
}

pub(crate) async fn list_page(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    let all = list_packages(at.services(), caller).await?;
    let knows = caller.allowed(Permission::PackagesMaster) || caller.allowed(Permission::PackagesRetail);
    let costs: HashMap<_, _> = match knows {
        true => my_prices(at.services(), caller).await?.into_iter().filter_map(|row| Some((row.master.id, row.cost?))).collect(),
        false => HashMap::new(),
    };
    let open = match caller.allowed(Permission::PackagesEdit) || caller.allowed(Permission::PackagesRetail) {
        true => all_proposals(at.services(), caller).await?.iter().filter(|one| one.state.slug() == "open").count(),
        false => 0,
    };
    let list = ListQuery::from(at.query());
    let word = list.search.to_lowercase();
    let wanted = |package: &&Package| {
        let kind: Vec<&str> = at.query().all("kind").collect();
        let on_sale = at.query().get("sale");
        (word.is_empty() || package.name.to_lowercase().contains(&word))
            && (kind.is_empty() || kind.contains(&package.terms.kind.slug()))
            && on_sale.is_none_or(|sale| (sale == "archived") == package.archived)
    };
    let found: Vec<_> = all.iter().filter(wanted).cloned().collect();
    let total = found.len();
    let offset = usize::try_from(list.offset()).unwrap_or_default();
    let page = found.into_iter().skip(offset).take(usize::try_from(list.size).unwrap_or(25));
    let used: Vec<_> = PackageKind::ALL.into_iter().filter(|kind| all.iter().any(|package| package.terms.kind == *kind)).collect();
    let kinds = used.into_iter().map(|kind| FilterOption::new(kind.slug(), kind_words(kind))).collect();
    let sale = vec![FilterOption::new("yes", t("status-on-sale")), FilterOption::new("archived", t("status-archived"))];
    let columns = vec![
        Column::new(t("package-name")),
        Column::new(t("package-kind")),
        Column::new(t("package-speed")),
        Column::new(t("package-price")).numeric(),
        Column::new(t("price-margin")).numeric(),
        Column::new(t("package-validity")),
        Column::new(t("package-subscribers")).numeric(),
        Column::new(t("common-status")),
    ];
    let rows: Vec<_> = page
        .map(|package| {
            let cost = package
                .master
                .as_ref()
                .and_then(|(master, _)| costs.get(master))
                .copied()
                .filter(|_| caller.owner_path.is_some() || package.seller.is_none());
            row(package, cost)
        })
        .collect();
    let header = view! { <PageHeader title=t("packages-title") actions=ways(&at, open)/> };
    if all.is_empty() {
        let add = view! { <LinkButton href="/packages/new" label=t("package-add") icon="plus" style=ButtonStyle::Primary/> };
        let empty =
            view! { <EmptyState icon="package" title=t("package-empty-title") body=t("package-empty-body") action=add.into_any()/> };
        return Ok(view! { {header}<Card>{empty}</Card> }.into_any());
    }
    let total = count(i64::try_from(total).unwrap_or(i64::MAX));
    let page = view! {
        {header}
        <div class="list-tools">
            <SearchBox placeholder=t("package-search")/>
            <FilterChips name="sale" label=t("common-status") options=sale/>
            <FilterChips name="kind" label=t("package-kind") options=kinds many=true/>
        </div>
        <Card flush=true><DataTable caption=t("packages-title") columns=columns rows=rows total=total/></Card>
    };
    Ok(page.into_any())
}

fn row(package: Package, cost: Option<Money>) -> Row {
    let seller = package.seller.as_ref().map(|(_, name)| view! { <span class="muted block text-[0.8125rem]">{name.clone()}</span> });
    let origin = package.master.as_ref().map(|(_, master)| {
        let own: Vec<_> = package.overridden.iter().map(|field| field_words(*field)).collect();
        let words = match own.is_empty() {
            true => t_with("package-follows", &[("master", master.as_str().into())]),
            false => t_with("package-follows-but", &[("master", master.as_str().into()), ("fields", own.join(", ").into())]),
        };
        view! { <span class="muted block text-[0.8125rem]">{words}</span> }
    });
    let next = package.next_price.map(|(day, money)| {
        let language = use_language();
        let money = locales::money(language, money.minor, money.currency.code());
        let words = t_with("price-next", &[("date", locales::date(language, day).into()), ("price", money.into())]);
        view! { <span class="muted block text-[0.8125rem]">{words}</span> }
    });
    let services = package.services;
    Row::new(package.id.to_string(), package.name.clone())
        .href(format!("/packages/{}", package.id))
        .cell(view! { <span>{package.name.clone()}{origin}{seller}</span> })
        .cell(kind_words(package.terms.kind))
        .cell(if package.terms.kind.has_line() { speed(package.terms.up_kbps, package.terms.down_kbps) } else { t("common-none") })
        .cell(view! { <span><MoneyText money=package.price/>{next}</span> })
        .cell(cost.map_or_else(|| ().into_any(), |cost| margin_mark(cost, package.price)))
        .cell(validity_text(package.terms.validity))
        .cell(view! { <NumberText value=services/> })
        .cell(state(&package))
}

/// `20 %`, with a warning where it is low.
pub(super) fn margin_mark(cost: Money, price: Money) -> AnyView {
    let Some(margin) = margin(cost, price) else { return ().into_any() };
    let words = locales::digits(use_language(), &format!("{} %", margin.percent));
    match margin.low {
        true => view! { <StatusBadge tone=Tone::Warning label=words icon="triangle-alert"/> }.into_any(),
        false => view! { <span class="figure">{words}</span> }.into_any(),
    }
}

pub(crate) async fn prices_page(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PackagesRetail)?;
    let rows = my_prices(at.services(), at.caller()?).await?;
    let columns = vec![
        Column::new(t("master-name")),
        Column::new(t("package-speed")),
        Column::new(t("price-cost")).numeric(),
        Column::new(t("price-suggested")).numeric(),
        Column::new(t("price-ceiling")).numeric(),
        Column::new(t("price-asked")),
    ];
    let rows: Vec<_> = rows.into_iter().map(price_row).collect();
    let empty = view! { <EmptyState icon="tag" title=t("price-list-empty") body=t("price-list-empty-body")/> }.into_any();
    let page = view! {
        <PageHeader title=t("price-list") subtitle=t("price-list-lead") back=("/packages".to_string(), t("packages-title"))/>
        <Card flush=true><DataTable caption=t("price-list") columns=columns rows=rows empty=empty/></Card>
    };
    Ok(page.into_any())
}

fn price_row(row: PriceRow) -> Row {
    let money = |money: Option<Money>| money.map_or_else(|| ().into_any(), |money| view! { <MoneyText money=money/> }.into_any());
    let master = row.master.id;
    let asked = row
        .packages
        .iter()
        .map(|package| {
            let mark = row.cost.map(|cost| margin_mark(cost, package.price));
            let href = format!("/packages/{}", package.id);
            view! { <span class="row-line"><a class="link" href=href>{package.name.clone()}</a><MoneyText money=package.price/>{mark}</span> }
        })
        .collect_view();
    let sell = row.packages.is_empty().then(|| {
        let href = format!("/packages/new?master={master}");
        view! { <LinkButton href=href label=t("master-sell") icon="plus" style=ButtonStyle::Secondary/> }
    });
    Row::new(master.to_string(), row.master.name.clone())
        .cell(row.master.name)
        .cell(speed(row.master.terms.up_kbps, row.master.terms.down_kbps))
        .cell(money(row.cost))
        .cell(money(row.suggested))
        .cell(money(row.master.ceiling))
        .cell(view! { <span class="flow">{asked}{sell}</span> })
}
