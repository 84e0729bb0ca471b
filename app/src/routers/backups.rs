//! Backups of a router: taken now, read, compared with the one before, and brought back.

use super::api::{BackUpRouter, RestoreRouter};
use super::router_tabs;
use crate::UiError;
use crate::customers::octet_words;
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use domain::{BackupId, RouterId};
use leptos::prelude::*;
use services::routers::{BackupRow, DiffLine, compare_backups, find_router, list_backups, read_backup};
use ui::prelude::*;

pub async fn backups(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, visit) = (at.services(), at.caller()?, at.visit());
    let id: RouterId = at.param("id")?;
    let rows = list_backups(services, caller, id).await?;
    let (view, _) = find_router(services, caller, id).await?;
    let now = view! {
        <PostForm action={action::<BackUpRouter>()} done=t("router-backup-done")>
            <ErrorSummary/>
            <HiddenField name="id" value=id.to_string()/>
            <SubmitButton label=t("router-backup-now") icon="archive"/>
        </PostForm>
    };
    let tabs = router_tabs(id, "/backups", visit);
    let table = table(id, rows, visit);
    let page = view! {
        <PageHeader title=view.router.name back=("/routers".to_string(), t("routers-title")) actions=now.into_any()/>
        {tabs}
        <div class="flow">{table}</div>
    };
    Ok(page.into_any())
}

fn reason_text(reason: &str) -> String {
    t(match reason {
        "manual" => "router-backup-manual",
        "scheduled" => "router-backup-scheduled",
        "change" => "router-backup-change",
        "import" => "router-backup-import",
        _ => "router-backup-restore",
    })
}

fn table(router: RouterId, rows: Vec<BackupRow>, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("router-when")),
        Column::new(t("router-backup-what")),
        Column::new(t("router-backup-why")),
        Column::new(t("router-backup-by")),
        Column::new(t("router-version")),
        Column::new(t("router-backup-size")).numeric(),
        Column::new(t("router-backup-restore-go")).quiet(),
    ];
    // Each export is compared with the one that was taken before it.
    let exports: Vec<BackupId> = rows.iter().filter(|row| row.kind == "export").map(|row| row.id).collect();
    let row = |row: BackupRow| {
        let at = locales::date_time(use_language(), visit.local(row.taken_at));
        let place = exports.iter().position(|id| *id == row.id);
        let before = place.and_then(|place| exports.get(place + 1)).copied();
        let href = match before {
            Some(before) => format!("/routers/{router}/backups/{}?with={before}", row.id),
            None => format!("/routers/{router}/backups/{}", row.id),
        };
        let act = match row.kind.as_str() {
            "binary" => restore_form(router, row.id),
            _ => view! { <a class="link" href=format!("/routers/backups/{}.rsc", row.id) download="">{t("router-backup-download")}</a> }
                .into_any(),
        };
        let line = Row::new(row.id, at.clone());
        let line = if row.kind == "export" { line.href(href) } else { line };
        line.cell(at)
            .cell(if row.kind == "export" { t("router-backup-export") } else { t("router-backup-binary") })
            .cell(reason_text(&row.reason))
            .cell(row.taken_by)
            .cell(row.routeros.unwrap_or_default())
            .cell(view! { <span class="figure">{octet_words(use_language(), row.bytes)}</span> })
            .cell(act)
    };
    let rows = rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="archive" title=t("router-backup-empty") body=t("router-backup-empty-body")/> }.into_any();
    view! {
        <Card title=t("router-backups") subtitle=t("router-backups-lead") flush=true>
            <DataTable caption=t("router-backups") columns=columns rows=rows empty=empty/>
        </Card>
    }
    .into_any()
}

fn restore_form(router: RouterId, backup: BackupId) -> AnyView {
    view! {
        <PostForm action={action::<RestoreRouter>()}>
            <ErrorSummary/>
            <HiddenField name="router" value=router.to_string()/>
            <HiddenField name="backup" value=backup.to_string()/>
            <ConfirmButton label=t("router-backup-restore-go") body=t("router-backup-restore-body") icon="archive-restore"/>
        </PostForm>
    }
    .into_any()
}

/// One export, whole or as what changed since another.
pub async fn backup(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, visit) = (at.services(), at.caller()?, at.visit());
    let (router, id): (RouterId, BackupId) = (at.param("id")?, at.param("backup")?);
    let (row, text) = read_backup(services, caller, id).await?;
    if row.router_id != router {
        return Err(UiError::NotFound);
    }
    let (view, _) = find_router(services, caller, router).await?;
    let moment = |row: &BackupRow| locales::date_time(use_language(), visit.local(row.taken_at));
    let title = t_with("router-backup-of", &[("name", view.router.name.into()), ("when", moment(&row).into())]);
    let changes = match at.query().get("with").and_then(|with| with.parse().ok()) {
        Some(with) => {
            let (before, _, lines) = compare_backups(services, caller, with, id).await?;
            let since = t_with("router-backup-since", &[("when", moment(&before).into())]);
            Some(view! { <Card title=since>{diff(lines)}</Card> })
        }
        None => None,
    };
    let save = view! { <LinkButton href=format!("/routers/backups/{id}.rsc") label=t("router-backup-download") icon="download"/> };
    let page = view! {
        <PageHeader title=title back=(format!("/routers/{router}/backups"), t("router-backups")) actions=save.into_any()/>
        <div class="flow">
            {changes}
            <Card title=t("router-backup-export") subtitle=t("router-backup-secrets")><pre class="code-block" tabindex="0">{text}</pre></Card>
        </div>
    };
    Ok(page.into_any())
}

fn diff(lines: Vec<DiffLine>) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="muted">{t("router-backup-same")}</p> }.into_any();
    }
    let line = |line: DiffLine| match line {
        DiffLine::Same(text) => view! { <span class="diff-line">{format!("  {text}\n")}</span> }.into_any(),
        DiffLine::Gone(text) => view! { <del class="diff-line diff-gone">{format!("- {text}\n")}</del> }.into_any(),
        DiffLine::New(text) => view! { <ins class="diff-line diff-new">{format!("+ {text}\n")}</ins> }.into_any(),
        DiffLine::Skipped(count) => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            view! { <span class="diff-line muted">{format!("  … {}\n", t_with("router-backup-skipped", &[("count", count.into())]))}</span> }.into_any()
        }
    };
    view! { <pre class="code-block" tabindex="0">{lines.into_iter().map(line).collect_view()}</pre> }.into_any()
}
