//! The tab with a subscriber's lines: what each is sold as, how it signs in, until when it runs, and what holds it
//! down. Holding a line down asks for a reason and stands apart; taking a reason away asks once.

use super::api::{ResumeLine, SuspendLine};
use super::{line_mark, reason_words};
use crate::drawn::action;
use crate::packages::speed;
use crate::visit::{Visit, use_visit};
use chrono::{DateTime, Utc};
use domain::customers::{BlockReason, CustomerDetail, LineState, ServiceDetail};
use domain::places::degrees_text;
use domain::rights::Permission;
use domain::{CustomerId, ServiceId};
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn lines(customer: &CustomerDetail) -> AnyView {
    let alone = customer.services.len() == 1;
    let cards = customer.services.iter().map(|service| line(customer.id, service.clone(), alone)).collect_view();
    view! {
        <div class="split">
            <div class="flow">{cards}</div>
            {person(customer)}
        </div>
    }
    .into_any()
}

/// What is known of the person beside the line.
fn person(customer: &CustomerDetail) -> AnyView {
    let mut items = vec![Definition::new(t("customer-profile"), customer.billing_profile.clone())];
    let known =
        [("customer-email", &customer.email), ("customer-address", &customer.address), ("customer-national-id", &customer.national_id)];
    items.extend(known.into_iter().filter_map(|(key, value)| value.clone().map(|value| Definition::new(t(key), value))));
    if let Some((_, zone)) = &customer.zone {
        items.push(Definition::new(t("zone-name"), zone.clone()));
    }
    if let Some(place) = customer.place {
        let map =
            format!("https://www.openstreetmap.org/?mlat={}&mlon={}&zoom=17", degrees_text(place.latitude), degrees_text(place.longitude));
        let words = place.to_string();
        items.push(Definition::new(t("place-title"), view! { <a class="link" href=map target="_blank" rel="noreferrer">{words}</a> }));
    }
    let change = use_visit().may(Permission::CustomersUpdate).then(|| {
        view! { <LinkButton href=format!("/customers/{}/edit", customer.id) label=t("action-edit") icon="pencil" style=ButtonStyle::Ghost/> }
    });
    view! { <Card title=t("common-details") actions=change.into_any()><DefinitionList items=items/></Card> }.into_any()
}

fn line(customer: CustomerId, service: ServiceDetail, alone: bool) -> AnyView {
    let visit = use_visit();
    let may = visit.may(Permission::CustomersSuspend) && service.state != LineState::Terminated;
    let badge = line_mark(service.state);
    let holds = (!service.blocks.is_empty()).then(|| holds(customer, &service, may));
    let suspend = may.then(|| suspend_form(customer, &service, alone));
    view! {
        <Card title=service.username.clone() actions=badge>
            {holds}
            <div class="[&_.moment]:whitespace-normal"><DefinitionList items=facts(&service, &visit)/></div>
            {apart(customer, &service)}
            {suspend}
        </Card>
    }
    .into_any()
}

/// What it has apart from its package, and the way to where that is given and ended.
fn apart(customer: CustomerId, service: &ServiceDetail) -> AnyView {
    let marks = service.apart.iter().map(|kind| {
        let words = t_with("apart-badge", &[("kind", t(&format!("apart-kind-{kind}")).into())]);
        view! { <StatusBadge tone=Tone::Info label=words icon="sliders-horizontal"/> }
    });
    let href = format!("/customers/{customer}/overrides");
    let why = use_visit().may(Permission::SessionsView);
    view! {
        <div class="mt-4 flex flex-wrap items-center gap-3">
            {marks.collect_view()}
            <LinkButton href=href label=t("apart-link") style=ButtonStyle::Ghost icon="sliders-horizontal"/>
            {why.then(|| view! { <LinkButton href=format!("/customers/{customer}/connection") label=t("network-why") style=ButtonStyle::Ghost icon="life-buoy"/> })}
        </div>
    }
    .into_any()
}

fn facts(service: &ServiceDetail, visit: &Visit) -> Vec<Definition> {
    let (language, today) = (use_language(), visit.today);
    let day = |at: DateTime<Utc>| view! { <DateText date=visit.local(at).date() today=today/> };
    let price = locales::money(language, service.price.minor, service.price.currency.code());
    let mut facts = vec![
        Definition::new(t("customer-package"), format!("{} · {price}", service.package)),
        Definition::new(t("package-speed"), speed(service.up_kbps, service.down_kbps)),
        Definition::new(t("customer-username"), view! { <span class="figure">{service.username.clone()}</span> }),
        Definition::new(t("customer-static-ip"), service.static_ip.clone().unwrap_or_else(|| t("common-none"))),
        Definition::new(t("customer-mac"), service.mac.clone().unwrap_or_else(|| t("customer-mac-any"))),
        Definition::new(t("customer-starts-on"), view! { <DateText date=service.starts_on today=today/> }),
        Definition::new(
            t("customer-billed-until"),
            match service.billed_until > service.starts_on {
                true => view! { <DateText date=service.billed_until.pred_opt().unwrap_or(service.billed_until) today=today/> }.into_any(),
                false => t("customer-not-billed").into_any(),
            },
        ),
        Definition::new(
            t("customer-cutoff"),
            match service.cutoff_at {
                Some(at) => day(at).into_any(),
                None => t("common-never").into_any(),
            },
        ),
    ];
    if let Some(at) = service.expires_at {
        facts.push(Definition::new(t("customer-expires"), day(at)));
    }
    if let Some(at) = service.online_since {
        facts.push(Definition::new(t("status-online"), view! { <TimeText at=visit.local(at)/> }));
    }
    facts
}

/// Each reason with its own way out: lifting one leaves the others.
fn holds(customer: CustomerId, service: &ServiceDetail, may: bool) -> AnyView {
    let visit = use_visit();
    let language = use_language();
    let id = service.id;
    let rows = service.blocks.iter().map(|(reason, since)| {
        let since = t_with("suspension-since", &[("date", locales::date_time(language, visit.local(*since)).into())]);
        let lift = may.then(|| resume_form(customer, id, *reason));
        view! {
            <li class="flex flex-wrap items-center justify-between gap-3 rounded-box bg-(--color-bad-wash) px-3 py-2">
                <span><span class="block font-medium">{reason_words(*reason)}</span><span class="muted text-[0.8125rem]">{since}</span></span>
                {lift}
            </li>
        }
    });
    view! { <ul class="mb-4 flex flex-col gap-2">{rows.collect_view()}</ul> }.into_any()
}

fn resume_form(customer: CustomerId, service: ServiceId, reason: BlockReason) -> AnyView {
    let body = t_with("customer-resume-body", &[("reason", reason_words(reason).into())]);
    view! {
        <PostForm action={action::<ResumeLine>()} key=format!("{service}-{}", reason.slug())>
            <ErrorSummary/>
            <HiddenField name="customer" value=customer.to_string()/>
            <HiddenField name="service" value=service.to_string()/>
            <HiddenField name="reason" value=reason.slug().to_string()/>
            <ConfirmButton label=t("customer-reactivate") body=body style=ButtonStyle::Secondary icon="play"/>
        </PostForm>
    }
    .into_any()
}

/// Reasons that a person may set and that are not there yet; non-payment is set by billing alone.
fn choices(service: &ServiceDetail) -> Vec<(String, String)> {
    let open = [BlockReason::Request, BlockReason::Admin, BlockReason::Abuse, BlockReason::Maintenance];
    let open = open.into_iter().filter(|reason| service.blocks.iter().all(|(held, _)| held != reason));
    open.map(|reason| (reason.slug().to_string(), reason_words(reason))).collect()
}

/// `alone`: the only line, whose fields are where the summary of problems leads.
fn suspend_form(customer: CustomerId, service: &ServiceDetail, alone: bool) -> AnyView {
    let id = service.id;
    let field = move |name: &str| if alone { format!("field-{name}") } else { format!("field-{name}-{id}") };
    let labels = vec![("reason".to_string(), t("customer-suspend-reason")), ("note".to_string(), t("common-note"))];
    let body = t_with("customer-suspend-body", &[("name", service.username.as_str().into())]);
    let open = came_back(action::<SuspendLine>(), &id.to_string());
    let reasons = choices(service);
    if reasons.is_empty() {
        return ().into_any();
    }
    view! {
        <details class="mt-5 border-t border-line pt-4" open=open>
            <summary class="button button-danger w-fit"><Icon name="circle-pause"/>{t("customer-suspend")}</summary>
            <PostForm action={action::<SuspendLine>()} key=id.to_string()>
                <div class="mt-4 form-narrow">
                    <ErrorSummary labels=labels/>
                    <HiddenField name="customer" value=customer.to_string()/>
                    <HiddenField name="service" value=id.to_string()/>
                    <div class="flow">
                        <SelectField name="reason" label=t("customer-suspend-reason") options=reasons id=field("reason")/>
                        <TextAreaField name="note" label=t("common-note") rows=2 help=t("customer-suspend-note-help") id=field("note")/>
                    </div>
                    <div class="form-actions">
                        <ConfirmButton label=t("customer-suspend") body=body icon="circle-pause"/>
                    </div>
                </div>
            </PostForm>
        </details>
    }
    .into_any()
}
