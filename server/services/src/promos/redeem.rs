//! Using a code for a service: it becomes a discount of the next periods, or of the time that is bought next, under the
//! code's own name, and holds its place among the uses that the code allows.

use crate::{Error, Result, Services, require};
use domain::billing::{Billable, Charging, Discount, DiscountRule, PromoUse, base_minutes, read_code, time_days};
use domain::calendar::Period;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, DiscountId, Problem, ServiceId};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::isps::Isp;
use storage::promos::NewUse;
use storage::{IspTx, audit, customers, discounts, prepaid, promos, service_changes};
use uuid::Uuid;

/// What the form sent. `key` is made with the form: sent twice, the code is used once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedeemForm {
    pub code: String,
    pub key: String,
}

/// Uses a code for a service.
pub async fn redeem(services: &Services, caller: &Caller, service: ServiceId, form: &RedeemForm) -> Result<CustomerId> {
    require(caller, Permission::CustomersUpdate)?;
    if !(8..=100).contains(&form.key.len()) {
        return Err(Error::Invalid(vec![Problem::new("", "problem-form-stale")]));
    }
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    match promos::use_by_key(&mut tx, &form.key).await? {
        Some(same) if same == service => return Ok(customer),
        Some(_) => return Err(Error::Conflict(Problem::new("", "problem-form-stale"))),
        None => {}
    }
    use_code(&mut tx, services, &isp, service, &form.code, ("code", &form.key)).await?;
    tx.commit().await?;
    Ok(customer)
}

/// Uses a code for a service, in the caller's transaction; a refusal stands beside `field`. The customer is locked, or
/// was made in this transaction.
pub(crate) async fn use_code(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    service: ServiceId,
    text: &str,
    (field, key): (&str, &str),
) -> Result<()> {
    let refused = |key: &str| Error::Invalid(vec![Problem::new(field, key)]);
    let (now, today) = (services.now(), services.today(isp));
    let typed = read_code(text).ok_or_else(|| refused("problem-promo-unknown"))?;
    let code = promos::lock(tx, &typed).await?.ok_or_else(|| refused("problem-promo-unknown"))?;
    let found = storage::billing::billable(tx, service, isp.zone).await?.ok_or(Error::NotFound)?.billable;
    let (package, _) = service_changes::current(tx, service).await?.ok_or(Error::NotFound)?;
    let customer = found.customer_id;
    let (used_total, used_by_customer) = promos::uses(tx, code.id, customer, today).await?;
    let (days, amount_minor) = covered(tx, services, isp, &found, code.periods).await?.ok_or_else(|| refused("problem-promo-cycle"))?;
    let first = days.start;
    let discounted_already = found.discounts.iter().any(|discount| discount.holds_on(first));
    let wanted = PromoUse { now, package, amount_minor, used_total, used_by_customer, discounted_already };
    let off = domain::billing::redeem(&code, wanted).map_err(|problem| refused(&problem.key))?;
    let rule = match (code.percent, code.amount_minor) {
        (Some(percent), most_minor) => DiscountRule::Percent { percent, most_minor },
        (None, amount) => DiscountRule::Fixed { amount_minor: amount.unwrap_or(off) },
    };
    let discount =
        Discount { id: DiscountId(Uuid::now_v7()), rule, reason: format!("Promo {typed}"), starts_on: first, ends_on: Some(days.end) };
    discounts::create(tx, service, customer, &discount, now).await?;
    let new = NewUse { code: code.id, customer, service, discount: discount.id, amount_minor: off, key };
    promos::insert_use(tx, new, now).await?;
    let change = Change {
        action: "promo.redeem",
        object_kind: "service",
        object_id: Some(service.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "code": typed, "amount_minor": off, "from": discount.starts_on, "to": discount.ends_on })),
        ..Change::default()
    };
    Ok(audit::record(tx, now, change).await?)
}

/// The days of so many periods that are not paid for yet, and what one costs: of bills from where they end, of time that
/// is bought from where the line ends. None: the line costs nothing by itself.
async fn covered(tx: &mut IspTx, services: &Services, isp: &Isp, service: &Billable, periods: u16) -> Result<Option<(Period, i64)>> {
    let (now, today) = (services.now(), services.today(isp));
    let first = service.billed_until;
    let Some(term) = service.term(today.max(first)) else { return Ok(None) };
    match term.charging {
        Charging::Cycle => {
            let mut end = first;
            for _ in 0..periods {
                let Some(whole) = service.whole_period(end) else { return Ok(None) };
                end = whole.end;
            }
            let Some(term) = service.term(first) else { return Ok(None) };
            Ok(Period::new(first, end).map(|days| (days, service.price(term, first))))
        }
        Charging::Prepaid => {
            let profile = crate::billing::profile_of(tx, service.customer_id).await?;
            let zone = crate::billing::profile_zone(profile.time_zone.as_deref(), isp.zone);
            let from = prepaid::expires_at(tx, service.service_id).await?.map_or(now, |end| end.max(now));
            let minutes = base_minutes(term.validity, profile.daily_base) * i64::from(periods);
            Ok(time_days(from, minutes, zone).map(|days| (days, service.price(term, today))))
        }
        Charging::Once | Charging::Nothing => Ok(None),
    }
}
