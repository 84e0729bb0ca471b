//! The form of an access server. A new one gets a strong secret proposed, to be copied into the router now: once saved
//! it is never shown again.

use super::api::{EnableClient, SaveClient};
use super::clients::{alert_remedy, alert_text, vendor_text};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::NasId;
use domain::radius::{COA_PORT, NasRow, NasVendor};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{radius, require};
use ui::prelude::*;

fn back() -> (String, String) {
    ("/radius".to_string(), t("radius-title"))
}

pub async fn new(at: Drawing) -> Result<AnyView, UiError> {
    let secret = radius::suggest_secret(at.caller()?)?;
    let address = at.query().get("address").unwrap_or_default().to_owned();
    let page = view! {
        <PageHeader title=t("radius-add") back=back()/>
        {fields(address, None, secret)}
    };
    Ok(page.into_any())
}

pub async fn edit(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let id: NasId = at.param("id")?;
    let clients = radius::list_nas(at.services(), at.caller()?).await?;
    let client = clients.into_iter().find(|client| client.id == id).ok_or(UiError::NotFound)?;
    // What is wrong, and what to do about it.
    let alerts = client.alerts.clone();
    let alerts = alerts
        .into_iter()
        .map(|alert| view! { <Alert tone=Tone::Bad icon="shield-alert" title=alert_text(alert.kind)>{alert_remedy(alert.kind)}</Alert> })
        .collect_view();
    let page = view! {
        <PageHeader title=client.name.clone() back=back()/>
        <div class="flow">
            {alerts}
            {fields(client.address.to_string(), Some(client.clone()), String::new())}
            {enable_form(&client)}
        </div>
    };
    Ok(page.into_any())
}

fn fields(address: String, client: Option<NasRow>, secret: String) -> AnyView {
    let identity = client.as_ref().map(|client| {
        view! {
            <HiddenField name="id" value=client.id.to_string()/>
            <HiddenField name="version" value=client.version.to_string()/>
        }
    });
    let vendors = NasVendor::ALL.iter().map(|vendor| (vendor.slug().to_string(), vendor_text(*vendor))).collect();
    let new = client.is_none();
    let port = |client: &NasRow| client.coa_port.map_or("-".to_string(), |port| port.to_string());
    let (coa_port, mac_auth) = client.as_ref().map_or((COA_PORT.to_string(), false), |client| (port(client), client.mac_auth));
    let pool = client.as_ref().and_then(|client| client.framed_pool.clone()).unwrap_or_default();
    let template = client.as_ref().map(|client| client.reply_template.clone()).unwrap_or_default();
    let (name, vendor, strict) = match client {
        Some(client) => (client.name, client.vendor, client.require_message_authenticator),
        None => (String::new(), NasVendor::Mikrotik, true),
    };
    let secret_help = if new { t("radius-secret-proposed") } else { t("radius-secret-keep") };
    view! {
        <PostForm action={action::<SaveClient>()}>
            <Card>
                <ErrorSummary/>
                {identity}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("radius-name") value=name maxlength=60 autofocus=true help=t("radius-name-help")/>
                    <TextField name="form[address]" label=t("radius-address") value=address maxlength=45 autocomplete="off" help=t("radius-address-help")/>
                    <SelectField name="form[vendor]" label=t("radius-vendor") options=vendors value=vendor.slug()/>
                    <TextField name="form[secret]" label=t("radius-secret") value=secret maxlength=64 autocomplete="off" optional=!new help=secret_help/>
                    <TextField name="form[coa_port]" label=t("radius-coa-port") value=coa_port maxlength=5 autocomplete="off" optional=true help=t("radius-coa-port-help")/>
                    <TextField name="form[framed_pool]" label=t("radius-pool") value=pool maxlength=63 autocomplete="off" optional=true help=t("radius-pool-help")/>
                    <div class="form-wide">
                        <TextAreaField name="form[reply_template]" label=t("radius-template") value=template rows=3 optional=true help=t("radius-template-help")/>
                        <CheckField name="form[mac_auth]" label=t("radius-mac-auth") checked=mac_auth help=t("radius-mac-auth-help")/>
                        <CheckField name="form[require_message_authenticator]" label=t("radius-require-authenticator") checked=strict help=t("radius-require-authenticator-help")/>
                    </div>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/radius" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}

fn enable_form(client: &NasRow) -> AnyView {
    let (id, to_active) = (client.id.to_string(), !client.active);
    let name = [("name", Arg::from(client.name.as_str()))];
    let button = if to_active {
        view! { <SubmitButton label=t("action-enable") style=ButtonStyle::Secondary icon="play"/> }.into_any()
    } else {
        view! { <ConfirmButton label=t("action-disable") body=t_with("radius-disable-body", &name) icon="ban"/> }.into_any()
    };
    view! {
        <PostForm action={action::<EnableClient>()}>
            <ErrorSummary/>
            <HiddenField name="id" value=id/>
            <HiddenField name="active" value=to_active.to_string()/>
            <div class="form-actions">{button}</div>
        </PostForm>
    }
    .into_any()
}
