//! What waits for a subscriber's next bill, his deposit, and the rule he is billed by.

use super::api::{AddCharge, DropCharge, IssueCharges, ReturnDeposit, SaveTerms};
use super::line::kind_words;
use super::{May, amount};
use crate::drawn::action;
use domain::billing::{BillingProfile, ChargeView, CustomerTerms, LineKind, TaxView};
use domain::{CustomerId, Money};
use leptos::prelude::*;
use ui::prelude::*;

pub(super) fn cards(id: CustomerId, terms: CustomerTerms, profiles: &[BillingProfile], taxes: Vec<(String, String)>, may: May) -> AnyView {
    let waiting = charges(id, terms.charges.clone(), taxes, may);
    let deposit = deposit(id, terms.deposit, may);
    let rule = may.terms.then(|| rule(id, terms, profiles));
    view! { {waiting}{deposit}{rule} }.into_any()
}

/// Taxes to choose from, with what they come to today.
pub(super) fn tax_options(taxes: &[TaxView]) -> Vec<(String, String)> {
    let words = |tax: &TaxView| format!("{} · {} %", tax.name, locales::digits(use_language(), &tax.rate.normalize().to_string()));
    taxes.iter().map(|tax| (tax.id.to_string(), words(tax))).collect()
}

/// The fields of a charge or an add-on.
pub(super) fn extra_fields(prefix: &str, kinds: Vec<(String, String)>, taxes: Vec<(String, String)>) -> AnyView {
    let first = kinds.first().map(|(value, _)| value.clone()).unwrap_or_default();
    view! {
        <div class="form-grid">
            <SelectField name="form[kind]" id=format!("{prefix}-kind") label=t("terms-kind") options=kinds value=first/>
            <TextField name="form[description]" id=format!("{prefix}-description") label=t("terms-description") value="" maxlength=100/>
            <TextField name="form[price]" id=format!("{prefix}-price") label=t("terms-price-of-one") value="" inputmode="decimal"/>
            <TextField name="form[quantity]" id=format!("{prefix}-quantity") label=t("terms-quantity") value="1" inputmode="numeric"/>
            <SelectField name="form[tax_profile_id]" id=format!("{prefix}-tax") label=t("terms-tax") options=taxes empty=t("terms-no-tax") optional=true/>
        </div>
    }
    .into_any()
}

fn charges(id: CustomerId, charges: Vec<ChargeView>, taxes: Vec<(String, String)>, may: May) -> AnyView {
    let columns =
        vec![Column::new(t("terms-description")), Column::new(t("common-amount")).numeric(), Column::new(t("terms-actions")).quiet()];
    let rows = charges.into_iter().map(|charge| {
        let key = charge.id.to_string();
        let drop = may.bill.then(|| {
            view! {
                <PostForm action={action::<DropCharge>()} key=key.clone()>
                    <HiddenField name="id" value=key/>
                    <SubmitButton label=t("terms-charge-drop") style=ButtonStyle::Ghost icon="trash-2"/>
                </PostForm>
            }
        });
        let words = format!("{} · {}", kind_words(charge.kind), charge.description);
        Row::new(charge.id, words.clone()).cell(words).cell(view! { <MoneyText money=charge.amount/> }).cell(drop.into_any())
    });
    let rows: Vec<Row> = rows.collect();
    let waiting = !rows.is_empty();
    let empty = view! { <EmptyState icon="receipt" title=t("terms-charges-none") body=t("terms-charges-body")/> }.into_any();
    let kinds = [LineKind::OneTime, LineKind::Setup, LineKind::Fee, LineKind::Deposit];
    let kinds = kinds.map(|kind| (kind.slug().to_string(), kind_words(kind))).to_vec();
    let issue = (may.bill && waiting).then(|| {
        view! {
            <PostForm action={action::<IssueCharges>()}>
                <ErrorSummary/>
                <HiddenField name="customer" value=id.to_string()/>
                <ConfirmButton label=t("terms-charges-issue") body=t("terms-charges-issue-body") style=ButtonStyle::Primary icon="receipt"/>
            </PostForm>
        }
    });
    let add = may.bill.then(|| {
        view! {
            <details class="mt-4"><summary>{t("terms-charge-add")}</summary>
            <PostForm action={action::<AddCharge>()}>
                <ErrorSummary/>
                <HiddenField name="customer" value=id.to_string()/>
                {extra_fields("charge", kinds, taxes)}
                <div class="form-actions"><SubmitButton label=t("terms-charge-add") icon="plus"/></div>
            </PostForm></details>
        }
    });
    view! {
        <Card title=t("terms-charges") subtitle=t("terms-charges-lead")>
            <DataTable caption=t("terms-charges") columns=columns rows=rows empty=empty/>
            {issue}{add}
        </Card>
    }
    .into_any()
}

fn deposit(id: CustomerId, money: Money, may: May) -> Option<AnyView> {
    if money.minor <= 0 {
        return None;
    }
    let back = may.bill.then(|| {
        view! {
            <PostForm action={action::<ReturnDeposit>()}>
                <ErrorSummary/>
                <HiddenField name="customer" value=id.to_string()/>
                <ConfirmButton label=t("terms-deposit-return") body=t("terms-deposit-return-body") style=ButtonStyle::Secondary icon="undo-2"/>
            </PostForm>
        }
    });
    Some(
        view! { <Card title=t("terms-deposit") subtitle=t("terms-deposit-lead")><p><MoneyText money=money strong=true/></p>{back}</Card> }
            .into_any(),
    )
}

fn rule(id: CustomerId, terms: CustomerTerms, profiles: &[BillingProfile]) -> AnyView {
    let options: Vec<(String, String)> = profiles.iter().map(|profile| (profile.id.to_string(), profile.name.clone())).collect();
    let limit = terms.credit_limit.map(|limit| limit.plain()).unwrap_or_default();
    let help = match terms.profile_credit_limit {
        Some(limit) => t_with("terms-limit-profile", &[("amount", amount(limit).into())]),
        None => t("terms-limit-none"),
    };
    view! {
        <Card title=t("terms-rule")>
            <PostForm action={action::<SaveTerms>()}>
                <ErrorSummary/>
                <HiddenField name="customer" value=id.to_string()/>
                <HiddenField name="form[version]" value=terms.version.to_string()/>
                <SelectField name="form[billing_profile_id]" label=t("billing-profile") options=options value=terms.billing_profile_id.to_string()/>
                <TextField name="form[credit_limit]" label=t("terms-limit") value=limit optional=true inputmode="decimal" help=help/>
                <CheckField name="form[tax_exempt]" label=t("terms-exempt") checked=terms.tax_exempt/>
                <TextField name="form[tax_exempt_reason]" label=t("terms-exempt-reason") value=terms.tax_exempt_reason.clone().unwrap_or_default() optional=true maxlength=200/>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
        </Card>
    }
    .into_any()
}
