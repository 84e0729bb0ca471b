//! The test tool: what would happen if this name and this device asked now, step by step, and whether a password is the
//! right one. Nothing is sent to anybody but by the two buttons that say so.

use super::api::{CheckPassword, ReachClient, SendLogin};
use super::orders::error_cause;
use super::words::{gifts, outcome, steps};
use super::{known_clients, network_tabs};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::radius::{NasRow, Trial, TrialKind};
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
        false => Some(radius::try_login(at.services(), at.caller()?, &username, &mac, nas.parse().ok()).await),
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
    let trial = match query.get("trial").and_then(|id| id.parse().ok()) {
        Some(id) => Some(tried(radius::find_trial(at.services(), at.caller()?, id).await?, &at)),
        None => None,
    };
    let chosen = clients.iter().find(|client| client.id.to_string() == nas);
    let asked = [("nas", nas.clone()), ("username", username.clone()), ("mac", mac.clone())];
    let router = chosen.map(|client| {
        let send = (!username.is_empty()).then(|| send(asked.clone()));
        view! { {router(client, &at)} <div class="split">{send} {reach(asked.clone())}</div> }
    });
    let router = view! { {trial} {router} };
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

/// What was asked: it goes along with every form.
type Asked = [(&'static str, String); 3];

fn hidden(asked: Asked) -> AnyView {
    asked.into_iter().map(|(name, value)| view! { <HiddenField name=name value=value/> }).collect_view().into_any()
}

/// The same attempt, for real.
fn send(asked: Asked) -> AnyView {
    // Names of protocols, the same in every language.
    let methods = [("pap", "PAP"), ("chap", "CHAP"), ("mschap1", "MS-CHAP"), ("mschap2", "MS-CHAPv2")];
    let methods = methods.map(|(value, name)| (value.to_string(), name.to_string())).into();
    view! {
        <Card title=t("network-send")>
            <PostForm action={action::<SendLogin>()} done=t("network-sent")>
                <ErrorSummary/>
                {hidden(asked)}
                <p class="muted mb-4">{t("network-send-lead")}</p>
                <div class="form-grid">
                    <SelectField name="method" label=t("network-method") options=methods value="pap"/>
                    <TextField name="password" id="field-sent-password" kind="password" label=t("network-password") maxlength=128 autocomplete="off" optional=true help=t("network-send-password-help")/>
                </div>
                <div class="form-actions"><SubmitButton label=t("network-send-go") style=ButtonStyle::Secondary icon="send"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// Does the router hear us?
fn reach(asked: Asked) -> AnyView {
    view! {
        <Card title=t("network-reach")>
            <PostForm action={action::<ReachClient>()} done=t("network-sent")>
                <ErrorSummary/>
                {hidden(asked)}
                <p class="muted">{t("network-reach-lead")}</p>
                <div class="form-actions"><SubmitButton label=t("network-reach-go") style=ButtonStyle::Secondary icon="router"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// What came of one that was sent.
fn tried(trial: Trial, at: &Drawing) -> AnyView {
    let (tone, icon) = match (trial.outcome.as_str(), trial.said.error_cause) {
        // Whoever says that he does not know such a session heard us and shares our secret.
        ("accept", _) | ("nak", Some(503)) => (Tone::Good, "circle-check"),
        ("nak", _) => (Tone::Warning, "info"),
        _ => (Tone::Bad, "circle-x"),
    };
    let name = match (trial.kind, trial.said.error_cause) {
        (TrialKind::Reach, Some(503)) => "hears".to_owned(),
        _ => trial.outcome.clone(),
    };
    let verdict = t_with(&format!("network-tried-{name}"), &[("name", trial.nas.as_str().into()), ("count", trial.millis.into())]);
    let cause = trial.said.error_cause.filter(|cause| *cause != 503).and_then(|cause| i32::try_from(cause).ok()).map(error_cause);
    let when = locales::date_time(use_language(), at.visit().local(trial.at));
    let by = t_with("network-tried-by", &[("name", trial.by.unwrap_or_default().into()), ("when", when.into())]);
    view! {
        <Card title=t("network-tried")>
            <Alert tone=tone icon=icon>{verdict}{cause.map(|cause| view! { " " {cause} })}</Alert>
            <p class="muted my-3">{by}</p>
            <div class="grid items-start gap-5 md:grid-cols-2">
                <div class="min-w-0"><h3 class="mb-2 font-semibold">{t("network-request")}</h3>{attributes(trial.said.request)}</div>
                <div class="min-w-0"><h3 class="mb-2 font-semibold">{t("network-reply")}</h3>{attributes(trial.said.answer)}</div>
            </div>
        </Card>
    }
    .into_any()
}

fn attributes(said: Vec<(String, Option<String>)>) -> AnyView {
    if said.is_empty() {
        return view! { <p class="muted">{t("network-no-attributes")}</p> }.into_any();
    }
    let items = said.into_iter().map(|(name, value)| {
        let value = match value {
            // Identifiers are long and have no place to break at.
            Some(value) => view! { <span class="break-all">{value}</span> }.into_any(),
            None => view! { <span class="muted row-line"><Icon name="key-round"/>{t("network-kept-secret")}</span> }.into_any(),
        };
        Definition::new(name, value)
    });
    view! { <DefinitionList items=items.collect()/> }.into_any()
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
