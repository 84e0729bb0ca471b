//! Server functions above the ISPs: what the forms of its pages send.

use crate::{Session, UiError};
use domain::platform::{IspEdit, IspForm, NoticeForm, PlanForm, TenantForm};
use domain::trust::SignInRuleForm;
use domain::{AccountId, IspId, TenantId};
use leptos::prelude::*;
use leptos_axum::redirect;
use services::{people, platform};
use uuid::Uuid;

#[server(endpoint = "platform/tenant-create")]
pub async fn create_tenant(form: TenantForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let (id, head) = platform::create_tenant(&session.services, session.platform()?, &form).await?;
    redirect(&format!("/platform/tenants/{id}?made={head}"));
    Ok(())
}

#[server(endpoint = "platform/tenant-save")]
pub async fn save_tenant(id: TenantId, version: i32, form: TenantForm) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::save_tenant(&session.services, session.platform()?, id, version, &form).await?)
}

#[server(endpoint = "platform/tenant-suspend")]
pub async fn suspend_tenant(id: TenantId, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::suspend_tenant(&session.services, session.platform()?, id, &reason).await?)
}

#[server(endpoint = "platform/tenant-lift")]
pub async fn lift_tenant(id: TenantId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::lift_tenant(&session.services, session.platform()?, id).await?)
}

#[server(endpoint = "platform/tenant-delete")]
pub async fn delete_tenant(id: TenantId, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::delete_tenant(&session.services, session.platform()?, id, &reason).await?)
}

#[server(endpoint = "platform/tenant-restore")]
pub async fn restore_tenant(id: TenantId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::restore_tenant(&session.services, session.platform()?, id).await?)
}

#[server(endpoint = "platform/head-password")]
pub async fn new_head_password(id: AccountId) -> Result<(), UiError> {
    let session = Session::get()?;
    let tenant = platform::new_password(&session.services, session.platform()?, id).await?;
    redirect(&format!("/platform/tenants/{tenant}?made={id}"));
    Ok(())
}

#[server(endpoint = "platform/isp-create")]
pub async fn create_isp(form: IspForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let (id, admin) = platform::create_isp(&session.services, session.platform()?, &form).await?;
    redirect(&format!("/platform/isps/{id}?made={admin}"));
    Ok(())
}

#[server(endpoint = "platform/isp-save")]
pub async fn save_isp(id: IspId, version: i32, form: IspEdit) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::save_isp(&session.services, session.platform()?, id, version, &form).await?)
}

#[server(endpoint = "platform/isp-suspend")]
pub async fn suspend_isp(id: IspId, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::suspend_isp(&session.services, session.platform()?, id, &reason).await?)
}

#[server(endpoint = "platform/isp-lift")]
pub async fn lift_isp(id: IspId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::lift_isp(&session.services, session.platform()?, id).await?)
}

#[server(endpoint = "platform/isp-terminate")]
pub async fn terminate_isp(id: IspId, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::terminate_isp(&session.services, session.platform()?, id, &reason).await?)
}

#[server(endpoint = "platform/plan-save")]
pub async fn save_plan(id: Option<Uuid>, version: Option<i32>, form: PlanForm) -> Result<(), UiError> {
    let session = Session::get()?;
    platform::save_plan(&session.services, session.platform()?, id.zip(version), &form).await?;
    redirect("/platform/plans");
    Ok(())
}

#[server(endpoint = "platform/slots-change")]
pub async fn change_slots(tenant: TenantId, more: bool, count: String, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::change_slots(&session.services, session.platform()?, tenant, more, &count, &reason).await?)
}

#[server(endpoint = "platform/slots-transfer")]
pub async fn transfer_slots(from: TenantId, to: TenantId, count: String, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::transfer_slots(&session.services, session.platform()?, from, to, &count, &reason).await?)
}

#[server(endpoint = "platform/ask")]
pub async fn ask_for_more(what: String, #[server(default)] words: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::ask_for_more(&session.services, session.platform()?, &what, &words).await?)
}

#[server(endpoint = "platform/answer")]
pub async fn answer_request(id: Uuid, #[server(default)] words: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::answer_request(&session.services, session.platform()?, id, &words).await?)
}

#[server(endpoint = "platform/rules")]
pub async fn save_platform_rules(form: SignInRuleForm) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(people::set_platform_sign_in_rule(&session.services, session.platform()?, &form).await?)
}

#[server(endpoint = "platform/networks")]
pub async fn save_platform_networks(#[server(default)] networks: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(people::set_platform_networks(&session.services, session.platform()?, &networks).await?)
}

#[server(endpoint = "platform/notice-publish")]
pub async fn publish_notice(form: NoticeForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = platform::publish_notice(&session.services, session.platform()?, &form).await?;
    redirect(&format!("/platform/notices/{id}"));
    Ok(())
}

#[server(endpoint = "platform/notice-end")]
pub async fn end_notice(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    platform::end_notice(&session.services, session.platform()?, id).await?;
    redirect("/platform/notices");
    Ok(())
}

/// Somebody of an ISP has read it; back to the page where it stood.
#[server(endpoint = "account/notice-read")]
pub async fn read_notice(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(platform::read_notice(&session.services, session.caller()?, id).await?)
}
