//! Addresses: the networks of the ISP and how full they are, one network as a map, who had an address when, and what a
//! line has.

pub mod api;
mod form;
mod line;
mod list;
mod one;
mod who;

pub(crate) use form::new;
pub(crate) use line::of_line;
pub(crate) use list::list;
pub(crate) use one::show;
pub(crate) use who::who;

use crate::lists::count;
use crate::visit::Visit;
use domain::addresses::{BlockView, Category, Fill, Holding};
use leptos::prelude::*;
use ui::prelude::*;

fn category_words(category: Category) -> String {
    t(&format!("address-category-{}", category.slug()))
}

/// How full, as colour, icon and word, with the bar and the figures.
fn fill(view: &BlockView) -> AnyView {
    if view.capacity == 0 || view.block.category == Category::Infrastructure {
        return view! { <span class="muted">{t("common-none")}</span> }.into_any();
    }
    let (tone, icon) = match view.fill() {
        Fill::Green => (Tone::Good, "circle-check"),
        Fill::Yellow => (Tone::Warning, "triangle-alert"),
        Fill::Red => (Tone::Bad, "circle-alert"),
    };
    let full = u128::from(view.used.saturating_add(view.resting));
    let percent = i64::try_from(full * 100 / u128::from(view.capacity.max(1))).unwrap_or(100).min(100);
    let label = t(&format!("address-fill-{}", view.fill().slug()));
    let capacity = i64::try_from(view.capacity).unwrap_or(i64::MAX);
    let words = t_with("address-percent", &[("percent", percent.into()), ("capacity", capacity.into())]);
    view! { <span class="grid justify-items-start gap-1"><StatusBadge tone=tone label=label icon=icon/><span class="muted text-[0.8125rem]">{words}</span></span> }
        .into_any()
}

/// The line that has or had an address, with the way to it.
fn whose(held: &Holding) -> AnyView {
    match (&held.username, held.customer_id) {
        (Some(username), Some(customer)) => {
            let name = held.customer.clone().unwrap_or_default();
            view! { <a href=format!("/customers/{customer}/connection")><span class="figure font-medium">{username.clone()}</span><span class="muted">" · "{name}</span></a> }
                .into_any()
        }
        _ => view! { <span class="muted">{t("address-somebody")}</span> }.into_any(),
    }
}

/// A table of who had what.
fn holdings(caption: String, rows: Vec<Holding>, total: i64, visit: &Visit, empty: AnyView) -> AnyView {
    let language = use_language();
    let columns = vec![
        Column::new(t("address-one")),
        Column::new(t("address-line")),
        Column::new(t("address-since")),
        Column::new(t("address-until")),
        Column::new(t("address-given-by")),
    ];
    let row = |held: Holding| {
        let when = |at| locales::date_time(language, visit.local(at));
        let until = match (held.until, held.free_from) {
            (None, _) => view! { <StatusBadge tone=Tone::Good icon="circle-check" label=t("address-now")/> }.into_any(),
            (Some(until), free) => {
                let rest = free.filter(|free| *free > until).map(|free| t_with("address-rests-until", &[("date", when(free).into())]));
                let by = held.ended_by.clone().unwrap_or_default();
                view! { <span class="moment">{when(until)}" · "{by}<span class="moment-relative">{rest}</span></span> }.into_any()
            }
        };
        let vrf = (!held.vrf.is_empty()).then(|| view! { <span class="muted">" "{held.vrf.clone()}</span> });
        Row::new(held.id, held.what())
            .cell(view! { <span><span class="figure font-semibold">{held.what()}</span>{vrf}</span> })
            .cell(whose(&held))
            .cell(when(held.since))
            .cell(until)
            .cell(held.given_by.clone())
    };
    let rows: Vec<Row> = rows.into_iter().map(row).collect();
    view! { <Card title=caption.clone() flush=true><DataTable caption=caption columns=columns rows=rows total=count(total) empty=empty/></Card> }.into_any()
}
