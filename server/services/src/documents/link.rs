//! What the square code on a paper leads to: is this receipt genuine, what is due on this bill. Anybody may ask who
//! holds the secret; nobody learns a name or an address, and guessing is slowed down (PAY-09).

use crate::{Error, Result, Services};
use domain::documents::{DocumentRef, LinkedDocument};
use domain::people::{Caller, PlatformCaller};
use domain::{IspId, Problem};
use std::net::IpAddr;
use storage::{documents, invoices, payments, proformas, sessions};

/// Wrong secrets from one address before it must wait.
const MOST_WRONG: i32 = 10;
const LENGTH: usize = 26;

/// The document behind a secret at this ISP. Wrong ones are not found, however wrong they are.
pub async fn look_up(services: &Services, isp: IspId, token: &str, ip: Option<IpAddr>) -> Result<LinkedDocument> {
    let now = services.now();
    let subject = format!("code|{}", ip.map(|ip| ip.to_string()).unwrap_or_default());
    let mut platform = services.db.platform(&PlatformCaller::system("document code")).await?;
    if let Some(until) = sessions::locked_until(&mut platform, &subject, now).await? {
        let seconds = (until - now).num_seconds().max(1);
        return Err(Error::Conflict(Problem::new("", "problem-sign-in-wait").with("seconds", seconds)));
    }
    let isp = services.isp(isp).await?;
    let mut tx = services.begin(&Caller::system(isp.id, "document code")).await?;
    let proper = token.len() == LENGTH && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let found = if proper { documents::linked(&mut tx, &token.to_ascii_uppercase()).await? } else { None };
    match found {
        Some(DocumentRef::Receipt(id)) => {
            let found = payments::receipt(&mut tx, id).await?.ok_or(Error::NotFound)?;
            let (receipt, valid) = (found.payment, found.reversed.is_none());
            Ok(LinkedDocument::Receipt { number: receipt.receipt_number, amount: receipt.amount, on: receipt.business_date, valid })
        }
        Some(DocumentRef::Invoice(id)) => {
            let row = invoices::detail(&mut tx, id, services.today(&isp)).await?.ok_or(Error::NotFound)?.row;
            let how_to_pay = super::look::branding_at(&mut tx, &isp, now).await?.branding.how_to_pay;
            tx.commit().await?;
            let void = row.state == domain::billing::InvoiceState::Void;
            Ok(LinkedDocument::Invoice { number: row.number, total: row.total, due: row.due, due_on: row.due_on, void, how_to_pay })
        }
        Some(DocumentRef::Proforma(id)) => {
            let found = proformas::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
            let how_to_pay = super::look::branding_at(&mut tx, &isp, now).await?.branding.how_to_pay;
            tx.commit().await?;
            let (total, to_pay, expected_on) = (found.bill.total, found.bill.to_pay(), found.bill.expected_on);
            Ok(LinkedDocument::Proforma { number: found.number, total, to_pay, made_on: found.made_on, expected_on, how_to_pay })
        }
        _ => {
            sessions::count_failure(&mut platform, &subject, now, MOST_WRONG).await?;
            platform.commit().await?;
            Err(Error::NotFound)
        }
    }
}
