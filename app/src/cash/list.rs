//! Every drawer of the ISP with what is in it, and the hand-overs that wait.

use super::desk::hand_over_state;
use crate::UiError;
use crate::books::books_bar;
use crate::drawn::Drawing;
use crate::visit::use_visit;
use domain::Money;
use domain::cash::{Drawer, HandOver};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{cash, require};
use ui::prelude::*;

pub async fn desks(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    require(caller, Permission::CashManage)?;
    let drawers = cash::drawers(at.services(), caller).await?;
    let waiting = cash::hand_overs(at.services(), caller, true).await?;
    let own = at.visit().may(Permission::CashDesk).then(|| view! { <LinkButton href="/cash" label=t("cash-own-desk") icon="wallet"/> });
    let page = view! {
        <PageHeader title=t("cash-desks") actions=own.into_any()/>
        {books_bar(&at)}
        {(!waiting.is_empty()).then(|| waiting_table(waiting))}
        {table(drawers, at.visit().site.currency)}
    };
    Ok(page.into_any())
}

fn table(drawers: Vec<Drawer>, currency: domain::Currency) -> AnyView {
    let columns = vec![
        Column::new(t("payment-collector")),
        Column::new(t("cash-in-drawer")).numeric(),
        Column::new(t("cash-promised")).numeric(),
        Column::new(t("cash-last-close")),
    ];
    let sum = Money::new(drawers.iter().map(|drawer| drawer.balance.minor).sum(), currency);
    let sum = view! { <span class="row-line"><span class="muted">{t("common-total")}</span><MoneyText money=sum strong=true/></span> };
    let rows = drawers
        .into_iter()
        .map(|drawer| {
            let closed = match drawer.last_close {
                Some(at) => {
                    let local = use_visit().local(at);
                    view! { <TimeText at=local/> }.into_any()
                }
                None => view! { <span class="muted">{t("common-never")}</span> }.into_any(),
            };
            let name = if drawer.name.is_empty() { t("cash-nobody") } else { drawer.name };
            Row::new(drawer.account_id, name.clone())
                .href(format!("/books/cash/{}", drawer.account_id))
                .cell(name)
                .cell(view! { <MoneyText money=drawer.balance strong=true/> })
                .cell(view! { <MoneyText money=drawer.promised/> })
                .cell(closed)
        })
        .collect();
    let empty = view! { <EmptyState icon="banknote" title=t("cash-empty-title") body=t("cash-empty-body")/> }.into_any();
    view! {
        <Card flush=true title=t("cash-desks") actions=sum.into_any()>
            <DataTable caption=t("cash-desks") columns=columns rows=rows empty=empty/>
        </Card>
    }
    .into_any()
}

fn waiting_table(waiting: Vec<HandOver>) -> AnyView {
    let columns = vec![
        Column::new(t("cash-giver")),
        Column::new(t("cash-receiver")),
        Column::new(t("common-status")),
        Column::new(t("common-time")),
        Column::new(t("common-amount")).numeric(),
    ];
    let rows = waiting
        .into_iter()
        .map(|one| {
            let local = use_visit().local(one.proposed_at);
            Row::new(one.id, one.giver_name.clone())
                .href(format!("/books/cash/{}", one.giver_id))
                .cell(one.giver_name)
                .cell(one.receiver_name)
                .cell(hand_over_state(one.state))
                .cell(view! { <TimeText at=local/> })
                .cell(view! { <MoneyText money=one.amount/> })
        })
        .collect();
    view! { <div class="mb-5"><Card flush=true title=t("cash-waiting")><DataTable caption=t("cash-waiting") columns=columns rows=rows/></Card></div> }
        .into_any()
}
