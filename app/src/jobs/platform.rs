//! Every job of every ISP as the developer sees it: names and states, nothing that belongs to an ISP.

use super::words::{job_name, state_mark};
use crate::UiError;
use crate::drawn::Drawing;
use leptos::prelude::*;
use services::schedule::{self, JobState, PlatformJob};
use ui::prelude::*;

pub async fn platform(at: Drawing) -> Result<AnyView, UiError> {
    let (mut jobs, beat) = schedule::platform_board(at.services(), at.platform()?).await?;
    let rank = |state: JobState| match state {
        JobState::Failed | JobState::Late => 0,
        JobState::Paused => 1,
        JobState::Running => 2,
        JobState::Fine | JobState::New => 3,
    };
    jobs.sort_by_key(|job| rank(job.state));
    let visit = at.visit().clone();
    let columns = vec![Column::new(t("menu-isps")), Column::new(t("job-task")), Column::new(t("job-state")), Column::new(t("job-last"))];
    let row = |(index, job): (usize, PlatformJob)| {
        Row::new(index, job.isp.clone())
            .cell(job.isp)
            .cell(job_name(job.job))
            .cell(state_mark(job.state))
            .cell(job.last_at.map(|at| view! { <TimeText at=visit.local(at)/> }))
    };
    let rows = jobs.into_iter().enumerate().map(row).collect();
    let beat = match beat {
        Some(at) => t_with("jobs-last-beat", &[("time", locales::date_time(use_language(), visit.local(at)).into())]),
        None => t("jobs-dead-title"),
    };
    let page = view! {
        <PageHeader title=t("jobs-title") subtitle=beat back=("/".to_string(), t("menu-isps"))/>
        <div data-poll="15"><Card flush=true><DataTable caption=t("jobs-title") columns=columns rows=rows/></Card></div>
    };
    Ok(page.into_any())
}
