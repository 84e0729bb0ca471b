//! The list of policies, and data that is sold on top.

use super::api::{AddOffer, ArchiveOffer};
use super::words::{octets, steps, terms};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::fair_use::{Offer, PolicyRow};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{billing, fair_use};
use ui::prelude::*;

pub(crate) async fn policies(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    let all = fair_use::policies(at.services(), caller).await?;
    let offers = fair_use::offers(at.services(), caller).await?;
    let may = caller.allowed(Permission::PackagesEdit);
    let taxes = match may && caller.allowed(Permission::BillingView) {
        true => billing::tax_profiles(at.services(), caller).await?.into_iter().map(|tax| (tax.id.to_string(), tax.name)).collect(),
        false => Vec::new(),
    };
    let add = may
        .then(|| view! { <LinkButton href="/packages/fair-use/new" label=t("usage-policy-add") icon="plus" style=ButtonStyle::Primary/> });
    let page = view! {
        <PageHeader title=t("usage-policies") subtitle=t("usage-policies-lead") back=("/packages".to_string(), t("packages-title")) actions=add.into_any()/>
        <div class="flow">
            <Card flush=true>{table(all, may)}</Card>
            <Card title=t("usage-offers") subtitle=t("usage-offers-lead") flush=true>{offer_table(offers, may)}</Card>
            {may.then(|| offer_form(taxes))}
        </div>
    };
    Ok(page.into_any())
}

fn table(all: Vec<PolicyRow>, may: bool) -> AnyView {
    let columns = vec![
        Column::new(t("common-name")),
        Column::new(t("usage-ladder")),
        Column::new(t("usage-rules")),
        Column::new(t("usage-lines")).numeric(),
        Column::new(t("usage-slowed")).numeric(),
        Column::new(t("usage-stopped")).numeric(),
    ];
    let rows = all.into_iter().map(|row| policy_row(row, may)).collect();
    let empty = view! { <EmptyState icon="gauge" title=t("usage-policies-empty") body=t("usage-policies-empty-body")/> }.into_any();
    view! { <DataTable caption=t("usage-policies") columns=columns rows=rows empty=empty/> }.into_any()
}

fn policy_row(row: PolicyRow, may: bool) -> Row {
    let archived = row.archived.then(|| view! { <StatusBadge tone=Tone::Neutral label=t("status-archived") icon="archive"/> });
    let ladder = steps(&row.policy).into_iter().map(|words| view! { <span class="block">{words}</span> }).collect_view();
    let rules = terms(&row.policy).join(" · ");
    let (lines, slowed, stopped) = (row.lines, row.slowed, row.stopped);
    let table = Row::new(row.id.to_string(), row.name.clone());
    let table = if may { table.href(format!("/packages/fair-use/{}", row.id)) } else { table };
    table
        .cell(view! { <span class="row-line">{row.name}{archived}</span> })
        .cell(view! { <span>{ladder}</span> })
        .cell(view! { <span class="muted">{rules}</span> })
        .cell(view! { <NumberText value=lines/> })
        .cell(view! { <NumberText value=slowed/> })
        .cell(view! { <NumberText value=stopped/> })
}

fn offer_table(offers: Vec<Offer>, may: bool) -> AnyView {
    let columns = vec![
        Column::new(t("common-name")),
        Column::new(t("usage-data")).numeric(),
        Column::new(t("package-price")).numeric(),
        Column::new(t("usage-valid")),
        Column::new(t("usage-sold")).numeric(),
        Column::new(t("common-status")),
        Column::new(t("usage-offer-end")).quiet(),
    ];
    let rows = offers
        .into_iter()
        .map(|offer| {
            let (tone, label, icon) = match offer.archived {
                true => (Tone::Neutral, t("status-archived"), "archive"),
                false => (Tone::Good, t("status-on-sale"), "check"),
            };
            let (id, archived, sold) = (offer.id.to_string(), offer.archived, offer.sold);
            let turn = may.then(|| {
                let label = if archived { t("usage-offer-again") } else { t("usage-offer-end") };
                view! {
                    <PostForm action={action::<ArchiveOffer>()} key=id.clone()>
                        <HiddenField name="id" value=id.clone()/>
                        <HiddenField name="archived" value=(!archived).to_string()/>
                        <SubmitButton label=label style=ButtonStyle::Ghost icon="archive"/>
                    </PostForm>
                }
            });
            Row::new(offer.id.to_string(), offer.name.clone())
                .cell(offer.name)
                .cell(view! { <span class="figure">{octets(offer.octets)}</span> })
                .cell(view! { <MoneyText money=offer.price/> })
                .cell(valid_words(offer.months))
                .cell(view! { <NumberText value=sold/> })
                .cell(view! { <StatusBadge tone=tone label=label icon=icon/> })
                .cell(turn)
        })
        .collect();
    let empty = view! { <EmptyState icon="tag" title=t("usage-offers-empty") body=t("usage-offers-empty-body")/> }.into_any();
    view! { <DataTable caption=t("usage-offers") columns=columns rows=rows empty=empty/> }.into_any()
}

/// For how long it may be used.
pub(super) fn valid_words(months: u8) -> String {
    match months {
        0 => t("usage-valid-window"),
        months => t_with("usage-valid-months", &[("count", i64::from(months).into())]),
    }
}

fn offer_form(taxes: Vec<(String, String)>) -> AnyView {
    view! {
        <Card title=t("usage-offer-add")>
            <PostForm action={action::<AddOffer>()}>
                <ErrorSummary/>
                <div class="form-grid">
                    <TextField name="form[name]" label=t("common-name") maxlength=60/>
                    <TextField name="form[gb]" label=t("usage-data") suffix="GB" inputmode="decimal"/>
                    <TextField name="form[price]" label=t("package-price") inputmode="decimal"/>
                    <SelectField name="form[tax_profile_id]" label=t("package-tax") options=taxes empty=t("common-none") optional=true/>
                    <TextField name="form[months]" label=t("usage-months") value="0" inputmode="numeric" help=t("usage-months-help")/>
                    <CheckField name="form[in_portal]" label=t("usage-in-portal") checked=true/>
                </div>
                <div class="form-actions"><SubmitButton label=t("usage-offer-add") icon="plus"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
