//! What packages are on routers: the profile and the pool of each, on the page of a package and on that of a router. A
//! router that keeps lines itself and lacks a profile is marked: nothing of that package can be sold there.

use super::api::PutOnRouter;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::routers::router_tabs;
use domain::rights::Permission;
use domain::{PackageId, RouterId};
use leptos::prelude::*;
use services::packages::{OnRouterRow, package_on_routers, packages_on_router};
use ui::prelude::*;

pub async fn of_router(at: Drawing) -> Result<AnyView, UiError> {
    let id: RouterId = at.param("id")?;
    let (router, rows) = packages_on_router(at.services(), at.caller()?, id).await?;
    let may = at.visit().may(Permission::NetworkEdit);
    let empty = rows.is_empty().then(|| view! { <EmptyState icon="package" title=t("package-empty-title") body=t("package-empty-body")/> });
    let page = view! {
        <PageHeader title=router.name subtitle=t("on-router-lead") back=("/routers".to_string(), t("routers-title"))/>
        {router_tabs(id, "/packages", at.visit())}
        <Card>{empty}{list(rows, may, |row| row.package.to_string())}</Card>
    };
    Ok(page.into_any())
}

/// The section on the page of a package; nothing where there are no routers.
pub(crate) async fn of_package(at: &Drawing, package: PackageId) -> Result<Option<AnyView>, UiError> {
    let rows = package_on_routers(at.services(), at.caller()?, package).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let may = at.visit().may(Permission::NetworkEdit);
    let list = list(rows, may, |row| row.router.to_string());
    Ok(Some(view! { <Card title=t("on-router-title") subtitle=t("on-router-lead")>{list}</Card> }.into_any()))
}

fn list(rows: Vec<OnRouterRow>, may: bool, key: fn(&OnRouterRow) -> String) -> AnyView {
    let rows = rows.into_iter().map(|row| one(key(&row), row, may)).collect_view();
    view! { <ul class="grid gap-5">{rows}</ul> }.into_any()
}

fn one(key: String, row: OnRouterRow, may: bool) -> AnyView {
    let mark = match (row.is_missing(), row.profile.is_empty() && row.pool.is_empty()) {
        (true, _) => view! { <StatusBadge tone=Tone::Bad icon="circle-alert" label=t("on-router-missing")/> }.into_any(),
        (false, true) => view! { <StatusBadge tone=Tone::Neutral icon="minus" label=t("on-router-nothing")/> }.into_any(),
        (false, false) => view! { <StatusBadge tone=Tone::Good icon="circle-check" label=t("on-router-known")/> }.into_any(),
    };
    let (profile_id, pool_id) = (format!("field-profile-{key}"), format!("field-pool-{key}"));
    let OnRouterRow { package, router, name, profile, pool, .. } = row;
    view! {
        <li class="border-b border-line pb-5 last:border-0 last:pb-0">
            <div class="mb-3 flex flex-wrap items-center justify-between gap-3"><span class="font-semibold">{name}</span>{mark}</div>
            <PostForm action={action::<PutOnRouter>()} key=key>
                <ErrorSummary/>
                <HiddenField name="form[package]" value=package.to_string()/>
                <HiddenField name="form[router]" value=router.to_string()/>
                <fieldset disabled=!may>
                    <div class="form-grid">
                        <TextField name="form[profile]" id=profile_id label=t("on-router-profile") value=profile maxlength=63 autocomplete="off" optional=true/>
                        <TextField name="form[pool]" id=pool_id label=t("radius-pool") value=pool maxlength=63 autocomplete="off" optional=true/>
                    </div>
                </fieldset>
                {may.then(|| view! { <div class="form-actions"><SubmitButton label=t("action-save") style=ButtonStyle::Secondary icon="check"/></div> })}
            </PostForm>
        </li>
    }
    .into_any()
}
