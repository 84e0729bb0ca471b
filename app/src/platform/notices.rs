//! Notices to the people of ISPs: what is told, to whom, and who has read it.

use super::api::{EndNotice, PublishNotice};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use chrono::{DateTime, Utc};
use domain::people::Role;
use domain::platform::NoticeKind;
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, NoticeView, require_platform};
use ui::prelude::*;

pub async fn notices(at: Drawing) -> Result<AnyView, UiError> {
    let found = platform::notices(at.services(), at.platform()?).await?;
    let (visit, now) = (at.visit(), at.services().now());
    let columns = vec![
        Column::new(t("notice-title")),
        Column::new(t("notice-kind")),
        Column::new(t("notice-for")),
        Column::new(t("common-status")),
        Column::new(t("notice-at")),
        Column::new(t("notice-reads")).numeric(),
    ];
    let row = |notice: NoticeView| {
        Row::new(notice.id, notice.title.clone())
            .href(format!("/platform/notices/{}", notice.id))
            .cell(notice.title.clone())
            .cell(kind_badge(notice.kind))
            .cell(for_words(&notice))
            .cell(state_badge(&notice, now))
            .cell(locales::date_time(use_language(), visit.local(notice.at)))
            .cell(view! { <NumberText value=notice.reads/> })
    };
    let rows = found.into_iter().map(row).collect();
    let add = view! { <LinkButton href="/platform/notices/new" label=t("notice-add") icon="plus" style=ButtonStyle::Primary/> }.into_any();
    let first = view! { <LinkButton href="/platform/notices/new" label=t("notice-add") icon="plus"/> }.into_any();
    let empty = view! { <EmptyState icon="bell" title=t("notice-empty") body=t("notice-empty-body") action=first/> }.into_any();
    let page = view! {
        <PageHeader title=t("notices-title") subtitle=t("notices-lead") actions=add/>
        <Card flush=true><DataTable caption=t("notices-title") columns=columns rows=rows empty=empty/></Card>
    };
    Ok(page.into_any())
}

fn kind_text(kind: NoticeKind) -> String {
    t(match kind {
        NoticeKind::News => "notice-kind-news",
        NoticeKind::Maintenance => "notice-kind-maintenance",
        NoticeKind::Problem => "notice-kind-problem",
    })
}

fn kind_badge(kind: NoticeKind) -> AnyView {
    let (tone, icon) = match kind {
        NoticeKind::News => (Tone::Info, "info"),
        NoticeKind::Maintenance => (Tone::Warning, "calendar-clock"),
        NoticeKind::Problem => (Tone::Bad, "triangle-alert"),
    };
    view! { <StatusBadge tone=tone label=kind_text(kind) icon=icon/> }.into_any()
}

fn for_words(notice: &NoticeView) -> String {
    match (notice.written_for, notice.tenants.is_empty()) {
        (Some(_), _) => t("notice-for-own"),
        (None, true) => t("notice-for-all"),
        (None, false) => notice.tenants.join(", "),
    }
}

fn runs(notice: &NoticeView, now: DateTime<Utc>) -> bool {
    notice.ended_at.is_none() && notice.until.is_none_or(|until| until > now)
}

fn state_badge(notice: &NoticeView, now: DateTime<Utc>) -> AnyView {
    match runs(notice, now) {
        true => view! { <StatusBadge tone=Tone::Good label=t("notice-runs") icon="check"/> }.into_any(),
        false => view! { <StatusBadge tone=Tone::Neutral label=t("notice-over") icon="archive"/> }.into_any(),
    }
}

pub async fn new_notice(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.platform()?;
    require_platform(caller, Permission::IspsManage)?;
    // The head of a tenant writes to his own ISPs and to nobody else.
    let tenants = match caller.role {
        Role::SuperAdmin => None,
        _ => Some(
            platform::tenants(at.services(), caller, false)
                .await?
                .into_iter()
                .map(|one| (one.tenant.id.to_string(), one.tenant.name))
                .collect(),
        ),
    };
    let kinds = NoticeKind::ALL.iter().map(|kind| (kind.slug().to_string(), kind_text(*kind))).collect();
    let whom = tenants.map(|tenants: Vec<(String, String)>| {
        view! { <SelectField name="form[tenant]" label=t("notice-for") options=tenants value="" empty=t("notice-for-all") optional=true/> }
    });
    let page = view! {
        <PageHeader title=t("notice-add") subtitle=t("notice-add-lead") back=("/platform/notices".to_string(), t("notices-title"))/>
        <PostForm action={action::<PublishNotice>()}>
            <Card>
                <ErrorSummary/>
                <div class="form-grid">
                    <TextField name="form[title]" label=t("notice-title") maxlength=120 autofocus=true help=t("notice-title-help")/>
                    <SelectField name="form[kind]" label=t("notice-kind") options=kinds value=NoticeKind::News.slug()/>
                    {whom}
                    <TextField name="form[days]" label=t("notice-days") inputmode="numeric" maxlength=3 optional=true help=t("notice-days-help")/>
                    <div class="form-wide"><TextAreaField name="form[words]" label=t("notice-words") value=String::new() rows=4 optional=true/></div>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("notice-publish") icon="send"/>
                    <LinkButton href="/platform/notices" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    };
    Ok(page.into_any())
}

pub async fn notice(at: Drawing) -> Result<AnyView, UiError> {
    let id: uuid::Uuid = at.param("id")?;
    let (found, readers) = platform::notice(at.services(), at.platform()?, id).await?;
    let (visit, now) = (at.visit(), at.services().now());
    let end = runs(&found, now).then(|| {
        view! {
            <PostForm action={action::<EndNotice>()}>
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <ConfirmButton label=t("notice-end") body=t("notice-end-body") icon="ban"/>
            </PostForm>
        }
    });
    let moment = |at: DateTime<Utc>| locales::date_time(use_language(), visit.local(at));
    let items = vec![
        Definition::new(t("notice-kind"), kind_badge(found.kind)),
        Definition::new(t("notice-for"), for_words(&found)),
        Definition::new(t("common-status"), state_badge(&found, now)),
        Definition::new(t("notice-by"), found.by_name.clone()),
        Definition::new(t("notice-at"), moment(found.at)),
        Definition::new(t("notice-until"), found.until.map_or_else(|| t("notice-open"), moment)),
    ];
    let words = (!found.words.is_empty())
        .then(|| view! { <Card title=t("notice-words")><p class="whitespace-pre-line">{found.words.clone()}</p></Card> });
    let page = view! {
        <PageHeader title=found.title back=("/platform/notices".to_string(), t("notices-title")) actions=end.into_any()/>
        <div class="flow">
            {words}
            <Card title=t("common-details")><DefinitionList items=items/></Card>
            {read_by(readers, visit)}
        </div>
    };
    Ok(page.into_any())
}

fn read_by(readers: Vec<(String, String, DateTime<Utc>)>, visit: &Visit) -> AnyView {
    let columns = vec![Column::new(t("common-name")), Column::new(t("notice-isp")), Column::new(t("notice-read-at"))];
    let rows = readers.into_iter().enumerate().map(|(place, (name, isp, at))| {
        Row::new(place, name.clone()).cell(name).cell(isp).cell(locales::date_time(use_language(), visit.local(at)))
    });
    let rows = rows.collect();
    let empty = view! { <EmptyState icon="eye-off" title=t("notice-unread") body=t("notice-unread-body")/> }.into_any();
    view! { <Card title=t("notice-readers") flush=true><DataTable caption=t("notice-readers") columns=columns rows=rows empty=empty/></Card> }.into_any()
}
