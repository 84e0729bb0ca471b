//! One tenant: facts, what it uses, its ISPs and who runs it; what is changed, and apart from that what is dangerous.

use super::api::{ChangeSlots, DeleteTenant, LiftTenant, NewHeadPassword, RestoreTenant, SaveTenant, SuspendTenant, TransferSlots};
use super::isps::isp_table;
use super::tenants::{fields, plan_options};
use super::words::{decided_mark, lift_form, password_card, suspend_form, usage_list};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::TenantId;
use domain::platform::Decided;
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, TenantDetail, require_platform};
use ui::prelude::*;

pub async fn tenant(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    require_platform(caller, Permission::PlatformManage)?;
    let id: TenantId = at.param("id")?;
    let detail = platform::tenant(at.services(), caller, id).await?;
    let mut isps = platform::isps(at.services(), caller).await?;
    isps.retain(|view| view.isp.tenant_id == id);
    let others = platform::tenants(at.services(), caller, false).await?;
    let others =
        others.into_iter().filter(|view| view.tenant.id != id).map(|view| (view.tenant.id.to_string(), view.tenant.name)).collect();
    let options = plan_options(&at, detail.tenant.plan.as_ref().map(|(id, _)| *id)).await?;
    let made = at.query().get("made").and_then(|id| id.parse::<domain::AccountId>().ok());
    let password = match made.and_then(|made| detail.heads.iter().find(|head| head.id == made.0)) {
        Some(head) => password_card(&at, head.id.into(), &head.email).await?,
        None => None,
    };
    let alive = detail.tenant.deleted_at.is_none();
    let edit = alive.then(|| edit(&detail, options));
    let slots = alive.then(|| slots_card(&detail, others));
    let href = format!("/platform/settings?tenant={id}");
    let settings = view! { <LinkButton href=href label=t("settings-title") icon="settings"/> }.into_any();
    let (kept, usage, heads, danger) = (kept(&at, &detail), usage_list(&detail.usage), heads(&at, &detail), danger(&detail));
    let page = view! {
        <PageHeader title=detail.tenant.name.clone() back=("/platform/tenants".to_string(), t("menu-tenants")) badge=decided_mark(&detail.tenant.decided) actions=settings/>
        {password}
        {kept}
        <div class="flow">
            <div class="split">
                <Card title=t("plan-use")>{usage}</Card>
                <Card title=t("tenant-heads")>{heads}</Card>
            </div>
            {isp_table(isps, false)}
            {edit}
            {slots}
            {danger}
        </div>
    };
    Ok(page.into_any())
}

fn kept(at: &Drawing, detail: &TenantDetail) -> AnyView {
    let day = |when| locales::date(use_language(), at.visit().local(when).date());
    match (&detail.tenant.decided, detail.kept_until) {
        (_, Some(until)) => {
            let words = t_with("tenant-kept-until", &[("date", day(until).into())]);
            view! { <div class="mb-5"><Alert tone=Tone::Warning>{words}</Alert></div> }.into_any()
        }
        (Decided::Suspended { since, why }, None) => {
            let words = t_with("tenant-suspended-since", &[("date", day(*since).into())]);
            let why = why.clone();
            view! { <div class="mb-5"><Alert tone=Tone::Warning title=words>{why}</Alert></div> }.into_any()
        }
        _ => ().into_any(),
    }
}

fn heads(at: &Drawing, detail: &TenantDetail) -> AnyView {
    let items = detail
        .heads
        .iter()
        .map(|head| {
            let seen = match head.last_seen {
                Some(seen) => view! { <TimeText at=at.visit().local(seen)/> }.into_any(),
                None => view! { <span class="muted">{t("common-never")}</span> }.into_any(),
            };
            let (id, email) = (head.id.to_string(), head.email.clone());
            let form = view! {
                <PostForm action={action::<NewHeadPassword>()} key=id.clone()>
                    <HiddenField name="id" value=id.clone()/>
                    <ConfirmButton label=t("head-password") body=t("head-password-words") style=ButtonStyle::Secondary icon="key-round"/>
                </PostForm>
            };
            Definition::new(
                head.name.clone(),
                view! { <span class="wrap-anywhere">{email}</span>" · "{t("session-seen")}": "{seen}<div class="mt-2">{form}</div> },
            )
        })
        .collect();
    view! { <DefinitionList items=items/> }.into_any()
}

fn edit(detail: &TenantDetail, options: Vec<(String, String)>) -> AnyView {
    let tenant = detail.tenant.clone();
    let (id, version) = (tenant.id.to_string(), tenant.version.to_string());
    let plan = tenant.plan.map(|(id, _)| id.to_string()).unwrap_or_default();
    view! {
        <Card title=t("action-edit")>
            <PostForm action={action::<SaveTenant>()}>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <HiddenField name="version" value=version/>
                {fields(tenant.name, tenant.domain.unwrap_or_default(), tenant.subdomain.unwrap_or_default(), options, plan)}
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn slots_card(detail: &TenantDetail, others: Vec<(String, String)>) -> AnyView {
    let id = detail.tenant.id.to_string();
    let lead = t_with("slots-have", &[("used", detail.tenant.isps.into()), ("slots", detail.tenant.slots.into())]);
    let (one, two) = (id.clone(), id);
    let transfer = (!others.is_empty()).then(|| {
        view! {
            <PostForm action={action::<TransferSlots>()} class="mt-6 grid gap-4">
                <ErrorSummary/>
                <HiddenField name="from" value=two/>
                <div class="form-grid">
                    <SelectField name="to" label=t("slots-to") options=others/>
                    <TextField name="count" id="transfer-count" label=t("slots-count") value="1" inputmode="numeric" maxlength=5/>
                    <TextField name="reason" id="transfer-reason" label=t("common-reason") maxlength=500/>
                </div>
                <div class="form-actions"><SubmitButton label=t("slots-transfer") icon="arrow-right" style=ButtonStyle::Secondary/></div>
            </PostForm>
        }
    });
    let ways = vec![("true".to_string(), t("slots-assign")), ("false".to_string(), t("slots-free"))];
    view! {
        <Card title=t("slots-title") subtitle=lead actions=view! { <LinkButton href="/platform/slots" label=t("slots-history") icon="history"/> }.into_any()>
            <PostForm action={action::<ChangeSlots>()} class="grid gap-4">
                <ErrorSummary/>
                <HiddenField name="tenant" value=one/>
                <div class="form-grid">
                    <SelectField name="more" label=t("slots-what") options=ways value="true"/>
                    <TextField name="count" label=t("slots-count") value="1" inputmode="numeric" maxlength=5/>
                    <TextField name="reason" id="slots-reason" label=t("common-reason") maxlength=500/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
            {transfer}
        </Card>
    }
    .into_any()
}

fn danger(detail: &TenantDetail) -> AnyView {
    let id = detail.tenant.id.to_string();
    let one = id.clone();
    let suspension = match &detail.tenant.decided {
        Decided::Active => Some(suspend_form(action::<SuspendTenant>(), one, t("tenant-suspend"))),
        Decided::Suspended { .. } => Some(lift_form(action::<LiftTenant>(), one)),
        Decided::Ended => None,
    };
    let end = match detail.tenant.deleted_at {
        None => view! {
            <PostForm action={action::<DeleteTenant>()} class="mt-6 grid gap-4">
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <TextField name="reason" id="delete-reason" label=t("common-reason") maxlength=500/>
                <div><ConfirmButton label=t("tenant-delete") body=t("tenant-delete-words") icon="trash-2"/></div>
            </PostForm>
        }
        .into_any(),
        Some(_) => view! {
            <PostForm action={action::<RestoreTenant>()}>
                <HiddenField name="id" value=id/>
                <ConfirmButton label=t("tenant-restore") body=t("tenant-restore-words") style=ButtonStyle::Primary icon="undo-2"/>
            </PostForm>
        }
        .into_any(),
    };
    view! { <Card title=t("danger-title")>{suspension}{end}</Card> }.into_any()
}
