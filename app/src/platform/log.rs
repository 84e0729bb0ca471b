//! What was done above the ISPs.

use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use leptos::prelude::*;
use services::platform::{self, LogRow};
use ui::prelude::*;

pub async fn log(at: Drawing) -> Result<AnyView, UiError> {
    let page = platform::log(at.services(), at.platform()?, at.paging()).await?;
    let columns = vec![
        Column::new(t("audit-time")),
        Column::new(t("audit-actor")),
        Column::new(t("audit-action")),
        Column::new(t("audit-subject")),
        Column::new(t("audit-change")),
    ];
    let total = page.total;
    let rows = page.rows.into_iter().enumerate().map(|(index, row)| entry(&at, index, row)).collect();
    let table = if total == 0 {
        let empty = view! { <EmptyState icon="history" title=t("audit-empty") body=t("audit-empty-words")/> }.into_any();
        view! { <DataTable caption=t("menu-platform-log") columns=columns rows=rows empty=empty/> }.into_any()
    } else {
        view! { <DataTable caption=t("menu-platform-log") columns=columns rows=rows total=count(total)/> }.into_any()
    };
    let page = view! {
        <PageHeader title=t("menu-platform-log") subtitle=t("platform-log-lead")/>
        <Card flush=true>{table}</Card>
    };
    Ok(page.into_any())
}

fn entry(at: &Drawing, index: usize, row: LogRow) -> Row {
    let key = format!("platform-did-{}", row.action.replace(['.', '_'], "-"));
    let words = if locales::has_text(&key) { t(&key) } else { row.action.clone() };
    let changes = row
        .changes
        .into_iter()
        .map(|(name, before, after)| {
            let before = (!before.is_empty()).then(|| view! { <del class="muted">{before}</del>" " });
            view! { <span class="block wrap-anywhere"><span class="muted">{name}": "</span>{before}{after}</span> }
        })
        .collect_view();
    let ip = row.ip.map(|ip| view! { <span class="muted block text-[0.8125rem]">{ip}</span> });
    Row::new(index, row.subject.clone())
        .cell(view! { <TimeText at=at.visit().local(row.at)/> })
        .cell(view! { {row.actor}{ip} })
        .cell(words)
        .cell(row.subject)
        .cell(changes)
}
