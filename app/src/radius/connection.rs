//! Why cannot this subscriber connect? One page for each line: what would happen now and why, what happened last, which
//! devices it is bound to, and the rules that it has apart from its package.

use super::api::{BindMac, PutServiceAccess, UnbindMac};
use super::words::{gifts, outcome, reason_text, steps};
use super::{orders, rules};
use crate::UiError;
use crate::customers::duration_words;
use crate::drawn::{Drawing, action};
use domain::radius::{AttemptRow, Outcome, SessionRow};
use domain::rights::Permission;
use domain::{CustomerId, ServiceId};
use leptos::prelude::*;
use services::radius::{self, Explained, LineRules};
use ui::prelude::*;

pub async fn connection(at: Drawing) -> Result<AnyView, UiError> {
    let id: CustomerId = at.param("id")?;
    let customer = services::customers::customer(at.services(), at.caller()?, id).await?;
    let explained = radius::explain_customer(at.services(), at.caller()?, id).await?;
    let mut lines = Vec::with_capacity(explained.len());
    let many = explained.len() > 1;
    for line in explained {
        let rules = radius::line_rules(at.services(), at.caller()?, line.service).await?;
        let addresses = crate::addresses::of_line(&at, id, line.service).await?;
        lines.push(one(line, rules, addresses, id, many, &at));
    }
    let empty = lines
        .is_empty()
        .then(|| view! { <Card><EmptyState icon="wifi-off" title=t("network-no-line") body=t("network-no-line-body")/></Card> });
    let waits = crate::wanted::of_customer(&at, &customer).await?;
    let page = view! {
        <PageHeader title=t("network-why") subtitle=customer.name.clone() back=(format!("/customers/{id}?tab=line"), customer.name)/>
        <div class="flow">{waits}{empty}{lines}</div>
    };
    Ok(page.into_any())
}

fn one(line: Explained, rules: LineRules, addresses: AnyView, customer: CustomerId, many: bool, at: &Drawing) -> AnyView {
    let now = at.visit().local(at.services().now());
    let (online, router) = (presence(line.online.as_ref(), at), router(line.router));
    let verdict = outcome(&line.trace.decision);
    let title = many.then(|| view! { <h2 class="card-title">{line.username.clone()}</h2> });
    let test = Query::default().set("username", &line.username).href("/radius/test");
    let test = at.visit().may(Permission::NetworkEdit).then(|| view! { <LinkButton href=test label=t("network-test") icon="play"/> });
    view! {
        <section class="flow">
            {title}
            {online}
            {verdict}
            {router}
            <div class="split">
                <Card title=t("network-steps") actions=test.into_any()>{steps(line.trace)}</Card>
                <div class="flow">
                    <Card title=t("network-gives")>{gifts(line.gifts)}</Card>
                    {addresses}
                    {devices(&rules, line.service, customer, at)}
                </div>
            </div>
            {attempts(line.attempts, at)}
            {(!line.orders.is_empty()).then(|| orders::table(line.orders, now, at.visit()))}
            {own_rules(rules, line.service, customer, at)}
        </section>
    }
    .into_any()
}

fn presence(online: Option<&SessionRow>, at: &Drawing) -> Option<AnyView> {
    let session = online?;
    let language = use_language();
    let lasted = duration_words(language, (at.services().now() - session.started_at).num_seconds().max(0));
    let (lasted, router) = (("lasted", lasted.into()), ("router", session.nas.as_str().into()));
    let words = match session.ip {
        Some(ip) => t_with("network-is-online", &[lasted, router, ("ip", ip.to_string().into())]),
        None => t_with("network-is-online-plain", &[lasted, router]),
    };
    Some(view! { <Alert tone=Tone::Good icon="wifi">{words}</Alert> }.into_any())
}

/// A router that does not reach us explains more than any rule.
fn router(router: Option<(String, bool)>) -> Option<AnyView> {
    match router {
        None => Some(view! { <Alert tone=Tone::Warning icon="router">{t("network-nobody-asked")}</Alert> }.into_any()),
        Some((name, false)) => {
            let words = t_with("network-router-silent", &[("name", name.as_str().into())]);
            Some(view! { <Alert tone=Tone::Bad icon="router">{words}</Alert> }.into_any())
        }
        Some((_, true)) => None,
    }
}

fn attempts(attempts: Vec<AttemptRow>, at: &Drawing) -> AnyView {
    let now = at.visit().local(at.services().now());
    let columns = vec![
        Column::new(t("common-time")),
        Column::new(t("radius-outcome")),
        Column::new(t("radius-why")),
        Column::new(t("radius-device")),
        Column::new(t("radius-client")),
    ];
    let row = |(index, attempt): (usize, AttemptRow)| {
        let (tone, label, icon) = match attempt.outcome {
            Outcome::Accept => (Tone::Good, t("radius-outcome-accept"), "circle-check"),
            Outcome::Walled => (Tone::Warning, t("radius-outcome-walled"), "shield"),
            Outcome::Reject => (Tone::Bad, t("radius-outcome-reject"), "circle-x"),
        };
        Row::new(index, attempt.username)
            .cell(view! { <TimeText at=at.visit().local(attempt.at) now=now/> })
            .cell(view! { <StatusBadge tone=tone label=label icon=icon/> })
            .cell(reason_text(&attempt.reason))
            .cell(view! { <span class="figure">{attempt.mac.unwrap_or_default()}</span> })
            .cell(attempt.nas)
    };
    let rows = attempts.into_iter().enumerate().map(row).collect();
    let empty = view! { <EmptyState icon="key-round" title=t("radius-attempts-empty") body=t("radius-attempts-empty-body")/> }.into_any();
    view! { <Card title=t("network-last-attempts") flush=true><DataTable caption=t("network-last-attempts") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}

fn devices(rules: &LineRules, service: ServiceId, customer: CustomerId, at: &Drawing) -> AnyView {
    let may = at.visit().may(Permission::CustomersUpdate);
    let rows = rules.macs.iter().map(|bound| {
        let source = t(&format!("network-bound-{}", bound.source));
        let when = locales::date_time(use_language(), at.visit().local(bound.bound_at));
        let body = t_with("network-unbind-body", &[("mac", bound.mac.as_str().into())]);
        let mac = bound.mac.clone();
        let unbind = may.then(|| {
            view! {
                <PostForm action={action::<UnbindMac>()} key=format!("{service}-{mac}")>
                    <HiddenField name="customer" value=customer.to_string()/>
                    <HiddenField name="service" value=service.to_string()/>
                    <HiddenField name="mac" value=mac/>
                    <ConfirmButton label=t("network-unbind") body=body style=ButtonStyle::Secondary icon="x"/>
                </PostForm>
            }
        });
        view! {
            <li class="flex flex-wrap items-center justify-between gap-3">
                <span><span class="figure block font-medium">{bound.mac.clone()}</span><span class="muted">{source}" · "{when}</span></span>
                {unbind}
            </li>
        }
    });
    let rows = rows.collect_view();
    let none = rules.macs.is_empty().then(|| view! { <p class="muted">{t("network-no-devices")}</p> });
    let bind = may.then(|| {
        view! {
            <PostForm action={action::<BindMac>()} key=service.to_string()>
                <ErrorSummary labels=vec![("mac".to_string(), t("radius-device"))]/>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="service" value=service.to_string()/>
                <TextField name="mac" id=format!("field-mac-{service}") label=t("network-bind") maxlength=17 autocomplete="off" placeholder="AA:BB:CC:00:11:22"/>
                <div class="form-actions"><SubmitButton label=t("network-bind") style=ButtonStyle::Secondary icon="plus"/></div>
            </PostForm>
        }
    });
    view! { <Card title=t("network-devices")><ul class="grid gap-2 mb-3">{rows}</ul>{none}{bind}</Card> }.into_any()
}

fn own_rules(rules: LineRules, service: ServiceId, customer: CustomerId, at: &Drawing) -> Option<AnyView> {
    if !at.visit().may(Permission::NetworkEdit) {
        return None;
    }
    let open = rules.form != Default::default();
    let key = service.to_string();
    let form = view! {
        <Card title=t("network-own-rules") subtitle=t("network-own-rules-lead")>
            <details open=open>
                <summary>{t("network-own-rules-change")}</summary>
                <PostForm action={action::<PutServiceAccess>()} key=key.clone()>
                    <ErrorSummary/>
                    <HiddenField name="customer" value=customer.to_string()/>
                    <HiddenField name="service" value=key.clone()/>
                    {rules::fields(rules.form, true, &format!("-{key}"))}
                    <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
                </PostForm>
            </details>
        </Card>
    };
    Some(form.into_any())
}
