//! The next bill of a subscriber before there is one, and the proformas that were made of it: for staff with a choice of
//! line and package, for a subscriber his own.

use super::rules_api::{MakeOwnProforma, MakeProforma};
use crate::UiError;
use crate::documents::PdfButtons;
use crate::drawn::{Drawing, action};
use crate::invoices::{figure_line, sheet_line};
use domain::billing::{NextBill, Proforma};
use domain::customers::{CustomerDetail, LineState};
use domain::packages::Package;
use domain::rights::Permission;
use domain::{CustomerId, ProformaId};
use leptos::prelude::*;
use services::billing::{NextBillForm, next_bill, proformas};
use services::{customers, packages, portal};
use ui::prelude::*;

pub async fn proforma(at: Drawing) -> Result<AnyView, UiError> {
    let id: CustomerId = at.param("id")?;
    let (services, caller) = (at.services(), at.caller()?);
    let customer = customers::customer(services, caller, id).await?;
    let offers = packages::packages_for_sale(services, caller).await.unwrap_or_default();
    let typed = |field: &str| at.typed(field).unwrap_or_default().to_owned();
    let form = NextBillForm { service_id: typed("form[service_id]"), package_id: typed("form[package_id]") };
    let bill = expected(next_bill(services, caller, id, &form).await)?;
    let made = proformas(services, caller, id).await?;
    let body = match at.visit().may(Permission::BillingGenerate) {
        true => make_form(&customer, offers, &bill),
        false => shown(&bill),
    };
    let page = view! {
        <PageHeader title=t("proforma-title") subtitle=t("proforma-lead") back=(format!("/customers/{id}"), customer.name.clone())/>
        {ready(&at, &made)}
        <div class="flow"><Card>{body}</Card>{list(made)}</div>
    };
    Ok(page.into_any())
}

pub async fn my_next_bill(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    let own = portal::own_account(services, caller).await?.id;
    let bill = expected(next_bill(services, caller, own, &NextBillForm::default()).await)?;
    let made = proformas(services, caller, own).await?;
    let preview = shown(&bill);
    let make = bill.is_ok().then(|| {
        view! {
            <PostForm action={action::<MakeOwnProforma>()}>
                <ErrorSummary/>
                <p class="muted mt-4">{t("proforma-make-help")}</p>
                <div class="form-actions"><SubmitButton label=t("proforma-make") icon="file-text"/></div>
            </PostForm>
        }
    });
    let page = view! {
        <div class="mx-auto max-w-3xl">
            <PageHeader title=t("proforma-title") subtitle=t("proforma-lead") back=("/my/invoices".to_string(), t("portal-invoices"))/>
            {ready(&at, &made)}
            <div class="flow"><Card>{preview}{make}</Card>{list(made)}</div>
        </div>
    };
    Ok(page.into_any())
}

type Expected = Result<NextBill, Vec<domain::Problem>>;

/// A refusal of what was chosen belongs on the page, everything else in place of it.
fn expected(found: services::Result<NextBill>) -> Result<Expected, UiError> {
    match found {
        Ok(bill) => Ok(Ok(bill)),
        Err(services::Error::Invalid(problems)) => Ok(Err(problems)),
        Err(error) => Err(error.into()),
    }
}

/// What was made a moment ago, with its papers.
fn ready(at: &Drawing, made: &[Proforma]) -> Option<AnyView> {
    let id: ProformaId = at.query().get("made")?.parse().ok()?;
    let one = made.iter().find(|one| one.id == id)?;
    let words = t_with("proforma-made", &[("number", one.number.as_str().into())]);
    let papers = view! { <PdfButtons href=format!("/proformas/{id}.pdf")/> }.into_any();
    Some(view! { <div class="mb-5"><Alert tone=Tone::Good icon="circle-check" actions=papers>{words}</Alert></div> }.into_any())
}

fn make_form(customer: &CustomerDetail, offers: Vec<Package>, bill: &Expected) -> AnyView {
    let lines: Vec<_> = customer.services.iter().filter(|line| line.state != LineState::Terminated).collect();
    let mut choices = vec![(String::new(), t("proforma-all-lines"))];
    choices.extend(lines.iter().map(|line| (line.id.to_string(), format!("{} · {}", line.username, line.package))));
    let several = lines.len() > 1;
    let mut sold = vec![(String::new(), t("proforma-as-it-is"))];
    sold.extend(offers.into_iter().map(|package| (package.id.to_string(), package.name)));
    let (id, preview, may) = (customer.id.to_string(), shown(bill), bill.is_ok());
    view! {
        <PostForm action={action::<MakeProforma>()} live=true>
            <ErrorSummary/>
            <HiddenField name="customer" value=id/>
            <div class="form-grid">
                {several.then(|| view! { <SelectField name="form[service_id]" id="proforma-line" label=t("proforma-line") options=choices value="" optional=true/> })}
                <SelectField name="form[package_id]" id="proforma-package" label=t("proforma-package") options=sold value="" optional=true help=t("proforma-package-help")/>
            </div>
            <div class="mt-5" aria-live="polite">{preview}</div>
            {may.then(|| view! {
                <p class="muted mt-4">{t("proforma-make-help")}</p>
                <div class="form-actions"><SubmitButton label=t("proforma-make") icon="file-text"/></div>
            })}
        </PostForm>
    }
    .into_any()
}

/// The lines and what they come to, or why there are none.
fn shown(bill: &Expected) -> AnyView {
    let bill = match bill {
        Ok(bill) => bill.clone(),
        Err(problems) => {
            let words: Vec<String> = problems.iter().map(problem_words).collect();
            return view! { <EmptyState icon="receipt" title=t("proforma-empty-title") body=words.join(" ")/> }.into_any();
        }
    };
    let (to_pay, ahead) = (bill.to_pay(), domain::Money::new(-bill.from_credit().minor, bill.total.currency));
    let taxed = !bill.tax.is_zero();
    let credit = (!bill.credit.is_zero())
        .then(|| view! { {figure_line(t("proforma-ahead"), ahead, false)} {figure_line(t("proforma-to-pay"), to_pay, true)} });
    view! {
        <p class="row-line"><span class="muted">{t("proforma-expected-on")}</span><DateText date=bill.expected_on/></p>
        <ul class="mt-3 border-t border-line">{bill.lines.into_iter().map(sheet_line).collect_view()}</ul>
        <div class="mt-2 flex justify-end">
            <dl class="w-full sm:w-96">
                {taxed.then(|| view! { {figure_line(t("invoice-subtotal"), bill.net, false)} {figure_line(t("invoice-tax"), bill.tax, false)} })}
                {figure_line(t("proforma-total"), bill.total, true)}
                {credit}
            </dl>
        </div>
    }
    .into_any()
}

fn list(made: Vec<Proforma>) -> Option<AnyView> {
    if made.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t("invoice-number")),
        Column::new(t("document-made-on")),
        Column::new(t("proforma-expected-on")),
        Column::new(t("proforma-by")),
        Column::new(t("invoice-total")).numeric(),
        Column::new(t("proforma-papers")).quiet(),
    ];
    let rows = made.into_iter().map(|one| {
        let href = format!("/proformas/{}.pdf", one.id);
        Row::new(one.id, one.number.clone())
            .cell(view! { <span class="figure">{one.number}</span> })
            .cell(view! { <DateText date=one.made_on/> })
            .cell(view! { <DateText date=one.bill.expected_on/> })
            .cell(one.by)
            .cell(view! { <MoneyText money=one.bill.total/> })
            .cell(view! { <span class="row-line"><PdfButtons href=href/></span> })
    });
    let rows: Vec<Row> = rows.collect();
    Some(
        view! { <Card flush=true title=t("proforma-list")><DataTable caption=t("proforma-list") columns=columns rows=rows/></Card> }
            .into_any(),
    )
}
