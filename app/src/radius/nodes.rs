//! What each server of the platform did since it started, for whoever runs it.

use crate::UiError;
use crate::drawn::Drawing;
use leptos::prelude::*;
use services::radius::{self, Node};
use ui::prelude::*;

pub async fn nodes(at: Drawing) -> Result<AnyView, UiError> {
    let nodes = radius::nodes(at.services(), at.platform()?).await?;
    let now = at.visit().local(at.services().now());
    let cards = nodes.into_iter().map(|node| card(node, now, &at)).collect_view();
    let page = view! {
        <PageHeader title=t("network-nodes") subtitle=t("network-nodes-lead") back=("/".to_string(), t("menu-isps"))/>
        <div class="flow" data-poll="5">{cards}</div>
    };
    Ok(page.into_any())
}

fn card(node: Node, now: chrono::NaiveDateTime, at: &Drawing) -> AnyView {
    let language = use_language();
    let heard = locales::relative(language, at.visit().local(node.at), now);
    let started = locales::date_time(language, at.visit().local(node.started_at));
    let lead = t_with("network-node-lead", &[("heard", heard.into()), ("started", started.into()), ("lines", node.subscribers.into())]);
    let items = node.figures.into_iter().map(|(name, value)| {
        let key = format!("network-figure-{}", name.replace('_', "-"));
        let label = if locales::has_text(&key) { t(&key) } else { name };
        Definition::new(label, view! { <NumberText value=value/> })
    });
    let items = items.collect();
    view! { <Card title=node.node.to_string() subtitle=lead><DefinitionList items=items/></Card> }.into_any()
}
