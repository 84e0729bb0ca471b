//! The page of a router's move: its run while there is one, before and after it what a run would do.

use super::{plan, report};
use crate::UiError;
use crate::drawn::Drawing;
use crate::routers::router_tabs;
use domain::RouterId;
use domain::rights::Permission;
use domain::router_moves::MoveState;
use domain::routers::{AuthMode, Router};
use leptos::prelude::*;
use services::routers::find_router;
use services::{require, router_moves};
use ui::prelude::*;

pub async fn migrate(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let id: RouterId = at.param("id")?;
    let (view, _) = find_router(at.services(), at.caller()?, id).await?;
    let last = match router_moves::latest(at.services(), at.caller()?, id).await? {
        Some(run) => Some(router_moves::move_view(at.services(), at.caller()?, run.id).await?),
        None => None,
    };
    // After `done` the router is RADIUS's, and the run has its way back.
    let next = match &last {
        Some(view) if !view.run.state.is_over() || view.run.state == MoveState::Done => None,
        _ => Some(plan::look(&at, &view.router).await?),
    };
    let again = (last.is_some() && next.is_some()).then(|| view! { <h2 class="panel-title">{t("move-again")}</h2> });
    let told = last.map(|last| report::report(&at, last));
    let title = t_with("move-title", &[("name", Arg::from(view.router.name.as_str()))]);
    let page = view! {
        <PageHeader title=title subtitle=t("move-lead") back=(format!("/routers/{id}"), view.router.name.clone())/>
        {router_tabs(id, "/migrate", at.visit())}
        <div class="flow">{told}{again}{next}</div>
    };
    Ok(page.into_any())
}

/// Leads there from the page of a router that serves its lines itself, or that has a way back.
pub(crate) async fn button(at: &Drawing, router: &Router) -> Result<Option<AnyView>, UiError> {
    if !at.visit().may(Permission::NetworkEdit) || !router.active {
        return Ok(None);
    }
    let last = router_moves::latest(at.services(), at.caller()?, router.id).await?.map(|run| run.state);
    if router.auth_mode == AuthMode::Radius && last != Some(MoveState::Done) {
        return Ok(None);
    }
    let (href, label) = (format!("/routers/{}/migrate", router.id), last.filter(|state| !state.is_over() || *state == MoveState::Done));
    let label = label.map_or_else(|| t("move-button"), |state| t(&format!("move-state-{}", state.slug())));
    Ok(Some(view! { <LinkButton href=href label=label icon="router" style=ButtonStyle::Secondary/> }.into_any()))
}
