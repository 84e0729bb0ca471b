//! Two tabs of dunning: its settings, and the days of rest.

use super::api::{AddHolidays, RemoveHoliday};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::settings::api::SaveSettings;
use crate::settings::{Form, group_cards};
use chrono::NaiveDate;
use domain::settings::Group;
use leptos::prelude::*;
use services::dunning;
use services::settings::At;
use ui::prelude::*;

/// What is typed of reminders, the brake and promises; the same values stand among all settings.
pub(super) async fn form(at: &Drawing) -> Result<AnyView, UiError> {
    let groups = [Group::Quiet, Group::Brake, Group::Promise];
    let page = services::settings::page(at.services(), at.caller()?, At::Isp, &groups).await?;
    let cards = group_cards(at, page, &Form { action: action::<SaveSettings>(), place: String::new() });
    Ok(view! { <div class="flow">{cards}</div> }.into_any())
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
