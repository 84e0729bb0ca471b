//! Taxes with their dated rates: what holds today, what held, what will hold.

use super::billing_bar;
use super::rules_api::{AddTax, AddTaxRate};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::billing::TaxView;
use domain::rights::Permission;
use leptos::prelude::*;
use services::billing;
use ui::prelude::*;

pub async fn taxes(at: Drawing) -> Result<AnyView, UiError> {
    let taxes = billing::tax_profiles(at.services(), at.caller()?).await?;
    let visit = at.visit();
    let (may_rate, may_add) = (visit.may(Permission::BillingProfiles), visit.may(Permission::PackagesEdit));
    let nothing = taxes.is_empty().then(|| {
        view! { <Card><EmptyState icon="receipt" title=t("taxes-empty") body=t("taxes-empty-body")/></Card> }
    });
    let today = visit.today;
    let cards: Vec<AnyView> = taxes.into_iter().map(|tax| card(today, tax, may_rate)).collect();
    let add = may_add.then(|| {
        view! {
            <Card title=t("taxes-add")>
                <PostForm action={action::<AddTax>()}>
                    <ErrorSummary/>
                    <div class="form-grid">
                        <TextField name="name" id="tax-name" label=t("common-name") value="" maxlength=60/>
                        <TextField name="rate" id="tax-rate" label=t("taxes-rate") value="" inputmode="decimal" suffix="%"/>
                        <CheckField name="inclusive" label=t("taxes-inclusive") checked=false/>
                    </div>
                    <div class="form-actions"><SubmitButton label=t("taxes-add") icon="plus"/></div>
                </PostForm>
            </Card>
        }
    });
    Ok(view! {
        <PageHeader title=t("taxes-title") subtitle=t("taxes-lead")/>
        {billing_bar(&at)}
        <div class="flow">{nothing}{cards}{add}</div>
    }
    .into_any())
}

fn card(today: chrono::NaiveDate, tax: TaxView, may: bool) -> AnyView {
    let language = use_language();
    let percent = |rate: &rust_decimal::Decimal| locales::digits(language, &rate.normalize().to_string());
    let columns = vec![
        Column::new(t("common-name")),
        Column::new(t("taxes-from")),
        Column::new(t("taxes-until")),
        Column::new(t("taxes-rate")).numeric(),
    ];
    let rows = tax.terms.rates.iter().enumerate().map(|(index, rate)| {
        let until = rate.until_on.map_or_else(|| t("taxes-open-end"), |day| locales::date(language, day));
        Row::new(index, rate.name.clone())
            .cell(rate.name.clone())
            .cell(locales::date(language, rate.from_on))
            .cell(until)
            .cell(format!("{} %", percent(&rate.rate)))
    });
    let rows: Vec<Row> = rows.collect();
    let empty = view! { <EmptyState icon="receipt" title=t("taxes-empty") body=t("taxes-empty-body")/> }.into_any();
    let how = t(if tax.terms.inclusive { "taxes-inclusive" } else { "taxes-exclusive" });
    let now = t_with("taxes-today", &[("rate", percent(&tax.rate).into())]);
    let packages = t_with("taxes-packages", &[("count", tax.packages.into())]);
    let id = tax.id.to_string();
    let first = tax.terms.rates.first().map(|rate| rate.name.clone()).unwrap_or_else(|| tax.name.clone());
    let (name, lead) = (tax.name.clone(), format!("{now} · {how} · {packages}"));
    let add = may.then(|| {
        view! {
            <details class="fold mt-3"><summary>{t("taxes-rate-add")}</summary>
            <PostForm action={action::<AddTaxRate>()} key=id.clone()>
                <ErrorSummary/>
                <HiddenField name="tax" value=id.clone()/>
                <div class="form-grid">
                    <TextField name="form[name]" id=format!("rate-name-{id}") label=t("common-name") value=first maxlength=60 help=t("taxes-rate-help")/>
                    <TextField name="form[rate]" id=format!("rate-{id}") label=t("taxes-rate") value="" inputmode="decimal" suffix="%"/>
                    <DateField name="form[from_on]" id=format!("rate-from-{id}") label=t("taxes-from") min=today/>
                    <DateField name="form[until_on]" id=format!("rate-until-{id}") label=t("taxes-until") optional=true/>
                </div>
                <div class="form-actions"><SubmitButton label=t("taxes-rate-add") icon="plus"/></div>
            </PostForm></details>
        }
    });
    view! {
        <Card title=name.clone() subtitle=lead>
            <DataTable caption=name columns=columns rows=rows empty=empty/>{add}
        </Card>
    }
    .into_any()
}
