//! The subscriber's own use: how much is left and until when, his graph, and data that he buys with what he paid ahead.

use super::account::{auto_fields, beside, graphs, meter_card, offer_choices};
use super::api::{BuyData, SetOwnAuto};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::fair_use::Account;
use leptos::prelude::*;
use services::fair_use;
use ui::prelude::*;

pub(crate) async fn my_usage(at: Drawing) -> Result<AnyView, UiError> {
    let accounts = fair_use::own_accounts(at.services(), at.caller()?).await?;
    let graphs = graphs(&at, &accounts, "/my/usage").await?;
    let cards = accounts
        .into_iter()
        .zip(graphs)
        .map(|(account, graph)| view! { {meter_card(&account, at.visit())} {buy(&account)} {graph} {beside(&account, at.visit())} })
        .collect_view();
    let page = view! {
        <div class="mx-auto max-w-3xl">
            <PageHeader title=t("portal-usage") subtitle=t("usage-my-lead") back=("/".to_string(), t("menu-home"))/>
            <div class="flow">{cards}</div>
        </div>
    };
    Ok(page.into_any())
}

/// The meters alone, for the first page.
pub(crate) async fn meters(at: &Drawing) -> Result<AnyView, UiError> {
    let accounts = fair_use::own_accounts(at.services(), at.caller()?).await?;
    let cards = accounts.iter().map(|account| meter_card(account, at.visit())).collect_view();
    let more = (!accounts.is_empty())
        .then(|| view! { <div class="form-actions"><LinkButton href="/my/usage" label=t("usage-my-more") icon="arrow-right" style=ButtonStyle::Ghost/></div> });
    Ok(view! { {cards}{more} }.into_any())
}

fn buy(account: &Account) -> Option<AnyView> {
    let offers = offer_choices(account, true);
    if offers.is_empty() {
        return None;
    }
    let (service, again) = (account.service_id.to_string(), account.service_id.to_string());
    let (field, fields) = (format!("field-offer-{service}"), auto_fields(account, true));
    let body = t("usage-buy-body");
    Some(
        view! {
            <Card title=t("usage-buy") subtitle=t("usage-buy-lead")>
                <PostForm action={action::<BuyData>()} key=service.clone()>
                    <ErrorSummary/>
                    <HiddenField name="service" value=service/>
                    <HiddenField name="key" value=uuid::Uuid::now_v7().to_string()/>
                    <SelectField name="offer" id=field label=t("usage-offer") options=offers/>
                    <div class="form-actions"><ConfirmButton label=t("usage-buy") body=body style=ButtonStyle::Primary icon="plus"/></div>
                </PostForm>
                <details class="mt-4 border-t border-line pt-4">
                    <summary class="font-medium">{t("usage-auto")}</summary>
                    <p class="muted my-2">{t("usage-auto-lead")}</p>
                    <PostForm action={action::<SetOwnAuto>()} key=again.clone()>
                        <ErrorSummary/>
                        <HiddenField name="service" value=again/>
                        {fields.view()}
                        <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
                    </PostForm>
                </details>
            </Card>
        }
        .into_any(),
    )
}
