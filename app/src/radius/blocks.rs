//! The block list: devices, mobiles and user names that may not come in whatever else is right.

use super::api::{Block, Unblock};
use super::network_tabs;
use crate::UiError;
use crate::drawn::{Drawing, action};
use chrono::NaiveDateTime;
use domain::access::BlockKind;
use domain::rights::Permission;
use leptos::prelude::*;
use services::radius;
use ui::prelude::*;

pub async fn blocks(at: Drawing) -> Result<AnyView, UiError> {
    let visit = at.visit();
    let entries = radius::block_list(at.services(), at.caller()?).await?;
    let may = visit.may(Permission::NetworkEdit);
    let rows = entries
        .into_iter()
        .map(|entry| {
            let now: NaiveDateTime = visit.local(at.services().now());
            let until = match entry.until {
                Some(until) => view! { <TimeText at=visit.local(until) now=now/> }.into_any(),
                None => view! { <span class="muted">{t("network-for-good")}</span> }.into_any(),
            };
            let row = Row::new(entry.id, entry.value.clone())
                .cell(view! { <span class="figure font-semibold break-all">{entry.value.clone()}</span> })
                .cell(kind_text(&entry.kind))
                .cell(entry.note)
                .cell(view! { <TimeText at=visit.local(entry.since) now=now/> })
                .cell(entry.set_by)
                .cell(until);
            if may { row.cell(unblock(entry.id.to_string(), &entry.value)) } else { row }
        })
        .collect();
    let page = view! {
        <PageHeader title=t("network-blocks") subtitle=t("network-blocks-lead")/>
        {network_tabs("/radius/blocks", visit)}
        <div class="flow">
            {may.then(add)}
            {list(rows, may)}
        </div>
    };
    Ok(page.into_any())
}

fn list(rows: Vec<Row>, may: bool) -> AnyView {
    let mut columns = vec![
        Column::new(t("network-block-value")),
        Column::new(t("network-block-kind")),
        Column::new(t("radius-why")),
        Column::new(t("network-since")),
        Column::new(t("network-set-by")),
        Column::new(t("network-until")),
    ];
    if may {
        columns.push(Column::new(t("network-unblock")).quiet());
    }
    let empty = view! { <EmptyState icon="shield-check" title=t("network-blocks-empty") body=t("network-blocks-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("network-blocks") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn kind_text(kind: &str) -> String {
    t(&format!("network-block-{kind}"))
}

fn add() -> AnyView {
    let kinds = BlockKind::ALL.iter().map(|kind| (kind.slug().to_string(), kind_text(kind.slug()))).collect();
    view! {
        <Card title=t("network-block-add")>
            <PostForm action={action::<Block>()} done=t("network-blocked")>
                <ErrorSummary/>
                <div class="form-grid">
                    <SelectField name="form[kind]" label=t("network-block-kind") options=kinds value="mac"/>
                    <TextField name="form[value]" label=t("network-block-value") maxlength=253 autocomplete="off" help=t("network-block-value-help")/>
                    <TextField name="form[note]" label=t("radius-why") maxlength=300 help=t("network-block-note-help")/>
                    <TextField name="form[days]" label=t("network-block-days") maxlength=4 inputmode="numeric" optional=true help=t("network-block-days-help")/>
                </div>
                <div class="form-actions"><SubmitButton label=t("network-block") icon="ban"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn unblock(id: String, value: &str) -> AnyView {
    let body = t_with("network-unblock-body", &[("value", value.into())]);
    view! {
        <PostForm action={action::<Unblock>()} key=id.clone()>
            <HiddenField name="id" value=id/>
            <ConfirmButton label=t("network-unblock") body=body style=ButtonStyle::Secondary icon="undo-2"/>
        </PostForm>
    }
    .into_any()
}
