//! Two tabs of dunning: its settings, and the days of rest.

use super::api::{AddHolidays, RemoveHoliday, SaveDunningSettings};
use crate::UiError;
use crate::drawn::{Drawing, action};
use chrono::{Datelike, NaiveDate, NaiveTime};
use leptos::prelude::*;
use services::dunning;
use ui::prelude::*;

pub(super) async fn form(at: &Drawing, may: bool) -> Result<AnyView, UiError> {
    let s = dunning::settings(at.services(), at.caller()?).await?;
    // A Monday, to name the days of the week after.
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    let days = (1i16..=7).map(|day| {
        let name = locales::weekday(use_language(), (monday + chrono::Days::new(u64::from(day.unsigned_abs()) - 1)).weekday());
        view! { <CheckField name="form[weekend][]" id=format!("weekend-{day}") value=day.to_string() label=name checked=s.weekend.contains(&day)/> }
    });
    let days = days.collect_view();
    let time = |time: NaiveTime| time.format("%H:%M").to_string();
    let save = may.then(|| view! { <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div> });
    let version = s.version.to_string();
    let page = view! {
        <PostForm action={action::<SaveDunningSettings>()}>
            <ErrorSummary/>
            <HiddenField name="form[version]" value=version/>
            <div class="flow">
                <Card title=t("dunning-quiet") subtitle=t("dunning-quiet-help")>
                    <div class="form-grid">
                        <TextField name="form[quiet_from]" label=t("dunning-quiet-from") value=time(s.quiet.from) kind="time"/>
                        <TextField name="form[quiet_until]" label=t("dunning-quiet-until") value=time(s.quiet.until) kind="time"/>
                    </div>
                </Card>
                <Card title=t("dunning-weekend")>
                    <fieldset><legend class="sr-only">{t("dunning-weekend")}</legend><div class="flex flex-wrap gap-x-6">{days}</div></fieldset>
                </Card>
                <Card title=t("dunning-brake") subtitle=t("dunning-brake-lead")>
                    <div class="form-grid">
                        <TextField name="form[brake_share]" label=t("dunning-brake-share") value=s.brake_share.to_string() inputmode="numeric" suffix="%"/>
                        <TextField name="form[brake_times]" label=t("dunning-brake-times") value=s.brake_times.to_string() inputmode="numeric" help=t("dunning-brake-times-help")/>
                        <TextField name="form[brake_least]" label=t("dunning-brake-least") value=s.brake_least.to_string() inputmode="numeric" suffix=t("dunning-brake-people")/>
                    </div>
                </Card>
                <Card title=t("dunning-promise-rules")>
                    <div class="form-grid">
                        <TextField name="form[promise_days]" label=t("dunning-promise-days") value=s.promise_days.to_string() inputmode="numeric"/>
                        <TextField name="form[promise_per_cycle]" label=t("dunning-promise-cycle") value=s.promise_per_cycle.to_string() inputmode="numeric"/>
                        <TextField name="form[promise_per_year]" label=t("dunning-promise-year") value=s.promise_per_year.to_string() inputmode="numeric"/>
                        <CheckField name="form[promise_by_customer]" label=t("dunning-promise-portal") checked=s.promise_by_customer/>
                    </div>
                    {save}
                </Card>
            </div>
        </PostForm>
    };
    Ok(page.into_any())
}

pub(super) async fn holidays(at: &Drawing, may: bool) -> Result<AnyView, UiError> {
    let days = dunning::holidays(at.services(), at.caller()?).await?;
    let columns = vec![Column::new(t("common-date")), Column::new(t("common-name")), Column::new(t("common-actions")).quiet()];
    let row = |(day, name): (NaiveDate, String)| {
        let remove = may.then(|| {
            view! {
                <PostForm action={action::<RemoveHoliday>()} key=day.to_string()>
                    <HiddenField name="day" value=day.to_string()/>
                    <ConfirmButton label=t("action-delete") body=t("dunning-holiday-remove-body") style=ButtonStyle::Ghost icon="trash-2"/>
                </PostForm>
            }
        });
        Row::new(day, name.clone()).cell(view! { <DateText date=day/> }).cell(name).cell(remove)
    };
    let rows = days.into_iter().map(row).collect();
    let empty =
        view! { <EmptyState icon="calendar" title=t("dunning-holidays-empty-title") body=t("dunning-holidays-empty-body")/> }.into_any();
    let add = may.then(|| {
        view! {
            <Card title=t("dunning-holidays-add")>
                <PostForm action={action::<AddHolidays>()}>
                    <ErrorSummary/>
                    <TextAreaField name="days" label=t("dunning-holidays-list") help=t("dunning-holidays-help") rows=6/>
                    <div class="form-actions"><SubmitButton label=t("dunning-holidays-add") icon="plus"/></div>
                </PostForm>
            </Card>
        }
    });
    let page = view! {
        <p class="muted mb-4">{t("dunning-holidays-lead")}</p>
        <div class="split">
            <Card flush=true><DataTable caption=t("dunning-tab-holidays") columns=columns rows=rows empty=empty/></Card>
            {add}
        </div>
    };
    Ok(page.into_any())
}
