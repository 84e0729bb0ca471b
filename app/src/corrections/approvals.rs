//! What waits for a second person: who asks, for what, until when, and the two answers.

use super::api::{ApproveRequest, RefuseRequest};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use domain::corrections::{ApprovalRow, ApprovalState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::corrections;
use ui::prelude::*;

pub async fn approvals(at: Drawing) -> Result<AnyView, UiError> {
    let all = at.query().get("show") == Some("all");
    let page = corrections::approvals(at.services(), at.caller()?, !all, at.paging()).await?;
    let options = vec![FilterOption::new("all", t("approval-all"))];
    let total = count(page.total);
    let columns = vec![
        Column::new(t("approval-asked")),
        Column::new(t("invoice-customer")),
        Column::new(t("correct-reason")),
        Column::new(t("approval-maker")),
        Column::new(t("common-status")),
        Column::new(t("common-amount")).numeric(),
        Column::new(t("approval-answer")).quiet(),
    ];
    let rows = page.rows.into_iter().map(|request| row(&at, request)).collect();
    let empty = view! { <EmptyState icon="shield-check" title=t("approvals-empty") body=t("approvals-empty-body")/> }.into_any();
    let view = view! {
        <PageHeader title=t("approvals-title") subtitle=t("approvals-lead")/>
        <div class="list-tools"><FilterChips name="show" label=t("common-status") options=options/></div>
        <Card flush=true><DataTable caption=t("approvals-title") columns=columns rows=rows total=total empty=empty/></Card>
    };
    Ok(view.into_any())
}

fn row(at: &Drawing, request: ApprovalRow) -> Row {
    let (tone, icon, words) = match request.state {
        ApprovalState::Pending => (Tone::Warning, "clock", t("approval-pending")),
        ApprovalState::Approved => (Tone::Good, "circle-check", t("approval-approved")),
        ApprovalState::Rejected => (Tone::Neutral, "circle-x", t("approval-rejected")),
        ApprovalState::Expired => (Tone::Neutral, "ban", t("approval-expired")),
    };
    let until = (request.state == ApprovalState::Pending)
        .then(|| view! { <span class="muted block">{t("approval-until")}" "<TimeText at=at.visit().local(request.expires_at)/></span> });
    let by = request.checker_name.clone().map(|name| view! { <span class="muted block">{name}</span> });
    let customer = request.customer_name.clone().unwrap_or_default();
    let customer = match request.customer_id {
        Some(id) => view! { <a href=format!("/customers/{id}/money")>{customer}</a> }.into_any(),
        None => customer.into_any(),
    };
    let answers = answers(at, &request);
    Row::new(request.id, request.reason.clone())
        .cell(view! { <TimeText at=at.visit().local(request.created_at)/> })
        .cell(customer)
        .cell(view! { <span class="block">{t(&format!("approval-kind-{}", request.kind.replace('_', "-")))}</span> <span class="muted block">{request.reason}</span> })
        .cell(request.maker_name)
        .cell(view! { <StatusBadge tone=tone icon=icon label=words/> {by} {until} })
        .cell(request.amount.map(|money| view! { <MoneyText money=money/> }))
        .cell(answers)
}

/// Whoever asked may only take it back; another may grant or refuse it.
fn answers(at: &Drawing, request: &ApprovalRow) -> Option<AnyView> {
    if request.state != ApprovalState::Pending {
        return None;
    }
    let own = at.caller().ok().and_then(|caller| caller.actor_id()) == Some(request.maker_id);
    let may = at.visit().may(match request.kind.as_str() {
        "ledger_reopen" => Permission::LedgerReopen,
        _ => Permission::PaymentsRefundApprove,
    });
    let (id, other) = (request.id.to_string(), request.id.to_string());
    let grant = (may && !own).then(|| {
        view! {
            <PostForm action={action::<ApproveRequest>()} key=id.clone()>
                <HiddenField name="id" value=id.clone()/>
                <ConfirmButton label=t("approval-grant") title=t("approval-grant") body=t("approval-grant-words") style=ButtonStyle::Primary/>
            </PostForm>
        }
    });
    let words = if own { t("approval-take-back") } else { t("approval-refuse") };
    let refuse = (may || own).then(|| {
        view! {
            <PostForm action={action::<RefuseRequest>()} key=other.clone()>
                <HiddenField name="id" value=other/>
                <SubmitButton label=words style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    Some(view! { <span class="inline-flex flex-wrap gap-2">{grant}{refuse}</span> }.into_any())
}
