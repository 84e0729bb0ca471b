//! A key of each owner for a program of his, so that scripts find the machine's door open.

use super::{ApiKey, Demo};
use anyhow::{Context, Result};
use domain::keys::{KeyForm, scopes};
use domain::people::{Caller, SessionMark};
use domain::rights::Permission;
use services::Services;
use services::keys::{forget_shown, make_key, shown_key};
use storage::isps::Isp;
use uuid::Uuid;

pub async fn make(services: &Services, demo: &mut Demo, isp: &Isp, boss: &Caller) -> Result<()> {
    // As if he had just signed in.
    let session = Some(SessionMark { id: Uuid::nil(), proved_at: services.now() });
    let owner = Caller { session, ..boss.clone() };
    let form = KeyForm {
        name: "Demo".into(),
        scopes: scopes().filter(|scope| owner.allowed(*scope)).map(|scope| scope.key().to_string()).collect(),
        days: "365".into(),
        premium: owner.allowed(Permission::PeopleManage),
        ..KeyForm::default()
    };
    make_key(services, &owner, &form).await?;
    let (_, key) = shown_key(services, &owner).await?.context("a key that was just made")?;
    forget_shown(services, &owner).await?;
    demo.api_keys.push(ApiKey { isp: isp.short_name.clone(), role: owner.role.slug().into(), key });
    Ok(())
}
