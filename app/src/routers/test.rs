//! The test of a router: what was tried, what came of it, and what to do about what failed. It is made anew each time the
//! page is opened.

use super::api::TrustRouter;
use super::router_tabs;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::RouterId;
use leptos::prelude::*;
use services::routers::{Check, CheckState, RouterTest, find_router, test_router};
use ui::prelude::*;

pub async fn test(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let id: RouterId = at.param("id")?;
    let tested = test_router(services, caller, id).await?;
    let (view, _) = find_router(services, caller, id).await?;
    let again = view! { <LinkButton href=format!("/routers/{id}/test") label=t("router-test-again") icon="refresh-cw"/> };
    let edit = view! { <LinkButton href=format!("/routers/{id}/edit") label=t("action-edit") icon="pencil"/> };
    let verdict = if tested.is_good() {
        view! { <Alert tone=Tone::Good icon="check">{t("router-test-good")}</Alert> }.into_any()
    } else {
        view! { <Alert tone=Tone::Bad icon="triangle-alert">{t("router-test-bad")}</Alert> }.into_any()
    };
    let page = view! {
        <PageHeader title=view.router.name.clone() back=("/routers".to_string(), t("routers-title")) actions=view! { {edit} {again} }.into_any()/>
        {router_tabs(id, "/test", at.visit())}
        <div class="flow">
            {verdict}
            {trust(id, &tested)}
            <Card title=t("router-test-title") subtitle=t("router-test-lead") flush=true>{checks(tested.checks)}</Card>
        </div>
    };
    Ok(page.into_any())
}

fn checks(checks: Vec<Check>) -> AnyView {
    let columns = vec![Column::new(t("router-test-what")), Column::new(t("router-status")), Column::new(t("router-test-found"))];
    let rows = checks.into_iter().map(|check| {
        let (tone, label, icon) = match check.state {
            CheckState::Good => (Tone::Good, t("router-check-good"), "check"),
            CheckState::Warning => (Tone::Warning, t("router-check-warning"), "triangle-alert"),
            CheckState::Bad => (Tone::Bad, t("router-check-bad"), "x"),
            CheckState::Skipped => (Tone::Neutral, t("router-check-skipped"), "minus"),
        };
        let name = t(name_key(check.name));
        let args: Vec<(&str, Arg)> = check.args.iter().map(|(name, value)| (*name, Arg::from(value.as_str()))).collect();
        Row::new(check.name, name.clone())
            .cell(name)
            .cell(view! { <StatusBadge tone=tone label=label icon=icon/> })
            .cell(view! { <span class="wrap-anywhere">{t_with(check.said, &args)}</span> })
    });
    let rows = rows.collect();
    view! { <DataTable caption=t("router-test-title") columns=columns rows=rows/> }.into_any()
}

fn name_key(name: &str) -> &'static str {
    match name {
        "reach" => "router-check-reach",
        "certificate" => "router-check-certificate",
        "login" => "router-check-login",
        "rights" => "router-check-rights",
        "version" => "router-check-version",
        "clock" => "router-check-clock",
        "radius_asks" => "router-check-radius-asks",
        _ => "router-check-radius-hears",
    }
}

/// Nobody but a person can say whether a certificate is the router's.
fn trust(id: RouterId, tested: &RouterTest) -> Option<AnyView> {
    let shown = tested.shown.clone()?;
    let form = view! {
        <Card title=t("router-trust") subtitle=t("router-trust-lead")>
            <PostForm action={action::<TrustRouter>()}>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <HiddenField name="fingerprint" value=shown.clone()/>
                <p class="figure wrap-anywhere">{shown}</p>
                <div class="form-actions"><SubmitButton label=t("router-trust-go") icon="shield-check"/></div>
            </PostForm>
        </Card>
    };
    Some(form.into_any())
}
