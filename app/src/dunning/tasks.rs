//! A tab of dunning: whom somebody has to call or to visit, oldest first.

use super::api::CloseDunningTask;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use domain::dunning::TaskRow;
use leptos::prelude::*;
use services::dunning;
use ui::prelude::*;

pub(super) async fn list(at: &Drawing) -> Result<AnyView, UiError> {
    let page = dunning::tasks(at.services(), at.caller()?, at.paging()).await?;
    let columns = vec![
        Column::new(t("customer-name")),
        Column::new(t("dunning-step-action")),
        Column::new(t("customer-mobile")),
        Column::new(t("invoice-amount-due")).numeric(),
        Column::new(t("common-date")),
        Column::new(t("common-actions")).quiet(),
    ];
    let row = |task: TaskRow| {
        let id = task.id.to_string();
        let address = task.address.map(|address| view! { <span class="muted block text-[0.8125rem]">{address}</span> });
        let form = view! {
            <PostForm action={action::<CloseDunningTask>()} key=id.clone() class="row-line">
                <HiddenField name="id" value=id.clone()/>
                <TextField name="note" id=format!("note-{id}") label=t("dunning-task-note") maxlength=300 optional=true/>
                <SubmitButton label=t("dunning-task-done") style=ButtonStyle::Secondary icon="check"/>
            </PostForm>
        };
        Row::new(task.id, task.customer.clone())
            .href(format!("/customers/{}", task.customer_id))
            .cell(view! { {task.customer}{address} })
            .cell(t(&format!("dunning-action-{}", task.kind)))
            .cell(
                task.mobile.map(|mobile| view! { <a class="link figure" href=format!("tel:{mobile}") rel="external">{mobile.clone()}</a> }),
            )
            .cell(view! { <MoneyText money=task.due/> })
            .cell(view! { <DateText date=task.made_on/> })
            .cell(form)
    };
    let total = page.total;
    let rows = page.rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="phone" title=t("dunning-tasks-empty-title") body=t("dunning-tasks-empty-body")/> }.into_any();
    let table = match total {
        0 => view! { <DataTable caption=t("dunning-tab-tasks") columns=columns rows=rows empty=empty/> }.into_any(),
        total => view! { <DataTable caption=t("dunning-tab-tasks") columns=columns rows=rows total=count(total)/> }.into_any(),
    };
    Ok(view! { <Card flush=true>{table}</Card> }.into_any())
}
