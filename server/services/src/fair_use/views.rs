//! What a line has used, where it stands and what it has beside what is included: for the office and for the subscriber
//! himself.

use crate::{Error, Result, Services, require};
use chrono::Datelike;
use domain::fair_use::{Account, Policy, Used};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, ServiceId};
use storage::isps::Isp;
use storage::{IspTx, customers, fair_use as sql, top_ups, usage};

/// Events, purchases and windows that are shown.
const MOST: i64 = 20;

/// The lines of a customer.
pub async fn accounts(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<Account>> {
    require(caller, Permission::SessionsView)?;
    read(services, caller, customer).await
}

/// One's own lines.
pub async fn own_accounts(services: &Services, caller: &Caller) -> Result<Vec<Account>> {
    require(caller, Permission::OwnAccount)?;
    read(services, caller, caller.customer_id.ok_or(Error::NotFound)?).await
}

async fn read(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<Account>> {
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let detail = customers::detail(&mut tx, customer, today, now).await?.ok_or(Error::NotFound)?;
    let mut found = Vec::new();
    for service in detail.services.into_iter().filter(|service| service.state != domain::customers::LineState::Terminated) {
        found.push(one(&mut tx, services, &isp, customer, service.id, service.username).await?);
    }
    Ok(found)
}

async fn one(tx: &mut IspTx, services: &Services, isp: &Isp, customer: CustomerId, id: ServiceId, username: String) -> Result<Account> {
    let (now, today) = (services.now(), services.today(isp));
    let mut month = Used::default();
    let mut of_today = Used::default();
    for (day, usage::Day { used, .. }) in usage::days_of(tx, id, today.with_day(1).unwrap_or(today), today).await? {
        month.add(used);
        if day == today {
            of_today = used;
        }
    }
    let policy = sql::of_line(tx, id).await?;
    let at_end = sql::at_end(tx, id).await?;
    let credits = top_ups::credits(tx, &[id], now, false).await?.remove(&id).unwrap_or_default();
    let may_end = policy.as_ref().is_some_and(|found| found.policy.stop_at.is_some());
    let (mut begins, mut ends, mut used) = (today, today, Used::default());
    let policy = policy.map(|found| {
        let policy = Policy { window: found.policy.window.of(found.billing_day), ..found.policy }.with_end(at_end);
        (begins, ends) = (policy.begins(today), policy.ends(today));
        // A window that is over is as good as empty, also before the minute in which it is closed.
        used = found.counter.filter(|(from, _)| *from == begins).map(|(_, used)| used).unwrap_or_default();
        (found.name, policy)
    });
    Ok(Account {
        service_id: id,
        customer_id: customer,
        username,
        today: of_today,
        month,
        policy,
        begins,
        ends,
        used,
        extra: credits.iter().fold(0, |sum: u64, credit| sum.saturating_add(credit.left)),
        credits,
        bought: top_ups::bought(tx, id, isp.currency, MOST).await?,
        events: sql::events(tx, id, MOST).await?,
        past: sql::past_windows(tx, id, MOST).await?,
        at_end,
        may_end,
        offers: top_ups::offers(tx, isp.currency).await?.into_iter().filter(|offer| !offer.archived).collect(),
        auto: top_ups::auto_of(tx, id).await?,
    })
}
