//! Promo codes: what each takes off and where its limits are, how often it was used, and a form for a new one.

use super::billing_bar;
use super::rules_api::{ArchivePromo, CreatePromo};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::Currency;
use domain::billing::PromoRow;
use domain::packages::Package;
use domain::rights::Permission;
use leptos::prelude::*;
use services::{packages, promos as codes};
use ui::prelude::*;

pub async fn promos(at: Drawing) -> Result<AnyView, UiError> {
    let archived = at.query().get("show") == Some("archived");
    let rows = codes::promos(at.services(), at.caller()?, archived).await?;
    let may = at.visit().may(Permission::BillingProfiles);
    let new = match may && !archived {
        true => {
            let currency = at.services().isp(at.caller()?.isp_id).await?.currency;
            Some(form(&at, packages::packages_for_sale(at.services(), at.caller()?).await?, currency))
        }
        false => None,
    };
    let options = vec![FilterOption::new("archived", t("promo-archived"))];
    let page = view! {
        <PageHeader title=t("promos-title") subtitle=t("promos-lead")/>
        {billing_bar(&at)}
        <div class="list-tools"><FilterChips name="show" label=t("common-status") options=options/></div>
        <div class="flow">{table(rows, may, archived)} {new}</div>
    };
    Ok(page.into_any())
}

fn amount(money: domain::Money) -> String {
    locales::money(use_language(), money.minor, money.currency.code())
}

/// "20 % off, at most 150, for 3 periods".
fn share(promo: &PromoRow) -> String {
    let percent = promo.percent.map(|percent| locales::digits(use_language(), &percent.normalize().to_string()));
    let off = match (percent, promo.amount) {
        (Some(percent), None) => format!("{percent} %"),
        (Some(percent), Some(most)) => t_with("terms-discount-most", &[("percent", percent.into()), ("amount", amount(most).into())]),
        (None, fixed) => fixed.map(amount).unwrap_or_default(),
    };
    t_with("promo-for-periods", &[("off", off.into()), ("count", i64::from(promo.periods).into())])
}

/// Where the code does not hold, one sentence a limit.
fn limits(promo: &PromoRow) -> AnyView {
    let mut words = Vec::new();
    if !promo.packages.is_empty() {
        words.push(t_with("promo-only-packages", &[("packages", promo.packages.join(", ").into())]));
    }
    if promo.minimum.minor > 0 {
        words.push(t_with("promo-from-amount", &[("amount", amount(promo.minimum).into())]));
    }
    if let Some(own) = promo.uses_per_customer {
        words.push(t_with("promo-per-customer", &[("count", i64::from(own).into())]));
    }
    if promo.stacks {
        words.push(t("promo-stacks"));
    }
    words.into_iter().map(|words| view! { <span class="muted block">{words}</span> }).collect_view().into_any()
}

fn table(promos: Vec<PromoRow>, may: bool, archived: bool) -> AnyView {
    let columns = vec![
        Column::new(t("promo-code")),
        Column::new(t("promo-off")),
        Column::new(t("promo-days")),
        Column::new(t("promo-used")).numeric(),
        Column::new(t("promo-paid")).numeric(),
        Column::new(t("terms-actions")).quiet(),
    ];
    let row = |promo: PromoRow| {
        let until = promo.ends_on.map_or_else(|| t("promo-open-end"), |day| locales::date(use_language(), day));
        let days = format!("{} – {until}", locales::date(use_language(), promo.starts_on));
        let number = |n: i64| locales::number(use_language(), n);
        let used = match promo.uses_total {
            Some(most) => format!("{} / {}", number(promo.used), number(most.into())),
            None => number(promo.used),
        };
        let (off, limits) = (share(&promo), limits(&promo));
        Row::new(promo.id, promo.code.clone())
            .cell(view! { <span class="figure">{promo.code.clone()}</span> })
            .cell(view! { <span class="block">{off}</span> {limits} })
            .cell(days)
            .cell(used)
            .cell(view! { <NumberText value=promo.paid/> })
            .cell(may.then(|| archive(&promo)))
    };
    let rows: Vec<Row> = promos.into_iter().map(row).collect();
    let empty = match archived {
        true => view! { <EmptyState icon="tag" title=t("promo-none-archived") body=t("promos-lead")/> }.into_any(),
        false => view! { <EmptyState icon="tag" title=t("promos-empty") body=t("promos-empty-body")/> }.into_any(),
    };
    view! { <Card flush=true><DataTable caption=t("promos-title") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn archive(promo: &PromoRow) -> AnyView {
    let (id, version, active) = (promo.id.to_string(), promo.version.to_string(), promo.active);
    let button = match active {
        true => view! { <ConfirmButton label=t("promo-archive") body=t("promo-archive-body") style=ButtonStyle::Ghost/> }.into_any(),
        false => view! { <SubmitButton label=t("promo-restore") style=ButtonStyle::Ghost/> }.into_any(),
    };
    view! {
        <PostForm action={action::<ArchivePromo>()} key=id.clone()>
            <HiddenField name="id" value=id/>
            <HiddenField name="version" value=version/>
            <HiddenField name="archived" value=active.to_string()/>
            {button}
        </PostForm>
    }
    .into_any()
}

fn form(at: &Drawing, offers: Vec<Package>, currency: Currency) -> AnyView {
    let today = at.visit().today;
    let kinds = vec![("percent".to_string(), t("terms-discount-percent")), ("fixed".to_string(), t("terms-discount-fixed"))];
    let boxes = |offers: Vec<Package>| {
        offers
            .into_iter()
            .map(|package| {
                let name = format!("form[packages][{}]", package.id);
                view! { <CheckField name=name id=format!("promo-package-{}", package.id) label=package.name checked=false/> }
            })
            .collect_view()
    };
    view! {
        <Card title=t("promo-add") subtitle=t("promo-add-words")>
            <PostForm action={action::<CreatePromo>()}>
                <ErrorSummary/>
                <div class="form-grid">
                    <TextField name="form[code]" id="promo-code" label=t("promo-code") value="" maxlength=30 help=t("promo-code-help")/>
                    <SelectField name="form[kind]" id="promo-kind" label=t("terms-discount-kind") options=kinds value="percent"/>
                    <TextField name="form[percent]" id="promo-percent" label=t("promo-percent") value="" suffix="%" inputmode="decimal" optional=true/>
                    <MoneyField name="form[amount]" id="promo-amount" label=t("promo-amount") currency=currency optional=true help=t("promo-amount-help")/>
                    <TextField name="form[periods]" id="promo-periods" label=t("promo-periods") value="1" inputmode="numeric" help=t("promo-periods-help")/>
                    <MoneyField name="form[minimum]" id="promo-minimum" label=t("promo-minimum") currency=currency optional=true/>
                    <DateField name="form[starts_on]" id="promo-from" label=t("terms-from") value=today/>
                    <DateField name="form[ends_on]" id="promo-to" label=t("promo-last-day") optional=true/>
                    <TextField name="form[uses_total]" id="promo-uses" label=t("promo-uses-total") value="" inputmode="numeric" optional=true/>
                    <TextField name="form[uses_per_customer]" id="promo-own" label=t("promo-uses-own") value="1" inputmode="numeric" optional=true/>
                    <CheckField name="form[stacks]" id="promo-stacks" label=t("promo-stacks-field") checked=false/>
                </div>
                <fieldset class="mt-4">
                    <legend class="font-medium">{t("promo-packages")}</legend>
                    <p class="muted">{t("promo-packages-help")}</p>
                    <div class="mt-2 flex flex-wrap gap-x-6">{boxes(offers)}</div>
                </fieldset>
                <div class="form-actions"><SubmitButton label=t("promo-add") icon="plus"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
