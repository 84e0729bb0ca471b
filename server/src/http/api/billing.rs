//! Packages, bills, receipts, and the rules by which bills are made.

use super::ask::{Ask, Walk, day};
use super::operation::{NoQuery, Operation, create, file, list, read};
use super::wire::{Invoice, InvoiceLine, InvoiceWhole, Money, Package, Part, Payment, PaymentWhole, Profile, PromoCode, RestDay, Tax};
use chrono::NaiveDate;
use domain::billing::{InvoiceFilter, InvoiceState};
use domain::documents::Paper;
use domain::payments::{Method, PaymentState, Receipt};
use domain::rights::Permission as P;
use domain::{Currency, CustomerId, Problem};
use locales::Language;
use schemars::JsonSchema;
use serde::Deserialize;
use services::documents::Wanted;
use services::payments::{PaymentFilter, PaymentForm};
use services::{Error, Result};
use uuid::Uuid;

pub fn operations() -> Vec<Operation> {
    vec![
        list(("/packages", "list_packages", "Packages"), &[P::PackagesView], packages),
        read(("/packages/{id}", "get_package", "One package"), &[P::PackagesView], package),
        list(("/invoices", "list_invoices", "Bills, in the order in which they were made"), &[P::BillingView], invoices),
        read(("/invoices/{id}", "get_invoice", "One bill with its lines"), &[P::BillingView], invoice),
        file(("/invoices/{id}/pdf", "print_invoice", "The bill on paper"), &[P::BillingView], invoice_pdf),
        list(("/payments", "list_payments", "Receipts, in the order in which they were taken"), &[P::PaymentsView], payments),
        read(("/payments/{id}", "get_payment", "One receipt with where the money went"), &[P::PaymentsView], payment),
        file(("/payments/{id}/pdf", "print_payment", "The receipt on paper"), &[P::PaymentsView], payment_pdf),
        create(("/payments", "create_payment", "Take a payment: oldest bill first"), "/payments", &[P::PaymentsReceive], new_payment),
        list(("/billing-profiles", "list_billing_profiles", "When and how bills are made"), &[P::BillingView], profiles),
        list(("/promo-codes", "list_promo_codes", "Codes that make bills cheaper"), &[P::BillingView], promos),
        list(("/holidays", "list_holidays", "Days on which nobody is cut, from today on"), &[P::BillingView], holidays),
        list(("/taxes", "list_taxes", "Taxes and their rates today"), &[P::BillingView], taxes),
    ]
}

fn choice<T>(field: &str, value: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    match value {
        None => Ok(None),
        Some(text) => match read(text) {
            Some(choice) => Ok(Some(choice)),
            None => Err(Error::Invalid(vec![Problem::new(field, "problem-choice")])),
        },
    }
}

fn of_package(package: domain::packages::Package) -> Package {
    Package {
        id: package.id.0,
        name: package.name,
        price: package.price.into(),
        up_kbps: package.terms.up_kbps,
        down_kbps: package.terms.down_kbps,
        archived: package.archived,
        services: package.services,
        version: package.version,
    }
}

async fn packages(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<Package>> {
    let all = services::packages::list_packages(&ask.services, &ask.caller).await?;
    Ok(walk.cut(all.into_iter().map(of_package).collect()))
}

async fn package(ask: Ask) -> Result<Package> {
    let id: domain::PackageId = ask.id()?;
    let all = services::packages::list_packages(&ask.services, &ask.caller).await?;
    all.into_iter().find(|package| package.id == id).map(of_package).ok_or(Error::NotFound)
}

/// Which bills are wanted; days are days of issue, both in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceQuery {
    customer_id: Option<Uuid>,
    /// `open`, `partly_paid`, `overdue`, `paid`, `credited`, `void` or `written_off`.
    state: Option<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

async fn invoices(ask: Ask, query: InvoiceQuery, walk: Walk) -> Result<Vec<Invoice>> {
    let filter = InvoiceFilter {
        state: choice("state", query.state.as_deref(), InvoiceState::from_slug)?,
        from: day("from", query.from)?,
        until: day("until", query.until)?,
        ..InvoiceFilter::default()
    };
    let customer = query.customer_id.map(CustomerId);
    let found = services::billing::invoices_behind(&ask.services, &ask.caller, &filter, customer, walk.after()?, walk.limit()).await?;
    Ok(found.into_iter().map(Invoice::from).collect())
}

async fn invoice(ask: Ask) -> Result<InvoiceWhole> {
    let whole = services::billing::invoice(&ask.services, &ask.caller, ask.id()?).await?;
    let head = Invoice::from(whole.row);
    let lines = whole.lines.into_iter().map(|line| InvoiceLine {
        kind: line.kind.slug().into(),
        description: line.description,
        service_id: line.service_id.map(|id| id.0),
        period_start: line.period_start,
        period_end: line.period_end,
        net: line.net.into(),
        tax: line.tax.into(),
    });
    Ok(InvoiceWhole {
        id: head.id,
        number: head.number,
        customer_id: head.customer_id,
        customer_number: head.customer_number,
        customer_name: head.customer_name,
        issued_on: head.issued_on,
        due_on: head.due_on,
        total: head.total,
        due: head.due,
        state: head.state,
        net: whole.net.into(),
        tax: whole.tax.into(),
        credited: whole.credited.into(),
        written_off: whole.written_off.into(),
        lines: lines.collect(),
    })
}

async fn wanted(ask: &Ask) -> Result<Wanted> {
    let isp = ask.services.isp(ask.caller.isp_id).await?;
    let language = Language::from_code(&isp.language).unwrap_or(Language::English);
    Ok(Wanted { paper: Paper::A4, language, base: ask.base.clone() })
}

async fn invoice_pdf(ask: Ask) -> Result<(String, Vec<u8>)> {
    let wanted = wanted(&ask).await?;
    let file = services::documents::invoice_pdf(&ask.services, &ask.caller, ask.id()?, &wanted).await?;
    Ok((file.name, file.bytes))
}

async fn payment_pdf(ask: Ask) -> Result<(String, Vec<u8>)> {
    let wanted = wanted(&ask).await?;
    let file = services::documents::receipt_pdf(&ask.services, &ask.caller, ask.id()?, &wanted).await?;
    Ok((file.name, file.bytes))
}

/// Which receipts are wanted; days are business days, both in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentQuery {
    customer_id: Option<Uuid>,
    /// `cash`, `bank`, `cheque` or `other`.
    method: Option<String>,
    /// `held` or `reversed`.
    state: Option<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

async fn payments(ask: Ask, query: PaymentQuery, walk: Walk) -> Result<Vec<Payment>> {
    let filter = PaymentFilter {
        customer_id: query.customer_id.map(CustomerId),
        method: choice("method", query.method.as_deref(), Method::from_slug)?,
        state: choice("state", query.state.as_deref(), PaymentState::from_slug)?,
        from: day("from", query.from)?,
        until: day("until", query.until)?,
        ..PaymentFilter::default()
    };
    let found = services::payments::payments_behind(&ask.services, &ask.caller, &filter, walk.after()?, walk.limit()).await?;
    Ok(found.into_iter().map(|found| Payment::of(found.payment, found.reference, found.reversed)).collect())
}

fn whole(receipt: Receipt) -> PaymentWhole {
    let row = receipt.payment;
    let part = |(invoice, number, amount): (domain::InvoiceId, String, domain::Money)| Part {
        invoice_id: invoice.0,
        invoice_number: number,
        amount: amount.into(),
    };
    PaymentWhole {
        id: row.id.0,
        receipt_number: row.receipt_number,
        customer_id: row.customer_id.0,
        customer_name: row.customer_name,
        method: row.method.slug().into(),
        amount: row.amount.into(),
        business_date: row.business_date,
        received_at: row.received_at,
        collector_name: row.collector_name,
        reference: receipt.reference,
        note: row.note,
        reversed: receipt.reversed.is_some(),
        parts: receipt.parts.into_iter().map(part).collect(),
        credit: receipt.credit.into(),
        still_due: receipt.still_due.into(),
    }
}

async fn payment(ask: Ask) -> Result<PaymentWhole> {
    Ok(whole(services::payments::receipt(&ask.services, &ask.caller, ask.id()?).await?))
}

/// Money that came in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    customer_id: Uuid,
    amount: Money,
    /// `cash`, `bank`, `cheque` or `other`.
    method: String,
    /// Number of the transaction, the cheque or the slip.
    #[serde(default)]
    reference: String,
    #[serde(default)]
    note: String,
    /// The business day; today where none is named.
    #[serde(default)]
    received_on: Option<NaiveDate>,
    /// The bills that it is for; the oldest first where none is named.
    #[serde(default)]
    invoice_ids: Vec<Uuid>,
}

async fn new_payment(ask: Ask, body: NewPayment) -> Result<PaymentWhole> {
    let isp = ask.services.isp(ask.caller.isp_id).await?;
    let problem = |key: &str| Error::Invalid(vec![Problem::new("amount", key)]);
    let currency = Currency::from_code(&body.amount.currency).filter(|currency| *currency == isp.currency);
    let currency = currency.ok_or_else(|| problem("problem-api-currency"))?;
    if body.amount.minor <= 0 {
        return Err(problem("problem-amount-zero"));
    }
    let form = PaymentForm {
        amount: domain::Money::new(body.amount.minor, currency).plain(),
        method: body.method,
        note: body.note,
        reference: body.reference,
        received_on: day("received_on", body.received_on)?.map(|day| day.to_string()).unwrap_or_default(),
        key: ask.key.clone().unwrap_or_default(),
        bills: body.invoice_ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        seen_due: None,
    };
    Ok(whole(services::payments::take_payment(&ask.services, &ask.caller, body.customer_id.into(), &form).await?))
}

async fn profiles(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<Profile>> {
    let all = services::billing::profiles(&ask.services, &ask.caller).await?;
    let of = |profile: domain::billing::BillingProfile| Profile {
        id: profile.id.0,
        name: profile.name,
        billing_day: profile.billing_day,
        due_days: profile.due_days,
        grace_days: profile.grace_days,
    };
    Ok(walk.cut(all.into_iter().map(of).collect()))
}

async fn taxes(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<Tax>> {
    let all = services::billing::tax_profiles(&ask.services, &ask.caller).await?;
    let of = |tax: domain::billing::TaxView| Tax { id: tax.id.0, name: tax.name, rate: tax.rate.to_string(), packages: tax.packages };
    Ok(walk.cut(all.into_iter().map(of).collect()))
}

async fn promos(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<PromoCode>> {
    let all = services::promos::promos(&ask.services, &ask.caller, false).await?;
    let promo = |row: domain::billing::PromoRow| PromoCode {
        id: row.id.0,
        code: row.code,
        percent: row.percent.map(|percent| percent.normalize().to_string()),
        amount: row.amount.map(Into::into),
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        uses_total: row.uses_total,
        uses_per_customer: row.uses_per_customer,
        minimum: row.minimum.into(),
        periods: row.periods,
        packages: row.packages,
        used: row.used,
        version: row.version,
    };
    Ok(walk.cut(all.into_iter().map(promo).collect()))
}

async fn holidays(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<RestDay>> {
    let all = services::dunning::holidays(&ask.services, &ask.caller).await?;
    Ok(walk.cut(all.into_iter().map(|(id, name)| RestDay { id, name }).collect()))
}
