//! Who moves the most.

use crate::{Result, Services, require};
use chrono::NaiveDate;
use domain::customers::{Page, Paging};
use domain::fair_use::TopUser;
use domain::people::Caller;
use domain::rights::Permission;

/// Lines by what they moved from a day to a day, both included; the most first.
pub async fn top_users(
    services: &Services,
    caller: &Caller,
    (from, to): (NaiveDate, NaiveDate),
    search: &str,
    paging: Paging,
) -> Result<Page<TopUser>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    let (rows, total) = storage::usage::top(&mut tx, from, to, search, paging.size, paging.offset()).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}
