//! Server functions of the schedule's board.

use crate::UiError;
use chrono::NaiveDate;
use leptos::prelude::*;

use crate::Session;
use services::schedule;

fn back_to(name: &str) {
    leptos_axum::redirect(&format!("/jobs/{name}"));
}

/// Has a job run now, for today or a day of choice.
#[server(endpoint = "jobs/run-now")]
pub async fn run_job_now(name: String, #[server(default)] on: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let on = match on.trim() {
        "" => None,
        text => Some(text.parse::<NaiveDate>().map_err(|_| UiError::Invalid(vec![domain::Problem::new("on", "problem-date")]))?),
    };
    schedule::run_now(&session.services, session.caller()?, &name, on).await?;
    back_to(&name);
    Ok(())
}

#[server(endpoint = "jobs/pause")]
pub async fn pause_job(name: String, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    schedule::pause(&session.services, session.caller()?, &name, &reason).await?;
    back_to(&name);
    Ok(())
}

#[server(endpoint = "jobs/resume")]
pub async fn resume_job(name: String) -> Result<(), UiError> {
    let session = Session::get()?;
    schedule::resume(&session.services, session.caller()?, &name).await?;
    back_to(&name);
    Ok(())
}

#[server(endpoint = "jobs/retry")]
pub async fn retry_job(name: String) -> Result<(), UiError> {
    let session = Session::get()?;
    schedule::retry(&session.services, session.caller()?, &name).await?;
    back_to(&name);
    Ok(())
}

#[server(endpoint = "jobs/retry-task")]
pub async fn retry_task(id: i64) -> Result<(), UiError> {
    let session = Session::get()?;
    schedule::retry_task(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/jobs");
    Ok(())
}

#[server(endpoint = "jobs/dismiss-task")]
pub async fn dismiss_task(id: i64) -> Result<(), UiError> {
    let session = Session::get()?;
    schedule::dismiss_task(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/jobs");
    Ok(())
}
