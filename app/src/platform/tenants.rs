//! Tenants: the list, and the form that makes one together with its super admin.

use super::api::CreateTenant;
use super::words::{decided_mark, use_mark};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::platform::Limited;
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, TenantView, require_platform};
use ui::prelude::*;

/// Plans to choose from, after none at all.
fn options(plans: impl Iterator<Item = (uuid::Uuid, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), t("plan-none"))).chain(plans.map(|(id, name)| (id.to_string(), name))).collect()
}

pub async fn tenants(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    require_platform(caller, Permission::PlatformManage)?;
    let deleted = at.query().get("deleted").is_some();
    let search = at.query().get("q").unwrap_or_default().trim().to_lowercase();
    let mut found = platform::tenants(at.services(), caller, deleted).await?;
    found.retain(|view| search.is_empty() || view.tenant.name.to_lowercase().contains(&search));
    let add = view! { <LinkButton href="/platform/tenants/new" label=t("tenant-add") icon="plus" style=ButtonStyle::Primary/> };
    let (href, words) =
        if deleted { ("/platform/tenants", t("tenant-hide-deleted")) } else { ("/platform/tenants?deleted=yes", t("tenant-show-deleted")) };
    let page = view! {
        <PageHeader title=t("menu-tenants") subtitle=t("tenant-lead") actions=add.into_any()/>
        <div class="list-tools"><SearchBox placeholder=t("platform-search")/><a class="chip" href=href>{words}</a></div>
        {table(found)}
    };
    Ok(page.into_any())
}

fn table(found: Vec<TenantView>) -> AnyView {
    let columns = vec![
        Column::new(t("common-name")),
        Column::new(t("plan-name")),
        Column::new(t("menu-isps")).numeric(),
        Column::new(t("limit-customers")).numeric(),
        Column::new(t("limit-users")).numeric(),
        Column::new(t("limit-routers")).numeric(),
        Column::new(t("common-status")),
    ];
    let row = |view: TenantView| {
        let TenantView { tenant, usage } = view;
        let mark = |of: Limited| usage.iter().find(|one| one.of == of).map(use_mark);
        Row::new(tenant.id, tenant.name.clone())
            .href(format!("/platform/tenants/{}", tenant.id))
            .cell(view! { <strong class="font-semibold">{tenant.name}</strong> })
            .cell(tenant.plan.map_or_else(|| t("plan-none"), |(_, name)| name))
            .cell(mark(Limited::Isps))
            .cell(mark(Limited::Customers))
            .cell(mark(Limited::Users))
            .cell(mark(Limited::Routers))
            .cell(decided_mark(&tenant.decided))
    };
    let rows = found.into_iter().map(row).collect();
    let add = view! { <LinkButton href="/platform/tenants/new" label=t("tenant-add") icon="plus"/> }.into_any();
    let empty = view! { <EmptyState icon="landmark" title=t("tenant-empty") body=t("tenant-empty-body") action=add/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("menu-tenants") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

pub async fn new_tenant(at: Drawing) -> Result<AnyView, UiError> {
    let options = plan_options(&at, None).await?;
    let page = view! {
        <PageHeader title=t("tenant-add") subtitle=t("tenant-add-lead") back=("/platform/tenants".to_string(), t("menu-tenants"))/>
        <PostForm action={action::<CreateTenant>()}>
            <ErrorSummary/>
            <div class="flow">
                <Card title=t("tenant-one")>{fields(String::new(), String::new(), String::new(), options, String::new())}
                    <div class="form-grid mt-4"><TextField name="form[slots]" label=t("slots-title") value="1" inputmode="numeric" maxlength=5 help=t("slots-help")/></div>
                </Card>
                <Card title=t("role-super-admin") subtitle=t("tenant-head-lead")>
                    <div class="form-grid">
                        <TextField name="form[admin_name]" label=t("common-name") maxlength=100/>
                        <TextField name="form[admin_email]" label=t("account-email") kind="email" maxlength=200/>
                    </div>
                    <div class="form-actions"><SubmitButton label=t("tenant-add") icon="check"/></div>
                </Card>
            </div>
        </PostForm>
    };
    Ok(page.into_any())
}

/// What of a tenant is typed, new or known.
pub(super) fn fields(name: String, domain: String, subdomain: String, plans: Vec<(String, String)>, plan: String) -> AnyView {
    view! {
        <div class="form-grid">
            <TextField name="form[name]" label=t("common-name") value=name maxlength=100/>
            <SelectField name="form[plan]" label=t("plan-name") options=plans value=plan optional=true help=t("plan-help")/>
            <TextField name="form[subdomain]" label=t("tenant-subdomain") value=subdomain maxlength=31 optional=true help=t("tenant-subdomain-help")/>
            <TextField name="form[domain]" label=t("tenant-domain") value=domain maxlength=253 optional=true help=t("tenant-domain-help")/>
        </div>
    }
    .into_any()
}

/// Plans that may be chosen, with the one that is there.
pub(super) async fn plan_options(at: &Drawing, keeps: Option<uuid::Uuid>) -> Result<Vec<(String, String)>, UiError> {
    let plans = platform::plans(at.services(), at.platform()?).await?;
    Ok(options(plans.into_iter().filter(|plan| !plan.archived || keeps == Some(plan.id)).map(|plan| (plan.id, plan.name))))
}
