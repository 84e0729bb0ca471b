//! How long sessions are kept, and where: three months among those that go on, then apart, and as long as the ISP says.

use crate::{Error, Result, Services, require};
use chrono::{Months, NaiveDate};
use domain::Problem;
use domain::people::Caller;
use domain::radius::KEEP_MONTHS;
use domain::rights::Permission;
use domain::zones::start_of_day;
use serde_json::json;
use storage::audit::{self, Change};
use storage::radius::archive;

/// Sessions that ended longer ago are asked for now and then, and written never.
const AT_HAND: Months = Months::new(3);
/// So many in one transaction.
const AT_ONCE: i64 = 5_000;

/// What a night's tidying came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    pub moved: u64,
    pub forgotten: u64,
}

/// Moves what is old apart and lets go of what is older than it is kept, in small steps: whatever stops it, the next
/// night goes on where it was. For the job that comes every night.
pub async fn archive_sessions(services: &Services, caller: &Caller, on: NaiveDate) -> Result<Archived> {
    require(caller, Permission::JobsManage)?;
    let zone = services.isp(caller.isp_id).await?.zone;
    let mut done = Archived::default();
    let before = start_of_day(on - AT_HAND, zone);
    let mut from = chrono::DateTime::UNIX_EPOCH;
    loop {
        let mut tx = services.begin(caller).await?;
        let step = archive::step(&mut tx, from, before, AT_ONCE).await?;
        tx.commit().await?;
        done.moved += step.moved;
        match step.next {
            Some(next) => from = next,
            None => break,
        }
    }
    let mut tx = services.begin(caller).await?;
    let Some(months) = archive::months(&mut tx).await? else { return Ok(done) };
    drop(tx);
    let before = start_of_day(on - Months::new(months), zone);
    loop {
        let mut tx = services.begin(caller).await?;
        let gone = archive::forget(&mut tx, before, AT_ONCE).await?;
        tx.commit().await?;
        done.forgotten += gone;
        if gone == 0 {
            return Ok(done);
        }
    }
}

/// For how many months an ISP keeps its sessions; `None` for good.
pub async fn session_months(services: &Services, caller: &Caller) -> Result<Option<u32>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(archive::months(&mut tx).await?)
}

/// Sets it. Empty: for good.
pub async fn keep_sessions(services: &Services, caller: &Caller, months: &str) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let months = match months.trim() {
        "" => None,
        text => {
            let known = text.parse().ok().filter(|months| KEEP_MONTHS.contains(months));
            Some(known.ok_or_else(|| Error::Invalid(vec![Problem::new("months", "problem-session-months")]))?)
        }
    };
    let mut tx = services.begin(caller).await?;
    let before = archive::months(&mut tx).await?;
    if before == months {
        return Ok(());
    }
    archive::set_months(&mut tx, months).await?;
    let (before, after) = (json!({ "months": before }), json!({ "months": months }));
    let change = Change {
        action: "sessions.keep",
        object_kind: "isp",
        object_id: Some(caller.isp_id.0),
        before: Some(before),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
