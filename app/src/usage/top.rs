//! Who moves the most: today, in a week, in the month, and where each stands.

use super::words::octets;
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::radius::network_tabs;
use chrono::{Datelike, Days};
use domain::fair_use::TopUser;
use leptos::prelude::*;
use services::usage;
use ui::prelude::*;

pub(crate) async fn top(at: Drawing) -> Result<AnyView, UiError> {
    let today = at.visit().today;
    let since = match at.query().get("since") {
        Some("day") => today,
        Some("week") => today - Days::new(6),
        _ => today.with_day(1).unwrap_or(today),
    };
    let search = ListQuery::from(at.query()).search;
    let page = usage::top_users(at.services(), at.caller()?, (since, today), &search, at.paging()).await?;
    let spans = [("day", "usage-today"), ("week", "usage-seven-days"), ("month", "usage-month")];
    let spans = spans.map(|(slug, key)| FilterOption::new(slug, t(key))).to_vec();
    let columns = vec![
        Column::new(t("customer-username")),
        Column::new(t("invoice-customer")),
        Column::new(t("customer-package")),
        Column::new(t("common-status")),
        Column::new(t("radius-downloaded")).numeric(),
        Column::new(t("radius-uploaded")).numeric(),
        Column::new(t("usage-all")).numeric(),
        Column::new(t("usage-online")).numeric(),
    ];
    let total = count(page.total);
    let rows = page.rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="activity" title=t("usage-top-empty") body=t("usage-top-empty-body")/> }.into_any();
    let language = use_language();
    let title = t_with("usage-top-since", &[("date", locales::date(language, since).into())]);
    let page = view! {
        <PageHeader title=t("usage-top") subtitle=t("usage-top-lead")/>
        {network_tabs("/radius/usage", at.visit())}
        <div class="list-tools">
            <SearchBox placeholder=t("radius-search-online")/>
            <FilterChips name="since" label=t("usage-range") options=spans/>
        </div>
        <Card title=title flush=true><DataTable caption=t("usage-top") columns=columns rows=rows total=total empty=empty/></Card>
    };
    Ok(page.into_any())
}

fn row(user: TopUser) -> Row {
    let language = use_language();
    let figure = |octets_moved: u64| view! { <span class="figure">{octets(octets_moved)}</span> };
    let (tone, icon, words) = match user.standing {
        0 => (Tone::Good, "zap", t("usage-effect-free")),
        step if step > 0 => (Tone::Warning, "gauge", t_with("usage-event-slowed", &[("step", i64::from(step).into())])),
        _ => (Tone::Bad, "circle-pause", t("usage-effect-stop")),
    };
    let lasted = crate::customers::duration_words(language, i64::try_from(user.used.seconds).unwrap_or(i64::MAX));
    Row::new(user.service_id, user.username.clone())
        .href(format!("/customers/{}?tab=usage", user.customer_id))
        .cell(user.username)
        .cell(view! { {user.customer_name}" "<span class="muted font-normal">{user.customer_number}</span> })
        .cell(user.package)
        .cell(view! { <StatusBadge tone=tone label=words icon=icon/> })
        .cell(figure(user.used.down))
        .cell(figure(user.used.up))
        .cell(figure(user.used.down.saturating_add(user.used.up)))
        .cell(view! { <span class="figure">{lasted}</span> })
}
