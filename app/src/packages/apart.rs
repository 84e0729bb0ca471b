//! What a subscriber's lines have apart from their packages: what holds, what lies ahead, what ended, and a form for more.

use super::api::{AddOverride, EndOverride};
use super::words::{speed, volume};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::use_visit;
use domain::CustomerId;
use domain::customers::{LineState, ServiceDetail};
use domain::packages::apart::{Apart, ApartSource, Override, Span, SpanState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::customers::customer;
use services::packages::overrides;
use ui::prelude::*;

pub(crate) async fn overrides_page(at: Drawing) -> Result<AnyView, UiError> {
    let id: CustomerId = at.param("id")?;
    let who = customer(at.services(), at.caller()?, id).await?;
    let lines: Vec<_> = who.services.iter().filter(|line| line.state != LineState::Terminated).cloned().collect();
    let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
    let mut all = overrides(at.services(), at.caller()?, &ids).await?;
    let may = at.visit().may(Permission::OverridePackagePricing);
    let now = at.services().now();
    let cards = lines
        .into_iter()
        .map(|line| {
            let own = all.remove(&line.id).unwrap_or_default();
            card(&at, id, line, own, may, now)
        })
        .collect_view();
    let page = view! {
        <PageHeader title=t_with("apart-title", &[("name", who.name.as_str().into())]) subtitle=t("apart-lead") back=(format!("/customers/{id}"), who.name.clone())/>
        <div class="flow">{cards}</div>
    };
    Ok(page.into_any())
}

fn card(
    at: &Drawing,
    customer: CustomerId,
    line: ServiceDetail,
    own: Vec<Override>,
    may: bool,
    now: chrono::DateTime<chrono::Utc>,
) -> AnyView {
    let today = at.visit().today;
    let columns = vec![
        Column::new(t("apart-what")),
        Column::new(t("apart-from")),
        Column::new(t("apart-until")),
        Column::new(t("common-status")),
        Column::new(t("apart-note")),
        Column::new(t("apart-end")).quiet(),
    ];
    let rows = own
        .into_iter()
        .map(|one| {
            let state = one.span.state(today, now);
            let (tone, icon, word) = match state {
                SpanState::Now => (Tone::Good, "check", t("apart-now")),
                SpanState::Ahead => (Tone::Info, "clock", t("apart-ahead")),
                SpanState::Over => (Tone::Neutral, "history", t("apart-over")),
            };
            let note = match one.source {
                ApartSource::Person => one.note.clone().unwrap_or_default(),
                ApartSource::Proposal => t("apart-kept"),
            };
            let (from, until) = days(&one.span);
            let (id, key) = (one.id.to_string(), one.id.to_string());
            let end = (may && state != SpanState::Over && one.source == ApartSource::Person).then(|| {
                view! {
                    <PostForm action={action::<EndOverride>()} key=key>
                        <HiddenField name="id" value=id/>
                        <ConfirmButton label=t("apart-end") body=t("apart-end-body") style=ButtonStyle::Ghost icon="x"/>
                    </PostForm>
                }
            });
            Row::new(one.id.to_string(), words(&one.apart))
                .cell(words(&one.apart))
                .cell(from)
                .cell(until)
                .cell(view! { <StatusBadge tone=tone label=word icon=icon/> })
                .cell(note)
                .cell(end)
        })
        .collect::<Vec<_>>();
    let empty = view! { <EmptyState icon="sliders-horizontal" title=t("apart-empty") body=t("apart-empty-body")/> }.into_any();
    let form = may.then(|| form(at, customer, &line));
    let title = format!("{} · {}", line.username, line.package);
    view! {
        <Card title=title flush=true><DataTable caption=t("apart-what") columns=columns rows=rows empty=empty/></Card>
        {form}
    }
    .into_any()
}

fn words(apart: &Apart) -> String {
    let language = use_language();
    match apart {
        Apart::Price { price } => t_with("apart-price", &[("price", locales::money(language, price.minor, price.currency.code()).into())]),
        Apart::Speed { up_kbps, down_kbps } => speed(*up_kbps, *down_kbps),
        Apart::Volume { mb } => t_with("apart-volume", &[("volume", volume(*mb).into())]),
        Apart::Hours { from, to } => {
            let clock = |time: &chrono::NaiveTime| locales::digits(language, &time.format("%H:%M").to_string());
            t_with("apart-hours", &[("from", clock(from).into()), ("to", clock(to).into())])
        }
        Apart::Minutes { minutes } => t_with("apart-minutes", &[("count", i64::from(*minutes).into())]),
    }
}

/// First and last day, or the moments.
fn days(span: &Span) -> (AnyView, AnyView) {
    let visit = use_visit();
    let open = || t("apart-open").into_any();
    match *span {
        Span::Days { from, until } => {
            let last = until.and_then(|until| until.pred_opt());
            let last = last.map_or_else(open, |day| view! { <DateText date=day/> }.into_any());
            (view! { <DateText date=from/> }.into_any(), last)
        }
        Span::Instants { from, until } => {
            let moment = |at| view! { <TimeText at=visit.local(at)/> }.into_any();
            (moment(from), until.map_or_else(open, moment))
        }
    }
}

/// The fields of one kind: another choice of kind draws the form anew.
fn form(at: &Drawing, customer: CustomerId, line: &ServiceDetail) -> AnyView {
    let kind = at.typed("form[kind]").unwrap_or("price").to_string();
    let kinds = Apart::KINDS.into_iter().map(|kind| (kind.to_string(), t(&format!("apart-kind-{kind}")))).collect();
    let currency = line.price.currency;
    let field = move |kind: &str| {
        match kind {
        "speed" => view! {
            <TextField name="form[down_mbps]" label=t("package-down") suffix="Mbit/s" inputmode="decimal" optional=true help=t("package-speed-help")/>
            <TextField name="form[up_mbps]" label=t("package-up") suffix="Mbit/s" inputmode="decimal" optional=true/>
        }
        .into_any(),
        "volume" => view! { <TextField name="form[volume_gb]" label=t("package-volume") suffix="GB" inputmode="numeric" help=t("apart-limit-help")/> }.into_any(),
        "hours" => view! {
            <TextField name="form[hours_from]" label=t("apart-hours-from") kind="time"/>
            <TextField name="form[hours_to]" label=t("apart-hours-to") kind="time"/>
        }
        .into_any(),
        "minutes" => view! { <TextField name="form[minutes]" label=t("apart-kind-minutes") inputmode="numeric" help=t("apart-limit-help")/> }.into_any(),
        _ => view! { <MoneyField name="form[price]" label=t("package-price") currency=currency/> }.into_any(),
    }
    };
    let (service, key) = (line.id.to_string(), line.id.to_string());
    let moments = if kind == "price" { "date" } else { "datetime-local" };
    view! {
        <Card title=t("apart-add")>
            <PostForm action={action::<AddOverride>()} live=true key=key>
                <ErrorSummary/>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="service" value=service/>
                <div class="form-grid">
                    <SelectField name="form[kind]" label=t("apart-what") options=kinds value="price"/>
                    {field(&kind)}
                    <TextField name="form[starts]" label=t("apart-from") kind=moments optional=true help=t("apart-from-help")/>
                    <TextField name="form[ends]" label=t("apart-until") kind=moments optional=true help=t("apart-until-help")/>
                    <div class="form-wide"><TextField name="form[note]" label=t("apart-note") optional=true maxlength=500/></div>
                </div>
                <div class="form-actions"><SubmitButton label=t("apart-give") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
