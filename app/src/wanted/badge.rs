//! "Paid, waiting for the router": said wherever a line is shown whose router has not been told what it should do. Only what
//! is so is said: a line that should be up and is not, because its router does not answer.

use crate::UiError;
use crate::drawn::Drawing;
use domain::customers::{CustomerDetail, LineState};
use domain::rights::Permission;
use domain::wanted::Waiting;
use domain::{CustomerId, RouterId};
use leptos::prelude::*;
use services::wanted;
use ui::prelude::*;

/// For whoever looks after a subscriber: a notice for each line that waits.
pub(crate) async fn of_customer(at: &Drawing, customer: &CustomerDetail) -> Result<AnyView, UiError> {
    let id: CustomerId = customer.id;
    let waits = wanted::waiting_of_customer(at.services(), at.caller()?, id).await?;
    let may = at.visit().may(Permission::NetworkView);
    let notices = waits.iter().map(|wait| {
        let up = customer.services.iter().any(|line| line.id == wait.service_id && line.state == LineState::Active);
        let key = match (wait.stuck, up) {
            (true, _) => "want-line-stuck",
            (_, true) => "want-line-up",
            _ => "want-line-down",
        };
        let words = words(key, wait, at);
        let link = may.then(|| view! { " "<a class="link" href="/routers/waiting">{t("want-open")}</a> });
        let tone = if wait.stuck { Tone::Bad } else { Tone::Warning };
        view! { <Alert tone=tone icon="router">{words}{link}</Alert> }
    });
    let notices = notices.collect_view().into_any();
    Ok(notices)
}

/// For the subscriber himself: only about lines that should be up.
pub(crate) async fn of_own_lines(at: &Drawing, account: &CustomerDetail) -> Result<AnyView, UiError> {
    let waits = wanted::waiting_of_own_lines(at.services(), at.caller()?).await?;
    let should_be_up = |wait: &&Waiting| {
        account.services.iter().any(|line| line.id == wait.service_id && line.state == LineState::Active && line.online_since.is_none())
    };
    let notices = waits.iter().filter(should_be_up).map(|wait| {
        let key = if account.due.is_zero() { "want-own-paid" } else { "want-own" };
        let words = words(key, wait, at);
        view! { <Alert tone=Tone::Info icon="clock">{words}</Alert> }
    });
    let notices = notices.collect_view().into_any();
    Ok(notices)
}

fn words(key: &str, wait: &Waiting, at: &Drawing) -> String {
    let since = locales::date_time(use_language(), at.visit().local(wait.since));
    t_with(key, &[("router", wait.router.as_str().into()), ("since", since.into())])
}

/// For a router's own page: how much waits for it and why. Nothing when nothing does.
pub(crate) async fn queue_notice(at: &Drawing, router: RouterId) -> Result<AnyView, UiError> {
    let Some(depth) = wanted::router_queue(at.services(), at.caller()?, router).await? else { return Ok(().into_any()) };
    let words = t_with("want-queue", &[("waiting", depth.waiting.into()), ("stuck", depth.stuck.into())]);
    let href = format!("/routers/waiting?router={router}");
    let tone = if depth.stuck > 0 || depth.problem.is_some() { Tone::Warning } else { Tone::Info };
    let why = super::words::problem(depth.problem.as_deref(), depth.said.as_deref());
    Ok(view! { <Alert tone=tone icon="clock">{words}" "<a class="link" href=href>{t("want-open")}</a>{why}</Alert> }.into_any())
}
