//! Sessions, attempts and usage, and the end of sessions that nobody ended.

use crate::{Error, Result, Services, require};
use chrono::{NaiveDate, TimeDelta};
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::radius::{AttemptFilter, AttemptRow, HistoryFilter, OrderFilter, OrderRow, SessionFilter, SessionRow, UsageDay};
use domain::rights::Permission;
use domain::{CustomerId, IspId, ServiceId};
use storage::radius::{attempts, orders, sessions, trials};
use uuid::Uuid;

/// Attempts that a list shows at most.
const MOST_ATTEMPTS: i64 = 50;
/// A session is taken for lost after so many reports that did not come.
const MISSED_REPORTS: i64 = 3;

/// Who is online now.
pub async fn online_sessions(services: &Services, caller: &Caller, filter: &SessionFilter, paging: Paging) -> Result<Page<SessionRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(sessions::online(&mut tx, filter, paging).await?)
}

/// How a customer's lines last tried to come in, the newest first.
pub async fn attempts_of_customer(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<AttemptRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(attempts::of_customer(&mut tx, customer, MOST_ATTEMPTS).await?)
}

/// How somebody tried to come in: by name, device, server and time, also names that nobody has.
pub async fn find_attempts(services: &Services, caller: &Caller, filter: &AttemptFilter) -> Result<Vec<AttemptRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(attempts::search(&mut tx, filter, MOST_ATTEMPTS).await?)
}

/// How a user name last tried to come in.
pub async fn attempts_of_username(services: &Services, caller: &Caller, username: &str) -> Result<Vec<AttemptRow>> {
    find_attempts(services, caller, &AttemptFilter { search: username.to_string(), ..AttemptFilter::default() }).await
}

/// How anybody last tried to come in.
pub async fn recent_attempts(services: &Services, caller: &Caller) -> Result<Vec<AttemptRow>> {
    find_attempts(services, caller, &AttemptFilter::default()).await
}

/// What servers were told about the sessions of a customer, the newest first.
pub async fn orders_of_customer(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<OrderRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(orders::recent(&mut tx, &OrderFilter { customer: Some(customer), ..OrderFilter::default() }, MOST_ATTEMPTS).await?)
}

/// What servers were told about anybody's sessions, the newest first.
pub async fn find_orders(services: &Services, caller: &Caller, filter: &OrderFilter) -> Result<Vec<OrderRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(orders::recent(&mut tx, filter, MOST_ATTEMPTS).await?)
}

/// Sessions of now and of the past: by name, device, address and server, or who was online at a moment.
pub async fn session_history(services: &Services, caller: &Caller, filter: &HistoryFilter) -> Result<Vec<SessionRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(sessions::history(&mut tx, filter, MOST_ATTEMPTS).await?)
}

/// Attempts and orders are kept so long; sessions as long as the ISP says (`archive`).
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::days(90);
/// So much is forgotten in one transaction.
const AT_ONCE: i64 = 20_000;

/// Forgets attempts, orders and trials that nobody will ask for any more. For the job that comes every night.
pub async fn forget_old(services: &Services, caller: &Caller) -> Result<(u64, u64)> {
    let before = services.now() - ATTEMPTS_KEPT;
    let (mut gone_attempts, mut gone_orders) = (0, 0);
    loop {
        let mut tx = services.begin(caller).await?;
        let found = (attempts::forget(&mut tx, before, AT_ONCE).await?, orders::forget(&mut tx, before, AT_ONCE).await?);
        let tried = trials::forget(&mut tx, before, AT_ONCE).await?;
        tx.commit().await?;
        (gone_attempts, gone_orders) = (gone_attempts + found.0, gone_orders + found.1);
        if found == (0, 0) && tried == 0 {
            return Ok((gone_attempts, gone_orders));
        }
    }
}

/// What a service moved on each day from a day to a day, both included.
pub async fn usage(services: &Services, caller: &Caller, service: ServiceId, from: NaiveDate, to: NaiveDate) -> Result<Vec<UsageDay>> {
    if caller.customer_id.is_some() {
        require(caller, Permission::OwnAccount)?;
    } else {
        require(caller, Permission::SessionsView)?;
    }
    let mut tx = services.begin(caller).await?;
    Ok(sessions::usage(&mut tx, service, from, to).await?)
}

/// Ends the sessions of an ISP that missed three reports; one that speaks again is open again. For the job that comes
/// every minute.
pub async fn close_stale(services: &Services, isp: IspId) -> Result<u64> {
    let interval = services.isp(isp).await?.policy.interim_seconds;
    let quiet_since = services.now() - TimeDelta::seconds(i64::from(interval) * MISSED_REPORTS);
    let mut tx = services.begin(&Caller::system(isp, "close_stale")).await?;
    let closed = sessions::close_stale(&mut tx, quiet_since).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(closed)
}

/// Sessions behind `after`, for whoever walks through all of them: those that are open, or all that were kept.
pub async fn sessions_behind(
    services: &Services,
    caller: &Caller,
    online: bool,
    (service, customer): (Option<ServiceId>, Option<CustomerId>),
    after: Uuid,
    limit: i64,
) -> Result<Vec<SessionRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(sessions::behind(&mut tx, online, service, customer, after, limit).await?)
}

/// Attempts behind `after`, each with its id.
pub async fn attempts_behind(
    services: &Services,
    caller: &Caller,
    username: Option<&str>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(Uuid, AttemptRow)>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(attempts::behind(&mut tx, username, after, limit).await?)
}
