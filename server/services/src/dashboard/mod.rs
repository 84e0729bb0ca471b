//! The admin's morning: what needs me today, before how are we doing (REP-01).

mod work;

pub use work::{Debtor, Desk, RefusedName, Server, Work, work};

use crate::{Result, Services, require};
use domain::Money;
use domain::billing::Dashboard;
use domain::people::Caller;
use domain::rights::Permission;

pub async fn dashboard(services: &Services, caller: &Caller) -> Result<Dashboard> {
    require(caller, Permission::DashboardView)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let figures = storage::dashboard::figures(&mut tx, today).await?;
    let states = storage::subscribers::counts(&mut tx, now).await?;
    let last_run = storage::billing::runs(&mut tx, 1).await?.into_iter().next();
    let waiting_to_be_billed = storage::billing::count_to_bill(&mut tx, today).await?;
    let from = today - chrono::TimeDelta::days(29);
    let collected_by_day = storage::dashboard::collected_by_day(&mut tx, from, today).await?;
    let money = |minor| Money::new(minor, isp.currency);
    Ok(Dashboard {
        today,
        subscribers: states.services,
        due_today: figures.due_today,
        due_today_sum: money(figures.due_today_minor),
        collected_today: figures.collected_today,
        collected_today_sum: money(figures.collected_today_minor),
        online_now: figures.online_now,
        suspended: states.suspended,
        expired: states.expired,
        last_run,
        waiting_to_be_billed,
        collected_by_day,
    })
}
