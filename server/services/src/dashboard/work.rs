//! What somebody has to do today, as far as his rights reach: whom to ask for money, whose line does not come up, which
//! access servers are silent, what waits for his answer. Each figure is the count of the list it opens.

use crate::{Result, Services, corrections, dunning, require};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Money;
use domain::cash::{CashDesk, HandOverState};
use domain::customers::Paging;
use domain::money::Currency;
use domain::people::Caller;
use domain::radius::NasRow;
use domain::rights::Permission;
pub use storage::dashboard::Debtor;
pub use storage::radius::attempts::RefusedName;

/// As many as one looks at before going to the list.
const SHOWN: i64 = 8;
/// What was refused before that is history.
const REFUSED_FOR: TimeDelta = TimeDelta::hours(1);
/// A server whose subscribers report every five minutes has something to say more often than that.
const SILENT_AFTER: TimeDelta = TimeDelta::minutes(15);

/// `None` and nothing: not his to do.
#[derive(Debug, Default)]
pub struct Work {
    /// The oldest debts, with the currency of the books.
    pub debtors: Option<(Vec<Debtor>, Currency)>,
    pub refused: Option<Vec<RefusedName>>,
    /// Those in use, silent ones first.
    pub servers: Option<Vec<Server>>,
    pub approvals: Option<i64>,
    /// Calls and visits.
    pub tasks: Option<i64>,
    pub desk: Option<Desk>,
}

/// An access server and whether it should be looked after.
#[derive(Debug)]
pub struct Server {
    pub nas: NasRow,
    pub silent: bool,
}

/// His own drawer, and how much waits for his count.
#[derive(Debug)]
pub struct Desk {
    pub balance: Money,
    pub to_count: usize,
}

/// What the caller has to do.
pub async fn work(services: &Services, caller: &Caller) -> Result<Work> {
    require(caller, Permission::DashboardView)?;
    let may = |permission| caller.allowed(permission);
    let mut work = Work::default();
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    if may(Permission::PaymentsReceive) && may(Permission::CustomersView) {
        let mut tx = services.begin(caller).await?;
        work.debtors = Some((storage::dashboard::debtors(&mut tx, today, SHOWN).await?, isp.currency));
    }
    if may(Permission::SessionsView) {
        let mut tx = services.begin(caller).await?;
        work.refused = Some(storage::radius::attempts::refused(&mut tx, now - REFUSED_FOR, SHOWN).await?);
    }
    if may(Permission::NetworkView) {
        let servers = crate::radius::list_nas(services, caller).await?;
        let mut servers: Vec<Server> = servers.into_iter().filter(|nas| nas.active).map(|nas| Server::of(nas, now)).collect();
        servers.sort_by_key(|server| !server.silent);
        work.servers = Some(servers);
    }
    if corrections::sees_approvals(caller) {
        work.approvals = Some(corrections::approvals(services, caller, true, Paging::new(1, 1)).await?.total);
    }
    if may(Permission::BillingView) {
        work.tasks = Some(dunning::tasks(services, caller, Paging::new(1, 1)).await?.total);
    }
    if may(Permission::CashDesk) {
        work.desk = Some(Desk::of(crate::cash::desk(services, caller, None).await?));
    }
    Ok(work)
}

impl Work {
    /// Has the caller anything to do with lines, money or routers at all?
    pub fn is_nobodys(&self) -> bool {
        matches!(self, Self { debtors: None, refused: None, servers: None, approvals: None, tasks: None, desk: None })
    }
}

impl Server {
    fn of(nas: NasRow, now: DateTime<Utc>) -> Self {
        let silent = nas.last_seen.is_none_or(|at| at < now - SILENT_AFTER) || !nas.alerts.is_empty();
        Self { nas, silent }
    }
}

impl Desk {
    fn of(desk: CashDesk) -> Self {
        let to_count = desk.incoming.iter().filter(|one| one.state == HandOverState::Proposed).count();
        Self { balance: desk.drawer.balance, to_count }
    }
}
