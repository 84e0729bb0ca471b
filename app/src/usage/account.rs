//! One subscriber's use in the office: where each line stands, its graph, what was bought, what happened, and what can be
//! sold to him.

use super::api::{SellData, SetAutoTopUp};
use super::policies::valid_words;
use super::windows::{event_words, past_windows};
use super::words::{effect_mark, limit_words, octets, steps, terms};
use super::{at_end, graph};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use domain::CustomerId;
use domain::fair_use::{Account, Event, Limit, Policy};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{fair_use, usage};
use ui::prelude::*;

/// The tab on the page of a subscriber.
pub(crate) async fn of_customer(at: &Drawing, customer: CustomerId) -> Result<AnyView, UiError> {
    let accounts = fair_use::accounts(at.services(), at.caller()?, customer).await?;
    if accounts.is_empty() {
        return Ok(view! { <EmptyState icon="activity" title=t("usage-none") body=t("usage-none-body")/> }.into_any());
    }
    let path = format!("/customers/{customer}");
    let graphs = graphs(at, &accounts, &path).await?;
    let may_sell = at.visit().may(Permission::BillingGenerate);
    let may_set = at.visit().may(Permission::CustomersUpdate);
    let cards = accounts
        .into_iter()
        .zip(graphs)
        .map(|(account, graph)| {
            let sell = (may_sell && !account.offers.is_empty()).then(|| sell_form(customer, &account));
            let auto = (may_set && !account.offers.is_empty()).then(|| auto_form(customer, &account));
            let end = may_set.then(|| at_end::form(customer, &account)).flatten();
            view! {
                {meter_card(&account, at.visit())}
                {graph}
                {beside(&account, at.visit())}
                <div class="grid items-start gap-5 md:grid-cols-2">{sell}{auto}{end}</div>
            }
        })
        .collect_view();
    Ok(view! { <div class="flow">{cards}</div> }.into_any())
}

/// The graph of each line; the URL moves the one that it names.
pub(super) async fn graphs(at: &Drawing, accounts: &[Account], path: &str) -> Result<Vec<AnyView>, UiError> {
    let query = at.query();
    let mut graphs = Vec::new();
    for account in accounts {
        let named = query.get("line").is_none_or(|line| line == account.service_id.to_string());
        let (range, until) = if named { (graph::range(query), graph::until(query)) } else { Default::default() };
        let found = usage::graph(at.services(), at.caller()?, account.service_id, range, until).await?;
        graphs.push(graph::card(&found, &account.username, path, query, at.visit())?);
    }
    Ok(graphs)
}

/// Where a line stands.
pub(super) fn meter_card(account: &Account, visit: &Visit) -> AnyView {
    let figures = [("usage-today", account.today), ("usage-month", account.month)].map(|(key, used)| {
        let words = t_with("usage-both-ways", &[("down", octets(used.down).into()), ("up", octets(used.up).into())]);
        Definition::new(t(key), words)
    });
    let body = match &account.policy {
        None => view! { <DefinitionList items=figures.into()/> }.into_any(),
        Some((name, policy)) => {
            let mut items = Vec::from(figures);
            items.push(Definition::new(t("usage-policy"), name.clone()));
            items.push(Definition::new(t("usage-rules"), terms(policy).join(" · ")));
            if account.may_end {
                items.push(Definition::new(t("usage-at-end"), at_end::words(account.at_end)));
            }
            view! { {meter(account, policy, visit)} <div class="mt-4"><DefinitionList items=items/></div> }.into_any()
        }
    };
    let mark = account.policy.as_ref().map(|(_, policy)| effect_mark(policy.effect(account.used, account.extra, visit.today)));
    view! { <Card title=account.username.clone() actions=mark.into_any()>{body}</Card> }.into_any()
}

/// Used of what is included, with a line for each step, and the days that are left.
fn meter(account: &Account, policy: &Policy, visit: &Visit) -> AnyView {
    let limits: Vec<Limit> = policy.steps.iter().map(|step| step.from).chain(policy.stop_at).collect();
    // In data where any limit is one, otherwise in time.
    let data = limits.iter().any(|limit| limit.octets.is_some());
    let scale = |limit: &Limit| match data {
        true => limit.octets.map(|octets| policy.octets_on(octets, account.extra, visit.today)),
        false => limit.minutes.map(|minutes| u64::from(minutes) * 60),
    };
    let used = if data { policy.moved(account.used) } else { account.used.seconds };
    let most = limits.iter().filter_map(scale).max().unwrap_or(1).max(used).max(1);
    let place = |value: u64| i32::try_from(u128::from(value) * 1_000 / u128::from(most)).unwrap_or(1_000).min(1_000);
    let marks = limits.iter().filter_map(scale).map(|limit| {
        let x = place(limit);
        view! { <line x1=x x2=x y1=0 y2=24 stroke="var(--color-base-content)" stroke-width=3></line> }
    });
    let share = policy.share(policy.first_limit(), account.used, account.extra, visit.today);
    let tone = match share {
        100.. => "var(--color-error)",
        80.. => "var(--color-warning)",
        _ => "var(--color-primary)",
    };
    let language = use_language();
    let words = match data {
        true => {
            let first = policy.first_limit().octets.map_or(most, |octets| policy.octets_on(octets, account.extra, visit.today));
            t_with("usage-used-of", &[("used", octets(used).into()), ("limit", octets(first).into())])
        }
        false => {
            let limit = limit_words(policy.first_limit());
            let time = crate::customers::duration_words(language, i64::try_from(used).unwrap_or(i64::MAX));
            t_with("usage-used-of", &[("used", time.into()), ("limit", limit.into())])
        }
    };
    let left = (account.ends - visit.today).num_days();
    let ends = t_with("usage-again", &[("date", locales::date(language, account.ends).into()), ("count", left.into())]);
    let extra = (account.extra > 0).then(|| {
        let words = t_with("usage-extra", &[("data", octets(account.extra).into())]);
        view! { <StatusBadge tone=Tone::Good label=words icon="plus"/> }
    });
    let ladder = steps(policy).into_iter().map(|words| view! { <li>{words}</li> }).collect_view();
    let percent = format!("{words}: {} %", locales::number(language, i64::try_from(share).unwrap_or(i64::MAX)));
    view! {
        <p class="figure text-2xl font-semibold">{words}</p>
        <svg class="my-3 h-4 w-full" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label=percent>
            <rect width=1000 height=24 rx=6 fill="var(--color-base-300)"></rect>
            <rect width=place(used) height=24 rx=6 fill=tone></rect>
            {marks.collect_view()}
        </svg>
        <p class="row-line flex-wrap"><Icon name="calendar-clock"/><span>{ends}</span>{extra}</p>
        <ul class="muted mt-2">{ladder}</ul>
    }
    .into_any()
}

/// What there is beside, what was bought and what happened.
pub(super) fn beside(account: &Account, visit: &Visit) -> AnyView {
    let language = use_language();
    let credits = account.credits.iter().map(|credit| {
        Row::new(credit.id, credit.source.clone())
            .cell(t(&format!("usage-credit-{}", credit.source.replace('_', "-"))))
            .cell(view! { <span class="figure">{t_with("usage-left-of", &[("left", octets(credit.left).into()), ("data", octets(credit.octets).into())])}</span> })
            .cell(locales::date_time(language, visit.local(credit.expires_at)))
    });
    let credits: Vec<Row> = credits.collect();
    let columns = vec![Column::new(t("usage-source")), Column::new(t("usage-left")).numeric(), Column::new(t("usage-expires"))];
    let credits = (!credits.is_empty()).then(|| {
        view! { <Card title=t("usage-credits") flush=true><DataTable caption=t("usage-credits") columns=columns rows=credits/></Card> }
    });
    let columns = vec![
        Column::new(t("common-time")),
        Column::new(t("common-name")),
        Column::new(t("usage-source")),
        Column::new(t("package-price")).numeric(),
    ];
    let staff = visit.may(Permission::BillingView);
    let bought = account.bought.iter().enumerate().map(|(index, one)| {
        let row = Row::new(format!("{}-{index}", account.service_id), one.name.clone());
        let href = if staff { format!("/invoices/{}", one.invoice_id) } else { format!("/my/invoices/{}", one.invoice_id) };
        let price = one.price;
        row.href(href)
            .cell(locales::date_time(language, visit.local(one.at)))
            .cell(one.name.clone())
            .cell(t(&format!("usage-by-{}", one.source)))
            .cell(view! { <MoneyText money=price/> })
    });
    let bought: Vec<Row> = bought.collect();
    let bought = (!bought.is_empty()).then(
        || view! { <Card title=t("usage-bought") flush=true><DataTable caption=t("usage-bought") columns=columns rows=bought/></Card> },
    );
    // What happened before stands with the window in which it did.
    let past = past_windows(account, visit);
    let events: Vec<&Event> =
        account.events.iter().filter(|event| past.is_none() || visit.local(event.at).date() >= account.begins).collect();
    let events = (!events.is_empty()).then(|| {
        let rows = events.into_iter().enumerate().map(|(index, event)| event_row(index, event, visit)).collect();
        let columns = vec![
            Column::new(t("common-time")),
            Column::new(t("usage-event")),
            Column::new(t("usage-policy")),
            Column::new(t("usage-counted-then")).numeric(),
        ];
        view! { <Card title=t("usage-events-of-window") flush=true><DataTable caption=t("usage-events-of-window") columns=columns rows=rows/></Card> }
    });
    view! { <div class="flow">{events}{past}{credits}{bought}</div> }.into_any()
}

fn event_row(index: usize, event: &Event, visit: &Visit) -> Row {
    let words = event_words(event);
    let policy = t_with("usage-policy-version", &[("name", event.policy.as_str().into()), ("version", i64::from(event.version).into())]);
    Row::new(index, words.clone())
        .cell(locales::date_time(use_language(), visit.local(event.at)))
        .cell(words)
        .cell(policy)
        .cell(view! { <span class="figure">{octets(event.octets.unsigned_abs())}</span> })
}

/// Offers to choose from: name, data, price and how long it may be used.
pub(super) fn offer_choices(account: &Account, own: bool) -> Vec<(String, String)> {
    let language = use_language();
    let offers = account.offers.iter().filter(|offer| offer.in_portal || !own);
    offers
        .map(|offer| {
            let price = locales::money(language, offer.price.minor, offer.price.currency.code());
            (offer.id.to_string(), format!("{} · {} · {price} · {}", offer.name, octets(offer.octets), valid_words(offer.months)))
        })
        .collect()
}

fn sell_form(customer: CustomerId, account: &Account) -> AnyView {
    let service = account.service_id.to_string();
    let offers = offer_choices(account, false);
    let field = format!("field-offer-{service}");
    view! {
        <Card title=t("usage-sell") subtitle=t("usage-sell-lead")>
            <PostForm action={action::<SellData>()} key=service.clone()>
                <ErrorSummary/>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="service" value=service/>
                <HiddenField name="key" value=uuid::Uuid::now_v7().to_string()/>
                <SelectField name="offer" id=field label=t("usage-offer") options=offers/>
                <div class="form-actions"><SubmitButton label=t("usage-sell") icon="plus"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn auto_form(customer: CustomerId, account: &Account) -> AnyView {
    let service = account.service_id.to_string();
    let fields = auto_fields(account, false);
    view! {
        <Card title=t("usage-auto") subtitle=t("usage-auto-lead")>
            <PostForm action={action::<SetAutoTopUp>()} key=service.clone()>
                <ErrorSummary/>
                <HiddenField name="customer" value=customer.to_string()/>
                <HiddenField name="service" value=service/>
                {fields.view()}
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// What the two forms of buying by itself share. The fields are built inside their form.
pub(super) struct AutoFields {
    service: String,
    offers: Vec<(String, String)>,
    offer: String,
    most: String,
}

pub(super) fn auto_fields(account: &Account, own: bool) -> AutoFields {
    let (offer, most) = account.auto.map_or((String::new(), 1), |(offer, most)| (offer.to_string(), most));
    AutoFields { service: account.service_id.to_string(), offers: offer_choices(account, own), offer, most: most.to_string() }
}

impl AutoFields {
    pub fn view(self) -> AnyView {
        let (offer, most) = (format!("field-auto-{}", self.service), format!("field-most-{}", self.service));
        view! {
            <div class="form-grid">
                <SelectField name="offer" id=offer label=t("usage-offer") options=self.offers value=self.offer empty=t("usage-auto-never") optional=true/>
                <TextField name="most" id=most label=t("usage-most") value=self.most inputmode="numeric"/>
            </div>
        }
        .into_any()
    }
}
