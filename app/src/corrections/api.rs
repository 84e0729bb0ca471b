//! Server functions of corrections: what the forms of these pages send.

use crate::{Session, UiError};
use domain::corrections::{Decision, LateFeeForm};
use domain::{ApprovalId, BillingProfileId, CustomerId, InvoiceId, PaymentId, RefundId};
use leptos::prelude::*;
use leptos_axum::redirect;
use services::corrections::{self, AdjustForm, CreditForm, ReallocateForm, ReasonForm, RefundForm, RefundOutcome};

#[server(endpoint = "corrections/credit")]
pub async fn credit_invoice(invoice: InvoiceId, form: CreditForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let note = corrections::credit_invoice(&session.services, session.caller()?, invoice, &form).await?;
    redirect(&format!("/credit-notes/{note}"));
    Ok(())
}

#[server(endpoint = "corrections/void")]
pub async fn void_invoice(invoice: InvoiceId, form: ReasonForm) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::void_invoice(&session.services, session.caller()?, invoice, &form).await?;
    redirect(&format!("/invoices/{invoice}"));
    Ok(())
}

#[server(endpoint = "corrections/write-off")]
pub async fn write_off(invoice: InvoiceId, form: ReasonForm) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::write_off(&session.services, session.caller()?, invoice, &form).await?;
    redirect(&format!("/invoices/{invoice}"));
    Ok(())
}

#[server(endpoint = "corrections/take-up")]
pub async fn reverse_write_off(invoice: InvoiceId, form: ReasonForm) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::reverse_write_off(&session.services, session.caller()?, invoice, &form).await?;
    redirect(&format!("/invoices/{invoice}"));
    Ok(())
}

#[server(endpoint = "corrections/reverse-payment")]
pub async fn reverse_payment(payment: PaymentId, form: ReasonForm) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::reverse_payment(&session.services, session.caller()?, payment, &form).await?;
    redirect(&format!("/payments/{payment}"));
    Ok(())
}

#[server(endpoint = "corrections/reallocate")]
pub async fn reallocate(payment: PaymentId, form: ReallocateForm) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::reallocate(&session.services, session.caller()?, payment, &form).await?;
    redirect(&format!("/payments/{payment}"));
    Ok(())
}

#[server(endpoint = "corrections/refund")]
pub async fn refund(customer: CustomerId, form: RefundForm) -> Result<(), UiError> {
    let session = Session::get()?;
    match corrections::refund(&session.services, session.caller()?, customer, &form).await? {
        RefundOutcome::Paid(_) => redirect(&format!("/customers/{customer}/money")),
        RefundOutcome::Waiting(_) => redirect("/approvals"),
    }
    Ok(())
}

#[server(endpoint = "corrections/refund-back")]
pub async fn reverse_refund(refund: RefundId, form: ReasonForm) -> Result<(), UiError> {
    let session = Session::get()?;
    if let RefundOutcome::Waiting(_) = corrections::reverse_refund(&session.services, session.caller()?, refund, &form).await? {
        redirect("/approvals");
    }
    Ok(())
}

#[server(endpoint = "corrections/adjust")]
pub async fn adjust(customer: CustomerId, form: AdjustForm) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::adjust(&session.services, session.caller()?, customer, &form).await?;
    redirect(&format!("/customers/{customer}/money"));
    Ok(())
}

#[server(endpoint = "corrections/use-credit")]
pub async fn use_credit(customer: CustomerId) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::use_credit(&session.services, session.caller()?, customer).await?;
    redirect(&format!("/customers/{customer}/money"));
    Ok(())
}

#[server(endpoint = "corrections/approve")]
pub async fn approve_request(id: ApprovalId) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::decide(&session.services, session.caller()?, id, Decision::Approve).await?;
    redirect("/approvals");
    Ok(())
}

#[server(endpoint = "corrections/refuse")]
pub async fn refuse_request(id: ApprovalId) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::decide(&session.services, session.caller()?, id, Decision::Reject).await?;
    redirect("/approvals");
    Ok(())
}

#[server(endpoint = "corrections/late-fee")]
pub async fn set_late_fee(profile: BillingProfileId, form: LateFeeForm) -> Result<(), UiError> {
    let session = Session::get()?;
    corrections::set_late_fee(&session.services, session.caller()?, profile, &form).await?;
    redirect("/billing/rules");
    Ok(())
}
