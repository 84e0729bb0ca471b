//! Runs that were stopped because they would have cut unusually many: the list of them, and one with its figures, the
//! people on it, and the decision.

use super::api::DecideBrake;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use chrono::NaiveDate;
use domain::BrakeId;
use domain::customers::Page;
use domain::dunning::{BrakeCause, BrakeItem, BrakeRow};
use domain::rights::Permission;
use leptos::prelude::*;
use services::dunning;
use ui::prelude::*;

fn state_mark(state: &str) -> AnyView {
    let (tone, icon) = match state {
        "open" => (Tone::Bad, "shield-alert"),
        "released" => (Tone::Good, "check"),
        _ => (Tone::Neutral, "x"),
    };
    view! { <StatusBadge tone=tone icon=icon label=t(&format!("brake-state-{state}"))/> }.into_any()
}

pub(super) async fn list(at: &Drawing) -> Result<AnyView, UiError> {
    let runs = dunning::brakes(at.services(), at.caller()?).await?;
    let columns = vec![
        Column::new(t("common-date")),
        Column::new(t("common-status")),
        Column::new(t("brake-would")).numeric(),
        Column::new(t("brake-active")).numeric(),
        Column::new(t("brake-reason")),
    ];
    let row = |run: BrakeRow| {
        let day = locales::date(use_language(), run.business_date);
        Row::new(run.id, day.clone())
            .href(format!("/billing/brakes/{}", run.id))
            .cell(day)
            .cell(state_mark(&run.state))
            .cell(view! { <NumberText value=i64::from(run.would_suspend)/> })
            .cell(view! { <NumberText value=i64::from(run.active_base)/> })
            .cell(run.reason.unwrap_or_else(|| {
                cause_words(run.cause, run.would_suspend, run.active_base, run.usual_tenths, run.share_limit, run.times_limit)
            }))
    };
    let rows = runs.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="shield-check" title=t("brake-none-title") body=t("brake-none-body")/> }.into_any();
    Ok(view! { <Card flush=true><DataTable caption=t("brake-list") columns=columns rows=rows empty=empty/></Card> }.into_any())
}

fn cause_words(cause: BrakeCause, would: i32, active: i32, usual_tenths: i32, share: i16, times: i16) -> String {
    match cause {
        BrakeCause::Share => {
            t_with("brake-cause-share", &[("count", would.into()), ("active", active.into()), ("limit", i32::from(share).into())])
        }
        BrakeCause::Usual => t_with(
            "brake-cause-usual",
            &[("count", would.into()), ("usual", tenths(usual_tenths).into()), ("limit", i32::from(times).into())],
        ),
    }
}

fn tenths(value: i32) -> String {
    locales::digits(use_language(), &format!("{}.{}", value / 10, value % 10))
}

pub async fn brake(at: Drawing) -> Result<AnyView, UiError> {
    let (run, people) = dunning::brake(at.services(), at.caller()?, at.param("id")?, at.paging()).await?;
    let visit = at.visit().clone();
    let open = run.state == "open";
    let may = open && visit.may(Permission::SuspensionRelease);
    let day = locales::date(use_language(), run.business_date);
    let cause = cause_words(run.cause, run.would_suspend, run.active_base, run.usual_tenths, run.share_limit, run.times_limit);
    let words = match (&run.decided_by, run.decided_at, &run.reason) {
        (Some(by), Some(at), Some(reason)) => {
            let time = locales::date_time(use_language(), visit.local(at));
            t_with("brake-decided", &[("name", by.as_str().into()), ("time", time.into()), ("reason", reason.as_str().into())])
        }
        _ => t("brake-waiting"),
    };
    let tone = if open { Tone::Warning } else { Tone::Info };
    let number = |value: i32| locales::number(use_language(), i64::from(value));
    let figures = vec![
        Definition::new(t("brake-would"), number(run.would_suspend)),
        Definition::new(t("brake-active"), number(run.active_base)),
        Definition::new(t("brake-usual"), tenths(run.usual_tenths)),
    ];
    let figures = view! { <DefinitionList items=figures/> };
    let list = view! { <Card flush=true title=t("brake-would")>{table(people, may)}</Card> };
    let body = match may {
        true => {
            let (id, today) = (run.id, visit.today);
            // Drawn inside the form, so that its fields find what was typed and what is wrong.
            view! {
                <PostForm action={action::<DecideBrake>()}>
                    <div class="flow">{decision(id, today)}{list}</div>
                </PostForm>
            }
            .into_any()
        }
        false => list.into_any(),
    };
    let page = view! {
        <PageHeader title=t_with("brake-title", &[("date", day.into())]) back=("/billing/dunning?tab=stopped".to_string(), t("brake-list")) badge=state_mark(&run.state)/>
        <div class="mb-5"><Alert tone=tone title=cause icon="shield-alert">{words}</Alert></div>
        <div class="mb-5"><Card>{figures}</Card></div>
        {body}
    };
    Ok(page.into_any())
}

fn decision(id: BrakeId, today: NaiveDate) -> AnyView {
    let choices = ["all", "some", "nobody"].map(|choice| (choice.to_string(), t(&format!("brake-choice-{choice}")))).to_vec();
    let tomorrow = today + chrono::Days::new(1);
    view! {
        <Card title=t("brake-decide")>
            <ErrorSummary/>
            <HiddenField name="id" value=id.to_string()/>
            <div class="form-grid">
                <SelectField name="choice" label=t("brake-choice") options=choices empty=t("form-choose")/>
                <DateField name="until" label=t("brake-until") value=tomorrow min=tomorrow/>
                <TextField name="reason" label=t("brake-reason") maxlength=300/>
            </div>
            <div class="form-actions"><ConfirmButton label=t("brake-decide-button") body=t("brake-confirm") icon="check"/></div>
        </Card>
    }
    .into_any()
}

fn table(page: Page<BrakeItem>, may: bool) -> AnyView {
    let mut columns = vec![
        Column::new(t("customer-name")),
        Column::new(t("customer-number")),
        Column::new(t("brake-cut-on")),
        Column::new(t("common-status")),
        Column::new(t("invoice-amount-due")).numeric(),
    ];
    if may {
        columns.push(Column::new(t("brake-choice-some")).quiet());
    }
    let row = |item: BrakeItem| {
        let (tone, words) = match (item.state.as_str(), item.spared_until) {
            ("released", _) => (Tone::Neutral, t("brake-item-released")),
            (_, Some(day)) => (Tone::Good, t_with("brake-item-spared", &[("date", locales::date(use_language(), day).into())])),
            _ => (Tone::Warning, t("brake-item-held")),
        };
        let id = item.customer_id;
        let row = Row::new(id, item.customer.clone())
            .href(format!("/customers/{id}"))
            .cell(item.customer.clone())
            .cell(view! { <span class="code">{item.customer_number}</span> })
            .cell(view! { <DateText date=item.cut_on/> })
            .cell(view! { <StatusBadge tone=tone label=words/> })
            .cell(view! { <MoneyText money=item.due/> });
        if may {
            row.cell(view! { <CheckField name="chosen[]" id=format!("chosen-{id}") value=id.to_string() label=item.customer/> })
        } else {
            row
        }
    };
    let total = page.total;
    let rows = page.rows.into_iter().map(row).collect();
    view! { <DataTable caption=t("brake-would") columns=columns rows=rows total=count(total)/> }.into_any()
}
