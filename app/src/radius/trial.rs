//! The test tool: what would happen if this name and this device asked now, step by step, and whether a password is the
//! right one. Nothing is sent to anybody.

use super::api::CheckPassword;
use super::words::{gifts, outcome, steps};
use super::{known_clients, network_tabs};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::radius::NasRow;
use domain::rights::Permission;
use leptos::prelude::*;
use services::{radius, require};
use ui::prelude::*;

pub async fn trial(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let query = at.query();
    let text = |name: &str| query.get(name).unwrap_or_default().trim().to_owned();
    let (username, mac, nas) = (text("username"), text("mac"), text("nas"));
    let clients = known_clients(&at).await?;
    let found = match username.is_empty() {
        true => None,
        false => Some(radius::try_login(at.services(), at.caller()?, &username, &mac).await),
    };
    let answer = match found {
        None => {
            view! { <Card><EmptyState icon="life-buoy" title=t("network-test-empty") body=t("network-test-empty-body")/></Card> }.into_any()
        }
        Some(Err(services::Error::Invalid(_))) => view! { <Alert tone=Tone::Bad>{t("network-test-mac")}</Alert> }.into_any(),
        Some(Err(error)) => return Err(error.into()),
        Some(Ok((trace, given))) => {
            let verdict = outcome(&trace.decision);
            view! {
                <div class="flow">
                    {verdict}
                    <div class="split">
                        <Card title=t("network-steps")>{steps(trace)}</Card>
                        <Card title=t("network-gives")>{gifts(given)}</Card>
                    </div>
                    {password(username.clone())}
                </div>
            }
            .into_any()
        }
    };
    let router = clients.iter().find(|client| client.id.to_string() == nas).map(|client| router(client, &at));
    let page = view! {
        <PageHeader title=t("network-test") subtitle=t("network-test-lead")/>
        {network_tabs("/radius/test", at.visit())}
        <div class="flow">
            {form(&clients, username, mac, nas)}
            {router}
            {answer}
        </div>
    };
    Ok(page.into_any())
}

fn form(clients: &[NasRow], username: String, mac: String, nas: String) -> AnyView {
    let servers: Vec<_> = clients.iter().map(|client| (client.id.to_string(), client.name.clone())).collect();
    view! {
        <Card>
            <form method="get" action="/radius/test">
                <div class="form-grid">
                    <TextField name="username" label=t("customer-username") value=username maxlength=253 autocomplete="off" autofocus=true/>
                    <TextField name="mac" label=t("radius-device") value=mac maxlength=40 autocomplete="off" optional=true help=t("network-test-mac-help")/>
                    <SelectField name="nas" label=t("radius-client") options=servers value=nas empty=t("network-any-router") optional=true/>
                </div>
                <div class="form-actions"><SubmitButton label=t("network-test-go") icon="play"/></div>
            </form>
        </Card>
    }
    .into_any()
}

/// Does the router reach us at all?
fn router(client: &NasRow, at: &Drawing) -> AnyView {
    let name = [("name", Arg::from(client.name.as_str()))];
    let (tone, words) = match (client.active, client.last_seen, client.alerts.first()) {
        (false, ..) => (Tone::Bad, t_with("network-router-off", &name)),
        (_, _, Some(alert)) => (Tone::Bad, super::clients::alert_remedy(alert.kind)),
        (_, None, _) => (Tone::Bad, t_with("network-router-never", &name)),
        (_, Some(seen), _) => {
            let when = locales::relative(use_language(), at.visit().local(seen), at.visit().local(at.services().now()));
            (Tone::Good, t_with("network-router-heard", &[("name", client.name.as_str().into()), ("when", when.into())]))
        }
    };
    view! { <Alert tone=tone icon="router">{words}</Alert> }.into_any()
}

fn password(username: String) -> AnyView {
    view! {
        <Card title=t("network-check-password")>
            <PostForm action={action::<CheckPassword>()} done=t("network-password-right")>
                <ErrorSummary/>
                <HiddenField name="username" value=username/>
                <TextField name="password" kind="password" label=t("network-password") maxlength=128 autocomplete="off" help=t("network-password-help")/>
                <div class="form-actions"><SubmitButton label=t("network-check") style=ButtonStyle::Secondary icon="key-round"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
