//! Months of the books: closing one, asking to reopen the last, and the second person's answer.

use super::api::{AskToReopen, CloseMonth, DecideReopening};
use super::parts::books_bar;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::use_visit;
use domain::books::PeriodRow;
use domain::reports::Grain;
use domain::rights::Permission;
use leptos::prelude::*;
use services::books;
use ui::prelude::*;

pub async fn periods(at: Drawing) -> Result<AnyView, UiError> {
    let months = books::periods(at.services(), at.caller()?).await?;
    let this_month = Grain::Month.start(at.visit().today);
    let last_closed = months.iter().find(|row| row.closed_at.is_some()).map(|row| row.month);
    // The oldest open one that is over: months close in order.
    let next = months.iter().rev().find(|row| row.closed_at.is_none()).map(|row| row.month).filter(|month| *month < this_month);
    let waiting = months.iter().filter(|row| row.reopening.is_some()).map(request).collect_view();
    let page = view! {
        <PageHeader title=t("books-periods") subtitle=t("books-periods-lead")/>
        {books_bar(&at)}
        <div class="flow">
            {waiting}
            {next.filter(|_| at.visit().may(Permission::LedgerClose)).map(close)}
            {table(months)}
            {last_closed.filter(|_| at.visit().may(Permission::LedgerReopen)).map(ask)}
        </div>
    };
    Ok(page.into_any())
}

fn month_words(month: chrono::NaiveDate) -> String {
    locales::month_and_year(use_language(), month)
}

fn close(month: chrono::NaiveDate) -> AnyView {
    let words = t_with("books-close-month", &[("month", month_words(month).into())]);
    view! {
        <PostForm action={action::<CloseMonth>()}>
            <Card title=words.clone()>
                <ErrorSummary/>
                <HiddenField name="month" value=month.to_string()/>
                <p class="muted">{t("books-close-lead")}</p>
                <div class="form-actions"><ConfirmButton label=words body=t("books-close-confirm") icon="lock"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}

fn table(months: Vec<PeriodRow>) -> AnyView {
    let columns = vec![
        Column::new(t("books-month")),
        Column::new(t("common-status")),
        Column::new(t("books-closed-by")),
        Column::new(t("books-entry-count")).numeric(),
    ];
    let rows = months
        .into_iter()
        .map(|row| {
            let last = Grain::Month.next(row.month).pred_opt().unwrap_or(row.month);
            let (state, by) = match (row.closed_at, row.closed_by_name) {
                (Some(at), name) => {
                    let local = use_visit().local(at);
                    let by = view! { {name.unwrap_or_default()}" · "<TimeText at=local/> }.into_any();
                    (view! { <StatusBadge tone=Tone::Neutral label=t("books-closed") icon="lock"/> }.into_any(), by)
                }
                (None, _) => (view! { <StatusBadge tone=Tone::Good label=t("books-open") icon="pencil"/> }.into_any(), ().into_any()),
            };
            Row::new(row.month, month_words(row.month))
                .href(format!("/books/journal?from={}&until={last}", row.month))
                .cell(month_words(row.month))
                .cell(state)
                .cell(by)
                .cell(view! { <NumberText value=row.entries/> })
        })
        .collect();
    view! { <Card flush=true><DataTable caption=t("books-periods") columns=columns rows=rows/></Card> }.into_any()
}

fn ask(month: chrono::NaiveDate) -> AnyView {
    let words = t_with("books-reopen-month", &[("month", month_words(month).into())]);
    view! {
        <PostForm action={action::<AskToReopen>()}>
            <Card title=words.clone()>
                <ErrorSummary/>
                <HiddenField name="month" value=month.to_string()/>
                <p class="muted">{t("books-reopen-lead")}</p>
                <TextAreaField name="reason" label=t("books-reason")/>
                <div class="form-actions"><ConfirmButton label=words body=t("books-reopen-confirm") icon="rotate-ccw"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}

fn request(row: &PeriodRow) -> Option<AnyView> {
    let request = row.reopening.clone()?;
    let args: [(&str, Arg); 2] = [("name", request.asked_by_name.as_str().into()), ("month", month_words(row.month).into())];
    let may = use_visit().may(Permission::LedgerReopen);
    let answers = may.then(|| {
        let answer = |yes: bool, label: String, style: ButtonStyle| {
            view! {
                <PostForm action={action::<DecideReopening>()} key=format!("{}-{yes}", request.id)>
                    <ErrorSummary/>
                    <HiddenField name="id" value=request.id.to_string()/>
                    <HiddenField name="yes" value=yes.to_string()/>
                    <SubmitButton label=label style=style/>
                </PostForm>
            }
        };
        view! {
            <div class="form-actions">
                {answer(true, t("books-reopen-grant"), ButtonStyle::Primary)}
                {answer(false, t("books-reopen-refuse"), ButtonStyle::Secondary)}
            </div>
        }
    });
    Some(
        view! {
            <Card title=t_with("books-reopen-asked", &args)>
                <p>{request.reason.clone()}</p>
                {answers}
            </Card>
        }
        .into_any(),
    )
}
