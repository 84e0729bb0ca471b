//! The chain of prices as one look: every level from cost to ceiling with what it leaves, what is planned, and the live
//! words about a price that is being typed.

use super::api::WithdrawPrice;
use super::list::margin_mark;
use crate::drawn::action;
use chrono::NaiveDate;
use domain::packages::chain::Level;
use domain::packages::margin::{margin, suggested};
use domain::packages::views::LensRow;
use domain::{Currency, MasterId, Money};
use leptos::prelude::*;
use ui::prelude::*;

/// Every level the visitor may see.
pub(super) fn chain(rows: &[LensRow], master: Option<MasterId>, may_withdraw: bool) -> AnyView {
    let columns = vec![
        Column::new(t("price-level")),
        Column::new(t("package-price")).numeric(),
        Column::new(t("price-margin")).numeric(),
        Column::new(t("price-planned")),
    ];
    let rows = rows.iter().enumerate().map(|(index, row)| level(index, row, master, may_withdraw)).collect();
    view! { <DataTable caption=t("price-chain") columns=columns rows=rows/> }.into_any()
}

fn level(index: usize, row: &LensRow, master: Option<MasterId>, may_withdraw: bool) -> Row {
    let words = match row.level {
        Level::IspCost => t("price-level-cost"),
        Level::Ceiling => t("price-level-ceiling"),
        Level::Rate(_) => t_with("price-level-rate", &[("name", row.name.as_str().into())]),
        Level::Retail(_) => t_with("price-level-retail", &[("name", row.name.as_str().into())]),
    };
    let price = match row.price {
        Some(price) => view! { <MoneyText money=price/> }.into_any(),
        None => t("price-none-yet").into_any(),
    };
    let left = match (row.cost, row.price) {
        (Some(cost), Some(price)) => margin_mark(cost, price),
        _ => ().into_any(),
    };
    let planned = planned(&row.planned, row.level, master, may_withdraw);
    let place = ["", "ps-4", "ps-8"][row.depth.min(2)];
    Row::new(index.to_string(), words.clone()).cell(view! { <span class=place>{words}</span> }).cell(price).cell(left).cell(planned)
}

/// Prices to come, each with a way to take it back.
pub(super) fn planned(prices: &[(NaiveDate, Money)], level: Level, master: Option<MasterId>, may: bool) -> AnyView {
    let language = use_language();
    let (slug, of) = match level {
        Level::IspCost => ("cost", String::new()),
        Level::Ceiling => ("ceiling", String::new()),
        Level::Rate(id) => ("rate", id.to_string()),
        Level::Retail(id) => ("retail", id.to_string()),
    };
    let one = |(day, money): &(NaiveDate, Money)| {
        let money = locales::money(language, money.minor, money.currency.code());
        let words = t_with("price-next", &[("date", locales::date(language, *day).into()), ("price", money.into())]);
        let (key, of, from) = (format!("{slug}{of}{day}"), of.clone(), day.to_string());
        let form = may.then(|| {
            let master = master.map(|master| view! { <HiddenField name="id" value=master.to_string()/> });
            view! {
                <PostForm action={action::<WithdrawPrice>()} key=key>
                    {master}
                    <HiddenField name="level" value=slug/>
                    <HiddenField name="of" value=of/>
                    <HiddenField name="from" value=from/>
                    <ConfirmButton label=t("price-withdraw") body=t("price-withdraw-body") style=ButtonStyle::Ghost icon="undo-2"/>
                </PostForm>
            }
        });
        view! { <span class="row-line"><span>{words}</span>{form}</span> }
    };
    prices.iter().map(one).collect_view().into_any()
}

/// What a typed price leaves, by the same rule that judges it: margin, a suggestion, a word where it is low. It never
/// stands in the way.
pub(super) fn typed(text: &str, cost: Option<Money>, ceiling: Option<Money>, currency: Currency) -> AnyView {
    let language = use_language();
    let written = |money: Money| locales::money(language, money.minor, money.currency.code());
    let Some(cost) = cost else { return ().into_any() };
    let mut words = vec![t_with("price-your-cost", &[("cost", written(cost).into())])];
    if let Some(suggested) = suggested(cost, ceiling) {
        words.push(t_with("price-suggestion", &[("price", written(suggested).into())]));
    }
    if let Some(ceiling) = ceiling {
        words.push(t_with("price-at-most", &[("ceiling", written(ceiling).into())]));
    }
    let price = Money::parse(text, currency).ok();
    let margin = price.and_then(|price| margin(cost, price));
    let above = price.zip(ceiling).is_some_and(|(price, ceiling)| price.minor > ceiling.minor);
    let (tone, icon, head) = match margin {
        _ if above => ("tone-bad", "circle-alert", t("price-above-ceiling")),
        Some(margin) if margin.amount.minor < 0 => ("tone-bad", "circle-alert", t("price-below-cost")),
        Some(margin) => {
            let percent = locales::digits(language, &margin.percent.to_string());
            let args: [(&str, Arg); 2] = [("amount", written(margin.amount).into()), ("percent", percent.into())];
            match margin.low {
                true => ("tone-warning", "triangle-alert", t_with("price-margin-low", &args)),
                false => ("tone-info", "info", t_with("price-margin-words", &args)),
            }
        }
        None => ("tone-info", "info", String::new()),
    };
    let words = words.join(" ");
    view! {
        <p class=format!("notice {tone} mt-3") aria-live="polite">
            <Icon name=icon/><span class="notice-words"><strong class="block font-semibold">{head}</strong>{words}</span>
        </p>
    }
    .into_any()
}
