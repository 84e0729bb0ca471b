//! Data that is bought beside what is included: offers, and the purchase, which is a bill like any other and made once
//! however often it is asked for. Whoever buys for himself pays with what he has ahead.

use crate::billing::{bill_once, refresh};
use crate::{Error, Result, Services, require};
use chrono::{DateTime, Days, Months, Utc};
use domain::fair_use::{Offer, OfferForm, Policy, read_offer};
use domain::people::Caller;
use domain::rights::Permission;
use domain::zones::start_of_day;
use domain::{CustomerId, InvoiceId, OfferId, Problem, ServiceId, TopUpId};
use std::collections::HashMap;
use storage::audit::Change;
use storage::isps::Isp;
use storage::top_ups::{self, NewCredit, NewTopUp};
use storage::{IspTx, audit, customers, fair_use};
use uuid::Uuid;

/// Every offer, those that are not sold any more last.
pub async fn offers(services: &Services, caller: &Caller) -> Result<Vec<Offer>> {
    require(caller, Permission::PackagesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(top_ups::offers(&mut tx, isp.currency).await?)
}

/// Puts data up for sale.
pub async fn add_offer(services: &Services, caller: &Caller, form: &OfferForm) -> Result<OfferId> {
    require(caller, Permission::PackagesEdit)?;
    let isp = services.isp(caller.isp_id).await?;
    let draft = read_offer(form, isp.currency).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    let taken = top_ups::offers(&mut tx, isp.currency).await?;
    if taken.iter().any(|offer| !offer.archived && offer.name.to_lowercase() == draft.name.to_lowercase()) {
        return Err(Error::Invalid(vec![Problem::new("name", "problem-name-taken")]));
    }
    let known = storage::billing::taxes(&mut tx).await?;
    if draft.tax_profile_id.is_some_and(|id| !known.contains_key(&id.0)) {
        return Err(Error::Invalid(vec![Problem::new("tax_profile_id", "problem-choice")]));
    }
    let id = OfferId(Uuid::now_v7());
    top_ups::create_offer(&mut tx, id, &draft).await?;
    let after = serde_json::json!({ "name": draft.name, "octets": draft.octets, "price_minor": draft.price.minor, "months": draft.months });
    let change = Change {
        action: "top_up_offer.create",
        object_kind: "top_up_offer",
        object_id: Some(id.0),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes an offer off, or brings it back.
pub async fn archive_offer(services: &Services, caller: &Caller, id: OfferId, archived: bool) -> Result<()> {
    require(caller, Permission::PackagesEdit)?;
    let mut tx = services.begin(caller).await?;
    if !top_ups::set_offer_archived(&mut tx, id, archived).await? {
        return Err(Error::NotFound);
    }
    let after = Some(serde_json::json!({ "archived": archived }));
    let change = Change { action: "top_up_offer.archive", object_kind: "top_up_offer", object_id: Some(id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Sells data to a subscriber; the bill waits like any other.
pub async fn sell(services: &Services, caller: &Caller, service: ServiceId, offer: OfferId, key: &str) -> Result<InvoiceId> {
    require(caller, Permission::BillingGenerate)?;
    purchase(services, caller, service, offer, key, "staff", false).await
}

/// Buys data for one's own line with what one has ahead.
pub async fn buy_own(services: &Services, caller: &Caller, service: ServiceId, offer: OfferId, key: &str) -> Result<InvoiceId> {
    require(caller, Permission::OwnAccount)?;
    // Where bills are numbered and posted, the subscriber's own narrow view would hide what has to be seen.
    let customer = caller.customer_id.ok_or(Error::NotFound)?;
    let mut tx = services.begin(caller).await?;
    let (owner, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    drop(tx);
    if owner != customer {
        return Err(Error::NotFound);
    }
    let wide = Caller { customer_id: None, ..caller.clone() };
    purchase(services, &wide, service, offer, key, "portal", true).await
}

/// `false`: there is not enough paid ahead.
pub(super) async fn buy_by_itself(services: &Services, caller: &Caller, service: ServiceId, offer: OfferId, key: &str) -> Result<bool> {
    match purchase(services, caller, service, offer, key, "auto", true).await {
        Ok(_) => Ok(true),
        Err(Error::Conflict(_) | Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

async fn purchase(
    services: &Services,
    caller: &Caller,
    service: ServiceId,
    offer: OfferId,
    key: &str,
    source: &'static str,
    paid_ahead: bool,
) -> Result<InvoiceId> {
    if !(8..=100).contains(&key.len()) {
        return Err(Error::Conflict(Problem::new("", "problem-form-stale")));
    }
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    let person = bill_once::lock(&mut tx, today, customer).await?;
    if let Some((_, of, what, invoice)) = top_ups::by_key(&mut tx, key).await? {
        return if (of, what) == (service, offer) { Ok(invoice) } else { Err(Error::Conflict(Problem::new("", "problem-form-stale"))) };
    }
    let offers = top_ups::offers(&mut tx, isp.currency).await?;
    let offer = offers.into_iter().find(|found| found.id == offer && !found.archived).ok_or(Error::NotFound)?;
    if source == "portal" && !offer.in_portal {
        return Err(Error::NotFound);
    }
    let sold = bill_once::Sold { service_id: service, description: &offer.name, price: offer.price, tax: offer.tax_profile_id };
    let (invoice, number) = bill_once::issue(&mut tx, services, &isp, &person, sold).await?;
    let due = storage::invoices::detail(&mut tx, invoice, today).await?.ok_or(Error::NotFound)?.row.due;
    if paid_ahead && !due.is_zero() {
        // Nothing of this is kept: the transaction ends here.
        return Err(Error::Conflict(Problem::new("", "problem-top-up-advance")));
    }
    refresh(&mut tx, &isp, now, &[customer], &HashMap::new()).await?;
    let credit = NewCredit {
        id: Uuid::now_v7(),
        service_id: service,
        source: "top_up",
        octets: offer.octets,
        since: now,
        expires_at: expires(&mut tx, &isp, service, offer.months, now).await?,
    };
    top_ups::give(&mut tx, &[credit]).await?;
    let id = TopUpId(Uuid::now_v7());
    let new = NewTopUp {
        id,
        service_id: service,
        customer_id: customer,
        offer: &offer,
        invoice_id: invoice,
        credit_id: credit.id,
        source,
        at: now,
        key,
    };
    top_ups::insert(&mut tx, &new).await?;
    fair_use::look_again(&mut tx, &[service]).await?;
    record(&mut tx, now, customer, service, &offer, &number).await?;
    super::look_at(&mut tx, &isp, &[service], now).await?;
    tx.commit().await?;
    Ok(invoice)
}

/// The end of the window, or so many months later; without a policy, of the month.
async fn expires(tx: &mut IspTx, isp: &Isp, service: ServiceId, months: u8, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let today = domain::zones::business_day(now, isp.zone);
    let day = if months > 0 {
        today.checked_add_months(Months::new(months.into())).unwrap_or(today) + Days::new(1)
    } else {
        let line = fair_use::watch(tx, &[service]).await?.pop();
        let window = match line.as_ref().and_then(|line| line.policy) {
            Some((id, _)) => fair_use::current(tx, &[id]).await?.remove(&id),
            None => None,
        };
        match window.zip(line) {
            Some((policy, line)) => Policy { window: policy.window.of(line.billing_day), ..policy }.ends(today),
            None => today.checked_add_months(Months::new(1)).unwrap_or(today),
        }
    };
    Ok(start_of_day(day, isp.zone))
}

async fn record(tx: &mut IspTx, now: DateTime<Utc>, customer: CustomerId, service: ServiceId, offer: &Offer, number: &str) -> Result<()> {
    let after = serde_json::json!({ "offer": offer.name, "octets": offer.octets, "price_minor": offer.price.minor, "invoice": number });
    let change = Change {
        action: "service.top_up",
        object_kind: "service",
        object_id: Some(service.0),
        customer_id: Some(customer.0),
        after: Some(after),
        ..Change::default()
    };
    Ok(audit::record(tx, now, change).await?)
}

/// Sets what a line buys by itself when its first limit is reached; no offer: nothing.
pub async fn set_auto(services: &Services, caller: &Caller, service: ServiceId, offer: Option<OfferId>, most: u8) -> Result<()> {
    require(caller, Permission::CustomersUpdate)?;
    put_auto(services, caller, service, offer, most).await
}

/// Sets what one's own line buys by itself.
pub async fn set_own_auto(services: &Services, caller: &Caller, service: ServiceId, offer: Option<OfferId>, most: u8) -> Result<()> {
    require(caller, Permission::OwnAccount)?;
    put_auto(services, caller, service, offer, most).await
}

async fn put_auto(services: &Services, caller: &Caller, service: ServiceId, offer: Option<OfferId>, most: u8) -> Result<()> {
    if !(1..=10).contains(&most) {
        return Err(Error::Invalid(vec![Problem::new("most", "problem-number-range").with("least", 1).with("most", 10)]));
    }
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    let known = top_ups::offers(&mut tx, isp.currency).await?;
    let own = caller.customer_id.is_some();
    if offer.is_some_and(|id| !known.iter().any(|found| found.id == id && !found.archived && (found.in_portal || !own))) {
        return Err(Error::Invalid(vec![Problem::new("offer", "problem-choice")]));
    }
    top_ups::set_auto(&mut tx, service, offer.map(|id| (id, most))).await?;
    let change = Change {
        action: "service.auto_top_up",
        object_kind: "service",
        object_id: Some(service.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "offer": offer, "most": most })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
