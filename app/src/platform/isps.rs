//! ISPs from above: the list, and the form that founds one together with its first administrator.

use super::api::CreateIsp;
use super::words::standing_mark;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::Currency;
use domain::platform::Standing;
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, IspView, require_platform};
use ui::prelude::*;

pub async fn isps(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    let (query, developer) = (at.query(), caller.allowed(Permission::PlatformManage));
    let search = query.get("q").unwrap_or_default().trim().to_lowercase();
    let state = query.get("state").unwrap_or_default().to_string();
    let mut found = platform::isps(at.services(), caller).await?;
    found.retain(|view| {
        let named = format!("{} {} {}", view.isp.name, view.isp.short_name, view.tenant).to_lowercase();
        let right = match state.as_str() {
            "suspended" => matches!(view.isp.standing, Standing::Suspended(_)),
            "terminated" => view.isp.standing == Standing::Closed,
            _ => view.isp.standing != Standing::Closed,
        };
        right && named.contains(&search)
    });
    let add = view! { <LinkButton href="/platform/isps/new" label=t("isp-add") icon="plus" style=ButtonStyle::Primary/> };
    let chip = |value: &'static str, words: String| {
        let on = state == value;
        let href = if value.is_empty() { "/platform/isps".to_string() } else { format!("/platform/isps?state={value}") };
        view! { <a class="chip" class:chip-on=on href=href aria-current=on.then_some("true")>{words}</a> }
    };
    let chips = [("", t("status-active")), ("suspended", t("status-suspended")), ("terminated", t("status-terminated"))];
    let chips = chips.into_iter().map(|(value, words)| chip(value, words)).collect_view();
    let page = view! {
        <PageHeader title=t("menu-isps") subtitle=t("platform-lead") actions=add.into_any()/>
        <div class="list-tools"><SearchBox placeholder=t("platform-search")/>{chips}</div>
        {isp_table(found, developer)}
    };
    Ok(page.into_any())
}

/// ISPs with what they have; with the name of their tenant where there are several.
pub(super) fn isp_table(found: Vec<IspView>, tenant: bool) -> AnyView {
    let mut columns = vec![Column::new(t("common-name")), Column::new(t("platform-short-name"))];
    columns.extend(tenant.then(|| Column::new(t("tenant-one"))));
    columns.extend([
        Column::new(t("limit-customers")).numeric(),
        Column::new(t("limit-users")).numeric(),
        Column::new(t("limit-routers")).numeric(),
        Column::new(t("common-status")),
    ]);
    let row = |view: IspView| {
        let mut row = Row::new(view.isp.id, view.isp.name.clone())
            .href(format!("/platform/isps/{}", view.isp.id))
            .cell(view! { <strong class="font-semibold">{view.isp.name.clone()}</strong> })
            .cell(view.isp.short_name.clone());
        if tenant {
            row = row.cell(view.tenant.clone());
        }
        row.cell(view! { <NumberText value=view.customers/> })
            .cell(view! { <NumberText value=view.users/> })
            .cell(view! { <NumberText value=view.routers/> })
            .cell(standing_mark(&view.isp.standing))
    };
    let rows = found.into_iter().map(row).collect();
    let add = view! { <LinkButton href="/platform/isps/new" label=t("isp-add") icon="plus"/> }.into_any();
    let empty =
        view! { <EmptyState icon="building-2" title=t("platform-empty-title") body=t("platform-empty-body") action=add/> }.into_any();
    view! { <Card flush=true title=t("menu-isps")><DataTable caption=t("menu-isps") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}

pub async fn new_isp(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    require_platform(caller, Permission::IspsManage)?;
    let developer = caller.allowed(Permission::PlatformManage);
    let tenants = platform::tenants(at.services(), caller, false).await?;
    let free = |view: &platform::TenantView| i64::from(view.tenant.slots) - view.tenant.isps;
    let none_free = !developer && tenants.iter().all(|view| free(view) <= 0);
    if none_free {
        let ask = view! { <LinkButton href="/platform/slots" label=t("plan-ask") icon="send" style=ButtonStyle::Primary/> }.into_any();
        let page = view! {
            <PageHeader title=t("isp-add") back=("/platform/isps".to_string(), t("menu-isps"))/>
            <Card><EmptyState icon="columns-3" title=t("slots-none-title") body=t("slots-none-body") action=ask/></Card>
        };
        return Ok(page.into_any());
    }
    let of = tenants
        .iter()
        .map(|view| {
            let words = t_with("slots-free-of", &[("name", view.tenant.name.as_str().into()), ("count", free(view).max(0).into())]);
            (view.tenant.id.to_string(), words)
        })
        .collect::<Vec<_>>();
    let page = view! {
        <PageHeader title=t("isp-add") subtitle=t("isp-add-lead") back=("/platform/isps".to_string(), t("menu-isps"))/>
        <PostForm action={action::<CreateIsp>()}>
            <ErrorSummary/>
            {cards(developer.then_some(of))}
        </PostForm>
    };
    Ok(page.into_any())
}

fn cards(tenants: Option<Vec<(String, String)>>) -> AnyView {
    let tenant = tenants.map(|options| view! { <SelectField name="form[tenant]" label=t("tenant-one") options=options/> });
    let currencies = Currency::ALL.into_iter().map(|currency| (currency.code().to_string(), currency.code().to_string())).collect();
    let languages = vec![("en".to_string(), t("language-en")), ("bn".to_string(), t("language-bn"))];
    let access = vec![("walled".to_string(), t("settings-suspended-walled")), ("reject".to_string(), t("settings-suspended-reject"))];
    view! {
        <div class="flow">
            <Card title=t("common-details")>
                <div class="form-grid">
                    {tenant}
                    <TextField name="form[name]" label=t("common-name") maxlength=100/>
                    <TextField name="form[native_name]" label=t("isp-native-name") maxlength=100 optional=true/>
                    <TextField name="form[short_name]" label=t("platform-short-name") maxlength=31 help=t("isp-short-name-help")/>
                    <TextField name="form[host]" label=t("isp-host") maxlength=253 help=t("isp-host-help")/>
                    <TextField name="form[time_zone]" label=t("settings-zone") value="Asia/Dhaka" maxlength=60/>
                    <SelectField name="form[currency]" label=t("isp-currency") options=currencies value="BDT"/>
                    <SelectField name="form[language]" label=t("settings-language") options=languages value="bn"/>
                    <SelectField name="form[suspended_access]" label=t("settings-suspended-access") options=access value="walled"/>
                </div>
            </Card>
            <Card title=t("isp-first-admin") subtitle=t("tenant-head-lead")>
                <div class="form-grid">
                    <TextField name="form[admin_name]" id="field-admin_name" label=t("common-name") maxlength=100/>
                    <TextField name="form[admin_email]" label=t("account-email") kind="email" maxlength=200/>
                </div>
                <div class="form-actions"><SubmitButton label=t("isp-add") icon="check"/></div>
            </Card>
        </div>
    }
    .into_any()
}
