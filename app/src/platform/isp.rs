//! One ISP from above: facts and figures, its administrators, names and hosts; suspending and ending it apart.

use super::api::{LiftIsp, SaveIsp, SuspendIsp, TerminateIsp};
use super::words::{lift_form, password_card, standing_mark, suspend_form};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::IspId;
use domain::platform::{Level, Standing};
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, IspDetail};
use ui::prelude::*;

pub async fn isp(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    let id: IspId = at.param("id")?;
    let detail = platform::isp(at.services(), caller, id).await?;
    let made = at.query().get("made").and_then(|id| id.parse::<uuid::Uuid>().ok());
    let password = match made.and_then(|made| detail.admins.iter().find(|(id, ..)| *id == made)) {
        Some((id, _, login, _)) => password_card(&at, (*id).into(), login).await?,
        None => None,
    };
    let forms = (caller.allowed(Permission::IspsManage) && detail.view.isp.active).then(|| forms(&detail));
    let page = view! {
        <PageHeader title=detail.view.isp.name.clone() subtitle=detail.view.tenant.clone() back=("/platform/isps".to_string(), t("menu-isps")) badge=standing_mark(&detail.view.isp.standing)/>
        {password}
        {suspended(&at, &detail)}
        <div class="flow">{facts(&detail)}{forms}</div>
    };
    Ok(page.into_any())
}

fn suspended(at: &Drawing, detail: &IspDetail) -> AnyView {
    let Standing::Suspended(suspension) = &detail.view.isp.standing else { return ().into_any() };
    let day = locales::date(use_language(), at.visit().local(suspension.since).date());
    let key = match suspension.by {
        Level::Tenant => "isp-suspended-since-tenant",
        Level::Isp => "tenant-suspended-since",
    };
    let words = t_with(key, &[("date", day.into())]);
    let why = suspension.why.clone();
    view! { <div class="mb-5"><Alert tone=Tone::Warning title=words>{why}</Alert></div> }.into_any()
}

fn facts(detail: &IspDetail) -> AnyView {
    let IspDetail { view, hosts, admins } = detail.clone();
    let hosts = hosts.into_iter().map(|host| view! { <span class="code block">{host}</span> }).collect_view();
    let items = vec![
        Definition::new(t("platform-short-name"), view.isp.short_name),
        Definition::new(t("isp-hosts"), hosts),
        Definition::new(t("settings-zone"), view.isp.zone.name().to_string()),
        Definition::new(t("isp-currency"), view.isp.currency.code()),
        Definition::new(t("limit-customers"), view! { <NumberText value=view.customers/> }),
        Definition::new(t("limit-users"), view! { <NumberText value=view.users/> }),
        Definition::new(t("limit-routers"), view! { <NumberText value=view.routers/> }),
    ];
    let admins = admins
        .into_iter()
        .map(|(_, name, login, active)| {
            let off = (!active).then(|| view! { " "<StatusBadge tone=Tone::Neutral label=t("status-disabled") icon="ban"/> });
            Definition::new(name, view! { <span class="wrap-anywhere">{login}</span>{off} })
        })
        .collect::<Vec<_>>();
    view! {
        <div class="split">
            <Card title=t("common-details")><DefinitionList items=items/></Card>
            <Card title=t("isp-admins")><DefinitionList items=admins/></Card>
        </div>
    }
    .into_any()
}

fn forms(detail: &IspDetail) -> AnyView {
    let isp = detail.view.isp.clone();
    let (id, version, hosts) = (isp.id.to_string(), isp.version.to_string(), detail.hosts.join("\n"));
    let (one, two) = (id.clone(), id.clone());
    let own = match &isp.standing {
        Standing::Suspended(suspension) => suspension.by == Level::Isp,
        _ => false,
    };
    let hold = match (&isp.standing, own) {
        (Standing::Open, _) => suspend_form(action::<SuspendIsp>(), one, t("isp-suspend")),
        (_, true) => lift_form(action::<LiftIsp>(), one),
        _ => view! { <p class="muted">{t("isp-suspended-with-tenant-words")}</p> }.into_any(),
    };
    view! {
        <Card title=t("action-edit")>
            <PostForm action={action::<SaveIsp>()}>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <HiddenField name="version" value=version/>
                <div class="form-grid">
                    <TextField name="form[name]" label=t("common-name") value=isp.name maxlength=100/>
                    <TextField name="form[native_name]" label=t("isp-native-name") value=isp.native_name.unwrap_or_default() maxlength=100 optional=true/>
                    <TextAreaField name="form[hosts]" label=t("isp-hosts") value=hosts help=t("isp-hosts-help")/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
        </Card>
        <Card title=t("danger-title")>
            {hold}
            <PostForm action={action::<TerminateIsp>()} class="mt-6 grid gap-4">
                <ErrorSummary/>
                <HiddenField name="id" value=two/>
                <TextField name="reason" id="terminate-reason" label=t("common-reason") maxlength=500/>
                <div><ConfirmButton label=t("isp-terminate") body=t("isp-terminate-words") icon="trash-2"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
