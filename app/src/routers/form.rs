//! The form of a router. Its password goes in and never comes back.

use super::api::SaveRouter;
use super::words::{door_text, mode_text};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::RouterId;
use domain::rights::Permission;
use domain::routers::{AuthMode, Router, RouterDoor};
use leptos::prelude::*;
use services::routers::{find_router, list_routers};
use services::{radius, require};
use ui::prelude::*;

pub async fn new(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let page = view! {
        <PageHeader title=t("router-add") subtitle=t("router-add-lead") back=("/routers".to_string(), t("routers-title"))/>
        {fields(&at, None).await?}
    };
    Ok(page.into_any())
}

pub async fn edit(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let id: RouterId = at.param("id")?;
    let (view, _) = find_router(at.services(), at.caller()?, id).await?;
    let title = t_with("router-edit", &[("name", view.router.name.as_str().into())]);
    let page = view! {
        <PageHeader title=title back=(format!("/routers/{id}"), view.router.name.clone())/>
        {fields(&at, Some(view.router)).await?}
    };
    Ok(page.into_any())
}

async fn fields(at: &Drawing, router: Option<Router>) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let clients = radius::list_nas(services, caller).await?;
    let clients: Vec<_> = clients.into_iter().filter(|client| client.active).map(|client| (client.id.to_string(), client.name)).collect();
    let itself = router.as_ref().map(|router| router.id);
    let parents = list_routers(services, caller).await?.into_iter().filter(|view| Some(view.router.id) != itself);
    let parents: Vec<_> = parents.map(|view| (view.router.id.to_string(), view.router.name)).collect();
    let identity = router.as_ref().map(|router| {
        view! {
            <HiddenField name="id" value=router.id.to_string()/>
            <HiddenField name="version" value=router.version.to_string()/>
        }
    });
    let is_new = router.is_none();
    let back = router.as_ref().map_or_else(|| "/routers".to_string(), |router| format!("/routers/{}", router.id));
    let text = |of: fn(&Router) -> String| router.as_ref().map(of).unwrap_or_default();
    let (name, host, user) = (text(|one| one.name.clone()), text(|one| one.host.clone()), text(|one| one.username.clone()));
    let port = text(|one| if one.port == one.door.usual_port() { String::new() } else { one.port.to_string() });
    let nas = text(|one| one.nas_id.map(|id| id.to_string()).unwrap_or_default());
    let parent = text(|one| one.parent_id.map(|id| id.to_string()).unwrap_or_default());
    let door = router.as_ref().map(|one| one.door).unwrap_or_default().slug();
    let mode = router.as_ref().map(|one| one.auth_mode).unwrap_or_default().slug();
    let doors = RouterDoor::ALL.iter().map(|door| (door.slug().to_string(), door_text(*door))).collect();
    let modes = AuthMode::ALL.iter().map(|mode| (mode.slug().to_string(), mode_text(*mode))).collect();
    let password_help = if is_new { t("router-password-help") } else { t("router-password-keep") };
    let form = view! {
        <PostForm action={action::<SaveRouter>()}>
            <Card>
                <ErrorSummary/>
                {identity}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("router-name") value=name maxlength=60 autofocus=true help=t("router-name-help")/>
                    <TextField name="form[host]" label=t("router-host") value=host maxlength=253 autocomplete="off" help=t("router-host-help")/>
                    <SelectField name="form[door]" label=t("router-door") options=doors value=door help=t("router-door-help")/>
                    <TextField name="form[port]" label=t("router-port") value=port maxlength=5 inputmode="numeric" autocomplete="off" optional=true help=t("router-port-help")/>
                    <TextField name="form[username]" label=t("router-user") value=user maxlength=100 autocomplete="off" help=t("router-user-help")/>
                    <TextField name="form[password]" label=t("router-password") kind="password" maxlength=200 autocomplete="new-password" optional=!is_new help=password_help/>
                    <SelectField name="form[nas]" label=t("router-nas") options=clients value=nas empty=t("router-nas-none") optional=true help=t("router-nas-help")/>
                    <SelectField name="form[parent]" label=t("router-parent") options=parents value=parent empty=t("router-parent-none") optional=true help=t("router-parent-help")/>
                    <SelectField name="form[auth_mode]" label=t("router-mode") options=modes value=mode help=t("router-mode-help")/>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("router-save-and-test") icon="check"/>
                    <LinkButton href=back label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    };
    Ok(form.into_any())
}
