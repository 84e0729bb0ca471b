//! Server function of the platform's home.

use crate::UiError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::Session;
#[cfg(feature = "ssr")]
use domain::rights::Permission;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformView {
    pub isps: Vec<IspView>,
    /// `None` for a super admin: jobs of other tenants are among them.
    pub jobs: Option<Vec<JobView>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IspView {
    pub id: domain::IspId,
    pub name: String,
    pub short_name: String,
    pub time_zone: String,
    pub active: bool,
    pub services: i64,
    pub suspended: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    pub id: i64,
    pub task: String,
    /// `waiting`, `running` or `failed`.
    pub state: String,
    pub attempts: i32,
    pub problem: Option<String>,
}

#[server(endpoint = "platform/home")]
pub async fn platform_home() -> Result<PlatformView, UiError> {
    let session = Session::get()?;
    let caller = session.platform()?;
    let isps = services::platform::isps(&session.services, caller).await?;
    let jobs =
        if caller.allowed(Permission::PlatformManage) { Some(services::platform::jobs(&session.services, caller).await?) } else { None };
    let isp = |isp: services::platform::IspRow| IspView {
        id: isp.id,
        name: isp.name,
        short_name: isp.short_name,
        time_zone: isp.time_zone,
        active: isp.active,
        services: isp.services,
        suspended: isp.suspended,
    };
    let job = |job: services::platform::JobRow| JobView {
        id: job.id,
        task: job.task,
        state: job.state,
        attempts: job.attempts,
        problem: job.problem,
    };
    Ok(PlatformView { isps: isps.into_iter().map(isp).collect(), jobs: jobs.map(|jobs| jobs.into_iter().map(job).collect()) })
}
