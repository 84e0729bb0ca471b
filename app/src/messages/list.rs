//! The outbox: what is to be said to whom, narrowed by state, notice and way.

use super::api::CancelMessage;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use crate::visit::Visit;
use domain::dunning::{Channel, MessageRow};
use domain::messages::Template;
use domain::rights::Permission;
use leptos::prelude::*;
use services::messages::{self, MessageFilter};
use ui::prelude::*;

const STATES: [&str; 6] = ["queued", "sent", "delivered", "failed", "unknown", "cancelled"];

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let query = at.query();
    let filter = MessageFilter {
        search: query.get("q").unwrap_or_default().to_string(),
        state: query.get("state").filter(|state| STATES.contains(state)).map(str::to_string),
        template: query.get("notice").and_then(Template::from_slug),
        channel: query.get("by").and_then(Channel::from_slug),
        customer_id: query.get("customer").and_then(|id| id.parse().ok()),
    };
    let page = messages::messages(at.services(), at.caller()?, &filter, at.paging()).await?;
    let may = at.visit().may(Permission::MessagesEdit);
    let states = STATES.map(|state| FilterOption::new(state, t(&format!("message-state-{state}")))).to_vec();
    let notices =
        Template::ALL.iter().map(|one| FilterOption::new(one.slug(), t(&format!("message-name-{}", one.slug())))).collect::<Vec<_>>();
    let ways = Channel::ALL.map(|way| FilterOption::new(way.slug(), t(&format!("message-channel-{}", way.slug())))).to_vec();
    let columns = vec![
        Column::new(t("message-to")),
        Column::new(t("message-text")),
        Column::new(t("common-status")),
        Column::new(t("message-not-before")),
        Column::new(t("common-actions")).quiet(),
    ];
    let total = page.total;
    let rows = page.rows.into_iter().map(|message| row(message, at.visit(), may)).collect();
    let untouched = query.without(&["page", "size"]).pairs().is_empty();
    let table = match untouched && total == 0 {
        true => {
            let plans = view! { <LinkButton href="/billing/dunning" label=t("messages-plans")/> };
            let empty = view! { <EmptyState icon="message-square" title=t("messages-empty-title") body=t("messages-empty-body") action=plans.into_any()/> };
            view! { <DataTable caption=t("messages-title") columns=columns rows=rows empty=empty.into_any()/> }.into_any()
        }
        false => view! { <DataTable caption=t("messages-title") columns=columns rows=rows total=count(total)/> }.into_any(),
    };
    let words = view! { <LinkButton href="/messages/texts" label=t("messages-texts") icon="pencil"/> };
    let page = view! {
        <PageHeader title=t("messages-title") subtitle=t("messages-lead") actions=words.into_any()/>
        <div class="list-tools">
            <SearchBox placeholder=t("messages-search")/>
            <FilterChips name="state" label=t("common-status") options=states/>
            <FilterChips name="notice" label=t("message-kind") options=notices/>
            <FilterChips name="by" label=t("message-channel") options=ways/>
        </div>
        <Card flush=true>{table}</Card>
    };
    Ok(page.into_any())
}

fn row(message: MessageRow, visit: &Visit, may: bool) -> Row {
    let (tone, waits) = match message.state.as_str() {
        "queued" => (Tone::Info, true),
        "sent" | "delivered" => (Tone::Good, false),
        "failed" | "unknown" => (Tone::Bad, false),
        _ => (Tone::Neutral, false),
    };
    let why = message.cancel_reason.map(|reason| t(&format!("message-cancel-{}", reason.replace('_', "-"))));
    let cancel = (may && waits).then(|| {
        view! {
            <PostForm action={action::<CancelMessage>()} key=message.id.to_string()>
                <HiddenField name="id" value=message.id.to_string()/>
                <ConfirmButton label=t("message-cancel") body=t("message-cancel-body") style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    let who = message.customer.unwrap_or_else(|| message.recipient.clone());
    let by = format!("{} · {}", t(&format!("message-channel-{}", message.channel)), message.recipient);
    let parts = t_with("message-parts", &[("count", i64::from(message.parts).into())]);
    let kind = t(&format!("message-name-{}", message.template));
    let row = Row::new(message.id, who.clone());
    let row = match message.customer_id {
        Some(id) => row.href(format!("/customers/{id}")),
        None => row,
    };
    row.cell(view! { {who}<span class="muted block text-[0.8125rem]">{by}</span> })
        .cell(view! { <span class="block wrap-anywhere">{message.body}</span><span class="muted block text-[0.8125rem]">{format!("{kind} · {parts}")}</span> })
        .cell(view! { <StatusBadge tone=tone label=t(&format!("message-state-{}", message.state))/>{why.map(|why| view! { <span class="muted block">{why}</span> })} })
        .cell(view! { <TimeText at=visit.local(message.not_before)/> })
        .cell(cancel)
}
