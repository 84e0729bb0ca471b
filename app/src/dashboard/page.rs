//! The dashboard itself. Each figure opens the list it counts; a figure whose list this person may not open is left out.

use super::first_steps::card;
use super::picture::picture;
use super::work::{lists, tiles, when};
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use domain::billing::{Dashboard, RunRow};
use domain::people::Role;
use domain::rights::Permission;
use leptos::prelude::*;
use services::dashboard::{self, Work};
use services::first_steps::FirstSteps;
use ui::prelude::*;

pub async fn home(at: Drawing) -> Result<AnyView, UiError> {
    let figures = dashboard::dashboard(at.services(), at.caller()?).await?;
    let work = dashboard::work(at.services(), at.caller()?).await?;
    let (language, visit) = (use_language(), at.visit());
    // For a desk and for a phone: letters must stay readable at both widths.
    let pictures = [picture(language, &figures, 840, 250, 7)?, picture(language, &figures, 360, 210, 10)?];
    let take = visit.may(Permission::PaymentsReceive).then(|| {
        view! { <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/> }
    });
    let list = match visit.may(Permission::SettingsView) {
        true => Some(services::first_steps::first_steps(at.services(), at.caller()?).await?).filter(FirstSteps::is_open),
        false => None,
    };
    let body = match list {
        // Whoever has nobody yet is told where to begin by the list itself; later the day's work comes first.
        Some(list) if figures.subscribers == 0 => card(list, visit),
        Some(list) => view! { <div class="flow">{body(figures, work, pictures, visit)}{card(list, visit)}</div> }.into_any(),
        None => body(figures, work, pictures, visit),
    };
    let page = view! {
        <PageHeader title=t("dashboard-title") subtitle=locales::date(language, visit.today) actions=take.into_any()/>
        {body}
    };
    Ok(page.into_any())
}

fn body(figures: Dashboard, work: Work, [wide, narrow]: [ChartPicture; 2], visit: &Visit) -> AnyView {
    let customers = visit.may(Permission::CustomersView);
    if work.is_nobodys() && !customers {
        return idle(visit);
    }
    if figures.subscribers == 0 && customers {
        return start(visit);
    }
    let problems = figures.last_run.as_ref().filter(|run| run.problems > 0 && visit.may(Permission::BillingView)).map(run_problems);
    let chart = visit.may(Permission::PaymentsView).then(|| {
        view! {
            <Card title=t("dashboard-collected-by-day")>
                <div class="hidden md:block"><Chart picture=wide label=t("dashboard-collected-by-day")/></div>
                <div class="md:hidden"><Chart picture=narrow label=t("dashboard-collected-by-day")/></div>
            </Card>
        }
    });
    let goes = [Permission::PaymentsView, Permission::SessionsView, Permission::BillingView].into_iter().any(|right| visit.may(right));
    let goes = goes.then(|| {
        let figures = how_it_goes(&figures, visit);
        let beside = match chart {
            Some(chart) => view! { <div class="split"><div>{chart}</div><div class="grid gap-3">{figures}</div></div> }.into_any(),
            None => view! { <div class="tiles">{figures}</div> }.into_any(),
        };
        view! {
            <section aria-labelledby="how-it-goes">
                <h2 id="how-it-goes" class="panel-title mb-3">{t("dashboard-how-it-goes")}</h2>
                {beside}
            </section>
        }
    });
    view! {
        <div class="flow">
            {problems}
            <section aria-labelledby="needs-you">
                <h2 id="needs-you" class="panel-title mb-3">{t("dashboard-needs-you")}</h2>
                <div class="tiles">{needs_you(&figures, visit)}{tiles(&work)}</div>
                {lists(work, visit)}
            </section>
            {goes}
        </div>
    }
    .into_any()
}

/// For somebody who has no part in lines, money or routers.
fn idle(visit: &Visit) -> AnyView {
    let (icon, title, body) = match visit.role() {
        Some(Role::CardDistributor) => ("credit-card", "dashboard-no-cards-title", "dashboard-no-cards-body"),
        _ => ("key-round", "dashboard-no-rights-title", "dashboard-no-rights-body"),
    };
    view! { <Card><EmptyState icon=icon title=t(title) body=t(body)/></Card> }.into_any()
}

/// For an office or a reseller that has nobody yet: the first step, instead of a page of zeros.
fn start(visit: &Visit) -> AnyView {
    let import = visit.may(Permission::CustomersImport);
    let action = if import {
        Some(view! { <LinkButton href="/imports" label=t("import-title") icon="upload" style=ButtonStyle::Primary/> })
    } else if visit.may(Permission::CustomersCreate) {
        Some(view! { <LinkButton href="/customers/new" label=t("customer-add") icon="user-plus" style=ButtonStyle::Primary/> })
    } else {
        None
    };
    let (title, body) = match import {
        true => ("dashboard-start-title", "dashboard-start-body"),
        false => ("dashboard-nobody-title", "dashboard-nobody-body"),
    };
    view! { <Card><EmptyState icon="users" title=t(title) body=t(body) action=action.into_any()/></Card> }.into_any()
}

fn run_problems(run: &RunRow) -> AnyView {
    let title = t_with("billing-problems", &[("count", run.problems.into())]);
    let look = view! { <LinkButton href=format!("/billing/runs/{}", run.id) label=t("action-show")/> };
    let words = locales::date(use_language(), run.business_date);
    view! { <Alert tone=Tone::Warning title=title actions=look.into_any()>{words}</Alert> }.into_any()
}

fn needs_you(figures: &Dashboard, visit: &Visit) -> AnyView {
    let number = |value: i64| locales::number(use_language(), value);
    let billing = visit.may(Permission::BillingView);
    let customers = visit.may(Permission::CustomersView);
    let due = billing.then(|| {
        let sum = figures.due_today_sum;
        view! {
            <StatCard
                label=t("dashboard-due-today")
                value=locales::money(use_language(), sum.minor, sum.currency.code())
                note=t_with("dashboard-invoices-count", &[("count", figures.due_today.into())])
                href=format!("/invoices?due_by={}", figures.today)
                icon="receipt"
                tone=when(figures.due_today > 0, Tone::Warning)
            />
        }
    });
    let waiting = billing.then(|| {
        let count = figures.waiting_to_be_billed;
        view! {
            <StatCard
                label=t("dashboard-waiting")
                value=number(count)
                note=t(if count > 0 { "dashboard-waiting-note" } else { "dashboard-waiting-none" })
                href="/billing"
                icon="calendar-clock"
                tone=when(count > 0, Tone::Info)
            />
        }
    });
    let lines = customers.then(|| {
        let held = figures.suspended;
        let over = figures.expired;
        let of = t_with("dashboard-of-lines", &[("count", figures.subscribers.into())]);
        view! {
            <StatCard label=t("dashboard-suspended") value=number(held) note=of.clone() href="/customers?state=suspended" icon="circle-pause" tone=when(held > 0, Tone::Bad)/>
            <StatCard label=t("dashboard-expired") value=number(over) note=of href="/customers?state=expired" icon="clock" tone=when(over > 0, Tone::Warning)/>
        }
    });
    view! { {due}{waiting}{lines} }.into_any()
}

fn how_it_goes(figures: &Dashboard, visit: &Visit) -> AnyView {
    let language = use_language();
    let collected = visit.may(Permission::PaymentsView).then(|| {
        let sum = figures.collected_today_sum;
        view! {
            <StatCard
                label=t("dashboard-collected-today")
                value=locales::money(language, sum.minor, sum.currency.code())
                note=t_with("dashboard-payments-count", &[("count", figures.collected_today.into())])
                href=format!("/payments?on={}", figures.today)
                icon="banknote"
                tone=when(figures.collected_today > 0, Tone::Good)
            />
        }
    });
    let online = visit.may(Permission::SessionsView).then(|| {
        view! {
            <StatCard
                label=t("dashboard-online-now")
                value=locales::number(language, figures.online_now)
                note=t_with("dashboard-of-lines", &[("count", figures.subscribers.into())])
                href="/radius/online"
                icon="wifi"
                tone=when(figures.online_now > 0, Tone::Good)
            />
        }
    });
    let run = visit.may(Permission::BillingView).then(|| last_run(figures.last_run.as_ref()));
    view! { {collected}{online}{run} }.into_any()
}

fn last_run(run: Option<&RunRow>) -> AnyView {
    let language = use_language();
    let Some(run) = run else {
        return view! { <StatCard label=t("dashboard-last-run") value=t("common-none") note=t("dashboard-last-run-none") href="/billing" icon="calendar"/> }.into_any();
    };
    let note = format!(
        "{} · {}",
        locales::date(language, run.business_date),
        t_with("dashboard-invoices-count", &[("count", run.invoices.into())])
    );
    let tone = match run.state.as_str() {
        "failed" => Tone::Bad,
        "running" => Tone::Info,
        _ if run.problems > 0 => Tone::Warning,
        _ => Tone::Good,
    };
    view! {
        <StatCard
            label=t("dashboard-last-run")
            value=locales::date(language, run.business_date)
            note=note
            href=format!("/billing/runs/{}", run.id)
            icon="calendar"
            tone=tone
        />
    }
    .into_any()
}
